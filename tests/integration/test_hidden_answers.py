"""Randomised response and crosswise from the workbook to the released page: the share, never the single answers."""

from __future__ import annotations

import json

import numpy as np
import pytest

from analysis import Codes, Device, randomised_response
from questionnaires import compile_questionnaire, read_xlsform, write_xlsform
from survey_app.db import transaction
from survey_app.reporting import headlines, present, queries, services
from survey_app.reporting.cube import PREVALENCE, TOTAL
from survey_app.reporting.models import LEADERS
from survey_app.sampling import queries as sampling
from survey_app.tabulation import queries as tabulation
from survey_app.tabulation import services as tabulations
from survey_app.tabulation import tables
from survey_app.tabulation.recipes import TableRecipe
from survey_app.weighting import services as weighting
from tests.support.hidden_answers import TRUTH, hidden_book, hidden_survey
from tests.support.workbooks import workbook

ONCE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def made(app):
    return hidden_survey()


def test_the_workbook_declares_each_arms_device_and_reads_back_the_same():
    first = read_xlsform(workbook(hidden_book()), "thu.xlsx").questionnaire
    again = read_xlsform(write_xlsform(first), "thu.xlsx").questionnaire
    for model in (first, again):
        declared = {e.name: (e.parameters.get("p"), dict(e.of_arm)) for e in model.experiments}
        assert declared["cross"] == ("0,2", {"b": {"p": "0.85"}})
        assert declared["dice"] == (None, {})
    made = compile_questionnaire(first).compiled
    assert made.document["experiments"][2]["of_arm"] == {"b": {"p": "0.85"}}


@ONCE
def test_a_device_for_everyone_divides_nobody(made):
    first = sampling.preloaded(made.survey, sampling.cases(made.survey)[:1])
    (values,) = first.values()
    assert values["cross"] in ("a", "b") and "dice" not in values


@ONCE
def test_the_table_is_the_estimate_that_the_declared_devices_give(made):
    with transaction():
        run = weighting.run(made.survey)
        tabulations.open_answers(made.survey, run, made.researcher)
    space = tabulation.opened(made.survey, run)
    assert {"cx_a", "cx_b", "die"}.isdisjoint(space.variables)
    cross, dice = tables.make(TableRecipe(rows=("cross", "dice"), breaks=("sex",)), space)
    texts = [space.answers[q].texts() for q in ("cx_a", "cx_b")]
    said = np.array([a or b for a, b in zip(*texts, strict=True)])
    yes = Codes(np.where(said == "s", 1, np.where(said == "d", 0, -1)), (0, 1), "cross")
    arm = Codes(np.array([0 if a else 1 for a in texts[0]]), (0, 1), "arm")
    expected = randomised_response(
        yes, space.design.subset(yes.codes >= 0), [Device.crosswise(p=0.2), Device.crosswise(p=0.85)], arm=arm
    )
    told = cross.rows[0].cells[0]
    assert (told.value, told.low, told.high) == pytest.approx(
        (expected.estimate[0], expected.ci_low[0], expected.ci_high[0])
    )
    assert cross.apart == int((yes.codes < 0).sum()) > 0
    for shown in (cross, dice):
        assert [row.kind for row in shown.rows] == ["estimate"]
        cell = shown.rows[0].cells[0]
        assert cell.low < TRUTH < cell.high
        assert cell.high - cell.low < 0.25


@ONCE
def test_a_release_holds_the_share_and_not_what_was_ticked(made, app):
    with transaction():
        run = weighting.run(made.survey)
        release = services.release(made.survey, run, made.researcher, services.Terms(LEADERS, {}))
    cube = queries.cube(release)
    cross, dice = cube.topic("cross"), cube.topic("dice")
    for topic in (cross, dice):
        assert topic.kind == PREVALENCE
        (table,) = topic.tables[TOTAL]
        (figure,) = table.columns[0].figures
        assert figure.low <= 100 * TRUTH <= figure.high
    why = {entry["name"]: entry["why"] for entry in cube.not_released}
    assert (why["cx_a"], why["cx_b"], why["die"]) == ("raw-device",) * 3
    released = json.dumps(release.content, ensure_ascii=False)
    assert "Giống nhau" not in released and "Khác nhau" not in released
    with app.test_request_context():
        share = f"{cross.tables[TOTAL][0].columns[0].figures[0].value:.0f}\N{NO-BREAK SPACE}%"
        assert headlines.headline(cross).title.startswith(f"“Đã đưa tiền ngoài quy định”: ước tính {share}")
        assert headlines.headline(dice).title.startswith("Ước tính ")
        assert "Phép ngẫu nhiên" in present.card(cross, None).note


def test_another_probability_is_a_breaking_change():
    from questionnaires import Safety, diff

    old = read_xlsform(workbook(hidden_book()), "thu.xlsx").questionnaire
    new = read_xlsform(workbook(hidden_book().replace("p=0.85", "p=0.8")), "thu.xlsx").questionnaire
    assert [(c.code, c.safety) for c in diff(old, new)] == [("diff.experiment-changed", Safety.BREAKING)]
