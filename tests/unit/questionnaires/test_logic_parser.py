"""Text to syntax: what is read, and where what can't be read goes wrong."""

from __future__ import annotations

import pytest

from questionnaires.logic.parser import MAX_DEPTH, ExpressionError, parse
from questionnaires.logic.syntax import Call, Literal, Number, Operation, Path, Reference, Step


def test_precedence_and_flat_chains():
    tree = parse("1 or 2 or 3 and 4 = 5 + 6 * -7")
    assert isinstance(tree, Operation)
    assert tree.operator == "or"
    assert len(tree.operands) == 3
    conjunction = tree.operands[2]
    assert isinstance(conjunction, Operation)
    assert conjunction.operator == "and"
    comparison = conjunction.operands[1]
    assert isinstance(comparison, Operation)
    assert [type(part) for part in comparison.operands] == [Number, Operation]


@pytest.mark.parametrize(
    ("text", "operator"),
    [
        ("div div div", "div"),
        ("* * *", "*"),
        ("a -b", "-"),
        ("and and and", "and"),
        ("mod mod mod", "mod"),
        (". * .", "*"),
    ],
)
def test_words_are_operators_only_after_an_operand(text, operator):
    tree = parse(text)
    assert isinstance(tree, Operation)
    assert tree.operator == operator


def test_a_hyphen_belongs_to_a_name():
    assert parse("a-b") == Path("context", (Step("child", "a-b"),))
    assert parse("string-length('a')") == Call("string-length", (Literal("a", 14),))


def test_paths_steps_and_references():
    assert parse("/data/hh[${n}]/../@x") == Path(
        "root",
        (
            Step("child", "data", (), 1),
            Step("child", "hh", (Reference("n", 9),), 6),
            Step("parent", "node()", (), 15),
            Step("attribute", "x", (), 18),
        ),
    )
    assert parse("${last-saved#name}") == Reference("name", 0, last_saved=True)


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "logic.syntax", 0),
        ("   ", "logic.syntax", 0),
        ("1 +", "logic.syntax", 3),
        ("(1", "logic.syntax", 2),
        ("1)", "logic.syntax", 1),
        ("${a} >= 140,0", "logic.syntax", 11),
        ("${a} == 1", "logic.syntax", 6),
        ("${a} && ${b}", "logic.syntax", 5),
        ("selected(${a} 'b')", "logic.syntax", 14),
        ("'abc", "logic.syntax", 0),
        ("${a} = ‘yes’", "logic.curly-quotes", 7),
        ("${a", "logic.syntax", 0),
        ("foo::bar", "logic.syntax", 0),
        ("a[1", "logic.syntax", 3),
        ("/data/", "logic.syntax", 6),
        ("1e3", "logic.syntax", 1),
    ],
)
def test_errors_have_a_place(text, code, at):
    with pytest.raises(ExpressionError) as problem:
        parse(text)
    assert (problem.value.code, problem.value.at) == (code, at)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "1" + ")" * 10_000,
        "not(" * 5_000 + "1" + ")" * 5_000,
        "a[" * 5_000 + "1" + "]" * 5_000,
        "(" * 10_000,
        "1 = " * (MAX_DEPTH + 1) + "1",
        "1*2 div " * MAX_DEPTH + "1",
    ],
    ids=["brackets", "calls", "predicates", "open brackets", "comparisons", "mixed chain"],
)
def test_nesting_beyond_the_limit_is_an_error(text):
    with pytest.raises(ExpressionError) as problem:
        parse(text)
    assert problem.value.code == "logic.too-deep"


def test_length_beyond_the_limit_is_an_error():
    with pytest.raises(ExpressionError) as problem:
        parse("1 + " * 9_000 + "1")
    assert problem.value.code == "logic.too-long"


def test_long_flat_chains_and_many_signs_are_fine():
    assert len(parse(" or ".join(["1"] * 3_000)).operands) == 3_000
    assert parse("-" * 10_000 + "1") == Operation("negate", (Operation("negate", (Number(1.0, 10_000),)),))
