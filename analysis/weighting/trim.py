"""Trimming of extreme weights with redistribution of what was cut. Source: Potter (1990)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import as_floats
from analysis.errors import CalibrationError, DesignError
from analysis.estimation.result import Note
from analysis.weighting.result import Weighting, factors_of


def trim(weights: Any, *, upper: float = np.inf, lower: float = -np.inf, strict: bool = False) -> Weighting:
    """Weights cut to [lower, upper]; what was cut is spread evenly over the weights inside, so the total
    stays.

    strict: repeat until none is outside, since spreading may push some over. Rows with zero weight stay at
    zero. Raises CalibrationError when the limits can't hold the total (fewer places than weight).
    """
    w = as_floats(weights, "weights")
    if np.isnan(w).any():
        raise DesignError("design.weights-missing", variable="weights", count=int(np.isnan(w).sum()))
    if upper <= lower:
        raise DesignError("trim.limits", lower=lower, upper=upper)
    used = w > 0
    total = float(w.sum())
    if strict and not (lower * used.sum() <= total <= upper * used.sum()):
        raise CalibrationError(
            "trim.impossible", lower=lower, upper=upper, mean=total / max(int(used.sum()), 1)
        )
    new = w.copy()
    rounds = cut = 0
    while True:
        outside = used & ((new < lower) | (new > upper))
        if not outside.any():
            break
        inside = used & ~outside
        if not inside.any():
            raise CalibrationError(
                "trim.impossible", lower=lower, upper=upper, mean=total / max(int(used.sum()), 1)
            )
        held = np.clip(new, lower, upper)
        spare = float((new - held)[used].sum())
        new = np.where(used, held, 0.0)
        new[inside] += spare / int(inside.sum())
        rounds += 1
        cut = max(cut, int(outside.sum()))
        if not strict:
            break
        if rounds > 1000:
            raise CalibrationError(
                "trim.impossible", lower=lower, upper=upper, mean=total / max(int(used.sum()), 1)
            )
    left = int((used & ((new < lower * (1 - 1e-12)) | (new > upper * (1 + 1e-12)))).sum())
    notes = (Note("trim.still-outside", {"count": left}),) if left else ()
    gap = abs(float(new.sum()) - total) / total
    return Weighting("trim", new, factors_of(new, w), pd.DataFrame(), None, rounds, left == 0, gap, notes)
