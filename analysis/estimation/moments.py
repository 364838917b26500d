"""Grouped moments of a design: what a table, a mean or a domain needs from the rows, in one pass per block.

A block is a set of cells and a row value: "weight of the answers by question level and sex", "weight x income
by region". Every linear estimator (total, mean, proportion, ratio, their domains and differences) has
influence values that are combinations of cells, so its covariance is algebra on unit x cell totals and, where
weights are calibrated, on auxiliary x cell moments. Nothing of size rows x cells is ever made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from analysis.arrays import Array, Ints
from analysis.design import SampleDesign
from analysis.estimation.grouping import Block, cell_totals, unit_cell_totals
from analysis.estimation.lonely import StageForm, form_covariance, form_variances, stage_forms
from analysis.estimation.replication import replicate_covariance, replicate_sums, replicates_of

DENSE_LIMIT = 500_000


@dataclass(frozen=True, eq=False)
class Form:
    """An estimator: point maps sums (..., C) to estimates (..., k); gradient maps sums (C,) to (C, k).

    spread, where given, maps (totals (m, C), sums (C,)) to totals @ gradient(sums) without making the gradient.
    """

    point: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    spread: Callable[[Array, Array], Array] | None = None


@dataclass(frozen=True, eq=False)
class Solved:
    """Estimates (k,), their covariance (k, k), the sums (C,) they came from, replicate estimates (R, k) or
    None.
    """

    estimate: Array
    vcov: Array
    sums: Array
    replicates: Array | None


class CellMoments:
    """Unit x cell totals of one or more blocks (their cells side by side), ready for any linear form.

    sums: (C,) totals of the cells. `covariance(L)` with L (C, k) gives the (k, k) design covariance of the k
    combinations.
    """

    roomy = True  # dense totals may take up to twice the rows; tests turn this off to reach the sparse path

    def __init__(self, design: SampleDesign, blocks: list[Block]) -> None:
        self.design = design
        self.blocks = blocks
        self.width = sum(b.n_cells for b in blocks)
        biggest = max((s.units for s in design.stages), default=0)
        self.dense = biggest * self.width <= max(2 * design.rows if self.roomy else 0, DENSE_LIMIT)
        if design.joint is not None:
            self.dense = True
        self.totals: list[Array] = []
        self.gathered: list[Array]
        self.replicate_sums: Array | None = None
        if design.replicates is not None:
            self.dense, self.gathered = True, []
            self.replicate_sums = replicate_sums(design, blocks)
            self.sums = np.concatenate([cell_totals(b.cells, b.n_cells, b.value) for b in blocks])
            return
        self.gathered = [self._gather(c.pattern, c.auxiliary, c.gather) for c in design.calibrations]
        if self.dense:
            units = (
                self._joint_unit() if design.joint is not None else [(s.unit, s.units) for s in design.stages]
            )
            for unit, count in units:
                parts = [unit_cell_totals(unit, count, b.cells, b.n_cells, b.value) for b in blocks]
                self.totals.append(parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1))
            self.sums = self.totals[0].sum(axis=0)
        else:
            self.sums = np.concatenate([cell_totals(b.cells, b.n_cells, b.value) for b in blocks])

    def marginal(self, shape: tuple[int, ...], keep: tuple[int, ...]) -> CellMoments:
        """Moments of a coarser table: the cells (one block) seen as `shape`, summed over the axes not in
        `keep`.

        `keep` also gives the order of the axes in the new cells. Sparse moments are grouped again from the
        rows.
        """
        drop = tuple(i for i in range(len(shape)) if i not in keep)
        place = [sorted(keep).index(i) + 1 for i in keep]

        def squeezed(array: Array) -> Array:
            rows = array.shape[0]
            summed = array.reshape(rows, *shape).sum(axis=tuple(d + 1 for d in drop))
            return np.ascontiguousarray(summed.transpose(0, *place).reshape(rows, -1))

        if not drop and place == sorted(place):
            return self
        made = object.__new__(CellMoments)
        made.design, made.dense = self.design, self.dense
        made.width = int(np.prod([shape[i] for i in keep]))
        made.totals = [squeezed(t) for t in self.totals]
        made.gathered = [squeezed(g) for g in self.gathered]
        made.sums = squeezed(self.sums[None, :])[0]
        made.replicate_sums = None if self.replicate_sums is None else squeezed(self.replicate_sums)
        block = self.blocks[0]
        if self.dense:
            made.blocks = []
            return made
        axes = np.unravel_index(np.where(block.cells < 0, 0, block.cells), shape)
        cells = np.ravel_multi_index([axes[i] for i in keep], [shape[i] for i in keep])
        made.blocks = [Block(np.where(block.cells < 0, -1, cells), made.width, block.value)]
        return made

    def selected(self, cells: Array) -> CellMoments:
        """Moments of some cells only, in the order given."""
        made = object.__new__(CellMoments)
        made.design, made.dense, made.width = self.design, self.dense, len(cells)
        made.totals = [np.ascontiguousarray(t[:, cells]) for t in self.totals]
        made.gathered = [np.ascontiguousarray(g[:, cells]) for g in self.gathered]
        made.sums = self.sums[cells]
        made.replicate_sums = None if self.replicate_sums is None else self.replicate_sums[:, cells]
        made.blocks = []
        if not self.dense:
            place = np.full(self.width + 1, -1, dtype=np.int64)
            place[cells] = np.arange(len(cells))
            block = self.blocks[0]
            made.blocks = [Block(place[block.cells], len(cells), block.value)]
        return made

    def _joint_unit(self) -> list[tuple[Any, int]]:
        joint = self.design.joint
        assert joint is not None
        return [(joint.unit, self.design.rows if joint.method == "joint" else self.design.stages[0].units)]

    def _gather(self, pattern: Any, auxiliary: Array, gather: Array) -> Array:
        """(q, C) auxiliary moments of the cells of every block."""
        patterns = len(auxiliary)
        parts = []
        for block in self.blocks:
            value = block.value * gather
            if patterns * block.n_cells <= max(self.design.rows, 200_000):
                cross = unit_cell_totals(pattern, patterns, block.cells, block.n_cells, value)
                parts.append(auxiliary.T @ cross)
            else:
                rows = [
                    cell_totals(block.cells, block.n_cells, value * auxiliary[pattern, q])
                    for q in range(auxiliary.shape[1])
                ]
                parts.append(np.stack(rows))
        return np.asarray(np.concatenate(parts, axis=1))

    def _coefficients(self, combination: Array) -> list[Array]:
        """Regression coefficients (q, k) of every calibration on the combinations (C, k) of cells."""
        return self._regressed([g @ combination for g in self.gathered])

    def _regressed(self, gathered: list[Array]) -> list[Array]:
        """Coefficients (q, k) of every calibration from its moments (q, k), each after the ones before it."""
        found: list[Array] = []
        for j, calibration in enumerate(self.design.calibrations):
            moments = gathered[j]
            for i, b in enumerate(found):
                moments = moments - self._cross(j, i) @ b
            found.append(calibration.solve(moments))
        return found

    def _cross(self, later: int, earlier: int) -> Array:
        """(q_later, q_earlier) moments of the earlier calibration's spread in the later one's auxiliaries."""
        key = f"cross {later} {earlier}"
        if key not in self.design.cache:
            a, b = self.design.calibrations[later], self.design.calibrations[earlier]
            columns = [
                a.gathered((b.spread * b.auxiliary[b.pattern, q])[:, None])[:, 0] for q in range(b.size)
            ]
            self.design.cache[key] = np.stack(columns, axis=1)
        return np.asarray(self.design.cache[key])

    def solve(self, form: Form) -> Solved:
        """Point estimates of a form of the cells with their covariance, Taylor or replicate as the design
        says.
        """
        point = form.point(self.sums)
        if self.replicate_sums is not None:
            thetas = form.point(self.replicate_sums)
            return Solved(
                point, replicate_covariance(replicates_of(self.design), thetas, point), self.sums, thetas
            )
        return Solved(point, self.covariance(form.gradient(self.sums)), self.sums, None)

    def solve_variances(self, form: Form) -> tuple[Array, Array]:
        """Point estimates (k,) and their variances (k,), without the covariances between them."""
        plain = self.replicate_sums is not None or self.design.joint is not None or not self.dense
        if plain or form.spread is None:
            solved = self.solve(form)
            return solved.estimate, np.diag(solved.vcov)
        point, spread = form.point(self.sums), form.spread
        found = self._regressed([spread(g, self.sums) for g in self.gathered])
        total = np.zeros(len(point))
        for level, (stage, stage_form) in enumerate(
            zip(self.design.stages, stage_forms(self.design), strict=True)
        ):
            spreads = [c.unit_totals(level, stage.unit, stage.units) for c in self.design.calibrations]

            def influence(units: Ints, level: int = level, spreads: list[Array] = spreads) -> Array:
                z = spread(self.totals[level][units], self.sums)
                for spread_out, b in zip(spreads, found, strict=True):
                    z = z - spread_out[units] @ b
                return z

            # Few rows: few at a time, so that what is held stays in proportion to them.
            total += form_variances(stage_form, influence, len(point), self.design.rows // 2)
        return point, total

    def covariance(self, combination: Array) -> Array:
        """(k, k) Taylor covariance of the combinations (C, k) of cells."""
        design = self.design
        found = self._coefficients(combination)
        if design.joint is not None:
            z = self._influence(0, combination, found, *self._joint_unit()[0], key=-1)
            return design.joint.covariance(z)
        total = np.zeros((combination.shape[1], combination.shape[1]))
        for level, (stage, form) in enumerate(zip(design.stages, stage_forms(design), strict=True)):
            if self.dense:
                z = self._influence(level, combination, found, stage.unit, stage.units, key=level)
                total += form_covariance(form, z)
            else:
                total += self._sparse_stage(level, form, combination, found)
        return total

    def _influence(
        self, level: int, combination: Array, found: list[Array], unit: Any, units: int, key: int
    ) -> Array:
        z = self.totals[level] @ combination
        for calibration, b in zip(self.design.calibrations, found, strict=True):
            z = z - calibration.unit_totals(key, unit, units) @ b
        return np.asarray(z)

    def _sparse_stage(self, level: int, form: StageForm, combination: Array, found: list[Array]) -> Array:
        """One stage where units are (nearly) rows: unit totals stay sparse, only grams of cells are dense."""
        stage, calibrations = self.design.stages[level], self.design.calibrations
        few = len(calibrations) == 0 or (len(calibrations) == 1 and len(calibrations[0].auxiliary) <= 2_000)
        if stage.units == self.design.rows and len(self.blocks) == 1 and few:
            return self._row_stage(level, form, combination, found)
        rows, columns, values, offset = [], [], [], 0
        for block in self.blocks:
            keep = np.flatnonzero(block.cells >= 0)
            rows.append(stage.unit[keep])
            columns.append(block.cells[keep].astype(np.int64) + offset)
            values.append(block.value[keep])
            offset += block.n_cells
        cells = sparse.csr_array(
            (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
            shape=(stage.units, self.width),
        )
        spread = [c.unit_totals(level, stage.unit, stage.units) for c in calibrations]
        weighted = cells.multiply(form.scale[:, None]).tocsr()
        gram = combination.T @ (weighted.T @ cells).toarray() @ combination
        if calibrations:
            joint, b = np.concatenate(spread, axis=1), np.concatenate(found, axis=0)
            side = combination.T @ (weighted.T @ joint) @ b
            gram = gram - side - side.T + b.T @ ((joint * form.scale[:, None]).T @ joint) @ b
        by_stratum = sparse.csr_array(
            (np.ones(stage.units), (form.stratum, np.arange(stage.units))), shape=(stage.strata, stage.units)
        )
        plain, scaled = (by_stratum @ cells) @ combination, (by_stratum @ weighted) @ combination
        for calibration, b in zip(range(len(calibrations)), found, strict=True):
            plain = plain - (by_stratum @ spread[calibration]) @ b
            scaled = scaled - (by_stratum @ (spread[calibration] * form.scale[:, None])) @ b
        mean = np.where(form.centred[:, None], plain / form.sampled[:, None], 0.0)
        mass = by_stratum @ form.scale
        return np.asarray(gram - mean.T @ scaled - scaled.T @ mean + (mean * mass[:, None]).T @ mean)

    def _row_stage(self, level: int, form: StageForm, combination: Array, found: list[Array]) -> Array:
        """One stage where every row is its own unit: cells exclude each other, so their gram is diagonal."""
        stage, block, width = self.design.stages[level], self.blocks[0], self.width
        scale, stratum = form.scale[stage.unit], form.stratum[stage.unit]
        moved = scale * block.value
        gram = (combination.T * cell_totals(block.cells, width, moved * block.value)) @ combination
        plain = unit_cell_totals(stratum, stage.strata, block.cells, width, block.value) @ combination
        scaled = unit_cell_totals(stratum, stage.strata, block.cells, width, moved) @ combination
        for c, b in zip(self.design.calibrations, found, strict=True):
            patterns = len(c.auxiliary)
            cross = unit_cell_totals(c.pattern, patterns, block.cells, width, moved * c.spread)
            side = combination.T @ cross.T @ c.auxiliary @ b
            square = np.bincount(c.pattern, scale * c.spread**2, minlength=patterns)
            gram = gram - side - side.T + (c.auxiliary @ b).T @ (square[:, None] * (c.auxiliary @ b))
            for target, weight in ((plain, c.spread), (scaled, scale * c.spread)):
                target -= (
                    unit_cell_totals(stratum, stage.strata, c.pattern, patterns, weight) @ c.auxiliary @ b
                )
        mean = np.where(form.centred[:, None], plain / form.sampled[:, None], 0.0)
        mass = np.bincount(form.stratum, form.scale, minlength=stage.strata)
        return np.asarray(gram - mean.T @ scaled - scaled.T @ mean + (mean * mass[:, None]).T @ mean)
