"""A number on a line from `start` to `end` in steps (`parameters`: start=0 end=10 step=1 by default)."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from questionnaires.model import Choice, Question
from questionnaires.types.base import Kind, QuestionType, Treatment, one_column


def bounds(question: Question) -> tuple[Decimal, Decimal, Decimal]:
    """(start, end, step) of the question; ODK's 1, 10, 1 where a parameter is absent or not a number."""

    def number(key: str, default: str) -> Decimal:
        try:
            value = Decimal(question.parameters.get(key, default))
        except InvalidOperation:
            return Decimal(default)
        return value if value.is_finite() else Decimal(default)

    return number("start", "1"), number("end", "10"), number("step", "1")


def range_problem(parameters: Mapping[str, str]) -> str:
    """The parameter that makes a range impossible, '' when start, end and step make one."""
    numbers = {"start": Decimal(1), "end": Decimal(10), "step": Decimal(1)}
    for key in numbers:
        if key in parameters:
            try:
                numbers[key] = Decimal(parameters[key])
            except InvalidOperation:
                return f"{key}={parameters[key]}"
            if not numbers[key].is_finite():
                return f"{key}={parameters[key]}"
    if not numbers["step"] or abs(numbers["step"]) > abs(numbers["end"] - numbers["start"]):
        return f"step={numbers['step']}"
    return ""


def check(value: str, question: Question, choices: Sequence[Choice]) -> str | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "answer.not-decimal"
    if not number.is_finite():
        return "answer.not-decimal"
    start, end, step = bounds(question)
    low, high = min(start, end), max(start, end)
    if not low <= number <= high:
        return "answer.out-of-range"
    if step and (number - start) % step:
        return "answer.off-step"
    return None


def sample(rng: random.Random, question: Question, choices: Sequence[Choice]) -> str:
    start, end, step = bounds(question)
    if not step:
        return format(start, "f")
    steps = int(abs(end - start) / abs(step))
    direction = 1 if end >= start else -1
    return format(start + direction * abs(step) * rng.randint(0, min(steps, 10_000)), "f")


TYPES = (
    QuestionType(
        "range",
        Treatment.RENDERS,
        check=check,
        columns=one_column(Kind.NUMBER),
        sample=sample,
        parameters=("start", "end", "step", "tick_interval", "placeholder", "tick_labelset"),
        appearances=("vertical", "no-ticks", "picker", "rating"),
        note="Numbered buttons or a slider that starts without a value, so that no answer is suggested.",
    ),
)
