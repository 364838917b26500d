"""Calibration of weights to totals of auxiliary variables, by any distance, with or without bounds.

Sources: Deville & Särndal (1992); Estevao & Särndal (2006); Särndal (2007).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array, Ints, as_floats, group_codes
from analysis.design_parts import Calibration
from analysis.errors import CalibrationError, ConvergenceError, DesignError
from analysis.estimation.result import Note
from analysis.weighting.distances import Distance
from analysis.weighting.distances import distance as distance_of
from analysis.weighting.result import Weighting, extreme_notes, factors_of


def calibrate(
    weights: Any,
    auxiliary: Any,
    totals: Mapping[str, float],
    *,
    distance: str = "linear",
    bounds: tuple[float | None, float | None] = (None, None),
    variance: Any = None,
    clusters: Any = None,
    max_iterations: int = 200,
    tolerance: float = 1e-12,
) -> Weighting:
    """Weights as near the old ones as the distance allows whose auxiliary totals meet the control totals.

    auxiliary: data frame (n rows, one column per auxiliary, "(Intercept)" among them if wanted); totals: {column:
    control total}. bounds: of new / old. variance: (n,) residual variance of the working model, up to a factor.
    clusters: (n,) units within which all weights are to stay equal. Raises CalibrationError for totals that can't be
    met, naming the column and what would help; ConvergenceError when no solution was found.
    """
    old = as_floats(weights, "weights")
    frame = auxiliary if isinstance(auxiliary, pd.DataFrame) else pd.DataFrame(auxiliary)
    names = [str(c) for c in frame.columns]
    rows = frame.to_numpy(dtype=np.float64)
    wanted = _checked(old, rows, names, totals)
    sigma2 = np.ones(len(old)) if variance is None else as_floats(variance, "variance")
    if not (sigma2 > 0).all():
        raise DesignError("calibration.variance")
    lower = -np.inf if bounds[0] is None else float(bounds[0])
    upper = np.inf if bounds[1] is None else float(bounds[1])
    rule = distance_of(distance, lower, upper)
    base = old
    if clusters is not None:
        unit, _ = group_codes(pd.factorize(np.asarray(clusters))[0])
        size = np.bincount(unit)
        base = (np.bincount(unit, old) / size)[unit]
        sigma2 = (np.bincount(unit, sigma2) / size)[unit]
        rows = np.stack([(np.bincount(unit, rows[:, q]) / size)[unit] for q in range(rows.shape[1])], axis=1)
    used = [q for q in range(rows.shape[1]) if np.any(rows[base > 0, q] != 0)]
    for q in range(rows.shape[1]):
        if q not in used and wanted[q] != 0:
            raise CalibrationError("calibration.impossible-total", variable=names[q], total=float(wanted[q]))
    rows, wanted, names = rows[:, used], wanted[used], [names[q] for q in used]
    pattern, table = distinct_rows(np.column_stack([rows, sigma2]))
    points, spread = table[:, :-1], table[:, -1]
    mass = np.bincount(pattern, base, minlength=len(table))
    found, steps, scale = solve(mass, points, spread, wanted, rule, max_iterations, tolerance)
    new = old * found[pattern]
    gap = _gaps(mass * found, points, wanted)
    worst = int(np.argmax(gap))
    if gap[worst] > 1e-8:
        _refuse(mass, points, wanted, names[worst], float(gap[worst]), rule, lower, upper, steps)
    plain = distance == "linear" and not rule.bounded
    gather = np.divide(
        1.0, found[pattern] * (sigma2 if plain else 1.0), out=np.zeros(len(old)), where=found[pattern] != 0
    )
    record = Calibration(distance, pattern, points, gather, found[pattern] * base)
    notes: list[Note] = []
    if (new < 0).any():
        notes.append(Note("calibration.negative-weights", {"count": int((new < 0).sum())}))
    if scale != 1.0:
        notes.append(Note("calibration.rescaled", {"factor": scale}))
    before, after = mass @ points, (mass * found) @ points
    report = pd.DataFrame(
        {
            "variable": names,
            "category": "",
            "n": [int((rows[:, q] != 0).sum()) for q in range(len(names))],
            "before": before,
            "target": wanted,
            "after": after,
            "factor": np.divide(after, before, out=np.full(len(names), np.nan), where=before != 0),
            "few": False,
        }
    )
    factors = factors_of(new, old)

    def again(masses: Array) -> Array:
        columns = [
            solve(masses[:, r], points, spread, wanted, rule, max_iterations, tolerance)[0]
            for r in range(masses.shape[1])
        ]
        return np.stack(columns, axis=1)

    return Weighting(
        f"calibrate_{distance}",
        new,
        factors,
        report,
        record,
        steps,
        True,
        float(gap[worst]),
        (*notes, *extreme_notes(factors)),
        again,
    )


def solve(
    mass: Array,
    points: Array,
    sigma2: Array,
    wanted: Array,
    rule: Distance,
    max_iterations: int,
    tolerance: float,
) -> tuple[Array, int, float]:
    """Factors of the distinct rows (patterns,), steps taken, and the common factor the weights were scaled by first.

    Newton's method with halving. When every total is more than twentyfold the sample's, weights are scaled up first
    and bounds refer to the scaled weights, as in R `survey`.
    """
    linear = rule.name == "linear" and not rule.bounded
    now = mass @ points
    scale = 1.0
    if not linear and (now != 0).all() and float((wanted / np.where(now == 0, 1.0, now)).min()) > 20:
        scale = float((wanted / now).mean())
    start = mass * scale
    design = points / sigma2[:, None]
    eta = np.zeros(points.shape[1])
    size = 1 + np.abs(wanted)
    factor = np.ones(len(mass))

    def miss(at: Array) -> tuple[Array, Array]:
        g = rule.factor(design @ at)
        return g, wanted - (start * g) @ points

    factor, gap = miss(eta)
    best, steps = float(np.max(np.abs(gap) / size)), 0
    while steps < max_iterations and best > tolerance:
        steps += 1
        slope = rule.slope(design @ eta)
        matrix = (points * (start * slope)[:, None]).T @ design
        step = np.linalg.lstsq(matrix, gap, rcond=1e-12)[0]
        reach, improved = 1.0, False
        for _ in range(40):
            trial, trial_gap = miss(eta + reach * step)
            value = float(np.max(np.abs(trial_gap) / size)) if np.isfinite(trial).all() else np.inf
            if value < best:
                improved = True
                break
            reach /= 2
        if not improved:
            break
        eta, factor, gap, best = eta + reach * step, trial, trial_gap, value
    return factor * scale, steps, scale


def distinct_rows(rows: Array) -> tuple[Ints, Array]:
    """((n,) pattern, (patterns, q) distinct rows); found by a random projection and verified exactly."""
    direction = np.random.default_rng(20240501).normal(size=rows.shape[1])
    codes, first = np.unique(rows @ direction, return_inverse=True, return_index=True)[2:0:-1]
    table = rows[first]
    if len(first) > len(rows) // 2 or not np.array_equal(table[codes], rows):
        return np.arange(len(rows)), rows
    return codes.astype(np.int64), table


def _gaps(mass: Array, points: Array, wanted: Array) -> Array:
    return np.asarray(np.abs(mass @ points - wanted) / (1 + np.abs(wanted)))


def _checked(weights: Array, rows: Array, names: list[str], totals: Mapping[str, float]) -> Array:
    if len(rows) != len(weights):
        raise DesignError("design.length", variable="auxiliary", rows=len(rows), wanted=len(weights))
    if np.isnan(weights).any():
        raise DesignError("design.weights-missing", variable="weights", count=int(np.isnan(weights).sum()))
    if (weights < 0).any():
        raise DesignError("design.weights-negative", variable="weights", count=int((weights < 0).sum()))
    if not (weights > 0).any():
        raise DesignError("design.weights-all-zero", variable="weights")
    for q, name in enumerate(names):
        if not np.isfinite(rows[:, q]).all():
            count = int((~np.isfinite(rows[:, q])).sum())
            raise DesignError("calibration.missing-values", variable=name, count=count)
        if name not in totals:
            raise CalibrationError("calibration.missing-total", variable=name)
        if not np.isfinite(totals[name]):
            raise CalibrationError(
                "calibration.bad-total", variable=name, category="", total=float(totals[name])
            )
    for name in totals:
        if name not in names:
            raise CalibrationError("calibration.extra-total", variable=name)
    return np.array([float(totals[name]) for name in names])


def _refuse(
    mass: Array,
    points: Array,
    wanted: Array,
    name: str,
    gap: float,
    rule: Distance,
    lower: float,
    upper: float,
    steps: int,
) -> None:
    """Say why the totals could not be met: contradiction, bounds, or no convergence."""
    kept = mass > 0
    reachable = np.linalg.lstsq(points[kept].T, wanted, rcond=None)[0]
    if float(np.max(_gaps(reachable, points[kept], wanted))) > 1e-8:
        raise CalibrationError("calibration.collinear", variable=name)
    if rule.bounded:
        raise CalibrationError(
            "calibration.bounds-not-met", variable=name, lower=lower, upper=upper, gap=gap, iterations=steps
        )
    raise ConvergenceError("calibration.not-converged", variable=name, gap=gap, iterations=steps)
