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
from analysis.estimation.result import Note
from analysis.estimation.variables import categorical, restrict
from analysis.tables.banner_rows import Rows, level_label
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
    parts = [Rows(part, q.nets, q.scores, method) for part in ([total] if table is None else [total, table])]
    return _assembled(name, by, tuple(parts[0].kinds), total, table, parts, test, level, least, apart, start)


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
        rows = [Rows(t, {}, {}, method) for t in tables]
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
    parts: Sequence[Rows], test: Correction | None, level: float, least: int, apart: int, start: int,
) -> BannerTable:  # fmt: skip
    def joined(attribute: str) -> Array:
        return np.concatenate([getattr(p, attribute) for p in parts], axis=1)

    tables = [total] if table is None else [total, table]
    base = np.concatenate([t.base[0] for t in tables]).astype(np.int64)
    weighted = np.concatenate([t.weighted.sum(axis=0) for t in tables])
    columns = [TOTAL] + ([] if table is None else [level_label(v) for v in table.column_levels])
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
