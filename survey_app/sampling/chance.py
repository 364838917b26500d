"""Chance settled before the interview: experiment arms, orders, and the adult drawn in the household.

Everything follows from the survey's link key and the case, so an interview begun again gets the same values,
nobody can redraw them, and when the key is destroyed nothing in the database tells which case had which.
Within each primary unit the cases are put in an order of their own for each experiment and the arms
alternate along it, so arms are balanced in every unit and experiments are independent of each other.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence

from survey_app.keys import LinkKey

DIGITS = 6


def arms(
    key: LinkKey, unit: str, cases: Sequence[int], experiments: Mapping[str, Sequence[str]]
) -> dict[int, dict[str, str]]:
    """{case: {experiment: arm}} for all cases of one primary unit (all of them: the balance needs them).

    experiments: the arms of each experiment, in the order of the questionnaire.
    """
    settled: dict[int, dict[str, str]] = {case: {} for case in cases}
    for name, values in experiments.items():
        if not values:
            continue
        order = sorted(cases, key=lambda case: key.chance(f"{name}:case:{case}"))
        start = key.chance(f"{name}:unit:{unit}") % len(values)
        for place, case in enumerate(order):
            settled[case][name] = values[(start + place) % len(values)]
    return settled


def uniform(key: LinkKey, purpose: str, case: int) -> str:
    """A settled number in [0, 1) with six decimals, as text, for instance to draw the adult."""
    return f"{key.chance(f'{purpose}:case:{case}') % 10**DIGITS / 10**DIGITS:.{DIGITS}f}"


def link_token(key: LinkKey, case: int) -> str:
    """The secret part of a case's link: 16 characters without look-alikes, made again when letters are printed."""
    raw = bytes.fromhex(key.tag("token", case))[:10]
    return base64.b32encode(raw).decode().lower().replace("o", "8").replace("l", "9").replace("i", "1")


def token_digest(token: str) -> str:
    """What the database keeps of a token. Typed links may differ in case and have spaces or hyphens."""
    plain = "".join(c for c in token.lower() if c.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
