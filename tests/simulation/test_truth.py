"""The demo's promise, tested: the known truth lies inside published intervals as often as it should."""

from __future__ import annotations

import pytest

from tests.simulation import truth


def test_truth_is_inside_the_intervals_as_often_as_it_should(capsys: pytest.CaptureFixture[str]) -> None:
    """240 surveys: the coverage of 95 % intervals, whose own simulation error is about 1 point here."""
    found = truth.run(240, seed=11)
    with capsys.disabled():
        print(f"\nknown truth: {found.line()}")
    assert 0.93 <= found.coverage <= 0.97
    assert abs(found.largest_bias) < 0.01


def test_weighting_does_not_mend_what_depends_on_opinion(capsys: pytest.CaptureFixture[str]) -> None:
    """When the dissatisfied stay away for their opinion, no margin knows it: the simulation can show that too."""
    found = truth.run(30, seed=12, opinion=True)
    with capsys.disabled():
        print(f"\nopinion decides: {found.line()}")
    assert abs(found.largest_bias) > 0.02
