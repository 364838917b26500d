"""Tables of shares with errors: one table, or many questions by many breaks in one call.

`tabulate` is the fast path. Each question is grouped once per set of breaks (PSU x breaks x answers), and
every table is a marginal of that small array; nothing after that touches the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array, Bools, Codes, Ints
from analysis.design import SampleDesign
from analysis.errors import DesignError
from analysis.estimation.estimators import FEW_DF, chosen_df
from analysis.estimation.grouping import Block, cell_totals
from analysis.estimation.intervals import may_undercover, proportion_intervals
from analysis.estimation.linear import domain_bases
from analysis.estimation.lonely import depends_on_domain
from analysis.estimation.moments import CellMoments
from analysis.estimation.result import Note, TestResult
from analysis.estimation.variables import Domains, Missing, categorical, restrict, without_missing
from analysis.estimation.variance import root, standard_errors
from analysis.tables.breaks import Break, merged, named_breaks
from analysis.tables.rao_scott import Statistic, association_test
from analysis.tables.shares import Percent as Percent
from analysis.tables.shares import groups_of, share_form, summed

MAX_CELLS = 5_000_000


@dataclass(frozen=True, eq=False)
class CrossTab:
    """Shares of `row` within `column` (or within rows, or of everybody), with everything a cell must say.

    Arrays are (rows, columns): share as a fraction, its se and interval, method; n: unweighted cell count;
    base: unweighted base the share is of; n_effective and deff of the share (against simple random sampling
    with replacement); df: degrees of freedom used. weighted: sums of weights. test: of independence, None
    where not asked or not possible. vcov: covariance of the shares in C order, None unless asked for.
    """

    row: str
    column: str | None
    row_levels: tuple[object, ...]
    column_levels: tuple[object, ...]
    percent: Percent
    share: Array
    se: Array
    ci_low: Array
    ci_high: Array
    method: np.ndarray
    n: Ints
    base: Ints
    n_effective: Array
    deff: Array
    df: Array
    weighted: Array
    level: float
    deff_reference: str
    test: TestResult | None
    vcov: Array | None
    warnings: tuple[Note, ...]

    def to_frame(self) -> pd.DataFrame:
        """One row per cell, in long form, with the codes of the remarks that concern it."""
        r, c = self.share.shape
        codes: list[list[str]] = [[] for _ in range(r * c)]
        for note in self.warnings:
            for i in note.rows or range(r * c):
                codes[i].append(note.code)
        frame = {
            "row": self.row,
            "row_level": [v for v in self.row_levels for _ in range(c)],
            "column": self.column or "",
            "column_level": list(self.column_levels) * r,
            "share": self.share.ravel(),
            "se": self.se.ravel(),
            "ci_low": self.ci_low.ravel(),
            "ci_high": self.ci_high.ravel(),
            "method": self.method.ravel(),
            "n": self.n.ravel(),
            "base": self.base.ravel(),
            "n_effective": self.n_effective.ravel(),
            "deff": self.deff.ravel(),
            "df": self.df.ravel(),
            "weighted": self.weighted.ravel(),
            "warnings": [", ".join(c) for c in codes],
        }
        return pd.DataFrame(frame)


def crosstab(
    row: Any,
    column: Any,
    design: SampleDesign,
    *,
    percent: Percent = "column",
    domain: Any = None,
    missing: Missing = "error",
    level: float = 0.95,
    method: str = "default",
    df: str | float = "domain",
    test: Statistic | None = "F",
    covariance: bool = False,
) -> CrossTab:
    """A two-way table of two categorical variables (column None: one-way).

    percent: what adds to 100 %. missing: "error" refuses missing answers naming the variable, "drop" leaves
    rows out and says how many. method, df: as in `proportion`. test: "F", "Chisq", "Wald", "adjWald",
    "saddlepoint" or None. Raises DesignError as the estimators do; a test that can't be made leaves a remark
    instead.
    """
    design = restrict(design, domain)
    asked = categorical(design, row)
    broken = Break("", ()) if column is None else Break("", (categorical(design, column),))
    design, dropped = without_missing(design, [asked, *broken.parts], missing)
    notes = [Note("missing.dropped", {"rows": dropped})] if dropped else []
    options = _Options(percent, level, method, df, test if column is not None else None, covariance)
    table = _Plan(design, asked, [broken], design.degrees_of_freedom).tables(options)[0]
    name = broken.parts[0].name if broken.parts else None
    return replace(table, column=name, warnings=(*notes, *table.warnings))


def tabulate(
    questions: Any,
    breaks: Any,
    design: SampleDesign,
    *,
    percent: Percent = "column",
    domain: Any = None,
    missing: Missing = "drop",
    level: float = 0.95,
    method: str = "default",
    df: str | float = "domain",
    test: Statistic | None = None,
    covariance: bool = False,
) -> dict[tuple[str, str], CrossTab]:
    """Many questions by many breaks: {(question, break): CrossTab}, the break "" being the total.

    questions, breaks: mappings of name to column, data frames, or lists of names or columns; a break may be a
    list of columns to cross, given under its name. "" (or None) among the breaks asks for the total. missing:
    "drop" leaves each question's missing answers out of its own tables and says how many; "error" refuses.
    """
    design = restrict(design, domain)
    known: dict[Any, Codes] = {}
    asked = [b.parts[0] for b in named_breaks(design, questions, known)]
    broken = named_breaks(design, breaks, known, total=True)
    if not asked or not broken:
        raise DesignError("table.nothing")
    options = _Options(percent, level, method, df, test, covariance)
    free = design.degrees_of_freedom
    out: dict[tuple[str, str], CrossTab] = {}
    for question in asked:
        left, dropped = without_missing(design, [question], missing)
        note = (Note("missing.dropped", {"rows": dropped}),) if dropped else ()
        for group in merged(broken, design, len(question.levels)):
            made = _Plan(left, question, group, free).tables(options)
            for one, table in zip(group, made, strict=True):
                out[question.name, one.name] = replace(
                    table, column=one.name or None, warnings=(*note, *table.warnings)
                )
    return {(q.name, b.name): out[q.name, b.name] for q in asked for b in broken}


@dataclass(frozen=True)
class _Options:
    percent: Percent
    level: float
    method: str
    df: str | float
    test: Statistic | None
    covariance: bool


class _Plan:
    """One question by a group of breaks: one grouped pass, then a table per break.

    free: degrees of freedom of the design before rows without an answer were left out, for tests.
    """

    def __init__(self, design: SampleDesign, question: Codes, breaks: Sequence[Break], free: int):
        self.design, self.question, self.breaks, self.free = design, question, breaks, free
        self.parts: list[Codes] = []
        for one in breaks:
            self.parts += [p for p in one.parts if all(p.codes is not q.codes for q in self.parts)]
        # a part with missing values has a first level of its own for them
        self.spare = [int(p.any_missing) for p in self.parts]
        sizes = [len(p.levels) + s for p, s in zip(self.parts, self.spare, strict=True)]
        self.shape = (*sizes, len(question.levels))
        if float(np.prod([float(v) for v in self.shape])) > MAX_CELLS:
            names = " x ".join([question.name, *(p.name for p in self.parts)])
            cells = int(np.prod([float(v) for v in self.shape]))
            raise DesignError("variable.too-many-levels", variable=names, levels=cells, limit=MAX_CELLS)
        self.cells = self._cells()

    def _cells(self) -> Ints:
        """(n,) joint cell of breaks and answer, -1 outside the domain or without an answer."""
        kind = np.int32
        joint: Array = np.zeros(self.design.rows, dtype=kind)
        for width, part, spare in zip(self.shape, self.parts, self.spare, strict=False):
            joint *= kind(width)
            joint += part.codes
            if spare:
                joint += kind(1)
        joint *= kind(len(self.question.levels))
        joint += self.question.codes
        design = self.design
        if design.mask is not None or not design.all_active:
            joint[~design.active] = -1
        if self.question.any_missing:
            joint[self.question.codes < 0] = -1
        return joint

    def tables(self, options: _Options) -> list[CrossTab]:
        """The tables of the breaks, in their order."""
        if options.percent not in ("column", "row", "total"):
            raise DesignError(
                "design.unknown-option", option="percent", value=options.percent, choices="column, row, total"
            )
        size = int(np.prod(self.shape))
        moments = CellMoments(self.design, [Block(self.cells, size, self.design.weights)])
        counts = cell_totals(self.cells, size).reshape(self.shape)
        out = []
        for one in self.breaks:
            axes = tuple(next(i for i, q in enumerate(self.parts) if q.codes is p.codes) for p in one.parts)
            keep = (*axes, len(self.shape) - 1)
            known = self._known(axes)
            small = moments.marginal(self.shape, keep)
            n = summed(counts, keep)
            if len(known) < small.width:
                small, n = small.selected(known), n[known]
            out.append(self._table(small, one, n, options))
        return out

    def _known(self, axes: tuple[int, ...]) -> Ints:
        """Cells of a marginal in which no part is missing."""
        grid = np.ones(tuple(self.shape[i] for i in (*axes, len(self.shape) - 1)), dtype=np.bool_)
        for position, axis in enumerate(axes):
            if self.spare[axis]:
                grid[(slice(None),) * position + (0,)] = False
        return np.flatnonzero(grid.ravel())

    def _kish(self, one: Break, group: Ints, size: Array) -> Array:
        """(groups,) Kish's effective size of the weights; needed only where a share has no variance."""
        c, k = len(one.levels), len(self.question.levels)
        place = one.codes()
        cells = np.where((self.cells >= 0) & (place >= 0), place * k + self.question.codes, -1)
        squares = cell_totals(group, len(size), cell_totals(cells, c * k, self.design.weights**2))
        return size**2 / np.maximum(squares, 1e-300)

    def _table(self, moments: CellMoments, one: Break, n: Array, options: _Options) -> CrossTab:
        """moments and n by (column level, row level), row levels fastest."""
        design, c, k = self.design, len(one.levels), len(self.question.levels)
        group = groups_of(options.percent, c, k)
        count = int(group.max()) + 1
        size, base = cell_totals(group, count, moments.sums), cell_totals(group, count, n)
        filled = np.flatnonzero(size[group] > 0)
        share, se, vcov = np.full(c * k, np.nan), np.full(c * k, np.nan), None
        if depends_on_domain(design) and count > 1:
            for g in range(count):
                cells = np.flatnonzero((group == g) & (size[group] > 0))
                if len(cells):
                    inside = np.where(
                        self._place(one) >= 0, group[np.maximum(self._place(one), 0)] == g, False
                    )
                    own = design.subset(inside)
                    joint = np.where(inside & own.active, self._place(one), -1)
                    solved = CellMoments(own, [Block(joint, c * k, own.weights)]).solve(
                        share_form(group, cells, count)
                    )
                    share[cells], se[cells] = solved.estimate, standard_errors(solved.vcov)
        elif len(filled):
            form = share_form(group, filled, count)
            share[filled], variances = moments.solve_variances(form)
            se[filled] = root(variances)
            if options.covariance:
                solved = moments.solve(form)
                vcov = np.full((c * k, c * k), np.nan)
                vcov[np.ix_(filled, filled)] = solved.vcov
        df = self._degrees(moments, one, group, count, options.df)
        cell_base, cell_df = base[group], df[group]
        silent = np.isfinite(share) & ~(se > 1e-10 * share * (1 - share))
        kish = self._kish(one, group, size)[group] if silent.any() else None
        low, high, method = proportion_intervals(
            share, se, cell_base, cell_df, options.level, options.method, kish
        )
        srs = share * (1 - share) / np.maximum(cell_base - 1, 1)
        known = (srs > 0) & (cell_base > 1)
        deff = np.where(known, se**2 / np.where(known, srs, 1.0), np.nan)
        helps = known & (deff > 0)
        effective = np.where(helps, cell_base / np.where(helps, deff, 1.0), np.nan)
        notes: list[Note] = [Note(code) for code in design.warnings]
        flat = np.arange(c * k).reshape(c, k)
        position = np.empty(c * k, dtype=np.int64)
        position[flat.T.ravel()] = np.arange(c * k)
        few = np.flatnonzero((cell_df < FEW_DF) & (cell_base > 0))
        if len(few):
            notes.append(
                Note("estimate.few-df", {"limit": FEW_DF}, tuple(sorted(int(position[i]) for i in few)))
            )
        thin = np.flatnonzero(may_undercover(share, effective, deff))
        if len(thin):
            notes.append(Note("estimate.few-effective", {}, tuple(sorted(int(position[i]) for i in thin))))
        empty = np.flatnonzero(cell_base == 0)
        if len(empty):
            notes.append(Note("table.empty-base", {}, tuple(sorted(int(position[i]) for i in empty))))
        test: TestResult | None = None
        if options.test is not None:
            try:
                test = association_test(moments, (c, k), float(n.sum()), float(self.free), options.test)
            except DesignError as problem:
                notes.append(Note(problem.code, problem.params))

        def table(values: Array) -> Array:
            return np.ascontiguousarray(values.reshape(c, k).T)

        if vcov is not None:
            vcov = vcov[np.ix_(flat.T.ravel(), flat.T.ravel())]
        return CrossTab(
            self.question.name,
            one.name,
            self.question.levels,
            one.levels,
            options.percent,
            table(share),
            table(se),
            table(low),
            table(high),
            table(np.array(method)),
            table(n).astype(np.int64),
            table(cell_base).astype(np.int64),
            table(effective),
            table(deff),
            table(cell_df),
            table(moments.sums),
            options.level,
            "srs-with-replacement",
            test,
            vcov,
            tuple(notes),
        )

    def _place(self, one: Break) -> Ints:
        """(n,) cell of the table each row is in, -1: none."""
        place = one.codes()
        return np.where(
            (self.cells >= 0) & (place >= 0), place * len(self.question.levels) + self.question.codes, -1
        )

    def _degrees(self, moments: CellMoments, one: Break, group: Ints, count: int, df: str | float) -> Array:
        """(groups,) degrees of freedom: PSUs less strata with observations of the group, or as asked."""
        design = self.design
        if df != "domain":
            return np.full(count, chosen_df(design, df))
        if design.replicates is not None or design.joint is not None or not moments.dense:
            place = self._place(one)
            codes = np.where(place >= 0, group[np.maximum(place, 0)], -1)
            return domain_bases(design, Domains(codes, ({},) * count)).df
        first = design.stages[0]
        held = np.zeros((first.units, count), dtype=np.bool_)
        present: Bools = moments.totals[0] != 0
        for g in range(count):
            held[:, g] = present[:, group == g].any(axis=1)
        order, starts = first.by_stratum
        strata = np.logical_or.reduceat(held[order], starts, axis=0)
        return np.asarray(held.sum(axis=0) - strata.sum(axis=0), dtype=np.float64)
