"""Workbooks of kinds that researchers bring (tests/data/workbooks): what is read, refused, and written back."""

from __future__ import annotations

import datetime
import io
from pathlib import Path

import openpyxl
import pytest

from questionnaires import Severity, compile_questionnaire, read_xlsform, write_xlsform

FOLDER = Path(__file__).parents[2] / "data" / "workbooks"

#: name -> (sheet, row, code) of each error; the others must be read, compiled and converted whole.
FAULTY = {
    "dups": {
        ("choices", 3, "xlsform.duplicate-choice"),
        ("choices", 5, "xlsform.choice-without-name"),
        ("survey", 3, "xlsform.duplicate-name"),
        ("survey", 5, "xlsform.bad-name"),
        ("survey", 6, "xlsform.bad-name"),
        ("survey", 7, "compile.unknown-list"),
        ("survey", 7, "xlsform.unknown-list"),
        ("survey", 8, "xlsform.unclosed-group"),
    },
    "entities": {("survey", row, "xlsform.refused-type") for row in (7, 8, 9, 10)},
    "exprs_bad": {
        ("choices", 2, "logic.unknown-name"),
        ("survey", 2, "logic.cycle"),
        ("survey", 2, "logic.syntax"),
        ("survey", 4, "logic.syntax"),
        ("survey", 4, "logic.unknown-name"),
        ("survey", 5, "logic.unknown-function"),
        ("survey", 6, "logic.regex-explodes"),
        ("survey", 7, "logic.arguments"),
        ("survey", 8, "logic.cycle"),
        ("survey", 9, "logic.unknown-name"),
    },
    "external": {
        ("survey", 2, "compile.unknown-list"),
        ("survey", 2, "xlsform.file-missing"),
        ("survey", 3, "compile.unknown-list"),
        ("survey", 3, "xlsform.file-missing"),
        ("survey", 8, "logic.unknown-table"),
        ("survey", 9, "logic.unknown-table"),
    },
    "label_mix": {("survey", 4, "xlsform.converter-no-label")},
    "sloppy": {("survey", 2, "xlsform.converter-unknown-type")},
    "types_all": {("survey", row, "xlsform.refused-type") for row in (3, 4, 5, 6)}
    | {("survey", 12, "xlsform.unknown-type")},
}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_a_workbook_of_this_kind(path):
    read = read_xlsform(path)
    assert read.questionnaire is not None
    result = compile_questionnaire(read.questionnaire, read.data)
    findings = [*read.findings, *result.findings]
    errors = {
        (f.where.sheet or "", f.where.row or 0, f.code) for f in findings if f.severity is Severity.ERROR
    }
    assert errors == FAULTY.get(path.stem, set())
    if not errors:
        assert read.xform is not None and result.compiled is not None
        again = read_xlsform(write_xlsform(read.questionnaire), f"{path.stem}.xlsx")
        assert again.questionnaire is not None and again.questionnaire.children == read.questionnaire.children


def test_choices_that_only_other_apps_can_fetch_are_told():
    findings = read_xlsform(FOLDER / "search_last.md").findings
    told = {(f.where.row, f.code) for f in findings}
    assert {(2, "xlsform.choices-by-search"), (6, "xlsform.choices-from-answers")} <= told


def test_numbers_dates_and_truths_in_cells_become_what_an_author_means():
    """Also no-break spaces, blank rows, a hidden sheet."""
    book = openpyxl.Workbook()
    survey = book.active
    survey.title = "survey"
    for row in (
        ["type", "name", "label", "default", "required"],
        ["integer", "whole", "A", 5, True],
        ["decimal", "part", "B", 2.50, False],
        ["date", "day", "C", datetime.date(2024, 2, 29)],
        ["dateTime", "moment", "D", datetime.datetime(2024, 2, 29, 13, 30)],
        ["time", "clock", "E", datetime.time(8, 5)],
        [None] * 5,
        ["text", "long\u00a0", "F\u00a0 x", 123456789012345],
        ["text", "huge", "G", 1e16],
        ["text ", " spaced ", "  H  ", "'quoted"],
        ["select_one yn", "one", 2024, 1.0],
    ):
        survey.append(row)
    choices = book.create_sheet("choices")
    for row in (["list_name", "name", "label"], ["yn", 1, "Một"], ["yn", 2.0, 3.5], ["yn", True, False]):
        choices.append(row)
    book.create_sheet("ghi chú").sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    read = read_xlsform(out.getvalue(), "o.xlsx")
    assert read.ok
    questions = {q.name: q for q in read.questionnaire.questions()}
    assert {name: q.default for name, q in questions.items()} == {
        "whole": "5",
        "part": "2.5",
        "day": "2024-02-29",
        "moment": "2024-02-29T13:30:00",
        "clock": "08:05:00",
        "long": "123456789012345",
        "huge": "10000000000000000",
        "spaced": "'quoted",
        "one": "1",
    }
    assert [questions[n].required for n in ("whole", "part")] == ["true()", "false()"]
    assert questions["one"].label == {"default": "2024"}
    assert [c.value for c in read.questionnaire.lists["yn"].choices] == ["1", "2", "TRUE"]
