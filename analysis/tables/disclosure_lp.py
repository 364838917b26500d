"""The linear programs behind the bounds: unknown weights, what is known of them, and how far a share can go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, vstack


@dataclass(frozen=True)
class Target:
    """A share whose range is sought: the sum of some variables over a base."""

    places: tuple[int, ...]
    base: float


@dataclass
class Problem:
    """A·y within [low, high], y within [0, cap]; variables are numbered as they turn up."""

    number: dict[tuple[str, str, str], int] = field(default_factory=dict)
    cap: list[float] = field(default_factory=list)
    rows: list[dict[int, float]] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def variable(self, run: str, population: str, category: str, base: float) -> int:
        """Number of the unknown "weight of those in the population who gave this answer", at most `base`."""
        key = (run, population, category)
        if key not in self.number:
            self.number[key] = len(self.cap)
            self.cap.append(base)
        place = self.number[key]
        self.cap[place] = max(self.cap[place], base)
        return place

    def add(self, row: dict[int, float], low: float, high: float) -> None:
        """One thing known: low <= Σ coefficient·unknown <= high (equal ends: an equation)."""
        if row:
            self.rows.append(row)
            self.low.append(low)
            self.high.append(high)


def extremes(problem: Problem, targets: Sequence[Target], enough: float) -> list[tuple[float, float]] | None:
    """The least and greatest value of each target; None when the constraints contradict each other."""
    width = len(problem.cap)
    data, rows, columns = [], [], []
    for r, row in enumerate(problem.rows):
        for c, value in row.items():
            rows.append(r)
            columns.append(c)
            data.append(value)
    low, high = np.array(problem.low), np.array(problem.high)
    matrix = csr_matrix((data, (rows, columns)), shape=(len(problem.rows), width))
    equal = low == high
    upper, lower = ~equal & np.isfinite(high), ~equal & np.isfinite(low)
    stacked = vstack([matrix[upper], -matrix[lower]])
    limit = np.concatenate([high[upper], -low[lower]])
    bounds = np.column_stack([np.zeros(width), problem.cap])
    selector = csr_matrix(
        (
            np.concatenate([np.full(len(t.places), 1 / t.base) for t in targets]),
            (
                np.concatenate([np.full(len(t.places), i) for i, t in enumerate(targets)]),
                np.concatenate([t.places for t in targets]),
            ),
        ),
        shape=(len(targets), width),
    )
    least, most = np.full(len(targets), np.inf), np.full(len(targets), -np.inf)
    dense = selector.toarray()
    for i in range(len(targets)):
        for sign in (1.0, -1.0):
            if most[i] - least[i] >= enough:
                continue
            answer = linprog(
                sign * dense[i], A_ub=stacked if limit.size else None, b_ub=limit if limit.size else None,
                A_eq=matrix[equal] if equal.any() else None, b_eq=low[equal] if equal.any() else None,
                bounds=bounds, method="highs",
            )  # fmt: skip
            if answer.status != 0:
                return None
            shares = selector @ answer.x
            least, most = np.minimum(least, shares), np.maximum(most, shares)
    return [
        (float(np.clip(low, 0, 1)), float(np.clip(high, 0, 1))) for low, high in zip(least, most, strict=True)
    ]
