"""Recodes without code: categories merged under a name, or numbers cut into bands; kept as readable recipes.

A recode says of every value where it goes. Values that no group holds are told with their number of interviews,
and the recode is used only when it declares that they count as missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from analysis import Codes
from survey_app.problems import Problem
from survey_app.snapshots.columns import Column
from survey_app.tabulation.variables import NUMBER, SINGLE, Variable

FORMAT = 1
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
BAND = re.compile(r"^\s*(-?\d+(?:[.,]\d+)?)?\s*(?:-|–|\.\.)\s*(-?\d+(?:[.,]\d+)?)?\s*$")
MOST_GROUPS = 30


@dataclass(frozen=True)
class Group:
    """values: stored values, or low..high (both ends inside; None: open)."""

    label: str
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Recode:
    """of: the variable that is regrouped. rest_missing: values of no group count as missing, and this is said."""

    name: str
    label: str
    of: str
    groups: tuple[Group, ...]
    rest_missing: bool = False

    def to_json(self) -> dict[str, Any]:
        groups = [
            {"label": g.label, "values": list(g.values)}
            if g.values
            else {"label": g.label, "from": g.low, "to": g.high}
            for g in self.groups
        ]
        return {
            "format": FORMAT, "label": self.label, "of": self.of, "groups": groups, "rest_missing": self.rest_missing,
        }  # fmt: skip


def from_json(name: str, document: Mapping[str, Any]) -> Recode:
    """Raises Problem tabulation.bad-recode for anything that isn't a recode."""
    try:
        groups = tuple(
            Group(
                label=str(g["label"]).strip(),
                values=tuple(str(v) for v in g.get("values", ())),
                low=None if g.get("from") is None else float(g["from"]),
                high=None if g.get("to") is None else float(g["to"]),
            )
            for g in document["groups"]
        )
        made = Recode(
            name,
            str(document["label"]).strip(),
            str(document["of"]),
            groups,
            bool(document.get("rest_missing")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Problem("tabulation.bad-recode", name=name, reason=str(error)) from error
    _check(made)
    return made


def bands(text: str) -> tuple[Group, ...]:
    """Bands from text, one a line or after a semicolon: `18-29; 30-44; 60-`. Raises Problem tabulation.bad-band."""
    found = []
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        match = BAND.match(part)
        if match is None or match.groups() == (None, None):
            raise Problem("tabulation.bad-band", band=part.strip())
        low, high = (None if end is None else float(end.replace(",", ".")) for end in match.groups())
        if low is not None and high is not None and low > high:
            raise Problem("tabulation.bad-band", band=part.strip())
        shown = [re.sub(r"\.0$", "", str(end)) for end in (low, high) if end is not None]
        label = "–".join(shown) if len(shown) == 2 else (f"≥ {shown[0]}" if high is None else f"≤ {shown[0]}")
        found.append(Group(label, low=low, high=high))
    return tuple(found)


def variable_of(recode: Recode, source: Variable) -> Variable:
    """The variable that the recode makes. Raises Problem tabulation.bad-recode for one that can't be regrouped."""
    if source.kind not in (SINGLE, NUMBER):
        raise Problem("tabulation.bad-recode", name=recode.name, reason=source.name)
    label = {"vi": recode.label}
    levels = {str(place): {"vi": group.label} for place, group in enumerate(recode.groups, 1)}
    return Variable(
        name=recode.name,
        kind=SINGLE,
        label=label,
        section={},
        levels=levels,
        missing=(),
        questions={"": recode.name},
        background=True,
    )


def apply(recode: Recode, source: Variable, column: Column) -> tuple[Codes, dict[str, int]]:
    """(codes of the groups, -1 where missing; {value left out: interviews}).

    Raises Problem tabulation.recode-leaves-out when values are left out and the recode doesn't say that they
    count as missing.
    """
    place = {value: _place(recode, value) for value in column.levels if value not in source.missing}
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels))
    left_out = {
        value: int(n)
        for value, n in zip(column.levels, counts, strict=True)
        if n and value in place and place[value] is None
    }
    if left_out and not recode.rest_missing:
        shown = ", ".join(f"{value} ({n})" for value, n in sorted(left_out.items())[:12])
        raise Problem("tabulation.recode-leaves-out", name=recode.label, values=shown)
    codes = column.recoded({value: at for value, at in place.items() if at is not None})
    return Codes(
        codes.astype(np.int16), tuple(str(i) for i in range(1, len(recode.groups) + 1)), recode.name
    ), left_out


def _place(recode: Recode, value: str) -> int | None:
    try:
        number: float | None = float(value)
    except ValueError:
        number = None
    for place, group in enumerate(recode.groups):
        if group.values:
            if value in group.values:
                return place
        elif number is not None and _within(group, number):
            return place
    return None


def _within(group: Group, number: float) -> bool:
    return (group.low is None or number >= group.low) and (group.high is None or number <= group.high)


def _check(made: Recode) -> None:
    values = [value for group in made.groups for value in group.values]
    labels = [group.label for group in made.groups]
    reason = ""
    if not NAME.fullmatch(made.name):
        reason = made.name
    elif not 1 <= len(made.groups) <= MOST_GROUPS or not made.label:
        reason = f"{len(made.groups)}"
    elif not all(labels) or len(set(labels)) < len(labels):
        reason = ", ".join(labels)
    elif len(set(values)) < len(values):
        reason = ", ".join(sorted({v for v in values if values.count(v) > 1}))
    if reason:
        raise Problem("tabulation.bad-recode", name=made.name, reason=reason)
    ranges = sorted(
        (-np.inf if g.low is None else g.low, np.inf if g.high is None else g.high)
        for g in made.groups
        if not g.values
    )
    for (_low, high), (low, _high) in pairwise(ranges):
        if low <= high:
            raise Problem("tabulation.bad-band", band=f"{low:g}")
