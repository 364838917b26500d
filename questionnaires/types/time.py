"""A time of day. Stored HH:MM, HH:MM:SS or with thousandths and an offset as ODK Collect writes it."""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Sequence

from questionnaires.model import Choice, Question
from questionnaires.types.base import Kind, QuestionType, Treatment, one_column

_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?\Z")


def check(value: str, question: Question, choices: Sequence[Choice]) -> str | None:
    if not _TIME.match(value):
        return "answer.not-time"
    try:
        datetime.time.fromisoformat(value)
    except ValueError:
        return "answer.not-time"
    return None


def sample(rng: random.Random, question: Question, choices: Sequence[Choice]) -> str:
    return f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}"


TYPES = (
    QuestionType(
        "time",
        Treatment.RENDERS,
        check=check,
        columns=one_column(Kind.TEXT),
        sample=sample,
        note="The phone's own time picker.",
    ),
)
