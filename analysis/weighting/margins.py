"""Population margins: the categories of a variable (or of a crossing) with their control totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array, Codes, as_codes
from analysis.errors import CalibrationError, DesignError


@dataclass(frozen=True, eq=False)
class Margin:
    """name; codes: (n,) categories of the rows; totals: (categories,) control totals in the order of
    codes.levels.
    """

    name: str
    codes: Codes
    totals: Array

    @classmethod
    def of(cls, values: Any, totals: Mapping[Any, float], name: str | None = None) -> Margin:
        """A margin from a column of values and a mapping {category: control total}.

        Every category of the data needs a total and the other way round; what is missing raises
        CalibrationError naming it. Missing values in the column raise DesignError.
        """
        codes = as_codes(values, name or "variable")
        name = name or (codes.name if codes.name != "variable" else "margin")
        if codes.missing.any():
            raise DesignError("calibration.missing-values", variable=name, count=int(codes.missing.sum()))
        wanted = {k: float(v) for k, v in totals.items()}
        for category, value in wanted.items():
            if not np.isfinite(value) or value < 0:
                raise CalibrationError(
                    "calibration.bad-total", variable=name, category=str(category), total=value
                )
        place = {level: i for i, level in enumerate(wanted)}
        mapped = np.full(len(codes.levels) + 1, -1, dtype=np.int64)
        for i, level in enumerate(codes.levels):
            mapped[i] = place.get(level, -1)
        new = mapped[codes.codes]
        if (new < 0).any():
            stray = codes.levels[int(codes.codes[int(np.argmax(new < 0))])]
            raise CalibrationError(
                "calibration.no-total", variable=name, category=str(stray), count=int((new < 0).sum())
            )
        return cls(name, Codes(new, tuple(wanted), name), np.array(list(wanted.values())))

    @classmethod
    def crossed(cls, columns: Sequence[Any], cells: pd.DataFrame, total: str = "Freq") -> Margin:
        """A margin of a crossing: columns of values, and a frame with one column per variable and one of
        totals.
        """
        names = [c for c in cells.columns if c != total]
        if len(names) != len(columns):
            raise DesignError("calibration.columns", given=len(columns), wanted=len(names))
        if len(names) == 1:
            return cls.of(columns[0], dict(zip(cells[names[0]], cells[total], strict=True)), str(names[0]))
        coded = [as_codes(c, n) for c, n in zip(columns, names, strict=True)]
        labels: list[Any] = []
        keys: dict[Any, float] = {}
        for row in cells[[*names, total]].itertuples(index=False):
            keys[tuple(str(v) for v in row[:-1])] = float(row[-1])
        width = 1
        joint = np.zeros(len(coded[0].codes), dtype=np.int64)
        for code in coded:
            if code.missing.any():
                raise DesignError(
                    "calibration.missing-values", variable=code.name, count=int(code.missing.sum())
                )
            joint = joint * len(code.levels) + code.codes
            width *= len(code.levels)
        present, inverse = np.unique(joint, return_inverse=True)
        for value in present:
            parts: list[str] = []
            rest = int(value)
            for code in reversed(coded):
                parts.append(str(code.levels[rest % len(code.levels)]))
                rest //= len(code.levels)
            labels.append(tuple(reversed(parts)))
        order = [k for k in keys if k not in set(labels)]
        levels = (*labels, *order)
        name = " x ".join(str(n) for n in names)
        for label in labels:
            if label not in keys:
                count = int((inverse == labels.index(label)).sum())
                raise CalibrationError(
                    "calibration.no-total", variable=name, category=" / ".join(label), count=count
                )
        totals = np.array([keys[level] for level in levels])
        if not np.isfinite(totals).all() or (totals < 0).any():
            bad = int(np.argmax(~np.isfinite(totals) | (totals < 0)))
            raise CalibrationError(
                "calibration.bad-total",
                variable=name,
                category=" / ".join(levels[bad]),
                total=float(totals[bad]),
            )
        return cls(name, Codes(inverse.astype(np.int64), levels, name), totals)

    def category(self, i: int) -> str:
        """The name of category i for sentences and reports."""
        level = self.codes.levels[i]
        return " / ".join(map(str, level)) if isinstance(level, tuple) else str(level)


def joint_patterns(margins: Sequence[Margin]) -> tuple[np.ndarray, np.ndarray]:
    """Distinct combinations of the margins' categories: ((n,) pattern of each row, (patterns, margins)
    categories).
    """
    widths = [len(m.totals) for m in margins]
    size = int(np.prod(widths, dtype=np.float64)) if np.prod(widths, dtype=np.float64) < 2**62 else -1
    if size < 0:
        raise DesignError(
            "variable.too-many-levels", variable=" x ".join(m.name for m in margins), levels=-1, limit=-1
        )
    joint = margins[0].codes.codes.astype(np.int64)
    for margin, width in zip(margins[1:], widths[1:], strict=True):
        joint *= width
        joint += margin.codes.codes
    if size <= max(4 * len(joint), 1_000_000):
        seen = np.flatnonzero(np.bincount(joint, minlength=size))
        place = np.empty(size, dtype=np.int64)
        place[seen] = np.arange(len(seen))
        pattern = place[joint]
    else:
        seen, pattern = np.unique(joint, return_inverse=True)
    table = np.empty((len(seen), len(margins)), dtype=np.int64)
    rest = seen.copy()
    for j in range(len(margins) - 1, -1, -1):
        table[:, j] = rest % widths[j]
        rest //= widths[j]
    return pattern.astype(np.int64), table


def check_margins(weights: Array, margins: Sequence[Margin]) -> None:
    """Raise CalibrationError for a category nobody (with weight) fell into, or totals that disagree between
    margins.
    """
    first = margins[0]
    for margin in margins:
        size = np.bincount(margin.codes.codes, weights, minlength=len(margin.totals))
        empty = np.flatnonzero((size <= 0) & (margin.totals > 0))
        if empty.size:
            raise CalibrationError(
                "calibration.empty-category",
                variable=margin.name,
                category=margin.category(int(empty[0])),
                total=float(margin.totals[empty[0]]),
            )
        if not np.isclose(margin.totals.sum(), first.totals.sum(), rtol=1e-6, atol=0.0):
            raise CalibrationError(
                "calibration.totals-disagree",
                first=first.name,
                first_total=float(first.totals.sum()),
                second=margin.name,
                second_total=float(margin.totals.sum()),
            )


def margin_report(margins: Sequence[Margin], before: Array, after: Array) -> pd.DataFrame:
    """One row per control: variable, category, n, before, target, after, factor; `few` marks under 20
    respondents.
    """
    frames = []
    for margin in margins:
        k, codes = len(margin.totals), margin.codes.codes
        old, new = np.bincount(codes, before, minlength=k), np.bincount(codes, after, minlength=k)
        n = np.bincount(codes, before > 0, minlength=k).astype(np.int64)
        frames.append(
            pd.DataFrame(
                {
                    "variable": margin.name,
                    "category": [margin.category(i) for i in range(k)],
                    "n": n,
                    "before": old,
                    "target": margin.totals,
                    "after": new,
                    "factor": np.divide(new, old, out=np.full(k, np.nan), where=old > 0),
                    "few": n < 20,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
