"""Shares of cells within the group of cells they belong to, as an estimator of cell totals."""

from __future__ import annotations

from typing import Literal

import numpy as np

from analysis.arrays import Array, Ints
from analysis.estimation.moments import Form

Percent = Literal["column", "row", "total"]


def summed(counts: Array, keep: tuple[int, ...]) -> Array:
    """Flat counts of a marginal, its axes in the order of `keep`."""
    drop = tuple(i for i in range(counts.ndim) if i not in keep)
    place = [sorted(keep).index(i) for i in keep]
    return np.asarray(counts.sum(axis=drop).transpose(place)).ravel()


def groups_of(percent: Percent, c: int, k: int) -> Ints:
    """(c k,) which base each cell is a share of."""
    if percent == "column":
        return np.repeat(np.arange(c), k)
    if percent == "row":
        return np.tile(np.arange(k), c)
    return np.zeros(c * k, dtype=np.int64)


def share_form(group: Ints, cells: Ints, count: int) -> Form:
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

    uniform = len(cells) == len(group) and len(group) % count == 0
    columns = uniform and bool((group == np.repeat(np.arange(count), len(group) // count)).all())

    def spread(totals: Array, sums: Array) -> Array:
        p, size = point(sums), (sums @ together)[group[cells]]
        if columns:  # the groups lie side by side: their totals are sums of neighbours
            own = totals.reshape(len(totals), count, -1).sum(axis=2)
            mine = np.repeat(own, len(group) // count, axis=1)
        else:
            mine = (totals @ together)[:, group[cells]]
        # In place: with many units these arrays are the largest of all.
        mine *= p
        np.subtract(totals if uniform else totals[:, cells], mine, out=mine)
        mine /= size
        return np.asarray(mine)

    return Form(point, gradient, spread)
