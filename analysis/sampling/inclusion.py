"""Inclusion probabilities proportional to size, with certainty units found until none is left."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import DesignError
from analysis.sampling.result import Bools, Floats

# A probability this near 1 is 1: what is left is rounding of the sizes, and a systematic draw could
# otherwise hit the same unit twice.
_NEARLY_ONE = 1e-9


def checked_sizes(sizes: ArrayLike, name: str = "sizes") -> Floats:
    """`sizes` as (N,) floats. DesignError when empty, not numeric, NaN, infinite, zero or negative."""
    try:
        values = np.asarray(sizes, dtype=float)
    except (TypeError, ValueError):
        raise DesignError("sampling.sizes-not-numbers", variable=name) from None
    if values.ndim != 1 or values.size == 0:
        raise DesignError("sampling.sizes-empty", variable=name)
    bad = ~np.isfinite(values)
    if bad.any():
        raise DesignError("sampling.sizes-not-finite", variable=name, count=int(bad.sum()), first=_first(bad))
    bad = values <= 0
    if bad.any():
        raise DesignError(
            "sampling.sizes-not-positive", variable=name, count=int(bad.sum()), first=_first(bad)
        )
    return values


def checked_count(n: Any, population: int, name: str = "n") -> int:
    """`n` as an int from 1 to `population`; DesignError otherwise."""
    if isinstance(n, bool) or not isinstance(n, int | np.integer):
        raise DesignError("sampling.count-not-whole", variable=name, value=str(n))
    if n < 1:
        raise DesignError("sampling.count-not-positive", variable=name, value=int(n))
    if n > population:
        raise DesignError("sampling.too-few-units", asked=int(n), available=population)
    return int(n)


def inclusion_probabilities(sizes: ArrayLike, n: int) -> tuple[Floats, Bools]:
    """Probabilities n·size/Σsize, capped at 1 again and again until every remaining one is below 1.

    sizes: (N,) positive. n: sample size, at most N. A unit as large as the sampling interval or larger
    becomes a certainty; the interval of the rest is worked out anew, until no further unit reaches it.
    Returns (probabilities (N,), certainty (N,)); the probabilities sum to n.
    Source: Särndal, Swensson & Wretman (1992), section 3.6.2.
    """
    values = checked_sizes(sizes)
    n = checked_count(n, values.size)
    if n == values.size:
        return np.ones(n), np.ones(n, dtype=bool)
    # Taking the largest k as certain leaves n - k to draw from the rest: the set is always a head of the
    # list sorted by size, so one pass over the n largest finds where the head ends.
    order = np.argsort(-values, kind="stable")
    tail = np.cumsum(values[order][::-1])[::-1]
    sure = values[order][:n] * (n - np.arange(n)) / tail[:n] >= 1 - _NEARLY_ONE
    if sure.all():
        # The rest weighs nothing beside the head: somebody's probability would be lost to rounding.
        raise DesignError("sampling.sizes-too-uneven", count=int(values.size - n))
    head = int(np.argmin(sure))
    certainty = np.zeros(values.size, dtype=bool)
    certainty[order[:head]] = True
    rest = ~certainty
    probabilities = np.ones(values.size)
    probabilities[rest] = (n - head) * (values[rest] / values[rest].sum())
    return probabilities, certainty


def _first(mask: Bools) -> int:
    return int(np.argmax(mask)) + 1
