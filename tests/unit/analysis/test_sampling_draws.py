"""Draws: exact sizes, true probabilities, certainties, reserves, seeds of any type, refusals."""

from __future__ import annotations

import itertools
import uuid
from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DesignError
from analysis.messages import sentence
from analysis.sampling import (
    Stage,
    draw_multistage,
    draw_pps,
    draw_srs,
    draw_systematic,
    generator,
    inclusion_probabilities,
    joint_probabilities,
    seed_digest,
)


def refused(call, code: str) -> DesignError:
    with pytest.raises(DesignError) as caught:
        call()
    assert caught.value.code == code
    for language in ("vi", "en"):
        text = sentence(code, caught.value.params, language)
        assert text != code and "{" not in text
    return caught.value


@pytest.mark.parametrize(
    "seed", [0, -5, 10**40, "Quảng Ninh", b"x", 1.5, date(2026, 1, 2), uuid.UUID(int=7), (1, "a")]
)
def test_a_seed_of_any_type_repeats_the_draw(seed):
    first, second = (draw_pps(np.arange(1.0, 50.0), 9, generator(seed), method="sampford") for _ in range(2))
    assert first.selected.tolist() == second.selected.tolist()
    assert first.seed_digest == second.seed_digest == seed_digest(generator(seed))


def test_seeds_of_different_types_and_contents_are_different():
    seeds = [
        7,
        "7",
        7.0,
        b"7",
        True,
        [7],
        ["7"],
        [[7]],
        (7, 7),
        "ab",
        ["a", "b"],
        ["ab", ""],
        date(2026, 1, 7),
    ]
    assert len({seed_digest(generator(seed)) for seed in seeds}) == len(seeds)


def test_composed_and_decomposed_text_is_the_same_seed():
    assert seed_digest(generator("Hạ Long")) == seed_digest(generator("Ha\u0323 Long"))
    assert seed_digest(generator(np.int32(7))) == seed_digest(generator(7))


@pytest.mark.parametrize("seed", [None, float("nan"), object(), {1: 2}])
def test_a_seed_nobody_could_repeat_is_refused(seed):
    refused(lambda: generator(seed), "sampling.seed-type")


def test_stream_is_pinned_so_that_an_old_draw_can_be_repeated():
    draw = draw_pps([5, 1, 9, 3, 7, 2, 8, 4, 6, 10], 4, generator(20260101))
    assert draw.selected.tolist() == [2, 5, 8, 9]
    assert draw_srs(20, 5, generator("wave 1")).selected.tolist() == [2, 5, 8, 11, 19]


def test_a_unit_larger_than_the_interval_becomes_a_certainty_and_says_so():
    # Total 100, interval 25: 60 is certain; of the rest (40 by 3) 14 reaches 13.33, then (26 by 2) 13 reaches
    # 13.
    probabilities, certainty = inclusion_probabilities([60, 14, 13, 8, 5], 4)
    assert certainty.tolist() == [True, True, True, False, False]
    np.testing.assert_allclose(probabilities, [1, 1, 1, 8 / 13, 5 / 13])
    draw = draw_pps([60, 14, 13, 8, 5], 4, generator(1))
    assert draw.notes[0].code == "sampling.note-certainties" and draw.notes[0].params == {"count": 3}
    assert draw.certainty.sum() == 3 and draw.n == 4
    for language in ("vi", "en"):
        assert "3" in sentence(draw.notes[0].code, draw.notes[0].params, language)


@pytest.mark.parametrize("method", ["systematic", "sampford"])
@pytest.mark.parametrize("order", ["list", "random", "size"])
def test_probabilities_sum_to_n_and_belong_to_the_units(method, order):
    sizes = generator(3).random(200) ** 3 + 0.01
    draw = draw_pps(sizes, 60, generator(4), method=method, order=order, reserve=11)
    assert draw.n == 60 == len(set(draw.selected.tolist())) and draw.reserve.size == 11
    assert not set(draw.selected) & set(draw.reserve)
    assert draw.frame_probabilities.sum() == pytest.approx(60, abs=1e-9)
    assert draw.wide_probabilities.sum() == pytest.approx(71, abs=1e-9)
    np.testing.assert_array_equal(draw.probabilities, draw.frame_probabilities[draw.selected])
    assert set(np.flatnonzero(draw.frame_certainty)) <= set(draw.selected.tolist())
    units, probabilities = draw.probabilities_after_release(11)
    assert units.size == 71 and set(units) == set(draw.selected) | set(draw.reserve)
    np.testing.assert_allclose(probabilities, draw.wide_probabilities[units])
    refused(lambda: draw.probabilities_after_release(12), "sampling.reserve-too-few")


def test_systematic_walks_the_list_in_equal_steps():
    selected = draw_systematic(100, 10, generator(5)).selected
    assert set(np.diff(selected).tolist()) == {10}
    assert np.diff(draw_systematic(101, 10, generator(5)).selected).tolist().count(10) >= 8


def test_sampford_joint_probabilities_equal_enumeration_of_a_small_population():
    sizes, n = np.array([1, 2, 3, 4, 5, 6, 40.0]), 4
    draw = draw_pps(sizes, n, generator(1), method="sampford")
    p = draw.frame_probabilities[:6]
    odds = p / (1 - p)
    chance = {
        s: np.prod(odds[list(s)]) * np.sum(1 - p[list(s)]) for s in itertools.combinations(range(6), n - 1)
    }
    total = sum(chance.values())
    expected = np.zeros((7, 7))
    for s, c in chance.items():
        for pair in itertools.product((*s, 6), repeat=2):
            expected[pair] += c / total
    np.testing.assert_allclose(joint_probabilities(draw, np.arange(7)), expected, rtol=1e-12)
    np.testing.assert_allclose(np.diag(expected), draw.frame_probabilities, rtol=1e-12)


def test_systematic_joint_probabilities_equal_those_of_a_fine_grid_of_starts():
    sizes = np.array([3.0, 1, 4, 1, 5, 9, 2, 6])
    draw = draw_pps(sizes, 3, generator(1))
    ends = np.cumsum(draw.frame_probabilities)
    count = np.zeros((8, 8))
    starts = (np.arange(31_000) + 0.5) / 31_000  # probabilities are multiples of 3/31: the grid is exact
    for start in starts:
        taken = np.searchsorted(ends, start + np.arange(3), side="right")
        count[np.ix_(taken, taken)] += 1
    np.testing.assert_allclose(joint_probabilities(draw, np.arange(8)), count / starts.size, atol=1e-4)


def test_joint_probabilities_with_a_reserve_and_a_certainty_add_up():
    draw = draw_pps([1.0, 2, 3, 4, 5, 6, 7, 8, 90], 4, generator(2), method="sampford", reserve=2)
    joint = joint_probabilities(draw, np.arange(9))
    # For a fixed size, Σ_j π_ij = n π_i (the diagonal counted once).
    np.testing.assert_allclose(joint.sum(axis=1), 4 * draw.frame_probabilities, rtol=1e-12)
    assert joint[8, 8] == 1 and joint[8, 0] == pytest.approx(draw.frame_probabilities[0])


@pytest.mark.parametrize("population, n", [(30, 7), (1, 1), (5, 5)])
def test_simple_random_joint_probabilities_add_up(population, n):
    draw = draw_srs(population, n, generator(2))
    joint = joint_probabilities(draw, np.arange(population))
    np.testing.assert_allclose(joint.sum(axis=1), n * draw.frame_probabilities)


def test_methods_without_joint_probabilities_say_so():
    refused(
        lambda: joint_probabilities(draw_pps([1, 2, 3], 2, generator(1), order="random")),
        "sampling.joint-unknown",
    )
    refused(
        lambda: joint_probabilities(draw_systematic(9, 2, generator(1), reserve=1)), "sampling.joint-unknown"
    )


def test_bad_sizes_and_counts_are_refused_in_a_sentence():
    rng = generator(1)
    assert refused(lambda: draw_pps([1, 0, 2, 0], 1, rng), "sampling.sizes-not-positive").params["count"] == 2
    assert refused(lambda: draw_pps([1, -3], 1, rng), "sampling.sizes-not-positive").params["first"] == 2
    refused(lambda: draw_pps([1, np.nan], 1, rng), "sampling.sizes-not-finite")
    refused(lambda: draw_pps(["a", "b"], 1, rng), "sampling.sizes-not-numbers")
    refused(lambda: draw_pps([], 1, rng), "sampling.sizes-empty")
    refused(lambda: draw_pps([1, 2], 3, rng), "sampling.too-few-units")
    refused(lambda: draw_pps([1, 2, 3], 2, rng, reserve=2), "sampling.too-few-units")
    refused(lambda: draw_pps([1, 2, 3], 2, rng, reserve=-1), "sampling.reserve")
    refused(lambda: draw_pps([1, 2], 0, rng), "sampling.count-not-positive")
    refused(lambda: draw_pps([1, 2], 1.5, rng), "sampling.count-not-whole")
    refused(lambda: draw_pps([1, 2], 1, rng, method="poisson"), "sampling.method-unknown")
    refused(lambda: draw_pps([1, 2], 1, rng, order="alphabetical"), "sampling.order-unknown")
    refused(lambda: draw_pps([1, 2], 1, rng, order=[1, 2, 3]), "sampling.order-length")
    refused(lambda: inclusion_probabilities([1e300, 1, 1], 1), "sampling.sizes-too-uneven")
    refused(lambda: draw_srs(3, 4, rng), "sampling.too-few-units")
    refused(lambda: draw_srs(0, 1, rng), "sampling.population")


def frame(rows: int = 2_000) -> pd.DataFrame:
    i = np.arange(rows)
    return pd.DataFrame(
        {
            "commune": [f"xã {k}" for k in i // 100],
            "village": [f"thôn {k}" for k in (i // 20) % 5],  # names repeat under other communes
            "kind": np.where(i // 100 < 12, "xã", "phường"),
            "adults": 1 + i % 4,
        }
    )


def test_multistage_keeps_the_probability_of_every_stage():
    stages = [
        Stage("commune", {"xã": 5, "phường": 3}, "pps-systematic", "adults", strata="kind"),
        Stage("village", 2, "pps-sampford", "adults"),
        Stage(None, 4, "systematic", reserve=2),
    ]
    draw = draw_multistage(frame(), stages, generator("ba giai đoạn"))
    main, spare = draw.units[~draw.units.reserve], draw.units[draw.units.reserve]
    assert len(main) == 8 * 2 * 4 and len(spare) == 8 * 2 * 2
    assert main.row.is_unique and not set(main.row) & set(spare.row)
    np.testing.assert_allclose(
        main.probability, main.probability_1 * main.probability_2 * main.probability_3, rtol=1e-15
    )
    np.testing.assert_allclose(main.weight * main.probability, 1.0)
    # In communes of equal size: 5 of 12 and 3 of 8; 2 of 5 villages; 4 of 20 households.
    expected = np.where(main.stratum_1 == "xã", 5 / 12, 3 / 8) * 2 / 5 * 4 / 20
    np.testing.assert_allclose(main.probability, expected)
    source = frame().iloc[main.row]
    assert (source.commune.to_numpy() == main.unit_1.to_numpy()).all()
    assert (source.village.to_numpy() == main.unit_2.to_numpy()).all()
    assert spare.probability.isna().all()
    assert main.groupby(["unit_1", "unit_2"]).size().eq(4).all()
    again = draw_multistage(frame(), stages, generator("ba giai đoạn"))
    pd.testing.assert_frame_equal(again.units, draw.units)


def test_a_certainty_at_the_second_stage_is_flagged_there():
    table = frame(400)
    table["adults"] = np.where((table.commune == "xã 1") & (table.village == "thôn 2"), 50, table.adults)
    draw = draw_multistage(
        table,
        [Stage("commune", 4, "srs"), Stage("village", 3, "pps-systematic", "adults"), Stage(None, 5)],
        generator(1),
    )
    big = draw.units[(draw.units.unit_1 == "xã 1") & (draw.units.unit_2 == "thôn 2")]
    assert len(big) == 5 and big.certainty_2.all() and (big.probability_2 == 1).all()
    assert [n.params["stage"] for n in draw.notes] == [1, 2]


def test_a_stratum_with_fewer_units_than_asked_is_an_error_or_taken_whole():
    asked = [Stage("commune", {"xã": 13, "phường": 2}, strata="kind"), Stage(None, 1)]
    error = refused(lambda: draw_multistage(frame(), asked, generator(1)), "sampling.group-too-small")
    assert error.params == {"stage": 1, "group": "xã", "asked": 13, "available": 12}
    whole = [Stage("commune", {"xã": 13, "phường": 2}, strata="kind", shortage="all"), Stage(None, 1)]
    draw = draw_multistage(frame(), whole, generator(1))
    xa = draw.units[draw.units.stratum_1 == "xã"]
    assert len(xa) == 12 and xa.certainty_1.all()
    assert "sampling.note-shortage" in {note.code for note in draw.notes}


def test_faults_of_the_frame_are_named():
    table = frame(300)
    rng = generator(1)
    refused(lambda: draw_multistage(table, [Stage("ward", 1)], rng), "sampling.column-unknown")
    refused(lambda: draw_multistage(table, [], rng), "sampling.stage-count")
    refused(
        lambda: draw_multistage(table, [Stage("commune", {"a": 1}, strata="kind")], rng),
        "sampling.group-without-n",
    )
    refused(
        lambda: draw_multistage(table, [Stage("commune", 1, strata="village")], rng),
        "sampling.stratum-varies",
    )
    refused(lambda: draw_multistage(table.assign(adults=0), [Stage("commune", 1, "pps-systematic", "adults")], rng),
            "sampling.sizes-not-positive")  # fmt: skip
    holes = table.assign(commune=table.commune.where(table.index > 3))
    assert (
        refused(lambda: draw_multistage(holes, [Stage("commune", 1)], rng), "sampling.label-missing").params[
            "count"
        ]
        == 4
    )
    refused(
        lambda: draw_multistage(table, [Stage("commune", 1, reserve=1), Stage(None, 1)], rng),
        "sampling.reserve-stage",
    )
    refused(lambda: draw_multistage(table, [Stage("commune", 0)], rng), "sampling.count-not-positive")
