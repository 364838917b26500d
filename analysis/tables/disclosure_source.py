"""From answers to a draft release: tables with exact figures and memberships, and the means to tabulate them anew.

draft = Draft(design)
draft.add(Question("trust", nets=...), "age", by="age")          # one table; filter=, domain= for fewer people
release = draft.release("wave 1", interviews="survey 7", run="run 3")
report = audit(release, remeasure=draft.remeasure)
public = apply(release, report, draft.remeasure)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from analysis.arrays import Array, Codes
from analysis.design import SampleDesign
from analysis.errors import DesignError
from analysis.estimation.variables import categorical, restrict
from analysis.tables.banner import BannerTable, Question, banner
from analysis.tables.disclosure_model import (
    Category,
    Cell,
    Column,
    Kind,
    Mean,
    Net,
    Population,
    Release,
    Table,
)
from analysis.tables.multiple_response import MultipleResponse


class Draft:
    """Tables of one design on their way to an audit, each remembered with the columns it was made from."""

    def __init__(self, design: SampleDesign) -> None:
        self.design = design
        self._tables: dict[str, Table] = {}
        self._populations: dict[str, Population] = {}
        self._sources: dict[str, tuple[Question | MultipleResponse, Codes | None, SampleDesign]] = {}

    def add(
        self,
        question: Question | MultipleResponse | str,
        break_name: str = "",
        *,
        by: Any = None,
        filter: str = "",
        domain: Any = None,
        title: str = "",
        ordered_rows: bool = True,
        ordered_columns: bool = True,
    ) -> Table:
        """One question by one break (by None: the total alone) within one filter; the table is returned.

        filter: its name, "" = everybody; domain: (n,) booleans or a column, who is in it. A population is the
        filter and the group, whether or not its members answered. Respondents without a group are in the
        total only. Raises DesignError when the same question, break and filter are added twice.
        """
        design = restrict(self.design, domain)
        groups = None if by is None else categorical(design, by)
        q: Question | MultipleResponse
        if isinstance(question, MultipleResponse):
            q, name, scores, nets = question, question.name, {}, {}
        else:
            q = Question(question) if isinstance(question, str) else question
            asked = categorical(design, q.variable)
            name = q.name or (q.variable if isinstance(q.variable, str) else asked.name)
            q = replace(q, variable=asked, name=name)
            scores = {str(level): float(score) for level, score in q.scores.items()}
            nets = {label: tuple(str(v) for v in parts) for label, parts in q.nets.items()}
        id = f"{name}|{break_name}|{filter}"
        if id in self._tables:
            raise DesignError("table.question-twice", variable=id)
        found = _banner(q, groups, design)
        levels = [label for kind, label in found.rows if kind == "level"]
        categories = tuple(Category(v, v, (v,), scores.get(v)) for v in levels)
        kind: Kind = "multiple" if isinstance(q, MultipleResponse) else "single"
        columns, populations = self._columns(found, groups, design, break_name, filter)
        table = Table(
            id, name, title or name, break_name, filter, kind, categories, columns, (), (), (),
            ordered_rows, ordered_columns,
        )  # fmt: skip
        table = _filled(table, found, nets)
        self._tables[id] = table
        self._populations |= {p.id: p for p in populations}
        self._sources[id] = (q, groups, design)
        return table

    def release(self, id: str, *, interviews: str, run: str) -> Release:
        """All tables added so far, as one draft."""
        return Release(id, interviews, run, tuple(self._tables.values()), tuple(self._populations.values()))

    def remeasure(self, table: Table) -> Table:
        """A merged table tabulated anew from the answers: exact bases, errors and intervals in the same layout."""
        q, groups, design = self._sources[table.id]
        merged = None
        if groups is not None and any(not c.total for c in table.columns):
            merged = _recoded(groups, [(c.key, c.parts or (c.key,)) for c in table.columns if not c.total])
        if isinstance(q, MultipleResponse):
            kept = {c.key: q.options[c.key] for c in table.categories}
            found, complete = _banner(MultipleResponse(q.name, kept, q.answered), merged, design), True
        else:
            found, complete = self._recounted(table, q, merged, design)
        columns = tuple(
            replace(c, n=int(found.base[j]), base=float(found.weighted_base[j]), n_effective=_pooled(found, j),
                    df=_df(found, j))
            for j, c in zip(_places(table), table.columns, strict=True)
        )  # fmt: skip
        new = _filled(replace(table, columns=columns), found, {n.label: n.parts for n in table.nets})
        if table.means and not complete:
            # Merged rows have no score: the mean is still that of the single answers, group by group.
            whole = _banner(q, merged, design)
            new = replace(new, means=tuple(_mean(whole, j) for j in _places(table)))
        return new

    @staticmethod
    def _recounted(
        table: Table, q: Question, merged: Codes | None, design: SampleDesign
    ) -> tuple[BannerTable, bool]:
        """The banner of a single-answer table with its merged rows, and whether every row still has a score."""
        recoded = _recoded(q.variable, [(c.key, c.parts) for c in table.categories])
        scored = {c.key: c.score for c in table.categories if c.score is not None}
        complete = len(scored) == len(table.categories)
        nets = {
            n.label: [c.key for c in table.categories if set(c.parts) <= set(n.parts)]
            for n in table.nets
            if all(set(c.parts) <= set(n.parts) or not set(c.parts) & set(n.parts) for c in table.categories)
        }
        fresh = Question(recoded, q.name, nets=nets, scores=scored if complete else {})
        return _banner(fresh, merged, design), complete

    def _columns(
        self, found: BannerTable, groups: Codes | None, design: SampleDesign, break_name: str, filter: str
    ) -> tuple[tuple[Column, ...], list[Population]]:
        columns, populations = [], []
        for j, label in enumerate(found.columns):
            total = j == 0
            id = f"{filter}|total" if total else f"{filter}|{break_name}={label}"
            members = design.active if total or groups is None else design.active & (groups.codes == j - 1)
            populations.append(
                Population.of(id, " / ".join(x for x in (filter, "" if total else label) if x), members)
            )
            columns.append(
                Column(
                    label,
                    label,
                    id,
                    int(found.base[j]),
                    float(found.weighted_base[j]),
                    _pooled(found, j),
                    _df(found, j),
                    (),
                    total,
                )
            )
        return tuple(columns), populations


def _banner(q: Question | MultipleResponse, groups: Codes | None, design: SampleDesign) -> BannerTable:
    made = banner([q], {} if groups is None else {"by": groups}, design, test=None)
    return made[q.name, "" if groups is None else "by"]


def _recoded(codes: Codes, parts: Sequence[tuple[str, Sequence[str]]]) -> Codes:
    """Levels joined as `parts` (key, names of old levels) says; levels in none of them are missing."""
    place = {str(level): i for i, level in enumerate(codes.levels)}
    new = np.full(len(codes.levels) + 1, -1, dtype=np.int32)
    for at, (_, names) in enumerate(parts):
        for name in names:
            new[place[name]] = at
    return Codes(new[codes.codes], tuple(key for key, _ in parts), codes.name)


def _places(table: Table) -> list[int]:
    """Where each column of the table stands in a banner: the total first, then the groups in order."""
    places, at = [], 0
    for column in table.columns:
        at += not column.total
        places.append(0 if column.total else at)
    return places


def _pooled(found: BannerTable, j: int) -> float:
    """Effective base of a column, pooled over its levels: Σ p(1 - p) / Σ se². The base where nothing varies."""
    rows = [i for i, (kind, _) in enumerate(found.rows) if kind == "level"]
    p, se = found.share[rows, j], found.se[rows, j]
    spread: float = float(np.nansum(p * (1 - p)))
    noise: float = float(np.nansum(se**2))
    return spread / noise if noise > 0 else float(found.base[j])


def _df(found: BannerTable, j: int) -> float:
    value = float(found.df[0, j])
    return value if np.isfinite(value) else 0.0


def _cell(found: BannerTable, i: int, j: int) -> Cell:
    def known(values: Array) -> float | None:
        return float(values[i, j]) if np.isfinite(values[i, j]) else None

    # A share without error (0 or 1 in every PSU) has no effective base of its own: the column's speaks for it.
    return Cell(
        share=known(found.share), ci_low=known(found.ci_low), ci_high=known(found.ci_high),
        count=int(found.n[i, j]), n_effective=known(found.n_effective),
    )  # fmt: skip


def _mean(found: BannerTable, j: int) -> Mean:
    i = found.rows.index(("mean", "mean"))
    value = float(found.share[i, j])
    if not np.isfinite(value):
        return Mean(None, hidden=True)
    return Mean(value, float(found.ci_low[i, j]), float(found.ci_high[i, j]))


def _filled(table: Table, found: BannerTable, nets: dict[str, tuple[str, ...]]) -> Table:
    """The table with the figures of a banner in it."""
    places = _places(table)
    rows = [i for i, (kind, _) in enumerate(found.rows) if kind == "level"]
    cells = tuple(tuple(_cell(found, i, j) for j in places) for i in rows)
    made = tuple(
        Net(label, label, nets[label], tuple(_cell(found, i, j) for j in places))
        for i, (kind, label) in enumerate(found.rows)
        if kind == "net"
    )
    means = tuple(_mean(found, j) for j in places) if ("mean", "mean") in found.rows else table.means
    return replace(table, cells=cells, nets=made, means=means)
