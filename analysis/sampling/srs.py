"""Equal probabilities: simple random and systematic draws from a list of N units."""

from __future__ import annotations

import numpy as np

from analysis.errors import DesignError
from analysis.sampling.inclusion import checked_count
from analysis.sampling.result import Draw, Ints
from analysis.sampling.seeds import seed_digest, uniforms


def draw_srs(population: int, n: int, rng: np.random.Generator, *, reserve: int = 0) -> Draw:
    """n of `population` units, every set of n equally likely, plus `reserve` more, in random order.

    Raises DesignError when population holds fewer than n + reserve units.
    """
    population, n = _checked(population, n, reserve)
    digest = seed_digest(rng)
    order = np.argsort(uniforms(rng, population), kind="stable")
    return _equal(population, np.sort(order[:n]), order[n : n + reserve], "srs", "random", digest)


def draw_systematic(population: int, n: int, rng: np.random.Generator, *, reserve: int = 0) -> Draw:
    """Every (N/n)-th unit of the list from a random start (fractional interval: exactly n, all equally
    likely).

    With a reserve, n + reserve units are drawn systematically and the main sample is every so-manyth of
    these, so that it too is spread along the list; the reserve is put in random order.
    """
    population, n = _checked(population, n, reserve)
    digest = seed_digest(rng)
    wide = _every(population, n + reserve, float(uniforms(rng, 1)[0]))
    main, spare = split(wide, n, rng, spread=True)
    return _equal(population, main, spare, "systematic", "list", digest)


def split(wide: Ints, n: int, rng: np.random.Generator, *, spread: bool) -> tuple[Ints, Ints]:
    """Part n units from `wide`, each with probability n/len(wide); the rest becomes the reserve.

    spread: choose the n systematically along `wide` (else at random). Returns (main, in list order; reserve,
    in random order). Takes nothing from the stream when there is no reserve.
    """
    if wide.size == n:
        return np.sort(wide), np.empty(0, dtype=np.int64)
    shuffled = np.argsort(uniforms(rng, wide.size), kind="stable")
    if not spread:
        return np.sort(wide[shuffled[:n]]), wide[shuffled[n:]]
    taken = np.zeros(wide.size, dtype=bool)
    if n:
        taken[_every(wide.size, n, float(uniforms(rng, 1)[0]))] = True
    return np.sort(wide[taken]), wide[shuffled[~taken[shuffled]]]


def _every(population: int, n: int, start: float) -> Ints:
    if n == population:
        return np.arange(n, dtype=np.int64)
    points = (start + np.arange(n)) * (population / n)
    return np.minimum(points.astype(np.int64), population - 1)


def _checked(population: int, n: int, reserve: int) -> tuple[int, int]:
    if isinstance(population, bool) or not isinstance(population, int | np.integer) or population < 1:
        raise DesignError("sampling.population", value=str(population))
    if isinstance(reserve, bool) or not isinstance(reserve, int | np.integer) or reserve < 0:
        raise DesignError("sampling.reserve", value=str(reserve))
    n = checked_count(n, int(population))
    if n + reserve > population:
        raise DesignError("sampling.too-few-units", asked=int(n + reserve), available=int(population))
    return int(population), n


def _equal(population: int, main: Ints, spare: Ints, method: str, order: str, digest: str) -> Draw:
    n = main.size
    everybody = np.full(population, n / population)
    wide = np.full(population, (n + spare.size) / population)
    sure = np.full(population, n == population)
    return Draw(
        selected=main.astype(np.int64),
        probabilities=everybody[main],
        certainty=sure[main],
        frame_probabilities=everybody,
        frame_certainty=sure,
        reserve=spare.astype(np.int64),
        wide_probabilities=wide,
        method=method,
        order=order,
        seed_digest=digest,
        sequence=np.arange(population, dtype=np.int64),
        joint_available=method == "srs" or not spare.size,
    )
