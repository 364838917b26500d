"""Turn released figures into Plotly figures. Knows no Flask: labels arrive as finished text.

Figures are plain dictionaries in the layout of `plotly.graph_objects`, which a test holds them to: building the
objects themselves for every chart of a page would cost a leader half a second.

Four charts: `bars` (one column: horizontal bars from zero with interval lines), `diverging` (the two sides of a
scale for the rows of a grid), `dots` (several groups, dots with interval lines, the groups under each answer),
`lines` (waves). Colours are the light
ones of the style sheet; the page's script puts the reader's in. Labels stand above their bar, wrapped,
so that long Vietnamese answers stay readable on a phone; figures are written beside each mark.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from survey_app.reporting.cube import APART, Figure

# The light values of `tokens.css`; the page's script replaces each by the reader's own.
TOKENS = {
    "ink": "#1b2126",
    "ink-2": "#4c565e",
    "hairline": "#d4d9dd",
    "edge": "#79838b",
    "ground": "#ffffff",
    "accent": "#0b5c7d",
    "scale-1": "#01665e",
    "scale-2": "#5ab4ac",
    "scale-3": "#b8bdc1",
    "scale-4": "#d8b365",
    "scale-5": "#8c510a",
    "scale-none": "#e3e6e8",
    "map-1": "#dcebf2",
    "map-2": "#b3d3e2",
    "map-3": "#7fb3cc",
    "map-4": "#2b7393",
    "map-5": "#0d4a66",
    "map-none": "#eceef0",
}
# Characters that fit in one line at 15 px on a screen 360 px wide.
LINE = 42
GROUP_LINE = 17
ROW = 24  # px of a bar with its margins
LABEL = 21  # px of one line of a label
GROUP = 26  # px of one dot with its margins
GAP = 10  # px between answers


@dataclass(frozen=True)
class Mark:
    """One bar or dot: label, figure, and which token colours it."""

    label: str
    figure: Figure
    token: str = "accent"
    kind: str = "answer"


@dataclass(frozen=True)
class Block:
    """An answer with its groups, for `dots`."""

    label: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Words:
    """What the chart says beside labels. share: a figure as text (12 → "12 %"). hidden: instead of a figure.

    span: the interval in words for the hover text.
    """

    share: Callable[[float], str]
    span: Callable[[Figure], str]
    hidden: str


def tone_token(tone: int | None, kind: str) -> str:
    """The colour token of a row: the scale's, pale for don't know, else the accent."""
    if kind == APART:
        return "scale-none"
    if tone is not None:
        return f"scale-{tone}"
    return "accent"


def bars(marks: Sequence[Mark], words: Words, *, top: float | None = None) -> dict[str, Any]:
    """Horizontal bars with intervals, one under the other, for one column.

    top: end of the axis in percent; by default the first ten above the highest interval, at least 50.
    """
    height, notes = 8.0, []
    places: list[float] = []
    for mark in marks:
        lines = _wrap(mark.label, LINE)
        notes.append(_text("<br>".join(lines), y=-height, token="ink", anchor="left", baseline="top"))
        height += LABEL * len(lines)
        places.append(-(height + ROW / 2))
        height += ROW + GAP
    end = top or axis_end([mark.figure for mark in marks])
    shown = [i for i, mark in enumerate(marks) if mark.figure.value is not None]
    traces: list[dict[str, Any]] = []
    traces.append(
        {
            "type": "bar",
            "orientation": "h",
            "x": [marks[i].figure.value for i in shown],
            "y": [places[i] for i in shown],
            "width": 16,
            "marker": {"color": [TOKENS[marks[i].token] for i in shown], "line": {"width": 0}},
            "error_x": _errors([marks[i].figure for i in shown]),
            "customdata": [
                [marks[i].label, words.share(marks[i].figure.value or 0), words.span(marks[i].figure)]
                for i in shown
            ],
            "hovertemplate": "%{customdata[1]} (%{customdata[2]})<extra></extra>",
        }
    )
    for i, mark in enumerate(marks):
        notes.append(_value(mark.figure, places[i], words))
    return _finish(traces, notes, height, end, left=0)


def dots(blocks: Sequence[Block], words: Words, *, unit_end: float | None = None) -> dict[str, Any]:
    """Dots with intervals: under each answer one line per group, so that groups compare at a glance."""
    height, notes = 8.0, []
    rows: list[tuple[Mark, float]] = []
    for block in blocks:
        if block.label:
            lines = _wrap(block.label, LINE)
            notes.append(
                _text("<br>".join(lines), y=-height, token="ink", anchor="left", baseline="top", bold=True)
            )
            height += LABEL * len(lines) + 4
        for mark in block.marks:
            lines = _wrap(mark.label, GROUP_LINE)
            middle = height + GROUP * max(1, 0.8 * len(lines)) / 2
            notes.append(
                _text("<br>".join(lines), y=-middle, token="ink-2", anchor="left", baseline="middle", size=14)
            )
            rows.append((mark, -middle))
            height += GROUP * max(1, 0.8 * len(lines))
        height += GAP
    end = unit_end or axis_end([mark.figure for mark, _y in rows])
    shown = [(mark, y) for mark, y in rows if mark.figure.value is not None]
    traces: list[dict[str, Any]] = []
    traces.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [mark.figure.value for mark, _y in shown],
            "y": [y for _mark, y in shown],
            "marker": {"size": 11, "color": [TOKENS[mark.token] for mark, _y in shown], "line": {"width": 0}},
            "error_x": _errors([mark.figure for mark, _y in shown]),
            "customdata": [
                [mark.label, words.share(mark.figure.value or 0), words.span(mark.figure)]
                for mark, _y in shown
            ],
            "hovertemplate": "%{customdata[0]}: %{customdata[1]} (%{customdata[2]})<extra></extra>",
        }
    )
    for mark, y in rows:
        notes.append(_value(mark.figure, y, words, size=14))
    return _finish(traces, notes, height, end, left=GROUP_LINE * 7.6)


def diverging(rows: Sequence[tuple[str, Mark, Mark]], words: Words) -> dict[str, Any]:
    """Both sides of a scale for each row of a grid: the first to the right of zero, the second to the left.

    The answers between the sides, don't know and refused are in the table; only the two sides are drawn, each from
    zero with its interval, so that lengths compare down the page.
    """
    height, notes = 8.0, []
    sides: tuple[list[tuple[Mark, float]], list[tuple[Mark, float]]] = ([], [])
    for title, *marks in rows:
        lines_ = _wrap(title, LINE)
        notes.append(_text("<br>".join(lines_), y=-height, token="ink", anchor="left", baseline="top"))
        height += LABEL * len(lines_)
        for mark, sign, side in zip(marks, (1, -1), sides, strict=True):
            side.append((mark, -(height + ROW / 2)))
            notes.append(_outward(mark.figure, -(height + ROW / 2), sign, words))
        height += ROW + GAP
    end = axis_end([mark.figure for side in sides for mark, _y in side])
    traces = [_side(side, sign, words) for side, sign in zip(sides, (1, -1), strict=True)]
    # Room for the figure beyond the longest interval; at the right the chart's own margin gives most of it.
    made = _finish(traces, notes, height, 1.1 * end, left=0, begin=-1.45 * end)
    made["layout"]["barmode"] = "overlay"  # both sides on one line
    return made


def _side(side: Sequence[tuple[Mark, float]], sign: int, words: Words) -> dict[str, Any]:
    shown = [(mark, y) for mark, y in side if mark.figure.value is not None]
    errors = _errors([mark.figure for mark, _y in shown])
    if sign < 0:
        errors["array"], errors["arrayminus"] = errors["arrayminus"], errors["array"]
    return {
        "type": "bar",
        "orientation": "h",
        "x": [sign * (mark.figure.value or 0) for mark, _y in shown],
        "y": [y for _mark, y in shown],
        "width": 16,
        "marker": {"color": [TOKENS[mark.token] for mark, _y in shown], "line": {"width": 0}},
        "error_x": errors,
        "customdata": [
            [mark.label, words.share(mark.figure.value or 0), words.span(mark.figure)] for mark, _y in shown
        ],
        "hovertemplate": "%{customdata[0]}: %{customdata[1]} (%{customdata[2]})<extra></extra>",
    }


def _outward(figure: Figure, y: float, sign: int, words: Words) -> dict[str, Any]:
    """A side's figure beyond its interval; or why there is none."""
    note = _value(figure, y, words, size=14)
    if sign > 0:
        return note
    return {**note, "x": -note["x"], "xanchor": "right", "xshift": -note["xshift"]}


@dataclass(frozen=True)
class Line:
    """One answer through the waves. figures: one a wave, value None where there is none. token: its colour."""

    label: str
    figures: tuple[Figure, ...]
    token: str = "accent"


# Marks tell lines apart without colour; the legend beside the chart shows the same.
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross")


def lines(
    names: Sequence[str], at: Sequence[float], series: Sequence[Line], words: Words, *, height: int = 260
) -> dict[str, Any]:
    """Waves from left to right in their distance of time, one line per answer with its intervals.

    names, at: of the waves, what they are called and when they were (any unit of time, ascending).
    """
    traces: list[dict[str, Any]] = []
    for place, line in enumerate(series):
        shown = [i for i, found in enumerate(line.figures) if found.value is not None]
        colour = TOKENS[line.token]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": [at[i] for i in shown],
                "y": [line.figures[i].value for i in shown],
                "line": {"color": colour, "width": 2.5},
                "marker": {"size": 10, "symbol": SYMBOLS[place % len(SYMBOLS)], "color": colour},
                "error_y": {**_errors([line.figures[i] for i in shown]), "color": colour, "width": 5},
                "customdata": [
                    [
                        line.label,
                        names[i],
                        words.share(line.figures[i].value or 0),
                        words.span(line.figures[i]),
                    ]
                    for i in shown
                ],
                "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}: %{customdata[2]}"
                " (%{customdata[3]})<extra></extra>",
            }
        )
    span = (at[-1] - at[0]) or 1.0
    end = axis_end([found for line in series for found in line.figures])
    layout: dict[str, Any] = {
        "height": height,
        "margin": {"l": 0, "r": 0, "t": 12, "b": 30},
        "showlegend": False,
        "annotations": _line_values(at, series, words, end),
        "xaxis": {
            "range": [at[0] - 0.24 * span, at[-1] + 0.24 * span],
            "tickvals": list(at),
            "ticktext": [html.escape(name, quote=False) for name in names],
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
            "tickfont": {"color": TOKENS["ink-2"], "size": 14},
        },
        "yaxis": {
            "range": [0, end],
            "fixedrange": True,
            "showticklabels": False,
            "showgrid": False,
            "zerolinecolor": TOKENS["edge"],
        },
        **frame(),
    }
    return {"data": traces, "layout": layout}


def _line_values(
    at: Sequence[float], series: Sequence[Line], words: Words, end: float
) -> list[dict[str, Any]]:
    """Every figure beside its mark: left of the first wave, right of the last, above those between.

    Figures that would cover one another are moved apart.
    """
    notes = []
    sides = {0: ("right", "middle", -10), len(at) - 1: ("left", "middle", 10)}
    for i, x in enumerate(at):
        anchor, baseline, shift = sides.get(i, ("center", "bottom", 0))
        last = -end
        for value in sorted(v for line in series if (v := line.figures[i].value) is not None):
            place = max(value, last + 0.075 * end)
            last = place
            text = _text(
                words.share(value), y=place, token="ink", anchor=anchor, baseline=baseline, size=14, bold=True
            )
            notes.append({**text, "x": x, "xref": "x", "xshift": shift, "yshift": 0 if shift else 12})
    return notes


def axis_end(figures: Sequence[Figure]) -> float:
    """Where the axis ends: the next ten above the highest interval, at least 50 and at most 100 (shares)."""
    highest = max((found.high for found in figures if found.high is not None), default=50.0)
    return float(min(100, max(50, 10 * (int(highest) // 10 + 1))))


def _errors(figures: Sequence[Figure]) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [round((f.high or 0) - (f.value or 0), 1) for f in figures],
        "arrayminus": [round((f.value or 0) - (f.low or 0), 1) for f in figures],
        "color": TOKENS["ink"],
        "thickness": 1.5,
        "width": 4,
    }


def _value(figure: Figure, y: float, words: Words, size: int = 15) -> dict[str, Any]:
    """The figure itself, to the right of its interval; or why there is none."""
    if figure.value is None:
        return {
            **_text(words.hidden, y=y, token="ink-2", anchor="left", baseline="middle", size=13),
            "x": 0,
            "xref": "x",
            "xshift": 4,
        }
    return {
        **_text(
            words.share(figure.value),
            y=y,
            token="ink",
            anchor="left",
            baseline="middle",
            size=size,
            bold=True,
        ),
        "x": figure.high,
        "xref": "x",
        "xshift": 6,
    }


def _text(
    text: str, *, y: float, token: str, anchor: str, baseline: str, size: int = 15, bold: bool = False
) -> dict[str, Any]:
    return {
        "text": text,
        "x": 0.0,
        "xref": "paper",
        "y": y,
        "yref": "y",
        "xanchor": anchor,
        "yanchor": baseline,
        "align": "left",
        "showarrow": False,
        # Weight, not <b>: that would be an inline style, which the content security policy forbids.
        "font": {"size": size, "color": TOKENS[token], "weight": 600 if bold else 400},
    }


def _finish(
    traces: list[dict[str, Any]],
    notes: list[dict[str, Any]],
    height: float,
    end: float,
    left: float,
    begin: float = 0,
) -> dict[str, Any]:
    """One pixel of the y axis is one unit, so that rows have the height that their labels need.

    begin, end: of the x axis in percent; begin is negative where bars run both ways from zero. left: pixels kept at
    the left for the groups' labels; texts placed on the paper start there.
    """
    for note in notes:
        if note["xref"] == "paper":
            note["xshift"] = -round(left)
            # Titles cross the zero line of `dots`: they keep their own ground.
            note["bgcolor"] = TOKENS["ground"]
    layout: dict[str, Any] = dict(
        height=round(height),
        margin={"l": round(left), "r": 46, "t": 0, "b": 0},
        showlegend=False,
        xaxis={
            "range": [begin, end],
            "domain": [0, 1],
            "fixedrange": True,
            "showticklabels": False,
            # Every figure is written beside its mark: lines to read it off would only cross the labels.
            "showgrid": False,
            "zeroline": True,
            "zerolinecolor": TOKENS["edge"],
            "zerolinewidth": 1,
        },
        yaxis={"range": [-height, 0], "fixedrange": True, "visible": False},
        annotations=notes,
        **frame(),
    )
    return {"data": traces, "layout": layout}


def frame() -> dict[str, Any]:
    """What every chart shares: no ground of its own, the reader's font, quiet hover labels."""
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "dragmode": False,
        "font": {
            "family": 'system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif',
            "size": 15,
            "color": TOKENS["ink"],
        },
        "hoverlabel": {
            "bgcolor": TOKENS["ground"],
            "bordercolor": TOKENS["edge"],
            "font": {"color": TOKENS["ink"], "size": 14},
        },
        "separators": ",.",
    }


def _wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` characters, with the signs that Plotly would read as markup made harmless."""
    return [
        html.escape(line, quote=False) for line in textwrap.wrap(text, width, break_long_words=False)
    ] or [""]
