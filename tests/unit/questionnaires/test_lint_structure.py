"""Rules of structure and scales: each finds its fault, and leaves the mended form alone."""

from __future__ import annotations

import pytest

from questionnaires import Questionnaire, lint, read_xlsform, sentence
from questionnaires.lint.structure import LONGEST_MINUTES
from survey_app.demo.questionnaire import WORKBOOK

SCALE = """
| choices |
| | list_name | name | label::Tiếng Việt (vi) | tinh |
| | yn | 1 | Có | |
| | yn | 2 | Không | |
| | yn | 98 | Không biết | |
| | sat | 1 | Rất hài lòng | |
| | sat | 2 | Khá hài lòng | |
| | sat | 3 | Bình thường | |
| | sat | 4 | Khá không hài lòng | |
| | sat | 5 | Rất không hài lòng | |
| | sat | 98 | Không biết / khó trả lời | |
| | tinh | qn | Quảng Ninh | |
| | tinh | hp | Hải Phòng | |
| | xa | 1 | Xã A | qn |
| | xa | 2 | Xã B | hp |
"""
HEAD = "| survey |\n| | type | name | label::Tiếng Việt (vi) | relevant | required | choice_filter | dl::ends |\n"
USE = (
    "| | select_one yn | y | Ông/bà có nhà riêng không? | | | | |\n"
    "| | select_one sat | s | Ông/bà hài lòng hay không hài lòng? | | | | |\n"
    "| | select_one tinh | t | Tỉnh nào? | | | | |\n"
    "| | select_one xa | x | Xã nào? | | | tinh = ${t} | |\n"
)


def form(rows: str, choices: str = SCALE) -> Questionnaire:
    found = read_xlsform((HEAD + USE + rows + choices).encode(), "f.md").questionnaire
    assert found is not None
    return found


def codes(questionnaire: Questionnaire) -> list[tuple[str, str | None]]:
    report = lint(questionnaire)
    assert all(sentence(f, "vi") != sentence(f, "en") for f in report.findings)
    return [(f.code, f.where.name) for f in report.findings]


def test_a_sound_form_has_no_findings() -> None:
    assert codes(form("")) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("| | text | n | Gì? | false() | | | |\n", [("lint.never-visible", "n")]),
        ("| | text | n | Gì? | ${y} = '7' | | | |\n", [("lint.absent-value", "n")]),
        ("| | text | n | Gì? | selected(${y}, '7') | | | |\n", [("lint.absent-value", "n")]),
        ("| | text | n | Gì? | ${y} = '1' and ${y} = '2' | | | |\n", [("lint.contradiction", "n")]),
        ("| | begin group | g | G | ${y} = '1' | | | |\n| | text | n | Gì? | ${y} = '2' | | | |\n"
         "| | end group | | | | | | |\n", [("lint.contradiction", "n")]),
        ("| | text | n | Gì? | ${y} = '1' or ${y} = '2' | | | |\n", []),
        ("| | text | n | Gì? | | yes | | |\n", [("lint.no-way-out", "n")]),
        ("| | select_one yn | n | Gì? | | yes | | |\n", []),
        ("| | select_one tinh | n | Gì? | | yes | | hp=refused |\n", []),
    ],
)  # fmt: skip
def test_conditions_and_ways_out(rows: str, expected: list[tuple[str, str]]) -> None:
    assert codes(form(rows)) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("| | sat | 2 | Khá hài lòng | |\n", "", [("lint.unbalanced-scale", "s")]),
        ("| | sat | 98 | Không biết / khó trả lời | |\n", "", [("lint.no-dont-know", "s")]),
        ("| Xã B | hp |", "| Xã B | hn |", [("lint.unreachable-choice", "x")]),
        ("| | yn | 2 | Không | |", "| | yn | 2 | Có | |", [("lint.same-label", "y")]),
        ("| | tinh | qn |", "| | khac | 1 | Khác | |\n| | tinh | qn |", [("lint.unused-list", None)]),
    ],
)
def test_lists_and_scales(old: str, new: str, expected: list[tuple[str, str | None]]) -> None:
    assert old in SCALE
    assert codes(form("", SCALE.replace(old, new))) == expected


def test_scales_that_run_against_each_other() -> None:
    reverse = "".join(
        f"| | bad | {n} | {label} | |\n"
        for n, label in enumerate(("Rất kém", "Khá kém", "Bình thường", "Khá tốt", "Rất tốt"), start=1)
    )
    rows = (
        "| | select_one bad | z | Tốt hay kém? | | | | |\n| | select_one good | w | Tốt hay kém? | | | | |\n"
    )
    good = "| | good | 1 | Rất tốt | |\n| | good | 2 | Rất kém | |\n| | good | 3 | Bình thường | |\n"
    found = codes(
        form(
            rows,
            SCALE + reverse + "| | bad | 98 | Không biết | |\n" + good + "| | good | 98 | Không rõ | |\n",
        )
    )
    assert found == [("lint.mixed-directions", "z")]


def test_missing_translations_of_questions_and_choices() -> None:
    table = """
        | survey |
        | | type | name | label::Tiếng Việt (vi) | label::English (en) |
        | | select_one yn | a | Có nhà không? | |
        | choices |
        | | list_name | name | label::Tiếng Việt (vi) | label::English (en) |
        | | yn | 1 | Có | Yes |
        | | yn | 2 | Không | |
        """
    found = lint(read_xlsform(table.encode(), "f.md").questionnaire).findings
    assert [(f.code, f.where.sheet, f.where.row, f.params["language"]) for f in found] == [
        ("lint.missing-translation", "survey", 2, "en"), ("lint.untranslated-choice", "choices", 3, "en"),
    ]  # fmt: skip


def test_order_of_sensitive_and_background_questions() -> None:
    plain = "".join(f"| | text | p{n} | Ý kiến thứ {n} là gì? | | | | |\n" for n in range(10))
    early = "| | text | d | Ông/bà có từng đưa tiền hối lộ không? | | | | |\n" + plain
    questionnaire = read_xlsform((HEAD + early).encode(), "f.md").questionnaire
    assert questionnaire is not None and codes(questionnaire) == [("lint.sensitive-early", "d")]
    late = read_xlsform((HEAD + plain + early.splitlines()[0]).encode(), "f.md").questionnaire
    assert late is not None and codes(late) == []
    who = "| | text | g | Giới tính | | | | |\n| | integer | n | Năm sinh | | | | |\n"
    first = read_xlsform((HEAD + who + plain).encode(), "f.md").questionnaire
    assert first is not None and codes(first) == [("lint.demographics-first", "g")]


def test_length_is_estimated_and_too_long_is_said() -> None:
    rows = "".join(f"| | text | p{n} | Ý kiến thứ {n} là gì? | | | | |\n" for n in range(80))
    questionnaire = read_xlsform((HEAD + rows).encode(), "f.md").questionnaire
    assert questionnaire is not None
    report = lint(questionnaire)
    assert [f.code for f in report.findings] == ["lint.too-long"] and report.minutes > LONGEST_MINUTES


def test_demo_form_is_clean_and_its_dismissals_have_reasons() -> None:
    questionnaire = read_xlsform(WORKBOOK).questionnaire
    assert questionnaire is not None
    report = lint(questionnaire)
    assert report.findings == ()
    assert {(f.code, f.where.name) for f, _ in report.dismissed} == {
        ("lint.no-way-out", "k7"), ("lint.leading", "age_ok"), ("lint.double-barrelled", "c2"),
    }  # fmt: skip
    assert 12 < report.minutes < 25
