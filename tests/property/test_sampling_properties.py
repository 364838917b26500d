"""Properties of plans and draws that hold for any sizes and counts."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DesignError
from analysis.sampling import (
    allocate,
    draw_pps,
    generator,
    inclusion_probabilities,
    joint_probabilities,
    person_number,
    size_for_proportion,
)

sizes = st.lists(st.floats(0.01, 1e6), min_size=2, max_size=40)
quick = settings(max_examples=150, deadline=None)


@quick
@given(
    st.lists(st.integers(1, 5000), min_size=1, max_size=30), st.data(),
    st.sampled_from(["proportional", "equal", "neyman", "power"]),
)  # fmt: skip
def test_allocation_sums_to_n_within_its_bounds(population, data, rule):
    minimum = [data.draw(st.integers(0, min(5, n))) for n in population]
    n = data.draw(st.integers(sum(minimum), sum(population)))
    sd = [data.draw(st.floats(0, 10)) for _ in population]
    if rule == "neyman" and not any(sd):
        return
    result = allocate(n, population, rule=rule, sd=sd, minimum=minimum)
    assert result.counts.sum() == n == result.n
    assert (result.counts >= minimum).all() and (result.counts <= population).all()
    assert abs(result.exact.sum() - n) < 1e-6 * max(1, n)
    assert (np.abs(result.counts - result.exact) < 1 + 1e-6).all()


@quick
@given(sizes, st.data())
def test_inclusion_probabilities_sum_to_n_and_respect_size(values, data):
    n = data.draw(st.integers(1, len(values)))
    try:
        probabilities, certainty = inclusion_probabilities(values, n)
    except DesignError as problem:
        assert problem.code == "sampling.sizes-too-uneven"
        return
    assert abs(probabilities.sum() - n) < 1e-8 * n
    assert ((probabilities > 0) & (probabilities <= 1)).all() and (probabilities[certainty] == 1).all()
    order = np.argsort(values, kind="stable")
    assert (np.diff(probabilities[order]) >= -1e-12).all()
    rest = ~certainty
    if rest.sum() > 1:
        ratio = probabilities[rest] / np.array(values)[rest]
        assert np.ptp(ratio) <= 1e-9 * ratio.max()
        # No unit left in the draw is as large as the interval.
        assert (probabilities[rest] < 1).all()


@quick
@given(
    sizes, st.data(), st.sampled_from(["systematic", "sampford"]), st.sampled_from(["list", "random", "size"])
)
def test_a_draw_has_n_different_units_and_all_its_certainties(values, data, method, order):
    n = data.draw(st.integers(1, len(values)))
    reserve = data.draw(st.integers(0, len(values) - n))
    seed = data.draw(st.integers(0, 10**9))
    try:
        draw = draw_pps(values, n, generator(seed), method=method, order=order, reserve=reserve)
    except DesignError as problem:
        assert problem.code == "sampling.sizes-too-uneven"
        return
    everyone = [*draw.selected.tolist(), *draw.reserve.tolist()]
    assert draw.n == n and len(draw.reserve) == reserve and len(set(everyone)) == n + reserve
    assert set(np.flatnonzero(draw.frame_certainty).tolist()) <= set(draw.selected.tolist())
    assert abs(draw.frame_probabilities.sum() - n) < 1e-8 * n
    assert abs(draw.wide_probabilities.sum() - n - reserve) < 1e-8 * (n + reserve)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.5, 20), min_size=3, max_size=15), st.data())
def test_joint_probabilities_of_a_fixed_size_design_add_up(values, data):
    n = data.draw(st.integers(2, len(values)))
    draw = draw_pps(values, n, generator(1), method="sampford")
    joint = joint_probabilities(draw, np.arange(len(values)))
    np.testing.assert_allclose(joint.sum(axis=1), n * draw.frame_probabilities, rtol=1e-9)
    p = draw.frame_probabilities
    # Yates-Grundy variances can't be negative: π_ij <= π_i π_j for different units.
    off = ~np.eye(len(values), dtype=bool)
    assert (joint[off] <= np.outer(p, p)[off] + 1e-9).all()
    # Positive for all pairs, unless a single unit is left to draw beside the certainties.
    assert n - draw.frame_certainty.sum() < 2 or (joint[off] > 0).all()


@quick
@given(st.floats(0, 1, exclude_max=True), st.integers(1, 20), st.sampled_from(["list", "kish"]))
def test_the_person_drawn_lives_in_the_household(u, adults, way):
    assert 1 <= person_number(u, adults, way) <= adults


@quick
@given(
    st.floats(0.005, 0.2), st.floats(0.05, 0.95), st.floats(1, 4), st.integers(50, 10**7), st.floats(0.1, 1)
)
def test_the_planned_size_keeps_its_promise_and_no_smaller_one_does(moe, share, deff, population, response):
    from analysis.sampling import moe_for_proportion

    size = size_for_proportion(moe, share=share, deff=deff, population=population, response=response)
    assert 1 <= size.completed <= population and size.issue * response >= size.completed - 1e-6
    assert size.moe <= moe * 1.001
    if 2 < size.completed < population:
        fewer = moe_for_proportion(size.completed - 1, share=share, deff=deff, population=population)
        assert fewer > moe * 0.98
