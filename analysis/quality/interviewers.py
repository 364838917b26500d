"""How much answers depend on who asked: intraclass correlation of interviewers and the design effect it makes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import f as fisher

from analysis.arrays import as_codes, as_floats
from analysis.errors import DesignError


@dataclass(frozen=True)
class InterviewerEffect:
    """rho: intraclass correlation, with its interval at `level`; it may be negative, which means none was found.

    deff: 1 + (load - 1)·rho, never below 1, and its interval; load: interviews of the interviewer of an average
    interview, Σm²/Σm. interviewers, n: how many were used; dropped: interviews left out because the answer or the
    interviewer was missing. mean_square_between, mean_square_within and their degrees of freedom: the analysis of
    variance. average_size: its n0.
    """

    rho: float
    rho_low: float
    rho_high: float
    deff: float
    deff_low: float
    deff_high: float
    load: float
    average_size: float
    interviewers: int
    n: int
    dropped: int
    mean_square_between: float
    mean_square_within: float
    df_between: int
    df_within: int
    level: float


def interviewer_effect(
    y: ArrayLike, interviewer: ArrayLike, *, area: ArrayLike | None = None, level: float = 0.95
) -> InterviewerEffect:
    """One-way analysis of variance of y between interviewers.

    y: (n,) numbers (0/1 for a share); NaN is left out and counted. interviewer: (n,) labels. area: (n,) labels; with
    it, interviewers are compared within their area only, so that differences between areas don't pass for
    interviewers' (only interpenetrated assignments part the two fully). The interval is exact for equal loads and
    normal answers, approximate otherwise (n0 in place of the common load).
    Raises DesignError with fewer than two interviewers, nobody with two interviews, or answers that don't vary.
    Source: Kish (1962), JASA 57, 92-115; Searle, Casella & McCulloch (1992), Variance Components, section 3.6.
    """
    if not 0 < level < 1:
        raise DesignError("quality.level", value=float(level))
    values = as_floats(y, "y")
    who = as_codes(interviewer, "interviewer").codes.astype(np.int64)
    where = (
        np.zeros(values.size, dtype=np.int64)
        if area is None
        else as_codes(area, "area").codes.astype(np.int64)
    )
    if who.shape != values.shape or where.shape != values.shape:
        raise DesignError("quality.lengths", answers=int(values.size), labels=int(who.size))
    ok = np.isfinite(values) & (who >= 0) & (where >= 0)
    values, who, where = values[ok], who[ok], where[ok]
    # The same interviewer in two areas counts as two: only their work within an area is compared.
    groups, first, group = np.unique(
        where * (int(who.max(initial=0)) + 1) + who, return_index=True, return_inverse=True
    )
    sizes = np.bincount(group, minlength=groups.size).astype(float)
    _, area_of = np.unique(where[first], return_inverse=True)
    areas = int(area_of.max(initial=-1)) + 1
    df_between, df_within = int(groups.size - areas), int(values.size - groups.size)
    if df_between < 1:
        raise DesignError("quality.one-interviewer", interviewers=int(groups.size))
    if df_within < 1:
        raise DesignError("quality.single-interviews")
    means = np.bincount(group, weights=values) / sizes
    per_area = np.bincount(area_of, weights=sizes)
    area_means = np.bincount(area_of, weights=sizes * means) / per_area
    between = float(np.sum(sizes * (means - area_means[area_of]) ** 2)) / df_between
    within = float(np.sum((values - means[group]) ** 2)) / df_within
    if between <= 0 and within <= 0:
        raise DesignError("quality.no-variation")
    size = (values.size - float(np.sum(np.bincount(area_of, weights=sizes**2) / per_area))) / df_between
    load = float(np.sum(sizes**2) / values.size)
    low, high = _interval(between, within, df_between, df_within, size, level)
    rho = (between - within) / (between + (size - 1) * within)
    return InterviewerEffect(
        rho=rho, rho_low=low, rho_high=high,
        deff=max(1.0, 1 + (load - 1) * rho), deff_low=max(1.0, 1 + (load - 1) * low),
        deff_high=max(1.0, 1 + (load - 1) * high),
        load=load, average_size=size, interviewers=int(groups.size), n=int(values.size), dropped=int((~ok).sum()),
        mean_square_between=between, mean_square_within=within, df_between=df_between, df_within=df_within,
        level=level,
    )  # fmt: skip


def _interval(
    between: float, within: float, df_between: int, df_within: int, size: float, level: float
) -> tuple[float, float]:
    if within <= 0:
        return 1.0, 1.0
    ratio = between / within
    tail = (1 - level) / 2
    low = ratio / float(fisher.ppf(1 - tail, df_between, df_within))
    high = ratio / float(fisher.ppf(tail, df_between, df_within))
    return (low - 1) / (low + size - 1), (high - 1) / (high + size - 1)
