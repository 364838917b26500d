"""10,000 seeded draws of every design: units, pairs and certainties as often as stated."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import SampleDesign, total
from analysis.sampling import draw_pps, generator, joint_probabilities
from tests.simulation.selection import DESIGNS, SIZES, multistage, study


@pytest.mark.parametrize("name", DESIGNS)
def test_units_and_pairs_are_selected_as_often_as_stated(name):
    outcome = study(name, 10_000)
    assert outcome.passed, outcome


def test_stages_multiply():
    outcome = multistage(600)
    assert outcome.passed, outcome


def test_the_study_would_notice_a_wrong_probability(monkeypatch):
    """Equal-size draws passed off as PPS: the study must fail, or its passing would mean nothing."""

    def wrong(rng):
        right = draw_pps(range(1, 18), 5, rng, method="sampford")
        import dataclasses

        return dataclasses.replace(right, selected=draw_pps([1] * 17, 5, rng, method="sampford").selected)

    monkeypatch.setitem(DESIGNS, "pps sampford", wrong)
    assert not study("pps sampford", 2_000).passed


def test_joint_probabilities_make_variances_unbiased():
    """Sampford draws, totals with Yates-Grundy variances: their mean is the variance that the draws really have."""
    sizes = SIZES[:14]
    y = 3 * sizes + 10 * generator("y").random(14)
    estimates, variances = [], []
    rng = generator("yates-grundy")
    joint = joint_probabilities(draw_pps(sizes, 5, rng, method="sampford"), np.arange(14))
    for _ in range(1_500):
        draw = draw_pps(sizes, 5, rng, method="sampford")
        design = SampleDesign.from_frame(
            probs=draw.probabilities, fpc=draw.probabilities, ids=np.arange(5), pps="joint",
            joint=joint[np.ix_(draw.selected, draw.selected)], pps_variance="YG",
        )  # fmt: skip
        found = total(y[draw.selected], design)
        estimates.append(found.estimate[0])
        variances.append(found.se[0] ** 2)
    error = np.std(variances) / len(variances) ** 0.5
    truth = np.var(estimates, ddof=1)
    # The empirical variance has an error of its own, about √(2/1500) of it.
    assert abs(np.mean(variances) - truth) < 4 * np.hypot(error, truth * (2 / 1500) ** 0.5)
    assert abs(np.mean(estimates) - y.sum()) < 4 * (truth / 1500) ** 0.5
