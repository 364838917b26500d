"""What one group, and a leader of some areas, sees of a cube: released cells, nothing else."""

from __future__ import annotations

from survey_app.reporting import narrowing
from survey_app.reporting.cube import (
    TOTAL,
    Break,
    Column,
    Cube,
    Figure,
    Part,
    Row,
    Section,
    Table,
    Tile,
    Topic,
    crossed,
    from_json,
    to_json,
    uncrossed,
)

HANOI, QUANG_NINH, LAO_CAI = "01@x/", "22@x/", "15@x/"
ROWS = (Row("1", {"vi": "Có"}), Row("2", {"vi": "Không"}))


def column(group, value, parts=()):
    return Column(group, {"vi": group}, 100, (Figure(value, value - 5, value + 5),) * 2, parts)


def table(*columns):
    return (Table("", ROWS, columns),)


def tile(area, path, group, of=""):
    return Tile(area, {"vi": area}, (0, 0), group, (path,) if path else (), (), True, of)


def country():
    province = Break(
        "province",
        {"vi": "Tỉnh"},
        (("01", {"vi": "Hà Nội"}), ("15+22", {"vi": "Lào Cai và Quảng Ninh"})),
        "province",
        (
            tile("01", HANOI, "01"),
            tile("15", LAO_CAI, "15+22"),
            tile("22", QUANG_NINH, "15+22"),
            tile("99", "99@x/", ""),
            tile("20333", "", "01", of="01"),
        ),
    )
    sex = Break("sex", {"vi": "Giới"}, (("male", {"vi": "Nam"}), ("female", {"vi": "Nữ"})))
    topic = Topic(
        "q1", "shares", "s", {"vi": "Hỏi?"},
        {
            TOTAL: table(column("", 50.0)),
            "sex": table(column("male", 40.0), column("female", 60.0)),
            "province": table(column("01", 45.0), column("15+22", 55.0)),
            crossed("province", Part("sex", "female")): table(column("01", 61.0), column("15+22", 62.0)),
            crossed("sex", Part("province", "01")): table(column("male+female", 45.0, ("male", "female"))),
        },
        differs={"province": True, crossed("province", Part("sex", "female")): False},
    )  # fmt: skip
    crossings = (("sex", "province"), ("province", "sex"))
    return Cube((topic,), (sex, province), (Section("s", {}),), crossings=crossings)


def groups(cube, name):
    found = cube.topic("q1").table(name)
    return [c.group for c in found.columns] if found else None


def test_names_of_tables_within_a_part_come_apart_again():
    part = Part("province", "15+22")
    assert uncrossed(crossed("sex", part)) == ("sex", part) and uncrossed("sex") == ("sex", None)
    assert narrowing.read("sex:female") == Part("sex", "female") and narrowing.read("") is None


def test_a_cube_with_maps_and_crossings_is_read_as_it_was_written():
    assert from_json(to_json(country())) == country()


def test_a_leader_of_a_province_sees_the_whole_and_the_province():
    seen = narrowing.scoped(country(), [HANOI])
    assert groups(seen, TOTAL) == [""] and groups(seen, "sex") == ["male", "female"]
    assert groups(seen, "province") == ["01"]
    assert groups(seen, crossed("province", Part("sex", "female"))) == ["01"]
    assert groups(seen, crossed("sex", Part("province", "01"))) == ["male+female"]
    # With the province goes the tile of its part at sea.
    assert [one.area for one in seen.find_break("province").tiles] == ["01", "20333"]
    assert narrowing.name_of(seen, Part("province", "15+22")) == ""


def test_a_leader_of_a_part_of_a_province_sees_what_it_lies_in():
    seen = narrowing.scoped(country(), [QUANG_NINH + "06652@x/"])
    assert groups(seen, "province") == ["15+22"]
    assert groups(seen, crossed("sex", Part("province", "01"))) is None


def test_a_leader_of_an_area_that_is_not_told_sees_the_whole_only():
    seen = narrowing.scoped(country(), ["99@x/"])
    assert [by.name for by in seen.breaks] == ["sex"] and groups(seen, "province") is None
    assert groups(seen, TOTAL) == [""]
    assert narrowing.scoped(country(), ["98@x/"]).find_break("province") is None


def test_one_group_takes_the_place_of_everyone():
    women = narrowing.narrowed(country(), Part("sex", "female"))
    assert groups(women, TOTAL) == ["female"] and groups(women, "province") == ["01", "15+22"]
    assert women.topic("q1").differs == {"province": False} and groups(women, "sex") is None
    assert narrowing.together(women.topic("q1")) == ""
    men = narrowing.narrowed(country(), Part("sex", "male"))
    assert groups(men, TOTAL) == ["male"] and groups(men, "province") is None


def test_a_group_that_was_put_together_with_others_is_found_under_each_name():
    merged = country().topic("q1")
    merged.tables["sex"] = table(column("male+female", 50.0, ("male", "female")))
    for group in ("male", "female"):
        assert narrowing.narrow(merged, Part("sex", group)).table().columns[0].parts == ("male", "female")
    assert TOTAL not in narrowing.narrow(merged, Part("sex", "other")).tables
