"""The analysis plan: registered with the version, never changed, and held beside what was released."""

from __future__ import annotations

import copy

import pytest

from survey_app.authoring import plans, queries
from survey_app.authoring.models import AnalysisPlan
from survey_app.db import db, transaction
from survey_app.reporting import services as reporting
from survey_app.reporting.deviations import deviations
from survey_app.weighting import queries as weighting_queries
from survey_app.weighting import services as weighting
from tests.support.answered import answered_survey

ONCE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def test_publishing_registers_questions_breaks_and_weights_with_a_digest(app):
    made = answered_survey()
    plan = plans.plan(made.survey)
    version = queries.published(made.survey)
    assert plan.version_id == version.id and plan.document["questionnaire"] == version.digest
    names = [entry["name"] for entry in plan.document["reporting"]["topics"]]
    assert names == ["a2", "a1", "b1", "b3", "ballot", "list_group", "g6"]
    assert {"name": "k1", "why": "background"} in plan.document["reporting"]["not_reported"]
    assert list(plan.document["weighting"]["variables"]) == ["sex", "age", "residence", "education"]
    assert len(plan.digest) == 64
    assert db.session.query(AnalysisPlan).count() == 1


@ONCE
def test_what_was_done_as_planned_deviates_in_nothing(app):
    made = answered_survey()
    with transaction():
        run = weighting.run(made.survey)
        cube = reporting.make_tables(made.survey, run).cube
    shown = {topic.name for topic in cube.topics}
    found = deviations(plans.plan(made.survey), made.survey, run, cube)
    assert [d for d in found if d["kind"] != "topic-not-released"] == []
    planned = {"a2", "a1", "b1", "b3", "ballot", "list_group", "g6"}
    assert {d["name"] for d in found if d["kind"] == "topic-not-released"} == planned - shown


@ONCE
def test_every_departure_from_the_plan_is_named(app):
    made = answered_survey()
    with transaction():
        plan = weighting.default_recipe(made.survey)[0]
        changed = copy.deepcopy(plan)
        changed["trim"] = {"upper": 3.0, "lower": 0.3, "rounds": 5}
        del changed["variables"]["education"]
        changed["calibration"]["margins"] = changed["calibration"]["margins"][:2]
        ages = changed["variables"]["age"]["categories"]
        ages[0]["label"]["vi"] = "Trẻ"
        run = weighting.run(made.survey, changed)
        cube = reporting.make_tables(made.survey, run).cube
    found = deviations(plans.plan(made.survey), made.survey, run, cube)
    assert {"kind": "weighting-step", "step": "trim"} in found
    assert {"kind": "margin-left-out", "name": "education"} in found
    assert {"kind": "break-left-out", "name": "education"} in found
    assert {"kind": "grouping-changed", "name": "age"} in found
    assert deviations(None, made.survey, run, cube) == [{"kind": "no-plan"}]
    assert weighting_queries.runs(made.survey)[0].id == run.id
