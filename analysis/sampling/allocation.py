"""Dividing a sample among strata in whole numbers that add up, with a minimum and a ceiling for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import DesignError
from analysis.sampling.inclusion import checked_sizes
from analysis.sampling.result import Floats, Ints

Rule = Literal["proportional", "equal", "neyman", "power"]


@dataclass(frozen=True, eq=False)
class Allocation:
    """counts: (H,) units per stratum, in the order given, summing to n. exact: (H,) the real numbers that
    were rounded (minimums and ceilings already met). at_minimum, at_ceiling: (H,) where these decided.
    """

    counts: Ints
    exact: Floats
    at_minimum: np.ndarray
    at_ceiling: np.ndarray
    rule: str

    @property
    def n(self) -> int:
        """The whole sample."""
        return int(self.counts.sum())


def allocate(
    n: int,
    sizes: ArrayLike,
    *,
    rule: Rule = "proportional",
    sd: ArrayLike | None = None,
    cost: ArrayLike | None = None,
    cv: ArrayLike | None = None,
    power: float = 0.5,
    minimum: int | ArrayLike = 0,
    ceiling: ArrayLike | None = None,
) -> Allocation:
    """Divide n among H strata.

    sizes: (H,) population sizes. rule: "proportional" (to sizes), "equal", "neyman" (to sizes·sd/√cost; sd
    and cost (H,), cost 1 when left out), "power" (to sizes^power · cv; cv (H,), 1 when left out; power 1 is
    proportional, 0 equal). minimum: one number or (H,). ceiling: (H,), the most a stratum can give; left out,
    its size. Real numbers are rounded by the largest remainders, ties to the earlier stratum.
    Raises DesignError when the minimums exceed n or the ceilings can't hold n (naming both numbers), or when
    a minimum is above its stratum's ceiling.
    Source: Cochran (1977), section 5.5; power: Bankier (1988), The American Statistician 42, 174-177.
    """
    sizes_ = checked_sizes(sizes)
    strata = sizes_.size
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 0:
        raise DesignError("sampling.count-not-whole", variable="n", value=str(n))
    low = _whole(minimum, strata, "minimum")
    high = np.floor(sizes_).astype(np.int64) if ceiling is None else _whole(ceiling, strata, "ceiling")
    over = low > high
    if over.any():
        at = int(np.argmax(over))
        raise DesignError(
            "sampling.minimum-above-ceiling", stratum=at + 1, minimum=int(low[at]), ceiling=int(high[at])
        )
    if low.sum() > n:
        raise DesignError("sampling.minimums-above-n", total=int(low.sum()), n=int(n))
    if high.sum() < n:
        raise DesignError("sampling.ceilings-below-n", total=int(high.sum()), n=int(n))
    wish = _wish(sizes_, rule, sd, cost, cv, power)
    exact = _bounded(float(n), wish, low.astype(float), high.astype(float))
    counts = _round(exact, int(n), low, high)
    return Allocation(counts, exact, (exact <= low) & (low > 0), exact >= high, rule)


def _wish(
    sizes: Floats, rule: str, sd: ArrayLike | None, cost: ArrayLike | None, cv: ArrayLike | None, power: float
) -> Floats:
    if rule == "proportional":
        return sizes
    if rule == "equal":
        return np.ones(sizes.size)
    if rule == "neyman":
        if sd is None:
            raise DesignError("sampling.neyman-needs-sd")
        spread = _per_stratum(sd, sizes.size, "sd", zero=True)
        if not spread.any():
            raise DesignError("sampling.neyman-needs-sd")
        price = np.ones(sizes.size) if cost is None else _per_stratum(cost, sizes.size, "cost")
        return sizes * spread / np.sqrt(price)
    if rule == "power":
        if not (np.isfinite(power) and 0 <= power <= 1):
            raise DesignError(
                "sampling.argument-outside", variable="power", value=float(power), low=0, high=1
            )
        spread = np.ones(sizes.size) if cv is None else _per_stratum(cv, sizes.size, "cv")
        return np.asarray(sizes**power * spread)
    raise DesignError("sampling.rule-unknown", rule=str(rule))


def _bounded(n: float, wish: Floats, low: Floats, high: Floats) -> Floats:
    """x = clip(λ·wish, low, high) with Σx = n: the one λ is found between the breakpoints of that line."""
    wish = wish / wish.max()
    wish = np.where(wish < 1e-12, 0.0, wish)  # next to nothing beside the largest: its minimum is enough
    positive = wish > 0
    # Strata without a wish (Neyman with sd 0) get their minimum; only what the others can't hold goes on top.
    room = high[positive].sum() + low[~positive].sum()
    if n > room:
        out = np.where(positive, high, low)
        free = np.where(positive, 0.0, high - low)
        return np.asarray(out + free * ((n - room) / free.sum()))
    breaks = np.unique(np.concatenate([low[positive] / wish[positive], high[positive] / wish[positive]]))
    totals = np.array([np.clip(t * wish, low, high).sum() for t in breaks])
    k = int(np.clip(np.searchsorted(totals, n, side="left"), 1, max(1, breaks.size - 1)))
    if breaks.size == 1:
        return np.asarray(np.clip(breaks[0] * wish, low, high))
    t0, t1, y0, y1 = breaks[k - 1], breaks[k], totals[k - 1], totals[k]
    t = t0 if y1 <= y0 else t0 + (t1 - t0) * (n - y0) / (y1 - y0)
    return np.asarray(np.clip(t * wish, low, high))


def _round(exact: Floats, n: int, low: Ints, high: Ints) -> Ints:
    """Whole numbers within the bounds that sum to n, by largest remainders."""
    counts = np.clip(np.floor(exact + 1e-9).astype(np.int64), low, high)
    left = n - int(counts.sum())
    while left:
        step = 1 if left > 0 else -1
        able = counts < high if step > 0 else counts > low
        remainder = np.where(able, step * (exact - counts), -np.inf)
        order = np.argsort(-remainder, kind="stable")[: min(abs(left), int(able.sum()))]
        counts[order] += step
        left -= step * order.size
    return counts


def _per_stratum(values: ArrayLike, strata: int, name: str, *, zero: bool = False) -> Floats:
    array = np.asarray(values, dtype=float)
    if array.shape != (strata,):
        raise DesignError("sampling.strata-length", variable=name, given=int(array.size), strata=strata)
    bad = ~np.isfinite(array) | (array < 0 if zero else array <= 0)
    if bad.any():
        raise DesignError(
            "sampling.sizes-not-positive", variable=name, count=int(bad.sum()), first=int(np.argmax(bad)) + 1
        )
    return array


def _whole(values: int | ArrayLike, strata: int, name: str) -> Ints:
    array = np.asarray(values)
    if array.ndim == 0:
        array = np.full(strata, array)
    if array.shape != (strata,):
        raise DesignError("sampling.strata-length", variable=name, given=int(array.size), strata=strata)
    if array.dtype.kind not in "iu" or (array < 0).any():
        raise DesignError("sampling.count-not-whole", variable=name, value=str(values))
    return array.astype(np.int64)
