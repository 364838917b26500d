"""The risk of singling people out: against sums worked out term by term and a simulated population."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis import DesignError, singling_out


def _mean_of_one_over(f: int, rate: float) -> float:
    """The mean of 1 / F, summed over the negative binomial distribution itself."""
    return sum(
        math.comb(population - 1, f - 1) * rate**f * (1 - rate) ** (population - f) / population
        for population in range(f, 4000)
    )


@pytest.mark.parametrize(("f", "rate"), [(1, 0.02), (1, 0.5), (2, 0.05), (3, 0.2), (7, 0.9)])
def test_the_risk_is_the_mean_of_one_over_the_people_alike(f: int, rate: float) -> None:
    found = singling_out([np.zeros(f, dtype=np.int64)], np.full(f, 1 / rate))
    assert found.risk == pytest.approx([_mean_of_one_over(f, rate)] * f, rel=1e-9)
    assert found.expected == pytest.approx(f * _mean_of_one_over(f, rate), rel=1e-9)


def test_a_row_that_stands_for_itself_alone_is_certain() -> None:
    found = singling_out([np.array([0, 1, 1])], np.array([1.0, 10.0, 10.0]))
    assert (found.n, found.unique, found.unique_in_population) == (3, 1, 1.0)
    assert found.highest == 1.0


def test_it_agrees_with_a_population_that_is_known() -> None:
    rng = np.random.default_rng(11)
    cells = rng.choice(4000, size=60_000, p=rng.dirichlet(np.full(4000, 0.4)))
    alike = np.bincount(cells, minlength=4000)
    expected, unique = [], []
    told_expected, told_unique = [], []
    for _ in range(20):
        rows = rng.random(60_000) < 0.05
        found = singling_out([cells[rows]], np.full(int(rows.sum()), 20.0))
        told_expected.append(found.expected)
        told_unique.append(found.unique_in_population)
        inside = np.bincount(cells[rows], minlength=4000)
        expected.append(float((1 / alike[cells[rows]]).sum()))
        unique.append(int(((inside == 1) & (alike == 1)).sum()))
    # The model errs on the side of caution for the expected number, as its authors say.
    assert np.mean(expected) <= np.mean(told_expected) <= 1.6 * np.mean(expected)
    assert np.mean(told_unique) <= 6 * max(np.mean(unique), 1)


def test_joint_keys_are_combined() -> None:
    found = singling_out([np.array([0, 0, 1, 1]), np.array([0, 1, 0, 0])], np.full(4, 5.0))
    assert found.unique == 2


def test_bad_weights_are_told() -> None:
    with pytest.raises(DesignError) as low:
        singling_out([np.zeros(2, dtype=np.int64)], np.array([0.5, 3.0]))
    assert (low.value.code, low.value.params) == ("quality.weights-below-one", {"count": 1})
    with pytest.raises(DesignError) as lengths:
        singling_out([np.zeros(3, dtype=np.int64)], np.ones(2))
    assert lengths.value.code == "quality.weights-length"
    with pytest.raises(DesignError) as none:
        singling_out([], np.ones(2))
    assert none.value.code == "quality.no-keys"
