"""Draws with probability proportional to size: systematic, and Sampford's method with its joint
probabilities.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import DesignError
from analysis.estimation.result import Note
from analysis.sampling.inclusion import checked_count, checked_sizes, inclusion_probabilities
from analysis.sampling.result import Bools, Draw, Floats, Ints
from analysis.sampling.seeds import seed_digest, uniforms
from analysis.sampling.srs import split

Method = Literal["systematic", "sampford"]
_BATCH = 4_000_000


def draw_pps(
    sizes: ArrayLike,
    n: int,
    rng: np.random.Generator,
    *,
    method: Method = "systematic",
    order: str | ArrayLike = "list",
    reserve: int = 0,
) -> Draw:
    """Draw n units, without replacement and exactly n, with probability proportional to `sizes`.

    sizes: (N,) positive numbers. method: "systematic" (one random start along the cumulated sizes) or
    "sampford" (no order, joint probabilities known and positive, so Horvitz-Thompson and Yates-Grundy
    variances exist). order, for the systematic method: "list" (as given: sort the frame first for implicit
    stratification), "random", "size" (descending), or an (N,) key to sort by (ties stay in list order).
    reserve: further units to release later, see `Draw.probabilities_after_release`. They are drawn together
    with the main sample, which is then parted from them at random, so all probabilities stay true.

    A unit at least as large as the sampling interval becomes a certainty (flagged, and told in `notes`); the
    interval is worked out anew for the others. With a reserve, certainties of the main draw are never put
    in the reserve; a unit which only the wider draw makes certain is told in `notes` too.
    Raises DesignError for sizes that are missing, zero, negative or infinite, and when the list holds fewer
    than n + reserve units.
    """
    values = checked_sizes(sizes)
    n = checked_count(n, values.size)
    if isinstance(reserve, bool) or not isinstance(reserve, int | np.integer) or reserve < 0:
        raise DesignError("sampling.reserve", value=str(reserve))
    if n + reserve > values.size:
        raise DesignError("sampling.too-few-units", asked=int(n + reserve), available=int(values.size))
    if method not in ("systematic", "sampford"):
        raise DesignError("sampling.method-unknown", method=str(method), known="systematic, sampford")
    digest = seed_digest(rng)
    sequence, order_name = _sequence(values, order, rng if method == "systematic" else None)

    main, sure = inclusion_probabilities(values, n)
    free = np.flatnonzero(~sure)
    notes = [Note("sampling.note-certainties", {"count": int(sure.sum())})] if sure.any() else []
    wide = main.copy()
    drawn = n - int(sure.sum())
    if reserve and free.size:
        wide[free], wide_sure = inclusion_probabilities(values[free], drawn + int(reserve))
        main[free] = wide[free] * (drawn / (drawn + reserve))
        if wide_sure.any():
            notes.append(Note("sampling.note-reserve-certainties", {"count": int(wide_sure.sum())}))
    pool = _select(wide, sure, sequence, method, rng)
    kept, spare = split(pool, drawn, rng, spread=method == "systematic")
    selected = np.sort(np.concatenate([np.flatnonzero(sure), kept]))
    return Draw(
        selected=selected.astype(np.int64),
        probabilities=main[selected],
        certainty=sure[selected],
        frame_probabilities=main,
        frame_certainty=sure,
        reserve=spare.astype(np.int64),
        wide_probabilities=wide,
        method=f"pps-{method}",
        order=order_name,
        seed_digest=digest,
        sequence=sequence,
        joint_available=method == "sampford" or (order_name != "random" and not reserve),
        notes=tuple(notes),
    )


def _sequence(values: Floats, order: str | ArrayLike, rng: np.random.Generator | None) -> tuple[Ints, str]:
    """The order in which a systematic draw walks the list, and its name; "list" when the method has none."""
    plain = np.arange(values.size, dtype=np.int64)
    if isinstance(order, str):
        if order == "list" or (rng is None and order in ("random", "size")):
            return plain, "list"
        if order == "size":
            return np.argsort(-values, kind="stable"), "size"
        if order == "random" and rng is not None:
            return np.argsort(uniforms(rng, values.size), kind="stable"), "random"
        raise DesignError("sampling.order-unknown", order=order)
    keys = np.asarray(order)
    if keys.shape != values.shape:
        raise DesignError("sampling.order-length", given=int(keys.size), units=int(values.size))
    return np.argsort(keys, kind="stable").astype(np.int64), "key"


def _select(wide: Floats, sure: Bools, sequence: Ints, method: Method, rng: np.random.Generator) -> Ints:
    """Positions of the non-certainty units that `wide` probabilities bring in, in walking order."""
    walk = sequence[~sure[sequence]]
    p = wide[walk]
    always = walk[p >= 1.0]
    open_walk, open_p = walk[p < 1.0], p[p < 1.0]
    if not open_walk.size:
        return always
    count = round(float(open_p.sum()))
    picks = _sampford(open_p, count, rng) if method == "sampford" else _systematic(open_p, count, rng)
    if not always.size:
        return open_walk[picks]
    taken = np.zeros(wide.size, dtype=bool)
    taken[always] = True
    taken[open_walk[picks]] = True
    return walk[taken[walk]]


def _systematic(p: Floats, count: int, rng: np.random.Generator) -> Ints:
    """Points u, u + 1, ... along the cumulated probabilities: exactly `count`, never twice the same unit."""
    ends = np.cumsum(p)
    ends *= count / ends[-1]
    ends[-1] = count
    points = float(uniforms(rng, 1)[0]) + np.arange(count)
    return np.searchsorted(ends, points, side="right").astype(np.int64)


def _sampford(p: Floats, count: int, rng: np.random.Generator) -> Ints:
    """Sampford's design by rejection from Poisson sampling, in batches.

    A first unit k with chance proportional to π_k(1 - π_k), then a Poisson sample of the others, accepted
    when it has count - 1 units: a set s is then got with chance proportional to
    Σ_{k∈s} (1 - π_k) · ∏_{k∈s} π_k ∏_{k∉s} (1 - π_k), which is Sampford's. About √(2πΣπ(1-π)) tries.
    Source: Sampford (1967); Grafström (2009), J. Stat. Plan. Inference 139, 2111-2114.
    """
    first_chance = np.cumsum(p * (1 - p))
    tries = max(1, min(math.ceil(3 * math.sqrt(1 + float(first_chance[-1]))), _BATCH // p.size))
    while True:
        starts = np.searchsorted(first_chance, uniforms(rng, tries) * first_chance[-1], side="right")
        starts = np.minimum(starts, p.size - 1)
        sets = uniforms(rng, tries * p.size).reshape(tries, p.size) < p
        rows = np.arange(tries)
        sets[rows, starts] = True
        good = np.flatnonzero(sets.sum(axis=1) == count)
        if good.size:
            return np.flatnonzero(sets[good[0]])
