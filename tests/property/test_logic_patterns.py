"""Patterns of the subset: both engines agree on them, and none that is allowed explodes."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questionnaires.logic.pattern_safety import MOST_STEPS, translate
from questionnaires.logic.patterns import (
    Alternatives,
    Characters,
    PatternError,
    Repeated,
    Sequence,
    Tree,
    matcher,
    read,
)
from tests.conformance import javascript_engine, python_engine
from tests.conformance.vectors import job

SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def pattern(rng: Random, depth: int = 3) -> str:
    kind = rng.randrange(7) if depth else 0
    if kind < 2:
        return rng.choice(
            ["a", "b", "ab", r"\d", r"\w", "[ab]", "[^a]", ".", "đ", r"\.", "[a-c-]", r"[\w.]", r"\s"]
        )
    inner = pattern(rng, depth - 1)
    if kind < 4:
        return inner + pattern(rng, depth - 1)
    if kind == 4:
        return f"({inner}|{pattern(rng, depth - 1)})"
    return f"({inner}){rng.choice(['*', '+', '?', '{2}', '{1,3}', '{0,2}', '{2,}', '{1,30}'])}"


def text(rng: Random, longest: int) -> str:
    return "".join(rng.choice("aaabb1đ. _-\n😀") for _ in range(rng.randrange(longest)))


def test_both_engines_agree_on_patterns_of_the_subset():
    try:
        with javascript_engine.engine() as javascript:

            @SETTINGS
            @given(st.randoms(use_true_random=False))
            def agree(rng: Random) -> None:
                drawn = pattern(rng)
                try:
                    translate(drawn)
                except PatternError:
                    return
                vectors = [
                    {"expr": f"regex(${{a}}, '{drawn}')", "answers": {"a": text(rng, 9)}} for _ in range(8)
                ]
                jobs = [job(vector) for vector in vectors]
                found = javascript([one.for_javascript(python_engine.NOW.isoformat()) for one in jobs])
                ours = [list(python_engine.run(one)) for one in jobs]
                assert found == ours, vectors

            agree()
    except javascript_engine.NoEngine as problem:
        pytest.skip(f"needs Node or Chromium: {problem}")


class _TooMany(Exception):
    pass


def backtrack(tree: Tree, subject: str, limit: int) -> int:
    """Steps that a naive backtracking engine takes on a text that never matches. Raises _TooMany."""
    steps = 0

    def walk(node: Tree, at: int, then) -> None:
        nonlocal steps
        steps += 1
        if steps > limit:
            raise _TooMany
        if isinstance(node, Characters):
            if at < len(subject) and any(low <= ord(subject[at]) <= high for low, high in node.ranges):
                then(at + 1)
        elif isinstance(node, Sequence):
            follow(node.parts, at, then)
        elif isinstance(node, Alternatives):
            for branch in node.branches:
                walk(branch, at, then)
        else:
            again(node, 0, at, then)

    def follow(parts: tuple[Tree, ...], at: int, then) -> None:
        if parts:
            walk(parts[0], at, lambda place: follow(parts[1:], place, then))
        else:
            then(at)

    def again(node: Repeated, count: int, at: int, then) -> None:
        if node.most is None or count < node.most:
            # As real engines do, an empty round ends the loop.
            walk(node.inner, at, lambda place: again(node, count + 1, place, then) if place > at else None)
        if count >= node.least:
            then(at)

    walk(tree, 0, lambda at: None)
    return steps


@SETTINGS
@given(st.randoms(use_true_random=False))
def test_an_allowed_pattern_stays_within_the_bound(rng):
    drawn = pattern(rng, 4)
    try:
        translate(drawn)
    except PatternError:
        return
    tree = read(drawn)[0]
    for subject in ("a" * 60, "ab" * 30, text(rng, 60), "a1" * 30):
        backtrack(tree, subject, MOST_STEPS // 10)


@pytest.mark.parametrize(
    "drawn",
    [
        "^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(.*)*", "^(a?){30}a{30}$", r"^(\w+\s?)*$", "^.*.*.*x$",
        "^(a{1,50}){1,50}$", "([a-zA-Z]+)*1", "(x+x+)+y", r"^\d+\d+\d+$", "^(a|b|ab)*c$", "((a*)*)*",
    ],
)  # fmt: skip
def test_patterns_that_explode_are_refused(drawn):
    with pytest.raises(PatternError) as problem:
        translate(drawn)
    assert problem.value.code == "logic.regex-explodes"


@pytest.mark.parametrize(
    "drawn",
    [
        r"\bfoo", "(?=a)", r"(a)\1", "a++", "[a-z&&[b]]", "a{2000}", "(?i)a", "[]", "a{3,2}", "*a", "(a", "a)",
        r"\p{Han}", r"\x41", "a^b", "$a", "[z-a]", r"\ud800",
    ],
)  # fmt: skip
def test_patterns_outside_the_subset_are_refused(drawn):
    with pytest.raises(PatternError) as problem:
        translate(drawn)
    assert problem.value.code == "logic.regex-unsupported"


@pytest.mark.parametrize(
    ("drawn", "yes", "no"),
    [
        (r"^\p{L}[\p{L} ]+$", ["Nguyễn Văn Đủ", "Ỷ Lan"], ["1a", "a1", "ễ_"]),
        (r"^[\w-\.]+@([\w-]+\.)+[\w-]{2,}$", ["a.b-c@x-y.com.vn"], ["a@b", "@b.vn", "ă@b.vn"]),
        (r"^(0|\+84)[35789]\d{8}$", ["0912345678", "+84912345678"], ["0112345678", "٠912345678"]),
        (r"^[^\d]+$", ["abc"], ["ab1"]),
        ("^.{2}$", ["ab", "😀đ"], ["a", "a\n", "abc"]),
        ("abc|", ["", "abc"], ["ab"]),
        (r"^[&~\-\]]+$", ["&~-]"], ["a"]),
        ("^a/b-c$", ["a/b-c"], ["ab"]),
    ],
)
def test_patterns_mean_what_they_say(drawn, yes, no):
    tests = matcher(translate(drawn)[0])
    assert [tests(found) for found in yes] == [True] * len(yes)
    assert [tests(found) for found in no] == [False] * len(no)


def test_a_text_beyond_the_limit_matches_nothing():
    assert not matcher(translate("^a*$")[0])("a" * 1001)
    assert matcher(translate("^a*$")[0])("a" * 1000)
