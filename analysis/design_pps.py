"""Second-order selection probabilities of one-stage PPS samples, exact or approximated.

Each method gives, block by block (one block per stratum), the matrix (p_ij - p_i p_j) / p_ij that both the
Horvitz-Thompson and the Yates-Grundy variance use. Sources: Overton (1985) as in Stehman & Overton (1994);
Hartley & Rao (1962), equation 5.21; Berger (2004) on Brewer's form, which needs no matrix and is handled by
the stages.
"""

from __future__ import annotations

import numpy as np

from analysis.arrays import Array
from analysis.design_parts import JointProbabilities
from analysis.design_stages import Stage
from analysis.errors import DesignError


def joint_probabilities(
    method: str,
    first: Stage,
    rows: int,
    sum_p2: float | None,
    joint: Array | None,
    variance: str,
    tolerance: float,
) -> JointProbabilities:
    """The second-order part of a design whose `fpc` holds the inclusion probabilities of its units.

    sum_p2: for Hartley-Rao the population sum of squared probabilities over n; None: estimated by the mean
    probability of the sampled units of each stratum. joint: (n, n) matrix, rows in the order of the data.
    tolerance: entries of the result that are smaller count as zero (0: none).
    """
    if method == "joint":
        matrix = np.asarray(joint, dtype=np.float64) if joint is not None else np.zeros((0, 0))
        if matrix.shape != (rows, rows):
            raise DesignError("design.joint-shape", rows=rows, shape="x".join(map(str, matrix.shape)))
        if not np.isfinite(matrix).all() or (matrix <= 0).any():
            raise DesignError("design.joint-positive")
        p = np.diag(matrix)
        check = (matrix - np.outer(p, p)) / matrix
        check[np.abs(check) < tolerance] = 0.0
        return JointProbabilities(method, np.arange(rows), ((np.arange(rows), check),), variance)
    if not np.isfinite(first.population).all():
        raise DesignError("design.pps-needs-probabilities", variable="fpc")
    probability = first.fraction
    blocks = []
    for stratum in range(first.strata):
        units = np.flatnonzero(first.stratum == stratum)
        p = probability[units]
        n = len(units)
        if n < 2:
            if p[0] < 1:
                raise DesignError("design.lonely-psu", stratum=first.stratum_labels[stratum], stage=1)
            blocks.append((units, np.zeros((1, 1))))
            continue
        pair = p[:, None] + p[None, :]
        if method == "overton":
            check = 1.0 - (n - pair / 2) / (n - 1)
            check[pair / 2 >= 1] = 0.0
        else:
            check = 1.0 - (n - pair + (p.mean() if sum_p2 is None else sum_p2)) / (n - 1)
        np.fill_diagonal(check, 1.0 - p)
        blocks.append((units, check))
    return JointProbabilities(method, first.unit, tuple(blocks), variance)
