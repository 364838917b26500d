"""Replicate weights at work: covariance of replicate estimates, totals of cells under every replicate, ranks.

Making replicate designs (jackknife, BRR, bootstrap ...) is in `replicate_designs`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import linalg

from analysis.arrays import Array
from analysis.design import SampleDesign
from analysis.design_parts import Replicates
from analysis.errors import DesignError
from analysis.estimation.grouping import Block, cell_totals, unit_cell_totals


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


def replicate_rank(design: SampleDesign) -> int:
    """Rank of the matrix of replicate weights of the domain's rows."""
    key = "replicate rank"
    if key not in design.cache:
        replicates = replicates_of(design)
        inside = np.flatnonzero(design.active)
        groups = np.stack([group[inside] for group, _ in replicates.factors], axis=1)
        distinct, first = np.unique(groups, axis=0, return_index=True)
        matrix = replicates.base[inside[first]][:, None] * np.ones(replicates.count)
        for j, (_, table) in enumerate(replicates.factors):
            matrix = matrix * table[distinct[:, j]]
        r = linalg.qr(matrix, mode="r", pivoting=True)[0]
        diagonal = np.abs(np.diag(r))
        design.cache[key] = (
            int((diagonal > 1e-5 * diagonal[0]).sum()) if diagonal.size and diagonal[0] > 0 else 0
        )
    return int(design.cache[key])
