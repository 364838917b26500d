"""Column letters: which columns differ, by design-based tests that know which columns share people and clusters.

A letter in a cell names a column of the same break whose figure is significantly lower. Differences are linear in the
figures, so their error comes from the table's covariance: columns with common PSUs, or with common people, are
treated as what they are. Families of tests are the pairs of one row within one break.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.arrays import Array, Bools
from analysis.errors import DesignError
from analysis.estimation.result import t_quantile

Correction = Literal["none", "bonferroni", "bh"]


@dataclass(frozen=True, eq=False)
class Comparisons:
    """All pairs of columns in every row. pairs: ((a, b), ...) column positions, a < b.

    difference, se, ci_low, ci_high, p, p_adjusted: (rows, pairs), of column a minus column b; intervals are of the
    single difference (no correction). p is NaN where a pair can't be tested: a column without base, below
    `low_base`, or a difference without variance. significant: p_adjusted below 1 - level. low_base: (columns,) True
    where the unweighted base is too small to test.
    """

    pairs: tuple[tuple[int, int], ...]
    difference: Array
    se: Array
    df: Array
    ci_low: Array
    ci_high: Array
    p: Array
    p_adjusted: Array
    significant: Bools
    low_base: Bools
    correction: Correction
    level: float


def compare_columns(
    figures: Array,
    covariance: Array,
    base: Sequence[float] | Array,
    df: Sequence[float] | Array,
    *,
    correction: Correction = "none",
    level: float = 0.95,
    least_base: int = 30,
) -> Comparisons:
    """Test every pair of columns in every row.

    figures: (rows, columns) shares or means. covariance: (rows, columns, columns), per row. base, df: (columns,)
    unweighted bases and degrees of freedom; a pair uses the smaller. correction: "none", "bonferroni" (times the
    number of pairs tested in the row) or "bh" (Benjamini & Hochberg 1995, within the row).
    Identical columns differ by 0 with error 0: p is 1, and no letter.
    """
    if correction not in ("none", "bonferroni", "bh"):
        raise DesignError(
            "design.unknown-option",
            option="correction",
            value=str(correction),
            choices="none, bonferroni, bh",
        )
    if not 0 < level < 1:
        raise DesignError("estimate.level", level=level)
    figures = np.asarray(figures, dtype=float)
    columns = figures.shape[1]
    bases, dfs = np.asarray(base, dtype=float), np.asarray(df, dtype=float)
    pairs = tuple(combinations(range(columns), 2))
    a = np.array([p[0] for p in pairs], dtype=np.int64)
    b = np.array([p[1] for p in pairs], dtype=np.int64)
    difference = figures[:, a] - figures[:, b]
    own = np.einsum("rcc->rc", covariance)
    variance = own[:, a] + own[:, b] - 2 * covariance[:, a, b]
    scale = np.maximum(own[:, a], own[:, b])
    # What is left of an exact zero after rounding is zero: columns with the same people.
    variance = np.where(np.abs(variance) <= 1e-12 * np.nan_to_num(scale), 0.0, variance)
    se = np.where(variance >= 0, np.sqrt(np.maximum(variance, 0.0)), np.nan)
    pair_df = np.broadcast_to(np.minimum(dfs[a], dfs[b]), se.shape)
    low = ~(bases >= least_base)
    usable = ~(low[a] | low[b])[None, :] & (pair_df >= 1) & np.isfinite(difference)
    tested = usable & (se > 0)
    same = usable & (se == 0) & (np.abs(difference) < 1e-12)
    ratio = np.divide(np.abs(difference), se, out=np.zeros_like(se), where=tested)
    p = np.where(
        tested, 2 * special.stdtr(np.where(tested, pair_df, 1.0), -ratio), np.where(same, 1.0, np.nan)
    )
    adjusted = _adjusted(p, correction)
    margin = t_quantile(0.5 + level / 2, pair_df) * se
    return Comparisons(
        pairs, difference, se, np.asarray(pair_df), difference - margin, difference + margin, p, adjusted,
        np.nan_to_num(adjusted, nan=1.0) < 1 - level, low, correction, level,
    )  # fmt: skip


def letters(comparisons: Comparisons, names: Sequence[str]) -> NDArray[np.object_]:
    """(rows, columns) text: in each cell the letters of the columns that are significantly lower, in order.

    names: (columns,) the columns' letters, see `column_letters`.
    """
    rows = comparisons.difference.shape[0]
    cells: list[list[list[str]]] = [[[] for _ in names] for _ in range(rows)]
    for k, (a, b) in enumerate(comparisons.pairs):
        for r in np.flatnonzero(comparisons.significant[:, k]).tolist():
            if comparisons.difference[r, k] > 0:
                cells[r][a].append(names[b])
            else:
                cells[r][b].append(names[a])
    out = np.empty((rows, len(names)), dtype=object)
    order = {name: i for i, name in enumerate(names)}
    for r in range(rows):
        for c in range(len(names)):
            out[r, c] = "".join(sorted(cells[r][c], key=order.__getitem__))
    return out


def column_letters(count: int, start: int = 0) -> tuple[str, ...]:
    """A, B, ..., Z, AA, AB, ...: `count` of them from position `start`, so that a banner's breaks follow on."""
    out = []
    for i in range(start, start + count):
        name, rest = "", i
        while True:
            name = string.ascii_uppercase[rest % 26] + name
            rest = rest // 26 - 1
            if rest < 0:
                break
        out.append(name)
    return tuple(out)


def _adjusted(p: Array, correction: Correction) -> Array:
    """p-values made larger for the pairs tested in each row; NaN stays NaN and isn't counted."""
    if correction == "none" or p.shape[1] == 0:
        return p
    tested = np.isfinite(p)
    count = tested.sum(axis=1, keepdims=True)
    if correction == "bonferroni":
        return np.where(tested, np.minimum(1.0, p * count), np.nan)
    order = np.argsort(np.where(tested, p, np.inf), axis=1, kind="stable")
    ranked = np.take_along_axis(np.where(tested, p, np.inf), order, axis=1)
    rank = np.arange(1, p.shape[1] + 1)[None, :]
    stepped = np.where(np.isfinite(ranked), ranked * count / rank, np.inf)
    stepped = np.minimum.accumulate(stepped[:, ::-1], axis=1)[:, ::-1]
    out = np.empty_like(p)
    np.put_along_axis(out, order, np.minimum(1.0, stepped), axis=1)
    return np.where(tested, out, np.nan)
