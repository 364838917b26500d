"""Tail of a sum of weighted chi-squares: first order, Satterthwaite, saddlepoint.

Sources: Satterthwaite (1946); Kuonen (1999) for the saddlepoint; Lumley & Scott (2014) for its F version,
where the denominator enters as further terms with negative weights.
"""

from __future__ import annotations

import numpy as np
from scipy import optimize, stats

from analysis.arrays import Array


def satterthwaite(x: float, weights: Array) -> float:
    """P(sum of weights x chi-square(1) > x), matched by mean and variance."""
    mean, spread = float(weights.mean()), float((weights**2).mean() / weights.mean() ** 2)
    return float(stats.chi2.sf(x / (mean * spread), len(weights) / spread))


def saddlepoint(x: float, weights: Array, ddf: float = np.inf) -> float:
    """P(sum of weights x chi-square(1) > x), or of its ratio to chi-square(ddf)/ddf, by the saddlepoint.

    Falls back to Satterthwaite's approximation (F with ddf) where the saddlepoint is not defined: at the
    mean.
    """
    weights = weights[weights > 1e-12 * weights.max()]
    if np.isinf(ddf):
        found = _tail(x, weights, np.ones(len(weights)))
        return satterthwaite(x, weights) if found is None else found
    count = float(np.floor(ddf))  # whole denominator terms, as in R survey's pFsum
    found = _tail(0.0, np.append(weights, -x / ddf), np.append(np.ones(len(weights)), count))
    if found is not None:
        return found
    mean, spread = float(weights.mean()), float((weights**2).mean() / weights.mean() ** 2)
    ndf = len(weights) / spread
    return float(stats.f.sf(x / ndf / (mean * spread), ndf, ddf))


def _tail(x: float, weights: Array, count: Array) -> float | None:
    """Lugannani-Rice tail of sum of weights x chi-square(count); None at the mean, where it is 0/0."""
    top = float(weights.max())
    a, x = weights / top, x / top

    def slope(z: float) -> float:
        return float((count * a / (1 - 2 * z * a)).sum() - x)

    if (a < 0).any():
        low = float((1 / (2 * a[a < 0])).max()) * (1 - 1e-12)
    elif x > float((count * a).sum()):
        low = -0.01
    else:
        low = -float(count.sum()) / (2 * x)
    high = float((1 / (2 * a[a > 0])).min()) * (1 - 1e-12)
    zeta = optimize.brentq(slope, low, high, xtol=1e-15, rtol=1e-14)
    if abs(zeta) < 1e-4:
        return None
    cumulant = -float((count * np.log1p(-2 * zeta * a)).sum()) / 2
    curvature = float((2 * count * a**2 / (1 - 2 * zeta * a) ** 2).sum())
    w = np.sign(zeta) * np.sqrt(2 * (zeta * x - cumulant))
    v = zeta * np.sqrt(curvature)
    return float(stats.norm.sf(w + np.log(v / w) / w))
