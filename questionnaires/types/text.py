"""Words. Stored in Unicode NFC, at most 10,000 characters."""

from __future__ import annotations

import random
from collections.abc import Sequence

from questionnaires.model import Choice, Question
from questionnaires.types.base import Kind, QuestionType, Treatment, one_column

LONGEST_TEXT = 10_000

_WORDS = ("đường làng", "nước sạch", "việc làm", "giá cả", "rác thải", "chợ", "trường học", "trạm y tế")


def check(value: str, question: Question, choices: Sequence[Choice]) -> str | None:
    return None if len(value) <= LONGEST_TEXT else "answer.too-long"


def sample(rng: random.Random, question: Question, choices: Sequence[Choice]) -> str:
    return ", ".join(rng.sample(_WORDS, rng.randint(1, 3)))


TYPES = (
    QuestionType(
        "text",
        Treatment.RENDERS,
        aliases=("string", "q string", "add text prompt"),
        check=check,
        columns=one_column(Kind.TEXT),
        sample=sample,
        parameters=("rows",),
        appearances=("multiline", "numbers", "masked"),
        note="One line, or several with `multiline` or `rows`. `url` and `ex:` are kept, not run.",
    ),
)
