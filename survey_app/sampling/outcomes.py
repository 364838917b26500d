"""How a try to reach a case ended, in the words of AAPOR's final dispositions, and what follows from it.

Source: AAPOR, Standard Definitions (10th edition, 2023), in-person household surveys; code by code in
decisions/0002-outcomes.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Outcome:
    """code: what phones send. aapor: the disposition group. closes: no further try is needed."""

    code: str
    aapor: str
    closes: bool
    label: Any


OUTCOMES: dict[str, Outcome] = {
    o.code: o
    for o in (
        Outcome("complete", "I", True, _l("Interview completed")),
        Outcome("partial", "P", True, _l("Interview broken off, part of the answers kept")),
        Outcome("refusal", "R", True, _l("Declined to take part")),
        Outcome("not_home", "NC", False, _l("Nobody at home")),
        Outcome("appointment", "NC", False, _l("Appointment made")),
        Outcome("away", "NC", True, _l("The person drawn is away until the survey ends")),
        Outcome("other", "O", True, _l("Not able to take part (illness, language)")),
        Outcome("ineligible", "NE", True, _l("Nobody eligible (no resident adult)")),
        Outcome("not_dwelling", "NH", True, _l("Not a dwelling, or empty")),
        Outcome("unknown", "UH", False, _l("Could not be found or reached")),
    )
}


@dataclass(frozen=True)
class Try:
    """One contact attempt. made_at, appointment: local ISO text, to the hour and to the minute."""

    made_at: str
    outcome: str
    appointment: str | None = None


def visits(tries: Iterable[Try]) -> int:
    """How many visits the tries were: those of one hour are one visit."""
    return len({one.made_at for one in tries})


def closes(last: Try, visited: int, needed: int) -> bool:
    """Whether the case is done after its latest try. The phone shows the same rule (`case.js`).

    An outcome that ends a case ends it at once; another one after `needed` visits. An appointment that is
    still ahead when it is made is never the end.
    """
    if OUTCOMES[last.outcome].closes:
        return True
    if last.outcome == "appointment" and (last.appointment or "")[: len(last.made_at)] > last.made_at:
        return False
    return visited >= needed


def standing(tries: Sequence[Try], needed: int) -> tuple[str, bool]:
    """(outcome, closed) of a case from all its tries, in whatever order they arrived.

    A completed interview is never undone by a later visit; else the latest try tells, and of two in one hour
    the one that closes.
    """
    last = max(
        tries,
        key=lambda t: (t.outcome == "complete", t.made_at, OUTCOMES[t.outcome].closes, t.appointment or ""),
    )
    return last.outcome, closes(last, visits(tries), needed)
