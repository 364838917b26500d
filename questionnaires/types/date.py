"""A calendar date. Stored as ISO 8601 (2026-11-22); the screen shows dd/mm/yyyy."""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Sequence

from questionnaires.model import Choice, Question
from questionnaires.types.base import Kind, QuestionType, Treatment, one_column

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def check(value: str, question: Question, choices: Sequence[Choice]) -> str | None:
    if not _ISO.match(value):
        return "answer.not-date"
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return "answer.not-date"
    return None


def sample(rng: random.Random, question: Question, choices: Sequence[Choice]) -> str:
    return (datetime.date(2020, 1, 1) + datetime.timedelta(days=rng.randint(0, 2400))).isoformat()


TYPES = (
    QuestionType(
        "date",
        Treatment.RENDERS,
        aliases=("q date", "add date prompt"),
        check=check,
        columns=one_column(Kind.DATE),
        sample=sample,
        appearances=("month-year", "year", "no-calendar"),
        note="Shown dd/mm/yyyy; other calendars are kept for other clients.",
    ),
)
