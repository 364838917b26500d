"""A whole number. Stored: digits with an optional minus sign, at most nine digits as in ODK."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from questionnaires.model import Choice, Question
from questionnaires.types.base import Kind, QuestionType, Treatment, one_column

_WHOLE = re.compile(r"-?[0-9]{1,9}\Z")


def check(value: str, question: Question, choices: Sequence[Choice]) -> str | None:
    return None if _WHOLE.match(value) else "answer.not-integer"


def sample(rng: random.Random, question: Question, choices: Sequence[Choice]) -> str:
    return str(rng.choice((rng.randint(0, 10), rng.randint(0, 100), rng.randint(1930, 2007))))


TYPES = (
    QuestionType(
        "integer",
        Treatment.RENDERS,
        aliases=(
            "int",
            "q int",
            "add integer prompt",
            "number of days in last month",
            "number of days in last six months",
            "number of days in last year",
            "percentage",
        ),
        check=check,
        columns=one_column(Kind.NUMBER),
        sample=sample,
        appearances=("thousands-sep", "bearing", "counter"),
        note="Digits; up to nine of them.",
    ),
)
