"""Selection of one person in a household: the weight grows with the number of those who could have been
chosen.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import as_floats
from analysis.errors import DesignError
from analysis.estimation.result import Note
from analysis.weighting.result import Weighting


def within_household(weights: Any, eligible: Any, *, chosen: Any = 1, cap: float | None = None) -> Weighting:
    """Household weights times eligible / chosen.

    eligible: (n,) persons who could have been chosen, at least 1; chosen: how many were. cap: largest factor;
    what is cut is not redistributed, and a remark says how many rows it touched. Source: Gaziano (2005).
    """
    w = as_floats(weights, "weights")
    people = as_floats(eligible, "eligible")
    taken = np.broadcast_to(np.asarray(chosen, dtype=np.float64), w.shape)
    if len(people) != len(w):
        raise DesignError("design.length", variable="eligible", rows=len(people), wanted=len(w))
    bad = ~(people >= taken) | ~(taken >= 1)
    if bad.any():
        raise DesignError("household.eligible", count=int(bad.sum()))
    factor = people / taken
    notes: tuple[Note, ...] = ()
    if cap is not None:
        over = factor > cap
        factor = np.minimum(factor, cap)
        notes = (Note("household.capped", {"count": int(over.sum()), "cap": cap}),) if over.any() else ()
    return Weighting("within_household", w * factor, factor, pd.DataFrame(), warnings=notes)
