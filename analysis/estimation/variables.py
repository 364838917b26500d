"""What the caller names: variables, domains and the policy for missing answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.arrays import Array, Bools, Codes, as_codes, as_floats
from analysis.design import SampleDesign
from analysis.errors import DesignError

Missing = Literal["error", "drop"]


@dataclass(frozen=True, eq=False)
class Numeric:
    """A numeric variable: values (n,), NaN where missing."""

    values: Array
    name: str

    @property
    def missing(self) -> Bools:
        return np.isnan(self.values)


def variables(design: SampleDesign, spec: Any) -> list[Numeric | Codes]:
    """One or several variables, by name in the design's frame or as arrays, Series, Categoricals or Codes.

    Text, categorical and `Codes` columns are categorical; numbers and booleans are numeric.
    """
    if isinstance(spec, pd.DataFrame):
        spec = [spec[c] for c in spec.columns]
    if isinstance(spec, (str, pd.Series, np.ndarray, Codes, pd.Categorical, Numeric)):
        spec = [spec]
    out = [_variable(design, item) for item in spec]
    for v in out:
        rows = len(v.values) if isinstance(v, Numeric) else len(v.codes)
        if rows != design.rows:
            raise DesignError("design.length", variable=v.name, rows=rows, wanted=design.rows)
    return out


def _variable(design: SampleDesign, item: Any) -> Numeric | Codes:
    if isinstance(item, (Codes, Numeric)):
        return item
    if isinstance(item, str):
        item = design.column(item)
    name = str(item.name) if isinstance(item, pd.Series) and item.name is not None else "variable"
    dtype = getattr(item, "dtype", None)
    if isinstance(dtype, pd.CategoricalDtype) or (
        dtype is not None and not pd.api.types.is_numeric_dtype(dtype)
    ):
        return as_codes(item, name)
    values = as_floats(item, name)
    if np.isinf(values).any():
        raise DesignError("variable.infinite", variable=name, count=int(np.isinf(values).sum()))
    return Numeric(values, name)


def categorical(design: SampleDesign, item: Any) -> Codes:
    """One variable taken as categorical whatever its type."""
    if isinstance(item, str):
        item = design.column(item)
    codes = as_codes(item)
    if len(codes.codes) != design.rows:
        raise DesignError("design.length", variable=codes.name, rows=len(codes.codes), wanted=design.rows)
    return codes


def numeric(design: SampleDesign, item: Any) -> Numeric:
    """One variable taken as numeric; a categorical one raises DesignError."""
    found = variables(design, item)[0]
    if isinstance(found, Codes):
        raise DesignError("variable.not-numeric", variable=found.name)
    return found


def without_missing(
    design: SampleDesign, used: Sequence[Numeric | Codes], missing: Missing
) -> tuple[SampleDesign, int]:
    """The design restricted to rows where every variable is answered, and how many rows of the domain that
    drops.

    "error" refuses, naming the variable; "drop" takes the complete rows as a domain, so that variance stays
    right.
    """
    if missing not in ("error", "drop"):
        raise DesignError("design.unknown-option", option="missing", value=missing, choices="error, drop")
    active = design.active
    if not active.any():
        raise DesignError("domain.empty", domain="")
    gone = np.zeros(design.rows, dtype=np.bool_)
    for variable in used:
        if isinstance(variable, Codes) and not variable.any_missing:
            continue
        absent = variable.missing & active
        if absent.any():
            if missing == "error":
                raise DesignError("variable.missing", variable=variable.name, count=int(absent.sum()))
            gone |= absent
    if not gone.any():
        return design, 0
    left = design.subset(~gone)
    if not left.active.any():
        raise DesignError("variable.all-missing", variable=used[0].name)
    return left, int(gone.sum())


@dataclass(frozen=True, eq=False)
class Domains:
    """Groups of rows: codes (n,) in -1..count-1 and a mapping {variable: level} for each group, present
    ones only.
    """

    codes: np.ndarray
    labels: tuple[dict[str, object], ...]

    @property
    def count(self) -> int:
        return len(self.labels)


def domains(design: SampleDesign, by: Any) -> Domains:
    """The crossing of the `by` variables; groups nobody of the design's domain is in are left out, as R's
    svyby does.

    The first variable runs fastest. by None: one group with everybody, without labels.
    """
    if by is None:
        return Domains(np.zeros(design.rows, dtype=np.int64), ({},))
    if isinstance(by, (str, pd.Series, np.ndarray, Codes, pd.Categorical)):
        by = [by]
    columns = [categorical(design, item) for item in by]
    names = [c.name if c.name != "variable" else f"by{i + 1}" for i, c in enumerate(columns)]
    joint = np.zeros(design.rows, dtype=np.int64)
    width, gone = 1, np.zeros(design.rows, dtype=np.bool_)
    for column in columns:
        joint += np.where(column.codes < 0, 0, column.codes).astype(np.int64) * width
        gone |= column.codes < 0
        width *= len(column.levels)
    if width > 1_000_000:
        raise DesignError(
            "variable.too-many-levels", variable=" x ".join(names), levels=width, limit=1_000_000
        )
    joint[gone] = -1
    there = np.bincount(joint[design.active & ~gone], minlength=width) > 0
    place = np.full(width + 1, -1, dtype=np.int64)
    place[:-1][there] = np.arange(there.sum())
    labels = []
    for group in np.flatnonzero(there):
        label: dict[str, object] = {}
        for name, column in zip(names, columns, strict=True):
            label[name] = column.levels[int(group) % len(column.levels)]
            group //= len(column.levels)
        labels.append(label)
    return Domains(place[joint], tuple(labels))


def restrict(design: SampleDesign, domain: Any) -> SampleDesign:
    """The design of a domain given as booleans (n,), or as the name of a boolean column; None: unchanged."""
    if domain is None:
        return design
    if isinstance(domain, str):
        domain = design.column(domain).to_numpy()
    if isinstance(domain, pd.Series):
        domain = domain.to_numpy()
    return design.subset(np.asarray(domain))
