"""Group stored answers into the categories of weighting and reporting variables.

Codes are integers: the category's position, or MISSING. A value that no category holds and that isn't
declared missing stops the run: a recode that silently leaves people out is a wrong weight.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from survey_app.problems import Problem
from survey_app.weighting.recipe import Variable

MISSING = -1
Codes = NDArray[np.int64]


def codes(
    variable: Variable,
    values: Sequence[Mapping[str, str]],
    *,
    strata: Sequence[str],
    area_types: Sequence[str],
) -> Codes:
    """The variable's codes, (n,) in the interviews' order.

    values: the interviews' stored answers; strata, area_types: of each interview's primary unit.
    Raises Problem weighting.recode-incomplete naming the values left out, and weighting.recode-missing when
    the variable allows no missing ones.
    """
    if variable.source == "area_type":
        raw: Sequence[str] = area_types
    elif variable.source == "stratum":
        raw = strata
    else:
        raw = [str(answers.get(variable.question or "", "")) for answers in values]
    table = {value: _code(variable, value) for value in set(raw)}
    left_out = Counter(value for value in raw if table[value] is None)
    if left_out:
        shown = ", ".join(f"{value} ({count})" for value, count in left_out.most_common(8))
        raise Problem("weighting.recode-incomplete", variable=variable.name, values=shown)
    found = np.fromiter((table[value] for value in raw), dtype=np.int64, count=len(raw))
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


def donated(found: Codes, name: str, strata: Sequence[str], ids: Sequence[str], seed: str) -> Codes:
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


def adults(values: Sequence[Mapping[str, str]], question: str, missing: Sequence[str]) -> NDArray[np.float64]:
    """Adults in each household, (n,); NaN where missing, unreadable or below one."""
    out = np.full(len(values), np.nan)
    for position, answers in enumerate(values):
        text = str(answers.get(question, ""))
        if text in missing:
            continue
        try:
            count = float(text)
        except ValueError:
            continue
        if count >= 1:
            out[position] = count
    return out
