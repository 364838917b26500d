"""Tile maps as Plotly figures: one square an area, its name and figure in it. Knows no Flask.

Plain dictionaries in the layout of `plotly.graph_objects`, like `charts.py`, and of its bar and scatter traces only.
A tile's colour says a class of shares in steps of one hue; an area without a figure is hatched grey, never zero.
All areas have the same size, whatever their land or people: the map shows where, the figures how much.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from survey_app.reporting.charts import TOKENS, frame
from survey_app.reporting.cube import Figure

# Steps of the one hue, light to dark (in the dark scheme dark to light), and which ink is read on each.
STEPS = ("map-1", "map-2", "map-3", "map-4", "map-5")
INK = {
    "map-1": "ink",
    "map-2": "ink",
    "map-3": "ink",
    "map-4": "ground",
    "map-5": "ground",
    "map-none": "ink-2",
}
NONE = "map-none"
MOST_CLASSES = len(STEPS)
# Width of the classes in points: fine ones only where intervals are as narrow, so that colour never outruns chance.
FINE, COARSE = 10, 20

# By the number of columns: height of a tile, size of the name and of the figure, characters of a name in a line.
SIZES = {
    1: (92, 14, 20, 24),
    2: (92, 14, 20, 20),
    3: (92, 13, 19, 13),
    4: (76, 13, 16, 10),
    5: (58, 12, 14, 9),
}
SMALLEST = (50, 11, 13, 8)
# Widest that a tile gets, in pixels: with few columns it may be broader than it is high, for long names.
WIDE = {1: 220, 2: 200, 3: 170, 4: 116, 5: 84}
WIDEST = 76
GAP = 0.025  # of a tile, around it
TOP, BOTTOM = 0.13, 0.07  # of a tile, between its edges and its texts


@dataclass(frozen=True)
class Square:
    """A tile. at: column, row. figure: None for an area without one. said: what is told when it is touched."""

    label: str
    at: tuple[int, int]
    figure: Figure | None
    value: str
    said: str


@dataclass(frozen=True)
class Scale:
    """Classes of shares in whole percent: [begin, end) each, lowest first, with the token of its colour."""

    classes: tuple[tuple[int, int, str], ...]

    def token(self, figure: Figure | None) -> str:
        if figure is None or figure.value is None:
            return NONE
        for begin, end, token in self.classes:
            if begin <= figure.value < end:
                return token
        return self.classes[-1][2] if self.classes else NONE


def scale(figures: Sequence[Figure], *, differ: bool = True) -> Scale:
    """Classes that begin and end at tens, as few as hold every figure.

    10 points wide where half of the intervals are no wider and five classes are enough, else 20. Where the areas
    aren't told apart by the test (differ False) there is one class, so that colour tells no difference.
    """
    shown = [f for f in figures if f.value is not None]
    if not shown:
        return Scale(())
    low, high = min(f.value or 0.0 for f in shown), max(f.value or 0.0 for f in shown)
    if not differ:
        return Scale(((int(low), int(high) + 1, STEPS[1]),))
    narrow = median((f.high or 0.0) - (f.low or 0.0) for f in shown) <= FINE
    for width in (FINE, COARSE) if narrow else (COARSE,):
        begins = range(int(low // width) * width, min(int(high), 99) + 1, width)
        if len(begins) <= MOST_CLASSES:
            break
    # Few classes lie near one another: a step of ten or twenty points isn't day and night.
    used = {1: (1,), 2: (0, 2), 3: (0, 2, 3)}.get(len(begins), range(MOST_CLASSES))
    return Scale(
        tuple(
            (begin, 101 if begin + width >= 100 else begin + width, STEPS[step])
            for begin, step in zip(begins, used, strict=False)
        )
    )


def tile_map(squares: Sequence[Square], steps: Scale) -> dict[str, Any]:
    """The map. Tiles keep their proportions: on a wide page they stay as large as they are high."""
    columns = 1 + max(square.at[0] for square in squares)
    rows = 1 + max(square.at[1] for square in squares)
    height, small, large, characters = SIZES.get(columns, SMALLEST)
    tokens = [steps.token(square.figure) for square in squares]
    inks = [TOKENS[INK[token]] for token in tokens]
    across = [square.at[0] + 0.5 for square in squares]
    bars = {
        "type": "bar",
        "x": across,
        "y": [1 - 2 * GAP] * len(squares),
        "base": [-(square.at[1] + 1) + GAP for square in squares],
        "width": 1 - 2 * GAP,
        "marker": {
            "color": [TOKENS[token] for token in tokens],
            "line": {"width": 0},
            "cornerradius": 4,
            "pattern": {
                "shape": ["/" if token == NONE else "" for token in tokens],
                "fgcolor": TOKENS["edge"],
                "bgcolor": TOKENS[NONE],
                "size": 8,
                "solidity": 0.12,
            },
        },
        "customdata": [[square.said] for square in squares],
        "hovertemplate": "%{customdata[0]}<extra></extra>",
    }
    names = ["<br>".join(_name(square.label, characters)) for square in squares]
    values = [html.escape(square.value, quote=False) for square in squares]
    # Names hang from the upper edge, figures stand on the lower one, however many lines a name takes.
    texts = [
        _texts(names, across, [-square.at[1] - TOP for square in squares], small, inks, 400, "bottom center"),
        _texts(
            values, across, [-square.at[1] - 1 + BOTTOM for square in squares], large, inks, 600, "top center"
        ),
    ]
    layout: dict[str, Any] = {
        "height": rows * height,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": False,
        "barmode": "overlay",
        "barcornerradius": 4,
        "hovermode": "closest",
        # The page draws no wider than this, so that few tiles stay tiles on a wide screen.
        "meta": {"widest": columns * WIDE.get(columns, WIDEST)},
        "xaxis": {"range": [0, columns], "fixedrange": True, "visible": False},
        "yaxis": {"range": [-rows, 0], "fixedrange": True, "visible": False},
        **frame(),
    }
    return {"data": [bars, *texts], "layout": layout}


def _texts(
    texts: Sequence[str],
    x: Sequence[float],
    y: Sequence[float],
    size: int,
    colours: Sequence[str],
    weight: int,
    position: str,
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": list(x),
        "y": [round(value, 3) for value in y],
        "text": list(texts),
        "textposition": position,
        "textfont": {"size": size, "color": list(colours), "weight": weight},
        "hoverinfo": "skip",
    }


def _name(text: str, characters: int) -> list[str]:
    """Lines of a tile's name, at most three, with the signs that Plotly would read as markup made harmless."""
    lines: list[str] = []
    # Between the places of a group rather than within the name of one.
    places = text.split(" – ")
    for place, part in enumerate(places):
        piece = part + (" –" if place < len(places) - 1 else "")
        if lines and len(lines[-1]) + 1 + len(piece) <= characters:
            lines[-1] += " " + piece
        else:
            lines += textwrap.wrap(piece, characters, break_long_words=False, break_on_hyphens=False)
    lines = lines or [""]
    if len(lines) > 3:
        lines = [*lines[:2], lines[2] + "…"]
    return [html.escape(line, quote=False) for line in lines]
