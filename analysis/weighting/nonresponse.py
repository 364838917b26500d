"""Non-response: respondents take over the weight of those who did not answer, class by class."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.arrays import Array, Codes, as_codes, as_floats
from analysis.errors import CalibrationError, DesignError
from analysis.estimation.families import family
from analysis.estimation.models import independent_columns, irls
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
    groups = as_codes(classes)
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


def nonresponse_by_propensity(
    weights: Any, responded: Any, auxiliary: Any, *, classes: int | None = 5, floor: float = 0.02
) -> Weighting:
    """Weights of respondents adjusted by a logistic model of response.

    auxiliary: (n, q) numbers or a frame (categorical columns become indicators), known for everybody. classes: that
    many groups of equal weight by propensity, each adjusted by its own weighted response rate, which is safer;
    None: the inverse of the propensity itself. Propensities under `floor` carry a remark. Source: Little (1986);
    Rosenbaum & Rubin (1983).
    """
    w = as_floats(weights, "weights")
    answered = np.asarray(responded)
    if answered.dtype != np.bool_ or answered.shape != w.shape:
        raise DesignError("nonresponse.responded", rows=len(w))
    if answered.all() or not answered.any():
        raise DesignError("nonresponse.all-answered")
    x = _design_matrix(auxiliary, len(w))
    used = w > 0
    kept = independent_columns(x[used], w[used])
    fit = irls(
        x[used][:, kept],
        answered[used].astype(np.float64),
        np.zeros(int(used.sum())),
        w[used] / w[used].mean(),
        family("binomial"),
        100,
    )
    propensity = np.ones(len(w))
    propensity[used] = special.expit(fit.linear)
    low = int((answered & used & (propensity < floor)).sum())
    notes = (Note("nonresponse.extreme-propensity", {"count": low, "limit": floor}),) if low else ()
    if classes is not None:
        order = np.argsort(propensity, kind="stable")
        position = np.empty(len(w))
        position[order] = np.cumsum(w[order]) - w[order] / 2
        group = np.minimum((position / w.sum() * classes).astype(np.int64), classes - 1)
        _, tied = np.unique(propensity, return_inverse=True)  # equal propensities stay together
        first = np.full(int(tied.max()) + 1, classes)
        np.minimum.at(first, tied, group)
        made = nonresponse_by_class(
            w, answered, Codes(first[tied], tuple(range(1, classes + 1)), "propensity class")
        )
        return replace(made, method="nonresponse_by_propensity", warnings=(*notes, *made.warnings))
    factors = np.where(answered, 1 / propensity, 0.0)
    return Weighting(
        "nonresponse_by_propensity",
        w * factors,
        factors,
        pd.DataFrame(),
        warnings=(*notes, *extreme_notes(factors[answered])),
    )


def _design_matrix(auxiliary: Any, rows: int) -> Array:
    """(n, 1 + q) with an intercept; categorical columns as indicators without their first level."""
    parts: list[Array] = [np.ones((rows, 1))]
    frame = auxiliary if isinstance(auxiliary, pd.DataFrame) else pd.DataFrame(np.asarray(auxiliary))
    if len(frame) != rows:
        raise DesignError("design.length", variable="auxiliary", rows=len(frame), wanted=rows)
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_numeric_dtype(column.dtype):
            values = as_floats(column, str(name))[:, None]
        else:
            values = as_codes(column, str(name)).indicators()[:, 1:]
        if np.isnan(values).any():
            raise DesignError(
                "calibration.missing-values",
                variable=str(name),
                count=int(np.isnan(values).any(axis=1).sum()),
            )
        parts.append(values)
    return np.concatenate(parts, axis=1)
