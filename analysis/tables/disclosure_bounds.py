"""What an outsider can work out about a hidden share, by linear programming.

The outsider is given more than any outsider has: every figure published now or earlier over the same
interviews, with its rounding (shares, intervals, nets, means), how populations are made of one another, and the
*exact* weighted base of every column; then the same again with the unweighted bases in its place. For each question
the unknowns are y[population, category], the weight of those in the population who gave the answer; all
constraints are linear.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from analysis.tables.disclosure_differencing import Overlaps
from analysis.tables.disclosure_lp import Problem, Target, extremes
from analysis.tables.disclosure_model import Cell, Release, Table, percent, round_to

Bases = Literal["weighted", "unweighted"]


@dataclass(frozen=True)
class HiddenRange:
    """A hidden share lies between low and high (fractions) for all that is published: the narrowest of the
    models.
    """

    table: str
    column: str
    category: str
    low: float
    high: float

    @property
    def width(self) -> float:
        """high - low, a fraction."""
        return self.high - self.low


@dataclass(frozen=True)
class _Hidden:
    """A hidden cell and what it is a share of."""

    table: str
    column: str
    category: str
    target: Target


def hidden_ranges(
    release: Release,
    earlier: Sequence[Release],
    overlaps: Overlaps,
    *,
    questions: Sequence[str] | None = None,
    enough: float = 1.1,
) -> list[HiddenRange]:
    """The range of every hidden share of these questions (all when left out).

    enough: stop widening a range once it is known to reach this (fractions); 1.1 gives exact ranges. A range
    found under one model of the bases counts when that model fits what is published; the narrower is
    reported.
    """
    mine: dict[str, list[Table]] = defaultdict(list)
    for table in release.tables:
        mine[table.question].append(table)
    out: list[HiddenRange] = []
    for question in mine if questions is None else questions:
        tables = mine[question]
        if not any(cell.hidden for t in tables for row in t.cells for cell in row):
            continue
        old = [(r.run, t, r) for r in earlier for t in r.tables if t.question == question]
        found: dict[tuple[str, str, str], HiddenRange] = {}
        exact = _ranges(release.run, tables, old, overlaps, "weighted", enough)
        if exact is None and old:
            # The earlier figures contradict these ones, so an outsider can't use them together.
            exact = _ranges(release.run, tables, [], overlaps, "weighted", enough)
        if exact is None:
            # Tables that contradict themselves promise nothing about what they hide.
            exact = [HiddenRange(t.id, c.key, k.key, 0.0, 0.0) for t in tables
                     for k, row in zip(t.categories, t.cells, strict=True)
                     for c, cell in zip(t.columns, row, strict=True) if cell.hidden]  # fmt: skip
        counted = _ranges(release.run, tables, old, overlaps, "unweighted", enough)
        for r in exact + (counted or []):
            key = (r.table, r.column, r.category)
            if key not in found or r.width < found[key].width:
                found[key] = r
        out.extend(found.values())
    return out


def _ranges(
    run: str,
    tables: Sequence[Table],
    old: Sequence[tuple[str, Table, Release]],
    overlaps: Overlaps,
    bases: Bases,
    enough: float,
) -> list[HiddenRange] | None:
    problem, targets = Problem(), []
    for table in tables:
        targets += _state(problem, run, table, bases)
    runs = {run}
    for old_run, table, _ in old:
        if bases == "weighted" and any(np.isnan(c.base) for c in table.columns):
            continue
        _state(problem, old_run, table, bases)
        runs.add(old_run)
    for one in runs:
        _relate(problem, one, overlaps)
    _link_runs(problem, run, runs - {run}, tables, [t for _, t, _ in old], bases)
    ends = extremes(problem, [t.target for t in targets], enough)
    if ends is None:
        return None
    return [
        HiddenRange(t.table, t.column, t.category, low, high)
        for t, (low, high) in zip(targets, ends, strict=True)
    ]


def _base(table: Table, column: int, bases: Bases) -> float:
    return float(table.columns[column].base if bases == "weighted" else table.columns[column].n)


def _state(problem: Problem, run: str, table: Table, bases: Bases) -> list[_Hidden]:
    """Everything that one table says, as constraints; returns its hidden shares."""
    targets: list[_Hidden] = []
    if table.kind == "estimate":
        return targets
    for j, column in enumerate(table.columns):
        base = _base(table, j, bases)

        def places(
            parts: Sequence[str], population: str = column.population, base: float = base
        ) -> list[int]:
            return [problem.variable(run, population, part, base) for part in parts]

        everything = [part for category in table.categories for part in category.parts]
        if table.kind == "single":
            problem.add(dict.fromkeys(places(everything), 1.0), base, base)
        for i, category in enumerate(table.categories):
            cell = table.cells[i][j]
            if cell.hidden:
                target = Target(tuple(places(category.parts)), base)
                targets.append(_Hidden(table.id, column.key, category.key, target))
            elif cell.share is not None:
                _near(problem, places(category.parts), cell, base)
        # A net of a multiple-response question counts people once, so it isn't the sum of its parts.
        for net in table.nets if table.kind == "single" else ():
            cell = net.cells[j]
            if not cell.hidden and cell.share is not None:
                _near(problem, places(net.parts), cell, base)
        if table.means and not table.means[j].hidden and table.means[j].value is not None:
            mean = table.means[j]
            scored = {
                place: float(category.score)
                for category in table.categories
                if category.score is not None
                for place in places(category.parts)
            }
            half = 0.5 / 10**mean.decimals
            low, high = _window(
                float(mean.value or 0.0), mean.ci_low, mean.ci_high,
                partial(round_to, decimals=mean.decimals), half, (-np.inf, np.inf),
            )  # fmt: skip
            # The mean is over those with a score: Σ score·y lies within [low, high]·Σ y, two linear rows.
            problem.add({p: s - low for p, s in scored.items()}, 0.0, np.inf)
            problem.add({p: s - high for p, s in scored.items()}, -np.inf, 0.0)
    _add_up(problem, run, table, bases)
    return targets


def _add_up(problem: Problem, run: str, table: Table, bases: Bases) -> None:
    """The groups of a break add up to its total, but for those who didn't answer the question of the break."""
    totals = [j for j, c in enumerate(table.columns) if c.total]
    groups = [j for j, c in enumerate(table.columns) if not c.total]
    if not totals or not groups:
        return
    whole = _base(table, totals[0], bases)
    unknown = max(0.0, whole - sum(_base(table, j, bases) for j in groups))
    unknown = 0.0 if unknown < 1e-9 * whole else unknown
    total = table.columns[totals[0]]
    for part in (p for category in table.categories for p in category.parts):
        row = {
            problem.variable(run, table.columns[j].population, part, _base(table, j, bases)): -1.0
            for j in groups
        }
        row[problem.variable(run, total.population, part, whole)] = 1.0
        problem.add(row, 0.0, unknown)


def _near(problem: Problem, places: list[int], cell: Cell, base: float) -> None:
    """The share lies where it would show what it shows, and so would its interval.

    The outsider is taken to know how far the interval's ends lie from the share to the last digit (from the
    method, the effective base and the degrees of freedom), so that each printed end is one more rounding of the
    share.
    """
    share = cell.share or 0.0
    low, high = _window(share, cell.ci_low, cell.ci_high, lambda x: percent(x) / 100, 0.005, (0.0, 1.0))
    problem.add(dict.fromkeys(places, 1.0), low * base, high * base)


def _window(
    value: float,
    ci_low: float | None,
    ci_high: float | None,
    shown: Callable[[float], float],
    half: float,
    cut: tuple[float, float],
) -> tuple[float, float]:
    """Least and greatest value for which it and its interval's ends would all be printed as they are."""
    low, high = shown(value) - half, shown(value) + half
    for end in (ci_low, ci_high):
        if end is not None and cut[0] < end < cut[1]:
            away = end - value
            low, high = max(low, shown(end) - half - away), min(high, shown(end) + half - away)
    # Half-way cases may leave nothing but rounding between the two: the value itself is always possible.
    return min(low, value), max(high, value)


def _relate(problem: Problem, run: str, overlaps: Overlaps) -> None:
    """What adds up among populations adds up for each answer: all linear identities of their memberships."""
    by_category: dict[str, list[str]] = defaultdict(list)
    for its_run, population, category in problem.number:
        if its_run == run:
            by_category[category].append(population)
    known: dict[tuple[str, ...], np.ndarray] = {}
    for category, populations in by_category.items():
        ids = tuple(sorted(populations))
        if ids not in known:
            known[ids] = _identities(ids, overlaps)
        for identity in known[ids]:
            row = {
                problem.number[run, id, category]: float(a)
                for id, a in zip(ids, identity, strict=True)
                if a != 0
            }
            problem.add(row, 0.0, 0.0)
        for i, inner in enumerate(ids):
            shared = overlaps.shared([inner], ids)[0]
            for k, outer in enumerate(ids):
                if (
                    k != i
                    and shared[k] == overlaps.size(inner)
                    and overlaps.size(outer) > overlaps.size(inner)
                ):
                    a, b = problem.number[run, inner, category], problem.number[run, outer, category]
                    problem.add({a: 1.0, b: -1.0}, -np.inf, 0.0)


def _identities(ids: tuple[str, ...], overlaps: Overlaps) -> np.ndarray:
    """(k, len(ids)) coefficients a with Σ a_P 1_P = 0 for every respondent, reduced to echelon form."""
    gram = overlaps.shared(ids, ids).astype(float)
    values, vectors = np.linalg.eigh(gram)
    null = vectors[:, values < 1e-9 * max(1.0, float(values[-1]))].T
    return _echelon(null)


def _echelon(rows: np.ndarray) -> np.ndarray:
    """Reduced row echelon form: the identities of partitions come out as small whole numbers, mostly
    zeros.
    """
    a = rows.copy()
    lead = 0
    for column in range(a.shape[1]):
        if lead == a.shape[0]:
            break
        pivot = lead + int(np.argmax(np.abs(a[lead:, column])))
        if abs(a[pivot, column]) < 1e-8:
            continue
        a[[lead, pivot]] = a[[pivot, lead]]
        a[lead] /= a[lead, column]
        others = np.arange(a.shape[0]) != lead
        a[others] -= np.outer(a[others, column], a[lead])
        lead += 1
    a[np.abs(a) < 1e-7] = 0.0
    whole = np.rint(a)
    return np.where(np.abs(a - whole) < 1e-6, whole, a)


def _link_runs(
    problem: Problem,
    run: str,
    others: set[str],
    tables: Sequence[Table],
    old: Sequence[Table],
    bases: Bases,
) -> None:
    """An erratum weights the same answers anew: its shares are taken to lie near the earlier ones.

    Near means within the largest change seen between two figures published in both, and at least one point.
    """
    if not others:
        return
    new_base = {c.population: _base(t, j, bases) for t in tables for j, c in enumerate(t.columns)}
    old_base = {c.population: _base(t, j, bases) for t in old for j, c in enumerate(t.columns)}
    seen = {(c.population, k.parts): cell.share for t in tables for k, row in zip(t.categories, t.cells, strict=True)
            for c, cell in zip(t.columns, row, strict=True) if not cell.hidden}  # fmt: skip
    moved = [
        abs(cell.share - (seen[c.population, k.parts] or 0.0))
        for t in old
        for k, row in zip(t.categories, t.cells, strict=True)
        for c, cell in zip(t.columns, row, strict=True)
        if cell.share is not None and seen.get((c.population, k.parts)) is not None
    ]
    near = max(0.01, max(moved, default=0.0) + 0.01)
    for other in others:
        for (its_run, population, category), place in list(problem.number.items()):
            twin = problem.number.get((run, population, category))
            if its_run != other or twin is None or population not in new_base or population not in old_base:
                continue
            a, b = new_base[population], old_base[population]
            if a > 0 and b > 0:
                problem.add({twin: 1 / a, place: -1 / b}, -near, near)
