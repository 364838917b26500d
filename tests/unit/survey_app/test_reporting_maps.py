"""Tile maps: the country's layout, classes and colours, what a tile and the sentence beside the map say."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from scipy.stats import spearmanr

from survey_app.reporting import charts, maps, territory
from survey_app.reporting.cube import Figure
from survey_app.reporting.maps import Square
from survey_app.weighting.recipe import Category

ROOT = Path(territory.__file__).parents[1]
AREAS = ROOT / "accounts" / "data" / "areas.csv"


@pytest.fixture(scope="module")
def areas():
    with AREAS.open(encoding="utf-8-sig") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def test_each_province_has_exactly_one_tile_and_no_two_share_a_place(areas):
    provinces = sorted(code for code, row in areas.items() if not row["parent_code"])
    assert len(provinces) == 34
    assert sorted(one.code for one in territory.provinces() if not one.of) == provinces
    places = [one.at for one in territory.provinces()]
    assert len(set(places)) == len(places) and max(column for column, _row in places) < 6
    parts = {one.code: one.of for one in territory.provinces() if one.of}
    assert parts == {"20333": "48", "22736": "56"}
    assert all(areas[code]["parent_code"] == of for code, of in parts.items())
    assert all(areas[code]["name"].endswith(territory.PARTS[code]["vi"]) for code in parts)


def test_north_is_above_south_and_west_left_of_east(areas):
    own = [one for one in territory.provinces() if not one.of]
    latitude = [float(areas[one.code]["latitude"]) for one in own]
    longitude = [float(areas[one.code]["longitude"]) for one in own]
    assert spearmanr([one.at[1] for one in own], latitude).statistic < -0.95
    assert spearmanr([one.at[0] for one in own], longitude).statistic > 0.75
    # Neighbours stay neighbours: the three nearest provinces lie within a few tiles.
    for i, one in enumerate(own):
        away = np.hypot(np.array(latitude) - latitude[i], np.array(longitude) - longitude[i])
        for near in np.argsort(away)[1:3]:
            assert np.abs(np.array(own[near].at) - one.at).max() <= 3, (one.code, own[near].code)


def test_tiles_stand_where_the_researcher_puts_them_else_by_the_country_else_in_rows():
    def groups(values, at=None):
        return [Category(v, {}, (v,), at=None if at is None else at[i]) for i, v in enumerate(values)]

    assert territory.positions(groups(["a", "b"], [(2, 0), (0, 1)])) == [(2, 0), (0, 1)]
    assert territory.positions(groups(["01", "22"])) == [(2, 2), (4, 2)]
    assert territory.positions(groups(list("abcde"))) == [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1)]
    assert territory.positions(groups(["a"])) == [(0, 0)]


def figures(*values, half=4.0):
    return [Figure(v, max(0.0, v - half), min(100.0, v + half)) for v in values]


@pytest.mark.parametrize(
    ("values", "half", "begins"),
    [
        ((12.0, 18.0, 21.0), 4, [10, 20]),
        ((12.0, 18.0, 21.0), 8, [0, 20]),
        ((5.0, 95.0), 4, [0, 20, 40, 60, 80]),
        ((40.0, 49.0), 4, [40]),
        ((100.0, 96.0), 1, [90]),
        ((0.0, 30.0), 3, [0, 10, 20, 30]),
    ],
)
def test_classes_are_round_few_and_never_finer_than_the_intervals(values, half, begins):
    found = maps.scale(figures(*values, half=half))
    assert [begin for begin, _end, _token in found.classes] == begins
    tokens = [found.token(f) for f in figures(*values)]
    assert maps.NONE not in tokens
    order = [maps.STEPS.index(token) for token in tokens]
    ranked = sorted(range(len(values)), key=values.__getitem__)
    assert [order[i] for i in ranked] == sorted(order)


def test_areas_that_cant_be_told_apart_have_one_colour_and_none_has_grey():
    found = maps.scale(figures(20.0, 70.0), differ=False)
    assert len({found.token(f) for f in figures(20.0, 70.0)}) == 1
    assert found.token(None) == found.token(Figure(None, None, None, "protected")) == maps.NONE
    assert maps.scale([]).classes == () and maps.scale([]).token(None) == maps.NONE


def test_a_map_is_a_plotly_figure_of_bars_and_texts_with_nothing_below_the_released_percent():
    squares = [
        Square("Đông Triều – Uông Bí – Quảng Yên", (0, 1), Figure(10.0, 7.0, 13.0), "10 %", "a"),
        Square("Hạ Long <b>", (1, 1), Figure(13.0, 7.0, 22.0), "13 %", "b"),
        Square("Cô Tô", (1, 0), None, "–", "c"),
    ]
    made = maps.tile_map(squares, maps.scale([s.figure for s in squares if s.figure]))
    assert [trace["type"] for trace in made["data"]] == ["bar", "scatter", "scatter"]
    go.Figure(made)  # raises for a property that Plotly doesn't know
    bars, names, values = made["data"]
    assert bars["marker"]["pattern"]["shape"] == ["", "", "/"]
    assert bars["marker"]["color"][2] == charts.TOKENS["map-none"]
    assert values["text"] == ["10 %", "13 %", "–"] and "&lt;b&gt;" in names["text"][1]
    assert names["text"][0].split("<br>") == ["Đông Triều –", "Uông Bí – Quảng Yên"]
    assert bars["customdata"] == [["a"], ["b"], ["c"]]
    # From the top left: row 0 is above row 1.
    assert bars["base"][2] > bars["base"][0] and bars["x"] == [0.5, 1.5, 1.5]


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_on_every_tile_can_be_read_in_both_schemes():
    """WCAG AA: 4.5 to 1, light and dark; and the light colours are those that charts are made with."""
    css = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    light, dark = css.split("prefers-color-scheme: dark")
    for part in (light, dark):
        colours = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", part))
        for tile, ink in maps.INK.items():
            one, other = sorted((_luminance(colours[tile]), _luminance(colours[ink])))
            assert (other + 0.05) / (one + 0.05) >= 4.5, (tile, ink)
        steps = [_luminance(colours[step]) for step in maps.STEPS]
        assert steps in (sorted(steps), sorted(steps, reverse=True))
    colours = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", light))
    script = (ROOT / "static" / "js" / "results" / "charts.js").read_text(encoding="utf-8")
    for name, value in charts.TOKENS.items():
        assert colours[name] == value and f'"{value}": "{name}"' in script
