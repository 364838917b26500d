"""Breaks by area and their maps: what the design supports, what is never told, what the pages say."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from flask_babel import refresh

from survey_app.db import transaction
from survey_app.problems import Problem
from survey_app.reporting import maps, present_map, queries, services
from survey_app.reporting.models import PUBLIC
from survey_app.weighting import services as weighting
from tests.attack.gather import _values
from tests.support.answered import answered_survey
from tests.support.regions import COUNTRY, NOWHERE, TOWN, with_regions

ONCE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def released(made, groups=None):
    with transaction():
        run = weighting.run(made.survey, with_regions(made.survey, groups))
        return services.release(made.survey, run, made.researcher, services.Terms(PUBLIC))


def test_a_break_by_area_has_the_figures_of_the_areas_it_is_made_of(app):
    """The two communes are the town and the country, so both breaks must say the same."""
    cube = queries.cube(released(answered_survey()))
    by = cube.find_break("region")
    assert by.level == "commune" and [tile.area for tile in by.tiles] == ["town", "country"]
    assert [tile.at for tile in by.tiles] == [(0, 0), (1, 0)] and all(tile.alone for tile in by.tiles)
    assert all(len(tile.paths) == 1 and tile.paths[0].startswith("22@") for tile in by.tiles)
    areas, residence = cube.topic("a2").table("region"), cube.topic("a2").table("residence")
    assert [c.group for c in areas.columns] == ["town", "country"]
    assert [c.figures for c in areas.columns] == [c.figures for c in residence.columns]
    assert cube.topic("a2").differs["region"] == cube.topic("a2").differs["residence"]


@ONCE
def test_a_question_of_province_level_is_never_told_by_area(app):
    cube = queries.cube(released(answered_survey()))
    assert "region" in cube.topic("a2").tables and "region" not in cube.topic("g6").tables


@ONCE
def test_an_area_that_the_design_cant_tell_of_joins_its_neighbour_or_stays_untold(app):
    made = answered_survey()
    groups = {"town": {"values": [TOWN]}, "country": {"values": [COUNTRY]}, "far": {"values": [NOWHERE]}}
    cube = queries.cube(released(made, groups))
    far = next(tile for tile in cube.find_break("region").tiles if tile.area == "far")
    assert far.group == "" and "units" in far.why
    assert [c.group for c in cube.topic("a2").table("region").columns] == ["town", "country"]
    groups["far"]["near"] = "country"
    with transaction():
        run = weighting.run(made.survey, with_regions(made.survey, groups))
        joined = services.make_tables(made.survey, run).cube.find_break("region")
    assert [name for name, _label in joined.groups] == ["town", "country+far"]
    assert {tile.area: tile.alone for tile in joined.tiles} == {"town": True, "country": False, "far": False}


@ONCE
def test_pages_show_a_map_whose_every_figure_was_released(app):
    made = answered_survey()
    groups = {
        "town": {"values": [TOWN], "at": [0, 1]},
        "country": {"values": [COUNTRY], "at": [1, 0]},
        "far": {"values": [NOWHERE], "at": [1, 1]},
    }
    cube = queries.cube(released(made, groups))
    client, root = app.test_client(), f"/public/{made.survey.public_id}/"
    page = client.get(root + "questions/a2?by=region").text
    chart = json.loads(re.findall(r'<script type="application/json">(.*?)</script>', page, re.S)[0])
    assert [trace["type"] for trace in chart["data"]] == ["bar", "scatter", "scatter"]
    table = cube.topic("a2").table("region")
    net = next(place for place, row in enumerate(table.rows) if row.kind == "net")
    shown = [f"{column.figures[net].value:.0f}\xa0%" for column in table.columns]
    assert chart["data"][2]["text"] == [*shown, "–"]
    said = [words for (words,) in chart["data"][0]["customdata"]]
    for column, words in zip(table.columns, said, strict=False):
        figure = column.figures[net]
        for part in (f"{figure.value:.0f} %", f"{figure.low:.0f} đến {figure.high:.0f} %", str(column.n)):
            assert part in words
    assert "không đủ để công bố" in said[2] and "Không đủ để công bố: Vùng far" in page
    told = {n for trace in chart["data"] for n in _values(trace)}
    assert told == {n for c in table.columns for f in [c.figures[net]] for n in (f.value, f.low, f.high)}
    assert "Toàn địa bàn" in page and 'class="map-none"' in page
    other = client.get(root + "questions/a2?by=region&answer=net2").text
    assert other != page and 'answer=net2" aria-current="true"' in other
    story = client.get(root + "?by=region").text
    assert story.count('class="tile-map"') == sum(
        "region" in topic.tables and not topic.arms and topic.kind != "difference" for topic in cube.topics
    )
    assert "Câu này chỉ công bố chung cho toàn địa bàn" in story


@ONCE
def test_the_map_speaks_english(app):
    made = answered_survey()
    released(
        made, {"town": {"values": [TOWN]}, "country": {"values": [COUNTRY]}, "far": {"values": [NOWHERE]}}
    )
    refresh()  # the release was made in Vietnamese, in this same context
    page = app.test_client().get(f"/public/{made.survey.public_id}/questions/a2?by=region&lang=en").text
    assert "Not enough to publish: Region far" in page and "share by part of the province" in page


@ONCE
def test_areas_are_never_ranked_and_single_communes_never_named(app):
    made = answered_survey()
    cube = queries.cube(released(made))
    assert cube.topic("a2").differs["region"], "life is better in town in this made-up survey"
    page = app.test_client().get(f"/public/{made.survey.public_id}/questions/a2?by=region").text
    across = re.search(r'<p class="across">(.*?)</p>', page, re.S)[1]
    assert "town" not in across and "country" not in across and across.strip()
    codes = [tile.paths for tile in cube.find_break("region").tiles]
    assert codes == sorted(codes), "areas stand in the order of their codes"


@ONCE
def test_slides_show_the_map_of_what_differs(app):
    made = answered_survey()
    cube = queries.cube(released(made))
    by = cube.find_break("region")
    maps_ = [present_map.mapped(topic, by) for topic in cube.topics if topic.differs.get("region")]
    differing = [one for one in maps_ if one and one.differ]
    page = app.test_client().get(f"/public/{made.survey.public_id}/present")
    assert page.status_code == 200 and differing
    shown = re.findall(r'<p class="kicker">Vùng trong tỉnh</p>', page.text)
    assert len(shown) == min(3, len(differing)) and "theo vùng trong tỉnh" in page.text


@ONCE
def test_what_a_map_cant_show_is_a_clear_problem(app):
    made = answered_survey()
    released(made)
    root = f"/public/{made.survey.public_id}/questions/"
    client = app.test_client()
    for page in (
        "a2?by=region&answer=zzz",
        "a2?answer=net1",
        "a2?by=sex&answer=net1",
        "ballot?by=region&answer=1",
    ):
        answer = client.get(root + page)
        assert answer.status_code == 404 and "Bản đồ này không hiện được" in answer.text, page
    assert client.get(root + "g6?by=region").status_code == 200


@ONCE
def test_a_code_that_no_area_bears_and_villages_in_no_group_are_refused(app):
    made = answered_survey()
    for values, code in (([TOWN, COUNTRY, "99999"], "unknown-area"), ([TOWN], "recode-incomplete")):
        with pytest.raises(Problem) as caught, transaction():
            weighting.run(made.survey, with_regions(made.survey, {"all": {"values": values}}))
        assert caught.value.code == f"weighting.{code}"
        assert ("99999" if code == "unknown-area" else COUNTRY) in caught.value.message


@ONCE
def test_csv_errata_and_method_know_areas(app):
    made = answered_survey()
    first = released(made)
    text = app.test_client().get(f"/public/{made.survey.public_id}/questions/a2.csv").text
    rows = [row for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff"))) if row["break"] == "region"]
    assert {row["group"] for row in rows} == {"Vùng town", "Vùng country"}
    assert len(rows) == 2 * len(queries.cube(first).topic("a2").table("region").rows)


def test_the_steps_of_the_scale_have_a_colour_in_the_style_sheet(app):
    css = app.test_client().get("/static/css/results.css").text
    assert all(f".legend .{step} {{" in css for step in (*maps.STEPS, maps.NONE))
