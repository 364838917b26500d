"""Simulated respondents answer validly, repeatably, and reach what can be reached."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime

import pytest

from questionnaires import Compiled, check_answers, compile_questionnaire, cover, read_xlsform, simulate
from questionnaires.simulate import walk
from survey_app.demo.questionnaire import WORKBOOK

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def compiled(table: str) -> Compiled:
    result = compile_questionnaire(read_xlsform(table.encode(), "f.md").questionnaire)
    assert result.compiled is not None, result.findings
    return result.compiled


@pytest.fixture(scope="module")
def demo() -> Compiled:
    result = compile_questionnaire(read_xlsform(WORKBOOK).questionnaire)
    assert result.compiled is not None
    return result.compiled


def case(number: int) -> dict[str, str]:
    return {
        "area_code": "06811", "area_type": "xa", "mode": str(1 + number % 3), "ballot": "AB"[number % 2],
        "list_group": ("control", "treatment")[number // 2 % 2], "scale_dir": "12"[number % 2],
        "order_d3": "12"[number % 2], "select_u": str(number % 100 / 100),
    }  # fmt: skip


def test_answers_of_the_demo_are_valid_and_relevant(demo: Compiled) -> None:
    for number in range(25):
        answers = simulate(demo, random.Random(number), case(number), now=NOW)
        checked = check_answers(demo, answers, preloaded=case(number), now=NOW)
        # A soft warning (many adults in one household) is no fault of an answer.
        errors = [finding for finding in checked.findings if finding.severity == "error"]
        assert errors == [] and checked.irrelevant == {}, number


def test_same_seed_same_answers(demo: Compiled) -> None:
    one, two, other = (simulate(demo, random.Random(seed), case(1), now=NOW) for seed in (7, 7, 8))
    assert one == two != other


def test_weights_are_followed(demo: Compiled) -> None:
    weights = {"age_ok": {"1": 1.0}, "consent": {"1": 3.0, "2": 1.0}}
    drawn = Counter(
        simulate(demo, random.Random(seed), case(0), weights, now=NOW)["consent"] for seed in range(80)
    )
    assert 45 <= drawn["1"] <= 72  # 80 draws at 3/4: within four standard deviations


def test_demo_is_covered_whole(demo: Compiled) -> None:
    assert cover(demo, random.Random(1), [case(n) for n in range(4)], now=NOW) == ()


def test_dead_end_and_unreachable_question_are_named() -> None:
    form = compiled("""
        | survey |
        | | type | name | label | required | constraint | relevant |
        | | integer | never | N | yes | . > 5 and . < 3 | |
        | | text | far | F | | | ${never} = 4 |
        """)
    found = cover(form, random.Random(0), [], now=NOW, walks=5)
    assert [(f.code, f.where.name) for f in found] == [
        ("simulate.dead-end", "never"), ("simulate.never-reached", "far"),
    ]  # fmt: skip


def test_narrow_constraints_repeats_and_every_type_are_answered() -> None:
    form = compiled("""
        | survey |
        | | type | name | label | required | constraint | parameters |
        | | integer | year | Y | yes | . >= 1915 and . <= 2008 or . = 9999 | |
        | | decimal | d | D | yes | . > 40 and . < 41 | |
        | | range | r | R | yes | | start=2 end=8 step=2 |
        | | date | day | D | yes | | |
        | | time | t | T | yes | | |
        | | dateTime | dt | T | yes | | |
        | | rank l | rk | R | yes | | |
        | | select_multiple l | m | M | yes | count-selected(.) = 2 | |
        | | acknowledge | ok | OK | yes | | |
        | | geopoint | gp | G | yes | | |
        | | barcode | bc | B | yes | | |
        | | text | phone | P | yes | regex(., '^0[0-9]{9}$') | |
        | | begin repeat | hh | H | | | |
        | | text | who | W | yes | | |
        | | end repeat | | | | | |
        | choices |
        | | list_name | name | label |
        | | l | a | A |
        | | l | b | B |
        | | l | c | C |
        """)
    for seed in range(10):
        step = walk(form, random.Random(seed), now=NOW)
        assert step.dead_ends == (), seed
        assert check_answers(form, step.answers, now=NOW).findings == (), seed
