"""Breaks by area: which areas a release tells of, and where their tiles stand on the map.

The rule on what the design supports is `weighting/areas.py`; here its outcome becomes a break of the cube. Positions
are the researcher's own (`at` in the recipe), those of the country's provinces, or rows in the order of codes.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from survey_app.accounts import queries as accounts
from survey_app.reporting.cube import Break, Tile
from survey_app.weighting import areas
from survey_app.weighting.areas import Settled
from survey_app.weighting.recipe import Category, Variable
from survey_app.weighting.weights import Weights

LAYOUT = Path(__file__).parent / "data" / "province_tiles.csv"
At = tuple[int, int]


@dataclass(frozen=True)
class Placed:
    """A line of the country's layout. of: the province that a tile without figures of its own is a part of."""

    code: str
    at: At
    of: str


@lru_cache(maxsize=1)
def provinces() -> tuple[Placed, ...]:
    """The country's layout, in the order of the file."""
    with LAYOUT.open(encoding="utf-8") as file:
        return tuple(
            Placed(row["code"], (int(row["column"]), int(row["row"])), row["of"])
            for row in csv.DictReader(file)
        )


def divide(variable: Variable, made: Weights) -> tuple[Break, NDArray[np.int64]]:
    """A weighting variable as a break, with each interview's place among its groups, (n,), -1 for none.

    Of areas only those that the design supports are groups, in the order of official codes.
    """
    codes = made.codes[variable.name]
    if variable.source != "area":
        groups = tuple((c.name, c.label) for c in variable.categories)
        return Break(variable.name, variable.label, groups, areas.level(variable, {})), codes
    settled = areas.settle(variable, made)
    wanted = {code for category in variable.categories for code in category.values}
    paths = accounts.paths(wanted)
    found = Break(
        name=variable.name,
        label=variable.label,
        groups=tuple((one.name, one.label) for one in settled.told),
        level=areas.level(variable, paths),
        tiles=_tiles(variable, settled, paths),
    )
    return found, _regrouped(variable, settled, codes)


def _regrouped(variable: Variable, settled: Settled, codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Codes of the recipe's groups as places among what is told; the last entry is for those of no group."""
    new = np.full(len(variable.categories) + 1, -1, dtype=np.int64)
    for place, one in enumerate(settled.told):
        for position, category in enumerate(variable.categories):
            if category.name in one.parts:
                new[position] = place
    return new[codes]


def _tiles(variable: Variable, settled: Settled, paths: dict[str, str]) -> tuple[Tile, ...]:
    """One tile an area of the recipe, in the order of codes, then those that show where a part of one lies."""
    ordered = sorted(variable.categories, key=lambda category: min(category.values))
    places = positions(ordered)
    tiles = []
    for category, at in zip(ordered, places, strict=True):
        told = settled.joined(category.name)
        tiles.append(
            Tile(
                area=category.name,
                label=category.label,
                at=at,
                group=told.name if told else "",
                paths=tuple(paths[code] for code in category.values if code in paths),
                why=() if told and len(told.parts) == 1 else settled.alone[category.name].why,
                alone=bool(told and len(told.parts) == 1),
            )
        )
    by_code = {code: tile for category, tile in zip(ordered, tiles, strict=True) for code in category.values}
    if places == _country(ordered):
        for one in provinces():
            if one.of in by_code:
                whole = by_code[one.of]
                tiles.append(
                    replace(whole, area=one.code, label=PARTS[one.code], at=one.at, paths=(), of=whole.area)
                )
    return tuple(tiles)


# Named here, for a release holds every word that it shows.
PARTS = {
    "20333": {"vi": "Hoàng Sa", "en": "Hoàng Sa"},
    "22736": {"vi": "Trường Sa", "en": "Trường Sa"},
}


def positions(categories: Sequence[Category]) -> list[At]:
    """Column and row of each group's tile: the recipe's own where every group has one."""
    own = [category.at for category in categories if category.at is not None]
    if len(own) == len(categories):
        return own
    country = _country(categories)
    if country:
        return country
    columns = min(4, math.ceil(math.sqrt(len(categories))))
    return [(place % columns, place // columns) for place in range(len(categories))]


def _country(categories: Sequence[Category]) -> list[At]:
    """Places on the country's layout where every group is one province; else nothing."""
    known = {one.code: one.at for one in provinces() if not one.of}
    if all(len(category.values) == 1 and category.values[0] in known for category in categories):
        return [known[category.values[0]] for category in categories]
    return []
