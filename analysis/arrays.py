"""Array types of the library and the few conversions every entry point shares.

Rows always keep the order of the design. A categorical variable travels as `Codes`: small integers, -1 where
the answer is missing, with the levels beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import DesignError

Array = npt.NDArray[Any]  # float64 where the docstring says nothing else
Ints = npt.NDArray[Any]
Bools = npt.NDArray[np.bool_]

MAX_LEVELS = 100_000


@dataclass(frozen=True, eq=False)
class Codes:
    """A categorical variable: codes (n,) integers in [-1, len(levels)), -1 = missing; levels in order."""

    codes: npt.NDArray[np.integer[Any]]
    levels: tuple[object, ...]
    name: str = "variable"

    def __post_init__(self) -> None:
        if len(self.levels) > MAX_LEVELS:
            raise DesignError(
                "variable.too-many-levels", variable=self.name, levels=len(self.levels), limit=MAX_LEVELS
            )
        codes = np.asarray(self.codes)
        if codes.ndim != 1 or codes.dtype.kind not in "iu":
            raise DesignError("variable.codes-not-integers", variable=self.name)
        if codes.size and (int(codes.max()) >= len(self.levels) or int(codes.min()) < -1):
            raise DesignError("variable.codes-out-of-range", variable=self.name, levels=len(self.levels))
        object.__setattr__(self, "codes", codes)

    @cached_property
    def any_missing(self) -> bool:
        """True when some row has no answer."""
        return bool(self.codes.size and int(self.codes.min()) < 0)

    @property
    def missing(self) -> Bools:
        """(n,) True where the answer is missing."""
        return np.asarray(self.codes < 0)

    def indicators(self) -> Array:
        """(n, levels) 0/1 floats; a row of NaN where missing. For models only: tables never build this."""
        out = np.zeros((self.codes.size, len(self.levels)))
        ok = self.codes >= 0
        out[np.flatnonzero(ok), self.codes[ok]] = 1.0
        out[~ok] = np.nan
        return out


def as_codes(values: Any, name: str = "variable") -> Codes:
    """Any categorical column as `Codes`.

    values: Codes, a pandas Categorical or a Series of one (its categories, in order), or any 1-d values
    (their sorted distinct values become the levels; NaN, None and NaT are missing).
    """
    if isinstance(values, Codes):
        return values
    if isinstance(values, pd.Series):
        name = str(values.name) if values.name is not None and name == "variable" else name
        values = values.array
    if isinstance(values, pd.Categorical):
        return Codes(np.asarray(values.codes), tuple(values.categories.tolist()), name)
    array = np.asarray(values)
    if array.ndim != 1:
        raise DesignError("variable.not-one-column", variable=name)
    codes, levels = pd.factorize(array, sort=True, use_na_sentinel=True)
    return Codes(codes.astype(np.int32, copy=False), tuple(levels.tolist()), name)


def as_floats(values: Any, name: str) -> Array:
    """A numeric column as (n,) float64, NaN where missing. Text or objects that are no numbers raise
    DesignError.
    """
    if isinstance(values, (pd.Series, pd.Index)):
        values = values.array
    if isinstance(values, pd.api.extensions.ExtensionArray):
        if isinstance(values, pd.Categorical) or isinstance(values.dtype, pd.StringDtype):
            raise DesignError("variable.not-numeric", variable=name)
        try:
            values = values.to_numpy(dtype=np.float64, na_value=np.nan)
        except (TypeError, ValueError):
            raise DesignError("variable.not-numeric", variable=name) from None
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        if array.dtype.kind != "O":
            raise DesignError("variable.not-numeric", variable=name)
        if any(isinstance(v, str) for v in array.ravel()):
            raise DesignError("variable.not-numeric", variable=name)
        try:
            array = np.array([np.nan if v is None or v is pd.NA else v for v in array], dtype=np.float64)
        except (TypeError, ValueError):
            raise DesignError("variable.not-numeric", variable=name) from None
    if array.ndim != 1:
        raise DesignError("variable.not-one-column", variable=name)
    return np.ascontiguousarray(array, dtype=np.float64)


def group_codes(*columns: npt.NDArray[np.integer[Any]]) -> tuple[Ints, Ints]:
    """Joint groups of code columns: ((n,) group codes, (groups,) first row of each group), groups in sorted
    order.
    """
    joint = columns[0].astype(np.int64)
    for column in columns[1:]:
        joint = pd.factorize(joint, sort=True)[0].astype(np.int64)
        width = int(column.max(initial=0)) + 1
        joint = joint * width + column
    codes, labels = pd.factorize(joint, sort=True)
    first = np.full(len(labels), joint.size, dtype=np.int64)
    np.minimum.at(first, codes, np.arange(joint.size))
    return codes.astype(np.int64), first
