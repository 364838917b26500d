"""Outcomes of visits are what AAPOR's Standard Definitions call them."""

from __future__ import annotations

import pytest

from analysis.quality import Counts, disposition_class, outcome_rates
from survey_app.sampling.outcomes import OUTCOMES

# As in sampling/decisions/0002-outcomes.md.
CODES = {
    "complete": ["1.1"],
    "partial": ["1.2"],
    "refusal": ["2.11", "2.12"],
    "not_home": ["2.24"],
    "appointment": ["2.25"],
    "away": ["2.25"],
    "other": ["2.32", "2.33"],
    "ineligible": ["4.70"],
    "not_dwelling": ["4.50", "4.60"],
    "unknown": ["3.17", "3.18"],
}


def test_each_outcome_is_of_the_class_of_its_codes() -> None:
    assert {code: {disposition_class(c) for c in CODES[code]} for code in OUTCOMES} == {
        code: {outcome.aapor} for code, outcome in OUTCOMES.items()
    }


def test_rates_of_one_case_of_each_outcome() -> None:
    """I 1, P 1, R 1, NC 3, O 1, UH 1, NH 1, NE 1: known eligible 7, e = 7 / 9."""
    sums: dict[str, float] = {}
    for outcome in OUTCOMES.values():
        sums[outcome.aapor] = sums.get(outcome.aapor, 0) + 1
    found = outcome_rates(Counts(**sums))
    expected = {
        "RR1": 1 / 8,
        "RR2": 2 / 8,
        "RR3": 1 / (7 + 7 / 9),
        "RR4": 2 / (7 + 7 / 9),
        "RR5": 1 / 7,
        "RR6": 2 / 7,
        "COOP1": 1 / 4,
        "REF1": 1 / 8,
        "CON1": 4 / 8,
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected)
