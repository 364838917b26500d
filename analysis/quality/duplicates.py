"""Interviews that are nearly the same as another one: the share of equal answers, and the closest other interview.

A copy with a few answers changed agrees with its source on nearly everything. So do honest interviews of people
who think alike, where questions are few or have one common answer; what is too alike is therefore not one number
for all surveys but the rule that `honest.likeness_rule` works out for the questionnaire at hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import as_codes
from analysis.errors import DesignError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Where a pair comes from: of one collaborator; of one area but two collaborators; anywhere else.
CIRCLES = ("collaborator", "area", "elsewhere")
_BLOCK = 2048
_ROOM = 1e-4  # of 32-bit sums of at most a few hundred small terms


@dataclass(frozen=True)
class LikenessRule:
    """From which share of equal answers on a pair of interviews is a sign, by circle (order of `CIRCLES`).

    limits: three shares; one above 1 means that honest pairs may agree wholly, so that nothing can be told.
    questions: positions of the questions that tell people apart. least: answers both must have given to them.
    alarms: honest interviews per interview that are expected to be flagged in each circle, at most.
    usual, rare: the shares that half and 1 in 100 of the pairs of a circle reach: (observed, expected of honest
    interviews), None where a circle has no pairs.
    """

    limits: tuple[float, float, float]
    questions: tuple[int, ...]
    least: int
    alarms: float
    usual: tuple[tuple[float | None, float | None], ...]
    rare: tuple[tuple[float | None, float | None], ...]

    @property
    def lowest(self) -> float:
        return min(self.limits)

    @property
    def tells(self) -> bool:
        """Whether any pair could be a sign at all."""
        return len(self.questions) >= self.least and self.lowest <= 1


@dataclass(frozen=True, eq=False)
class NearDuplicates:
    """Pairs at or above their circle's limit. first, second: (pairs,) positions, first < second; share; circle: place
    in `CIRCLES`. closest, partner: (n,) the greatest such share of each interview and with whom; NaN, -1 where none.
    judged: (n,) interviews with enough answers. compared: pairs looked at.
    """

    first: Ints
    second: Ints
    share: Floats
    circle: Ints
    closest: Floats
    partner: Ints
    judged: Bools
    compared: int

    @property
    def flagged(self) -> Bools:
        """(n,) in such a pair."""
        return self.partner >= 0


def near_duplicates(
    answers: ArrayLike,
    collaborator: ArrayLike,
    area: ArrayLike,
    rule: LikenessRule,
    *,
    fresh: ArrayLike | None = None,
) -> NearDuplicates:
    """All pairs of interviews that agree too well, whoever made them and wherever.

    answers: (n, q) codes; negative or NaN = not asked, not answered, don't know or refused. collaborator, area:
    (n,) labels, None = unknown (equal to nobody's). fresh: (n,) True for interviews not compared before; pairs of
    two others are left out. Time grows with fresh × n; memory with n.
    Source: Kuriakose & Robbins (2016), Statistical Journal of the IAOS 32, 283-291 (percent match); its limits:
    Simmons, Mercer, Schwarzer & Kennedy (2016), ibid. 327-338.
    """
    codes = as_answers(answers)
    n = codes.shape[0]
    who, where = _labels(collaborator, n), _labels(area, n)
    chosen = np.ones(n, dtype=bool) if fresh is None else np.asarray(fresh, dtype=bool)
    if chosen.shape != (n,):
        raise DesignError("quality.lengths", answers=n, labels=int(chosen.size))
    codes = codes[:, list(rule.questions)]
    judged = (codes >= 0).sum(axis=1) >= rule.least
    rows = np.flatnonzero(judged) if rule.tells else np.empty(0, dtype=np.int64)
    limits = np.array(rule.limits)
    kept: list[tuple[Ints, Ints, Floats, Ints]] = []
    compared = 0
    for i, j, share, seen in _candidates(codes[rows], rule, chosen[rows]):
        first, second = rows[i], rows[j]
        circle = circles(who, where, first, second)
        near = share >= limits[circle] - 1e-9
        kept.append((first[near], second[near], share[near], circle[near]))
        compared += seen
    a, b, shares, kinds = (np.concatenate(parts) for parts in zip(*kept, strict=True)) if kept else _nothing()
    order = np.lexsort((b, a, -shares))
    a, b, shares, kinds = a[order], b[order], shares[order], kinds[order]
    closest, partner = np.full(n, np.nan), np.full(n, -1, dtype=np.int64)
    for mine, other in ((a, b), (b, a)):
        # The closest pair of each comes first.
        one, at = np.unique(mine, return_index=True)
        better = ~(closest[one] >= shares[at])
        closest[one[better]], partner[one[better]] = shares[at[better]], other[at[better]]
    return NearDuplicates(a, b, shares, kinds, closest, partner, judged, compared)


def as_answers(answers: ArrayLike) -> NDArray[np.int32]:
    """(n, q) codes, -1 where there is none. Raises DesignError for another shape."""
    table = np.asarray(answers)
    if table.ndim != 2:
        raise DesignError("quality.grid-shape")
    if table.dtype.kind == "f":
        table = np.where(np.isfinite(table), table, -1)
    return np.asarray(np.maximum(table, -1), dtype=np.int32)


def circles(who: Ints, where: Ints, first: Ints, second: Ints) -> Ints:
    """Place in `CIRCLES` of each pair."""
    own = (who[first] == who[second]) & (who[first] >= 0)
    near = (where[first] == where[second]) & (where[first] >= 0)
    return np.where(own, 0, np.where(near, 1, 2))


def _labels(values: ArrayLike, n: int) -> Ints:
    found = as_codes(values, "label").codes.astype(np.int64)
    if found.shape != (n,):
        raise DesignError("quality.lengths", answers=n, labels=int(found.size))
    return found


def _nothing() -> tuple[Ints, Ints, Floats, Ints]:
    none = np.empty(0, dtype=np.int64)
    return none, none, np.empty(0), none


def _candidates(
    codes: NDArray[np.int32], rule: LikenessRule, fresh: Bools
) -> Iterator[tuple[Ints, Ints, Floats, int]]:
    """Pairs (i < j) at or above the lowest limit, with one of each fresh: (i, j, share, pairs looked at), by block.

    equal - limit × common ≥ 0 is one product of two matrices: nothing else is done for the many pairs that differ.
    """
    n = codes.shape[0]
    hot = one_hot(codes)
    answered = (codes >= 0).astype(np.float32)
    left = np.hstack([hot, answered])
    right = np.hstack([hot, -np.float32(rule.lowest) * answered])
    new = np.flatnonzero(fresh)
    place = np.full(n, -1)  # of a fresh row among the fresh: each pair of two fresh ones is met once
    place[new] = np.arange(new.size)
    for start in range(0, new.size, _BLOCK):
        mine = new[start : start + _BLOCK]
        # Fresh rows before this block have met all others already.
        others = np.flatnonzero((place < 0) | (place >= start))
        for begin in range(0, others.size, _BLOCK):
            theirs = others[begin : begin + _BLOCK]
            score = left[mine] @ right[theirs].T
            seen = score.size - _twice(place[mine], place[theirs])
            if score.max(initial=-1.0) < -_ROOM:
                yield *_nothing()[:3], seen
                continue
            i, j = np.nonzero(score >= -_ROOM)
            once = (place[theirs[j]] < 0) | (place[theirs[j]] > place[mine[i]])
            i, j = mine[i[once]], theirs[j[once]]
            both = (codes[i] >= 0) & (codes[j] >= 0)
            common = both.sum(axis=1)
            share = ((codes[i] == codes[j]) & both).sum(axis=1) / np.maximum(common, 1)
            enough = common >= rule.least
            yield np.minimum(i, j)[enough], np.maximum(i, j)[enough], share[enough], seen


def _twice(mine: Ints, theirs: Ints) -> int:
    """Places of a block that are no pair of their own: a row with itself, and pairs met the other way round."""
    own = np.sort(theirs[theirs >= 0])
    return int(np.searchsorted(own, mine, side="right").sum())


def one_hot(codes: NDArray[np.int32]) -> NDArray[np.float32]:
    """(n, Σ levels) indicators, so that a product of two rows counts their equal answers; float32 is exact here.

    An answer that only one interview gave has no column: it is equal to nobody's.
    """
    blocks = []
    for j in range(codes.shape[1]):
        seen, place, count = np.unique(codes[:, j], return_inverse=True, return_counts=True)
        shared = (seen >= 0) & (count > 1)
        column = np.where(shared, np.cumsum(shared) - 1, -1)[place]
        block = np.zeros((codes.shape[0], int(shared.sum())), dtype=np.float32)
        rows = np.flatnonzero(column >= 0)
        block[rows, column[rows]] = 1.0
        blocks.append(block)
    return np.concatenate(blocks, axis=1) if blocks else np.zeros((codes.shape[0], 0), dtype=np.float32)
