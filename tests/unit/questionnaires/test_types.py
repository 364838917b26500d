"""The registry of question types: spellings, checks, samples, and the README generated from it."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

import questionnaires
from questionnaires.messages import CATALOGUE
from questionnaires.model import Choice, Question
from questionnaires.reference import README, renew
from questionnaires.types import registry
from questionnaires.types.base import Kind, Treatment
from questionnaires.types.registry import REGISTRY, parse_type
from questionnaires.xlsform import sheets

CHOICES = [Choice("a"), Choice("b"), Choice("c"), Choice("99")]
#: Every type that issue 5's list names; `grid`, `cascading` and `or_other` are forms of these.
PROMISED = {
    "select_one", "select_multiple", "rank", "integer", "decimal", "range", "text", "date", "time", "dateTime",
    "note", "acknowledge", "geopoint", "image", "audio", "file", "barcode", "calculate", "hidden", "start", "end",
    "today", "deviceid",
}  # fmt: skip


def question(kind: str, **parts: object) -> Question:
    return Question("q", kind, **parts)  # type: ignore[arg-type]


def test_every_promised_type_is_registered_once() -> None:
    assert set(REGISTRY) >= PROMISED
    spellings = [s.lower() for t in REGISTRY.values() for s in (t.name, *t.aliases)]
    assert len(spellings) == len(set(spellings))
    assert {t.name for t in REGISTRY.values() if t.treatment is Treatment.RENDERS} >= PROMISED - {
        "calculate", "hidden", "start", "end", "today", "deviceid",
    }  # fmt: skip


def test_every_module_of_the_folder_is_in_the_registry() -> None:
    folder = Path(registry.__file__).parent
    modules = {p.stem for p in folder.glob("*.py")} - {"__init__", "base", "registry"}
    assert modules == {module.__name__.rpartition(".")[2] for module in registry.MODULES}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("select_one yn", ("question", "select_one", "yn", False, False)),
        ("select one  yn", ("question", "select_one", "yn", False, False)),
        ("Select_One yn or_other", ("question", "select_one", "yn", True, False)),
        ("select all that apply from l or specify other", ("question", "select_multiple", "l", True, False)),
        ("select_one_from_file x.csv", ("question", "select_one", "x.csv", False, True)),
        ("select_one ${names}", ("question", "select_one", "${names}", False, False)),
        ("begin_repeat", ("begin", "repeat", "", False, False)),
        ("End Group", ("end", "group", "", False, False)),
        ("begin loop over l", ("begin", "loop", "l", False, False)),
        ("photo", ("question", "image", "", False, False)),
        ("datetime", ("question", "dateTime", "", False, False)),
        ("imei", ("question", "deviceid", "", False, False)),
        ("text audit", ("question", "text audit", "", False, False)),
        ("select_one", ("question", "select_one", "", False, False)),
        ("intger", ("unknown", "intger", "", False, False)),
        ("", ("unknown", "", "", False, False)),
    ],
)
def test_type_cells(cell: str, expected: tuple[str, str, str, bool, bool]) -> None:
    read = parse_type(cell)
    assert (read.kind, read.name, read.list_name, read.or_other, read.from_file) == expected


CHECKS = [
    ("select_one", "a", None), ("select_one", "z", "answer.unknown-choice"),
    ("select_multiple", "a b", None), ("select_multiple", "a z", "answer.unknown-choice"),
    ("select_multiple", "a a", "answer.choice-twice"), ("select_multiple", "99 a", "answer.exclusive-with-others"),
    ("select_multiple", "99", None), ("rank", "c a b 99", None), ("rank", "c a", "answer.rank-incomplete"),
    ("integer", "-5", None), ("integer", "5.0", "answer.not-integer"), 
    ("integer", "1234567890", "answer.not-integer"),
    ("integer", "٣", "answer.not-integer"), ("integer", "5\n", "answer.not-integer"),
    ("decimal", "3.14", None), ("decimal", "3,14", "answer.not-decimal"), ("decimal", "1e5", "answer.not-decimal"),
    ("decimal", "nan", "answer.not-decimal"), ("range", "4", None), ("range", "4.5", "answer.off-step"),
    ("range", "11", "answer.out-of-range"), ("range", "Infinity", "answer.not-decimal"),
    ("text", "x" * 10_000, None), ("text", "x" * 10_001, "answer.too-long"),
    ("date", "2024-02-29", None), ("date", "2023-02-29", "answer.not-date"), 
    ("date", "29/02/2024", "answer.not-date"),
    ("time", "23:59", None), ("time", "24:01", "answer.not-time"), ("time", "12:30:00.000+07:00", None),
    ("dateTime", "2024-02-29T10:00:00+07:00", None), ("dateTime", "2024-02-29", "answer.not-datetime"),
    ("acknowledge", "OK", None), ("acknowledge", "yes", "answer.not-acknowledged"),
    ("geopoint", "21.5 107.1 0 5", None), ("geopoint", "91 0", "answer.not-geopoint"),
    ("geopoint", "x y", "answer.not-geopoint"), ("geopoint", "nan 0", "answer.not-geopoint"),
    ("image", "a.jpg", None), ("file", "../a", "answer.not-file-name"), ("barcode", "893", None),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "expected"), CHECKS)
def test_checks(kind: str, value: str, expected: str | None) -> None:
    asked = question(kind, extra={"dl::exclusive": "99"})
    assert REGISTRY[kind].check(value, asked, CHOICES) == expected
    assert expected is None or expected in CATALOGUE


@pytest.mark.parametrize(
    "kind", [t for t in REGISTRY.values() if t.treatment is Treatment.RENDERS and t.asked]
)
def test_samples_pass_their_own_check(kind: registry.QuestionType) -> None:
    asked = question(
        kind.name, extra={"dl::exclusive": "99"}, parameters={"start": "2", "end": "-4", "step": "2"}
    )
    values = [kind.sample(random.Random(seed), asked, CHOICES) for seed in range(40)]
    assert all(value and kind.check(value, asked, CHOICES) is None for value in values)
    assert kind.name == "acknowledge" or len(set(values)) > 1


def test_asked_types_make_columns() -> None:
    for kind in REGISTRY.values():
        columns = kind.columns(question(kind.name), CHOICES)
        if kind.treatment is Treatment.RENDERS and kind.asked:
            assert columns and all(column.kind is not Kind.NONE for column in columns)
        if kind.treatment is Treatment.REFUSES:
            assert columns == ()


def test_readme_tables_are_generated_and_limits_are_true() -> None:
    text = README.read_text(encoding="utf-8")
    assert renew(text) == text
    limits = re.search(r"## Limits\n(.*?)\n## ", text, re.S)
    assert limits is not None
    for number in (
        sheets.MAX_ROWS,
        sheets.MAX_SURVEY_ROWS,
        sheets.MAX_COLUMNS,
        sheets.MAX_CELLS,
        sheets.MAX_CELL_CHARACTERS,
    ):
        assert f"{number:,}" in limits[1] or str(number) in limits[1]
    assert f"{sheets.MAX_BYTES // 2**20} MB" in limits[1]
    assert f"{sheets.MAX_UNPACKED_BYTES // 2**20} MB" in limits[1]


def test_readme_commands_and_exports_exist() -> None:
    text = README.read_text(encoding="utf-8")
    assert "python -m questionnaires check" in text
    for name in (
        "read_xlsform",
        "compile_questionnaire",
        "check_answers",
        "Interview",
        "flatten",
        "simulate",
        "diff",
    ):
        assert name in questionnaires.__all__
    assert all(hasattr(questionnaires, name) for name in questionnaires.__all__)
