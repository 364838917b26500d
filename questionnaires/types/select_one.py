"""One answer of a list. Stored: the choice's value."""

from __future__ import annotations

import random
from collections.abc import Sequence

from questionnaires.model import Choice, Question
from questionnaires.types.base import Kind, QuestionType, Treatment, one_column


def check(value: str, question: Question, choices: Sequence[Choice]) -> str | None:
    if any(choice.value == value for choice in choices):
        return None
    return "answer.unknown-choice"


def sample(rng: random.Random, question: Question, choices: Sequence[Choice]) -> str:
    return rng.choice(choices).value if choices else ""


TYPES = (
    QuestionType(
        "select_one",
        Treatment.RENDERS,
        aliases=(
            "select one",
            "select1",
            "select one from",
            "add select one prompt using",
            "select one using",
            "q select1",
            "select_one_from_file",
            "select one from file",
        ),
        choices=True,
        check=check,
        columns=one_column(Kind.CATEGORY),
        sample=sample,
        parameters=("randomize", "seed", "value", "label"),
        appearances=(
            "minimal",
            "autocomplete",
            "search",
            "likert",
            "columns",
            "columns-pack",
            "columns-n",
            "no-buttons",
            "horizontal",
            "compact",
            "quick",
            "label",
            "list-nolabel",
        ),
        note="Radio buttons; a searchable list with `minimal` or `autocomplete`; a CSV file as the list with "
        "`select_one_from_file`.",
    ),
    QuestionType(
        "select_one_external",
        Treatment.KEEPS,
        choices=True,
        parameters=("randomize", "seed"),
        note="Superseded by `choice_filter`; read from `external_choices`, passed on to other clients.",
    ),
)
