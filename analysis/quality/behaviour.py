"""Signs of careless interviews: too fast, always the same answer. The same interview twice: `duplicates.py`.

Both are reasons to look, none is a proof: a flag says what was seen and how unusual that is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import as_floats
from analysis.errors import DesignError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Speeding:
    """index: (n,) speed against the typical one, 1 = typical, 2 = twice as fast; NaN where no time is known.

    flagged: (n,) index above the limit. typical: seconds per question (or per interview). unknown: rows without time.
    """

    index: Floats
    flagged: Bools
    typical: float
    limit: float
    unknown: int


def speeding(seconds: ArrayLike, answered: ArrayLike | None = None, *, limit: float = 2.0) -> Speeding:
    """Interviews done more than `limit` times as fast as the median one.

    seconds: (n,) duration of each, breaks taken out; NaN or not positive = unknown. answered: (n,) questions
    that this respondent was asked, so that a short path isn't taken for haste; 0 = unknown.
    Source: Roßmann (2010) speed index; Greszki, Meyer & Schoen (2015), Public Opinion Quarterly 79, 471-503,
    who flag from 30 to 50 % faster than the median.
    """
    if not limit > 1:
        raise DesignError("quality.speed-limit", value=float(limit))
    time = as_floats(seconds, "seconds")
    asked = np.ones(time.size) if answered is None else as_floats(answered, "answered")
    if asked.shape != time.shape:
        raise DesignError("quality.lengths", answers=int(time.size), labels=int(asked.size))
    ok = np.isfinite(time) & np.isfinite(asked) & (np.nan_to_num(time) > 0) & (np.nan_to_num(asked) > 0)
    if not ok.any():
        raise DesignError("quality.no-times")
    pace = np.full(time.size, np.nan)
    pace[ok] = time[ok] / asked[ok]
    typical = float(np.median(pace[ok]))
    index = np.full(time.size, np.nan)
    index[ok] = typical / pace[ok]
    flagged = np.zeros(time.size, dtype=bool)
    flagged[ok] = index[ok] > limit
    return Speeding(index, flagged, typical, limit, int((~ok).sum()))


@dataclass(frozen=True, eq=False)
class StraightLining:
    """same: (n,) share of the answered items that have the commonest answer. run: (n,) longest run of equal answers.

    spread: (n,) mean root of pair differences, 0 (all equal) to 1 (as far apart as can be). flagged: (n,) every
    answered item the same. expected: share of interviews that would be flagged if each item were answered
    independently with its own distribution. All are NaN (run 0) below `least` answered items.
    """

    same: Floats
    run: NDArray[np.int64]
    spread: Floats
    flagged: Bools
    expected: float
    least: int


def straight_lining(items: ArrayLike, *, least: int = 4) -> StraightLining:
    """Nondifferentiation in a grid of items on one scale.

    items: (n, k) codes 0, 1, ... in the order shown; negative or NaN = no answer. Answers should be recoded
    to the wording before, so that reversed scales count as shown. least: answered items needed to judge.
    Source: Mulligan et al. (2001), mean root of pairs; Kim et al. (2019), Social Science Computer Review 37.
    """
    grid = np.asarray(items, dtype=float)
    if grid.ndim != 2 or grid.shape[1] < 2:
        raise DesignError("quality.grid-shape")
    if least < 2:
        raise DesignError("quality.grid-least", value=int(least))
    known = np.isfinite(grid) & (np.nan_to_num(grid, nan=-1.0) >= 0)
    codes = np.where(known, np.nan_to_num(grid), 0).astype(np.int64)
    levels = int(codes.max(initial=0)) + 1
    n, k = grid.shape
    counts = np.zeros((n, levels))
    for j in range(k):
        np.add.at(counts, (np.flatnonzero(known[:, j]), codes[known[:, j], j]), 1.0)
    asked = known.sum(axis=1)
    enough = asked >= least
    most = counts.max(axis=1)
    same = np.full(n, np.nan)
    same[enough] = most[enough] / asked[enough]
    flagged = enough & (most == asked)
    return StraightLining(
        same, np.where(enough, _longest_run(codes, known), 0), _mean_root_of_pairs(counts, asked, levels, enough),
        flagged, _expected(codes, known, enough, levels), least,
    )  # fmt: skip


def _longest_run(codes: NDArray[np.int64], known: Bools) -> NDArray[np.int64]:
    """Longest run of equal neighbouring answers; unanswered items are passed over."""
    n, k = codes.shape
    best, current, last = np.zeros(n, np.int64), np.zeros(n, np.int64), np.full(n, -1)
    for j in range(k):
        here = known[:, j]
        current = np.where(here, np.where(codes[:, j] == last, current + 1, 1), current)
        last = np.where(here, codes[:, j], last)
        best = np.maximum(best, current)
    return best


def _mean_root_of_pairs(counts: Floats, asked: NDArray[np.int64], levels: int, enough: Bools) -> Floats:
    out = np.full(asked.size, np.nan)
    if levels < 2:
        out[enough] = 0.0
        return out
    distance = np.sqrt(np.abs(np.arange(levels)[:, None] - np.arange(levels)[None, :]) / (levels - 1))
    pairs = np.einsum("nl,lm,nm->n", counts, distance, counts) / 2
    number = asked * (asked - 1) / 2
    out[enough] = pairs[enough] / number[enough]
    return out


def _expected(codes: NDArray[np.int64], known: Bools, enough: Bools, levels: int) -> float:
    """Mean chance of an all-equal grid under independence, each interview with the items it answered."""
    if not enough.any():
        return 0.0
    chance = np.ones((codes.shape[0], levels))
    for j in range(codes.shape[1]):
        here = known[:, j]
        shares = np.bincount(codes[here, j], minlength=levels) / max(1, int(here.sum()))
        chance[here] *= shares
    return float(chance[enough].sum(axis=1).mean())
