"""Every choice of a list, put in order. Stored: all values, best first, with one space between them."""

from __future__ import annotations

import random
from collections.abc import Sequence

from questionnaires.model import Choice, Question
from questionnaires.types.base import Column, Kind, QuestionType, Treatment


def check(value: str, question: Question, choices: Sequence[Choice]) -> str | None:
    picked = value.split()
    known = {choice.value for choice in choices}
    if any(item not in known for item in picked):
        return "answer.unknown-choice"
    if len(set(picked)) != len(picked):
        return "answer.choice-twice"
    if len(picked) != len(known):
        return "answer.rank-incomplete"
    return None


def columns(question: Question, choices: Sequence[Choice]) -> tuple[Column, ...]:
    """The stored text, then each choice's rank as a number: `q`, `q_a`, `q_b`, ..."""
    return (
        Column("", Kind.TEXT),
        *(Column(f"_{choice.value}", Kind.NUMBER, choice.value) for choice in choices),
    )


def sample(rng: random.Random, question: Question, choices: Sequence[Choice]) -> str:
    values = [choice.value for choice in choices]
    rng.shuffle(values)
    return " ".join(values)


TYPES = (
    QuestionType(
        "rank",
        Treatment.RENDERS,
        choices=True,
        check=check,
        columns=columns,
        sample=sample,
        parameters=("randomize", "seed", "value", "label"),
        note="Up and down buttons, so that a keyboard and a small screen do.",
    ),
)
