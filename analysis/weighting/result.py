"""`Weighting`: new weights, what the variance must know of them, and the report a statistician reads first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.design import SampleDesign
from analysis.design_parts import Calibration
from analysis.estimation.result import Note
from analysis.weighting.kish import KishSummary, kish


@dataclass(frozen=True, eq=False)
class Weighting:
    """One weighting step.

    weights: (n,) new weights; factors: (n,) new / old, 1 where both are zero. margins: one row per control
    (variable, category, n, before, target, after, factor); empty where the step has no controls. calibration:
    for `SampleDesign.with_calibration`; None where the variance treats the new weights as given. again: factors
    (patterns, R) from the pattern masses of other weightings, for replicates.
    """

    method: str
    weights: Array
    factors: Array
    margins: pd.DataFrame
    calibration: Calibration | None = None
    iterations: int = 0
    converged: bool = True
    largest_gap: float = 0.0
    warnings: tuple[Note, ...] = ()
    again: Callable[[Array], Array] | None = field(default=None, repr=False)

    @property
    def kish(self) -> KishSummary:
        """Effective sample size and design effect of the new weights."""
        return kish(self.weights)

    def apply(self, design: SampleDesign) -> SampleDesign:
        """The design with the new weights, and a variance that knows how they came about.

        Replicate designs are adjusted replicate by replicate: by the same recipe where it has one, else by the same
        factors.
        """
        changed = design.with_weights(self.weights, calibration=self.calibration)
        old = design.replicates
        if old is None:
            return changed
        if self.calibration is None:
            made = replace(old, base=old.base * self.factors)
        else:
            assert self.again is not None, "a calibration says how to repeat itself"
            pattern, patterns = self.calibration.pattern, len(self.calibration.auxiliary)
            masses = np.stack([np.bincount(pattern, w, minlength=patterns) for w in old], axis=1)
            made = old.with_factor(pattern, self.again(masses))
        return changed.with_replicates(made)

    def report(self) -> pd.DataFrame:
        """One row per figure: effective n, design effect, range of weights and factors, convergence."""
        found = self.kish
        used = self.factors[self.weights > 0]
        rows = [
            ("n", found.n),
            ("n_effective", found.n_effective),
            ("deff_kish", found.deff),
            ("cv", found.cv),
            ("weight_min", found.smallest),
            ("weight_max", found.largest),
            ("weight_mean", found.mean),
            ("factor_min", float(used.min())),
            ("factor_max", float(used.max())),
            ("iterations", self.iterations),
            ("converged", float(self.converged)),
            ("largest_gap", self.largest_gap),
        ]
        return pd.DataFrame(rows, columns=["figure", "value"])


def factors_of(new: Array, old: Array) -> Array:
    """(n,) new / old, 1 where the old weight is zero."""
    return np.divide(new, old, out=np.ones_like(new), where=old != 0)


def extreme_notes(factors: Array, low: float = 0.3, high: float = 3.0) -> tuple[Note, ...]:
    """A remark when some weights moved by more than threefold."""
    count = int(((factors < low) | (factors > high)).sum())
    return (Note("weighting.extreme-factors", {"count": count, "low": low, "high": high}),) if count else ()
