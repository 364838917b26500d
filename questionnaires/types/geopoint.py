"""A place on the map: `latitude longitude altitude accuracy`, numbers with one space between them.

An exact location is a personal datum: the reader warns that it is never released, and that a survey of
opinions seldom needs it. Lines and areas are kept for other clients and not asked here.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from questionnaires.model import Choice, Question
from questionnaires.types.base import Column, Kind, QuestionType, Treatment


def check(value: str, question: Question, choices: Sequence[Choice]) -> str | None:
    parts = value.split()
    if not 2 <= len(parts) <= 4:
        return "answer.not-geopoint"
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return "answer.not-geopoint"
    fits = -90 <= numbers[0] <= 90 and -180 <= numbers[1] <= 180 and all(abs(n) < 1e7 for n in numbers)
    return None if fits else "answer.not-geopoint"


def columns(question: Question, choices: Sequence[Choice]) -> tuple[Column, ...]:
    return (Column("_latitude", Kind.NUMBER, "0"), Column("_longitude", Kind.NUMBER, "1"))


def sample(rng: random.Random, question: Question, choices: Sequence[Choice]) -> str:
    return f"{rng.uniform(20.8, 21.6):.6f} {rng.uniform(106.5, 108.0):.6f} 0 10"


TYPES = (
    QuestionType(
        "geopoint",
        Treatment.RENDERS,
        aliases=("gps", "location", "q location", "q geopoint", "add location prompt"),
        check=check,
        columns=columns,
        sample=sample,
        parameters=("allow-mock-accuracy", "capture-accuracy", "warning-accuracy", "reference-geometry"),
        note="Asked with the phone's leave; warned about, and left out of every release.",
    ),
    QuestionType(
        "geotrace",
        Treatment.KEEPS,
        parameters=("allow-mock-accuracy", "incremental", "reference-geometry"),
        note="Kept for other clients.",
    ),
    QuestionType(
        "geoshape",
        Treatment.KEEPS,
        parameters=("allow-mock-accuracy", "incremental", "reference-geometry"),
        note="Kept for other clients.",
    ),
)
