"""The only Taylor engine: covariance of estimates from their weighted influence values.

Source: Särndal, Swensson & Wretman (1992), chapters 3, 4 and 6; multistage recursion as in Bellhouse (1985).
"""

from __future__ import annotations

import numpy as np

from analysis.arrays import Array
from analysis.design import SampleDesign
from analysis.estimation.lonely import form_covariance, stage_forms


def covariance(design: SampleDesign, influence: Array) -> Array:
    """(k, k) design covariance of k estimates.

    influence: (n, k), weight times linearised value of each row, zero outside the domain. Every stage with a
    finite population below it adds its part; calibrations are taken out first; PPS designs use their joint
    probabilities. Replicate designs don't come here (see `replication`).
    """
    values = np.asarray(influence, dtype=np.float64)
    if values.ndim == 1:
        values = values[:, None]
    for calibration in design.calibrations:
        values = calibration.residuals(values)
    if design.joint is not None:
        units = design.stages[0].units if design.joint.method != "joint" else design.rows
        return design.joint.covariance(unit_totals(design.joint.unit, units, values))
    total = np.zeros((values.shape[1], values.shape[1]))
    for stage, form in zip(design.stages, stage_forms(design), strict=True):
        total += form_covariance(form, unit_totals(stage.unit, stage.units, values))
    return total


def unit_totals(unit: np.ndarray, units: int, values: Array) -> Array:
    """(units, k) sums of row values (n, k) by unit."""
    out = np.empty((units, values.shape[1]))
    for j in range(values.shape[1]):
        out[:, j] = np.bincount(unit, values[:, j], minlength=units)
    return out


def standard_errors(matrix: Array) -> Array:
    """(k,) square roots of the diagonal; rounding below zero counts as zero (YG forms may go truly
    negative: NaN).
    """
    return root(np.diag(matrix))


def root(diagonal: Array) -> Array:
    """(k,) square roots of variances, as `standard_errors`."""
    floor = -1e-12 * max(float(np.max(np.abs(diagonal), initial=0.0)), 1e-300)
    return np.where(diagonal >= floor, np.sqrt(np.maximum(diagonal, 0.0)), np.nan)
