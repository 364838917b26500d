"""Replicate weights at work: covariance of replicate estimates, totals of cells under every replicate.

Making replicate designs (jackknife, BRR, bootstrap ...) is in `replicate_designs`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from analysis.arrays import Array, as_floats
from analysis.design import SampleDesign
from analysis.design_parts import Replicates
from analysis.errors import DesignError
from analysis.estimation.expressions import evaluate, parse
from analysis.estimation.grouping import Block, cell_totals, unit_cell_totals
from analysis.estimation.result import Estimate, t_quantile
from analysis.estimation.variance import standard_errors


def replicates_of(design: SampleDesign) -> Replicates:
    """The design's replicates; DesignError when it has none."""
    if design.replicates is None:
        raise DesignError("replicates.none")
    return design.replicates


def replicate_covariance(replicates: Replicates, thetas: Array, full: Array) -> Array:
    """(k, k) covariance from replicate estimates thetas (R, k) and the full-sample estimate (k,).

    Replicates that are not finite raise DesignError: leaving them out silently would understate the variance.
    """
    if not np.isfinite(thetas).all():
        raise DesignError("replicates.not-finite", count=int((~np.isfinite(thetas).all(axis=1)).sum()))
    centre = full if replicates.mse else thetas[replicates.rscales > 0].mean(axis=0)
    deviation = (thetas - centre) * np.sqrt(replicates.rscales)[:, None]
    return np.asarray(replicates.scale * (deviation.T @ deviation))


def replicate_estimates(design: SampleDesign, point: Callable[[Array], Array]) -> Array:
    """(R, k) values of point(weights) under every replicate; weights are (n,), zero outside the domain."""
    replicates = replicates_of(design)
    outside = None if design.mask is None else ~design.mask
    out = []
    for weights in replicates:
        if outside is not None:
            weights[outside] = 0.0
        out.append(point(weights))
    return np.stack(out)


def replicate_sums(design: SampleDesign, blocks: list[Block]) -> Array:
    """(R, C) totals of the blocks' cells under every replicate.

    Block values must be proportional to the design's weights. With one factor table it is one grouped pass
    and one matrix product; with more, one pass per replicate.
    """
    replicates = replicates_of(design)
    weights = design.weights
    ratio = np.divide(replicates.base, weights, out=np.zeros_like(weights), where=weights != 0)
    parts = []
    for block in blocks:
        value = block.value * ratio
        group, table = replicates.factors[0]
        if len(replicates.factors) == 1 and table.shape[0] * block.n_cells <= max(
            4_000_000, design.rows // 4
        ):
            parts.append(table.T @ unit_cell_totals(group, table.shape[0], block.cells, block.n_cells, value))
            continue
        made = np.empty((replicates.count, block.n_cells))
        for r in range(replicates.count):
            moved = value.copy()
            for group, table in replicates.factors:
                moved *= table[group, r]
            made[r] = cell_totals(block.cells, block.n_cells, moved)
        parts.append(made)
    return np.concatenate(parts, axis=1)


def with_replicates(
    design: SampleDesign, point: Callable[[Array], Any] | str, *, level: float = 0.95
) -> Estimate:
    """Any statistic with its replicate variance.

    point: a function of the weights (n,), zero outside the domain, giving a number or (k,) numbers; or an expression
    in R's notation in which `.weights` are the weights ("sum(.weights * y) / sum(.weights * x)").
    """
    replicates = replicates_of(design)
    if isinstance(point, str):
        point = _compiled(point, design)

    def flat(weights: Array) -> Array:
        return np.atleast_1d(np.asarray(point(weights), dtype=np.float64))

    full = flat(design.domain_weights)
    thetas = replicate_estimates(design, flat)
    vcov = replicate_covariance(replicates, thetas, full)
    df = np.full(len(full), float(design.degrees_of_freedom))
    se = standard_errors(vcov)
    margin = t_quantile(0.5 + level / 2, df) * se
    none = np.full(len(full), np.nan)
    n = np.full(len(full), float(design.active.sum()))
    return Estimate(
        "with_replicates",
        tuple({"variable": f"theta{i + 1}"} for i in range(len(full))),
        full,
        se,
        full - margin,
        full + margin,
        level,
        ("symmetric",) * len(full),
        df,
        "domain",
        n,
        none,
        none,
        None,
        vcov,
        (),
        thetas,
    )


def _compiled(source: str, design: SampleDesign) -> Callable[[Array], Any]:
    """A function of the weights from an expression on the columns of the design's frame."""
    tree = parse(source)
    active = design.active
    kept: dict[str, Array] = {}

    def column(name: str) -> Array:
        if name not in kept:
            values = as_floats(design.column(name), name)
            if np.isnan(values[active]).any():
                raise DesignError(
                    "variable.missing", variable=name, count=int(np.isnan(values[active]).sum())
                )
            kept[name] = np.where(active, values, 0.0)
        return kept[name]

    def point(weights: Array) -> Any:
        return evaluate(tree, lambda name: weights[active] if name == ".weights" else column(name)[active])

    return point
