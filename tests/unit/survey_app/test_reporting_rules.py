"""Rules of scales, sentences, classes and charts, on plain values."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

import survey_app
from survey_app import wording
from survey_app.reporting import charts, exports, headlines, scales
from survey_app.reporting.classes import classes
from survey_app.reporting.cube import (
    ANSWER,
    NET,
    TOTAL,
    Break,
    Column,
    Cube,
    Figure,
    Row,
    Section,
    Table,
    Topic,
    from_json,
    to_json,
)

STATIC = Path(survey_app.__file__).parent / "static"


@pytest.fixture(autouse=True)
def words():
    app = Flask("words")
    app.config.update(BABEL_DEFAULT_LOCALE="vi", LANGUAGES=("vi", "en"))
    wording.init_app(app)
    with app.test_request_context():
        yield


def figure(value, half=3):
    return Figure(float(value), float(max(value - half, 0)), float(min(value + half, 100)))


def topic(shares, *, nets=False, kind="shares", half=3, by=None, differs=None):
    rows = [Row(str(i), {"vi": f"trả lời {i}"}, ANSWER) for i in range(len(shares))]
    figures = [figure(share, half) for share in shares]
    if nets:
        rows += [Row("net1", {"vi": "phía một"}, NET, 1), Row("net2", {"vi": "phía hai"}, NET, 5)]
        middle = len(shares) // 2
        figures += [figure(sum(shares[:middle]), half), figure(sum(shares[len(shares) - middle :]), half)]
    tables = {TOTAL: (Table("", tuple(rows), (Column("", {}, 400, tuple(figures)),)),)}
    for group_shares in [by] if by else []:
        columns = tuple(
            Column(name, {"vi": name}, 200, tuple(figure(s, half) for s in values))
            for name, values in group_shares.items()
        )
        tables["sex"] = (Table("", tuple(rows), columns),)
    return Topic("q", kind, "s", {"vi": "Câu hỏi?"}, tables, differs=differs or {})


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (50.5, 60, "Hơn một nửa"),
        (50, 60, "Khoảng một nửa"),
        (45, 55, "Khoảng một nửa"),
        (40, 49, "Chưa đến một nửa"),
        (76, 84, "Hơn ba phần tư"),
        (26, 32, "Chưa đến một phần ba"),
        (2, 9, "Chưa đến một phần mười"),
        (44, 60, "Từ 44 đến 60\u00a0%"),
    ],
)
def test_words_of_quantity_never_say_more_than_the_interval(low, high, said):
    assert headlines.quantity(Figure((low + high) / 2, low, high)) == said


def test_two_sides_whose_intervals_touch_are_told_as_close():
    assert headlines.headline(topic([20, 15, 20, 20, 18], nets=True)).title.startswith(
        "Hai phía gần ngang nhau"
    )
    clear = headlines.headline(topic([40, 20, 20, 10, 10], nets=True))
    assert clear.title == "Hơn một nửa (60\u00a0%) trả lời “phía một”; 20\u00a0% trả lời “phía hai”"


def test_the_most_chosen_answer_is_told_alone_only_when_it_stands_apart():
    assert (
        headlines.headline(topic([40, 30, 20], kind="multiple")).title
        == "“trả lời 0” được chọn nhiều nhất: 40\u00a0%"
    )
    tied = headlines.headline(topic([40, 36, 20], kind="multiple")).title
    assert tied == "“trả lời 0” (40\u00a0%) và “trả lời 1” (36\u00a0%) được chọn nhiều nhất"
    unclear = headlines.headline(topic([30, 29, 28], kind="multiple")).title
    assert unclear.startswith("Được chọn nhiều nhất, chưa phân rõ thứ tự")


def test_groups_are_different_only_when_the_test_says_so():
    by = Break("sex", {"vi": "Giới tính"}, (("nam", {"vi": "nam"}), ("nữ", {"vi": "nữ"})))
    apart = {"nam": [60, 20, 20], "nữ": [40, 30, 30]}
    assert (
        headlines.across(topic([50, 25, 25], by=apart, differs={"sex": False}), by)
        == "Các nhóm không khác nhau rõ rệt."
    )
    told = headlines.across(topic([50, 25, 25], by=apart, differs={"sex": True}), by)
    assert told == "“trả lời 0”: 60\u00a0% trong nhóm “nam”, 40\u00a0% trong nhóm “nữ”."
    touching = {"nam": [52, 24, 24], "nữ": [48, 26, 26]}
    assert headlines.across(topic([50, 25, 25], by=touching, differs={"sex": True}), by) == (
        "Các nhóm khác nhau ít; xem bảng số liệu."
    )


def test_main_findings_are_one_a_section_and_a_plain_yes_gives_way():
    yes_no = topic([80, 20])
    scale = topic([40, 20, 20, 10, 10], nets=True)
    cube = Cube((yes_no, scale), (), (Section("s", {"vi": "Phần"}),))
    assert [found.topic for found in headlines.newest(cube)] == [scale]


VI = lambda *labels: [{"vi": label} for label in labels]  # noqa: E731


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        (VI("Rất tốt", "Khá tốt", "Bình thường", "Khá kém", "Rất kém"), scales.TWO_SIDED),
        (VI("Không có vấn đề", "Vấn đề nhỏ", "Vấn đề khá lớn", "Vấn đề rất lớn"), scales.TWO_SIDED),
        (
            VI("Cao hơn nhiều", "Cao hơn một chút", "Tương đương", "Thấp hơn một chút", "Thấp hơn nhiều"),
            scales.TWO_SIDED,
        ),
        (VI("Trước hẹn", "Đúng hẹn", "Trễ hẹn", "Chưa có kết quả"), scales.ORDERED),
        (VI("Trực tiếp", "Trực tuyến", "Qua bưu điện", "Nhờ người khác"), scales.ORDERED),
        (VI("Có", "Không"), scales.ORDERED),
        (VI(*"abcdefgh"), scales.NONE),
    ],
)
def test_a_scale_is_two_sided_when_its_ends_mirror_each_other(labels, kind):
    assert scales.kind("", labels, shuffled=False) == kind


def test_what_the_workbook_says_of_a_scale_wins():
    labels = VI("Rất tốt", "Khá tốt", "Khá kém", "Rất kém")
    assert scales.kind("none", labels, shuffled=False) == scales.NONE
    assert scales.kind("", labels, shuffled=True) == scales.NONE


def test_tones_and_sides_leave_the_middle_in_the_middle():
    assert scales.tones(5) == [1, 2, 3, 4, 5] and scales.tones(4) == [1, 2, 4, 5]
    assert [list(side) for side in scales.sides(5)] == [[0, 1], [3, 4]]


@pytest.mark.parametrize(
    ("labels", "joined"),
    [
        (["Rất tốt", "Khá tốt"], "Rất hoặc khá tốt"),
        (["Tốt lên nhiều", "Tốt lên một chút"], "Tốt lên nhiều hoặc một chút"),
        (["Vấn đề khá lớn", "Vấn đề rất lớn"], "Vấn đề khá hoặc rất lớn"),
        (["Không có vấn đề", "Vấn đề nhỏ"], "Không có vấn đề hoặc vấn đề nhỏ"),
    ],
)
def test_what_answers_share_is_said_once(labels, joined):
    assert scales.joined(labels, "hoặc") == joined


def test_numbers_become_few_classes_each_with_enough_people():
    values = ["1"] * 200 + ["2"] * 100 + ["3"] * 20 + ["4"] * 20 + ["30"] * 2 + ["98"] * 5 + [""] * 9
    rows, codes = classes(values, ("98", "99"), {"vi": "không biết"})
    assert [row.label["vi"] for row in rows] == ["1", "2", "Từ 3 trở lên", "không biết"]
    assert codes["3"] == codes["4"] == codes["30"] == 2 and codes["98"] == 3 and "" not in codes


def test_a_cube_survives_its_json():
    cube = Cube(
        (topic([40, 60]),), (Break("sex", {"vi": "Giới"}, (("m", {"vi": "Nam"}),)),), (Section("s", {}),)
    )
    import json

    assert from_json(json.loads(json.dumps(to_json(cube)))) == cube
    with pytest.raises(ValueError):
        from_json({"format": 99})


def test_charts_use_the_style_sheets_own_colours_and_their_script_knows_them_all():
    css = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8").split("@media (prefers-color-scheme")[0]
    script = (STATIC / "js" / "results" / "charts.js").read_text(encoding="utf-8")
    known = dict(re.findall(r'"(#[0-9a-f]{6})": "([\w-]+)"', script))
    for name, value in charts.TOKENS.items():
        assert re.search(rf"--{name}: {value};", css), name
        assert known[value] == name


def test_a_chart_begins_at_zero_and_draws_every_interval():
    words = charts.Words(share=lambda v: f"{v:.0f} %", span=lambda f: "", hidden="ẩn")
    made = charts.bars(
        [charts.Mark("a < b", figure(40)), charts.Mark("ẩn", Figure(None, None, None, "protected"))], words
    )
    bar = made["data"][0]
    assert made["layout"]["xaxis"]["range"][0] == 0
    assert list(bar["x"]) == [40.0] and list(bar["error_x"]["array"]) == [3.0]
    texts = [note["text"] for note in made["layout"]["annotations"]]
    assert "a &lt; b" in texts and "40 %" in texts and "ẩn" in texts


def test_figures_are_what_plotly_understands():
    import plotly.graph_objects as go

    words = charts.Words(share=lambda v: f"{v:.0f} %", span=lambda f: "", hidden="ẩn")
    marks = [charts.Mark("một", figure(40), "scale-1"), charts.Mark("hai", figure(60), "scale-5")]
    for made in (
        charts.bars(marks, words),
        charts.dots([charts.Block("nhóm", tuple(marks))], words),
        charts.diverging([("hàng", *marks)], words),
        charts.lines(["1", "2"], [0.0, 9.0], [charts.Line("một", (figure(40), figure(50)))], words),
    ):
        assert {trace["type"] for trace in made["data"]} <= {"bar", "scatter"}
        assert go.Figure(made).to_plotly_json()["layout"]["height"] == made["layout"]["height"]


def test_the_two_sides_of_a_scale_are_drawn_from_zero_with_their_intervals():
    words = charts.Words(share=lambda v: f"{v:.0f} %", span=lambda f: "", hidden="ẩn")
    right, left = charts.Mark("tốt", figure(40), "scale-1"), charts.Mark("kém", figure(25), "scale-5")
    made = charts.diverging(
        [("hàng", right, left), ("ẩn", charts.Mark("tốt", Figure(None, None, None, "protected")), left)],
        words,
    )
    drawn = [
        [
            (x - minus, x, x + plus)
            for x, plus, minus in zip(t["x"], t["error_x"]["array"], t["error_x"]["arrayminus"])
        ]
        for t in made["data"]
    ]
    high, low = figure(40), figure(25)
    assert drawn == [
        [(high.low, 40, high.high)],
        [(-low.high, -25, -low.low), (-low.high, -25, -low.low)],
    ]
    begin, end = made["layout"]["xaxis"]["range"]
    assert begin < -low.high and end > high.high
    assert [note["text"] for note in made["layout"]["annotations"]] == [
        "hàng",
        "40 %",
        "25 %",
        "ẩn",
        "ẩn",
        "25 %",
    ]


def test_a_spreadsheet_finds_no_formula_in_a_csv():
    risky = Topic("q", "shares", "s", {"vi": "=cmd()"}, topic([40, 60]).tables)
    text = exports.tables_csv(Cube((risky,), (), ()), lambda texts: texts.get("vi", ""))
    assert "'=cmd()" in text and ",=cmd" not in text and ",'," not in text
