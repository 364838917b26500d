"""Answers in which one answer is so rare in one group that an audit must hide it, and what would tell on it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tests.support.answered import Answers

AGES = (22, 35, 45, 55, 70)
# Visits ("b3") by age group: the youngest hardly ever say five; to put groups or answers together would lose more.
YOUNGEST = (0.85, 0.05, 0.05, 0.05)
MIDDLE = (0.03, 0.05, 0.10, 0.42, 0.40)
OLDEST = (0.08, 0.12, 0.18, 0.30, 0.32)
UNSAID = 0.25
SAID_BY = 2  # of the youngest


def rare_answers(seed: int = 1) -> Callable[[int, Answers], None]:
    """For `answered_survey(change=...)`: everybody is asked about visits, a quarter don't say."""
    rng = np.random.default_rng(seed)
    said = 0

    def change(place: int, given: Answers) -> None:
        nonlocal said
        band = place % len(AGES)
        given["b1"], given["k2"] = "1", str(2026 - AGES[band])
        if rng.random() < UNSAID:
            given["b3"] = "98"
        elif band:
            given["b3"] = str(rng.choice(list("12345"), p=OLDEST if band == len(AGES) - 1 else MIDDLE))
        else:
            given["b3"] = str(rng.choice(list("1234"), p=YOUNGEST))
            if said < SAID_BY and rng.random() < 0.03:
                given["b3"] = "5"
                said += 1

    return change
