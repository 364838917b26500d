"""Results: frozen, saying everything, turning into a pandas frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy import special

from analysis.arrays import Array


@dataclass(frozen=True)
class Note:
    """A remark on a result: a code with parameters (its sentence is in the catalogue) and the rows it
    concerns.
    """

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Estimate:
    """k estimates with everything a reader needs to judge them; arrays have shape (k,) in the order of
    `labels`.

    labels: one mapping per row (variable, level, domain ...). n: unweighted base; n_effective: n / deff
    against simple random sampling with replacement, NaN where not defined. deff refers to `deff_reference`.
    method: how each interval was made; df: the degrees of freedom it used (inf: normal). vcov: (k, k)
    covariance, None where it was not asked for. replicates: (R, k) replicate estimates of a replicate design.
    """

    statistic: str
    labels: tuple[Mapping[str, object], ...]
    estimate: Array
    se: Array
    ci_low: Array
    ci_high: Array
    level: float
    method: tuple[str, ...]
    df: Array
    df_rule: str
    n: Array
    n_effective: Array
    deff: Array
    deff_reference: str | None
    vcov: Array | None = None
    warnings: tuple[Note, ...] = ()
    replicates: Array | None = None

    def __len__(self) -> int:
        return len(self.estimate)

    @property
    def cv(self) -> Array:
        """(k,) coefficient of variation se / |estimate|; NaN where the estimate is 0."""
        size = np.abs(self.estimate)
        return np.where(size > 0, self.se / np.where(size > 0, size, 1.0), np.nan)

    @property
    def terms(self) -> tuple[str, ...]:
        """A short name of each row: variable and level, joined as R does."""
        return tuple(
            "".join(str(label[k]) for k in ("variable", "level") if k in label) or str(i)
            for i, label in enumerate(self.labels)
        )

    def interval(self, level: float = 0.95, df: float | None = None) -> tuple[Array, Array]:
        """Symmetric interval estimate ± quantile x se at another level; df: inf for the normal, None: the
        rows' own.
        """
        used = self.df if df is None else np.full(len(self), float(df))
        margin = t_quantile(0.5 + level / 2, used) * self.se
        return self.estimate - margin, self.estimate + margin

    def select(self, rows: Array) -> Estimate:
        """The same result with some rows only (indices or booleans)."""
        index = np.arange(len(self))[rows]
        return replace(
            self,
            labels=tuple(self.labels[i] for i in index),
            method=tuple(self.method[i] for i in index),
            **{
                k: getattr(self, k)[index]
                for k in ("estimate", "se", "ci_low", "ci_high", "df", "n", "n_effective", "deff")
            },
            vcov=None if self.vcov is None else self.vcov[np.ix_(index, index)],
            replicates=None if self.replicates is None else self.replicates[:, index],
        )

    def to_frame(self) -> pd.DataFrame:
        """One row per estimate: the labels, then estimate, se, interval, method, df, bases, deff, warning
        codes.
        """
        frame = pd.DataFrame([dict(label) for label in self.labels])
        for name in ("estimate", "se", "ci_low", "ci_high"):
            frame[name] = getattr(self, name)
        frame["level_of_confidence"] = self.level
        frame["method"] = list(self.method)
        for name in ("df", "n", "n_effective", "deff"):
            frame[name] = getattr(self, name)
        frame["warnings"] = [self._codes(i) for i in range(len(self))]
        return frame

    def _codes(self, row: int) -> str:
        return ", ".join(sorted({w.code for w in self.warnings if not w.rows or row in w.rows}))


def t_quantile(p: float, df: Array) -> Array:
    """Student's quantile, the normal one where df is inf, NaN where df is below 1."""
    df = np.asarray(df, dtype=np.float64)
    safe = np.where(np.isfinite(df) & (df >= 1), df, 1.0)
    # The special functions behind scipy.stats: the same values without its argument handling, which cost a
    # banner half its time.
    value = np.where(np.isinf(df), special.ndtri(p), special.stdtrit(safe, p))
    return np.where(df >= 1, value, np.nan)


@dataclass(frozen=True, eq=False)
class TestResult:
    """A test: its name, statistic, degrees of freedom by name, p-value, and an estimate where there is one."""

    __test__ = False  # not a pytest class

    name: str
    statistic: float
    statistic_name: str
    parameters: Mapping[str, float]
    p_value: float
    estimate: float | None = None
    ci: tuple[float, float] | None = None
    level: float | None = None
    n: int = 0
    warnings: tuple[Note, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row with every field."""
        row: dict[str, object] = {"test": self.name, self.statistic_name: self.statistic, **self.parameters}
        row["p_value"] = self.p_value
        if self.estimate is not None:
            row["estimate"] = self.estimate
        if self.ci is not None:
            row["ci_low"], row["ci_high"] = self.ci
        return pd.DataFrame([row])
