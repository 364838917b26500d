"""Change from one wave to the next, with its interval: independent waves, and panels that overlap.

Independent waves: `change(before, after)` on two finished estimates. Waves that share PSUs or people:
`stack_waves` puts both into one frame, where a PSU of both waves is one PSU, and `change_within` compares the waves
as domains of that design, so that what the waves have in common is counted once and the error is that of the
change itself. Source: Kish (1965), section 12.4; Särndal, Swensson & Wretman (1992), section 9.9.
Published figures of two independent waves: `change_of_published`, which tells nothing that they don't.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import t as student

from analysis.arrays import Array, Bools
from analysis.design import SampleDesign
from analysis.errors import DesignError
from analysis.estimation.estimators import mean, proportion
from analysis.estimation.result import Estimate, t_quantile
from analysis.estimation.variables import Missing, categorical

WAVE = "wave"


@dataclass(frozen=True, eq=False)
class Change:
    """terms: what each row is. before, after, difference (after - before), se, interval, p: (k,). overlap: whether
    the error counts what the waves share. df: (k,) as used. significant: interval without 0.
    """

    terms: tuple[str, ...]
    before: Array
    after: Array
    difference: Array
    se: Array
    ci_low: Array
    ci_high: Array
    df: Array
    p: Array
    level: float
    overlap: bool
    n_before: Array
    n_after: Array

    @property
    def significant(self) -> Bools:
        """(k,) True where the change can be told from none at the level."""
        return np.asarray(np.nan_to_num(self.p, nan=1.0) < 1 - self.level)

    def to_frame(self) -> pd.DataFrame:
        """One row per term."""
        return pd.DataFrame(
            {
                "term": self.terms, "before": self.before, "after": self.after, "change": self.difference,
                "se": self.se, "ci_low": self.ci_low, "ci_high": self.ci_high, "df": self.df, "p": self.p,
                "n_before": self.n_before, "n_after": self.n_after, "overlap": self.overlap,
            }
        )  # fmt: skip


def change(before: Estimate, after: Estimate) -> Change:
    """Change between two waves drawn independently of one another.

    Both hold the same rows (terms and domains, in any order). Var = V₁ + V₂; degrees of freedom by
    Satterthwaite: (V₁ + V₂)² / (V₁²/df₁ + V₂²/df₂). Using it on waves that share PSUs overstates the error
    where answers persist: use `change_within`.
    Raises DesignError when the rows or the levels of confidence differ.
    """
    if before.level != after.level:
        raise DesignError("wave.level", before=before.level, after=after.level)
    names, others = _row_names(before), _row_names(after)
    for name in [*names, *others]:
        if (name in names) != (name in others):
            raise DesignError("wave.other-terms", term=name)
    place = np.array([others.index(name) for name in names], dtype=np.int64)
    v1, v2 = before.se**2, after.se[place] ** 2
    variance = v1 + v2
    parts = v1**2 / np.maximum(before.df, 1) + v2**2 / np.maximum(after.df[place], 1)
    df = np.divide(variance**2, parts, out=np.full_like(variance, np.inf), where=parts > 0)
    df = np.where((before.df >= 1) & (after.df[place] >= 1), df, np.nan)
    return _change(
        tuple(names), before.estimate, after.estimate[place], np.sqrt(variance), df, before.level, False,
        before.n, after.n[place],
    )  # fmt: skip


def change_of_published(
    terms: Sequence[str],
    before: ArrayLike,
    after: ArrayLike,
    *,
    se: tuple[ArrayLike, ArrayLike],
    df: tuple[ArrayLike, ArrayLike],
    n: tuple[ArrayLike, ArrayLike],
    step: float = 0.01,
    level: float = 0.95,
    family: int = 1,
) -> Change:
    """Change between figures as two releases printed them, the waves drawn independently of one another.

    before, after: (k,) printed figures, rounded to multiples of `step`; se, df, n: of each wave, (k,) in the same
    units. The difference is that of the printed figures, so it tells nothing that they don't; what rounding
    may have done to it (two uniform errors, variance step²/12 each) is part of its variance. family: so many
    changes are told together; their intervals hold jointly at `level` (Bonferroni). Degrees of freedom as in
    `change`, rounding taken as known. Raises DesignError for figures that aren't multiples of `step`.
    """
    first, second = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    for value in np.concatenate([first, second]):
        if abs(value / step - round(value / step)) > 1e-6:
            raise DesignError("wave.not-rounded", value=float(value), step=step)
    v1, v2 = (np.asarray(one, dtype=float) ** 2 for one in se)
    df1, df2 = (np.asarray(one, dtype=float) for one in df)
    variance = v1 + v2 + step**2 / 6
    parts = v1**2 / np.maximum(df1, 1) + v2**2 / np.maximum(df2, 1)
    joint = np.divide(variance**2, parts, out=np.full_like(variance, np.inf), where=parts > 0)
    joint = np.where((df1 >= 1) & (df2 >= 1), joint, np.nan)
    return _change(
        tuple(terms), first, second, np.sqrt(variance), joint, 1 - (1 - level) / family, False,
        np.asarray(n[0]), np.asarray(n[1]),
    )  # fmt: skip


def change_within(
    variable: Any,
    design: SampleDesign,
    *,
    wave: Any = WAVE,
    of: str = "proportion",
    domain: Any = None,
    missing: Missing = "error",
    level: float = 0.95,
    df: str | float = "design",
) -> Change:
    """Change between two waves held in one design (see `stack_waves`), the covariance between them included.

    variable: as `proportion` (of="proportion", a row per level) or `mean` (of="mean") take it. wave: column with
    exactly two levels, the earlier first in order. df: of the whole stacked design unless another is asked
    for ("domain": the smaller of the two waves').
    """
    codes = categorical(design, wave)
    active = design.active
    present = sorted({int(c) for c in np.unique(codes.codes[active]) if c >= 0})
    if len(present) != 2:
        raise DesignError("wave.not-two", variable=codes.name, waves=len(present))
    if of not in ("proportion", "mean"):
        raise DesignError("design.unknown-option", option="of", value=of, choices="proportion, mean")
    estimator = proportion if of == "proportion" else mean
    both = estimator(variable, design, by=[wave], domain=domain, missing=missing, level=level, df=df)
    if both.vcov is None:
        raise DesignError("contrast.no-covariance")
    key = next(k for k in both.labels[0] if k not in ("variable", "level"))
    first = [i for i, label in enumerate(both.labels) if label[key] == codes.levels[present[0]]]
    second = [i for i, label in enumerate(both.labels) if label[key] == codes.levels[present[1]]]
    a, b = np.array(first), np.array(second)
    variance = both.vcov[a, a] + both.vcov[b, b] - 2 * both.vcov[a, b]
    se = np.sqrt(np.maximum(variance, 0.0))
    terms = tuple(str(both.labels[i].get("level", both.labels[i]["variable"])) for i in first)
    return _change(
        terms, both.estimate[a], both.estimate[b], se, np.minimum(both.df[a], both.df[b]), level, True,
        both.n[a], both.n[b],
    )  # fmt: skip


def stack_waves(
    frames: Mapping[Any, pd.DataFrame],
    *,
    strata: Sequence[str] = (),
    ids: Sequence[str] = (),
    shared: bool = True,
) -> pd.DataFrame:
    """Both waves below one another with a column `wave`, ready for `SampleDesign.from_frame`.

    frames: {wave: its interviews}, the earlier first. shared: the waves share PSUs (a panel, or new people in the
    same villages): equal labels in `strata` and `ids` mean the same stratum and unit in both. Not shared: the
    labels are made different, so that waves count as independent samples.
    """
    if len(frames) != 2:
        raise DesignError("wave.not-two", variable=WAVE, waves=len(frames))
    parts = []
    for name, frame in frames.items():
        for column in [*strata, *ids]:
            if column not in frame.columns:
                raise DesignError("wave.column", wave=str(name), variable=column)
        part = frame.copy()
        if not shared:
            for column in [*strata, *ids]:
                part[column] = str(name) + "/" + part[column].astype(str)
        part[WAVE] = name
        parts.append(part)
    stacked = pd.concat(parts, ignore_index=True)
    stacked[WAVE] = pd.Categorical(stacked[WAVE], categories=list(frames))
    return stacked


def _row_names(estimate: Estimate) -> list[str]:
    return [
        " · ".join(str(v) for k, v in label.items() if k != "variable" or len(label) == 1)
        for label in estimate.labels
    ]


def _change(
    terms: tuple[str, ...], before: Array, after: Array, se: Array, df: Array, level: float, overlap: bool,
    n_before: Array, n_after: Array,
) -> Change:  # fmt: skip
    difference = after - before
    margin = t_quantile(0.5 + level / 2, df) * se
    tested = (se > 0) & (np.nan_to_num(df) >= 1)
    ratio = np.divide(np.abs(difference), se, out=np.zeros_like(se), where=tested)
    p = np.where(tested, 2 * student.sf(ratio, np.where(tested, df, 1.0)), np.nan)
    p = np.where((se == 0) & (difference == 0), 1.0, p)
    return Change(
        terms, before, after, difference, se, difference - margin, difference + margin,
        np.asarray(df, dtype=float), p, level, overlap, n_before, n_after,
    )  # fmt: skip
