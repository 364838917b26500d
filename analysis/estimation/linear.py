"""Estimates that are smooth functions of cell totals: one machine for their variance, Taylor or replicate.

An estimator here is a pair: the point as a function of the cell sums, and its gradient. Domains, design
effects, degrees of freedom, covariances between domains and replicates follow from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array, Ints
from analysis.design import SampleDesign
from analysis.errors import DesignError
from analysis.estimation.grouping import Block, cell_totals
from analysis.estimation.lonely import depends_on_domain
from analysis.estimation.moments import CellMoments, Form, Solved
from analysis.estimation.variables import Domains


def solve(design: SampleDesign, blocks: list[Block], form: Form) -> Solved:
    """Point estimates and covariance of a form of the blocks' cell totals."""
    return CellMoments(design, blocks).solve(form)


def ratio_form(numerator: Array, denominator: Array) -> Form:
    """Estimates sums[numerator] / sums[denominator]; both (k,) cell numbers, denominator -1: a plain total."""
    plain = denominator < 0
    k = len(numerator)

    def below(sums: Array) -> Array:
        under = np.where(plain, 1.0, sums[..., np.where(plain, 0, denominator)])
        return np.asarray(under)

    def point(sums: Array) -> Array:
        under = below(sums)
        safe = np.where(under == 0, np.nan, under)
        return np.asarray(sums[..., numerator] / safe)

    def gradient(sums: Array) -> Array:
        under, value = below(sums), point(sums)
        if not np.isfinite(value).all():
            raise DesignError("estimate.zero-denominator")
        out = np.zeros((sums.shape[-1], k))
        out[numerator, np.arange(k)] = 1.0 / under
        inside = np.flatnonzero(~plain)
        np.add.at(out, (denominator[inside], inside), -value[inside] / under[inside])
        return out

    return Form(point, gradient)


@dataclass(frozen=True, eq=False)
class DomainBase:
    """Per domain: unweighted base n, weighted size, Kish's effective n of the weights, PSUs less strata (or
    replicate rank less one)."""

    n: Array
    size: Array
    kish: Array
    df: Array


def domain_bases(design: SampleDesign, domains: Domains) -> DomainBase:
    """Bases and degrees of freedom of every domain, (D,) each."""
    active, count = design.active, domains.count
    cells = np.where(active, domains.codes, -1)
    n = cell_totals(cells, count)
    size = cell_totals(cells, count, design.weights)
    kish = size**2 / np.maximum(cell_totals(cells, count, design.weights**2), 1e-300)
    if design.replicates is not None:
        df = np.array([float(design.subset(cells == d).degrees_of_freedom) for d in range(count)])
        return DomainBase(n, size, kish, df)
    first = design.stages[0]
    inside = cells >= 0
    unit, group = first.unit[inside], cells[inside]
    if first.units == design.rows:  # every row is a PSU
        psus, held = np.bincount(group, minlength=count), first.stratum[unit] * count + group
    else:
        pairs = _distinct(unit * count + group, first.units * count, design.rows)
        psus = np.bincount(pairs % count, minlength=count)
        held = first.stratum[pairs // count] * count + pairs % count
    strata = _distinct(held, first.strata * count, design.rows)
    df = psus - np.bincount(strata % count, minlength=count)
    return DomainBase(n, size, kish, df.astype(np.float64))


def _distinct(values: Ints, size: int, rows: int) -> Ints:
    """Distinct values of integers in 0..size-1."""
    if size <= max(8 * rows, 1_000_000):
        return np.flatnonzero(np.bincount(values, minlength=size))
    return np.unique(values)


def needs_separate_domains(design: SampleDesign, domains: Domains) -> bool:
    """True when each domain must be solved alone because its lonely PSUs are its own."""
    return design.replicates is None and domains.count > 1 and depends_on_domain(design)
