"""Looking at one group only, and a leader's own areas: released cells and nothing computed beyond them."""

from __future__ import annotations

import csv
import io
import json
import re

import numpy as np
import pytest

from analysis import Codes, proportion
from survey_app.accounts import queries as accounts
from survey_app.accounts.models import Role
from survey_app.collection import queries as collection
from survey_app.db import transaction
from survey_app.problems import Problem
from survey_app.reporting import narrowing, queries, services
from survey_app.reporting.cube import TOTAL, Part, crossed, uncrossed
from survey_app.reporting.models import LEADERS, PUBLIC
from survey_app.weighting import queries as runs
from survey_app.weighting import services as weighting
from tests.support.answered import answered_survey
from tests.support.regions import COUNTRY, TOWN, with_regions

ONCE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
WOMEN = Part("sex", "female")


def released(made, crossings=(("sex", "age"), ("region", "sex")), audience=PUBLIC):
    with transaction():
        plan = with_regions(made.survey) | {"crossings": [list(pair) for pair in crossings]}
        return services.release(
            made.survey, weighting.run(made.survey, plan), made.researcher, services.Terms(audience)
        )


def test_a_break_within_a_group_is_estimated_over_that_group_alone(app):
    """Sex within the town is what the library makes of the domains "men in town" and "women in town"."""
    made = answered_survey(households=40)
    cube = queries.cube(released(made))
    assert cube.crossings == (("sex", "age"), ("region", "sex"))
    table = cube.topic("a2").table(crossed("sex", Part("region", "town")))
    design, weights = runs.design(runs.run(made.survey, 1))
    found = collection.responses(made.survey)
    values = dict(zip(found.instance_ids, found.values, strict=True))
    better = np.array([int(values[str(i)]["a2"] in ("1", "2")) for i in weights.instance_ids])
    town, sex = weights.codes["region"] == 0, weights.codes["sex"]
    place = next(i for i, row in enumerate(table.rows) if row.kind == "net")
    for code, column in enumerate(table.columns):
        expected = proportion(Codes(better, (0, 1), "better"), design.subset(town & (sex == code)))
        figure = column.figures[place]
        assert figure.value == pytest.approx(100 * expected.estimate[1], abs=0.51)
        assert figure.low == pytest.approx(100 * expected.ci_low[1], abs=0.51)
        assert figure.high == pytest.approx(100 * expected.ci_high[1], abs=0.51)
    assert [c.n for c in table.columns] == [int((town & (sex == k)).sum()) for k in (0, 1)]


@ONCE
def test_pages_of_one_group_hold_its_released_column_and_tables_and_nothing_else(app):
    made = answered_survey(households=40)
    cube = queries.cube(released(made))
    root = f"/public/{made.survey.public_id}/"
    client = app.test_client()
    women = next(c for c in cube.topic("a2").table("sex").columns if c.group == "female")
    page = client.get(root + "questions/a2?within=sex:female").text
    assert "Số liệu trên trang này chỉ của một nhóm: Nữ" in page and f"{women.n} người trả lời" in page
    assert re.search(r"<h1>Nữ: \S", page), "the title says whose finding it is"
    chart = json.loads(re.search(r'<script type="application/json">(.*?)</script>', page, re.S)[1])
    assert set(chart["data"][0]["x"]) <= {f.value for f in women.figures}
    by_age = client.get(root + "questions/a2?within=sex:female&by=age").text
    told = cube.topic("a2").table(crossed("age", WOMEN))
    shown = json.loads(re.search(r'<script type="application/json">(.*?)</script>', by_age, re.S)[1])["data"][
        0
    ]["x"]
    assert set(shown) <= {f.value for c in told.columns for f in c.figures} and shown
    assert "within=sex:female" in by_age.split('class="neighbours"')[1], "going on stays with the group"
    assert client.get(root + "?within=sex:female&by=age").status_code == 200


@ONCE
def test_what_was_not_released_within_a_group_says_why(app):
    made = answered_survey()
    cube = queries.cube(released(made))
    root = f"/public/{made.survey.public_id}/questions/"
    client = app.test_client()
    assert (
        "chưa được công bố chia tiếp theo trình độ học vấn"
        in client.get(root + "a2?within=sex:female&by=education").text
    )
    thin = [
        t.name
        for t in cube.topics
        if crossed("age", WOMEN) not in t.tables and t.kind == "shares" and not t.arms
    ]
    assert thin, "the audit drops what is too small"
    assert "Chưa công bố" in client.get(root + f"{thin[0]}?within=sex:female&by=age").text
    assert "Câu này chỉ công bố chung cho toàn địa bàn" in client.get(root + "g6?within=region:town").text
    for wrong in ("sex:other", "commune:x", "sex", ":"):
        answer = client.get(root + f"a2?within={wrong}")
        assert answer.status_code == 404 and "để xem riêng" in answer.text, wrong


@ONCE
def test_crossings_are_chosen_with_the_release_and_bounded(app, monkeypatch):
    made = answered_survey()
    with transaction():
        run = weighting.run(made.survey, with_regions(made.survey))
        none = services.make_tables(made.survey, run).cube
        some = services.make_tables(made.survey, run, choice={"crossings": [["sex", "education"]]}).cube
        gone = services.make_tables(
            made.survey, run, choice={"crossings": [["sex", "education"]], "breaks": ["education"]}
        ).cube
    assert none.crossings == gone.crossings == () and some.crossings == (("sex", "education"),)
    assert {uncrossed(name)[1] for t in some.topics for name in t.tables} >= {WOMEN, None}
    assert not any(uncrossed(name)[1] for t in (*none.topics, *gone.topics) for name in t.tables)
    for pairs, code in (([["sex", "sex"]], "bad"), ([["sex", "zzz"]], "bad"), ([["age", "sex"]], "too-many")):
        if code == "too-many":
            monkeypatch.setattr(services, "MOST_CROSSED", 10)
        with pytest.raises(Problem) as caught, transaction():
            services.make_tables(made.survey, run, choice={"crossings": pairs})
        assert caught.value.code.startswith(f"reporting.{code}")


@ONCE
def test_files_tell_the_group_that_a_break_is_told_within(app):
    made = answered_survey(households=40)
    cube = queries.cube(released(made))
    text = app.test_client().get(f"/public/{made.survey.public_id}/questions/a2.csv").text
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    inside = [row for row in rows if row["within"] == "sex:female"]
    table = cube.topic("a2").table(crossed("age", WOMEN))
    assert {row["within_group"] for row in inside} == {"Nữ"} and {row["break"] for row in inside} == {"age"}
    assert len(inside) == len(table.rows) * len(table.columns)
    assert not any(row["within"] for row in rows if row["break"] in ("", "education"))


def test_a_leader_of_one_area_sees_its_cells_and_the_whole(app, sign_in, person):
    made = answered_survey(households=40)
    found = released(made, audience=LEADERS)
    town, country = accounts.area(TOWN), accounts.area(COUNTRY)
    with transaction():
        leader = person("ld-phuong", Role.LEADER)
        leader.areas = [town]
    assert queries.scope(made.leader, made.survey) == ()
    assert queries.scope(leader, made.survey) == (town.path,)
    root = f"/results/{made.survey.public_id}/"
    cube = queries.cube(found)
    own, other = cube.topic("a2").table("region").columns
    client = sign_in("ld-phuong")
    assert made.survey.public_id in client.get("/results/").text
    page = client.get(root + "questions/a2?by=region").text
    assert "Vùng town" in page and "Vùng country" not in page and str(own.n) in page
    for address in (
        "",
        "?by=region",
        "?by=sex",
        "questions/a2",
        "tables.csv",
        "questions/a2.csv",
        "method",
        "present",
    ):
        text = client.get(root + address).text
        assert "Vùng country" not in text and country.name not in text, address
    rows = list(csv.DictReader(io.StringIO(client.get(root + "tables.csv").text.lstrip("\ufeff"))))
    assert {row["group"] for row in rows if row["break"] == "region"} == {"Vùng town"}
    assert {row["within"] for row in rows if row["within"].startswith("region")} == {"region:town"}
    assert {row["group"] for row in rows if row["break"] == "sex" and not row["within"]} == {"Nam", "Nữ"}
    assert client.get(root + "questions/a2?within=region:country").status_code == 404
    assert client.get(root + "questions/a2?within=region:town").status_code == 200
    # The leader of the whole province, at the same time, sees both.
    assert "Vùng country" in sign_in("ld").get(root + "questions/a2?by=region").text
    assert other.n


@ONCE
def test_of_a_survey_of_the_whole_country_leaders_see_the_whole_and_their_own_areas(app, sign_in):
    made = answered_survey(households=40)
    released(made, audience=LEADERS)
    with transaction():
        made.survey.area = None
    root = f"/results/{made.survey.public_id}/questions/a2"
    assert queries.scope(made.leader, made.survey) == (accounts.area("22").path,)
    assert "Vùng country" in sign_in("ld").get(root + "?by=region").text, "both communes lie in this province"
    client = sign_in("ld-khac")
    assert client.get(root).status_code == 200
    assert client.get(root + "?by=region").status_code == 404, "no area of the release lies in Hà Nội"


@ONCE
def test_a_leader_elsewhere_still_sees_nothing(app, sign_in):
    made = answered_survey()
    released(made, audience=LEADERS)
    assert sign_in("ld-khac").get(f"/results/{made.survey.public_id}/").status_code == 404


@ONCE
def test_a_narrowed_cube_takes_everything_from_released_tables(app):
    cube = queries.cube(released(answered_survey(households=40)))
    known = {
        column.figures
        for topic in cube.topics
        for tables in topic.tables.values()
        for table in tables
        for column in table.columns
    }
    for by, groups in narrowing.parts(cube):
        for address, name in groups:
            part = narrowing.read(address)
            assert narrowing.written(part) == address and narrowing.name_of(cube, part) == name
            narrow = narrowing.narrowed(cube, part)
            assert narrow.waves is None
            for topic in narrow.topics:
                assert by.name not in topic.tables
                for name_, tables in topic.tables.items():
                    assert name_ == TOTAL or "@" not in name_
                    assert all(column.figures in known for table in tables for column in table.columns)
