"""Weighting runs on a real database: what they make, what they refuse, and who may see them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

from survey_app.accounts.models import Role
from survey_app.db import db, transaction
from survey_app.problems import Problem
from survey_app.weighting import queries, recipe, services
from survey_app.weighting.models import Margin, WeightingRun
from tests.support.answered import SEX_AGE, answered_survey

# What doesn't depend on the database is tried on one of them.
ONCE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def test_a_run_makes_the_sample_match_the_population(app):
    made = answered_survey()
    with transaction():
        run = services.run(made.survey, None, made.researcher)
    weights = queries.weights(run)
    assert run.number == 1 and run.n == len(weights.weight) > 250
    assert run.n_effective < run.n
    sex, age = weights.codes["sex"], weights.codes["age"]
    plan = recipe.read(run.recipe)
    total = weights.weight.sum()
    assert total == pytest.approx(sum(SEX_AGE.values()))
    for i, one in enumerate(plan.variables["sex"].names):
        for j, band in enumerate(plan.variables["age"].names):
            share = weights.weight[(sex == i) & (age == j)].sum() / total
            assert share == pytest.approx(SEX_AGE[one, band] / total, abs=1e-6)
    assert [step["step"] for step in run.diagnostics["steps"]] == [
        "base",
        "household",
        "nonresponse",
        "calibration",
        "trim",
    ]


def test_the_same_recipe_and_interviews_give_the_same_weights(app):
    made = answered_survey()
    with transaction():
        first, second = services.run(made.survey), services.run(made.survey)
    assert (first.number, second.number) == (1, 2)
    assert first.inputs_digest == second.inputs_digest
    assert np.array_equal(queries.weights(first).weight, queries.weights(second).weight)


@ONCE
def test_a_stored_recipe_runs_again_as_it_stands(app):
    made = answered_survey()
    with transaction():
        first = services.run(made.survey)
        second = services.run(made.survey, first.recipe)
    assert second.recipe == first.recipe
    assert np.array_equal(queries.weights(first).weight, queries.weights(second).weight)


def test_the_design_has_the_weights_of_its_run_and_knows_the_raking(app):
    made = answered_survey()
    with transaction():
        run = services.run(made.survey)
    design, weights = queries.design(run)
    assert design.weights == pytest.approx(weights.weight, rel=1e-6)
    assert len(design.calibrations) == 1
    assert design.degrees_of_freedom == 24 - 2


@ONCE
def test_refused_answers_of_a_weighting_variable_take_a_donor_of_their_stratum(app):
    def refuse(place, given):
        if place in (3, 30, 200):
            given["k1"] = "99"

    made = answered_survey(change=refuse)
    with transaction():
        run = services.run(made.survey)
    assert run.diagnostics["missing"]["sex"] == 3
    assert (queries.weights(run).codes["sex"] >= 0).all()
    assert any(w["code"] == "weighting.donors" for w in run.diagnostics["warnings"])


@ONCE
def test_a_value_that_no_group_holds_stops_the_run_and_stores_nothing(app):
    made = answered_survey(change=lambda place, given: given.update(k3="9") if place == 5 else None)
    with pytest.raises(Problem) as caught, transaction():
        services.run(made.survey)
    assert caught.value.code == "weighting.recode-incomplete"
    assert caught.value.params == {"variable": "education", "values": "9 (1)"}
    assert db.session.scalar(select(func.count()).select_from(WeightingRun)) == 0


def test_real_margins_are_imported_once(app):
    with transaction():
        first = services.import_margins()
    count = db.session.scalar(select(func.count()).select_from(Margin))
    with transaction():
        services.import_margins(services.MARGINS)
    assert len(first.margins) == count == db.session.scalar(select(func.count()).select_from(Margin))
    assert "education_detail" in {entry["margin"] for entry in first.left_out}
    named = db.session.scalars(select(Margin).where(Margin.source_id == "QN2019")).one()
    assert named.area_code == "22" and "Quảng Ninh" in named.source


def test_a_margin_of_another_universe_or_area_is_refused_until_accepted_by_name_with_a_reason(app):
    made = answered_survey(margins=False)
    with transaction():
        services.import_margins()
    plan = recipe.standard_plan()
    use = {"name": "sex_x_age", "variables": ["sex", "age"], "area_code": "VN", "ref_date": "2025-07-01"}
    plan["calibration"]["margins"] = [use]
    with pytest.raises(Problem) as caught, transaction():
        services.run(made.survey, plan)
    assert caught.value.code == "weighting.mismatch"
    assert "area (VN ≠ 22)" in caught.value.params["reasons"]
    use["accept"] = {"area": "   "}
    with pytest.raises(Problem), transaction():
        services.run(made.survey, plan)
    use["accept"] = {"area": "Chưa có số liệu của tỉnh"}
    with transaction():
        run = services.run(made.survey, plan)
    assert run.diagnostics["margins"][0]["accepted"] == {"area": "Chưa có số liệu của tỉnh"}
    moved = run.diagnostics["moved"]
    assert moved["margins"] == ["sex_x_age"] and moved["largest"] > 0


def test_a_simulated_survey_refuses_the_real_population(app):
    made = answered_survey(margins=False)
    with transaction():
        services.import_margins()
        made.survey.simulated = True
    plan = recipe.standard_plan()
    plan["calibration"]["margins"] = [
        {"name": "sex", "variables": ["sex"], "source_id": "QN2019", "ref_date": "2019-04-01"}
    ]
    with pytest.raises(Problem) as caught, transaction():
        services.run(made.survey, plan)
    assert "universe (all ages ≠ 18+, simulated)" in caught.value.params["reasons"]


@ONCE
def test_without_any_margin_the_default_recipe_says_what_it_left_out(app):
    made = answered_survey(margins=False)
    with transaction():
        run = services.run(made.survey)
    assert run.diagnostics["margins"] == []
    assert {w["params"]["name"] for w in run.diagnostics["warnings"]} >= {
        "sex_x_age",
        "residence",
        "education",
    }


@ONCE
def test_a_category_nobody_is_in_names_the_repair(app):
    made = answered_survey(change=lambda _place, given: given.update(k3="1") if given["k3"] == "6" else None)
    with pytest.raises(Problem) as caught, transaction():
        services.run(made.survey)
    assert caught.value.code == "weighting.empty-category"
    assert caught.value.params["category"] == "above_upper_secondary"


@ONCE
def test_a_broken_margin_file_imports_nothing(app):
    text = Path(services.MARGINS).read_text(encoding="utf-8").replace("47881061", "bốn mươi", 1)
    with pytest.raises(Problem) as caught, transaction():
        services.import_margins(text)
    assert caught.value.code == "weighting.bad-margins" and caught.value.params["line"] == 3
    assert db.session.scalar(select(func.count()).select_from(Margin)) == 0


def test_the_workbench_tries_a_recipe_without_keeping_it_then_keeps_it(app, sign_in):
    made = answered_survey()
    page = f"/surveys/{made.survey.public_id}/weighting"
    client = sign_in("nc")
    assert client.get(page).status_code == 200
    chosen = {f"margin-{m.id}": "on" for m in queries.margins(made.survey)}
    form = {"household": "y", "cap": "4", "classes": "stratum", "trim_upper": "6", **chosen}
    tried = client.post(page, data={**form, "do": "try"})
    assert tried.status_code == 200 and "Kết quả thử, chưa lưu" in tried.text
    assert db.session.scalar(select(func.count()).select_from(WeightingRun)) == 0
    kept = client.post(page, data={**form, "do": "run"}, follow_redirects=True)
    assert kept.status_code == 200 and "Lượt 1" in kept.text
    run = queries.run(made.survey, 1)
    assert run.recipe["household"]["cap"] == 4 and run.recipe["nonresponse"]["classes"] == "stratum"
    assert len(run.recipe["calibration"]["margins"]) == 3


@ONCE
def test_the_workbench_says_in_words_what_a_recipe_lacks(app, sign_in):
    made = answered_survey()
    page = f"/surveys/{made.survey.public_id}/weighting"
    answer = sign_in("nc").post(page, data={"advanced": "on", "document": "{", "classes": "psu", "do": "run"})
    assert answer.status_code == 400 and "JSON" in answer.text


def test_only_the_surveys_researchers_reach_the_workbench(app, person, sign_in):
    made = answered_survey()
    person("nc2", Role.RESEARCHER)
    page = f"/surveys/{made.survey.public_id}/weighting"
    assert sign_in("nc2").get(page).status_code == 404
    assert sign_in("ld").get(page).status_code == 403
