"""Making replicate designs: jackknives, balanced half-samples, bootstraps, successive differences.

Multipliers are kept per PSU (or per unit of the last stage used), never per row.
Sources: Wolter (2007); Canty & Davison (1999) and Rao, Wu & Yue (1992) for the bootstraps; Preston (2009) for the
multistage one; Fay & Train (1995) for successive differences; Judkins (1990) for Fay's method.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import linalg

from analysis.arrays import Array, Ints, as_floats
from analysis.design import SampleDesign
from analysis.design_parts import Replicates
from analysis.design_stages import Stage
from analysis.errors import DesignError

Kind = Literal[
    "JK1", "JKn", "BRR", "Fay", "subbootstrap", "bootstrap", "mrbbootstrap", "successive-difference"
]
KINDS = ("JK1", "JKn", "BRR", "Fay", "subbootstrap", "bootstrap", "mrbbootstrap", "successive-difference")


def as_replicate(
    design: SampleDesign,
    kind: Kind,
    *,
    replicates: int = 200,
    rng: np.random.Generator | None = None,
    rho: float = 0.3,
    mse: bool = False,
) -> SampleDesign:
    """The design with replicate weights in place of linearisation.

    kind: "JK1" (unstratified), "JKn" (stratified), "BRR" and "Fay" (two PSUs per stratum), "subbootstrap" (Rao-Wu:
    n - 1 of n PSUs), "bootstrap" (Canty-Davison: n of n, population sizes respected), "mrbbootstrap" (Preston's,
    every stage), "successive-difference" (the order of the rows is the order of selection). replicates, rng: for the
    bootstraps, which need a numpy Generator. Calibrate after, so that every replicate is calibrated too.
    Raises DesignError when the design does not fit the kind.
    """
    if kind not in KINDS:
        raise DesignError("design.unknown-option", option="kind", value=kind, choices=", ".join(KINDS))
    if design.calibrations:
        raise DesignError("replicates.calibrated")
    first = design.stages[0]
    scale = 1.0
    group = first.unit
    if kind == "JK1":
        table, scale, rscales = _jackknife_one(first)
    elif kind == "JKn":
        table, scale, rscales = _jackknife_strata(first, design.lonely_psu)
    elif kind in ("BRR", "Fay"):
        table = _half_samples(first, 0.0 if kind == "BRR" else rho)
        scale, rscales = (
            1 / (table.shape[1] * (1 - (0.0 if kind == "BRR" else rho)) ** 2),
            np.ones(table.shape[1]),
        )
    elif kind == "successive-difference":
        table = _successive(first)
        scale, rscales = 4 / table.shape[1], np.ones(table.shape[1])
    else:
        if rng is None or replicates < 2:
            raise DesignError("replicates.no-generator")
        rscales = np.ones(replicates)
        if kind == "subbootstrap":
            table, scale = _rao_wu(first, replicates, rng), 1 / (replicates - 1)
        elif kind == "bootstrap":
            table = _canty_davison(first, replicates, rng)
            size = 1 / float(np.mean(1 / np.bincount(first.stratum)))
            scale = size / ((size - 1) * (replicates - 1))
        else:
            group, table = _preston(design.stages, replicates, rng)
            scale, rscales = 1.0, np.full(replicates, 1 / (replicates - 1))
    return design.with_replicates(
        Replicates(kind, design.weights, ((group, table),), float(scale), rscales, mse)
    )


def replicate_design(
    frame: pd.DataFrame | None,
    weights: Any,
    replicate_weights: Any,
    *,
    kind: str = "bootstrap",
    combined: bool = True,
    scale: float | None = None,
    rscales: Any = None,
    rho: float = 0.3,
    mse: bool = False,
) -> SampleDesign:
    """A design known by its replicate weights alone.

    weights: column or array (n,); replicate_weights: (n, R), full weights when `combined`, else multipliers of
    weights. scale, rscales: absent, the usual ones of the kind (BRR 1/R, Fay 1/(R(1-rho)²), JK1 (R-1)/R, bootstrap
    1/(R-1), successive-difference 4/R, JK2 1); JKn needs its rscales.
    """
    matrix = np.asarray(replicate_weights, dtype=np.float64)
    base = as_floats(frame[weights] if frame is not None and isinstance(weights, str) else weights, "weights")
    if matrix.ndim != 2 or len(matrix) != len(base):
        raise DesignError("replicates.shape", rows=len(base))
    if not np.isfinite(matrix).all():
        raise DesignError(
            "design.weights-missing", variable="replicate weights", count=int((~np.isfinite(matrix)).sum())
        )
    count = matrix.shape[1]
    usual = {
        "BRR": 1 / count,
        "Fay": 1 / (count * (1 - rho) ** 2),
        "JK1": (count - 1) / count,
        "JK2": 1.0,
        "JKn": 1.0,
        "bootstrap": 1 / max(count - 1, 1),
        "successive-difference": 4 / count,
        "ACS": 4 / count,
    }
    if kind == "JKn" and rscales is None:
        raise DesignError("replicates.rscales-needed")
    if kind in ("BRR", "Fay", "successive-difference", "ACS", "JK2"):
        used = usual[kind]
    else:
        used = float(scale) if scale is not None else usual.get(kind, 1.0)
    weight = (
        np.ones(count)
        if rscales is None
        else np.broadcast_to(np.asarray(rscales, dtype=np.float64), (count,))
    )
    plain = SampleDesign.from_frame(frame, weights=base)
    start = np.ones(len(base)) if combined else plain.weights
    made = Replicates(kind, start, ((np.arange(len(base)), matrix),), used, np.asarray(weight), mse)
    return plain.with_replicates(made)


def _jackknife_one(first: Stage) -> tuple[Array, float, Array]:
    n = first.units
    if first.strata > 1:
        raise DesignError("replicates.jk1-strata", strata=first.strata)
    if n < 2:
        raise DesignError("design.one-psu", variable="")
    table = np.full((n, n), n / (n - 1))
    np.fill_diagonal(table, 0.0)
    return table, float((1 - first.fraction[0]) * (n - 1) / n), np.ones(n)


def _jackknife_strata(first: Stage, lonely: str) -> tuple[Array, float, Array]:
    size = np.bincount(first.stratum, minlength=first.strata)
    certain = np.zeros(first.strata, dtype=np.bool_)
    certain[first.stratum] = first.is_certainty
    single = (size == 1) & ~certain
    if single.any() and lonely == "fail":
        raise DesignError("design.lonely-psu", stratum=first.stratum_labels[int(np.argmax(single))], stage=1)
    order = np.argsort(first.stratum, kind="stable")
    dropped = [
        int(u)
        for u in order
        if not (single | certain)[first.stratum[u]] or (single[first.stratum[u]] and lonely == "adjust")
    ]
    table = np.ones((first.units, len(dropped)))
    rscales = np.empty(len(dropped))
    for r, unit in enumerate(dropped):
        h = first.stratum[unit]
        if single[h]:  # "adjust": the stratum is compared with all the others
            table[:, r] = first.strata / (first.strata - 1)
            rscales[r] = (first.strata - 1) / first.strata
        else:
            table[first.stratum == h, r] = size[h] / (size[h] - 1)
            rscales[r] = (1 - first.fraction[unit]) * (size[h] - 1) / size[h]
        table[unit, r] = 0.0
    if not dropped:
        raise DesignError("design.all-lonely", stage=1)
    scale = first.units / len(dropped) if single.any() and lonely == "average" else 1.0
    return table, scale, rscales


def _hadamard(least: int) -> Array:
    return np.asarray(linalg.hadamard(1 << max(least - 1, 1).bit_length()), dtype=np.float64)


def _half_samples(first: Stage, rho: float) -> Array:
    size = np.bincount(first.stratum, minlength=first.strata)
    if (size != 2).any():
        wrong = int(np.argmax(size != 2))
        raise DesignError(
            "replicates.brr-pairs", stratum=first.stratum_labels[wrong], sampled=int(size[wrong])
        )
    matrix = _hadamard(first.strata + 1)
    table = np.empty((first.units, matrix.shape[1]))
    for h in range(first.strata):
        a, b = np.flatnonzero(first.stratum == h)
        sign = matrix[h + 1]
        table[a], table[b] = 1 + sign * (1 - rho), 1 - sign * (1 - rho)
    return table


def _successive(first: Stage) -> Array:
    """Multipliers 1 + 2^-1.5 (a - b) of successive rows a, b of a Hadamard matrix, in the order of the data."""
    seen = np.full(first.units, len(first.unit))
    np.minimum.at(seen, first.unit, np.arange(len(first.unit)))
    order = np.lexsort((seen, first.stratum))
    matrix = _hadamard(min(first.units + 2, 514))
    usable = matrix.shape[0] - 1
    table = np.empty((first.units, matrix.shape[1]))
    for position, unit in enumerate(order):
        a, b = position % usable + 1, (position + 1) % usable + 1
        table[unit] = 1 + (matrix[a] - matrix[b]) / 2**1.5
    return table


def _rao_wu(first: Stage, count: int, rng: np.random.Generator) -> Array:
    table = np.ones((first.units, count))
    for h in range(first.strata):
        units = np.flatnonzero(first.stratum == h)
        n = len(units)
        if n == 1:
            if not first.is_certainty[units[0]]:
                raise DesignError("design.lonely-psu", stratum=first.stratum_labels[h], stage=1)
            continue
        table[units] = rng.multinomial(n - 1, np.full(n, 1 / n), size=count).T * (n / (n - 1))
    return table


def _canty_davison(first: Stage, count: int, rng: np.random.Generator) -> Array:
    table = np.ones((first.units, count))
    for h in range(first.strata):
        units = np.flatnonzero(first.stratum == h)
        n, population = len(units), float(first.population[units[0]])
        if n == 1 and not first.is_certainty[units[0]]:
            raise DesignError("design.lonely-psu", stratum=first.stratum_labels[h], stage=1)
        if first.is_certainty[units[0]]:
            continue
        if population > 100 * n:  # a sampling fraction under 1 %: with replacement
            table[units] = rng.multinomial(n, np.full(n, 1 / n), size=count).T
            continue
        copies = np.full(n, int(population) // n)
        for r in range(
            count
        ):  # Gross's pseudo-population: each unit N/n times, the rest drawn without replacement
            extra = np.zeros(n, dtype=np.int64)
            extra[rng.permutation(n)[: round(population) - int(copies.sum())]] = 1
            pool = np.repeat(np.arange(n), copies + extra)
            table[units, r] = np.bincount(rng.permutation(pool)[:n], minlength=n)
    return table


def _preston(stages: tuple[Stage, ...], count: int, rng: np.random.Generator) -> tuple[Ints, Array]:
    """Half of the units of every stratum at every stage, without replacement, rescaled stage by stage."""
    last = stages[-1]
    total = np.ones((last.units, count))
    first_row = np.full(last.units, len(last.unit))
    np.minimum.at(first_row, last.unit, np.arange(len(last.unit)))
    carried = [np.ones((s.units, count)) for s in stages]
    for level, stage in enumerate(stages):
        above = np.ones((stage.units, count)) if level == 0 else carried[level - 1][stage.parent]
        own = np.zeros((stage.units, count))
        keep_factor = np.zeros((stage.units, count))
        for h in range(stage.strata):
            units = np.flatnonzero(stage.stratum == h)
            n, half = len(units), len(units) // 2
            if half == 0:
                continue
            share = float(stage.multiplier[units[0]])
            rate = np.sqrt(share * half * (1 - float(stage.fraction[units[0]])) / (n - half))
            kept = np.argsort(rng.random((n, count)), axis=0).argsort(axis=0) < half
            own[units] = rate * (n / half * kept - 1)
            keep_factor[units] = np.sqrt(n / half) * kept
        total += (own * above)[stage.unit[first_row]]
        carried[level] = above * keep_factor
    return last.unit, total
