"""What is to be released, as plain frozen objects: tables, their cells, and who stands behind each column.

A `Release` in draft holds exact shares and the memberships of its populations; it never leaves the house.
`apply` turns it into the released form: merged, hidden, rounded. Both travel as JSON: `to_json` writes what
may be published, `to_json(..., sealed=True)` also what a later audit needs (memberships, weighted bases,
counts).
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Kind = Literal["single", "multiple", "estimate"]


@dataclass(frozen=True)
class Population:
    """Who stands behind a column: a break group within a filter, whether or not they answered the question.

    members: bits, one per interview of the survey's accepted interviews, packed, in their fixed order; two
    releases with the same `Release.interviews` count the same people by the same bits.
    """

    id: str
    label: str
    members: bytes

    @classmethod
    def of(cls, id: str, label: str, mask: ArrayLike) -> Population:
        """From a (n,) mask over the accepted interviews."""
        return cls(id, label, np.packbits(np.asarray(mask, dtype=bool)).tobytes())

    def mask(self) -> NDArray[np.uint8]:
        """0/1 over the interviews, padded with zeros to a multiple of 8."""
        return np.unpackbits(np.frombuffer(self.members, dtype=np.uint8))

    @cached_property
    def size(self) -> int:
        """Number of respondents."""
        return int(self.mask().sum())


@dataclass(frozen=True)
class Category:
    """A row: `parts` are the codes of the question's own categories it stands for (more than one once
    merged).

    score: its value on the question's scale, where a mean is published, else None. A merged row has none.
    """

    key: str
    label: str
    parts: tuple[str, ...]
    score: float | None = None


@dataclass(frozen=True)
class Column:
    """A break group, or the total of the table.

    population: id of its Population. parts: keys of the groups merged into it. n: unweighted base (answered
    the question). base: weighted base. n_effective: effective base, pooled over its cells. df: design degrees
    of freedom of this group.
    """

    key: str
    label: str
    population: str
    n: int
    base: float
    n_effective: float
    df: float
    parts: tuple[str, ...] = ()
    total: bool = False


@dataclass(frozen=True)
class Cell:
    """One share (or, in an "estimate" table, one figure). `hidden` cells publish nothing.

    share, ci_low, ci_high: fractions. count: unweighted respondents behind it (None in a published form).
    n_effective: the cell's own effective base where known.
    """

    share: float | None
    ci_low: float | None = None
    ci_high: float | None = None
    count: int | None = None
    n_effective: float | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Mean:
    """A column's mean of the categories' scores, with its interval, in the scale's units; `decimals`
    shown.
    """

    value: float | None
    ci_low: float | None = None
    ci_high: float | None = None
    decimals: int = 1
    hidden: bool = False


@dataclass(frozen=True)
class Net:
    """A sum of categories ("good or very good"), one cell per column. parts: codes of original categories."""

    key: str
    label: str
    parts: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """One question by one break within one filter.

    kind: "single" (shares of a column sum to 1), "multiple" (each row is its own share of the column's base)
    or "estimate" (figures that aren't shares of answers, such as a difference). cells[row][column].
    ordered_rows, ordered_columns: only neighbours may be merged.
    """

    id: str
    question: str
    title: str
    break_name: str
    filter: str
    kind: Kind
    categories: tuple[Category, ...]
    columns: tuple[Column, ...]
    cells: tuple[tuple[Cell, ...], ...]
    nets: tuple[Net, ...] = ()
    means: tuple[Mean, ...] = ()
    ordered_rows: bool = True
    ordered_columns: bool = True

    def column(self, key: str) -> int:
        """Position of the column with this key; KeyError if none."""
        for i, column in enumerate(self.columns):
            if column.key == key:
                return i
        raise KeyError(key)

    def category(self, key: str) -> int:
        """Position of the category with this key; KeyError if none."""
        for i, category in enumerate(self.categories):
            if category.key == key:
                return i
        raise KeyError(key)

    @property
    def partition(self) -> tuple[str, ...]:
        """Populations of the columns that aren't the total, in order."""
        return tuple(c.population for c in self.columns if not c.total)


@dataclass(frozen=True)
class Release:
    """A set of tables that leave together.

    interviews: names the set of respondents the memberships refer to (a survey's accepted interviews). run:
    names the weighting run; figures of two runs over the same interviews are nearly, not exactly, the same.
    rounded: True once `apply` has put whole percents in.
    """

    id: str
    interviews: str
    run: str
    tables: tuple[Table, ...]
    populations: tuple[Population, ...]
    rounded: bool = False

    def population(self, id: str) -> Population:
        """The population of this id; KeyError if none."""
        return self._by_id[id]

    @cached_property
    def _by_id(self) -> dict[str, Population]:
        return {p.id: p for p in self.populations}

    def with_tables(self, tables: Iterable[Table], extra: Sequence[Population] = ()) -> Release:
        """A copy with these tables; populations nobody uses any more are dropped."""
        kept = tuple(tables)
        used = {column.population for table in kept for column in table.columns}
        known = {p.id: p for p in (*self.populations, *extra)}
        return replace(self, tables=kept, populations=tuple(known[i] for i in sorted(used)))


def percent(share: float) -> int:
    """The whole percent shown for a share: half goes up, so that 12.5 % shows 13 on every machine."""
    return math.floor(100 * share + 0.5 + 1e-9)


def round_to(value: float, decimals: int) -> float:
    """A mean as shown: half away from zero is up, at `decimals` places."""
    scale = 10**decimals
    return float(math.floor(value * scale + 0.5 + 1e-9) / scale)


def rounded(release: Release) -> Release:
    """Whole percents in every share and interval, shown decimals in every mean; hidden figures are gone."""
    return replace(release, tables=tuple(_rounded_table(t) for t in release.tables), rounded=True)


def _rounded_table(table: Table) -> Table:
    def cell(c: Cell) -> Cell:
        if c.hidden:
            return Cell(None, hidden=True)
        return replace(c, share=_whole(c.share), ci_low=_whole(c.ci_low), ci_high=_whole(c.ci_high))

    def mean(m: Mean) -> Mean:
        if m.hidden:
            return Mean(None, decimals=m.decimals, hidden=True)
        shown = [None if v is None else round_to(v, m.decimals) for v in (m.value, m.ci_low, m.ci_high)]
        return Mean(shown[0], shown[1], shown[2], m.decimals)

    return replace(
        table,
        cells=tuple(tuple(cell(c) for c in row) for row in table.cells),
        nets=tuple(replace(net, cells=tuple(cell(c) for c in net.cells)) for net in table.nets),
        means=tuple(mean(m) for m in table.means),
    )


def _whole(share: float | None) -> float | None:
    return None if share is None else percent(share) / 100


def to_json(release: Release, *, sealed: bool = False) -> str:
    """The release as JSON, keys sorted. Without `sealed` only what may be published, and only of a rounded
    release.

    Published: labels, rounded shares, intervals and means, unweighted bases, whole effective bases, degrees
    of freedom. Left out: memberships, weighted bases, counts, everything of a hidden cell. ValueError for a
    draft without `sealed`.
    """
    if not sealed and not release.rounded:
        raise ValueError("a draft release is exact: audit and apply it first, or write it sealed")
    return json.dumps(
        _release_json(release, sealed), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def from_json(text: str) -> Release:
    """The release that `to_json` wrote. A published form comes back without memberships and weighted
    bases.
    """
    d = json.loads(text)
    return Release(
        id=d["id"],
        interviews=d["interviews"],
        run=d["run"],
        tables=tuple(_table_from(t) for t in d["tables"]),
        populations=tuple(
            Population(p["id"], p["label"], base64.b64decode(p["members"])) for p in d["populations"]
        ),
        rounded=d["rounded"],
    )


def _release_json(release: Release, sealed: bool) -> dict[str, Any]:
    return {
        "id": release.id,
        "interviews": release.interviews,
        "run": release.run,
        "rounded": release.rounded,
        "tables": [_table_json(t, sealed) for t in release.tables],
        "populations": [
            {
                "id": p.id,
                "label": p.label,
                "members": base64.b64encode(p.members).decode() if sealed else "",
            }
            for p in release.populations
        ],
    }


def _table_json(t: Table, sealed: bool) -> dict[str, Any]:
    def cell(c: Cell) -> dict[str, Any]:
        if c.hidden and not sealed:
            return {"hidden": True}
        d: dict[str, Any] = {"share": c.share, "ci": [c.ci_low, c.ci_high]}
        if sealed:
            d |= {"count": c.count, "n_effective": c.n_effective}
        return d | ({"hidden": True} if c.hidden else {})

    return {
        "id": t.id, "question": t.question, "title": t.title, "break": t.break_name, "filter": t.filter,
        "kind": t.kind,
        "ordered": [t.ordered_rows, t.ordered_columns],
        "categories": [
            {"key": c.key, "label": c.label, "parts": list(c.parts), "score": c.score} for c in t.categories
        ],
        "columns": [
            {"key": c.key, "label": c.label, "population": c.population, "n": c.n, "df": c.df,
             "n_effective": c.n_effective if sealed else math.floor(c.n_effective),
             "parts": list(c.parts), "total": c.total} | ({"base": c.base} if sealed else {})
            for c in t.columns
        ],
        "cells": [[cell(c) for c in row] for row in t.cells],
        "nets": [
            {"key": n.key, "label": n.label, "parts": list(n.parts), "cells": [cell(c) for c in n.cells]}
            for n in t.nets
        ],
        "means": [
            {"hidden": True, "decimals": m.decimals} if m.hidden and not sealed else
            {"value": m.value, "ci": [m.ci_low, m.ci_high], "decimals": m.decimals, "hidden": m.hidden}
            for m in t.means
        ],
    }  # fmt: skip


def _table_from(d: dict[str, Any]) -> Table:
    def cell(c: dict[str, Any]) -> Cell:
        low, high = c.get("ci", (None, None))
        return Cell(
            c.get("share"), low, high, c.get("count"), c.get("n_effective"), bool(c.get("hidden", False))
        )

    def mean(m: dict[str, Any]) -> Mean:
        low, high = m.get("ci", (None, None))
        return Mean(m.get("value"), low, high, m["decimals"], bool(m.get("hidden", False)))

    return Table(
        id=d["id"], question=d["question"], title=d["title"], break_name=d["break"], filter=d["filter"],
        kind=d["kind"],
        categories=tuple(
            Category(c["key"], c["label"], tuple(c["parts"]), c["score"]) for c in d["categories"]
        ),
        columns=tuple(
            Column(c["key"], c["label"], c["population"], c["n"], c.get("base", math.nan), c["n_effective"],
                   c["df"], tuple(c["parts"]), c["total"])
            for c in d["columns"]
        ),
        cells=tuple(tuple(cell(c) for c in row) for row in d["cells"]),
        nets=tuple(
            Net(n["key"], n["label"], tuple(n["parts"]), tuple(cell(c) for c in n["cells"])) for n in d["nets"]
        ),
        means=tuple(mean(m) for m in d["means"]),
        ordered_rows=d["ordered"][0],
        ordered_columns=d["ordered"][1],
    )  # fmt: skip
