"""The questionnaire as it is authored: frozen values that import nothing.

Names are XLSForm's. Expressions stay text here (as the author wrote them); `compiled.py` parses them once.
A `Text` maps a language code (`vi`, `en`, or `default` where the workbook names none) to NFC text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Text = Mapping[str, str]

DEFAULT_LANGUAGE = "default"


@dataclass(frozen=True)
class Choice:
    """One answer of a list. `filters` holds the extra columns that a `choice_filter` reads."""

    value: str
    label: Text = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)
    row: int | None = None


@dataclass(frozen=True)
class ChoiceList:
    name: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Question:
    """A row that can hold an answer (or shows a note). Empty string: the cell was empty.

    type: the canonical XLSForm type (`select_one`, `integer`, ...), aliases already resolved.
    list_name: for selects and rank. parameters: the `parameters` column, parsed (`randomize=true seed=..`).
    row: 1-based row of the survey sheet, None where the questionnaire did not come from a workbook.
    """

    name: str
    type: str
    label: Text = field(default_factory=dict)
    hint: Text = field(default_factory=dict)
    list_name: str = ""
    required: str = ""
    required_message: Text = field(default_factory=dict)
    relevant: str = ""
    constraint: str = ""
    constraint_message: Text = field(default_factory=dict)
    calculation: str = ""
    default: str = ""
    choice_filter: str = ""
    read_only: str = ""
    appearance: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    or_other: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)
    row: int | None = None


@dataclass(frozen=True)
class Group:
    """Rows between `begin group` and `end group`; with appearance `field-list` it is one page."""

    name: str
    label: Text = field(default_factory=dict)
    relevant: str = ""
    appearance: str = ""
    children: tuple[Node, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    row: int | None = None


@dataclass(frozen=True)
class Repeat:
    """Rows between `begin repeat` and `end repeat`. repeat_count: an expression, empty when open-ended."""

    name: str
    label: Text = field(default_factory=dict)
    relevant: str = ""
    appearance: str = ""
    repeat_count: str = ""
    children: tuple[Node, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    row: int | None = None


Node = Question | Group | Repeat


# Kinds of experiment in which a device hides the single answer: their estimate needs the device's probabilities.
DEVICES = frozenset({"randomised_response", "crosswise"})


@dataclass(frozen=True)
class Experiment:
    """A randomised design declared in the workbook's `experiments` sheet.

    name: also the name of the preloaded value that carries the arm. kind: `split_ballot`, `list`,
    `randomised_response`, `crosswise`, `order`. arms: arm value -> the question asked in that arm
    ('' for arms that change only presentation). parameters: e.g. the probability of a device. of_arm: those of an
    arm that differ from the experiment's, as when half are given the opposite device.
    """

    name: str
    kind: str
    arms: Mapping[str, str]
    parameters: Mapping[str, str] = field(default_factory=dict)
    row: int | None = None
    of_arm: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Questionnaire:
    """A whole questionnaire. `languages` in the workbook's order; `default_language` is one of them.

    lists: by list name; a list that comes from a CSV file is named after the file (`cities.csv`).
    language_names: code -> the name that the workbook's headers give it (`vi` -> `Tiếng Việt (vi)`).
    """

    form_id: str
    title: Text
    children: tuple[Node, ...]
    lists: Mapping[str, ChoiceList] = field(default_factory=dict)
    languages: tuple[str, ...] = (DEFAULT_LANGUAGE,)
    default_language: str = DEFAULT_LANGUAGE
    version: str = ""
    experiments: tuple[Experiment, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    language_names: Mapping[str, str] = field(default_factory=dict)

    def questions(self) -> Iterator[Question]:
        """Every question in workbook order, those inside groups and repeats included."""
        yield from _questions(self.children)


def _questions(nodes: tuple[Node, ...]) -> Iterator[Question]:
    for node in nodes:
        if isinstance(node, Question):
            yield node
        else:
            yield from _questions(node.children)
