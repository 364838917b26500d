"""Whatever pyxform refuses is told in a Vietnamese sentence of our own."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
import pyxform
from pyxform.errors import ErrorCode

from questionnaires import Finding, Severity, Where, read_xlsform, sentence
from questionnaires.messages import CATALOGUE
from questionnaires.xlsform.refusals import _OLDER, code_of, recognise
from tests.support.workbooks import workbook

#: Raised by parts of pyxform that we don't call: the command line, downloads of validators, its own tests.
_ELSEWHERE = re.compile(
    r"validators/(updater|util|odk_validate|enketo)|xls2json_backends|builder\.py|utils\.py"
)


@pytest.mark.parametrize("error", list(ErrorCode), ids=lambda error: error.name)
def test_every_kind_that_pyxform_lists_is_recognised_with_its_parameters(error):
    given = {name: f"<{name}>" for _, name, _, _ in Formatter().parse(error.value.msg) if name}
    code, params = recognise(error.value.format(**given | {"row": "7"}))
    assert code == code_of(error)
    told = sentence(Finding(code, Severity.ERROR, Where("survey", 7), params))
    assert "…" not in told.replace("${…}", "")
    assert not re.search(r"\b(the|must|value is invalid)\b", told), "English inside the Vietnamese sentence"


def test_the_older_sentences_of_pyxform_are_still_worded_as_we_know_them():
    source = "\n".join(p.read_text(encoding="utf-8") for p in Path(pyxform.__file__).parent.rglob("*.py"))
    joined = re.sub(r"\"?\s*\n?\s*\+?\s*f?\"", "", source)  # literals over several lines, joined
    for code, _ in _OLDER:
        assert code in CATALOGUE
    for known in (
        "has no label or hint",
        "Missing calculation",
        "Unknown question type",
        "Choice filter not",
    ):
        assert known in joined


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("[row : 3] List name not in choices sheet: abc", "xlsform.converter-list"),
        ("The survey element named 'q' has no label or hint.", "xlsform.converter-no-label"),
        ("Unknown question type 'Text'.", "xlsform.converter-unknown-type"),
        ("[row : 5] Parameter max-pixels must have an integer value.", "xlsform.converter-whole-number"),
        ("KeyError: 'x'", "xlsform.converter"),
    ],
)
def test_a_sentence_is_recognised(message, code):
    found, params = recognise(message)
    assert found == code and "[row" not in params["message"]


@pytest.mark.parametrize(
    ("rows", "code", "row"),
    [
        ("| | Text | q | Q | |", "xlsform.converter-unknown-type", 2),
        ("| | range | q | Q | start=0 end=10 step=0 |", None, 2),
        ("| | text | q | | |", "xlsform.converter-no-label", 2),
        ("| | image | q | Q | max-pixels=big |", None, 2),
        ("| | text | q | Q | nonsense=1 |", None, 2),
    ],
)
def test_a_workbook_that_pyxform_refuses_is_told_in_vietnamese(rows, code, row):
    read = read_xlsform(workbook(f"| survey |\n| | type | name | label | parameters |\n{rows}"), "x.xlsx")
    errors = [f for f in read.findings if f.severity is Severity.ERROR]
    assert errors and (code is None or code in {f.code for f in errors})
    assert row in {f.where.row for f in errors}
    for finding in errors:
        assert finding.code != "xlsform.converter"
        assert not re.search(r"\b(must|invalid|the)\b", sentence(finding, "vi"))
