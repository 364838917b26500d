"""How many interviews: from the precision wanted to completed interviews, and to the addresses to issue."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from scipy.stats import norm

from analysis.errors import DesignError


@dataclass(frozen=True)
class SampleSize:
    """completed: interviews needed. issue: units to approach, completed / response, rounded up.

    srs: the unrounded simple-random-sampling size before design effect and finite population. deff,
    population (None = large) and response are the arguments; moe is the half-width that `completed` reaches.
    """

    completed: int
    issue: int
    srs: float
    deff: float
    population: int | None
    response: float
    level: float
    moe: float


def size_for_proportion(
    moe: float,
    *,
    share: float = 0.5,
    level: float = 0.95,
    deff: float = 1.0,
    population: int | None = None,
    response: float = 1.0,
) -> SampleSize:
    """Interviews for an interval of ±moe (a fraction: 0.03 = 3 points) around a share.

    share: the share expected (0.5 is the safe choice). deff: design effect. population: units in the
    population, for the finite population correction. response: expected part of issued units that respond.
    n0 = z²·p(1-p)/moe²; n = n0·deff / (1 + (n0·deff - 1)/N).
    Source: Cochran (1977), Sampling Techniques, 3rd ed., section 4.4.
    """
    _inside("share", share)
    return _size(share * (1 - share), moe, level, deff, population, response)


def size_for_mean(
    moe: float,
    *,
    sd: float,
    level: float = 0.95,
    deff: float = 1.0,
    population: int | None = None,
    response: float = 1.0,
) -> SampleSize:
    """Interviews for an interval of ±moe around a mean, in its units; sd: the population's standard
    deviation.

    Source: Cochran (1977), section 4.6.
    """
    _positive("sd", sd)
    return _size(sd * sd, moe, level, deff, population, response)


def size_for_difference(
    share_a: float,
    share_b: float,
    *,
    power: float = 0.8,
    level: float = 0.95,
    deff: float = 1.0,
    overlap: float = 0.0,
    correlation: float = 0.0,
    response: float = 1.0,
) -> SampleSize:
    """Interviews *in each group or wave* so that a true difference share_a - share_b is found significant.

    power: chance of finding it, by a two-sided test at 1 - level. overlap, correlation: the part of a wave
    that is interviewed again and the correlation of a person's two answers (a panel needs fewer).
    n = (z_α/2 + z_power)²·(p_a q_a + p_b q_b - 2·overlap·correlation·√(p_a q_a p_b q_b)) / (p_a - p_b)².
    Source: Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions, 3rd ed., ch. 4
    (without the continuity correction); overlap: Kish (1965), section 12.4.
    """
    _inside("share_a", share_a)
    _inside("share_b", share_b)
    _inside("power", power)
    _inside("level", level)
    _inside_or_ends("overlap", overlap)
    if not -1 <= correlation <= 1:
        raise DesignError(
            "sampling.argument-outside", variable="correlation", value=correlation, low=-1, high=1
        )
    if share_a == share_b:
        raise DesignError("sampling.no-difference", value=share_a)
    va, vb = share_a * (1 - share_a), share_b * (1 - share_b)
    variance = va + vb - 2 * overlap * correlation * math.sqrt(va * vb)
    z = float(norm.ppf((1 + level) / 2) + norm.ppf(power))
    srs = z * z * variance / (share_a - share_b) ** 2
    moe = float(norm.ppf((1 + level) / 2)) * math.sqrt(variance / srs)
    return _finish(srs, srs, deff, None, response, level, lambda n: moe * math.sqrt(srs * deff / n))


def sizes_for_domains(
    domains: Mapping[str, float | tuple[float, int]],
    moe: float,
    *,
    share: float = 0.5,
    level: float = 0.95,
    deff: float = 1.0,
    response: float = 1.0,
) -> tuple[int, dict[str, SampleSize]]:
    """One sample large enough for every domain to reach ±moe.

    domains: name -> share of the population, or (share, population of the domain). Returns (interviews in
    the whole sample when it falls proportionally to the shares, name -> size needed in that domain).
    Sampling the domains at different rates needs only the sum of their own sizes.
    """
    needed: dict[str, SampleSize] = {}
    total = 0
    if not domains:
        raise DesignError("sampling.no-domains")
    for name, given in domains.items():
        part, population = given if isinstance(given, tuple) else (given, None)
        if not 0 < part <= 1:
            raise DesignError("sampling.argument-outside", variable=name, value=part, low=0, high=1)
        needed[name] = size_for_proportion(
            moe, share=share, level=level, deff=deff, population=population, response=response
        )
        total = max(total, math.ceil(needed[name].completed / part - 1e-9))
    return total, needed


def moe_for_proportion(
    n: int, *, share: float = 0.5, level: float = 0.95, deff: float = 1.0, population: int | None = None
) -> float:
    """The half-width that n interviews reach (normal approximation): what a plan promises before the
    field.
    """
    _inside("share", share)
    _inside("level", level)
    _positive("n", n)
    _positive("deff", deff)
    return _half_width(share * (1 - share), n, level, deff, population)


def _half_width(variance: float, n: int, level: float, deff: float, population: int | None) -> float:
    fpc = 1.0 if population is None or population <= 1 else max(0.0, (population - n) / (population - 1))
    return float(norm.ppf((1 + level) / 2)) * math.sqrt(deff * variance * fpc / n)


def _size(
    variance: float, moe: float, level: float, deff: float, population: int | None, response: float
) -> SampleSize:
    _positive("moe", moe)
    _inside("level", level)
    _positive("deff", deff)
    z = float(norm.ppf((1 + level) / 2))
    srs = z * z * variance / (moe * moe)
    inflated = srs * deff
    if population is not None:
        if population < 1:
            raise DesignError("sampling.population", value=str(population))
        inflated = inflated / (1 + (inflated - 1) / population)
    return _finish(
        srs, inflated / deff, deff, population, response, level,
        lambda n: _half_width(variance, n, level, deff, population),
    )  # fmt: skip


def _finish(
    srs: float, base: float, deff: float, population: int | None, response: float, level: float, moe: object
) -> SampleSize:
    _positive("deff", deff)
    if not 0 < response <= 1:
        raise DesignError("sampling.argument-outside", variable="response", value=response, low=0, high=1)
    # The small slack keeps 400.00000001, which is 400 and rounding, from becoming 401.
    completed = max(1, math.ceil(base * deff - 1e-6))
    if population is not None:
        completed = min(completed, population)
    reached = moe(completed) if callable(moe) else math.nan
    return SampleSize(
        completed=completed,
        issue=math.ceil(completed / response - 1e-9),
        srs=srs,
        deff=deff,
        population=population,
        response=response,
        level=level,
        moe=float(reached),
    )


def _inside(name: str, value: float) -> None:
    if not 0 < value < 1:
        raise DesignError("sampling.argument-outside", variable=name, value=value, low=0, high=1)


def _inside_or_ends(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise DesignError("sampling.argument-outside", variable=name, value=value, low=0, high=1)


def _positive(name: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise DesignError("sampling.argument-not-positive", variable=name, value=value)
