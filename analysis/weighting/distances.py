"""Distances of calibration: each is the factor as a function of the linear score, and its slope.

Source: Deville & Särndal (1992), section 2; Deville, Särndal & Sautory (1993) for the logit form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.errors import DesignError


@dataclass(frozen=True)
class Distance:
    """factor(u): new weight over old; slope(u): its derivative. u: (n,) linear scores, 0 leaves weights alone."""

    name: str
    factor: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    bounded: bool


def distance(name: str, lower: float = -np.inf, upper: float = np.inf) -> Distance:
    """ "linear", "raking" or "logit" with factors kept inside [lower, upper]; logit needs both bounds."""
    if not lower < 1 < upper:
        raise DesignError("calibration.bounds", lower=lower, upper=upper)
    bounded = bool(np.isfinite(lower) or np.isfinite(upper))
    if name == "linear":
        return _clipped("linear", lambda u: 1 + u, np.ones_like, lower, upper, bounded)
    if name == "raking":
        return _clipped(
            "raking",
            lambda u: np.exp(np.minimum(u, 700.0)),
            lambda u: np.exp(np.minimum(u, 700.0)),
            lower,
            upper,
            bounded,
        )
    if name != "logit":
        raise DesignError(
            "design.unknown-option", option="distance", value=name, choices="linear, raking, logit"
        )
    if not (np.isfinite(lower) and np.isfinite(upper)):
        raise DesignError("calibration.bounds", lower=lower, upper=upper)
    steep = (upper - lower) / ((1 - lower) * (upper - 1))
    a, b = upper - 1, 1 - lower

    def parts(u: Array) -> tuple[Array, Array]:
        # multiplied through by exp(-u steep / 2) so that neither end overflows
        half = np.clip(u * steep / 2, -350.0, 350.0)
        return a * np.exp(-half), b * np.exp(half)

    def factor(u: Array) -> Array:
        low, high = parts(u)
        return np.asarray((lower * low + upper * high) / (low + high))

    def slope(u: Array) -> Array:
        low, high = parts(u)
        return np.asarray((upper - lower) * steep * low * high / (low + high) ** 2)

    return Distance("logit", factor, slope, True)


def _clipped(
    name: str,
    factor: Callable[[Array], Array],
    slope: Callable[[Array], Array],
    lower: float,
    upper: float,
    bounded: bool,
) -> Distance:
    def inside(u: Array) -> Array:
        value = factor(u)
        return np.where((value >= lower) & (value <= upper), slope(u), 0.0)

    return Distance(name, lambda u: np.clip(factor(u), lower, upper), inside, bounded)
