"""Publication: what is refused or doubted, each with its row and column; order and cycles; deterministic bytes."""

from __future__ import annotations

import string
from datetime import UTC, datetime

import pytest

from questionnaires.compiled import Compiled, ContractError, compile_questionnaire
from questionnaires.compiled.extension import Order, parse_order
from questionnaires.compiled.order import arrange
from questionnaires.findings import Severity
from questionnaires.interview import Interview
from questionnaires.messages_logic import MESSAGES
from questionnaires.model import Choice, ChoiceList, Group, Question, Questionnaire, Repeat

LISTS = {"yn": ChoiceList("yn", (Choice("1"), Choice("2", {}, {"kind": "x"})))}


def compile_rows(*children):
    return compile_questionnaire(Questionnaire("f", {}, children, LISTS))


def found(*children) -> list[tuple[str, str | None, str | None]]:
    return [(f.code, f.where.name, f.where.column) for f in compile_rows(*children).findings]


def one(column: str, text: str, *more, kind: str = "integer") -> list[str]:
    """Codes of the findings of one cell, beside a text question, a select and a repeat to refer to."""
    row = Question("q", kind, row=9, **{column: text})
    around = (
        Question("t", "text"),
        Question("s", "select_one", list_name="yn"),
        Question("m", "select_multiple", list_name="yn"),
        Repeat("hh", children=(Question("age", "integer"),)),
    )
    result = compile_rows(*around, row, *more)
    assert all(f.where.row == 9 and f.where.column == column for f in result.findings)
    errors = any(f.severity is Severity.ERROR for f in result.findings)
    assert (result.compiled is None) == errors
    return [f.code.removeprefix("logic.") for f in result.findings]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("${nobody} = 1", ["unknown-name"]),
        ("unknown(1) and ${nobody}", ["unknown-function", "unknown-name"]),
        ("duration() > 1", ["dialect-function"]),
        ("selected(${s})", ["arguments"]),
        ("${s} = 1 +", ["syntax"]),
        ("${s} = ‘1’", ["curly-quotes"]),
        ("(" * 10_000 + "1" + ")" * 10_000, ["too-deep"]),
        ("/data/nowhere = 1", ["unknown-path"]),
        ("${s} = yes", ["unquoted-text"]),
        ("following::x", ["unsupported-path"]),
        ("${t} > 3", ["text-as-number"]),
        ("${m} = '1'", ["multiple-compared"]),
        ("${s} = '3'", ["unknown-choice"]),
        ("selected(${m}, 'x')", ["unknown-choice"]),
        ("${s} = '' or ${s} = 01", []),
        ("${s} and true()", ["bare-condition"]),
        ("not(${s})", ["bare-condition"]),
        ("${s}", ["bare-condition"]),
        ("last() = 1", ["not-in-collect"]),
        ("regex(${t}, '[a-z]')", ["regex-unanchored"]),
        ("regex(${t}, '^(a+)+$')", ["regex-explodes"]),
        ("regex(${t}, '^a(?=b)$')", ["regex-unsupported"]),
        ("regex(${t}, ${s})", ["literal-needed"]),
        ("pulldata('x', 'a', 'b', ${t}) = 1", ["unknown-table"]),
        ("instance('yn')/root/item[zz = 1]/name = 1", ["unknown-column"]),
        ("instance('no')/root/item/name = 1", ["unknown-table"]),
        ("jr:choice-name(${t}, '${t}') = 'a'", ["no-choices"]),
        ("indexed-repeat(${t}, ${hh}, 1) = 1", ["not-its-repeat"]),
        ("sum(${age}) > 1", ["blanks-in-sum"]),
        ("/data/hh[2]/age = 1", ["position-in-path"]),
        ("${last-saved#t} = 'a'", ["last-saved"]),
        ("count(//age) > 1", ["axis-not-in-collect"]),
    ],
)
def test_doubts_and_errors_of_a_cell(text, codes):
    assert one("relevant", text) == codes


def test_a_question_reads_itself_only_in_its_constraint():
    assert one("constraint", ". > 1 and ${q} < 9") == []
    assert one("relevant", "${q} = 1") == ["cycle"]
    assert one("calculation", ". + 1", kind="calculate") == ["cycle"]


def test_cycles_are_named_with_the_whole_loop():
    result = compile_rows(
        Question("a", "calculate", calculation="${c} + 1", row=2),
        Group("g", relevant="${a} > 1", children=(Question("b", "integer", row=4),), row=3),
        Question("c", "calculate", calculation="${b}", row=6),
    )
    (finding,) = [f for f in result.findings if f.code == "logic.cycle"]
    assert finding.params["loop"] == "a → c → b → g → a"
    assert finding.where.row == 2
    assert result.compiled is None


def test_an_instance_may_read_the_one_before():
    result = compile_rows(
        Repeat(
            "hh",
            repeat_count="4",
            children=(
                Question("n", "integer", default="2"),
                Question(
                    "total",
                    "calculate",
                    calculation="${n} + coalesce(indexed-repeat(${total}, ${hh}, position(..) - 1), 0)",
                ),
            ),
        )
    )
    assert [f.code for f in result.findings] == ["logic.reads-own-column"]
    assert result.compiled is not None
    rows = Interview(result.compiled, {}, {}, datetime(2026, 1, 1, tzinfo=UTC)).values()["hh"]
    assert [row["total"] for row in rows] == ["2", "4", "6", "8"]


def test_long_chains_of_questions_neither_overflow_nor_crawl():
    rows = [Question("q0", "integer")]
    rows += [Question(f"q{n}", "calculate", calculation=f"${{q{n - 1}}} + 1") for n in range(1, 1500)]
    rows += [Question("r0", "integer", relevant="${q1499} > 0")]
    rows += [Question(f"r{n}", "integer", relevant=f"${{r{n - 1}}} = 1") for n in range(1, 500)]
    result = compile_rows(*reversed(rows))
    assert result.compiled is not None
    answers = {"q0": "1", **{f"r{n}": "1" for n in range(500)}}
    interview = Interview(result.compiled, answers, {}, datetime(2026, 1, 1, tzinfo=UTC))
    assert interview.value("q1499") == "1500"
    assert interview.value("r499") == "1"
    interview.set("q0", "")
    assert interview.value("r499") == ""


def test_names_are_unique_within_their_repeat():
    assert found(Question("a", "text"), Group("g", children=(Question("a", "text"),))) == [
        ("compile.duplicate-name", "a", "name")
    ]
    assert found(Question("a", "text"), Repeat("r", children=(Question("a", "text"),))) == []
    assert found(Question("g", "text"), Group("g")) == []
    twice = Repeat("r", children=(Question("a", "text"), Question("b", "text", relevant="${a} = 1")))
    assert [code for code, *_ in found(Question("a", "text"), twice)] == ["logic.ambiguous-name"]


def test_unknown_lists_and_orders():
    assert found(Question("a", "select_one", list_name="nope")) == [("compile.unknown-list", "a", "type")]
    assert found(Question("a", "select_one", list_name="yn", extra={"dl::order": "backwards"})) == [
        ("compile.unknown-order", "a", "dl::order")
    ]


def test_words_that_ask_for_leave_stand_on_a_note():
    assert found(Question("ok", "note", extra={"dl::consent": "media"})) == []
    for kind, text in (("note", "photos"), ("text", "media")):
        assert found(Question("ok", kind, extra={"dl::consent": text})) == [
            ("compile.unknown-consent", "ok", "dl::consent")
        ]


def test_who_holds_the_phone():
    inside = (Question("a", "text"),)
    assert found(Group("g", children=inside, extra={"dl::mode": "self"})) == []
    assert found(Group("g", children=inside, extra={"dl::mode": "alone"})) == [
        ("compile.unknown-mode", "g", "dl::mode")
    ]


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("randomize", Order("randomize", "", ("96", "97", "98", "99"))),
        ("Randomise keep=5,6", Order("randomize", "", ("5", "6"))),
        ("reverse_if(${a}='2')", Order("reverse", "${a}='2'", ("96", "97", "98", "99"))),
        ("swap_if( selected(${a}, '1') ) keep=", Order("swap", "selected(${a}, '1')", ())),
        ("reverse", None),
        ("", None),
    ],
)
def test_the_order_column(text, order):
    assert parse_order(text) == order


def test_a_graph_is_arranged_and_its_loops_found():
    assert arrange({"a": ["b"], "b": ["c"], "c": [], "d": ["a", "x"]}) == (["c", "b", "a", "d"], [])
    assert arrange({"a": ["b"], "b": ["a"], "c": ["c"]})[1] == [["a", "b"], ["c"]]


def test_the_same_questionnaire_gives_the_same_bytes():
    rows = (Question("a", "text", {"vi": "e\u0302"}), Question("b", "integer", relevant="${a} != ''"))
    one_way, other = compile_rows(*rows).compiled, compile_rows(*rows).compiled
    assert one_way is not None and other is not None
    assert one_way.to_json() == other.to_json()
    assert one_way.digest == other.digest
    assert Compiled.from_json(one_way.to_json()).digest == one_way.digest
    assert "ê" in one_way.to_json().decode()


@pytest.mark.parametrize("source", [b"", b"[]", b"{}", b'{"contract": 99}', b"\xff", b"[" * 100_000])
def test_other_bytes_are_no_contract(source):
    with pytest.raises(ContractError):
        Compiled.from_json(source)


def test_every_finding_has_both_languages_with_the_same_parameters():
    for code, texts in MESSAGES.items():
        assert set(texts) == {"vi", "en"}, code
        names = [
            {field for _, field, *_ in string.Formatter().parse(text) if field} for text in texts.values()
        ]
        assert names[0] == names[1], code
