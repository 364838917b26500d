"""Raking (iterative proportional fitting) to several margins, and post-stratification to one.

The work is done on the distinct combinations of the margins' categories, so a million rows cost one grouped
pass. Sources: Deming & Stephan (1940); Deville, Särndal & Sautory (1993) for the variance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from analysis.arrays import Array, as_floats
from analysis.design_parts import Calibration
from analysis.errors import CalibrationError, ConvergenceError, DesignError
from analysis.estimation.result import Note
from analysis.weighting.margins import Margin, check_margins, joint_patterns, margin_report
from analysis.weighting.result import Weighting, extreme_notes, factors_of


def rake(
    weights: Any,
    margins: Sequence[Margin],
    *,
    max_iterations: int = 500,
    tolerance: float = 1e-12,
    residuals: Literal["plain", "weighted"] = "plain",
    sweeps: int | None = None,
) -> Weighting:
    """Weights adjusted until every margin meets its control totals.

    weights: (n,) base weights; margins: `Margin`s over the same rows, whose totals agree. Stops when no
    control misses by more than `tolerance` of itself. Raises CalibrationError (an empty category, totals that
    disagree) and ConvergenceError after max_iterations, naming the control that is furthest off.

    residuals: how the variance regresses on the margins. "plain" treats rows alike, as R `survey` does, which
    sweeps the margins ten times (`sweeps=10`); None solves the same regression exactly. "weighted" uses the
    base weights (Deville & Särndal 1992).
    """
    w = _weights(weights, margins)
    check_margins(w, margins)
    pattern, table = joint_patterns(margins)
    mass = np.bincount(pattern, w, minlength=len(table))
    factor, iterations, gap, worst = fit(
        mass[:, None], table, [m.totals for m in margins], max_iterations, tolerance
    )
    if gap > max(tolerance, 1e-9):
        margin = margins[worst[0]]
        raise ConvergenceError(
            "calibration.rake-not-converged",
            iterations=iterations,
            gap=gap,
            variable=margin.name,
            category=margin.category(worst[1]),
        )
    new = w * factor[:, 0][pattern]
    starts = np.cumsum([0, *(len(m.totals) for m in margins)])
    auxiliary = np.zeros((len(table), int(starts[-1])))
    for j in range(len(margins)):
        auxiliary[np.arange(len(table)), starts[j] + table[:, j]] = 1.0
    if residuals == "plain":
        gather = np.divide(1.0, new, out=np.zeros_like(new), where=new > 0)
    elif residuals == "weighted":
        gather = np.divide(w, new, out=np.zeros_like(new), where=new > 0)
    else:
        raise DesignError(
            "design.unknown-option", option="residuals", value=residuals, choices="plain, weighted"
        )
    blocks = tuple(np.arange(starts[j], starts[j + 1]) for j in range(len(margins)))
    calibration = Calibration("rake", pattern, auxiliary, gather, new, blocks, sweeps)
    report = margin_report(margins, w, new)
    factors = factors_of(new, w)

    def again(masses: Array) -> Array:
        factor, rounds, left, at = fit(masses, table, [m.totals for m in margins], max_iterations, tolerance)
        if left > max(tolerance, 1e-9):
            raise ConvergenceError(
                "calibration.rake-not-converged",
                iterations=rounds,
                gap=left,
                variable=margins[at[0]].name,
                category=margins[at[0]].category(at[1]),
            )
        return factor

    return Weighting(
        "rake",
        new,
        factors,
        report,
        calibration,
        iterations,
        True,
        gap,
        (*_few(report), *extreme_notes(factors)),
        again,
    )


def fit(
    mass: Array, table: np.ndarray, totals: Sequence[Array], max_iterations: int, tolerance: float
) -> tuple[Array, int, float, tuple[int, int]]:
    """Raking factors of patterns, several weightings at once.

    mass: (patterns, R) weights; table: (patterns, margins) categories; totals: control totals by margin.
    Returns factors (patterns, R), the number of sweeps, the largest relative gap left, and (margin, category)
    where it is.
    """
    factor = np.ones_like(mass)
    gap, worst, sweep = np.inf, (0, 0), 0
    while sweep < max_iterations:
        sweep += 1
        for j, wanted in enumerate(totals):
            now = _by_category(mass * factor, table[:, j], len(wanted))
            ratio = np.divide(wanted[:, None], now, out=np.zeros_like(now), where=now > 0)
            factor *= ratio[table[:, j]]
        gap, worst = 0.0, (0, 0)
        for j, wanted in enumerate(totals):
            now = _by_category(mass * factor, table[:, j], len(wanted))
            off = np.abs(now - wanted[:, None]) / np.where(wanted > 0, wanted, 1.0)[:, None]
            if off.max(initial=0.0) > gap:
                gap, worst = float(off.max()), (j, int(np.unravel_index(int(off.argmax()), off.shape)[0]))
        if gap <= tolerance:
            break
    return factor, sweep, gap, worst


def _by_category(mass: Array, category: np.ndarray, k: int) -> Array:
    out = np.empty((k, mass.shape[1]))
    for r in range(mass.shape[1]):
        out[:, r] = np.bincount(category, mass[:, r], minlength=k)
    return out


def post_stratify(weights: Any, margin: Margin, *, partial: bool = False) -> Weighting:
    """Weights scaled within each category so that it meets its control total.

    partial: categories of the population that nobody fell into are left out (and reported) instead of
    refused. Source: Holt & Smith (1979).
    """
    w = _weights(weights, [margin])
    k, codes = len(margin.totals), margin.codes.codes
    size = np.bincount(codes, w, minlength=k)
    empty = np.flatnonzero((size <= 0) & (margin.totals > 0))
    notes: list[Note] = []
    if empty.size:
        if not partial:
            check_margins(w, [margin])
        notes = [
            Note(
                "calibration.category-left-out",
                {"variable": margin.name, "category": margin.category(int(i))},
            )
            for i in empty
        ]
    zero = np.flatnonzero((size > 0) & (margin.totals == 0))
    if zero.size:
        raise CalibrationError(
            "calibration.zero-total", variable=margin.name, category=margin.category(int(zero[0]))
        )
    factor = np.divide(margin.totals, size, out=np.zeros(k), where=size > 0)
    new = w * factor[codes]
    gather = np.divide(w, new, out=np.zeros_like(new), where=new > 0)
    calibration = Calibration("poststratify", codes, np.eye(k), gather, new)
    report = margin_report([margin], w, new)
    factors = factors_of(new, w)

    def again(masses: Array) -> Array:
        reached = masses > 0
        if bool((~reached & (margin.totals > 0)[:, None] & (size > 0)[:, None]).any()):
            bare = int(np.argmax((~reached & (size > 0)[:, None]).any(axis=1)))
            raise CalibrationError(
                "calibration.empty-category",
                variable=margin.name,
                category=margin.category(bare),
                total=float(margin.totals[bare]),
            )
        return np.divide(margin.totals[:, None], masses, out=np.zeros_like(masses), where=reached)

    return Weighting(
        "post_stratify",
        new,
        factors,
        report,
        calibration,
        1,
        True,
        0.0,
        (*notes, *_few(report), *extreme_notes(factors)),
        again,
    )


def _weights(weights: Any, margins: Sequence[Margin]) -> Array:
    w = as_floats(weights, "weights")
    if not margins:
        raise DesignError("calibration.no-margins")
    for margin in margins:
        if len(margin.codes.codes) != len(w):
            raise DesignError(
                "design.length", variable=margin.name, rows=len(margin.codes.codes), wanted=len(w)
            )
    if np.isnan(w).any():
        raise DesignError("design.weights-missing", variable="weights", count=int(np.isnan(w).sum()))
    if (w < 0).any():
        raise DesignError("design.weights-negative", variable="weights", count=int((w < 0).sum()))
    if not (w > 0).any():
        raise DesignError("design.weights-all-zero", variable="weights")
    return w


def _few(report: Any) -> tuple[Note, ...]:
    small = report[report["few"] & (report["target"] > 0)]
    return tuple(
        Note("calibration.few-in-category", {"variable": r.variable, "category": r.category, "n": int(r.n)})
        for r in small.itertuples()
    )
