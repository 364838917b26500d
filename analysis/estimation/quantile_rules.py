"""Rules for a quantile of weighted data: each maps (values, weights, p) to a number.

"math" is the left-continuous inverse of the distribution function, "school" averages at its flat places, "shahvaish"
is Shah and Vaish (2006), "hf1" to "hf9" are the nine of Hyndman & Fan (1996) carried over to weights, with the
conventions of R `survey` 4.1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.errors import DesignError


@dataclass(frozen=True, eq=False)
class Sorted:
    """Values in order with their weights and running totals; rows of zero weight are gone."""

    x: Array
    w: Array
    running: Array

    @classmethod
    def of(cls, x: Array, w: Array) -> Sorted:
        kept = w != 0
        x, w = x[kept], w[kept]
        order = np.argsort(x, kind="stable")
        return cls.ordered(x[order], w[order])

    @classmethod
    def ordered(cls, x: Array, w: Array) -> Sorted:
        """From values already in order. Running totals are summed in extended precision, so that a share that falls
        exactly on p is seen as such."""
        return cls(x, w, np.cumsum(w, dtype=np.longdouble).astype(np.float64))

    def around(self, p: float) -> tuple[int, int, float, float]:
        """(position below, position above, p less share below, share above less p)."""
        total = float(self.running[-1])
        inside = np.flatnonzero(self.running <= p * total)
        low = int(inside[-1]) if inside.size else 0
        high = min(low + 1, len(self.x) - 1)
        return low, high, p - float(self.running[low]) / total, float(self.running[high]) / total - p


def _step(data: Sorted, p: float, average: bool) -> float:
    low, high, below, _ = data.around(p)
    if below != 0:
        return float(data.x[high])
    return float((data.x[low] + data.x[high]) / 2) if average else float(data.x[low])


def _even(data: Sorted, p: float) -> float:
    """Nearest even order statistic of the distinct values."""
    x, inverse = np.unique(data.x, return_inverse=True)
    w = np.bincount(inverse, data.w)
    low, high, below, _ = Sorted.ordered(x, w).around(p)
    return float(x[low] if below == 0 and (low + 1) % 2 == 0 else x[high])


def _between(data: Sorted, p: float) -> float:
    low, high, below, above = data.around(p)
    share = below / (below + above) if below + above != 0 else 0.0
    return float(data.x[low] * (1 - share) + data.x[high] * share)


def _line(position: Callable[[Sorted], Array]) -> Callable[[Sorted, float], float]:
    def rule(data: Sorted, p: float) -> float:
        at, x = position(data), data.x
        # Where a position repeats (zero steps), R's approx takes the mean of the values there.
        distinct, inverse = np.unique(at, return_inverse=True)
        if len(distinct) < len(at):
            x = np.bincount(inverse, x) / np.bincount(inverse)
        return float(np.interp(p, distinct, x))

    return rule


def _shah_vaish(data: Sorted, p: float) -> float:
    scaled = data.w / data.w.mean()
    at = (np.cumsum(scaled) + 0.5 - data.w / 2) / (len(data.x) + 1)
    order = np.argsort(at, kind="stable")
    at, x = at[order], data.x[order]
    return float(x[max(int(np.searchsorted(at, p, side="right")) - 1, 0)])


def _before(data: Sorted) -> Array:
    return np.concatenate([[0.0], data.running[:-1]])


RULES: dict[str, Callable[[Sorted, float], float]] = {
    "math": lambda d, p: _step(d, p, False),
    "school": lambda d, p: _step(d, p, True),
    "shahvaish": _shah_vaish,
    "hf1": lambda d, p: _step(d, p, False),
    "hf2": lambda d, p: _step(d, p, True),
    "hf3": _even,
    "hf4": _between,
    "hf5": _line(lambda d: (d.running - d.w / 2) / d.running[-1]),
    "hf6": _line(lambda d: d.running / (d.running[-1] + d.w[-1])),
    "hf7": _line(lambda d: _before(d) / (d.running[-2] if len(d.x) > 1 else d.running[-1])),
    "hf8": _line(lambda d: (_before(d) / 3 + d.running * 2 / 3) / (d.running[-1] + d.w[-1] / 3)),
    "hf9": _line(lambda d: (_before(d) * 3 / 8 + d.running * 5 / 8) / (d.running[-1] + d.w[-1] / 4)),
}


def rule(name: str) -> Callable[[Sorted, float], float]:
    """The rule of a name; DesignError when there is none."""
    if name not in RULES:
        raise DesignError("design.unknown-option", option="qrule", value=name, choices=", ".join(RULES))
    return RULES[name]
