"""Stages of a sampling design: which unit each row belongs to, and how each unit's total enters the variance.

One `Stage` per level of selection. Everything is kept per unit (and per stratum), so that a design of a
million rows in a thousand PSUs carries a thousand numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array, Ints, group_codes
from analysis.errors import DesignError


@dataclass(frozen=True, eq=False)
class Stage:
    """One stage of selection.

    unit: (n,) unit of each row, 0..units-1; stratum: (units,) its stratum, 0..strata-1, nested in the units
    of the stage before; parent: (units,) unit of the stage before (zeros at the first stage). sampled:
    (units,) units drawn in its stratum; population: (units,) units there are (inf: with replacement).
    multiplier: (units,) product of the sampling fractions of the stages above.
    """

    unit: Ints
    stratum: Ints
    parent: Ints
    sampled: Array
    population: Array
    multiplier: Array
    unit_labels: pd.Index
    stratum_labels: tuple[str, ...]

    @property
    def units(self) -> int:
        return len(self.stratum)

    @property
    def strata(self) -> int:
        return len(self.stratum_labels)

    @cached_property
    def by_stratum(self) -> tuple[Ints, Ints]:
        """Units in order of their stratum, and where each stratum starts."""
        order = np.argsort(self.stratum, kind="stable")
        return order, np.searchsorted(self.stratum[order], np.arange(self.strata))

    @property
    def fraction(self) -> Array:
        """(units,) sampling fraction n/N of this stage; 0 where drawn with replacement."""
        return np.asarray(self.sampled / self.population)

    @property
    def is_certainty(self) -> Array:
        """(units,) True where every unit of the stratum is in the sample: it adds nothing at this stage."""
        return np.asarray(1.0 - self.fraction < 1e-7)

    @property
    def scale(self) -> Array:
        """(units,) factor of the squared deviation: multiplier x (1 - f) x n / (n - 1), n - 1 counted as 1
        for one.
        """
        with_spread = np.where(self.sampled > 1, self.sampled / np.maximum(self.sampled - 1, 1), 1.0)
        return np.asarray(
            self.multiplier * np.where(self.is_certainty, 0.0, (1 - self.fraction) * with_spread)
        )


def _codes(values: Any, role: str, name: str) -> tuple[Ints, pd.Index]:
    codes, labels = pd.factorize(values, sort=False, use_na_sentinel=True)
    if (codes < 0).any():
        raise DesignError("design.id-missing", role=role, variable=name, count=int((codes < 0).sum()))
    return codes.astype(np.int64), pd.Index(labels)


def build_stages(
    rows: int,
    ids: Sequence[tuple[str, np.ndarray]],
    strata: Sequence[tuple[str, np.ndarray]],
    fpc: Sequence[tuple[str, Array]],
    *,
    nest: bool,
    pps: bool,
) -> tuple[Stage, ...]:
    """The stages from the columns of a frame; each argument is a list of (name, column), first stage first.

    Without ids every row is its own unit. Ids of later stages always nest in the earlier ones; first-stage
    ids nest in strata only when `nest` says so, else an id seen in two strata raises DesignError. fpc is
    population sizes when any is above 1, else sampling fractions; stages beyond the given ones count as drawn
    with replacement.
    """
    units: list[tuple[Ints, pd.Index]] = (
        [_codes(column, "ids", name) for name, column in ids]
        if ids
        else [(np.arange(rows), pd.RangeIndex(rows))]
    )
    layers = [_codes(column, "strata", name) for name, column in strata]
    stages: list[Stage] = []
    before: Stage | None = None
    for level, (own, labels) in enumerate(units):
        layer, layer_labels = (
            layers[min(level, len(layers) - 1)] if layers else (np.zeros(rows, np.int64), pd.Index(["1"]))
        )
        first_nest = level == 0 and nest and bool(layers)
        if level == 0:
            unit, first = group_codes(layer, own) if first_nest else group_codes(own)
            parent = np.zeros(len(first), np.int64)
            stratum_row, stratum_first = group_codes(layer)
        else:
            assert before is not None
            unit, first = group_codes(before.unit, own)
            parent = before.unit[first]
            stratum_row, stratum_first = group_codes(before.unit, layer)
        stratum = stratum_row[first]
        if not np.array_equal(stratum[unit], stratum_row):
            wrong = int(np.flatnonzero(stratum[unit] != stratum_row)[0])
            raise DesignError(
                "design.not-nested" if level == 0 else "design.not-nested-later",
                unit=str(labels[own[wrong]]),
                variable=ids[level][0] if ids else "",
                stage=level + 1,
            )
        names = tuple(str(layer_labels[layer[i]]) for i in stratum_first)
        sampled = np.bincount(stratum, minlength=len(names)).astype(np.float64)[stratum]
        if level < len(fpc):
            size = _population(*fpc[level], sampled, unit, first, stratum, names, pps and level == 0)
        else:
            size = np.full(len(first), np.inf)
        fraction = np.ones(len(first)) if before is None else (before.multiplier * before.fraction)[parent]
        before = Stage(unit, stratum, parent, sampled, size, fraction, labels[own[first]], names)
        stages.append(before)
        if not fpc:
            break  # with replacement at the first stage: later stages add nothing
    return tuple(stages)


def _population(
    name: str,
    column: Array,
    sampled: Array,
    unit: Ints,
    first: Ints,
    stratum: Ints,
    names: tuple[str, ...],
    pps: bool,
) -> Array:
    """(units,) population sizes of a stage, from sizes or fractions, checked stratum by stratum."""
    if np.isnan(column).any():
        raise DesignError("design.fpc-missing", variable=name, count=int(np.isnan(column).sum()))
    if (column <= 0).any():
        raise DesignError("design.fpc-not-positive", variable=name)
    value = column[first]
    is_size = bool((column > 1).any())
    if is_size and (column < 1).any():
        raise DesignError("design.fpc-mixed", variable=name)
    if is_size and pps:
        raise DesignError("design.pps-needs-probabilities", variable=name)
    if not np.array_equal(value[unit], column):
        raise DesignError("design.fpc-varies-in-unit", variable=name)
    if not pps:
        low, high = np.full(len(names), np.inf), np.full(len(names), -np.inf)
        np.minimum.at(low, stratum, value)
        np.maximum.at(high, stratum, value)
        if (high > low).any():
            raise DesignError("design.fpc-varies", variable=name, stratum=names[int(np.argmax(high > low))])
    size = value if is_size else sampled / value
    if (size < sampled * (1 - 1e-12)).any():
        worst = int(np.argmax(size < sampled * (1 - 1e-12)))
        raise DesignError(
            "design.fpc-too-small",
            variable=name,
            stratum=names[stratum[worst]],
            size=float(size[worst]),
            sampled=int(sampled[worst]),
        )
    return np.asarray(np.maximum(size, sampled), dtype=np.float64)
