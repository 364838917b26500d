"""What a design may carry beside its stages: calibrations, replicate weights, joint inclusion
probabilities.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy import linalg

from analysis.arrays import Array, Bools, Ints, group_codes
from analysis.errors import DesignError


@dataclass(frozen=True, eq=False)
class Calibration:
    """What the variance must know of one adjustment of the weights to control totals.

    A calibrated estimate varies only by what the auxiliaries leave unexplained, so each weighted influence
    value x is replaced by x - spread * a'b, b the regression of gather * x on the auxiliaries a.

    kind: "poststratify", "rake", "linear", "raking", "logit"; pattern: (n,) row of `auxiliary` that holds the
    auxiliaries of each unit; auxiliary: (patterns, q); gather, spread: (n,) row weights of the regression;
    blocks: the columns of each margin, and sweeps: how often they are swept in turn (None: solved at once).
    """

    kind: str
    pattern: Ints
    auxiliary: Array
    gather: Array
    spread: Array
    blocks: tuple[Ints, ...] = ()
    sweeps: int | None = None
    totals: dict[int, Array] = field(default_factory=dict, repr=False)

    @property
    def size(self) -> int:
        """Number of auxiliary columns."""
        return int(self.auxiliary.shape[1])

    @cached_property
    def normal(self) -> Array:
        """(q, q) matrix of the regression."""
        weight = np.bincount(self.pattern, self.gather * self.spread, minlength=len(self.auxiliary))
        return np.asarray(self.auxiliary.T @ (weight[:, None] * self.auxiliary))

    @cached_property
    def _inverse(self) -> Array:
        return np.asarray(np.linalg.pinv(self.normal, rcond=1e-11, hermitian=True))

    def solve(self, moments: Array) -> Array:
        """Coefficients b (q, k) from the gathered moments (q, k)."""
        if self.sweeps is None:
            return np.asarray(self._inverse @ moments)
        coefficients = np.zeros_like(moments)
        left = np.array(moments)
        for _ in range(self.sweeps):
            for block in self.blocks:
                size = np.diag(self.normal)[block]
                step = left[block] / np.where(size > 0, size, 1.0)[:, None]
                coefficients[block] += step
                left -= self.normal[:, block] @ step
        return coefficients

    def gathered(self, values: Array) -> Array:
        """(q, k) moments of row values (n, k)."""
        out = np.empty((self.size, values.shape[1]))
        for j in range(values.shape[1]):
            by_pattern = np.bincount(self.pattern, self.gather * values[:, j], minlength=len(self.auxiliary))
            out[:, j] = self.auxiliary.T @ by_pattern
        return out

    def residuals(self, values: Array) -> Array:
        """(n, k) what calibration leaves of row values (n, k)."""
        b = self.solve(self.gathered(values))
        return np.asarray(values - self.spread[:, None] * (self.auxiliary @ b)[self.pattern])

    def unit_totals(self, key: int, unit: Ints, units: int) -> Array:
        """(units, q) totals of spread * auxiliaries by unit of a stage; kept under `key` once made."""
        if key not in self.totals:
            width = len(self.auxiliary)
            if units * width <= 4 * len(unit) + 1_000_000:
                cross = np.bincount(unit * width + self.pattern, self.spread, minlength=units * width)
                made: Array = cross.reshape(units, width) @ self.auxiliary
            else:
                made = np.empty((units, self.size))
                for q in range(self.size):
                    made[:, q] = np.bincount(
                        unit, self.spread * self.auxiliary[self.pattern, q], minlength=units
                    )
            self.totals[key] = np.asarray(made)
        return self.totals[key]


@dataclass(frozen=True, eq=False)
class Replicates:
    """Replicate weights, kept as products of small factor tables: never rows x replicates unless given so.

    base: (n,) weights; factors: pairs of ((n,) group of each row, (groups, R) multipliers). The replicate
    weights are base x the product of the multipliers. Variance is scale x sum of rscales x squared
    deviations, taken from the full-sample estimate when `mse`, else from the mean of the replicates.
    """

    kind: str
    base: Array
    factors: tuple[tuple[Ints, Array], ...]
    scale: float
    rscales: Array
    mse: bool = False

    def __post_init__(self) -> None:
        if any(table.shape[1] != len(self.rscales) for _, table in self.factors):
            raise DesignError(
                "replicates.rscales-length", given=len(self.rscales), wanted=self.factors[0][1].shape[1]
            )

    @property
    def count(self) -> int:
        return len(self.rscales)

    def weights(self, r: int) -> Array:
        """(n,) weights of replicate r."""
        out = np.array(self.base)
        for group, table in self.factors:
            out *= table[group, r]
        return out

    def __iter__(self) -> Iterator[Array]:
        return (self.weights(r) for r in range(self.count))

    def rank(self, inside: Bools) -> int:
        """Rank of the matrix of replicate weights of the rows inside (n,) booleans; 0 when none is inside."""
        groups = [group for group, _ in self.factors]
        if len(groups) == 1:
            first = _first_rows(groups[0], inside, self.factors[0][1].shape[0])
        else:
            rows = np.flatnonzero(inside)
            first = rows[group_codes(*(g[rows] for g in groups))[1]]
        matrix = self.base[first][:, None] * np.ones(self.count)
        for group, table in self.factors:
            matrix = matrix * table[group[first]]
        diagonal = np.abs(np.diag(linalg.qr(matrix, mode="r", pivoting=True)[0]))
        if not diagonal.size or diagonal[0] <= 0:
            return 0
        return int((diagonal > 1e-5 * diagonal[0]).sum())

    def with_factor(self, group: Ints, table: Array) -> Replicates:
        """The same replicates with one more factor table."""
        return Replicates(
            self.kind, self.base, (*self.factors, (group, table)), self.scale, self.rscales, self.mse
        )


def _first_rows(group: Ints, inside: Bools, groups: int) -> Ints:
    """One row of every group that has any inside."""
    found = np.full(groups, -1, dtype=np.int64)
    rows = np.flatnonzero(inside)
    found[group[rows][::-1]] = rows[::-1]
    return found[found >= 0]


@dataclass(frozen=True, eq=False)
class JointProbabilities:
    """Second-order selection of one-stage PPS designs.

    unit: (n,) unit of each row; blocks: pairs of ((m,) units, (m, m) of (p_ij - p_i p_j) / p_ij), one per
    stratum; variance: "HT" (Horvitz-Thompson) or "YG" (Yates-Grundy).
    """

    method: str
    unit: Ints
    blocks: tuple[tuple[Ints, Array], ...]
    variance: str = "HT"

    def covariance(self, totals: Array) -> Array:
        """(k, k) covariance from weighted unit totals (units, k)."""
        out = np.zeros((totals.shape[1], totals.shape[1]))
        for units, check in self.blocks:
            z = totals[units]
            out += z.T @ check @ z
            if self.variance == "YG":
                out -= (z * check.sum(axis=0)[:, None]).T @ z
        return out
