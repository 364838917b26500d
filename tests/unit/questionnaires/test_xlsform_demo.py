"""The demo questionnaire: tables and workbook say the same, it compiles, and its experiments are declared."""

from __future__ import annotations

import functools
import gzip
from datetime import UTC, datetime

from questionnaires import Compiled, Interview, compile_questionnaire, read_xlsform
from survey_app.demo.questionnaire import TABLES, WORKBOOK
from survey_app.demo.questionnaire.build import build

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CASE = {
    "area_code": "06811", "area_type": "phuong", "mode": "1", "ballot": "A", "list_group": "treatment",
    "scale_dir": "1", "order_d3": "1", "select_u": "0.6",
}  # fmt: skip


@functools.cache
def compiled() -> Compiled:
    made = compile_questionnaire(read_xlsform(WORKBOOK).questionnaire).compiled
    assert made is not None
    return made


def interview(**case: str) -> Interview:
    started = Interview(compiled(), {}, {**CASE, **case}, NOW, "vi")
    for name, value in (("k7", "3"), ("age_ok", "1"), ("consent", "1")):
        started.set(name, value)
    return started


def shown(started: Interview, name: str):
    return next(s for p in started.pages() for s in started.questions(p) if s.name == name)


def test_workbook_is_built_from_the_tables() -> None:
    workbook, tables = read_xlsform(WORKBOOK), read_xlsform(TABLES)
    assert workbook.findings == () and workbook.questionnaire == tables.questionnaire
    assert build() == WORKBOOK.read_bytes()


def test_it_compiles_without_findings_within_its_budget() -> None:
    result = compile_questionnaire(read_xlsform(WORKBOOK).questionnaire)
    assert result.findings == () and result.compiled is not None
    assert len(gzip.compress(result.compiled.to_json(), 9, mtime=0)) <= 12 * 1024


def test_experiments_are_declared() -> None:
    form = read_xlsform(WORKBOOK).questionnaire
    assert form is not None
    assert [(e.name, e.kind, dict(e.arms)) for e in form.experiments] == [
        ("ballot", "split_ballot", {"A": "c6a", "B": "c6b"}),
        ("list_group", "list", {"control": "f3c", "treatment": "f3t"}),
        ("scale_dir", "order", {"1": "", "2": ""}),
        ("order_d3", "order", {"1": "", "2": ""}),
    ]


def test_person_in_household_is_settled_by_the_preloaded_number() -> None:
    drawn = [interview(select_u=u).value("person_no") for u in ("0", "0.33", "0.34", "0.999999")]
    assert drawn == ["1", "1", "2", "3"]
    note = shown(interview(), "person_note")
    assert "trong 3 người" in note.label.lower() and "người thứ 2" in note.label


def test_arms_choose_their_questions() -> None:
    started = interview(ballot="B", list_group="control")
    names = {s.name for page in started.pages() for s in started.questions(page)}
    assert {"c6b", "f3c"} <= names and not {"c6a", "f3t"} & names


def test_scales_reverse_and_missing_codes_stay_last() -> None:
    order = [c.value for c in shown(interview(scale_dir="2"), "f2").choices]
    assert order == ["5", "4", "3", "2", "1", "98", "99"]
    assert [c.value for c in shown(interview(scale_dir="1"), "f2").choices] == [
        "1",
        "2",
        "3",
        "4",
        "5",
        "98",
        "99",
    ]


def test_residence_is_computed_from_the_type_of_area() -> None:
    assert [interview(area_type=t).value("k8") for t in ("phuong", "xa", "dac_khu")] == ["1", "2", "2"]


def test_no_question_but_the_gates_is_required() -> None:
    form = read_xlsform(WORKBOOK).questionnaire
    assert form is not None
    assert {q.name for q in form.questions() if q.required} == {"k7", "age_ok", "consent"}


def test_swapped_statements_keep_the_meaning_of_stored_values() -> None:
    """Whoever leans to growth stores 4, whichever statement was read first."""
    plain, swapped = shown(interview(order_d3="1"), "d3"), shown(interview(order_d3="2"), "d3")
    assert plain.label.splitlines()[1].startswith("(1) Ưu tiên bảo vệ môi trường")
    assert swapped.label.splitlines()[1].startswith("(1) Ưu tiên tăng trưởng kinh tế")
    first = "Nghiêng hẳn về ý thứ nhất"
    assert (plain.choices[0].value, plain.choices[0].label) == ("1", first)
    assert (swapped.choices[0].value, swapped.choices[0].label) == ("4", first)
    assert [c.value for c in swapped.choices] == ["4", "3", "2", "1", "98", "99"]
    assert [c.label for c in swapped.choices] == [c.label for c in plain.choices]
