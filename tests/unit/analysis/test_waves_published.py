"""Change between printed figures: by hand, its joint level, and that its intervals cover what is true."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from analysis import change_of_published
from analysis.errors import DesignError


def test_by_hand_with_the_rounding_of_both_figures():
    found = change_of_published(
        ["yes"], [0.46], [0.52], se=([0.02], [0.018]), df=([40], [45]), n=([900], [950])
    )
    variance = 0.02**2 + 0.018**2 + 0.01**2 / 6
    df = variance**2 / (0.02**4 / 40 + 0.018**4 / 45)
    assert found.difference[0] == pytest.approx(0.06)
    assert found.se[0] == pytest.approx(variance**0.5)
    assert found.ci_low[0] == pytest.approx(0.06 - t.ppf(0.975, df) * variance**0.5)
    assert found.significant.tolist() == [bool(found.ci_low[0] > 0)]


def test_changes_told_together_have_wider_intervals_and_stay_consistent_with_their_test():
    args = {"se": ([0.02] * 4, [0.02] * 4), "df": ([50] * 4, [50] * 4), "n": ([900] * 4, [900] * 4)}
    before, after = [0.2, 0.3, 0.1, 0.4], [0.26, 0.37, 0.1, 0.48]
    alone = change_of_published("abcd", before, after, **args)
    joint = change_of_published("abcd", before, after, family=4, **args)
    assert np.all(joint.ci_high - joint.ci_low > alone.ci_high - alone.ci_low)
    for one in (alone, joint):
        assert one.significant.tolist() == [bool(lo > 0 or hi < 0) for lo, hi in zip(one.ci_low, one.ci_high)]


def test_an_exact_figure_is_refused():
    with pytest.raises(DesignError) as caught:
        change_of_published(["a"], [0.461], [0.52], se=([0.02], [0.02]), df=([9], [9]), n=([9], [9]))
    assert caught.value.code == "wave.not-rounded"


def test_intervals_cover_the_true_change_although_both_figures_are_rounded():
    """20,000 pairs of waves of 400 clusters' worth each: 95 % within three Monte Carlo errors, rounding included."""
    rng = np.random.default_rng(5)
    truth = rng.uniform(0.1, 0.9, (2, 20_000))
    se = 0.004  # small, so that rounding matters as much as sampling
    shown = np.round(truth + se * rng.standard_normal(truth.shape), 2)
    errors = np.full(20_000, se)
    df = np.full(20_000, 1000)
    found = change_of_published(
        [""] * 20_000, shown[0], shown[1], se=(errors, errors), df=(df, df), n=(df, df)
    )
    covered = np.mean((found.ci_low <= truth[1] - truth[0]) & (truth[1] - truth[0] <= found.ci_high))
    assert abs(covered - 0.95) < 0.01
    # Without the rounding in the error the same intervals would promise too much.
    bare = np.mean(np.abs(shown[1] - shown[0] - (truth[1] - truth[0])) <= 1.96 * se * 2**0.5)
    assert bare < 0.93
