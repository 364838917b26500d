"""Population variances and covariances, and coefficients of variation."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.arrays import Array
from analysis.design import SampleDesign
from analysis.errors import DesignError
from analysis.estimation.estimators import chosen_df
from analysis.estimation.replication import replicate_covariance, replicate_estimates, replicates_of
from analysis.estimation.result import Estimate, Note, t_quantile
from analysis.estimation.variables import Missing, Numeric, restrict, variables, without_missing
from analysis.estimation.variance import covariance, standard_errors


def variance(
    vars: Any,
    design: SampleDesign,
    *,
    domain: Any = None,
    missing: Missing = "error",
    level: float = 0.95,
    df: str | float = "domain",
) -> Estimate:
    """Population variances and covariances (divisor n - 1 scaled to the weights) of numeric variables.

    Rows: every pair i <= j, labelled variable and variable2. Linearised with the means taken as known, as is usual
    (their part is of smaller order). Source: Särndal et al. (1992), section 5.9.
    """
    whole, design = design, restrict(design, domain)
    used = variables(design, vars)
    if not all(isinstance(v, Numeric) for v in used):
        raise DesignError(
            "variable.not-numeric", variable=next(v.name for v in used if not isinstance(v, Numeric))
        )
    design, dropped = without_missing(design, used, missing)
    active = design.active
    n = int(active.sum())
    if n < 2:
        raise DesignError("domain.too-small", n=n, needed=2)
    x = np.stack([np.where(active, v.values, 0.0) for v in used if isinstance(v, Numeric)], axis=1)
    pairs = [(i, j) for i in range(len(used)) for j in range(i, len(used))]
    inflate = n / (n - 1)

    def products(w: Array) -> tuple[Array, Array]:
        total = float(w.sum())
        centred = x - (w @ x) / total
        crossed = np.stack([centred[:, i] * centred[:, j] for i, j in pairs], axis=1) * inflate
        return crossed, (w @ crossed) / total

    w = design.domain_weights
    crossed, values = products(w)
    if design.replicates is not None:
        thetas = replicate_estimates(design, lambda r: products(r)[1])
        vcov = replicate_covariance(replicates_of(design), thetas, values)
    else:
        vcov = covariance(design, (w / w.sum())[:, None] * (crossed - values))
    se = standard_errors(vcov)
    used_df = np.full(
        len(pairs), float(design.degrees_of_freedom) if df == "domain" else chosen_df(whole, df)
    )
    margin = t_quantile(0.5 + level / 2, used_df) * se
    none = np.full(len(pairs), np.nan)
    labels = tuple({"variable": used[i].name, "variable2": used[j].name} for i, j in pairs)
    notes = (Note("missing.dropped", {"rows": dropped}),) if dropped else ()
    return Estimate(
        "variance",
        labels,
        values,
        se,
        values - margin,
        values + margin,
        level,
        ("symmetric",) * len(pairs),
        used_df,
        str(df),
        np.full(len(pairs), float(n)),
        none,
        none,
        None,
        vcov,
        notes,
    )
