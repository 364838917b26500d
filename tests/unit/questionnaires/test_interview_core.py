"""An interview page by page: relevance, checks, pages, piped text, values."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from questionnaires.answers import check_answers
from questionnaires.compiled import Compiled, compile_questionnaire
from questionnaires.interview import Interview
from questionnaires.model import Choice, ChoiceList, Group, Question, Questionnaire

NOW = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)
YES_NO = ChoiceList("yn", (Choice("1", {"vi": "Có"}), Choice("2", {"vi": "Không"})))


def compiled(*children) -> Compiled:
    form = Questionnaire("f", {"vi": "Thử"}, children, {"yn": YES_NO}, ("vi",), "vi")
    result = compile_questionnaire(form)
    assert result.compiled is not None, result.findings
    return result.compiled


@pytest.fixture
def consent() -> Compiled:
    return compiled(
        Question("ballot", "hidden"),
        Question("consent", "select_one", {"vi": "Đồng ý?"}, list_name="yn", required="yes"),
        Group(
            "life",
            {"vi": "Đời sống"},
            relevant="${consent} = '1'",
            appearance="field-list",
            children=(
                Question(
                    "age", "integer", {"vi": "Tuổi"}, constraint=". >= 18", constraint_message={"vi": "Từ 18"}
                ),
                Question("why", "text", {"vi": "Vì sao ${age} tuổi?"}, relevant="${age} > 30"),
            ),
        ),
        Question("double", "calculate", calculation="${age} * 2", relevant="${ballot} = 'A'"),
    )


def interview(form: Compiled, answers=None, ballot="A") -> Interview:
    return Interview(form, answers or {}, {"ballot": ballot}, NOW)


def test_a_field_list_is_one_page_and_other_questions_are_pages(consent):
    assert [page.name for page in interview(consent).pages()] == ["consent", "life"]


def test_refusing_consent_leaves_no_next_page(consent):
    going = interview(consent, {"consent": "2"})
    assert going.next_page("consent") is None
    going.set("consent", "1")
    assert going.next_page("consent").name == "life"
    assert going.previous_page("life").name == "consent"


def test_text_is_piped_and_hidden_questions_stay_hidden(consent):
    going = interview(consent, {"consent": "1", "age": "45"})
    assert [(shown.name, shown.label) for shown in going.questions("life")] == [
        ("age", "Tuổi"),
        ("why", "Vì sao 45 tuổi?"),
    ]
    going.set("age", "20")
    assert [shown.name for shown in going.questions("life")] == ["age"]


def test_values_hold_relevant_answers_and_calculations_only(consent):
    going = interview(consent, {"consent": "1", "age": "20", "why": "cũ"})
    assert going.values() == {"ballot": "A", "consent": "1", "age": "20", "double": "40"}
    assert going.irrelevant() == {"why": "cũ"}
    assert interview(consent, {"consent": "1", "age": "20"}, "B").values().get("double") is None


def test_findings_carry_the_authors_message(consent):
    going = interview(consent, {"consent": "1", "age": "12"})
    (shown,) = going.questions("life")
    assert [(f.code, f.params["message"]) for f in shown.findings] == [("answer.constraint", "Từ 18")]
    (first,) = interview(consent).questions("consent", required=False)
    assert first.findings == ()
    (again,) = interview(consent).questions("consent")
    assert [f.code for f in again.findings] == ["answer.required"]


def test_check_answers_judges_and_keeps_apart(consent):
    result = check_answers(
        consent, {"consent": "9", "age": "x", "zz": "1"}, preloaded={"ballot": "A"}, now=NOW
    )
    assert [(f.code, f.where.name) for f in result.findings] == [
        ("answer.unknown-question", "zz"),
        ("answer.unknown-choice", "consent"),
    ]
    assert result.irrelevant == {"age": "x"}
    assert result.values == {"ballot": "A", "consent": "9"}


def test_preloaded_values_win_over_answers(consent):
    result = check_answers(consent, {"ballot": "B"}, preloaded={"ballot": "A"}, now=NOW)
    assert result.values["ballot"] == "A"


def test_bytes_are_the_same_each_time_and_read_back(consent):
    again = Compiled.from_json(consent.to_json())
    assert again == consent
    assert again.digest == consent.digest
    assert interview(again, {"consent": "1"}).next_page("consent").name == "life"
