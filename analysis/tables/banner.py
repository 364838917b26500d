"""Banner tables: many questions by many breaks in one call, with nets, means, bases, errors and column letters.

    banner(questions, breaks, design, letters="bonferroni") -> Banner
    Question("a2", nets={"better": [1, 2]}, scores={1: 1, 2: 2, ...}, apart=[98, 99]); or a MultipleResponse
    breaks = {"sex": "sex", "age": "age", "media": Overlapping({"radio": mask, "web": mask})}

Grouping touches the rows once per question and set of breaks (`tabulate`); nets, means and letters are algebra on the
covariance that comes out of it, so they cost next to nothing however many interviews there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.arrays import Array, Bools, Codes, Ints
from analysis.design import SampleDesign
from analysis.errors import DesignError
from analysis.estimation.intervals import proportion_intervals
from analysis.estimation.result import Note, t_quantile
from analysis.estimation.variables import categorical, restrict
from analysis.estimation.variance import standard_errors
from analysis.tables.crosstab import CrossTab, Percent, tabulate
from analysis.tables.letters import Comparisons, Correction, column_letters, compare_columns, letters
from analysis.tables.multiple_response import MultipleResponse
from analysis.tables.overlap import overlapping_crosstab

TOTAL = "total"


@dataclass(frozen=True, eq=False)
class Question:
    """A single-answer question of a banner.

    variable: column name, Series or Codes. name: shown (the variable's when left out). nets: {label: levels}. scores:
    {level: value}, for a mean over those with a score. apart: levels (don't know, refused) left out of the
    base; with the missing they are counted in `BannerTable.apart`.
    """

    variable: Any
    name: str = ""
    nets: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    scores: Mapping[Any, float] = field(default_factory=dict)
    apart: Sequence[Any] = ()


@dataclass(frozen=True, eq=False)
class Overlapping:
    """A break whose groups may share people: {label: (n,) booleans or column name}."""

    groups: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class BannerTable:
    """One question by one break, total column first.

    rows: ((kind, label), ...), kind "level", "net" or "mean". columns: labels, the total first; column_letters: ""
    for the total. share: (rows, columns) fractions, or the mean in the scale's units; se, ci_low, ci_high, df alike.
    n: unweighted count (NaN for a mean); base, weighted_base: (columns,). n_effective, deff: of the shares.
    letters: (rows, columns) text. comparisons: of the break's columns (total left out), None where not asked
    or not possible. low_base: (columns,) unweighted base under the least. apart: unweighted people left
    out of the base: no answer, or one that was set apart. others: {"row" or "total": CrossTab}, where asked for.
    """

    question: str
    break_name: str
    rows: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    column_letters: tuple[str, ...]
    share: Array
    se: Array
    ci_low: Array
    ci_high: Array
    df: Array
    n: Array
    base: Ints
    weighted_base: Array
    n_effective: Array
    deff: Array
    letters: NDArray[np.object_]
    comparisons: Comparisons | None
    low_base: Bools
    apart: int
    level: float
    warnings: tuple[Note, ...]
    others: Mapping[str, CrossTab] = field(default_factory=dict)

    def to_frame(self) -> pd.DataFrame:
        """One row per cell, in long form."""
        r, c = self.share.shape
        return pd.DataFrame(
            {
                "question": self.question,
                "break": self.break_name,
                "kind": [kind for kind, _ in self.rows for _ in range(c)],
                "row": [label for _, label in self.rows for _ in range(c)],
                "column": list(self.columns) * r,
                "letter": list(self.column_letters) * r,
                "value": self.share.ravel(),
                "se": self.se.ravel(),
                "ci_low": self.ci_low.ravel(),
                "ci_high": self.ci_high.ravel(),
                "n": self.n.ravel(),
                "base": np.tile(self.base, r),
                "n_effective": self.n_effective.ravel(),
                "higher_than": self.letters.ravel(),
                "low_base": np.tile(self.low_base, r),
            }
        )


@dataclass(frozen=True, eq=False)
class Banner:
    """tables: {(question, break): BannerTable}, in the order asked."""

    tables: Mapping[tuple[str, str], BannerTable]

    def __getitem__(self, key: tuple[str, str]) -> BannerTable:
        return self.tables[key]

    def to_frame(self) -> pd.DataFrame:
        """All tables below one another."""
        return pd.concat([t.to_frame() for t in self.tables.values()], ignore_index=True)


def banner(
    questions: Sequence[Question | MultipleResponse | str],
    breaks: Mapping[str, Any],
    design: SampleDesign,
    *,
    domain: Any = None,
    test: Correction | None = "none",
    level: float = 0.95,
    method: str = "default",
    df: str | float = "domain",
    least_base: int = 30,
    also: Sequence[Percent] = (),
) -> Banner:
    """Every question by every break, each with its total.

    breaks: {name: categorical column, list of columns to cross, or Overlapping}; {} gives totals only. test: the
    correction of the letters ("none", "bonferroni", "bh"), None for no letters. least_base: columns with fewer
    unweighted answers are flagged and not tested. Letters run on from break to break. Missing answers leave
    the base of their question. also: "row", "total": further percentages with their errors, in `BannerTable.others`
    (levels of single-answer questions by plain breaks).
    Raises DesignError as `tabulate` does, and for nets or scores of levels that the question hasn't got.
    """
    design = restrict(design, domain)
    plan = _planned(questions, design)
    plain = {name: b for name, b in breaks.items() if not isinstance(b, Overlapping)}
    crossed = {name: b for name, b in breaks.items() if isinstance(b, Overlapping)}
    if TOTAL in breaks or "" in breaks:
        raise DesignError("table.break-name", variable=TOTAL)
    if unknown := [percent for percent in also if percent not in ("row", "total")]:
        raise DesignError("design.unknown-option", option="also", value=unknown[0], choices="row, total")
    summed = any(q.nets or q.scores for q in plan.singles.values())
    found = tabulate(
        plan.variables, {"": None, **plain}, design, level=level, method=method, df=df,
        covariance=test is not None or summed,
    )  # fmt: skip
    singles = {name: plan.variables[name] for name in plan.singles}
    others: dict[str, dict[tuple[str, str], CrossTab]] = {
        percent: tabulate(singles, plain, design, percent=percent, level=level, method=method, df=df)
        for percent in also
        if singles and plain
    }
    starts = _letter_starts(plain, crossed, found, next(iter(plan.variables)))
    options = (test, level, method, least_base)
    out: dict[tuple[str, str], BannerTable] = {}
    for name, members in plan.members.items():
        for by in [*breaks] or [""]:
            parts: list[tuple[CrossTab, CrossTab | None]] = []
            for variable in [name] if name in plan.singles else [f"{name}\0{label}" for _, label in members]:
                if by in crossed:
                    table = overlapping_crosstab(
                        plan.variables[variable], crossed[by].groups, design, name=by, level=level, method=method,
                        df=df,
                    )  # fmt: skip
                else:
                    table = found[variable, by]
                parts.append((found[variable, ""], table if by else None))
            start, apart = starts.get(by, 0), plan.apart[name]
            if name in plan.singles:
                made = _single(name, by, *parts[0], plan.singles[name], apart, start, options)
                beside = {p: tables[name, by] for p, tables in others.items() if (name, by) in tables}
                out[name, by] = replace(made, others=beside)
            else:
                out[name, by] = _multiple(name, by, members, parts, apart, start, options)
    return Banner(out)


@dataclass
class _Planned:
    """Questions told apart: single ones, the yes/no variables of sets, and how many are out of each base."""

    variables: dict[str, Codes] = field(default_factory=dict)
    singles: dict[str, Question] = field(default_factory=dict)
    members: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    apart: dict[str, int] = field(default_factory=dict)


def _planned(questions: Sequence[Question | MultipleResponse | str], design: SampleDesign) -> _Planned:
    plan = _Planned()
    for asked in questions:
        q = Question(asked) if isinstance(asked, str) else asked
        if isinstance(q, MultipleResponse):
            name, members = q.name, [("level", label) for label in q.options]
            fresh = {f"{name}\0{label}": q.codes(label) for label in q.options}
            out = ~q.answered
        else:
            codes = _set_apart(categorical(design, q.variable), q)
            name = q.name or (q.variable if isinstance(q.variable, str) else codes.name)
            _check_levels(name, codes, q)
            members, fresh, out = [], {name: codes}, codes.codes < 0
        if name in plan.members:
            raise DesignError("table.question-twice", variable=name)
        if isinstance(q, Question):
            plan.singles[name] = q
        plan.members[name] = members
        plan.variables |= fresh
        plan.apart[name] = int((design.active & out).sum())
    if not plan.members:
        raise DesignError("table.nothing")
    return plan


_Options = tuple[Correction | None, float, str, int]


def _set_apart(codes: Codes, q: Question) -> Codes:
    if not q.apart:
        return codes
    unknown = [level for level in q.apart if level not in codes.levels]
    if unknown:
        raise DesignError("table.net-unknown", net="apart", part=str(unknown[0]))
    keep = [i for i, level in enumerate(codes.levels) if level not in set(q.apart)]
    place = np.full(len(codes.levels) + 1, -1, dtype=np.int32)
    place[keep] = np.arange(len(keep))
    return Codes(place[codes.codes], tuple(codes.levels[i] for i in keep), codes.name)


def _check_levels(name: str, codes: Codes, q: Question) -> None:
    for net, levels in [*q.nets.items(), ("scores", list(q.scores))]:
        unknown = [level for level in levels if level not in codes.levels]
        if unknown or (net != "scores" and not levels):
            raise DesignError(
                "table.net-unknown", net=f"{name}: {net}", part=str(unknown[0]) if unknown else ""
            )


def _letter_starts(
    plain: Mapping[str, Any],
    crossed: Mapping[str, Overlapping],
    found: Mapping[tuple[str, str], CrossTab],
    any_: str,
) -> dict[str, int]:
    starts, at = {}, 0
    for name in [*plain, *crossed]:
        starts[name] = at
        at += len(crossed[name].groups) if name in crossed else len(found[any_, name].column_levels)
    return starts


def _beside(total: Array, table: Array | None) -> Array:
    return total if table is None else np.concatenate([total, table], axis=1)


def _label(level: object) -> str:
    return " × ".join(str(v) for v in level) if isinstance(level, tuple) else str(level)


def _single(
    name: str,
    by: str,
    total: CrossTab,
    table: CrossTab | None,
    q: Question,
    apart: int,
    start: int,
    options: _Options,
) -> BannerTable:
    test, level, method, least = options
    parts = [_Rows(part, q, method) for part in ([total] if table is None else [total, table])]
    return _assembled(name, by, tuple(parts[0].kinds), total, table, parts, test, level, least, apart, start)


class _Rows:
    """Levels, nets and the mean of one table, stacked: values, errors and, per row, covariance between columns."""

    def __init__(self, table: CrossTab, q: Question | None, method: str) -> None:
        k, c = table.share.shape
        self.kinds: list[tuple[str, str]] = [("level", _label(v)) for v in table.row_levels]
        self.value, self.se = table.share, table.se
        self.low, self.high, self.df = table.ci_low, table.ci_high, table.df
        self.n, self.effective, self.deff = table.n.astype(float), table.n_effective, table.deff
        joint = None if table.vcov is None else table.vcov.reshape(k, c, k, c)
        # Between-column covariance of each level: (k, c, c).
        self.between = None if joint is None else np.einsum("icid->icd", joint)
        if q is None or not (q.nets or q.scores):
            return
        if joint is None:
            raise DesignError("table.no-covariance", variable=table.row)
        places = {level: i for i, level in enumerate(table.row_levels)}
        for label, levels in q.nets.items():
            pick = np.zeros(k)
            pick[[places[v] for v in levels]] = 1.0
            self._net(label, pick, table, joint, method)
        if q.scores:
            self._mean(q.scores, places, table, joint)

    def _net(self, label: str, pick: Array, table: CrossTab, joint: Array, method: str) -> None:
        value = pick @ np.where(np.isfinite(table.share), table.share, 0.0)
        value = np.where(table.base[0] > 0, value, np.nan)
        between = np.einsum("i,icjd,j->cd", pick, joint, pick)
        # A net of everything has no error: what is left of it is rounding of the parts' errors.
        parts = np.nanmax(np.nan_to_num(np.einsum("icic->ic", joint)) * pick[:, None], axis=0)
        between = np.where(np.abs(between) <= 1e-12 * np.sqrt(np.outer(parts, parts)), 0.0, between)
        se = standard_errors(between)
        base, df = table.base[0], table.df[0]
        inner = np.where(np.isfinite(table.deff), table.n_effective, np.nan)
        kish = np.nanmax(np.where(np.isfinite(inner), inner, 1.0), axis=0)
        low, high, _ = proportion_intervals(value, se, base.astype(float), df, table.level, method, kish)
        srs = value * (1 - value) / np.maximum(base - 1, 1)
        ok = np.nan_to_num(srs) > 0
        deff = np.divide(se**2, srs, out=np.full_like(se, np.nan), where=ok)
        effective = np.divide(base, deff, out=np.full_like(se, np.nan), where=ok & (np.nan_to_num(deff) > 0))
        self._stack(("net", label), value, se, low, high, df, pick @ table.n, effective, deff, between)

    def _mean(
        self, scores: Mapping[Any, float], places: Mapping[Any, int], table: CrossTab, joint: Array
    ) -> None:
        """Mean of the scores over those who have one: a ratio of shares, by the delta method."""
        k = table.share.shape[0]
        value, there = np.zeros(k), np.zeros(k)
        for level, score in scores.items():
            value[places[level]], there[places[level]] = float(score), 1.0
        share = np.nan_to_num(table.share)
        scored = there @ share
        safe = np.where(scored > 0, scored, 1.0)
        mean = np.where(scored > 0, (value @ share) / safe, np.nan)
        slope = (value[:, None] - there[:, None] * np.nan_to_num(mean)[None, :]) / safe[None, :]
        between = np.einsum("ic,icjd,jd->cd", slope, joint, slope)
        se = np.where(scored > 0, standard_errors(between), np.nan)
        df = table.df[0]
        margin = t_quantile(0.5 + table.level / 2, df) * se
        none = np.full(mean.shape, np.nan)
        self._stack(("mean", "mean"), mean, se, mean - margin, mean + margin, df, none, none, none, between)

    def _stack(self, kind: tuple[str, str], *columns: Array) -> None:
        self.kinds.append(kind)
        names = ("value", "se", "low", "high", "df", "n", "effective", "deff")
        for name, column in zip(names, columns[:-1], strict=True):
            setattr(self, name, np.vstack([getattr(self, name), column]))
        assert self.between is not None
        self.between = np.concatenate([self.between, columns[-1][None]], axis=0)


def _multiple(
    name: str, by: str, members: Sequence[tuple[str, str]], parts: Sequence[tuple[CrossTab, CrossTab | None]],
    apart: int, start: int, options: _Options,
) -> BannerTable:  # fmt: skip
    """Options one below the other: of each yes/no table the row "yes"."""
    test, level, method, least = options
    sides = []
    for side in (0, 1):
        chosen = [p[side] for p in parts]
        tables = [t for t in chosen if t is not None]
        if not tables:
            continue
        rows = [_Rows(t, None, method) for t in tables]
        first = rows[0]
        for attribute in ("value", "se", "low", "high", "df", "n", "effective", "deff"):
            setattr(first, attribute, np.vstack([getattr(r, attribute)[1] for r in rows]))
        if all(r.between is not None for r in rows):
            first.between = np.stack([r.between[1] for r in rows if r.between is not None])
        sides.append(first)
    total, table = parts[0]
    return _assembled(name, by, tuple(members), total, table, sides, test, level, least, apart, start)


def _assembled(
    name: str, by: str, kinds: tuple[tuple[str, str], ...], total: CrossTab, table: CrossTab | None,
    parts: Sequence[_Rows], test: Correction | None, level: float, least: int, apart: int, start: int,
) -> BannerTable:  # fmt: skip
    def joined(attribute: str) -> Array:
        return np.concatenate([getattr(p, attribute) for p in parts], axis=1)

    tables = [total] if table is None else [total, table]
    base = np.concatenate([t.base[0] for t in tables]).astype(np.int64)
    weighted = np.concatenate([t.weighted.sum(axis=0) for t in tables])
    columns = [TOTAL] + ([] if table is None else [_label(v) for v in table.column_levels])
    names = ("", *(column_letters(len(columns) - 1, start)))
    comparisons, marks = None, np.full((len(kinds), len(columns)), "", dtype=object)
    notes = [note for t in tables for note in t.warnings]
    if test is not None and table is not None:
        between = parts[1].between
        if between is None:
            notes.append(Note("table.no-letters"))
        else:
            comparisons = compare_columns(
                parts[1].value,
                between,
                table.base[0],
                table.df[0],
                correction=test,
                level=level,
                least_base=least,
            )
            marks[:, 1:] = letters(comparisons, names[1:])
    return BannerTable(
        question=name, break_name=by, rows=kinds, columns=tuple(columns), column_letters=names, share=joined("value"),
        se=joined("se"), ci_low=joined("low"), ci_high=joined("high"), df=joined("df"), n=joined("n"), base=base,
        weighted_base=weighted, n_effective=joined("effective"), deff=joined("deff"), letters=marks,
        comparisons=comparisons, low_base=base < least, apart=apart, level=level, warnings=tuple(notes),
    )  # fmt: skip
