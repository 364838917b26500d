"""Areas that the design can tell of: the rule, what joins what, and how far down a question may be told."""

from __future__ import annotations

import numpy as np
import pytest

from survey_app.problems import Problem
from survey_app.weighting import areas, recipe, recode
from survey_app.weighting.weights import Weights


def entry(**groups):
    """A recipe's variable; groups: {name: (codes, near)}."""
    return {
        "label": {"vi": "Vùng", "en": "Region"},
        "source": "area",
        "missing": "refuse",
        "categories": [
            {"name": name, "label": {"vi": name.upper(), "en": name}, "values": codes, "near": near}
            for name, (codes, near) in groups.items()
        ],
    }


def variable(**groups):
    return recipe.resolve(
        {"format": 1, "variables": {"region": entry(**groups)}}, year=2026, questions=set()
    ).variables["region"]


def weights(units: list[int], each: int = 20, spread: float = 0.0) -> Weights:
    """units: number of primary units in each group, all of one stratum, with `each` interviews."""
    psu = [
        f"{group}-{unit}" for group, count in enumerate(units) for unit in range(count) for _ in range(each)
    ]
    n = len(psu)
    weight = np.exp(np.random.default_rng(1).normal(0, spread, n))
    return Weights(
        instance_ids=np.array([str(i) for i in range(n)]),
        weight=weight,
        before=weight,
        stratum=np.array(["A"] * n),
        psu=np.array(psu),
        codes={"region": np.array([int(text.split("-")[0]) for text in psu])},
    )


REGIONS = {"b": (["20", "21"], "c"), "a": (["10"], "b"), "c": (["30"], "b")}


def test_areas_that_the_design_supports_stand_alone_in_the_order_of_codes():
    found = areas.settle(variable(**REGIONS), weights([12, 10, 15]))
    assert [one.name for one in found.told] == ["a", "b", "c"]
    assert all(one.standing.supported for one in found.told) and found.left_out == ()
    a = found.told[0].standing
    assert (a.units, a.n, a.df) == (10, 200, 9)
    # Kish: 200 interviews of equal weight, 20 a unit, ρ = 0.05: 200 / (1 + 19 · 0.05).
    assert a.n_effective == pytest.approx(200 / 1.95)
    assert a.width == pytest.approx(2.2622 / np.sqrt(200 / 1.95), abs=1e-4)


def test_unequal_weights_and_large_clusters_cost_effective_interviews():
    even, uneven = weights([12]), weights([12], spread=0.8)
    one = variable(a=(["10"], ""))
    everyone = np.ones(240, dtype=bool)
    assert areas.standing(uneven, everyone).n_effective < 0.7 * areas.standing(even, everyone).n_effective
    assert areas.settle(one, weights([12], each=6)).left_out == ("a",)
    assert "effective" in areas.settle(one, weights([12], each=6)).alone["a"].why


def test_a_thin_area_joins_the_neighbour_that_the_recipe_names():
    found = areas.settle(variable(**REGIONS), weights([12, 4, 15]))
    assert [one.parts for one in found.told] == [("a", "b"), ("c",)]
    assert found.told[0].label == {"vi": "A và B", "en": "a and b"}
    assert found.told[0].codes == ("10", "20", "21")
    assert "units" in found.alone["a"].why and found.joined("a") is found.told[0]


def test_thin_neighbours_join_until_they_stand_together():
    chain = {"a": (["10"], "b"), "b": (["20"], "c"), "c": (["30"], "b"), "d": (["40"], "c")}
    found = areas.settle(variable(**chain), weights([4, 4, 5, 12]))
    assert [one.parts for one in found.told] == [("a", "b", "c"), ("d",)]


def test_without_a_neighbour_a_thin_or_empty_area_stays_untold():
    found = areas.settle(variable(a=(["10"], ""), b=(["20"], ""), c=(["30"], "")), weights([12, 3, 0]))
    assert [one.name for one in found.told] == ["a"] and found.left_out == ("b", "c")
    assert found.joined("b") is None and found.alone["c"].n == 0


def test_how_far_down_a_break_divides_and_which_questions_may_be_told_by_it():
    paths = {"22": "22@x/", "01": "01@x/", "06652": "22@x/06652@x/", "06658": "22@x/06658@x/"}
    provinces = variable(a=(["22"], ""), b=(["01"], ""))
    regions = variable(a=(["06652", "06658"], ""))
    communes = variable(a=(["06652"], ""), b=(["06658"], ""))
    assert [areas.level(one, paths) for one in (provinces, regions, communes)] == [
        "province",
        "region",
        "commune",
    ]
    standard = recipe.standard_plan()["variables"]
    asked = {e["question"] for e in standard.values() if "question" in e} | {"k7"}
    plan = recipe.resolve(recipe.standard_plan(), year=2026, questions=asked)
    assert (
        areas.level(plan.variables["sex"], {}) == ""
        and areas.level(plan.variables["residence"], {}) == "region"
    )
    assert areas.allowed("province", "province") and not areas.allowed("province", "region")
    assert not areas.allowed("country", "province") and areas.allowed("", "commune")
    assert areas.allowed("province", "") and areas.allowed("commune", "region")
    assert not areas.allowed("huyện", "region"), "an unknown level counts as the province"


def test_interviews_are_grouped_by_their_area_or_one_above_it():
    found = recode.codes(
        variable(a=(["06652"], ""), b=(["22"], "")),
        None,
        strata=[],
        area_types=[],
        areas=[("06652", "22"), ("06999", "22"), ("22",)],
    )
    assert found.tolist() == [0, 1, 1]
    with pytest.raises(Problem) as caught:
        recode.codes(variable(a=(["06652"], "")), None, strata=[], area_types=[], areas=[("06999", "22")])
    assert caught.value.code == "weighting.recode-incomplete" and "06999" in str(caught.value.params)


@pytest.mark.parametrize(
    "change",
    [
        {"near": "x"},
        {"near": "a"},
        {"values": []},
        {"at": [0]},
        {"at": [9, 0]},
        {"at": [-1, 0]},
        {"at": ["0", "1"]},
        {"at": [1, 1]},
    ],
)
def test_a_recipe_whose_areas_make_no_sense_is_refused(change):
    made = entry(a=(["10"], ""), b=(["20"], ""))
    made["categories"][1]["at"] = [1, 1]
    made["categories"][0] |= change
    with pytest.raises(Problem) as caught:
        recipe.resolve({"format": 1, "variables": {"region": made}}, year=2026, questions=set())
    assert caught.value.code == "weighting.bad-recipe" and caught.value.params["part"] == "region"
