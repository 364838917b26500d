"""What may be compared between waves, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from analysis.tables.disclosure_model import Category, Cell, Column, Net
from analysis.tables.disclosure_model import Table as Sealed
from questionnaires import Change, Safety
from survey_app import wording
from survey_app.reporting import present_waves, waves
from survey_app.reporting.cube import (
    NET,
    TOTAL,
    Cube,
    Figure,
    Row,
    Section,
    Table,
    Topic,
    Wave,
    from_json,
    to_json,
)
from survey_app.reporting.cube import Column as Shown


@pytest.fixture(autouse=True)
def words():
    app = Flask("words")
    app.config.update(BABEL_DEFAULT_LOCALE="vi", LANGUAGES=("vi", "en"), SECRET_KEY="x")
    wording.init_app(app)
    with app.test_request_context():
        yield


def topic(name, shares, **changed):
    """A two-sided question: the sides' shares in percent, None for a hidden one."""
    rows = tuple(Row(f"net{i + 1}", {"vi": f"phía {i + 1}"}, NET, (1, 5)[i], (str(i),)) for i in range(2))
    figures = tuple(
        Figure(None, None, None, "protected") if s is None else Figure(s, s - 3.0, s + 3.0) for s in shares
    )
    made = Topic(
        name,
        "shares",
        "s",
        {"vi": f"Câu {name}?"},
        {TOTAL: (Table("", rows, (Shown("", {}, 900, figures),)),)},
    )
    return replace(made, **changed)


def edition(number, *topics, effective=700.0):
    tables = {}
    for one in topics:
        table = one.table()
        cells = [
            Cell(None, hidden=True) if f.value is None else Cell(f.value / 100, n_effective=effective)
            for f in table.columns[0].figures
        ]
        nets = tuple(Net(r.name, r.name, r.parts, (c,)) for r, c in zip(table.rows, cells, strict=True))
        column = Column("", "", "p", 900, 900.0, effective, 50.0, total=True)
        tables[f"{one.name}//{TOTAL}"] = Sealed(
            f"{one.name}//{TOTAL}", one.name, one.name, TOTAL, "", "single", (Category("0", "0", ("0",)),),
            (column,), ((Cell(None, hidden=True),),), nets,
        )  # fmt: skip
    day = f"202{number}-09-30"
    return waves.Edition(
        Wave(number, f"s{number}", 1, "d", day, day), Cube(topics, (), (Section("s", {"vi": "S"}),)), tables
    )


def compared(before, after, changes=()):
    sources = {one.name: [one.name] for one in after.cube.topics}
    return waves.compare(before, after, sources, changes)


def test_a_change_is_of_printed_figures_and_clear_only_without_zero():
    found = compared(edition(1, topic("q", (40.0, 30.0))), edition(2, topic("q", (52.0, 29.0))))
    first, second = found.comparisons[0].shifts
    assert (first.difference, second.difference) == (12.0, -1.0)
    assert first.clear and not second.clear
    assert first.low < 12 < first.high and second.low < 0 < second.high
    assert all(part == round(part) for shift in (first, second) for part in (shift.low, shift.high))
    assert [point.value for point in first.points] == [40.0, 52.0]


def test_a_figure_hidden_in_either_wave_has_no_change():
    found = compared(edition(1, topic("q", (40.0, None))), edition(2, topic("q", (52.0, 20.0))))
    assert [shift.row for shift in found.comparisons[0].shifts] == ["net1"]
    none = compared(edition(1, topic("q", (None, None))), edition(2, topic("q", (52.0, 20.0))))
    assert none.comparisons == () and none.left_out[0]["why"] == "figures"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (Change("diff.wording", Safety.RISKY, "q"), "wording"),
        (Change("diff.choice-added", Safety.SAFE, "q"), "answers"),
        (Change("diff.choice-label", Safety.RISKY, "q"), "answers"),
        (Change("diff.relevant", Safety.RISKY, "q"), "asked"),
        (Change("diff.added", Safety.SAFE, "q"), "new"),
        (Change("diff.required", Safety.SAFE, "q"), ""),
        (Change("diff.wording", Safety.SAFE, "q"), ""),
        (Change("diff.wording", Safety.RISKY, "other"), ""),
    ],
)
def test_only_what_was_asked_alike_is_compared(change, why):
    found = compared(edition(1, topic("q", (40.0, 30.0))), edition(2, topic("q", (52.0, 29.0))), [change])
    assert [one["why"] for one in found.left_out] == ([why] if why else [])
    assert bool(found.comparisons) is not bool(why)


def test_a_stem_reworded_in_a_group_is_noticed_although_no_question_changed():
    old, new = (
        topic("q", (40.0, 30.0), stem={"vi": "Tin tưởng?"}),
        topic("q", (40.0, 30.0), stem={"vi": "Hài lòng?"}),
    )
    assert compared(edition(1, old), edition(2, new)).left_out[0]["why"] == "wording"


def test_new_and_dropped_questions_are_listed():
    found = compared(edition(1, topic("old", (40.0, 30.0))), edition(2, topic("fresh", (40.0, 30.0))))
    assert {(one["name"], one["why"]) for one in found.left_out} == {("fresh", "new"), ("old", "gone")}


def test_a_third_wave_goes_on_with_the_line_and_survives_its_json():
    one, two = edition(1, topic("q", (40.0, 30.0))), edition(2, topic("q", (45.0, 30.0)))
    second = replace(two, cube=replace(two.cube, waves=compared(one, two)))
    third = edition(3, topic("q", (52.0, 30.0)))
    found = compared(second, third)
    assert [wave.number for wave in found.waves] == [1, 2, 3]
    assert [point.value for point in found.comparisons[0].shifts[0].points] == [40.0, 45.0, 52.0]
    assert found.comparisons[0].shifts[0].difference == 7.0
    cube = replace(third.cube, waves=found)
    assert from_json(to_json(cube)) == cube


def test_a_thin_sample_says_no_clear_change_where_a_large_one_says_it_rose():
    before, after = topic("q", (40.0, 30.0)), topic("q", (47.0, 30.0))
    for effective, words_ in ((60.0, "Không đổi rõ rệt"), (3000.0, "tăng từ")):
        found = compared(edition(1, before, effective=effective), edition(2, after, effective=effective))
        assert words_ in present_waves.sentence(after, found.comparisons[0])


def test_news_puts_the_surest_change_first_and_counts_chance():
    names = ("a", "b", "c")
    before = [topic(name, (40.0, 30.0)) for name in names]
    after = [topic("a", (41.0, 30.0)), topic("b", (50.0, 30.0)), topic("c", (60.0, 30.0))]
    made = edition(2, *after)
    cube = replace(made.cube, waves=compared(edition(1, *before), made))
    news = present_waves.news(cube)
    assert [one.topic for one in news.changed] == ["c", "b"]
    assert [one.topic for one in news.steady] == ["a"]
    assert news.chance.startswith("Đã so sánh 3 lần")
    history = present_waves.history(cube, after[2])
    assert history.chart["data"][0]["y"] == [40.0, 60.0] and len(history.sheet.lines) == 2
