"""A decimal number. Stored with a decimal point; the screen shows the language's own decimal mark."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from questionnaires.model import Choice, Question
from questionnaires.types.base import Kind, QuestionType, Treatment, one_column

_DECIMAL = re.compile(r"-?([0-9]{1,15}(\.[0-9]{1,15})?|\.[0-9]{1,15})\Z")


def check(value: str, question: Question, choices: Sequence[Choice]) -> str | None:
    return None if _DECIMAL.match(value) else "answer.not-decimal"


def sample(rng: random.Random, question: Question, choices: Sequence[Choice]) -> str:
    return str(round(rng.uniform(0, 100), 1))


TYPES = (
    QuestionType(
        "decimal",
        Treatment.RENDERS,
        aliases=("q decimal", "add decimal prompt"),
        check=check,
        columns=one_column(Kind.NUMBER),
        sample=sample,
        appearances=("thousands-sep",),
        note="A comma or a point is accepted from the keyboard; a point is stored.",
    ),
)
