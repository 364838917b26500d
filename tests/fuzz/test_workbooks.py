"""A hundred mutants in every run; `python -m tests.fuzz` runs more."""

from __future__ import annotations

from tests.fuzz.__main__ import run


def test_a_hundred_mutants_end_in_a_model_or_findings() -> None:
    outcomes, failures = run(100, seed=2026, largest=60_000)
    assert failures == []
    assert sum(outcomes.values()) == 100 and len(outcomes) >= 5, outcomes
