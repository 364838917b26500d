"""Simulated respondents: a seeded walk through the questionnaire that answers validly."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from questionnaires.compiled import Compiled
from questionnaires.compiled.form import QuestionForm
from questionnaires.findings import Finding, Severity, Where
from questionnaires.interview import Interview, Shown
from questionnaires.interview.judge import judge
from questionnaires.model import Choice
from questionnaires.types.registry import REGISTRY

#: How many candidates are tried for one answer before it is left blank or called a dead end.
TRIES = 60
#: Most instances of an open repeat.
MOST_INSTANCES = 3
#: How often a covering walk repeats an answer of the longest walk so far, which got past the gates.
LOYALTY = 0.8

Weights = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Walk:
    """One simulated interview. answers: as entered. dead_ends: questions that no candidate could answer
    although an answer was required. visited: names of the questions that were shown.
    """

    answers: dict[str, Any]
    dead_ends: tuple[str, ...]
    visited: frozenset[str]


def simulate(
    compiled: Compiled,
    rng: random.Random,
    preloaded: Mapping[str, str] | None = None,
    weights: Weights | None = None,
    *,
    now: datetime,
    skip: float = 0.0,
) -> dict[str, Any]:
    """Valid answers of one made-up respondent. weights: question -> value -> relative chance.

    skip: chance of leaving out a question that is not required. The same generator state gives the same
    answers. Dead ends stay blank; `walk` names them.
    """
    return walk(compiled, rng, preloaded, weights, now=now, skip=skip).answers


def walk(
    compiled: Compiled,
    rng: random.Random,
    preloaded: Mapping[str, str] | None = None,
    weights: Weights | None = None,
    *,
    now: datetime,
    skip: float = 0.0,
    avoid: Mapping[str, set[str]] | None = None,
) -> Walk:
    """As `simulate`, telling what was met. avoid: question -> values that
    earlier walks took; others are tried first."""
    interview = Interview(compiled, {}, preloaded, now)
    dead_ends: list[str] = []
    visited: set[str] = set()
    page = interview.first_page()
    done: set[str] = set()
    steps = 0
    while page is not None and steps < 5_000:
        steps += 1
        done.add(page.name)
        if page.kind == "repeat":
            if _grow(interview, page.name, rng):
                done.discard(page.name)
                waiting = (
                    p for p in interview.pages() if p.name not in done and interview.page_is_relevant(p)
                )
                page = next(waiting, None)
                continue
        else:
            _answer_page(interview, page.name, rng, weights or {}, skip, avoid or {}, dead_ends, visited)
        page = interview.next_page(page.name)
    return Walk(interview.answers(), tuple(dead_ends), frozenset(visited))


def _grow(interview: Interview, name: str, rng: random.Random) -> bool:
    """The page after the last instance of an open repeat: one more, until chance says stop."""
    scope, repeat = interview._repeat(name)
    if len(interview.state.instances(scope, repeat)) < MOST_INSTANCES and rng.random() < 0.5:
        return interview.add(name) is not None
    return False


def _answer_page(
    interview: Interview,
    page: str,
    rng: random.Random,
    weights: Weights,
    skip: float,
    avoid: Mapping[str, set[str]],
    dead_ends: list[str],
    visited: set[str],
) -> None:
    """Answers in form order, looking again after each, since an answer may bring up the next question."""
    done: set[str] = set()
    while True:
        waiting = next((s for s in interview.questions(page, required=False) if s.name not in done), None)
        if waiting is None:
            return
        done.add(waiting.name)
        name = waiting.name.rpartition("/")[2]
        visited.add(name)
        kind = REGISTRY.get(waiting.type)
        if kind is None or not kind.asked or waiting.read_only or _stands(waiting):
            continue
        if not waiting.required and skip and rng.random() < skip:
            continue
        if (
            not _answer(interview, waiting, rng, weights.get(name, {}), avoid.get(name, set()))
            and waiting.required
        ):
            dead_ends.append(waiting.name)


def _stands(shown: Shown) -> bool:
    """A value is there already (a default) and nothing is wrong with it."""
    return bool(shown.value) and not any(finding.severity is Severity.ERROR for finding in shown.findings)


def _answer(
    interview: Interview, shown: Shown, rng: random.Random, weights: Mapping[str, float], avoid: set[str]
) -> bool:
    """Set the first candidate that fits; the question stays blank when none does."""
    scope, form = interview._find(shown.name)
    candidates = _candidates(form, shown, rng, weights)
    if avoid:
        candidates = itertools.chain(_fresh(form, shown, rng, avoid), candidates)
    for candidate in candidates:
        interview.set(shown.name, candidate)
        found = judge(interview.state, scope, form, required=False)
        if candidate and not any(finding.severity is Severity.ERROR for finding in found):
            return True
    interview.set(shown.name, "")
    return False


def _fresh(form: QuestionForm, shown: Shown, rng: random.Random, avoid: set[str]) -> list[str]:
    """Choices and telling numbers that no earlier walk took, in random order."""
    if shown.choices:
        fresh = [choice.value for choice in shown.choices if choice.value not in avoid]
    else:
        fresh = [number for number in _numbers(form, shown) if number not in avoid]
    rng.shuffle(fresh)
    return fresh


def _candidates(
    form: QuestionForm, shown: Shown, rng: random.Random, weights: Mapping[str, float]
) -> Iterable[str]:
    """Values worth trying: weighted draws, then the type's own samples, then numbers near those of the rules."""
    kind = REGISTRY[shown.type]
    choices = [Choice(choice.value) for choice in shown.choices]
    offered = [choice.value for choice in choices] or list(weights)
    chances = [weights.get(value, 0.0) for value in offered]
    weighted = bool(weights) and sum(chances) > 0
    for attempt in range(TRIES):
        if weighted and attempt < TRIES // 2:
            yield rng.choices(offered, chances)[0]
            continue
        yield kind.sample(rng, form.question, choices)
    if shown.type in ("select_one", "select_multiple"):
        yield from offered
    yield from _numbers(form, shown)
    if shown.type == "date":
        yield from ("2035-01-01", "2000-06-15", "1990-01-31", "1960-12-24")
    if shown.type == "dateTime":
        yield from ("2035-01-01T08:00:00", "2000-06-15T20:30:00", "1970-01-31T00:00:00")
    if shown.type in ("text", "barcode"):
        yield from ("0912345678", "A1", "a", "1", "nguoi.dan@example.vn", "Nguyễn")


def _numbers(form: QuestionForm, shown: Shown) -> Iterable[str]:
    """The constants of the question's constraint and their neighbours, then round numbers; none for words."""
    if shown.type not in ("integer", "decimal", "range"):
        return
    constants = sorted(set(_constants(form.node.get("constraint"))))
    for constant in constants:
        for neighbour in (constant, constant + 1, constant - 1):
            yield str(int(neighbour)) if float(neighbour).is_integer() else str(neighbour)
    for low, high in itertools.pairwise(constants):
        middle = (low + high) / 2
        yield str(int(middle)) if shown.type == "integer" else str(middle)
    yield from (str(number) for number in (0, 1, 2, 5, 10, 18, 30, 50, 100, 1980, 2000, 10_000))


def _constants(tree: Any) -> Iterable[float]:
    if isinstance(tree, bool):
        return
    if isinstance(tree, int | float):
        yield float(tree)
    elif isinstance(tree, list):
        for part in tree:
            yield from _constants(part)


def cover(
    compiled: Compiled,
    rng: random.Random,
    preloads: Iterable[Mapping[str, str]],
    *,
    now: datetime,
    walks: int = 60,
) -> tuple[Finding, ...]:
    """Walk until every question was shown or `walks` are used up; what was never reached is a finding.

    preloads: preloaded values to go through in turn, so that each arm of an experiment is walked.
    """
    asked = {
        name
        for scope in compiled.form.scopes.values()
        for name, form in scope.questions.items()
        if (kind := REGISTRY.get(form.type)) is not None and kind.asked
    }
    visited: set[str] = set()
    dead_ends: set[str] = set()
    tried: dict[str, set[str]] = {}
    cases = list(preloads) or [{}]
    longest = Walk({}, (), frozenset())
    for number in range(walks):
        likely = {name: {value: 1.0} for name, value in _flat(longest.answers) if rng.random() < LOYALTY}
        step = walk(compiled, rng, cases[number % len(cases)], likely, now=now, avoid=tried)
        longest = max(longest, step, key=lambda found: len(found.visited))
        visited |= step.visited
        dead_ends |= set(step.dead_ends)
        for name, value in _flat(step.answers):
            tried.setdefault(name, set()).update((value, *value.split()))
        if asked <= visited:
            break
    findings = [
        Finding("simulate.dead-end", Severity.WARNING, Where(name=name), {"name": name})
        for name in sorted({path.rpartition("/")[2] for path in dead_ends})
    ]
    findings += [
        Finding("simulate.never-reached", Severity.WARNING, Where(name=name), {"name": name, "walks": walks})
        for name in sorted(asked - visited)
    ]
    return tuple(findings)


def _flat(answers: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """(question, value) of every answer, those of repeats included."""
    for name, value in answers.items():
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, list):
            for row in value:
                yield from _flat(row)
