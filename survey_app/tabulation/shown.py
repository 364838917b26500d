"""A table as plain values, ready for a template or a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis import BannerTable
from survey_app.tabulation.variables import Text


@dataclass(frozen=True)
class Breaks:
    """Breaks ready for the library, with the labels of their columns: {break: (label, {level: label})}."""

    codes: dict[str, Any] = field(default_factory=dict)
    labels: dict[str, tuple[Text, dict[str, Text]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Head:
    """A column. break_name "" is everybody. n: unweighted base; effective: effective base, None where unknown.

    low: the base is too small to test or to lean on.
    """

    break_name: str
    title: Text
    label: Text
    letter: str
    n: int
    effective: float | None
    low: bool


@dataclass(frozen=True)
class Cell:
    """value: a fraction, or a mean; None where it isn't known. letters: columns that are significantly lower."""

    value: float | None
    low: float | None
    high: float | None
    letters: str
    n: int


@dataclass(frozen=True)
class Row:
    """kind: level, net, mean (of numbers) or estimate (of an experiment: a share that nobody gave)."""

    kind: str
    label: Text
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Shown:
    """One question's table. apart: people out of the base (not asked, don't know, refused). remarks: codes."""

    name: str
    arm: str
    kind: str
    title: Text
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    apart: int
    letters: bool
    remarks: tuple[str, ...]


def head(name: str, title: Text, label: Text, table: BannerTable, column: int) -> Head:
    base = int(table.base[column])
    return Head(
        name,
        title,
        label,
        table.column_letters[column],
        base,
        effective(table.share[:, column], table.deff[:, column], base),
        bool(table.low_base[column]),
    )


def effective(share: np.ndarray, deff: np.ndarray, base: int) -> float | None:
    """A column's effective base: its base over the design effect pooled over its shares by p(1 - p)."""
    spread = share * (1 - share)
    known = np.isfinite(deff) & (np.nan_to_num(spread) > 0)
    if not known.any() or base == 0:
        return None
    pooled = float((deff[known] * spread[known]).sum() / spread[known].sum())
    return base / pooled if pooled > 0 else None


def as_csv(tables: Sequence[Shown], words: Callable[[Text], str]) -> str:
    """All tables in long form, one line a figure, with a byte-order mark for spreadsheets; unknown ones are empty."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(
        ["question", "arm", "break", "group", "letter", "kind", "answer", "value", "ci_low", "ci_high",
         "higher_than", "n", "base", "effective_base", "wording"]
    )  # fmt: skip
    for table in tables:
        for row in table.rows:
            for column, cell in zip(table.heads, row.cells, strict=True):
                writer.writerow(
                    [
                        table.name,
                        table.arm,
                        column.break_name,
                        words(column.label),
                        column.letter,
                        row.kind,
                        words(row.label),
                        *("" if v is None else f"{v:.6f}" for v in (cell.value, cell.low, cell.high)),
                        cell.letters,
                        cell.n,
                        column.n,
                        "" if column.effective is None else f"{column.effective:.1f}",
                        words(table.title),
                    ]
                )
    return out.getvalue()
