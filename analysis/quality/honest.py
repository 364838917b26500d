"""What honest interviews of this questionnaire look like beside each other: the rule for `near_duplicates`.

Honest interviews are made up from a latent class model of the answers at hand: people of a few kinds, in each area in
its own mix, each kind answering (or being led past) every question in its own way. That keeps what makes honest
pairs alike: common answers, kinds of people who answer alike through a whole block, small areas, few questions.
What the model does not see is taken from the data: where pairs of different collaborators and areas, which nobody
copied, agree more than the model's, every limit moves up by as much.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import as_codes
from analysis.errors import DesignError
from analysis.quality.duplicates import CIRCLES, LikenessRule, as_answers, circles, one_hot

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FLOOR = 0.85  # Kuriakose & Robbins (2016); never less, whatever the simulation says
TELLS_NOTHING = 0.95  # of the answers are one and the same: the question doesn't tell two people apart
LEAST = 20  # answers
_FITTED = 2500  # interviews that the model is fitted to, and made up at a time
_PAIRS = 5_000_000  # made-up pairs, at most
_CLASSES, _PER_CLASS, _STEPS = 8, 60, 40
_STEADY = 5.0  # interviews' worth of the whole survey's mix in the mix of each area
_BINS = 400


@dataclass(frozen=True, eq=False)
class _Kinds:
    """Latent classes. levels: columns of each question; theta: (classes, Σ levels); mix: (n, classes), by area."""

    levels: tuple[slice, ...]
    values: tuple[NDArray[np.int32], ...]
    theta: Floats
    mix: Floats


def likeness_rule(
    answers: ArrayLike,
    collaborator: ArrayLike,
    area: ArrayLike,
    *,
    rng: np.random.Generator,
    alarms: float = 0.0005,
    least: int = LEAST,
) -> LikenessRule:
    """Limits by which at most `alarms` of honest interviews are expected to be flagged in each circle.

    answers, collaborator, area: as in `near_duplicates`. rng: the same generator gives the same rule.
    Limits are the share that honest made-up pairs exceed so seldom; beyond the pairs made up, the tail is drawn on
    as an exponential, which overstates it (a sum of many answers falls off faster), so errs on the honest side.
    Source: limits by simulation instead of one number, after Simmons et al. (2016), Statistical Journal of the
    IAOS 32, 327-338; latent classes by EM: Linzer & Lewis (2011), Journal of Statistical Software 42(10).
    """
    if not 0 < alarms < 1:
        raise DesignError("quality.threshold", value=float(alarms))
    codes = as_answers(answers)
    questions = _telling(codes)
    codes = codes[:, questions]
    who, where = (as_codes(labels, "label").codes.astype(np.int64) for labels in (collaborator, area))
    if who.shape != (len(codes),) or where.shape != who.shape:
        raise DesignError("quality.lengths", answers=len(codes), labels=int(min(who.size, where.size)))
    judged = np.flatnonzero((codes >= 0).sum(axis=1) >= least)
    if judged.size < 2 or codes.shape[1] < least:
        blank = ((None, None),) * 3
        return LikenessRule((2.0, 2.0, 2.0), tuple(questions), least, alarms, blank, blank)
    who, where = who[judged], where[judged]
    chosen = _whole_groups(who, where, rng)
    mine = codes[judged][chosen]
    seen = _shares(mine, who[chosen], where[chosen], least)
    made = np.zeros_like(seen)
    kinds = _fit(mine, where[chosen], rng)
    pairs = max(1, chosen.size * (chosen.size - 1) // 2)
    for _ in range(int(np.clip(_PAIRS // pairs, 1, 40))):
        made += _shares(_made_up(kinds, rng), who[chosen], where[chosen], least)
    shift = _unseen(seen, made)
    numbers = _pair_numbers(who, where)
    limits = [
        max(FLOOR, _limit(made[k], alarms * judged.size / 2 / numbers[k]) + shift) if numbers[k] else 2.0
        for k in range(len(CIRCLES))
    ]
    told = [
        tuple((_told(seen[k], part), _told(made[k], part)) for k in range(len(CIRCLES)))
        for part in (0.5, 0.01)
    ]
    return LikenessRule((limits[0], limits[1], limits[2]), tuple(questions), least, alarms, told[0], told[1])


def _telling(codes: NDArray[np.int32]) -> list[int]:
    """Questions whose commonest answer is not nearly everybody's."""
    found = []
    for j in range(codes.shape[1]):
        _, counts = np.unique(codes[codes[:, j] >= 0, j], return_counts=True)
        if counts.size > 1 and counts.max() < TELLS_NOTHING * counts.sum():
            found.append(j)
    return found


def _whole_groups(who: Ints, where: Ints, rng: np.random.Generator) -> Ints:
    """Rows to fit and make up: whole collaborators at random, so that near pairs are there, of a large one a part."""
    if who.size <= _FITTED:
        return np.arange(who.size)
    labels = np.where(who >= 0, who, -1 - where)
    order = rng.permutation(np.unique(labels))
    chosen: list[Ints] = []
    count = 0
    for label in order:
        rows = np.flatnonzero(labels == label)
        chosen.append(rng.permutation(rows)[: _FITTED // 10])
        count += chosen[-1].size
        if count >= _FITTED:
            break
    return np.sort(np.concatenate(chosen)[:_FITTED])


def _pair_numbers(who: Ints, where: Ints) -> tuple[float, float, float]:
    """How many pairs each circle has."""

    def within(*labels: Ints) -> float:
        known = np.all([one >= 0 for one in labels], axis=0)
        _, sizes = np.unique(np.stack([one[known] for one in labels]), axis=1, return_counts=True)
        return float((sizes * (sizes - 1.0) / 2).sum())

    own = within(who)
    near = within(where) - within(who, where)
    return own, near, who.size * (who.size - 1) / 2 - own - near


def _shares(codes: NDArray[np.int32], who: Ints, where: Ints, least: int) -> Floats:
    """(3, bins + 1) numbers of pairs by circle and by share of equal answers; pairs with too little in common not."""
    n = codes.shape[0]
    hot, answered = one_hot(codes), (codes >= 0).astype(np.float32)
    out = np.zeros((len(CIRCLES), _BINS + 1))
    for start in range(0, n, 512):
        stop = min(start + 512, n)
        common = answered[start:stop] @ answered[start:].T
        share = (hot[start:stop] @ hot[start:].T) / np.maximum(common, 1)
        i, j = np.nonzero((common >= least) & (np.arange(start, n) > np.arange(start, stop)[:, None]))
        place = (share[i, j] * _BINS + 1e-3).astype(np.int64)
        kind = circles(who, where, start + i, start + j)
        out += np.bincount(kind * (_BINS + 1) + place, minlength=out.size).reshape(out.shape)
    return out


def _reached(counts: Floats, part: float) -> float:
    """The greatest share that at least this part of the pairs reaches; NaN without pairs."""
    whole = counts.sum()
    if not whole:
        return float("nan")
    above = np.cumsum(counts[::-1])[::-1] / whole
    return float(np.flatnonzero(above >= part)[-1] / _BINS)


def _unseen(seen: Floats, made: Floats) -> float:
    """By how much the pairs at hand that nobody copied agree more than the model's, far out in their tails."""
    apart = seen[2].sum() >= 100
    real, model = (one[2] if apart else one.sum(axis=0) for one in (seen, made))
    part = min(0.5, max(0.001, 20 / max(1.0, real.sum())))
    return max(0.0, float(np.nan_to_num(_reached(real, part) - _reached(model, part))))


def _told(counts: Floats, part: float) -> float | None:
    return _reached(counts, part) if counts.sum() else None


def _limit(counts: Floats, part: float) -> float:
    """The share that at most this part of honest pairs reaches; above 1 where even equal pairs are not so rare."""
    whole = counts.sum()
    if not whole:
        return 2.0
    above = np.cumsum(counts[::-1])[::-1] / whole
    if part * whole >= 20:
        enough = np.flatnonzero(above <= part)
        return float(enough[0] / _BINS) if enough.size else 2.0
    # Outwards from two points that are known, both in the very tail: further in, other kinds of pairs set the pace.
    near, far = min(1.0, 400 / whole), min(0.5, 20 / whole)
    low, high = _reached(counts, near), _reached(counts, far)
    if high <= low:
        return high + 1 / _BINS if high < 1 else 2.0
    pace = np.log(near / far) / (high - low)
    return float(high + np.log(far / part) / pace)


def _fit(codes: NDArray[np.int32], where: Ints, rng: np.random.Generator) -> _Kinds:
    """Latent classes by expectation and maximisation; not answered is an answer like others, so routes are kept."""
    n = codes.shape[0]
    values = tuple(np.unique(codes[:, j]).astype(np.int32) for j in range(codes.shape[1]))
    ends = np.cumsum([0, *(v.size for v in values)])
    levels = tuple(slice(int(a), int(b)) for a, b in itertools.pairwise(ends))
    hot = np.zeros((n, int(ends[-1])))
    for j, (place, known) in enumerate(zip(levels, values, strict=True)):
        hot[np.arange(n), place.start + np.searchsorted(known, codes[:, j])] = 1.0
    overall = hot.mean(axis=0)
    classes = int(np.clip(n // _PER_CLASS, 1, _CLASSES))
    belongs = rng.dirichlet(np.ones(classes), size=n)
    theta = np.empty((classes, hot.shape[1]))
    for _ in range(_STEPS):
        share = belongs.sum(axis=0)
        # One answer's worth of the whole survey in each class: no answer is ever impossible.
        theta = (belongs.T @ hot + overall) / (share + 1)[:, None]
        log = hot @ np.log(np.maximum(theta, 1e-12)).T + np.log(np.maximum(share / n, 1e-12))
        log -= log.max(axis=1, keepdims=True)
        belongs = np.exp(log)
        belongs /= belongs.sum(axis=1, keepdims=True)
    return _Kinds(levels, values, theta, _mixes(belongs, where))


def _mixes(belongs: Floats, where: Ints) -> Floats:
    """(n, classes) each interview's chances of the classes: those of its area, drawn towards the whole survey's."""
    whole = belongs.mean(axis=0)
    place = where - where.min()
    sizes = np.bincount(place)
    sums = np.stack([np.bincount(place, weights=column) for column in belongs.T], axis=1)
    return np.asarray(((sums + _STEADY * whole) / (sizes + _STEADY)[:, None])[place])


def _made_up(kinds: _Kinds, rng: np.random.Generator) -> NDArray[np.int32]:
    """Honest interviews in the places of the real ones."""
    n = kinds.mix.shape[0]
    kind = (rng.random((n, 1)) > np.cumsum(kinds.mix, axis=1)[:, :-1]).sum(axis=1)
    out = np.empty((n, len(kinds.values)), dtype=np.int32)
    for j, (place, known) in enumerate(zip(kinds.levels, kinds.values, strict=True)):
        steps = np.cumsum(kinds.theta[:, place], axis=1)[:, :-1]
        out[:, j] = known[(rng.random((n, 1)) > steps[kind]).sum(axis=1)]
    return out
