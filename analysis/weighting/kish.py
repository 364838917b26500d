"""What unequal weights cost: Kish's effective sample size and design effect. Source: Kish (1965), section
11.7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.arrays import as_floats
from analysis.errors import DesignError


@dataclass(frozen=True)
class KishSummary:
    """n: rows with weight; n_effective = (sum w)² / sum w²; deff = n / n_effective; cv of the weights
    (divisor n).
    """

    n: int
    n_effective: float
    deff: float
    cv: float
    smallest: float
    largest: float
    mean: float


def kish(weights: Any) -> KishSummary:
    """Effective size of (n,) weights; zero weights don't count. Missing, negative or all-zero weights raise
    DesignError.
    """
    w = as_floats(weights, "weights")
    if np.isnan(w).any():
        raise DesignError("design.weights-missing", variable="weights", count=int(np.isnan(w).sum()))
    if (w < 0).any():
        raise DesignError("design.weights-negative", variable="weights", count=int((w < 0).sum()))
    w = w[w > 0]
    if not w.size:
        raise DesignError("design.weights-all-zero", variable="weights")
    relative = w / w.mean()
    effective = float(w.size / np.mean(relative**2))
    return KishSummary(
        int(w.size),
        effective,
        float(w.size / effective),
        float(relative.std()),
        float(w.min()),
        float(w.max()),
        float(w.mean()),
    )
