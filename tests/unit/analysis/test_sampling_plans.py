"""Sample sizes against textbooks, allocation, and the person in the household against Kish's printed
table.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import pytest
from scipy.stats import norm

from analysis.sampling import (
    KISH_TABLES,
    allocate,
    draw_person,
    kish_table,
    kish_tables_for,
    last_birthday,
    moe_for_proportion,
    person_number,
    size_for_difference,
    size_for_mean,
    size_for_proportion,
    sizes_for_domains,
)

from .test_sampling_draws import refused

TWO_SIGMA = 2 * norm.cdf(2) - 1  # Cochran works with t = 2


def test_proportion_equals_cochrans_island_example():
    """Cochran (1977), section 4.4: 3,200 inhabitants, ±5 points, p = 0.5, t = 2: 400, corrected to 356."""
    size = size_for_proportion(0.05, level=TWO_SIGMA, population=3200)
    assert round(size.srs, 9) == 400 and size.completed == 356
    assert size_for_proportion(0.05, level=TWO_SIGMA).completed == 400


def test_mean_equals_cochrans_nursery_example():
    """Cochran (1977), section 4.6: seedlings in a nursery, N = 430, S² = 85.6, ȳ ≈ 19, ±10 % of it (1.9), t =
    2: n0 = 4·85.6/1.9² ≈ 95, corrected to about 78."""
    size = size_for_mean(1.9, sd=85.6**0.5, level=TWO_SIGMA, population=430)
    assert size.srs == pytest.approx(94.85, abs=0.01)
    assert size.completed == 78


def test_three_points_needs_1068_and_design_effect_and_response_multiply():
    """The pollster's 1,068 (z = 1.96: 1,067.07 rounded up); with deff 1.8 and 65 % response."""
    assert size_for_proportion(0.03).completed == 1068
    size = size_for_proportion(0.03, deff=1.8, response=0.65)
    assert size.completed == 1921 and size.issue == 2956
    assert size.moe <= 0.03 < moe_for_proportion(1920, deff=1.8)


def test_demo_plan_of_1200_promises_3_8_points():
    assert round(100 * moe_for_proportion(1200, deff=1.8), 1) == 3.8


def test_difference_equals_the_textbook_formula():
    """Fleiss, Levin & Paik (2003), table A.4 without continuity correction: 0.5 against 0.6, 5 %, power 0.8.

    By hand with unpooled variance: (1.959964 + 0.841621)² · (0.25 + 0.24) / 0.01 = 384.6.
    """
    assert size_for_difference(0.5, 0.6).completed == 385
    panel = size_for_difference(0.5, 0.6, overlap=1.0, correlation=0.5)
    assert panel.completed == 193
    refused(lambda: size_for_difference(0.5, 0.5), "sampling.no-difference")


def test_domains_ask_for_the_sample_that_serves_the_smallest():
    total, each = sizes_for_domains({"phường": 0.6, "xã": 0.3, "đặc khu": (0.1, 4000)}, 0.05)
    assert each["phường"].completed == 385 and each["đặc khu"].completed == 351
    assert total == 3510


@pytest.mark.parametrize(
    "call, code",
    [
        (lambda: size_for_proportion(0), "sampling.argument-not-positive"),
        (lambda: size_for_proportion(0.03, share=1), "sampling.argument-outside"),
        (lambda: size_for_proportion(0.03, response=0), "sampling.argument-outside"),
        (lambda: size_for_proportion(0.03, population=0), "sampling.population"),
        (lambda: size_for_mean(1, sd=float("nan")), "sampling.argument-not-positive"),
        (lambda: sizes_for_domains({}, 0.05), "sampling.no-domains"),
    ],
)
def test_impossible_plans_are_refused(call, code):
    refused(call, code)


def test_whole_population_is_the_most_a_plan_can_ask():
    assert size_for_proportion(0.0001, population=50).completed == 50


def test_proportional_allocation_of_the_demo():
    assert allocate(60, [700, 600, 200]).counts.tolist() == [28, 24, 8]
    assert allocate(60, [700, 790, 10], minimum=2).counts.tolist() == [27, 31, 2]


def test_neyman_allocation_by_hand():
    """N·S: 100·10 = 1000, 200·5 = 1000, 300·20 = 6000: an eighth, an eighth, six eighths."""
    assert allocate(80, [100, 200, 300], rule="neyman", sd=[10, 5, 20]).counts.tolist() == [10, 10, 60]
    # Price 4 halves the share: 1000, 1000, 3000.
    costly = allocate(50, [100, 200, 300], rule="neyman", sd=[10, 5, 20], cost=[1, 1, 4])
    assert costly.counts.tolist() == [10, 10, 30]


def test_power_allocation_lies_between_equal_and_proportional():
    assert allocate(60, [900, 100], rule="power", power=1).counts.tolist() == [54, 6]
    assert allocate(60, [900, 100], rule="power", power=0.5).counts.tolist() == [45, 15]
    assert allocate(60, [900, 100], rule="power", power=0).counts.tolist() == [30, 30]


def test_a_stratum_gives_no_more_than_it_has_and_the_rest_goes_elsewhere():
    allocation = allocate(60, [10, 100, 100], rule="equal")
    assert allocation.counts.tolist() == [10, 25, 25] and allocation.at_ceiling.tolist() == [
        True,
        False,
        False,
    ]


def test_impossible_allocations_are_refused():
    assert refused(lambda: allocate(5, [10, 10], minimum=3), "sampling.minimums-above-n").params["total"] == 6
    refused(lambda: allocate(50, [10, 10]), "sampling.ceilings-below-n")
    refused(lambda: allocate(5, [10, 2], minimum=3), "sampling.minimum-above-ceiling")
    refused(lambda: allocate(5, [10, 0]), "sampling.sizes-not-positive")
    refused(lambda: allocate(5, [10, 10], rule="neyman"), "sampling.neyman-needs-sd")
    refused(lambda: allocate(5, [10, 10], rule="neyman", sd=[0, 0]), "sampling.neyman-needs-sd")
    refused(lambda: allocate(5, [10, 10], rule="guess"), "sampling.rule-unknown")
    refused(lambda: allocate(5, [10, 10], minimum=[1, 1, 1]), "sampling.strata-length")
    refused(lambda: allocate(5, [10, 10], minimum=1.5), "sampling.count-not-whole")


# Kish (1965), Survey Sampling, p. 399 (first printed in JASA 44 (1949), p. 384): proportion of
# addresses, table, and the number of the adult to interview in households of 1, 2, 3, 4, 5, 6 or more adults.
PUBLISHED = """
1/6  A  1 1 1 1 1 1
1/12 B1 1 1 1 1 2 2
1/12 B2 1 1 1 2 2 2
1/6  C  1 1 2 2 3 3
1/6  D  1 2 2 3 4 4
1/12 E1 1 2 3 3 3 5
1/12 E2 1 2 3 4 5 5
1/6  F  1 2 3 4 5 6
"""


def test_kish_table_equals_the_published_one():
    rows = [line.split() for line in PUBLISHED.split("\n") if line]
    assert {r[1]: tuple(map(int, r[2:])) for r in rows} == KISH_TABLES
    fine = Counter(kish_table((i + 0.5) / 120) for i in range(120))
    assert {r[1]: 120 * int(r[0][0]) // int(r[0][2:]) for r in rows} == dict(fine)
    assert Counter(kish_tables_for(24)) == {name: count // 5 for name, count in fine.items()}


@pytest.mark.parametrize("way", ["list", "kish"])
@pytest.mark.parametrize("adults", [1, 2, 3, 4, 5, 6, 9])
def test_the_stated_probability_of_a_person_is_the_true_one(way, adults):
    grid = [(i + 0.5) / 5040 for i in range(5040)]
    counts = Counter(person_number(u, adults, way) for u in grid)
    for u in grid[::37]:
        drawn = draw_person(u, adults, way)
        assert drawn.probability == pytest.approx(counts[drawn.number] / 5040, abs=1e-3)
        assert drawn.weight == pytest.approx(1 / drawn.probability)
    assert set(counts) == set(range(1, (adults if way == "list" else min(adults, 6)) + 1))


def test_last_birthday_counts_today_and_looks_back_over_new_year():
    on = date(2026, 3, 10)
    assert last_birthday([(3, 11), (12, 31), (1, 5)], on).number == 3
    assert last_birthday([(3, 10), (3, 9)], on).number == 1
    assert last_birthday([(3, 11), (4, 1)], on).number == 2
    # 29 February counts as 1 March in 2026, as itself in 2028.
    assert last_birthday([(2, 29), (2, 28)], on).number == 1
    assert last_birthday([(2, 29), (3, 1)], date(2028, 2, 29)).number == 1
    assert last_birthday([(5, 5)], on).probability == 1


def test_same_birthday_needs_the_settled_number():
    refused(lambda: last_birthday([(1, 1), (1, 1)], date(2026, 3, 1)), "sampling.same-birthday")
    assert last_birthday([(2, 1), (1, 1), (2, 1)], date(2026, 3, 1), u=0.9).number == 3


def test_impossible_households_are_refused():
    refused(lambda: person_number(1.0, 3), "sampling.uniform-outside")
    refused(lambda: person_number(float("nan"), 3), "sampling.uniform-outside")
    refused(lambda: person_number(0.5, 0), "sampling.adults")
    refused(lambda: person_number(0.5, 3, "choice"), "sampling.way-unknown")
    refused(lambda: last_birthday([(2, 30)], date(2026, 3, 1)), "sampling.birthday")
    refused(lambda: last_birthday([], date(2026, 3, 1)), "sampling.adults")


def test_u_just_below_one_draws_the_last_person():
    assert person_number(float(np.nextafter(1, 0)), 7) == 7
    assert kish_table(float(np.nextafter(1, 0))) == "F"
