"""Non-response: respondents take over the weight of those who did not answer, class by class."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import as_codes, as_floats
from analysis.errors import CalibrationError, DesignError
from analysis.estimation.result import Note
from analysis.weighting.result import Weighting, extreme_notes


def nonresponse_by_class(weights: Any, responded: Any, classes: Any, *, smallest: int = 20) -> Weighting:
    """Weights of respondents divided by the weighted response rate of their class; others get zero.

    responded: (n,) booleans; classes: (n,) categories known for respondents and non-respondents alike. A
    class without respondents raises CalibrationError naming it; classes under `smallest` respondents carry a
    remark. Source: Little (1986), adjustment cells.
    """
    w = as_floats(weights, "weights")
    answered = np.asarray(responded)
    groups = as_codes(classes, "classes")
    if answered.dtype != np.bool_ or answered.shape != w.shape:
        raise DesignError("nonresponse.responded", rows=len(w))
    if len(groups.codes) != len(w):
        raise DesignError("design.length", variable=groups.name, rows=len(groups.codes), wanted=len(w))
    if groups.missing.any():
        raise DesignError("calibration.missing-values", variable=groups.name, count=int(groups.missing.sum()))
    k = len(groups.levels)
    full = np.bincount(groups.codes, w, minlength=k)
    heard = np.bincount(groups.codes, np.where(answered, w, 0.0), minlength=k)
    n = np.bincount(groups.codes, answered, minlength=k).astype(np.int64)
    silent = np.flatnonzero((full > 0) & (heard <= 0))
    if silent.size:
        raise CalibrationError(
            "nonresponse.empty-class",
            variable=groups.name,
            category=str(groups.levels[int(silent[0])]),
            count=int(np.bincount(groups.codes, minlength=k)[silent[0]]),
        )
    factor = np.divide(full, heard, out=np.ones(k), where=heard > 0)
    factors = np.where(answered, factor[groups.codes], 0.0)
    table = pd.DataFrame(
        {
            "variable": groups.name,
            "category": [str(v) for v in groups.levels],
            "n": n,
            "before": heard,
            "target": full,
            "after": heard * factor,
            "factor": factor,
            "few": n < smallest,
        }
    )
    notes = tuple(
        Note(
            "nonresponse.small-class",
            {"variable": groups.name, "category": str(groups.levels[i]), "n": int(n[i])},
        )
        for i in np.flatnonzero((n < smallest) & (full > 0))
    )
    return Weighting(
        "nonresponse_by_class",
        w * factors,
        factors,
        table,
        warnings=(*notes, *extreme_notes(factors[answered])),
    )
