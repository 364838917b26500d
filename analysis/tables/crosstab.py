"""Tables of shares with errors: one table, or many questions by many breaks in one call.

`tabulate` is the fast path. Each question is grouped once per set of breaks (PSU x breaks x answers), and
every table is a marginal of that small array; nothing after that touches the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.arrays import Array, Bools, Codes, Ints
from analysis.design import SampleDesign
from analysis.errors import DesignError
from analysis.estimation.estimators import FEW_DF, chosen_df
from analysis.estimation.grouping import Block, cell_totals
from analysis.estimation.intervals import proportion_intervals
from analysis.estimation.linear import domain_bases, needs_separate_domains
from analysis.estimation.moments import CellMoments, Form
from analysis.estimation.result import Note, TestResult
from analysis.estimation.variables import Domains, Missing, categorical, restrict, without_missing
from analysis.estimation.variance import standard_errors
from analysis.tables.rao_scott import Statistic, association_test

Percent = Literal["column", "row", "total"]
MERGE_LIMIT = 2_000


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
    broken = _total(design) if column is None else categorical(design, column)
    design, dropped = without_missing(design, [asked] if column is None else [asked, broken], missing)
    notes = [Note("missing.dropped", {"rows": dropped})] if dropped else []
    options = _Options(percent, level, method, df, test if column is not None else None, covariance)
    table = _Plan(design, asked, [broken]).tables(options)[0]
    return replace(table, column=None if column is None else table.column, warnings=(*notes, *table.warnings))


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
    asked = _named(design, questions)
    broken = _named(design, breaks, total=True)
    if not asked or not broken:
        raise DesignError("table.nothing")
    options = _Options(percent, level, method, df, test, covariance)
    out: dict[tuple[str, str], CrossTab] = {}
    groups = _merged(broken, design)
    for question in asked.values():
        left, dropped = without_missing(design, [question], missing)
        note = (Note("missing.dropped", {"rows": dropped}),) if dropped else ()
        for group in groups:
            for name, table in zip(
                group, _Plan(left, question, [broken[b] for b in group]).tables(options), strict=True
            ):
                out[question.name, name] = _noted(table, name, note)
    return {(q.name, b): out[q.name, b] for q in asked.values() for b in broken}


def _noted(table: CrossTab, name: str, notes: tuple[Note, ...]) -> CrossTab:
    return replace(table, column=name or None, warnings=(*notes, *table.warnings))


def _total(design: SampleDesign) -> Codes:
    return Codes(np.zeros(design.rows, dtype=np.int8), ("",), "")


def _named(design: SampleDesign, spec: Any, total: bool = False) -> dict[str, Codes]:
    if spec is None:
        return {"": _total(design)} if total else {}
    if isinstance(spec, (str, Codes, pd.Series)):
        spec = [spec]
    items = (
        [(str(c), spec[c]) for c in spec]
        if isinstance(spec, (Mapping, pd.DataFrame))
        else [(item if isinstance(item, str) else getattr(item, "name", "") or "", item) for item in spec]
    )
    out: dict[str, Codes] = {}
    for name, item in items:
        if total and (item is None or (isinstance(item, str) and item == "")):
            out[""] = _total(design)
        elif isinstance(item, (list, tuple)):
            out[name] = _crossed([categorical(design, i) for i in item], name)
        else:
            codes = categorical(design, item)
            name = name or codes.name
            out[name] = Codes(codes.codes, codes.levels, name)
    return out


def _crossed(columns: Sequence[Codes], name: str) -> Codes:
    joint = np.zeros(len(columns[0].codes), dtype=np.int32)
    gone = np.zeros(len(joint), dtype=np.bool_)
    levels: list[tuple[object, ...]] = [()]
    for column in columns:
        joint = joint * np.int32(len(column.levels)) + np.maximum(column.codes, 0).astype(np.int32)
        gone |= column.missing
        levels = [(*prefix, level) for prefix in levels for level in column.levels]
    joint[gone] = -1
    return Codes(joint, tuple(levels), name)


def _merged(breaks: Mapping[str, Codes], design: SampleDesign) -> list[list[str]]:
    """Breaks grouped so that one pass serves several: as long as their joint cells stay few."""
    groups: list[list[str]] = []
    size: list[int] = []
    units = max(stage.units for stage in design.stages)
    limit = min(MERGE_LIMIT, max(8 * design.rows // max(units, 1) // 8, 1))
    for name in sorted(breaks, key=lambda b: -len(breaks[b].levels)):
        width = len(breaks[name].levels) + 1
        for i, group in enumerate(groups):
            if size[i] * width <= limit:
                group.append(name)
                size[i] *= width
                break
        else:
            groups.append([name])
            size.append(width)
    return groups


@dataclass(frozen=True)
class _Options:
    percent: Percent
    level: float
    method: str
    df: str | float
    test: Statistic | None
    covariance: bool


class _Plan:
    """One question by a group of breaks: one grouped pass, then a table per break."""

    def __init__(self, design: SampleDesign, question: Codes, breaks: list[Codes]):
        self.design, self.question, self.breaks = design, question, breaks

    def tables(self, options: _Options) -> list[CrossTab]:
        design, k = self.design, len(self.question.levels)
        if options.percent not in ("column", "row", "total"):
            raise DesignError(
                "design.unknown-option", option="percent", value=options.percent, choices="column, row, total"
            )
        shape = (*(len(b.levels) + 1 for b in self.breaks), k)
        joint = np.zeros(design.rows, dtype=np.int32)
        for width, codes in zip(shape[:-1], self.breaks, strict=True):
            joint *= np.int32(width)
            joint += codes.codes
            joint += np.int32(1)
        joint *= np.int32(k)
        joint += self.question.codes
        joint[~(design.active & (self.question.codes >= 0))] = -1
        moments = CellMoments(design, [Block(joint, int(np.prod(shape)), design.weights)])
        counts = cell_totals(joint, int(np.prod(shape))).reshape(shape)
        squares = cell_totals(joint, int(np.prod(shape)), design.weights**2).reshape(shape)
        out = []
        for axis, codes in enumerate(self.breaks):
            others = tuple(i for i in range(len(self.breaks)) if i != axis)
            small = moments.marginal(shape, (axis, len(shape) - 1))
            small = _without_first(small, shape[axis], k)
            n = counts.sum(axis=others)[1:]
            kish = squares.sum(axis=others)[1:]
            out.append(self._table(small, codes, n, kish, options))
        return out

    def _table(
        self, moments: CellMoments, codes: Codes, n: Array, squares: Array, options: _Options
    ) -> CrossTab:
        """moments, n, squares: by (column level, row level)."""
        design, c, k = self.design, len(codes.levels), len(self.question.levels)
        group = _groups(options.percent, c, k)
        count = int(group.max()) + 1
        size, base = cell_totals(group, count, moments.sums), cell_totals(group, count, n.ravel())
        kish = size**2 / np.maximum(cell_totals(group, count, squares.ravel()), 1e-300)
        filled = np.flatnonzero(size[group] > 0)
        share, se, vcov = np.full(c * k, np.nan), np.full(c * k, np.nan), None
        place = np.where(self.question.codes >= 0, codes.codes, -1)
        domains = Domains(
            place
            if options.percent == "column"
            else np.where(codes.codes >= 0, self.question.codes, -1)
            if options.percent == "row"
            else np.where(place >= 0, 0, -1),
            ({},) * count,
        )
        if needs_separate_domains(design, domains):
            for g in range(count):
                cells = np.flatnonzero((group == g) & (size[group] > 0))
                if len(cells):
                    own = design.subset(domains.codes == g)
                    joint = np.where(own.active & (place >= 0), place * np.int64(k) + self.question.codes, -1)
                    solved = CellMoments(own, [Block(joint, c * k, own.weights)]).solve(
                        _share_form(group, cells, count)
                    )
                    share[cells], se[cells] = solved.estimate, standard_errors(solved.vcov)
        elif len(filled):
            solved = moments.solve(_share_form(group, filled, count))
            share[filled], se[filled] = solved.estimate, standard_errors(solved.vcov)
            if options.covariance:
                vcov = np.full((c * k, c * k), np.nan)
                vcov[np.ix_(filled, filled)] = solved.vcov
        df = _degrees(design, moments, domains, group, count, options.df)
        cell_base, cell_df = base[group], df[group]
        low, high, method = proportion_intervals(
            share, se, cell_base, cell_df, options.level, options.method, kish[group]
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
        empty = np.flatnonzero(cell_base == 0)
        if len(empty):
            notes.append(Note("table.empty-base", {}, tuple(sorted(int(position[i]) for i in empty))))
        test: TestResult | None = None
        if options.test is not None:
            try:
                test = association_test(
                    moments, (c, k), float(n.sum()), float(design.degrees_of_freedom), options.test
                )
            except DesignError as problem:
                notes.append(Note(problem.code, problem.params))

        def table(values: Array) -> Array:
            return np.ascontiguousarray(values.reshape(c, k).T)

        if vcov is not None:
            vcov = vcov[np.ix_(flat.T.ravel(), flat.T.ravel())]
        return CrossTab(
            self.question.name,
            codes.name,
            self.question.levels,
            codes.levels,
            options.percent,
            table(share),
            table(se),
            table(low),
            table(high),
            table(np.array(method)),
            table(n.ravel()).astype(np.int64),
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


def _groups(percent: Percent, c: int, k: int) -> Ints:
    """(c k,) which base each cell is a share of."""
    if percent == "column":
        return np.repeat(np.arange(c), k)
    if percent == "row":
        return np.tile(np.arange(k), c)
    return np.zeros(c * k, dtype=np.int64)


def _share_form(group: Ints, cells: Ints, count: int) -> Form:
    """Shares of some cells within the sum of all cells of their group."""
    together = np.zeros((len(group), count))
    together[np.arange(len(group)), group] = 1.0

    def point(sums: Array) -> Array:
        return np.asarray(sums[..., cells] / (sums @ together)[..., group[cells]])

    def gradient(sums: Array) -> Array:
        size = (sums @ together)[group[cells]]
        out = -together[:, group[cells]] * (sums[cells] / size**2)
        out[cells, np.arange(len(cells))] += 1.0 / size
        return np.asarray(out)

    return Form(point, gradient)


def _without_first(moments: CellMoments, width: int, k: int) -> CellMoments:
    """The same table without its first break level, where missing breaks were put."""
    return moments.selected(np.arange(k, width * k))


def _degrees(
    design: SampleDesign, moments: CellMoments, domains: Domains, group: Ints, count: int, df: str | float
) -> Array:
    """(groups,) degrees of freedom: PSUs less strata with observations of the group, or as asked."""
    if df != "domain":
        return np.full(count, chosen_df(design, df))
    if design.replicates is not None or design.joint is not None or not moments.dense:
        return domain_bases(design, domains).df
    first = design.stages[0]
    held = np.zeros((first.units, count), dtype=np.bool_)
    present: Bools = moments.totals[0] != 0
    for cell, g in enumerate(group):
        held[:, g] |= present[:, cell]
    unit, g = np.nonzero(held)
    psus = np.bincount(g, minlength=count)
    strata = np.bincount(first.stratum[unit] * count + g, minlength=first.strata * count) > 0
    return np.asarray(psus - strata.reshape(first.strata, count).sum(axis=0), dtype=np.float64)
