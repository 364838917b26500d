"""A bar code or QR code. Stored: its text."""

from __future__ import annotations

import random
from collections.abc import Sequence

from questionnaires.model import Choice, Question
from questionnaires.types.base import Kind, QuestionType, Treatment, one_column
from questionnaires.types.text import check


def sample(rng: random.Random, question: Question, choices: Sequence[Choice]) -> str:
    return "".join(rng.choice("0123456789") for _ in range(13))


TYPES = (
    QuestionType(
        "barcode",
        Treatment.RENDERS,
        aliases=("q barcode", "add barcode prompt"),
        check=check,
        columns=one_column(Kind.TEXT),
        sample=sample,
        appearances=("front",),
        note="Scanned where the browser can, typed elsewhere.",
    ),
)
