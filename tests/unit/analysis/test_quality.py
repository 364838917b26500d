"""Field quality: AAPOR rates against a table worked by hand, interviewers against analysis of variance by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.quality import (
    DISPOSITIONS,
    RATES,
    count_dispositions,
    disposition_class,
    interviewer_effect,
    outcome_rates,
    speeding,
    straight_lining,
)
from analysis.sampling import generator

from .test_sampling_draws import refused

# A survey of 1,000 issued addresses. Classes: I 620, P 30, R 150 + 12 + 18 = 180, NC 60 + 30 = 90, O 15 + 10 = 25,
# UH 15, UO 20, not eligible 12 (no dwelling) + 8 (nobody eligible).
CASES = {
    "1.1": 620, "1.2": 30, "2.111": 150, "2.112": 12, "2.12": 18, "2.24": 60, "2.25": 30, "2.32": 15, "2.33": 10,
    "3.18": 15, "3.21": 20, "4.6": 12, "4.7": 8,
}  # fmt: skip
# By hand: I+P+R+NC+O = 945; with the unknown 980; contacted I+P+R+O = 855; I+P+R = 830.
# e (proportional) = 945 / 965 = 0.979275; e·35 = 34.274611; 945 + 34.274611 = 979.274611.
BY_HAND = {
    "RR1": 620 / 980, "RR2": 650 / 980, "RR3": 620 / 979.274611, "RR4": 650 / 979.274611, "RR5": 620 / 945,
    "RR6": 650 / 945, "COOP1": 620 / 855, "COOP2": 650 / 855, "COOP3": 620 / 830, "COOP4": 650 / 830,
    "REF1": 180 / 980, "REF2": 180 / 979.274611, "REF3": 180 / 945, "CON1": 855 / 980, "CON2": 855 / 979.274611,
    "CON3": 855 / 945,
}  # fmt: skip


def test_every_rate_equals_the_table_worked_by_hand():
    rates = outcome_rates(count_dispositions(CASES))
    assert set(rates.rates) == set(BY_HAND) == set(RATES)
    for name, expected in BY_HAND.items():
        assert rates[name] == pytest.approx(expected, abs=1e-8), name
    assert rates.e_method == "proportional" and rates.e_uh == rates.e_uo == pytest.approx(945 / 965)


def test_two_step_e_judges_the_dwelling_first():
    """Person: 945/(945+8); dwelling: (953+20)/(973+12); the first for UO, the product for UH."""
    rates = outcome_rates(count_dispositions(CASES), e="two-step")
    person, dwelling = 945 / 953, 973 / 985
    assert rates.e_uo == pytest.approx(person) and rates.e_uh == pytest.approx(person * dwelling)
    assert rates["RR3"] == pytest.approx(620 / (945 + 15 * person * dwelling + 20 * person))


def test_stated_e_of_one_is_rr1_and_of_zero_is_rr5():
    counts = count_dispositions(CASES)
    assert outcome_rates(counts, e=1.0)["RR3"] == outcome_rates(counts)["RR1"]
    assert outcome_rates(counts, e=0.0)["RR3"] == outcome_rates(counts)["RR5"]


def test_weights_count_cases_as_they_weigh():
    codes = ["1.1", "2.11", "1.1", "3.21"]
    assert outcome_rates(count_dispositions(codes, [1, 2, 3, 4]))["RR1"] == pytest.approx(0.4)
    assert outcome_rates(count_dispositions(codes))["RR1"] == 0.5


def test_codes_may_be_written_short_or_long():
    assert disposition_class("2.1") == disposition_class("2.10") == disposition_class(2.1) == "R"
    assert disposition_class("4.7") == "NE" and disposition_class(1.1) == "I"
    assert {cls for cls, _, _ in DISPOSITIONS.values()} == {"I", "P", "R", "NC", "O", "UH", "UO", "NH", "NE"}


def test_an_empty_denominator_is_nan_not_a_crash():
    rates = outcome_rates(count_dispositions({"2.24": 10}))
    assert rates["RR1"] == 0 and math.isnan(rates["COOP1"]) and rates["CON3"] == 0


def test_bad_dispositions_are_refused():
    assert refused(lambda: count_dispositions(["1.1", "7.7"]), "quality.disposition-unknown").params == {
        "disposition": "7.7"
    }
    refused(lambda: count_dispositions(["1.1"], [1, 2]), "quality.weights-length")
    refused(lambda: count_dispositions({"1.1": 3}, [1]), "quality.weights-with-counts")
    refused(lambda: count_dispositions({"1.1": -3}), "quality.count-negative")
    refused(lambda: outcome_rates(count_dispositions([])), "quality.no-cases")
    refused(lambda: outcome_rates(count_dispositions(CASES), e=1.2), "quality.eligibility")
    refused(lambda: outcome_rates(count_dispositions(CASES), e="CASRO?"), "quality.eligibility")


def test_interviewer_variance_by_hand_with_equal_loads():
    """Means 4, 6, 2; between: 4·(0+4+4)/2 = 16; within: (2+2+2)/9 = 2/3; rho = (16 - 2/3)/(16 + 3·2/3) = 0.85185."""
    y = [3, 4, 5, 4, 6, 7, 6, 5, 2, 3, 1, 2]
    effect = interviewer_effect(y, ["A"] * 4 + ["B"] * 4 + ["C"] * 4)
    assert (effect.mean_square_between, effect.df_between, effect.df_within) == (pytest.approx(16), 2, 9)
    assert effect.mean_square_within == pytest.approx(2 / 3)
    assert effect.rho == pytest.approx(46 / 54)
    assert effect.load == 4 and effect.deff == pytest.approx(1 + 3 * 46 / 54)
    # Searle's interval: F = 24; F(0.975; 2, 9) = 5.7147, F(0.025; 2, 9) = 0.02538.
    assert effect.rho_low == pytest.approx((24 / 5.71471 - 1) / (24 / 5.71471 + 3), abs=1e-5)
    assert effect.rho_high == pytest.approx((24 / 0.025383 - 1) / (24 / 0.025383 + 3), abs=1e-5)


def test_interviewer_variance_by_hand_with_unequal_loads():
    """Loads 2, 3, 5: n0 = (10 - 38/10)/2 = 3.1, load = 38/10; means 1, 2, 4; grand mean 2.8."""
    y = [0, 2, 1, 2, 3, 3, 4, 4, 4, 5]
    effect = interviewer_effect(y, [1, 1, 2, 2, 2, 3, 3, 3, 3, 3])
    between = (2 * 1.8**2 + 3 * 0.8**2 + 5 * 1.2**2) / 2
    within = (2 + 2 + 2) / 7
    assert effect.average_size == pytest.approx(3.1) and effect.load == pytest.approx(3.8)
    assert effect.mean_square_between == pytest.approx(between)
    assert effect.rho == pytest.approx((between - within) / (between + 2.1 * within))


def test_differences_between_areas_are_not_the_interviewers():
    area = np.repeat([0, 1, 2, 3], 50)
    who = np.repeat(np.arange(8), 25)
    y = area * 10.0 + generator(1).random(200)
    assert interviewer_effect(y, who).rho > 0.9
    assert abs(interviewer_effect(y, who, area=area).rho) < 0.1


def test_interviewer_interval_covers_the_truth():
    """rho 0.05, 30 interviewers of 25: 1,000 surveys; the 95 % interval holds it in 95 % ± 2 (3 errors)."""
    rng = generator("interviewers")
    who = np.repeat(np.arange(30), 25)
    hits = 0
    for _ in range(1000):
        y = np.sqrt(0.05) * rng.standard_normal(30)[who] + np.sqrt(0.95) * rng.standard_normal(750)
        effect = interviewer_effect(y, who)
        hits += effect.rho_low <= 0.05 <= effect.rho_high
    assert abs(hits - 950) <= 21


def test_missing_answers_are_counted_and_bad_input_refused():
    effect = interviewer_effect([1, 2, np.nan, 2, 4, 5], ["a", "a", "a", "b", "b", None])
    assert effect.n == 4 and effect.dropped == 2
    refused(lambda: interviewer_effect([1, 2, 3], ["a", "a", "a"]), "quality.one-interviewer")
    refused(lambda: interviewer_effect([1, 2, 3], ["a", "b", "c"]), "quality.single-interviews")
    refused(lambda: interviewer_effect([1, 1, 1, 1], ["a", "a", "b", "b"]), "quality.no-variation")
    refused(lambda: interviewer_effect([1, 2], ["a"]), "quality.lengths")
    refused(lambda: interviewer_effect([1, 2, 3, 4], list("aabb"), level=1), "quality.level")
    only_between = interviewer_effect([1, 1, 2, 2], list("aabb"))
    assert only_between.rho == only_between.rho_low == only_between.rho_high == 1


def test_speeding_is_judged_per_question_asked():
    result = speeding([600, 620, 580, 290, 250, np.nan, 0], [40, 41, 39, 20, 40, 40, 40])
    assert result.typical == pytest.approx(580 / 39)  # the middle of 15, 15.12, 14.87, 14.5, 6.25
    assert result.flagged.tolist() == [False, False, False, False, True, False, False]
    assert result.unknown == 2 and np.isnan(result.index[5])
    refused(lambda: speeding([np.nan, 0]), "quality.no-times")
    refused(lambda: speeding([1, 2], limit=1.0), "quality.speed-limit")
    refused(lambda: speeding([1, 2], [1]), "quality.lengths")


def test_straight_lining_by_hand():
    grid = [[2, 2, 2, 2, 2], [0, 4, 0, 4, -1], [1, 1, 1, 3, 3], [2, 2, np.nan, 2, 2], [1, 1, -1, -1, -1]]
    result = straight_lining(grid)
    assert result.flagged.tolist() == [True, False, False, True, False]
    np.testing.assert_allclose(result.same[:4], [1, 0.5, 0.6, 1])
    assert np.isnan(result.same[4]) and np.isnan(result.spread[4])
    assert result.run.tolist() == [5, 1, 3, 4, 0]
    # Row 2: 6 pairs of 4 answers, 4 of them 4 points apart on a scale of 4: 4·√1 / 6.
    assert result.spread[1] == pytest.approx(4 / 6)
    # Row 3: 6 of 10 pairs are 2 apart: 6·√0.5 / 10.
    assert result.spread[2] == pytest.approx(0.6 * math.sqrt(0.5))


def test_expected_straight_lining_is_what_independence_makes():
    rng = generator(3)
    grid = (rng.random((4000, 4)) < 0.8).astype(int)
    result = straight_lining(grid)
    assert result.expected == pytest.approx(0.8**4 + 0.2**4, abs=0.01)
    assert abs(result.flagged.mean() - result.expected) < 0.02
    assert straight_lining(np.zeros((3, 5))).expected == 1.0
    refused(lambda: straight_lining([1, 2, 3]), "quality.grid-shape")
    refused(lambda: straight_lining([[1, 2]], least=1), "quality.grid-least")
