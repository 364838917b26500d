"""Recipes, recodes, margins and the steps of weighting, on plain values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from survey_app.problems import Problem
from survey_app.snapshots.columns import Columns
from survey_app.weighting import margins, recipe, recode, steps
from survey_app.weighting.recipe import MarginUse

QUESTIONS = {"k1", "k2", "k3", "k7"}
MARGINS = Path(margins.__file__).parent / "data" / "margins.csv"


def plan(**changes):
    return recipe.resolve({**recipe.standard_plan(), **changes}, year=2026, questions=QUESTIONS)


def inputs(n_psu=6, issued=10, answered=8, seed=1, change=None, keep=None):
    """Two strata, `answered` of `issued` households in each unit. change: {interview: answers}; keep: which stay."""
    rng = np.random.default_rng(seed)
    units = {
        f"U{u}": steps.DrawnPsu(
            f"U{u}",
            "A" if u < n_psu // 2 else "B",
            "phường" if u < n_psu // 2 else "xã",
            False,
            issued,
            0,
            100.0,
        )
        for u in range(n_psu)
    }
    psu = [code for code in units for _ in range(answered)]
    values = [
        {
            "k1": str(rng.integers(1, 3)),
            "k2": str(rng.integers(1950, 2008)),
            "k3": str(rng.choice([1, 4, 6])),
            "k7": "2",
        }
        for _ in psu
    ]
    for place, answers in (change or {}).items():
        values[place] |= answers
    kept = [i for i in range(len(psu)) if keep is None or keep(i, psu[i])]
    return steps.Inputs(
        [f"{i:03d}" for i in kept],
        Columns.of([values[i] for i in kept]),
        [psu[i] for i in kept],
        np.full(len(kept), 100.0),
        units,
    )


def control(name, variables, totals):
    return steps.ControlTotals(MarginUse(name, variables, None, None, None, None, {}), totals)


def test_nonresponse_gives_back_the_weight_of_the_households_that_were_eligible():
    given = inputs()
    made = steps.weigh(plan(household=None, calibration={"margins": []}, trim=None), given, [])
    assert made.weights.weight == pytest.approx(100 * 10 / 8)
    assert made.weights.weight.sum() == pytest.approx(6 * 10 * 100)


def test_households_found_to_be_none_are_not_made_up_for():
    given = inputs()
    units = {code: steps.DrawnPsu(**{**vars(u), "ineligible": 1}) for code, u in given.units.items()}
    made = steps.weigh(
        plan(household=None, calibration={"margins": []}, trim=None),
        steps.Inputs(given.instance_ids, given.answers, given.psu, given.base_weight, units),
        [],
    )
    assert made.weights.weight.sum() == pytest.approx(6 * 9 * 100)


def test_adults_multiply_up_to_the_cap_and_missing_ones_take_the_stratums_mean():
    given = inputs(change={0: {"k7": "9"}, 1: {"k7": "99"}})
    made = steps.weigh(
        plan(nonresponse={"classes": "none"}, calibration={"margins": []}, trim=None), given, []
    )
    w = made.weights.weight
    assert w[2] == 200 and w[0] == 600
    others = [9.0] + [2.0] * 22
    assert w[1] == pytest.approx(100 * np.mean(others))
    assert made.report["warnings"][-1] == {"code": "weighting.adults-missing", "params": {"count": 1}}


def test_a_unit_with_too_few_answers_shares_a_class_of_its_stratum():
    few = inputs(keep=lambda i, code: code != "U0" or i < 2)
    made = steps.weigh(plan(household=None, calibration={"margins": []}, trim=None), few, [])
    line = made.report["steps"][1]["details"]
    assert line["merged"] == 2 and line["classes"] == 5
    assert made.weights.weight.sum() == pytest.approx(6 * 10 * 100)
    assert made.weights.weight.max() == pytest.approx(100 * 20 / 10)


def test_raking_meets_the_margins_and_trimming_keeps_them():
    given = inputs(answered=40, issued=50, change={i: {"k7": "6"} for i in range(120, 128)})
    totals = {("urban",): 30.0, ("rural",): 70.0}
    made = steps.weigh(
        plan(trim={"upper": 2.0, "lower": 0.3, "rounds": 20}),
        given,
        [control("residence", ("residence",), totals)],
    )
    w, urban = made.weights.weight, made.weights.codes["residence"] == 0
    assert w[urban].sum() / w.sum() == pytest.approx(0.3, abs=1e-9)
    details = made.report["steps"][-1]["details"]
    assert details["cut"] == 8 and details["outside"] == 0
    before = next(step for step in made.report["steps"] if step["step"] == "calibration")
    assert made.report["steps"][-1]["largest"] < before["largest"]
    cells = made.report["margins"][0]["cells"]
    assert [cell["after"] for cell in cells] == [30.0, 70.0]


def test_missing_ones_may_keep_their_share():
    given = inputs(change={0: {"k1": "99"}})
    document = recipe.standard_plan()
    document["variables"]["sex"]["missing"] = "keep-share"
    document |= {"household": None, "trim": None, "nonresponse": {"classes": "none"}}
    chosen = recipe.resolve(document, year=2026, questions=QUESTIONS)
    made = steps.weigh(chosen, given, [control("sex", ("sex",), {("male",): 50.0, ("female",): 50.0})])
    w = made.weights.weight
    assert w[0] / w.sum() == pytest.approx(1 / 48)
    assert w[made.weights.codes["sex"] == 0].sum() == pytest.approx(w[made.weights.codes["sex"] == 1].sum())


def test_a_donor_doesnt_depend_on_the_order_of_the_interviews():
    found = np.array([0, 1, -1, 1, 0, -1], dtype=np.int64)
    strata, ids = list("AAABBB"), list("abcdef")
    first = recode.donated(found, "sex", strata, ids, "7")
    order = [5, 2, 0, 4, 1, 3]
    again = recode.donated(found[order], "sex", [strata[i] for i in order], [ids[i] for i in order], "7")
    assert np.array_equal(first[order], again)
    assert (first >= 0).all() and (first[found >= 0] == found[found >= 0]).all()


def test_certain_units_are_strata_of_their_own_and_their_households_the_units():
    given = inputs(n_psu=4)
    units = {
        code: steps.DrawnPsu(**{**vars(u), "certainty": code == "U0"}) for code, u in given.units.items()
    }
    made = steps.Inputs(given.instance_ids, given.answers, given.psu, given.base_weight, units)
    stratum, psu = steps.variance_units(made, [units[code] for code in made.psu])
    assert set(stratum[:8]) == {"A/U0"} and len(set(psu[:8])) == 8
    assert set(stratum[8:]) == {"A", "B"} and len(set(psu[8:])) == 3


def test_margins_of_other_categories_are_named():
    with pytest.raises(Problem) as caught:
        steps.weigh(plan(), inputs(), [control("sex", ("sex",), {("men",): 1.0, ("women",): 1.0})])
    assert caught.value.code == "weighting.unknown-category"
    assert caught.value.params["categories"] == "female, male, men, women"


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"format": 9}, "format"),
        ({"nonresponse": {"classes": "region"}}, "nonresponse"),
        ({"trim": {"upper": 0.5}}, "trim"),
        ({"household": {"question": "k70"}}, "household"),
        ({"calibration": {"margins": [{"name": "x", "variables": ["income"]}]}}, "x"),
        ({"variables": {"sex": {"question": "k1", "categories": []}}}, "sex"),
        ({"variables": {"sex": {"question": "k1"}}}, "recipe"),
    ],
)
def test_a_recipe_that_cant_be_used_says_which_part(change, part):
    with pytest.raises(Problem) as caught:
        plan(**{"calibration": {"margins": []}, **change})
    assert caught.value.code == "weighting.bad-recipe" and caught.value.params["part"] == part


def test_ages_follow_the_surveys_year_and_the_stored_recipe_keeps_it():
    made = plan()
    assert made.document["variables"]["age"]["reference_year"] == 2026
    assert recipe.read(made.document).variables["age"].year == 2026
    codes = recode.codes(
        made.variables["age"],
        Columns.of([{"k2": "2008"}, {"k2": "1997"}, {"k2": "1996"}, {"k2": "1920"}, {"k2": "9999"}, {}]),
        strata=[""] * 6,
        area_types=[""] * 6,
    )
    assert codes.tolist() == [0, 0, 1, 4, -1, -1]


def test_the_standard_plan_leaves_out_what_isnt_asked():
    kept, left_out = recipe.without_unasked(recipe.standard_plan(), {"k1", "k2"})
    assert set(kept["variables"]) == {"sex", "age", "residence"}
    assert [m["name"] for m in kept["calibration"]["margins"]] == ["sex_x_age", "residence"]
    assert left_out == ["education", "household"] and kept["household"] is None


def test_the_published_file_gives_closed_margins_only():
    parsed = margins.parse(MARGINS.read_text(encoding="utf-8"))
    names = {(m.area_code, m.name, m.ref_date) for m in parsed.margins}
    assert ("VN", "sex_x_age", "2025-07-01") in names and ("VN", "education", "2019-04-01") in names
    assert not any(name == "education_detail" for _area, name, _date in names)
    one = next(m for m in parsed.margins if m.name == "sex_x_age" and m.ref_date == "2025-07-01")
    assert one.variables == ("sex", "age") and len(one.cells) == 10 and one.universe == "18+"


@pytest.mark.parametrize(
    ("before", "after"),
    [("area_code,", "place,"), ("47881061", "-5"), ("48327923", "58327923"), ("VN,country", ",country")],
)
def test_a_broken_margin_file_is_refused_with_its_line(before, after):
    text = MARGINS.read_text(encoding="utf-8").replace(before, after, 1)
    with pytest.raises(Problem) as caught:
        margins.parse(text)
    assert caught.value.code == "weighting.bad-margins" and caught.value.params["line"] >= 1


def test_what_doesnt_fit_is_named_by_kind():
    facts = {"universe": "all ages", "area_code": "VN", "boundary": "2019-63"}
    ask = {"universe": "18+", "area_code": "22", "boundary": "2025-34"}
    found = margins.mismatches(facts, variables=("residence",), **ask)
    assert [m["kind"] for m in found] == ["universe", "area", "definition"]
    assert [m["kind"] for m in margins.mismatches(facts, variables=("sex",), **ask)] == ["universe", "area"]


def test_the_shift_of_answers_is_in_points():
    values = Columns.of([{"a": "1"}, {"a": "1"}, {"a": "2"}, {"a": "2"}])
    found = steps.shift(values, np.array([1.0, 1, 1, 1]), np.array([3.0, 3, 1, 1]), set())
    assert found == {"largest": 25.0, "mean": 25.0, "question": "a"}
    assert steps.shift(values, np.ones(4), np.array([3.0, 3, 1, 1]), {"a"})["largest"] == 0
