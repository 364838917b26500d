"""10,000 seeded draws of every design: units, pairs and certainties as often as stated."""

from __future__ import annotations

import pytest

from tests.simulation.selection import DESIGNS, multistage, study


@pytest.mark.parametrize("name", DESIGNS)
def test_units_and_pairs_are_selected_as_often_as_stated(name):
    outcome = study(name, 10_000)
    assert outcome.passed, outcome


def test_stages_multiply():
    outcome = multistage(600)
    assert outcome.passed, outcome


def test_the_study_would_notice_a_wrong_probability(monkeypatch):
    """Equal-size draws passed off as PPS: the study must fail, or its passing would mean nothing."""
    from analysis.sampling import draw_pps

    def wrong(rng):
        right = draw_pps(range(1, 18), 5, rng, method="sampford")
        import dataclasses

        return dataclasses.replace(right, selected=draw_pps([1] * 17, 5, rng, method="sampford").selected)

    monkeypatch.setitem(DESIGNS, "pps sampford", wrong)
    assert not study("pps sampford", 2_000).passed
