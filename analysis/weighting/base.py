"""Base weights from the probabilities of each stage of selection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import as_floats
from analysis.errors import DesignError
from analysis.weighting.result import Weighting


def base_weights(*stages: Any) -> Weighting:
    """One over the product of the selection probabilities of every stage.

    stages: one column (n,) of probabilities per stage, first stage first. Raises DesignError naming the stage
    that holds a value outside (0, 1]. Source: Särndal, Swensson & Wretman (1992), section 4.3.
    """
    columns: Sequence[Any] = stages
    if not columns:
        raise DesignError("design.empty")
    product = np.ones(len(as_floats(columns[0], "probability of stage 1")))
    for level, column in enumerate(columns, start=1):
        p = as_floats(column, f"probability of stage {level}")
        if len(p) != len(product):
            raise DesignError("design.length", variable=f"stage {level}", rows=len(p), wanted=len(product))
        bad = ~((p > 0) & (p <= 1))
        if bad.any():
            raise DesignError("stages.probability", stage=level, count=int(bad.sum()))
        product = product * p
    weights = 1.0 / product
    return Weighting("base_weights", weights, weights.copy(), pd.DataFrame())
