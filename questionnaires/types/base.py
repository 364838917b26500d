"""What a question type is, as data: one `QuestionType` value a type, collected by the registry.

A type says how XLSForm spells it, what the product does with it, which stored values it accepts, which
columns of the analysis table it makes, and how a simulated respondent answers it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from questionnaires.model import Choice, Question


class Treatment(StrEnum):
    """What the product does with a type.

    RENDERS: shown and answered on the page and on the phone. COMPUTES: no widget, a value all the same.
    KEEPS: kept in the model, written back, passed on to other clients, but not asked here.
    REFUSES: an error; publication stops.
    """

    RENDERS = "renders"
    COMPUTES = "computes"
    KEEPS = "keeps"
    REFUSES = "refuses"


class Kind(StrEnum):
    """Kind of an analysis column. NONE makes no column."""

    NONE = "none"
    CATEGORY = "category"
    FLAG = "flag"
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    FILE = "file"


@dataclass(frozen=True)
class Column:
    """One analysis column of a question: `suffix` is added to its name; `value` picks one choice (flags)."""

    suffix: str
    kind: Kind
    value: str = ""


Check = Callable[[str, Question, Sequence[Choice]], str | None]
Columns = Callable[[Question, Sequence[Choice]], tuple[Column, ...]]
Sample = Callable[[random.Random, Question, Sequence[Choice]], str]


def accept_any(value: str, question: Question, choices: Sequence[Choice]) -> str | None:
    """Every stored text is acceptable."""
    return None


def no_columns(question: Question, choices: Sequence[Choice]) -> tuple[Column, ...]:
    return ()


def one_column(kind: Kind) -> Columns:
    def columns(question: Question, choices: Sequence[Choice]) -> tuple[Column, ...]:
        return (Column("", kind),)

    return columns


def no_sample(rng: random.Random, question: Question, choices: Sequence[Choice]) -> str:
    return ""


@dataclass(frozen=True)
class QuestionType:
    """One question type.

    name: canonical XLSForm name. aliases: other spellings of the type cell, lower case, spaces collapsed.
    asked: a person (or their phone's camera) answers it. choices: its cell names a list.
    check: (stored value, question, its choices) -> code of what is wrong, or None; never called with ''.
    columns: the analysis columns. sample: a valid raw value for a simulated respondent ('' when none).
    parameters: accepted keys of the `parameters` column. appearances: those we act on; others are kept.
    xforms: False when other clients must not receive it.
    note: English, one line, for the generated table of the README.
    """

    name: str
    treatment: Treatment
    aliases: tuple[str, ...] = ()
    asked: bool = True
    choices: bool = False
    check: Check = accept_any
    columns: Columns = no_columns
    sample: Sample = no_sample
    parameters: tuple[str, ...] = ()
    appearances: tuple[str, ...] = ()
    xforms: bool = True
    note: str = ""
