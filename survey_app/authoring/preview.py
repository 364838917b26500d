"""A made-up respondent's way through a questionnaire, for its author to read: what is asked, what is left out.

Pure: a contract and a seed in, words out. The same seed gives the same respondent.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from questionnaires import Compiled, Interview, Shown, walk


@dataclass(frozen=True)
class Option:
    label: str
    taken: bool


@dataclass(frozen=True)
class Asked:
    """One question as the respondent met it. options: of a select, in the order shown. answer: what was given,
    as a reader writes it, '' where it was left blank."""

    name: str
    label: str
    hint: str
    type: str
    options: tuple[Option, ...]
    answer: str


@dataclass(frozen=True)
class PreviewPage:
    """skipped: words of the questions of this page that this respondent was not asked."""

    label: str
    asked: tuple[Asked, ...]
    skipped: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """left_out: pages that were not shown at all. dead_ends: questions that no answer could satisfy."""

    pages: tuple[PreviewPage, ...]
    left_out: tuple[str, ...]
    dead_ends: tuple[str, ...]

    @property
    def count(self) -> int:
        return sum(len(page.asked) for page in self.pages)


#: How many respondents are tried for one who isn't screened out or declines at once.
TRIES = 12

#: Longest list whose choices are all told; of a longer one only the answer is.
MOST_OPTIONS = 12


def preview(compiled: Compiled, seed: int, language: str) -> Preview:
    """language: one of the questionnaire's, else its default is used."""
    languages = compiled.document["languages"]
    spoken = language if language in languages else str(compiled.document["default_language"])
    chance, now = random.Random(seed), datetime.now(UTC)
    preloaded = settled(compiled, chance)
    path = walk(compiled, chance, preloaded, now=now)
    interview = Interview(compiled, path.answers, preloaded, now, spoken)
    pages, left_out = [], []
    for page in interview.pages():
        if page.kind == "repeat":
            continue
        label = interview.page_label(page)
        shown = interview.questions(page, required=False)
        names = {one.name for one in shown}
        every = interview.questions(page, required=False, everything=True)
        if not shown:
            if label and every:
                left_out.append(label)
            continue
        skipped = tuple(one.label for one in every if one.name not in names and one.label)
        pages.append(PreviewPage(label, tuple(_asked(one, spoken) for one in shown), skipped))
    return Preview(tuple(pages), tuple(left_out), path.dead_ends)


def telling_seed(compiled: Compiled) -> int:
    """The first seed whose respondent is asked at least half of the questions, else the one who is asked most."""
    asked = sum(len(scope.questions) for scope in compiled.form.scopes.values())
    met: dict[int, int] = {}
    for seed in range(1, TRIES + 1):
        chance = random.Random(seed)
        path = walk(compiled, chance, settled(compiled, chance), now=datetime.now(UTC))
        met[seed] = len(path.visited)
        if 2 * met[seed] >= asked:
            break
    return max(met, key=lambda seed: met[seed])


def settled(compiled: Compiled, chance: random.Random) -> dict[str, str]:
    """Values that come with a case: an arm of each experiment, a choice of each hidden list, else a number."""
    found = {
        experiment["name"]: chance.choice(sorted(experiment["arms"]))
        for experiment in compiled.document["experiments"]
        if len(experiment["arms"]) > 1
    }
    for name, form in compiled.form.scopes[()].questions.items():
        if form.type != "hidden" or name in found or "calculation" in form.node:
            continue
        listed = form.node.get("extra", {}).get("dl::list", "")
        choices = compiled.form.list_choices(listed) if listed else ()
        found[name] = str(chance.choice(choices)["value"]) if choices else f"{chance.random():.6f}"
    return found | ({"mode": "1"} if "mode" in found else {})


def _asked(one: Shown, language: str) -> Asked:
    given = one.value.split() if one.type in ("select_multiple", "rank") else [one.value]
    labels = {choice.value: choice.label for choice in one.choices}
    options: tuple[Option, ...] = ()
    if one.choices and len(one.choices) <= MOST_OPTIONS and one.type != "rank":
        options = tuple(Option(choice.label, choice.value in given) for choice in one.choices)
    answer = " → ".join(labels.get(v, v) for v in given if v) if labels else _written(one, language)
    return Asked(one.name, one.label, one.hint, one.type, options, answer)


def _written(one: Any, language: str) -> str:
    value = str(one.value)
    if one.type == "date" and value.count("-") == 2:
        return "/".join(reversed(value.split("-")))
    if one.type in ("decimal", "range") and language == "vi":
        return value.replace(".", ",")
    return value
