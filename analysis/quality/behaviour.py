"""Signs of careless or invented interviews: too fast, always the same answer, the same interview twice.

All are reasons to look, none is a proof: a flag says what was seen and how unusual that is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import as_codes, as_floats
from analysis.errors import DesignError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_BLOCK = 512


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


@dataclass(frozen=True, eq=False)
class NearDuplicates:
    """closest: (n,) greatest share of equal answers with any other interview; NaN where too little is comparable.

    partner: (n,) position of that interview, -1 where none. pairs: ((first, second, share), ...) at or above the
    threshold, closest first. flagged: (n,) in such a pair.
    """

    closest: Floats
    partner: NDArray[np.int64]
    pairs: tuple[tuple[int, int, float], ...]
    flagged: Bools
    threshold: float


def near_duplicates(
    answers: ArrayLike, *, within: ArrayLike | None = None, threshold: float = 0.85, least: int = 20
) -> NearDuplicates:
    """Pairs of interviews that agree on at least `threshold` of the questions that both answered.

    answers: (n, q) codes; negative or NaN = not answered or not asked. within: (n,) labels (interviewer, area):
    only pairs inside one label are compared, which is where copies come from and what keeps a survey of
    50,000 interviews quick (the cost is n² within a label). least: questions in common needed to judge.
    Source: Kuriakose & Robbins (2016), Statistical Journal of the IAOS 32, 283-291. The threshold is a reason to
    look, not a proof: many questions with one common answer make honest pairs alike (Simmons et al. 2016,
    Pew Research Center).
    """
    table = np.asarray(answers, dtype=float)
    if table.ndim != 2:
        raise DesignError("quality.grid-shape")
    if not 0 < threshold <= 1:
        raise DesignError("quality.threshold", value=float(threshold))
    known = np.isfinite(table) & (np.nan_to_num(table, nan=-1.0) >= 0)
    codes = np.where(known, np.nan_to_num(table), -1).astype(np.int32)
    n = codes.shape[0]
    group = (
        np.zeros(n, dtype=np.int64) if within is None else as_codes(within, "within").codes.astype(np.int64)
    )
    if group.shape != (n,):
        raise DesignError("quality.lengths", answers=n, labels=int(group.size))
    closest, partner = np.full(n, np.nan), np.full(n, -1, dtype=np.int64)
    pairs: list[tuple[int, int, float]] = []
    for label in np.unique(group[group >= 0]):
        rows = np.flatnonzero(group == label)
        hot, answered = _one_hot(codes[rows]), known[rows].astype(np.float32)
        for start in range(0, rows.size, _BLOCK):
            stop = min(start + _BLOCK, rows.size)
            equal = hot[start:stop] @ hot.T
            common = answered[start:stop] @ answered.T
            judged = common >= least
            judged[np.arange(stop - start), np.arange(start, stop)] = False
            share = np.where(judged, equal / np.maximum(common, 1), -1.0)
            best = share.argmax(axis=1)
            value = share[np.arange(stop - start), best]
            mine = rows[start:stop]
            found = value >= 0
            closest[mine[found]], partner[mine[found]] = value[found], rows[best[found]]
            for i, j in zip(*np.nonzero(share >= threshold - 1e-6), strict=True):
                if start + i < j:
                    pairs.append((int(rows[start + i]), int(rows[j]), float(share[i, j])))
    pairs.sort(key=lambda p: (-p[2], p[0], p[1]))
    flagged = np.zeros(n, dtype=bool)
    flagged[[i for p in pairs for i in p[:2]]] = True
    return NearDuplicates(closest, partner, tuple(pairs), flagged, threshold)


def _one_hot(codes: NDArray[np.int32]) -> NDArray[np.float32]:
    """(n, Σ levels) indicators, so that a product of two rows counts their equal answers; float32 is exact here."""
    blocks = []
    for j in range(codes.shape[1]):
        seen, place = np.unique(codes[:, j], return_inverse=True)
        block = np.zeros((codes.shape[0], seen.size), dtype=np.float32)
        block[np.arange(codes.shape[0]), place] = 1.0
        blocks.append(block[:, seen >= 0])
    return np.concatenate(blocks, axis=1) if blocks else np.zeros((codes.shape[0], 0), dtype=np.float32)
