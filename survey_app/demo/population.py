"""A seeded population of adults in households in villages, with an answer for everything.

The truth of a survey of it is known exactly: shares over all adults, each answering in the mode in which they
would be interviewed, so that an estimate and the truth speak of the same thing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from survey_app.demo.frame import Village
from survey_app.demo.opinions import LIST_ITEMS, LIST_SENSITIVE, SCALES, SEVERAL, Scale, Several

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Texts = NDArray[np.object_]
ADULTS = (0.14, 0.49, 0.21, 0.11, 0.04, 0.01)  # households with 1, 2, … 6 adults
EDUCATION = (0.07, 0.14, 0.32, 0.23, 0.12, 0.12)
EMPTY_SHARE = 0.02  # of listed households: nobody lives there


@dataclass(frozen=True, eq=False)
class Population:
    """N adults, sorted by household and within it from the oldest to the youngest.

    village: (N,) index into `villages`. first: (H,) index of each household's first adult; adults: (H,) how
    many (0: nobody lives there); village_start: (V + 1,) first household of each village.
    self_mode: (N,) True for those who would answer alone on the web. answers: question → (N,) stored values,
    both wordings of an experiment for everybody.
    """

    villages: Sequence[Village]
    year: int
    village: Ints
    first: Ints
    adults: Ints
    household: Ints
    village_start: Ints
    sex: Ints
    born: Ints
    education: Ints
    minority: NDArray[np.bool_]
    urban: NDArray[np.bool_]
    self_mode: NDArray[np.bool_]
    answers: dict[str, Texts]

    @property
    def size(self) -> int:
        return int(self.village.size)

    @cached_property
    def age(self) -> Ints:
        return self.year - self.born

    def truth(self, question: str, asked: NDArray[np.bool_] | None = None) -> dict[str, float]:
        """Share of each value among all adults (or among those `asked`)."""
        values = self.answers[question] if asked is None else self.answers[question][asked]
        found, counts = np.unique(values.astype(str), return_counts=True)
        return dict(zip(found.tolist(), (counts / counts.sum()).tolist(), strict=True))


def make(
    villages: Sequence[Village], *, seed: int, year: int, moves: Mapping[str, float] | None = None
) -> Population:
    """Make everybody. moves: how this wave's moods differ (see `opinions.MOVES`)."""
    moves = moves or {}
    rng = np.random.default_rng([seed, 2026])
    sizes = np.array([v.households for v in villages])
    village_start = np.concatenate([[0], np.cumsum(sizes)])
    households = int(village_start[-1])
    adults = 1 + _pick(rng, np.array(ADULTS), households)
    adults[rng.random(households) < EMPTY_SHARE] = 0
    household = np.repeat(np.arange(households), adults)
    village = np.repeat(np.repeat(np.arange(len(villages)), sizes), adults)
    n = village.size
    urban = np.array([v.area_type == "phường" for v in villages])[village]
    age = 18 + np.minimum(74, np.floor(72 * rng.beta(1.25, 2.0, n))).astype(np.int64)
    order = np.lexsort((-age, household))
    age = age[order]
    sex = 1 + (rng.random(n) < 0.505).astype(np.int64)
    education = _education(rng, age, urban)
    remote = np.array([v.area_type == "xã" for v in villages])[village]
    minority = rng.random(n) < np.where(remote, 0.24, 0.05)
    comfort_online = 0.9 - 0.045 * (age - 30) + 0.35 * (education - 3) + 0.4 * urban
    self_mode = rng.random(n) < 1 / (1 + np.exp(-(comfort_online - 1.6)))
    made = Population(
        villages=villages,
        year=year,
        village=village,
        first=np.concatenate([[0], np.cumsum(adults)[:-1]]),
        adults=adults,
        household=household,
        village_start=village_start,
        sex=sex,
        born=year - age,
        education=education,
        minority=minority,
        urban=urban,
        self_mode=self_mode,
        answers={},
    )
    for name, scale in SCALES.items():
        made.answers[name] = _scale(rng, made, scale, moves.get(name, 0.0))
    for name, several in SEVERAL.items():
        made.answers[name] = _several(
            rng, made, several, {v: moves.get(f"{name}.{v}", 0.0) for v in several.shares}
        )
    _experiments(rng, made)
    _background(rng, made)
    return made


def _pick(rng: np.random.Generator, shares: Floats, n: int) -> Ints:
    return np.searchsorted(np.cumsum(shares / shares.sum()), rng.random(n), side="right")


def _logit(p: Floats) -> Floats:
    return np.log(p) - np.log1p(-p)


def _education(rng: np.random.Generator, age: Ints, urban: NDArray[np.bool_]) -> Ints:
    cuts = _logit(np.cumsum(EDUCATION)[:-1])
    move = 0.7 * urban - 0.03 * (age - 45)
    return 1 + np.searchsorted(cuts, rng.logistic(size=age.size) + move)


def _moves(rng: np.random.Generator, p: Population, scale: Scale) -> Floats:
    of_village = rng.normal(0, scale.village, len(p.villages))
    return (
        of_village[p.village]
        + scale.age * (p.age - 45) / 10
        + scale.educ * (p.education - 3)
        + scale.urban * p.urban
        + scale.female * (p.sex == 2)
        + scale.self_mode * p.self_mode
    )


def _scale(rng: np.random.Generator, p: Population, scale: Scale, move: float) -> Texts:
    shares = np.array(scale.shares) / sum(scale.shares)
    cuts = _logit(np.cumsum(shares)[:-1])
    latent = rng.logistic(size=p.size) + _moves(rng, p, scale) + move
    values = np.array(scale.values or [str(k + 1) for k in range(shares.size)], dtype=object)
    chosen = values[np.searchsorted(cuts, latent)]
    return _unsaid(rng, chosen, scale.dk, scale.ref)


def _texts(numbers: Ints) -> Texts:
    """Whole numbers as text: a few different ones, so each is written once."""
    least = int(numbers.min(initial=0))
    written = [str(v) for v in range(least, int(numbers.max(initial=0)) + 1)]
    return np.array(written, dtype=object)[numbers - least]


def _unsaid(rng: np.random.Generator, chosen: Texts, dk: float, ref: float) -> Texts:
    u = rng.random(chosen.size)
    chosen[u < dk] = "98"
    chosen[(u >= dk) & (u < dk + ref)] = "99"
    return chosen


def _several(rng: np.random.Generator, p: Population, several: Several, moves: Mapping[str, float]) -> Texts:
    """Up to `limit` values, the most pressing kept, written in the order of the list."""
    n = p.size
    values = list(several.shares)
    pressing = np.empty((n, len(values)))
    for k, value in enumerate(values):
        of_village = rng.normal(0, several.village, len(p.villages))[p.village]
        base = _logit(np.array([several.shares[value]]))[0] + moves[value]
        pressing[:, k] = base + of_village + several.urban.get(value, 0.0) * p.urban + rng.logistic(size=n)
    worst = (
        np.sort(pressing, axis=1)[:, -several.limit] if several.limit < len(values) else np.full(n, -np.inf)
    )
    chosen = (pressing > 0) & (pressing >= worst[:, None])
    code = chosen @ (1 << np.arange(len(values)))
    sets, where = np.unique(code, return_inverse=True)
    texts = np.array(
        [" ".join(v for k, v in enumerate(values) if int(s) >> k & 1) or several.none for s in sets],
        dtype=object,
    )
    return _unsaid(rng, texts[where], several.dk, 0.003)


def _experiments(rng: np.random.Generator, p: Population) -> None:
    """The list experiment's counts: harmless things done, plus one for those who did the sensitive one."""
    count = np.zeros(p.size, dtype=np.int64)
    for share in LIST_ITEMS:
        count += rng.random(p.size) < share
    chance = 1 / (1 + np.exp(-(_logit(np.array([LIST_SENSITIVE]))[0] + 0.3 * p.urban - 0.15)))
    did = rng.random(p.size) < chance
    p.answers["sensitive"] = np.where(did, "1", "0").astype(object)
    p.answers["f3c"] = _unsaid(rng, _texts(count), 0.01, 0.01)
    p.answers["f3t"] = _unsaid(rng, _texts(count + did), 0.01, 0.01)


def _background(rng: np.random.Generator, p: Population) -> None:
    n = p.size
    as_text = {"k1": p.sex, "k2": p.born, "k3": p.education, "k4": 1 + p.minority.astype(int)}
    p.answers.update({name: _texts(values) for name, values in as_text.items()})
    p.answers["k4"][rng.random(n) < 0.01] = "99"
    p.answers["k3"][rng.random(n) < 0.005] = "99"
    p.answers["k2"][rng.random(n) < 0.005] = "9999"
    p.answers["k7"] = _texts(p.adults[p.household])
    old = p.age >= 60
    young = p.age < 22
    working = np.where(p.urban, 0, 1)
    table = np.array(
        [
            [0.08, 0.38, 0.14, 0.20, 0.08, 0.02, 0.03, 0.05, 0.02],
            [0.42, 0.24, 0.07, 0.12, 0.07, 0.01, 0.02, 0.04, 0.01],
        ]
    )
    work = np.empty(n, dtype=object)
    for row in (0, 1):
        mine = working == row
        picked = _pick(rng, table[row], int(mine.sum()))
        work[mine] = np.array(["1", "2", "3", "4", "5", "6", "7", "8", "96"], dtype=object)[picked]
    work[old & (rng.random(n) < 0.7)] = "7"
    work[young & (rng.random(n) < 0.6)] = "6"
    p.answers["k5"] = work
    p.answers["k6"] = np.array(["1", "2", "3"], dtype=object)[_pick(rng, np.array([0.87, 0.11, 0.02]), n)]
    visits = np.minimum(1 + rng.poisson(0.7, n), 12)
    p.answers["b3"] = visits.astype(str).astype(object)
