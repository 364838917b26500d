"""The two evaluators agree on random expressions and on random interviews."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questionnaires.compiled import Compiled, compile_questionnaire
from questionnaires.interview import Interview
from tests.conformance import javascript_engine, python_engine, scripts
from tests.conformance.vectors import Rejected, job
from tests.property import expression_strategies as draw

BATCH = 12
SETTINGS = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


@pytest.fixture(scope="module")
def javascript() -> Iterator[Any]:
    try:
        with javascript_engine.engine() as run:
            yield run
    except javascript_engine.NoEngine as problem:
        pytest.skip(f"needs Node or Chromium: {problem}")


def _same(one: list[Any], other: list[Any]) -> bool:
    if one == other:
        return True
    try:
        a, b = float(one[0]), float(other[0])
    except ValueError:
        return False
    return one[1] == other[1] and abs(a - b) <= 1e-12 * max(abs(a), abs(b))


@pytest.mark.parametrize("inside", [False, True], ids=["root", "in a repeat"])
def test_random_expressions_give_the_same(javascript, inside):
    tried = 0

    @SETTINGS
    @given(st.randoms(use_true_random=False))
    def agree(rng: Random) -> None:
        nonlocal tried
        tried += compare_expressions(rng, inside, javascript)

    agree()
    assert tried > 300


def compare_expressions(rng: Random, inside: bool, javascript: Any, batch: int = BATCH) -> int:
    """Draw a batch of expressions on the same answers, run both evaluators; how many compiled."""
    given_answers = draw.answers(rng)
    jobs = []
    for _ in range(batch):
        text = draw.expression(rng, inside)
        vector = {"expr": text, "answers": given_answers, "relevant": draw.RELEVANT}
        vector |= {"at": "hh[1]"} if inside else {}
        try:
            jobs.append(job(vector))
        except Rejected as problem:
            assert "syntax" not in str(problem), (text, str(problem))
    found = javascript([one.for_javascript(python_engine.NOW.isoformat()) for one in jobs])
    for one, theirs in zip(jobs, found, strict=True):
        ours = list(python_engine.run(one))
        assert isinstance(theirs, list), (one.vector["expr"], given_answers, theirs)
        assert _same(ours, theirs), (one.vector["expr"], given_answers, ours, theirs)
    return len(jobs)


def test_random_interviews_show_the_same(javascript):
    @SETTINGS
    @given(st.randoms(use_true_random=False))
    def agree(rng: Random) -> None:
        compare_interviews(rng, javascript)

    agree()


def compare_interviews(rng: Random, javascript: Any) -> None:
    """Draw a questionnaire and steps through it, and compare everything that both Interviews show."""
    compiled = compile_questionnaire(draw.questionnaire(rng)).compiled
    assert compiled is not None
    seed = rng.choice(["1", "abc", "ỹ"])
    script = scripts.Script(compiled, random_steps(rng, compiled, seed), seed=seed)
    ours = scripts.run(script)
    (theirs,) = javascript([script.for_javascript()])
    assert theirs == ours, script.steps


def random_steps(rng: Random, compiled: Compiled, seed: str, language: str = "vi") -> list[tuple[str, ...]]:
    """Answers to questions on the way, instances added and taken out: drawn while a twin walks along."""
    twin = Interview(compiled, {}, {}, scripts.NOW, language, seed)
    steps: list[tuple[str, ...]] = []
    for _ in range(rng.randrange(9)):
        pages = [page for page in twin.pages() if twin.page_is_relevant(page)]
        if not pages:
            break
        page = rng.choice(pages)
        if page.kind == "repeat":
            step: tuple[str, ...] = ("add", page.name)
        else:
            question = rng.choice(twin.questions(page))
            instance = question.name.rpartition("/")[0]
            values = [choice.value for choice in question.choices] or ["1", "2", "5", "7", "2026-01-31"]
            picked = rng.sample(values, min(len(values), rng.randint(1, 2)))
            value = draw.text(rng) if rng.randrange(4) == 0 else " ".join(picked)
            if question.type == "select_one" and rng.randrange(4):
                value = rng.choice(values)
            step = (
                ("remove", instance) if instance and rng.randrange(6) == 0 else ("set", question.name, value)
            )
        getattr(twin, step[0])(*step[1:])
        steps.append(step)
    return steps
