"""Every code that can come out of the library has a sentence in Vietnamese and in English."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import questionnaires
from questionnaires import Finding, Severity, Where, place, sentence
from questionnaires.messages import CATALOGUE

ROOT = Path(questionnaires.__file__).parent
SOURCES = [p for p in ROOT.rglob("*.py") if not p.name.startswith("messages")]
_LITERAL = re.compile(
    r'"((?:xlsform|logic|compile|answer|diff|merge|simulate|lint|types|paradata)\.[a-z][a-z0-9-]*)"'
)
_SHORT = re.compile(r'(?:_error|_note|_warning|_finding|note|change)\(\s*"([a-z][a-z0-9-]+)"')


def codes_in_sources() -> set[str]:
    found: set[str] = set()
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        found |= set(_LITERAL.findall(text))
        if path.parent.name == "xlsform":
            found |= {f"xlsform.{code}" for code in _SHORT.findall(text)}
    return found


def test_every_code_in_the_sources_has_a_sentence() -> None:
    assert len(codes_in_sources()) > 80
    assert codes_in_sources() - set(CATALOGUE) == set()


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_both_languages_are_there_and_use_the_same_parameters(code: str) -> None:
    texts = CATALOGUE[code]
    assert set(texts) >= {"vi", "en"} and texts["vi"] != texts["en"]
    marks = [{f[1] for f in string.Formatter().parse(texts[language]) if f[1]} for language in ("vi", "en")]
    assert marks[0] == marks[1]


def test_place_in_words() -> None:
    where = Where("survey", 12, "type", "a1")
    assert place(where) == "trang “survey”, dòng 12, cột “type”"
    assert place(where, "en") == "sheet “survey”, row 12, column “type”"
    assert place(Where(name="a1"), "en") == "“a1”" and place(Where()) == ""


def test_empty_parameter_is_an_ellipsis_and_an_empty_suggestion_is_left_out() -> None:
    finding = Finding("xlsform.unknown-type", Severity.ERROR, Where(), {"type": "x", "meant": ""})
    assert sentence(finding, "en") == "There is no question type “x”."
    finding = Finding("xlsform.bad-name", Severity.ERROR, Where(), {"name": ""})
    assert "“…”" in sentence(finding, "en")
