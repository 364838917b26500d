"""Edits that make a release safe, each a function from table to table, and what each loses.

Loss is measured in nats × respondents: how much worse the released figures describe what the respondents of
the table said. Merging two columns that answer alike loses little; so does merging a rare category into
another. A hidden cell loses its whole share of the column. All losses are of the same unit, so the edits can
be compared.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.tables.disclosure_model import Category, Cell, Column, Mean, Net, Population, Release, Table
from analysis.tables.disclosure_rules import quantile

EditKind = Literal[
    "merge-columns", "merge-categories", "hide", "hide-nets", "drop-category", "drop-groups", "withhold-table"
]

HIDING_PRICE = 0.2  # nats for each respondent behind a hidden cell


@dataclass(frozen=True)
class Edit:
    """One step of the repair, in the order in which the steps are taken.

    tables: ids it applies to. columns, categories: keys, as they stand at that step ("hide": one cell for
    each pair). reason: the code of the finding it answers. loss: see the module.
    """

    kind: EditKind
    tables: tuple[str, ...]
    columns: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    reason: str = ""
    loss: float = 0.0


def perform(release: Release, edit: Edit) -> Release:
    """The release after one edit. KeyError when the edit names a column or category that isn't there."""
    extra: list[Population] = []
    out: list[Table] = []
    for table in release.tables:
        if table.id not in edit.tables:
            out.append(table)
        elif edit.kind == "merge-columns":
            merged, population = merge_columns(table, edit.columns, release)
            extra.append(population)
            out.append(merged)
        elif edit.kind == "merge-categories":
            out.append(merge_categories(table, edit.categories))
        elif edit.kind == "hide":
            out.append(hide(table, list(zip(edit.columns, edit.categories, strict=True))))
        elif edit.kind == "hide-nets":
            out.append(hide_nets(table, list(zip(edit.columns, edit.categories, strict=True))))
        elif edit.kind == "drop-category":
            out.append(drop_category(table, edit.categories[0]))
        elif edit.kind == "drop-groups" and any(c.total for c in table.columns):
            out.append(drop_groups(table))
    return release.with_tables(out, extra)


def merge_columns(table: Table, keys: Sequence[str], release: Release) -> tuple[Table, Population]:
    """One column for several groups, and its population.

    Shares are averaged by weighted base, exactly. The effective base assumes the worst usual case: clusters
    that overlap fully, so that the design effects' excesses over 1 add up; never less than the smallest
    merged in. Its intervals are Wilson's on that base. An application that can tabulate the merged group anew
    replaces these.
    """
    places = sorted(table.column(key) for key in keys)
    old = [table.columns[i] for i in places]
    members = np.bitwise_or.reduce(_aligned([release.population(c.population) for c in old]))
    label = " + ".join(c.label for c in old)
    population = Population(_union_id(members.tobytes()), label, members.tobytes())
    column = Column(
        key="+".join(c.key for c in old),
        label=label,
        population=population.id,
        n=sum(c.n for c in old),
        base=sum(c.base for c in old),
        n_effective=_joined_base([(c.n, c.n_effective) for c in old]),
        df=max(c.df for c in old),
        parts=tuple(part for c in old for part in (c.parts or (c.key,))),
    )
    keep = [i for i in range(len(table.columns)) if i not in places]
    at = places[0]

    def row(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        merged = _merged_across([cells[i] for i in places], old, column)
        return (*(cells[i] for i in keep if i < at), merged, *(cells[i] for i in keep if i > at))

    means = table.means
    if means:
        parts = [means[i] for i in places]
        joined = _mean_across(parts, [c.base for c in old])
        means = (*(means[i] for i in keep if i < at), joined, *(means[i] for i in keep if i > at))
    columns = [table.columns[i] for i in keep]
    columns.insert(sum(1 for i in keep if i < at), column)
    return replace(
        table,
        columns=tuple(columns),
        cells=tuple(row(r) for r in table.cells),
        nets=tuple(replace(net, cells=row(net.cells)) for net in table.nets),
        means=means,
    ), population


def merge_categories(table: Table, keys: Sequence[str]) -> Table:
    """One row for several categories of a single-answer table; shares and counts are added.

    The merged cell is hidden where a part was hidden and something else of that column is hidden still;
    otherwise it is shown. Nets that would split the merged row are withheld. Where a part broke a rule of its
    own (too rare, too few), the column's mean is withheld as well, since it would tell the parts apart.
    """
    places = sorted(table.category(key) for key in keys)
    old = [table.categories[i] for i in places]
    merged = Category(
        "+".join(c.key for c in old), " + ".join(c.label for c in old), tuple(p for c in old for p in c.parts)
    )
    keep = [i for i in range(len(table.categories)) if i not in places]
    cells, rare = [], []
    for j, column in enumerate(table.columns):
        parts = [table.cells[i][j] for i in places]
        others_hidden = any(table.cells[i][j].hidden for i in keep)
        share = sum(c.share or 0.0 for c in parts)
        low, high = _wilson(share, column)
        counts = [c.count for c in parts]
        cells.append(
            Cell(
                share=share,
                ci_low=low,
                ci_high=high,
                count=None if any(c is None for c in counts) else sum(c or 0 for c in counts),
                hidden=others_hidden and any(c.hidden for c in parts),
            )
        )
        rare.append(any(c.hidden or not (c.share or 0) > 0.005 or (c.count or 9) < 3 for c in parts))
    at = places[0]
    names = set(merged.parts)
    return replace(
        table,
        categories=(*(table.categories[i] for i in keep if i < at), merged,
                    *(table.categories[i] for i in keep if i > at)),
        cells=(*(table.cells[i] for i in keep if i < at), tuple(cells),
               *(table.cells[i] for i in keep if i > at)),
        nets=tuple(n for n in table.nets if not (names & set(n.parts)) or names <= set(n.parts)),
        means=tuple(replace(m, hidden=m.hidden or r) for m, r in zip(table.means, rare, strict=False)),
    )  # fmt: skip


def hide(table: Table, pairs: Sequence[tuple[str, str]]) -> Table:
    """The table with these (column, category) cells hidden, and what would tell on them.

    In such a column, nets that hold some but not all of the hidden categories are hidden, and so is the mean.
    """
    wanted = {(table.column(c), table.category(k)) for c, k in pairs}
    cells = tuple(
        tuple(replace(c, hidden=True) if (j, i) in wanted else c for j, c in enumerate(row))
        for i, row in enumerate(table.cells)
    )
    touched = {j for j, _ in wanted}
    nets = []
    for net in table.nets:
        inside = {i for i, c in enumerate(table.categories) if set(c.parts) <= set(net.parts)}
        new = list(net.cells)
        for j in touched:
            hidden = {i for i in range(len(table.categories)) if cells[i][j].hidden}
            if hidden & inside and not hidden <= inside:
                new[j] = replace(new[j], hidden=True)
        nets.append(replace(net, cells=tuple(new)))
    means = tuple(replace(m, hidden=True) if j in touched else m for j, m in enumerate(table.means))
    return replace(table, cells=cells, nets=tuple(nets), means=means)


def hide_nets(table: Table, pairs: Sequence[tuple[str, str]]) -> Table:
    """The table with these (column, net) cells hidden. A net tells nothing new, so nothing else is
    touched.
    """
    wanted = {(table.column(c), n) for c, n in pairs}
    nets = tuple(
        replace(
            n,
            cells=tuple(replace(c, hidden=c.hidden or (j, n.key) in wanted) for j, c in enumerate(n.cells)),
        )
        for n in table.nets
    )
    return replace(table, nets=nets)


def drop_category(table: Table, key: str) -> Table:
    """A multiple-response table without one of its rows, nets holding it gone too."""
    at = table.category(key)
    names = set(table.categories[at].parts)
    return replace(
        table,
        categories=tuple(c for i, c in enumerate(table.categories) if i != at),
        cells=tuple(r for i, r in enumerate(table.cells) if i != at),
        nets=tuple(n for n in table.nets if not names & set(n.parts)),
    )


def drop_groups(table: Table) -> Table:
    """Only the total columns of a table."""
    keep = [j for j, c in enumerate(table.columns) if c.total]

    def pick(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple(cells[j] for j in keep)

    return replace(
        table,
        columns=tuple(table.columns[j] for j in keep),
        cells=tuple(pick(r) for r in table.cells),
        nets=tuple(Net(n.key, n.label, n.parts, pick(n.cells)) for n in table.nets),
        means=tuple(table.means[j] for j in keep) if table.means else (),
    )


def loss_of_columns(table: Table, keys: Sequence[str]) -> float:
    """Σ n_g·KL(shares of g ‖ shares of the merged column), plus a little for each respondent moved.

    The little (a hundredth) breaks ties between columns that answer alike in favour of the smaller one.
    """
    places = [table.column(key) for key in keys]
    n = np.array([table.columns[j].n for j in places], dtype=float)
    w = np.array([table.columns[j].base for j in places])
    p = np.array([[row[j].share or 0.0 for j in places] for row in table.cells])
    mixed = (p * w).sum(axis=1) / max(w.sum(), 1e-300)
    loss = sum(float(n[k] * _divergence(p[:, k], mixed, table.kind)) for k in range(len(places)))
    return loss + 0.01 * float(n.sum() - n.max())


def loss_of_categories(table: Table, keys: Sequence[str]) -> float:
    """Σ over columns of n·(entropy of the merged share among its parts, times that share)."""
    places = [table.category(key) for key in keys]
    total = 0.0
    for j, column in enumerate(table.columns):
        parts = np.array([table.cells[i][j].share or 0.0 for i in places])
        total += column.n * _entropy_within(parts)
    return total


def loss_of_hiding(table: Table, pairs: Sequence[tuple[str, str]]) -> float:
    """The split of the hidden sum, as for a merge, and for each hidden cell log 2 for each of its
    respondents.
    """
    by_column: dict[str, list[float]] = {}
    for column, category in pairs:
        share = table.cells[table.category(category)][table.column(column)].share or 0.0
        by_column.setdefault(column, []).append(share)
    total = 0.0
    for key, shares in by_column.items():
        n = table.columns[table.column(key)].n
        total += n * (_entropy_within(np.array(shares)) + HIDING_PRICE * sum(shares))
    return total


def loss_of_table(table: Table, *, groups_only: bool = False) -> float:
    """All that the columns say: Σ n·entropy of the column (the groups' only, when the total stays)."""
    total = 0.0
    for j, column in enumerate(table.columns):
        if not (groups_only and column.total):
            shares = np.array([row[j].share or 0.0 for row in table.cells])
            total += column.n * (0.1 + _entropy_within(np.clip(shares, 0, None)))
    return total


def _divergence(p: np.ndarray, q: np.ndarray, kind: str) -> float:
    if kind == "estimate":
        return float(np.abs(p - q).sum())
    out = _kl(p, q)
    return out + _kl(1 - p, 1 - q) if kind == "multiple" else out


def _kl(p: np.ndarray, q: np.ndarray) -> float:
    ok = (p > 0) & (q > 0)
    return float(np.sum(p[ok] * np.log(p[ok] / q[ok])))


def _entropy_within(parts: np.ndarray) -> float:
    total = float(parts.sum())
    if total <= 0:
        return 0.0
    ok = parts > 0
    return float(-np.sum(parts[ok] * np.log(parts[ok] / total)))


def _joined_base(bases: Sequence[tuple[int, float]]) -> float:
    """Effective base of a union: n / max(largest deff, 1 + Σ(deff - 1)); 0 where a part has none."""
    if any(not e > 0 for _, e in bases):
        good = [(n, e) for n, e in bases if e > 0]
        if not good:
            return 0.0
        # A part without an effective base adds nothing and takes nothing away.
        return _joined_base(good) if len(good) > 1 else good[0][1]
    effects = [n / e for n, e in bases]
    return sum(n for n, _ in bases) / max(max(effects), sum(effects) - (len(effects) - 1))


def _merged_across(cells: Sequence[Cell], old: Sequence[Column], column: Column) -> Cell:
    bases = np.array([c.base for c in old])
    weight = bases / bases.sum() if bases.sum() > 0 else np.full(len(old), 1 / len(old))
    share = float(sum(w * (c.share or 0.0) for w, c in zip(weight, cells, strict=True)))
    counts = [c.count for c in cells]
    bases_known = [(o.n, c.n_effective) for o, c in zip(old, cells, strict=True) if c.n_effective is not None]
    low, high = _wilson(share, column)
    return Cell(
        share=share,
        ci_low=low,
        ci_high=high,
        count=None if any(c is None for c in counts) else sum(c or 0 for c in counts),
        n_effective=_joined_base(bases_known) if len(bases_known) == len(cells) else None,
        hidden=any(c.hidden for c in cells),
    )


def _mean_across(parts: Sequence[Mean], bases: Sequence[float]) -> Mean:
    if any(m.value is None for m in parts) or sum(bases) <= 0:
        return Mean(None, decimals=parts[0].decimals, hidden=True)
    w = np.array(bases) / sum(bases)

    def mixed(values: list[float | None]) -> float | None:
        return (
            None if any(v is None for v in values) else float(sum(a * (v or 0.0) for a, v in zip(w, values)))
        )

    return Mean(
        mixed([m.value for m in parts]),
        mixed([m.ci_low for m in parts]),
        mixed([m.ci_high for m in parts]),
        parts[0].decimals,
        any(m.hidden for m in parts),
    )


def _wilson(share: float, column: Column) -> tuple[float | None, float | None]:
    """Wilson's interval on the column's effective base, with Student's quantile at its degrees of freedom."""
    n = column.n_effective
    if not (n > 0 and column.df > 0):
        return None, None
    t = quantile(column.df)
    p = min(1.0, max(0.0, share))
    middle = (p + t * t / (2 * n)) / (1 + t * t / n)
    half = t / (1 + t * t / n) * math.sqrt(p * (1 - p) / n + t * t / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def _aligned(populations: Sequence[Population]) -> np.ndarray:
    width = max(len(p.members) for p in populations)
    return np.array([np.frombuffer(p.members.ljust(width, b"\0"), dtype=np.uint8) for p in populations])


def _union_id(members: bytes) -> str:
    """Equal unions get equal ids, whatever they were merged from."""
    return "u:" + hashlib.sha256(members.rstrip(b"\0")).hexdigest()[:24]
