"""Predicted margins: what a model says the answer would be if everybody were in one group.

Sources: Graubard & Korn (1999); the covariance takes the sampling of the covariates and of the coefficients together,
with what they share (R's svypredmeans adds the two parts as if they were independent).
"""

from __future__ import annotations

import numpy as np

from analysis.arrays import Array, Codes
from analysis.errors import DesignError
from analysis.estimation.estimators import FEW_DF
from analysis.estimation.formula import Columns, model_matrix
from analysis.estimation.models import Fit
from analysis.estimation.replication import replicate_covariance, replicates_of
from analysis.estimation.result import Estimate, Note, t_quantile
from analysis.estimation.variance import covariance, standard_errors


def predicted_margins(fit: Fit, group: str) -> Estimate:
    """Mean prediction over the rows of the model with `group` set to each of its levels in turn.

    group: a categorical variable of the model. Units: the response's (a share for binomial models). Degrees of
    freedom: the model's. Raises DesignError when the model does not use the group.
    """
    design = fit.design
    columns = Columns(design)
    codes = columns(group)
    if not isinstance(codes, Codes):
        raise DesignError("model.group-not-categorical", variable=group)
    if not any(group in term.split(":") for term in fit.terms):
        raise DesignError("contrast.unknown-term", term=group)
    active = design.active
    w = design.domain_weights
    present = np.flatnonzero(
        np.bincount(codes.codes[active & ~codes.missing], minlength=len(codes.levels)) > 0
    )
    matrices = []
    for level in present:
        changed = Codes(np.full(design.rows, level, dtype=np.int64), codes.levels, codes.name)
        made = model_matrix(fit.formula, design, Columns(design, {group: changed}))
        kept = made.columns[:, list(fit.columns)]
        matrices.append((np.where(active[:, None], kept, 0.0), np.where(active, made.offset, 0.0)))

    def means(beta: Array, weights: Array) -> Array:
        total = weights.sum()
        return np.array([weights @ fit.family.link.inverse(x @ beta + o) / total for x, o in matrices])

    value = means(fit.coefficients, w)
    if design.replicates is not None:
        assert fit.replicates is not None
        outside = ~active
        thetas = []
        for beta, weights in zip(fit.replicates, design.replicates, strict=True):
            weights[outside] = 0.0
            thetas.append(means(beta, weights))
        vcov = replicate_covariance(replicates_of(design), np.stack(thetas), value)
    else:
        assert fit.influence is not None
        parts = []
        for (x, o), mean in zip(matrices, value, strict=True):
            eta = x @ fit.coefficients + o
            slope = ((w * fit.family.link.slope(eta)) @ x) / w.sum()
            parts.append(fit.influence @ slope + w * (fit.family.link.inverse(eta) - mean) / w.sum())
        vcov = covariance(design, np.stack(parts, axis=1))
    se = standard_errors(vcov)
    df = np.full(len(value), fit.df)
    margin = t_quantile(0.5 + fit.level / 2, df) * se
    none = np.full(len(value), np.nan)
    notes = (Note("estimate.few-df", {"limit": FEW_DF}),) if fit.df < FEW_DF else ()
    labels = tuple({"variable": group, "level": codes.levels[i]} for i in present)
    return Estimate(
        "predicted_margin",
        labels,
        value,
        se,
        value - margin,
        value + margin,
        fit.level,
        ("symmetric",) * len(value),
        df,
        "model",
        np.full(len(value), float(fit.n)),
        none,
        none,
        None,
        vcov,
        notes,
    )
