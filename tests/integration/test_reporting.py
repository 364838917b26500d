"""Releases: what may leave a survey, who may read it, and how it is served."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from sqlalchemy import func, select

from survey_app import audit
from survey_app.accounts.models import Role
from survey_app.db import db, transaction
from survey_app.problems import Problem
from survey_app.reporting import proposals, queries, services
from survey_app.reporting.cube import DIFFERENCE, NET, TOTAL
from survey_app.reporting.models import LEADERS, Release
from survey_app.weighting import services as weighting
from tests.support.answered import Answered, answered_survey

# What doesn't depend on the database is tried on one of them.
ONCE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def released(made: Answered, audience: str = LEADERS) -> Release:
    """The survey's first release, or an erratum of it."""
    reason = {"vi": "Sửa một lỗi nhập liệu", "en": "A data entry error was mended"}
    with transaction():
        run = weighting.run(made.survey)
        terms = services.Terms(audience, reason if queries.releases(made.survey) else {})
        return services.release(made.survey, run, made.researcher, terms)


def figures(release):
    for topic in queries.cube(release).topics:
        for name, tables in topic.tables.items():
            for table in tables:
                for column in table.columns:
                    for row, figure in zip(table.rows, column.figures, strict=True):
                        yield topic, name, table, column, row, figure


def test_nothing_is_released_while_the_survey_collects(app):
    made = answered_survey(close=False)
    with pytest.raises(Problem) as caught, transaction():
        services.release(made.survey, weighting.run(made.survey))
    assert caught.value.code == "reporting.not-closed"
    assert db.session.scalar(select(func.count()).select_from(Release)) == 0


@ONCE
def test_every_released_figure_is_whole_has_an_interval_and_a_base_of_30(app):
    release = released(answered_survey())
    shown = [found for *_rest, found in figures(release) if found.value is not None]
    assert len(shown) > 200
    for figure in shown:
        assert figure.low <= figure.value <= figure.high
        assert all(part == round(part) for part in (figure.low, figure.value, figure.high))
        assert figure.high - figure.low <= 31
    assert all(column.n >= 30 for _t, _n, _table, column, _r, _f in figures(release))
    # No weighted base, count of a cell or unrounded share is anywhere in what leaders read.
    numbers = re.findall(r"-?\d+\.\d+", json.dumps(release.content))
    assert {number for number in numbers if not number.endswith(".0")} == set()


@ONCE
def test_an_estimate_is_the_one_that_the_library_makes_of_the_runs_design(app):
    from analysis import Codes, proportion
    from survey_app.collection import queries as collection
    from survey_app.weighting import queries as runs

    made = answered_survey()
    release = released(made)
    run = runs.run(made.survey, 1)
    design, weights = runs.design(run)
    values = dict(
        zip(collection.responses(made.survey).instance_ids, collection.responses(made.survey).values)
    )
    better = [int(values[str(i)]["a2"] in ("1", "2")) for i in weights.instance_ids]
    import numpy as np

    expected = proportion(Codes(np.array(better), (0, 1), "better"), design)
    table = queries.cube(release).topic("a2").table()
    place = next(i for i, row in enumerate(table.rows) if row.kind == NET)
    figure = table.columns[0].figures[place]
    assert figure.value == pytest.approx(100 * expected.estimate[1], abs=0.51)
    assert figure.low == pytest.approx(100 * expected.ci_low[1], abs=0.51)
    assert figure.high == pytest.approx(100 * expected.ci_high[1], abs=0.51)


@ONCE
def test_background_and_open_questions_are_not_released_and_are_listed(app):
    cube = queries.cube(released(answered_survey()))
    assert {topic.name for topic in cube.topics} >= {"a2", "a1", "b1", "b3", "ballot", "g6"}
    why = {entry["name"]: entry["why"] for entry in cube.not_released if entry["why"] != "too-few"}
    assert why == {
        "k7": "background",
        "a1_other": "open",
        "f3c": "raw-experiment",
        "f3t": "raw-experiment",
        "k1": "background",
        "k2": "background",
        "k3": "background",
    }


@ONCE
def test_a_list_experiment_is_only_its_difference_and_a_split_ballot_stands_side_by_side(app):
    cube = queries.cube(released(answered_survey(households=40)))
    listed = cube.topic("list_group")
    assert listed.kind == DIFFERENCE
    assert {len(table.rows) for tables in listed.tables.values() for table in tables} == {1}
    assert set(listed.tables) <= {TOTAL, "sex"}
    assert 5 < listed.table().columns[0].figures[0].value < 55
    ballot = cube.topic("ballot")
    assert [table.arm for table in ballot.tables[TOTAL]] == ["A", "B"]
    assert set(ballot.arms) == {"A", "B"}


@ONCE
def test_a_question_of_province_level_has_no_break_by_area(app):
    cube = queries.cube(released(answered_survey()))
    assert "residence" in cube.topic("a2").tables
    assert "residence" not in cube.topic("g6").tables and "sex" in cube.topic("g6").tables


@ONCE
def test_who_was_asked_is_said(app):
    topic = queries.cube(released(answered_survey())).topic("b3")
    assert topic.partly
    assert topic.asked[0].question["vi"] == "Có làm thủ tục không?"
    assert [answer["vi"] for answer in topic.asked[0].answers] == ["Có"]


def test_an_erratum_is_a_further_release_audited_against_the_first(app):
    made = answered_survey()
    first = released(made)
    second = released(made)
    assert (second.number, second.supersedes_id) == (2, first.id)
    assert queries.release(made.survey.public_id, made.leader).number == 2
    assert queries.release(made.survey.public_id, made.leader, 1).digest == first.digest


def test_an_earlier_release_says_that_it_was_replaced_and_its_links_stay_with_it(app, sign_in):
    made = answered_survey()
    released(made)
    released(made)
    client = sign_in("ld")
    address = f"/results/{made.survey.public_id}/"
    old, new = client.get(address + "?release=1").text, client.get(address).text
    assert "Đây là bản công bố số 1" in old and "Đây là bản công bố" not in new
    assert "questions/a2?release=1" in old
    # The erratum's own links lead to the newest; one shows the release that it corrects.
    assert new.count("release=") == new.count("?release=1") == 1
    assert client.get(address + "?release=3").status_code == 404


def test_a_correction_after_the_run_waits_for_the_next_snapshot(app):
    from survey_app.collection.models import Interview, new_mark
    from survey_app.snapshots import queries as snapshots
    from survey_app.snapshots import services as snapshot_services

    made = answered_survey()
    with transaction():
        run = weighting.run(made.survey)
        before = services.make_tables(made.survey, run).cube
        corrected = db.session.get(Interview, ("00000003", 1))
        corrected.outcome, corrected.pending = "partial", new_mark()
    assert snapshots.waiting(made.survey) == 1
    with transaction():
        assert services.make_tables(made.survey, run).cube == before
        fresh = snapshot_services.take(made.survey)
    assert fresh.number == 2 and fresh.left_out == {"partial": 1} and fresh.since["removed"] == 1
    with transaction():
        again = weighting.run(made.survey, None, None, fresh)
    assert again.n == run.n - 1 and again.inputs_digest != run.inputs_digest


def test_leaders_see_releases_of_their_areas_only(app, sign_in, person):
    made = answered_survey()
    released(made)
    address = f"/results/{made.survey.public_id}/"
    pages = ["", "method", "tables.csv", "questions/a2", "questions/a2.csv", "?by=sex", "questions/a2?by=age"]
    client = sign_in("ld")
    assert made.survey.public_id in client.get("/results/").text
    assert [client.get(address + page).status_code for page in pages] == [200] * len(pages)
    client = sign_in("ld-khac")
    assert made.survey.public_id not in client.get("/results/").text
    assert [client.get(address + page).status_code for page in pages] == [404] * len(pages)
    person("ctv", Role.COLLABORATOR)
    assert sign_in("ctv").get(address).status_code == 403


def test_a_survey_without_a_release_is_not_found(app, sign_in):
    made = answered_survey()
    client = sign_in("ld")
    assert client.get(f"/results/{made.survey.public_id}/").status_code == 404
    assert "Chưa có kết quả nào được công bố" in client.get("/results/").text


def test_an_unknown_break_or_question_is_a_clear_problem(app, sign_in):
    made = answered_survey()
    released(made)
    client = sign_in("ld")
    for page in ("?by=commune", "questions/k1", "questions/a2?by=commune", "questions/f3t.csv"):
        assert client.get(f"/results/{made.survey.public_id}/{page}").status_code == 404


@ONCE
def test_pages_hold_no_figure_that_was_not_released(app, sign_in):
    """Every percentage on the page and in its charts is one of the release's own."""
    made = answered_survey()
    release = released(made)
    whole = {
        int(part) for *_r, f in figures(release) if f.value is not None for part in (f.low, f.value, f.high)
    }
    text = sign_in("ld").get(f"/results/{made.survey.public_id}/?by=sex").text
    charts = re.findall(r'<script type="application/json">(.*?)</script>', text, re.S)
    assert len(charts) >= 5
    for chart in charts:
        for trace in json.loads(chart)["data"]:
            assert {int(x) for x in trace["x"]} <= whole and all(x == int(x) for x in trace["x"])


def test_a_page_is_kept_by_the_browser_until_something_changes(app, sign_in):
    made = answered_survey()
    released(made)
    client = sign_in("ld")
    address = f"/results/{made.survey.public_id}/"
    first = client.get(address)
    assert first.headers["Cache-Control"] == "private, no-cache"
    tag = first.headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(address + "?by=sex", headers={"If-None-Match": tag}).status_code == 200
    released(made)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


@ONCE
def test_csv_has_a_mark_for_excel_and_the_released_figures(app, sign_in):
    made = answered_survey()
    release = released(made)
    answer = sign_in("ld").get(f"/results/{made.survey.public_id}/questions/a2.csv")
    assert answer.mimetype == "text/csv" and answer.text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    total = [row for row in rows if not row["break"]]
    table = queries.cube(release).topic("a2").table()
    assert [int(row["percent"]) for row in total] == [int(f.value) for f in table.columns[0].figures]
    assert {row["base_unweighted"] for row in total} == {str(table.columns[0].n)}


@ONCE
def test_the_method_statement_gives_the_facts(app, sign_in):
    made = answered_survey()
    released(made)
    text = sign_in("ld").get(f"/results/{made.survey.public_id}/method").text
    for words in (
        "480",
        "Từ chối tham gia",
        "Giới tính × Nhóm tuổi",
        "Có hỏi nhưng không công bố",
        "Số hộ được chọn",
    ):
        assert words in text


@ONCE
def test_english_readers_get_english(app, sign_in):
    made = answered_survey()
    released(made)
    text = sign_in("ld").get(f"/results/{made.survey.public_id}/?lang=en").text
    assert "Main findings" in text and "How is life now?" in text and "Kết quả chính" not in text


def test_a_release_on_screen_needs_a_second_person(app, sign_in, person):
    from survey_app.surveys.services import add_member

    made = answered_survey()
    second = person("nc2", Role.RESEARCHER)
    with transaction():
        weighting.run(made.survey)
        add_member(made.survey, second, by=made.researcher)
    page = f"/surveys/{made.survey.public_id}/release"
    client = sign_in("nc")
    assert client.get(page).status_code == 200
    assert client.post(page).status_code == 409
    proposed = client.post(page + "/propose", data={"run": "1"}, follow_redirects=True)
    assert "Cần một nghiên cứu viên khác" in proposed.text
    digest = queries.proposal(made.survey).digest
    assert client.post(page + "/approve", data={"digest": digest}).status_code == 403
    assert client.post(page).status_code == 409
    client = sign_in("nc2")
    assert client.post(page + "/approve", data={"digest": "0" * 64}).status_code == 404
    assert client.post(page + "/approve", data={"digest": digest}).status_code == 302
    done = client.post(page, follow_redirects=True)
    assert done.status_code == 200 and "Kết quả chính" in done.text
    release = queries.releases(made.survey)[0]
    assert release.digest == digest and release.released_by == second.id
    assert queries.proposal(made.survey).release_id == release.id


def proposed(made, person, **without):
    """(the run, its audited proposal, the second researcher)."""
    from survey_app.surveys.services import add_member

    second = person("nc2", Role.RESEARCHER)
    with transaction():
        run = weighting.run(made.survey)
        add_member(made.survey, second, by=made.researcher)
        proposals.ask(made.survey, run, made.researcher, None, without)
    db.session.expire_all()
    return run, queries.proposal(made.survey), second


def test_what_was_approved_is_what_is_released(app, person):
    made = answered_survey()
    _run, found, second = proposed(made, person)
    with transaction():
        proposals.approve(made.survey, found.digest, second)
        made.survey.population = {"vi": "Tổng thể khác"}
    with pytest.raises(Problem) as caught, transaction():
        proposals.publish(made.survey, second)
    assert caught.value.code == "reporting.changed"
    assert queries.releases(made.survey) == []


def test_the_audit_is_a_job_that_tells_how_far_it_is_and_can_be_repeated(app, person, monkeypatch):
    made = answered_survey()
    seen = []
    tell = proposals._Teller.__call__

    def told(self, part, doing):
        seen.append((part, doing))
        tell(self, part, doing)

    monkeypatch.setattr(proposals._Teller, "__call__", told)
    monkeypatch.setattr(proposals, "BEAT_SECONDS", 0)
    run, found, _second = proposed(made, person)
    assert found.state == "proposed" and found.progress == 1 and found.found["topics"] > 3
    assert [part for part, _doing in seen] == sorted(part for part, _doing in seen)
    assert seen[0][1] == "draft:1/7" and seen[-1][0] == 1
    # A worker that died in the middle: the next one takes the proposal up and comes to the same.
    with transaction():
        found.state, found.beat_at, found.digest = "running", "2026-01-01T00:00:00Z", ""
    assert proposals.work() == 1
    db.session.expire_all()
    again = queries.proposal(made.survey)
    assert again.id == found.id and again.state == "proposed"
    assert again.digest == services.prepare(made.survey, run).digest
    assert proposals.work() == 0


@ONCE
def test_one_that_is_at_work_is_left_alone_and_asking_again_gives_it(app, person):
    made = answered_survey()
    run, found, _second = proposed(made, person)
    with transaction():
        found.state, found.beat_at = "running", audit.now()
    assert proposals.work() == 0
    with transaction():
        assert proposals.ask(made.survey, run, made.researcher).id == found.id


@ONCE
def test_a_researcher_chooses_what_to_release_and_the_rest_is_listed(app, person):
    made = answered_survey()
    _run, found, second = proposed(made, person, topics=["a1", "b3"], breaks=["education"])
    assert {"a1", "b3"} <= {entry["name"] for entry in found.found["not_released"]}
    with transaction():
        proposals.approve(made.survey, found.digest, second)
        release = proposals.publish(made.survey, second)
    cube = queries.cube(release)
    assert {topic.name for topic in cube.topics}.isdisjoint({"a1", "b3"})
    assert "education" not in {one.name for one in cube.breaks}
    assert {"kind": "break-left-out", "name": "education"} in release.method["plan"]["deviations"]


@ONCE
def test_an_audit_that_cant_be_done_says_why(app, person):
    made = answered_survey()
    everything = [spec.name for spec in services.topics_of(made.survey)]
    _run, found, second = proposed(made, person, topics=everything)
    assert found.state == "failed" and found.problem["code"] == "reporting.nothing-chosen"
    with pytest.raises(Problem), transaction():
        proposals.approve(made.survey, found.digest, second)


def test_no_release_page_for_those_who_dont_belong(app, sign_in, person):
    made = answered_survey()
    person("nc2", Role.RESEARCHER)
    page = f"/surveys/{made.survey.public_id}/release"
    assert sign_in("nc2").get(page).status_code == 404
    assert sign_in("ld").get(page).status_code == 403
