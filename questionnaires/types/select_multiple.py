"""Any number of answers of a list. Stored: the choices' values with one space between them."""

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
    exclusive = set(question.extra.get("dl::exclusive", "").replace(",", " ").split())
    if len(picked) > 1 and exclusive.intersection(picked):
        return "answer.exclusive-with-others"
    return None


def columns(question: Question, choices: Sequence[Choice]) -> tuple[Column, ...]:
    """The stored text, then one 0/1 column a choice: `a1`, `a1_1`, `a1_2`, ..."""
    return (
        Column("", Kind.TEXT),
        *(Column(f"_{choice.value}", Kind.FLAG, choice.value) for choice in choices),
    )


def sample(rng: random.Random, question: Question, choices: Sequence[Choice]) -> str:
    if not choices:
        return ""
    exclusive = set(question.extra.get("dl::exclusive", "").replace(",", " ").split())
    first = rng.choice(choices).value
    if first in exclusive:
        return first
    free = [choice.value for choice in choices if choice.value not in exclusive]
    count = min(len(free), 1 + int(rng.random() ** 2 * 4))
    picked = set(rng.sample(free, count))
    return " ".join(value for value in free if value in picked)


TYPES = (
    QuestionType(
        "select_multiple",
        Treatment.RENDERS,
        aliases=(
            "select multiple",
            "select all that apply",
            "select all that apply from",
            "add select multiple prompt using",
            "select multiple from",
            "select multiple using",
            "q select",
            "select_multiple_from_file",
            "select multiple from file",
        ),
        choices=True,
        check=check,
        columns=columns,
        sample=sample,
        parameters=("randomize", "seed", "value", "label"),
        appearances=(
            "minimal",
            "columns",
            "columns-pack",
            "columns-n",
            "no-buttons",
            "horizontal",
            "compact",
            "label",
            "list-nolabel",
        ),
        note="Check boxes; `dl::exclusive` names answers that stand alone.",
    ),
)
