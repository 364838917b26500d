"""A single box to tick. Stored: `OK`, as ODK does."""

from __future__ import annotations

import random
from collections.abc import Sequence

from questionnaires.model import Choice, Question
from questionnaires.types.base import Column, Kind, QuestionType, Treatment


def check(value: str, question: Question, choices: Sequence[Choice]) -> str | None:
    return None if value == "OK" else "answer.not-acknowledged"


def columns(question: Question, choices: Sequence[Choice]) -> tuple[Column, ...]:
    return (Column("", Kind.FLAG, "OK"),)


def sample(rng: random.Random, question: Question, choices: Sequence[Choice]) -> str:
    return "OK"


TYPES = (
    QuestionType(
        "acknowledge",
        Treatment.RENDERS,
        aliases=("trigger", "add acknowledge prompt"),
        check=check,
        columns=columns,
        sample=sample,
        note="One box to tick; stored as `OK`.",
    ),
)
