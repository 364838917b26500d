"""List experiments: the difference of two halves' means, with the covariance of the halves within units.

Source: Imai (2011) for the estimator; the variance is the design's own, of one contrast of two domain means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis import Codes, DesignError, SampleDesign, mean
from analysis.tables.disclosure_model import Cell, Column, Table


@dataclass(frozen=True)
class Halves:
    """counts: (n,) how many items apply, NaN where not asked or not said. arm: (n,) 0 shorter list, 1 longer, -1."""

    design: SampleDesign
    counts: NDArray[np.float64]
    arm: NDArray[np.int64]

    @classmethod
    def read(cls, design: SampleDesign, answers: Sequence[Sequence[str]], missing: Sequence[str]) -> Halves:
        """answers: the stored answers of the shorter and of the longer list, in the design's order."""
        counts = np.full(len(answers[0]), np.nan)
        arm = np.full(len(answers[0]), -1, dtype=np.int64)
        for position, column in enumerate(answers):
            for row, text in enumerate(column):
                if text and text not in missing:
                    counts[row], arm[row] = float(text), position
        return cls(design, counts, arm)

    @property
    def asked(self) -> NDArray[np.bool_]:
        return np.asarray(self.arm >= 0)


def measure_difference(table: Table, groups: Codes, halves: Halves) -> Table:
    """The table with its differences: one row, one column per group. Units: fractions of people."""
    columns, cells = [], []
    for place, column in enumerate(table.columns):
        made, cell = _difference(column, halves, halves.asked & (groups.codes == place))
        columns.append(made)
        cells.append(cell)
    return replace(table, columns=tuple(columns), cells=(tuple(cells),))


def _difference(column: Column, halves: Halves, inside: NDArray[np.bool_]) -> tuple[Column, Cell]:
    n = [int((inside & (halves.arm == position)).sum()) for position in (0, 1)]
    # Judged by its smaller half, so that neither half is ever thin.
    empty = replace(column, n=2 * min(n), base=0.0, n_effective=0.0, df=0.0)
    if min(n) < 2:
        return empty, Cell(None, hidden=True)
    domain = halves.design.subset(inside)
    arm = Codes(np.where(inside, halves.arm, -1), (0, 1), "arm")
    try:
        found = mean(np.where(inside, halves.counts, 0.0), domain, by=arm)
    except DesignError:
        return empty, Cell(None, hidden=True)
    value = float(found.estimate[1] - found.estimate[0])
    if found.vcov is None:
        se = float(np.hypot(*found.se))
    else:
        se = float(np.sqrt(max(found.vcov[0, 0] + found.vcov[1, 1] - 2 * found.vcov[0, 1], 0.0)))
    df = float(domain.degrees_of_freedom)
    margin = float(stats.t.ppf(0.975, df)) * se if df >= 1 else float("nan")
    effective = 2 * float(np.nanmin(found.n_effective))
    made = replace(
        column, n=sum(n), base=float(domain.domain_weights.sum()), n_effective=min(effective, sum(n)), df=df
    )
    return made, Cell(value, value - margin, value + margin, None, effective)
