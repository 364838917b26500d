"""Group stored answers into the categories of weighting and reporting variables.

Codes are integers: the category's position, or MISSING. A value that no category holds and that isn't
declared missing stops the run: a recode that silently leaves people out is a wrong weight.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from survey_app.problems import Problem
from survey_app.snapshots.columns import Columns, encoded
from survey_app.weighting.recipe import Variable

MISSING = -1
Codes = NDArray[np.int64]


def codes(
    variable: Variable,
    answers: Columns,
    *,
    strata: Sequence[str],
    area_types: Sequence[str],
    areas: Sequence[Sequence[str]] = (),
) -> Codes:
    """The variable's codes, (n,) in the interviews' order.

    answers: the interviews' stored answers; strata, area_types, areas: of each interview's primary unit, the
    areas as codes, the smallest first: the first that a category holds decides.
    Raises Problem weighting.recode-incomplete naming the values left out, and weighting.recode-missing when
    the variable allows no missing ones.
    """
    if variable.source == "question":
        raw = answers[variable.question or ""]
    elif variable.source == "area":
        known = {value for category in variable.categories for value in category.values}
        raw = encoded([next((code for code in own if code in known), own[0]) for own in areas])
    else:
        raw = encoded(area_types if variable.source == "area_type" else strata)
    table = {value: _code(variable, value) for value in raw.levels}
    counts = np.bincount(raw.codes[raw.codes >= 0], minlength=len(raw.levels))
    left_out = Counter(
        {value: int(n) for value, n in zip(raw.levels, counts, strict=True) if n and table[value] is None}
    )
    if left_out:
        shown = ", ".join(f"{value} ({count})" for value, count in left_out.most_common(8))
        raise Problem("weighting.recode-incomplete", variable=variable.name, values=shown)
    found = raw.recoded({value: code for value, code in table.items() if code is not None}, MISSING)
    absent = int(np.count_nonzero(found == MISSING))
    if absent and variable.missing == "refuse":
        raise Problem("weighting.recode-missing", variable=variable.name, count=absent)
    return found


def _code(variable: Variable, value: str) -> int | None:
    """The category's position, MISSING, or None when no category holds the value."""
    if value == "" or value in variable.missing_values:
        return MISSING
    number: float | None
    try:
        number = float(value)
    except ValueError:
        number = None
    if number is not None and variable.year is not None:
        number = variable.year - number
    for position, category in enumerate(variable.categories):
        if category.holds(value, number):
            return position
    return None


def donated(
    found: Codes, name: str, strata: Sequence[str], ids: Sequence[str] | NDArray[np.str_], seed: str
) -> Codes:
    """The codes with each missing one replaced by that of another interview of the same stratum.

    ids: the interviews' ids; the donor follows from the seed, the variable's name and the id alone, so that
    order never matters. Where a stratum has no donor, the whole sample gives one; with nobody to give, the
    codes stay missing.
    """
    out = found.copy()
    known = np.flatnonzero(found != MISSING)
    if not known.size:
        return out
    order = known[np.argsort(np.array(ids, dtype=np.str_)[known], kind="stable")]
    place = np.array(strata, dtype=np.str_)
    for row in np.flatnonzero(found == MISSING):
        near = order[place[order] == place[row]]
        donors = near if near.size else order
        draw = hashlib.sha256(f"{seed}:{name}:{ids[int(row)]}".encode()).digest()
        out[row] = found[donors[int.from_bytes(draw[:8], "big") % donors.size]]
    return out


def adults(answers: Columns, question: str, missing: Sequence[str]) -> NDArray[np.float64]:
    """Adults in each household, (n,); NaN where missing, unreadable or below one."""
    column = answers[question]
    by_level = np.array([*(_adults(text, missing) for text in column.levels), np.nan])
    return np.asarray(by_level[column.codes], dtype=np.float64)


def _adults(text: str, missing: Sequence[str]) -> float:
    try:
        count = float(text)
    except ValueError:
        return float("nan")
    return count if count >= 1 and text not in missing else float("nan")
