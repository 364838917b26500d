"""Confidence intervals of proportions.

Sources: Korn & Graubard (1998) for `beta`; Rao & Scott (1984) for `likelihood`; Wilson (1927) on the
effective sample size as in Kott & Carr (1997) and Franco et al. (2019); the others are Wald intervals on a
transformed scale.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import optimize, special

from analysis.arrays import Array
from analysis.errors import DesignError
from analysis.estimation.result import t_quantile

METHODS = ("default", "logit", "xlogit", "likelihood", "asin", "beta", "mean", "wilson")


def proportion_intervals(
    p: Array,
    se: Array,
    n: Array,
    df: Array,
    level: float,
    method: str,
    n_kish: Array | None = None,
    logit_se: Array | None = None,
) -> tuple[Array, Array, tuple[str, ...]]:
    """Interval limits (k,), (k,) and the method used in each row.

    p, se, n (unweighted base), df: (k,). "default": logit where the effective sample times min(p, 1 - p)
    reaches 10, else Korn-Graubard. At 0 and 100 % every method gives way to Korn-Graubard on n_kish (the
    effective size of the weights alone; n when None), since the variance there is zero and says nothing. Rows
    with df below 1 get NaN.
    """
    if method not in METHODS:
        raise DesignError("design.unknown-option", option="method", value=method, choices=", ".join(METHODS))
    if not 0 < level < 1:
        raise DesignError("estimate.level", level=level)
    p, se, n, df = (np.asarray(a, dtype=np.float64) for a in (p, se, n, df))
    low, high = np.full(len(p), np.nan), np.full(len(p), np.nan)
    edge = (p <= 0) | (p >= 1) | ~np.isfinite(p)
    # Fixed by the design (a stratifier's own share), or the same in every PSU: the variance says nothing.
    flat = ~edge & ~(se > 1e-10 * p * (1 - p))
    silent = edge | flat
    kish = n if n_kish is None else np.minimum(n_kish, n)
    effective = np.where(silent, kish, p * (1 - p) / np.where(silent, 1.0, se) ** 2)
    if method == "default":
        chosen = np.where(~flat & (effective * np.minimum(p, 1 - p) >= 10), "logit", "beta")
    else:
        chosen = np.full(len(p), method)
    chosen = np.where(edge, "beta", chosen)
    t = t_quantile(0.5 + level / 2, df)
    for name in np.unique(chosen):
        at = (chosen == name) & (df >= 1) & np.isfinite(p)
        if at.any():
            if name == "logit" and logit_se is not None:
                margin = t[at] * logit_se[at]
                low[at], high[at] = (
                    special.expit(special.logit(p[at]) - margin),
                    special.expit(special.logit(p[at]) + margin),
                )
                continue
            low[at], high[at] = _LIMITS[str(name)](p[at], se[at], t[at], effective[at], n[at], level)
    return low, high, tuple(str(c) for c in chosen)


def may_undercover(p: Array, effective: Array, deff: Array) -> Array:
    """(k,) True for shares like those where the simulation found the default interval short of its level: near 0 or
    100 %, few effective cases, strong clustering (`tests/simulation/coverage-latest.md`)."""
    rare = np.minimum(p, 1 - p)
    with_numbers = np.isfinite(p) & np.isfinite(effective) & np.isfinite(deff)
    thin = np.where(with_numbers, effective, np.inf) * np.where(with_numbers, rare, 1.0) < 15
    return np.asarray(
        with_numbers & (rare > 0) & (rare < 0.1) & (np.where(with_numbers, deff, 0.0) > 1.5) & thin
    )


def _logit(p: Array, se: Array, t: Array, *_: object) -> tuple[Array, Array]:
    centre, margin = special.logit(p), t * se / (p * (1 - p))
    return special.expit(centre - margin), special.expit(centre + margin)


def _asin(p: Array, se: Array, t: Array, *_: object) -> tuple[Array, Array]:
    centre, margin = np.arcsin(np.sqrt(p)), t * se / (2 * np.sqrt(p * (1 - p)))
    return np.sin(np.maximum(centre - margin, 0.0)) ** 2, np.sin(np.minimum(centre + margin, np.pi / 2)) ** 2


def _mean(p: Array, se: Array, t: Array, *_: object) -> tuple[Array, Array]:
    return p - t * se, p + t * se


def _beta(p: Array, se: Array, t: Array, effective: Array, n: Array, level: float) -> tuple[Array, Array]:
    alpha = 1 - level
    wanted = special.stdtrit(np.maximum(n - 1, 1), 1 - alpha / 2)
    size = effective * (wanted / t) ** 2
    success, failure = size * p, size * (1 - p)
    low = np.where(
        success > 0, special.betaincinv(np.where(success > 0, success, 1.0), failure + 1, alpha / 2), 0.0
    )
    high = np.where(
        failure > 0, special.betaincinv(success + 1, np.where(failure > 0, failure, 1.0), 1 - alpha / 2), 1.0
    )
    return low, high


def _wilson(p: Array, se: Array, t: Array, effective: Array, *_: object) -> tuple[Array, Array]:
    square = t**2
    centre = (p + square / (2 * effective)) / (1 + square / effective)
    margin = t / (1 + square / effective) * np.sqrt(p * (1 - p) / effective + square / (4 * effective**2))
    return centre - margin, centre + margin


def _likelihood(
    p: Array, se: Array, t: Array, effective: Array, n: Array, level: float
) -> tuple[Array, Array]:
    """Where the working likelihood ratio, rescaled by its design effect, reaches the squared quantile.

    The ratio is divided by the estimated dispersion n / (n - 1) of the working model, as R `survey` does.
    """
    low, high = np.empty_like(p), np.empty_like(p)
    for i in range(len(p)):
        q, m, target = p[i], effective[i] * (n[i] - 1) / n[i], t[i] ** 2
        if not se[i] > 1e-10 * q * (1 - q):
            low[i] = high[i] = q
            continue

        def gap(x: float, q: float = q, m: float = m, target: float = target) -> float:
            return float(2 * m * (q * np.log(q / x) + (1 - q) * np.log((1 - q) / (1 - x))) - target)

        # With few effective cases the ratio may not reach the quantile before 0 or 1: the interval then ends there.
        least, most = 1e-300, 1 - 1e-16
        low[i] = optimize.brentq(gap, least, q, xtol=1e-16, rtol=1e-14) if gap(least) > 0 else 0.0
        high[i] = optimize.brentq(gap, q, most, xtol=1e-16, rtol=1e-14) if gap(most) > 0 else 1.0
    return low, high


_LIMITS: dict[str, Callable[..., tuple[Array, Array]]] = {
    "logit": _logit,
    "xlogit": _logit,
    "likelihood": _likelihood,
    "asin": _asin,
    "beta": _beta,
    "mean": _mean,
    "wilson": _wilson,
}
