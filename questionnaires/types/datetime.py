"""A date with a time of day. Stored as ISO 8601, with an offset where the client gave one."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from datetime import datetime

from questionnaires.model import Choice, Question
from questionnaires.types import date as date_type
from questionnaires.types import time as time_type
from questionnaires.types.base import Kind, QuestionType, Treatment, one_column

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T.{5,}\Z")


def check(value: str, question: Question, choices: Sequence[Choice]) -> str | None:
    if not _MOMENT.match(value):
        return "answer.not-datetime"
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return "answer.not-datetime"
    return None


def sample(rng: random.Random, question: Question, choices: Sequence[Choice]) -> str:
    return f"{date_type.sample(rng, question, choices)}T{time_type.sample(rng, question, choices)}:00"


TYPES = (
    QuestionType(
        "dateTime",
        Treatment.RENDERS,
        aliases=("date time", "q datetime", "add datetime prompt"),
        check=check,
        columns=one_column(Kind.DATE),
        sample=sample,
        note="The phone's own picker.",
    ),
)
