"""Quantiles with Woodruff intervals, score intervals, or replicated quantiles.

Sources: Woodruff (1952); Francisco & Fuller (1991) for the score interval; Shao & Wu (1989) on replicating quantiles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats

from analysis.design import SampleDesign
from analysis.errors import DesignError
from analysis.estimation.estimators import FEW_DF, chosen_df
from analysis.estimation.grouping import Block
from analysis.estimation.intervals import proportion_intervals
from analysis.estimation.linear import ratio_form, solve
from analysis.estimation.quantile_rules import Sorted, rule
from analysis.estimation.replication import replicate_covariance, replicates_of
from analysis.estimation.result import Estimate, Note
from analysis.estimation.variables import (
    Missing,
    Numeric,
    domains,
    numeric,
    restrict,
    variables,
    without_missing,
)

INTERVALS = ("mean", "beta", "xlogit", "asin", "score", "quantile")


def quantile(
    vars: Any,
    design: SampleDesign,
    probs: Any = (0.25, 0.5, 0.75),
    *,
    by: Any = None,
    domain: Any = None,
    missing: Missing = "error",
    level: float = 0.95,
    qrule: str = "math",
    interval: str = "mean",
    df: str | float = "domain",
) -> Estimate:
    """Quantiles of numeric variables; rows by variable, then domain, then probability.

    probs: in (0, 1). qrule: "math", "school", "shahvaish", "hf1" to "hf9". interval: "mean", "beta", "xlogit", "asin"
    (Woodruff, by the interval of the share below), "score" (Francisco-Fuller), or "quantile" (replicate designs: the
    quantile itself is replicated). se is half the interval over the t quantile. An interval that runs past the data
    gives NaN there with a remark. Units: the variable's.
    """
    if interval not in INTERVALS:
        raise DesignError(
            "design.unknown-option", option="interval", value=interval, choices=", ".join(INTERVALS)
        )
    wanted = np.atleast_1d(np.asarray(probs, dtype=np.float64))
    if not ((wanted > 0) & (wanted < 1)).all():
        raise DesignError("quantile.probs")
    if interval == "quantile" and design.replicates is None:
        raise DesignError("replicates.none")
    pick = rule(qrule)
    whole, design = design, restrict(design, domain)
    used = [numeric(design, v) for v in variables(design, vars)]
    design, dropped = without_missing(design, used, missing)
    groups = domains(design, by)
    notes = [Note("missing.dropped", {"rows": dropped})] if dropped else []
    rows: list[tuple[float, float, float, float, float, int]] = []
    labels: list[dict[str, object]] = []
    for variable in used:
        for d, label in enumerate(groups.labels):
            own = design.subset(groups.codes == d) if groups.count > 1 or by is not None else design
            free = float(own.degrees_of_freedom) if df == "domain" else chosen_df(whole, df)
            for p in wanted:
                rows.append(_one(variable, own, float(p), pick, interval, level, free))
                labels.append({"variable": variable.name, "prob": float(p), **label})
    table = np.array(rows)
    open_ended = tuple(int(i) for i in np.flatnonzero(np.isnan(table[:, 1:3]).any(axis=1)))
    if open_ended:
        notes.append(Note("quantile.open-interval", {}, open_ended))
    few = tuple(int(i) for i in np.flatnonzero(table[:, 4] < FEW_DF))
    if few:
        notes.append(Note("estimate.few-df", {"limit": FEW_DF}, few))
    none = np.full(len(table), np.nan)
    return Estimate(
        "quantile",
        tuple(labels),
        table[:, 0],
        table[:, 3],
        table[:, 1],
        table[:, 2],
        level,
        (f"{qrule}/{interval}",) * len(table),
        table[:, 4],
        str(df),
        table[:, 5],
        none,
        none,
        None,
        None,
        tuple(notes),
    )


def _t(df: float, p: float) -> float:
    return float(stats.norm.ppf(p) if np.isinf(df) else stats.t.ppf(p, df))


def _one(
    variable: Numeric,
    design: SampleDesign,
    p: float,
    pick: Callable[[Sorted, float], float],
    interval: str,
    level: float,
    df: float,
) -> tuple[float, float, float, float, float, int]:
    active = design.active
    x, w = variable.values[active], design.weights[active]
    data = Sorted.of(x, w)
    value = pick(data, p)
    t = _t(df, 0.5 + level / 2) if df >= 1 else np.nan
    if interval == "quantile":
        low, high = _replicated(variable, design, p, pick, value, t)
    elif interval == "score":
        low, high = _score(variable, design, p, pick, data, t)
    else:
        share, se, n = _share_below(variable, design, value)
        a, b, _ = proportion_intervals(
            np.array([share]), np.array([se]), np.array([float(n)]), np.array([df]), level, interval
        )
        low = pick(data, float(a[0])) if a[0] >= 0 else np.nan
        high = pick(data, float(b[0])) if b[0] <= 1 else np.nan
    return value, low, high, (high - low) / (2 * t), df, int(active.sum())


def _share_below(variable: Numeric, design: SampleDesign, value: float) -> tuple[float, float, int]:
    active = design.active
    place = np.where(active, 0, -1)
    below = np.where(active & (variable.values <= value), 0, -1)
    blocks = [Block(place, 1, design.weights), Block(below, 1, design.weights)]
    solved = solve(design, blocks, ratio_form(np.array([1]), np.array([0])))
    return float(solved.estimate[0]), float(np.sqrt(max(solved.vcov[0, 0], 0.0))), int(active.sum())


def _replicated(
    variable: Numeric,
    design: SampleDesign,
    p: float,
    pick: Callable[[Sorted, float], float],
    value: float,
    t: float,
) -> tuple[float, float]:
    replicates, active = replicates_of(design), design.active
    thetas = np.array([[pick(Sorted.of(variable.values[active], w[active]), p)] for w in replicates])
    se = float(np.sqrt(replicate_covariance(replicates, thetas, np.array([value]))[0, 0]))
    return value - t * se, value + t * se


def _score(
    variable: Numeric,
    design: SampleDesign,
    p: float,
    pick: Callable[[Sorted, float], float],
    data: Sorted,
    t: float,
) -> tuple[float, float]:
    """Where the standardised score of "share above theta is 1 - p" crosses ± t, found by bisection over the data."""
    points = np.unique(data.x)

    def standardised(theta: float) -> float:
        share, se, _ = _share_below(variable, design, theta)
        gap = (1 - share) - (1 - p)
        return np.sign(gap) * np.inf if se == 0 else gap / se

    def crossing(limit: float) -> float:
        low, high = 0, len(points) - 1  # the score falls as theta grows
        while low < high:
            middle = (low + high) // 2
            if standardised(float(points[middle])) <= limit:
                high = middle
            else:
                low = middle + 1
        return float(points[low])

    return crossing(t), crossing(-t)
