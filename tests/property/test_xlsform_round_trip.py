"""Any model, written as a workbook, reads back to the same model (row numbers aside)."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from questionnaires import (
    Choice,
    ChoiceList,
    Experiment,
    Group,
    Question,
    Questionnaire,
    Repeat,
    Severity,
    read_xlsform,
    write_xlsform,
)
from questionnaires.types.registry import REGISTRY
from tests.unit.questionnaires.test_xlsform_corpus import without_rows

LANGUAGES = {"vi": "Tiếng Việt (vi)", "en": "English (en)"}
names = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True).filter(lambda n: n not in ("meta", "_"))
#: Text as the reader keeps it: NFC, no runs of spaces, nothing at the ends that a reader strips.
words = st.text(
    st.sampled_from("abcđêấẫỳÔ19 =+-@'\"“”|<>&%$(){}[]\\/#*?!,.;:\n漢😀"), min_size=1, max_size=24
).map(lambda t: " ".join(t.split(" ")).strip()).map(lambda t: "x" + " ".join(filter(None, t.split(" "))))  # fmt: skip
texts = st.dictionaries(st.sampled_from(sorted(LANGUAGES)), words, max_size=2)
expressions = st.sampled_from(
    ["", "${a} = '1'", ". > 3 and . < 10", "selected(${b}, 'x y')", "if(${a} > 1, 'có', \"không\")", "1=1"]
)
PLAIN = sorted(
    name for name, kind in REGISTRY.items()
    if kind.treatment in ("renders", "computes") and not kind.choices and name not in ("note", "range")
)  # fmt: skip


@st.composite
def questions(draw: Any, lists: list[str]) -> Question:
    name = draw(names)
    choice_types = ["select_one", "select_multiple", "rank"] if lists else []
    kind = draw(st.sampled_from(PLAIN + choice_types * 3))
    has_list = kind in choice_types
    extra = draw(
        st.dictionaries(st.sampled_from(["dl::role", "dl::missing", "guidance_hint::vi", "hxl"]), words)
    )
    return Question(
        name=name, type=kind, label=draw(texts), hint=draw(texts),
        list_name=draw(st.sampled_from(lists)) if has_list else "",
        required=draw(st.sampled_from(["", "true()", "${a} = '1'"])), required_message=draw(texts),
        relevant=draw(expressions), constraint=draw(expressions), constraint_message=draw(texts),
        calculation="1 + 1" if kind == "calculate" else draw(expressions),
        default=draw(st.sampled_from(["", "1", "today()"])),
        choice_filter=draw(expressions) if has_list else "",
        appearance=draw(st.sampled_from(["", "minimal", "w1 columns-pack"])),
        parameters={"randomize": "true"} if has_list and draw(st.booleans()) else {},
        extra=extra,
    )  # fmt: skip


def nodes(lists: list[str]) -> Any:
    def unique(children: list[Any]) -> tuple[Any, ...]:
        return tuple({child.name.lower(): child for child in children}.values())

    def containers(inner: Any) -> Any:
        children = st.lists(inner, max_size=4).map(unique)
        group = st.builds(Group, names, texts, expressions, st.sampled_from(["", "field-list"]), children)
        repeat = st.builds(
            Repeat, names, texts, expressions, st.just(""), st.sampled_from(["", "3"]), children
        )
        return st.one_of(inner, group, repeat)

    return st.lists(st.recursive(questions(lists), containers, max_leaves=8), min_size=1, max_size=6).map(
        unique
    )


@st.composite
def questionnaires(draw: Any) -> Questionnaire:
    values = st.lists(st.from_regex(r"[a-z0-9]{1,4}", fullmatch=True), min_size=1, max_size=4, unique=True)
    lists = {
        name: ChoiceList(
            name, tuple(Choice(value, draw(texts), draw(st.fixed_dictionaries({}, optional={"area": words})))
                        for value in draw(values)),
        )
        for name in draw(st.lists(names, max_size=2, unique=True))
    }  # fmt: skip
    children = draw(nodes(sorted(lists)))
    experiments = draw(st.booleans())
    return Questionnaire(
        form_id=draw(names), title={"vi": draw(words)}, children=children, lists=lists,
        languages=tuple(LANGUAGES), default_language="vi", version=draw(st.sampled_from(["", "3", "2026.1"])),
        experiments=(Experiment("arm", "order", {"1": "", "2": ""}, {"p": "0.3"}),) if experiments else (),
        language_names=LANGUAGES,
    )  # fmt: skip


#: Shrinking a workbook takes minutes and tells little more than the workbook itself.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


@settings(max_examples=30, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(questionnaires())
def test_written_and_read_again(questionnaire: Questionnaire) -> None:
    result = read_xlsform(write_xlsform(questionnaire), "form.xlsx")
    assert result.questionnaire is not None
    errors = {f.code for f in result.findings if f.severity is Severity.ERROR}
    unforeseen = {code for code in errors if not code.startswith("xlsform.converter")} - {
        "xlsform.duplicate-repeat", "xlsform.experiment-without-value", "xlsform.choice-with-space",
        "xlsform.no-questions",
    }  # fmt: skip
    assert not unforeseen
    assert without_rows(result.questionnaire) == without_rows(questionnaire)


@settings(max_examples=8, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(questionnaires())
def test_the_same_model_gives_the_same_bytes(questionnaire: Questionnaire) -> None:
    assert write_xlsform(questionnaire) == write_xlsform(questionnaire)
