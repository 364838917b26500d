"""A topic on a tile map: which answer, its classes, what each tile says, what is told of differences.

Areas stand in the order of their official codes and are never ranked. A figure is that of the released table; a
map says nothing that the table doesn't.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from flask_babel import gettext as _

from survey_app.reporting import headlines, maps
from survey_app.reporting.cube import (
    ANSWER,
    MULTIPLE,
    NET,
    SHARES,
    TOTAL,
    Break,
    Column,
    Figure,
    Row,
    Table,
    Tile,
    Topic,
)
from survey_app.reporting.maps import NONE, Square
from survey_app.wording import number, percent, text_of


@dataclass(frozen=True)
class Mapped:
    """A map on a page. legend: (colour token, words). sentence: what is told of differences; notes: of merged areas.

    whole: the same share over everyone. differ: whether areas can be told apart in this answer. choices: (row,
    answer, whether it is shown) of what can be mapped.
    """

    title: str
    chart: dict[str, Any]
    legend: tuple[tuple[str, str], ...]
    sentence: str
    notes: tuple[str, ...]
    whole: str
    differ: bool
    choices: tuple[tuple[str, str, bool], ...]


def answers(topic: Topic, by: Break) -> list[Row]:
    """The answers that a map of the topic can show: sums of a scale's sides where there are some, else answers."""
    table = topic.table(by.name)
    if table is None or not by.tiles or topic.arms or topic.kind not in (SHARES, MULTIPLE):
        return []
    shown = [(i, row) for i, row in table.rows_of(NET if table.has_nets else ANSWER)]
    return [row for i, row in shown if any(c.figures[i].value is not None for c in table.columns)]


def lead(topic: Topic, by: Break) -> Row | None:
    """The answer that the map shows first: a scale's first side, the first of two answers, else the most given."""
    found = answers(topic, by)
    if not found or found[0].kind == NET or len(found) == 2:
        return found[0] if found else None
    total = topic.table(TOTAL)
    shares = (
        {row.name: total.columns[0].figures[i].value or 0.0 for i, row in enumerate(total.rows)}
        if total
        else {}
    )
    return max(found, key=lambda row: shares.get(row.name, 0.0))


def mapped(topic: Topic, by: Break, row: Row | None = None) -> Mapped | None:
    """The map of one answer (by default `lead`); None where there is nothing to map."""
    table = topic.table(by.name)
    row = row or lead(topic, by)
    if table is None or row is None:
        return None
    place = next((i for i, other in enumerate(table.rows) if other.name == row.name), None)
    if place is None:
        return None
    columns = [_column(table, tile) for tile in by.tiles]
    figures = [column.figures[place] if column else None for column in columns]
    differ = topic.differs.get(by.name, True) and _any_apart(figures)
    steps = maps.scale([figure for figure in figures if figure is not None], differ=differ)
    squares = [
        Square(
            label=text_of(tile.label),
            at=tile.at,
            figure=figure,
            value=percent(figure.value / 100) if figure and figure.value is not None else "–",
            said=_said(tile, column, figure),
        )
        for tile, column, figure in zip(by.tiles, columns, figures, strict=True)
    ]
    legend = [(token, _between(begin, end)) for begin, end, token in steps.classes] if differ else []
    if any(steps.token(figure) == NONE for figure in figures):
        legend.append((NONE, _("not enough to publish")))
    return Mapped(
        title=_(
            "%(answer)s: share by %(areas)s", answer=headlines.quoted(text_of(row.label)), areas=_low(by)
        ),
        chart=maps.tile_map(squares, steps),
        legend=tuple(legend),
        sentence=sentence(topic, by, row),
        notes=notes(by, table),
        whole=_whole(topic, row),
        differ=differ,
        choices=tuple((one.name, text_of(one.label), one.name == row.name) for one in answers(topic, by)),
    )


def _any_apart(figures: Sequence[Figure | None]) -> bool:
    """Whether two areas' intervals don't touch: else colours would tell a difference that may be chance."""
    shown = {figure for figure in figures if figure is not None and figure.value is not None}
    return any(headlines.apart(one, other) for one, other in combinations(shown, 2))


def _low(by: Break) -> str:
    label = text_of(by.label)
    return label[:1].lower() + label[1:]


def _column(table: Table, tile: Tile) -> Column | None:
    """The table's column that a tile's area is told in, by itself or with others; None where it isn't."""
    if not tile.group:
        return None
    return next((c for c in table.columns if tile.group == c.group or tile.group in c.parts), None)


def _said(tile: Tile, column: Column | None, figure: Figure | None) -> str:
    name = text_of(tile.label)
    if column is None or figure is None:
        return _("%(area)s: not enough people were asked here to publish a figure.", area=name)
    if figure.value is None:
        return _("%(area)s: hidden, to protect those who answered.", area=name)
    told = text_of(column.label)
    where = name
    if tile.of:
        where = _("%(area)s, part of %(areas)s", area=name, areas=told)
    elif told != name:
        where = _("%(area)s, told together as %(areas)s", area=name, areas=headlines.quoted(told))
    return _(
        "%(area)s: %(share)s%%. 95%% interval %(low)s to %(high)s%%. %(n)s people answered.",
        area=where,
        share=number(figure.value),
        low=number(figure.low or 0),
        high=number(figure.high or 0),
        n=number(column.n),
    )


def _between(begin: int, end: int) -> str:
    last = 100 if end > 100 else end - 1
    return _("%(low)s to %(high)s%%", low=number(begin), high=number(last))


def _whole(topic: Topic, row: Row) -> str:
    """The same answer over everyone, to compare with."""
    found = _total(topic, row)
    if found is None or found.value is None:
        return ""
    return _(
        "The whole area: %(share)s%% (%(interval)s).",
        share=number(found.value),
        interval=headlines.interval(found),
    )


def _total(topic: Topic, row: Row) -> Figure | None:
    table = topic.table(TOTAL)
    if table is None or not table.columns:
        return None
    return next(
        (table.columns[0].figures[i] for i, other in enumerate(table.rows) if other.name == row.name), None
    )


def sentence(topic: Topic, by: Break, row: Row) -> str:
    """What may be said of differences: nothing beyond the test, areas beside the whole, in the order of codes.

    No area is called first or last. Single communes are never named.
    """
    table, total = topic.table(by.name), _total(topic, row)
    if table is None or len(table.columns) < 2:
        return ""
    place = next((i for i, other in enumerate(table.rows) if other.name == row.name), None)
    untested = by.name not in topic.differs
    found = [c.figures[place] for c in table.columns] if place is not None else []
    if not topic.differs.get(by.name, True) or (untested and not _any_apart(found)):
        return _("The areas don't differ clearly: what differs on the map may be chance.")
    apart = [
        _("%(area)s %(share)s%%", area=text_of(c.label), share=number(c.figures[place].value or 0))
        for c in table.columns
        if place is not None
        and total is not None
        and c.figures[place].value is not None
        and total.value is not None
        and headlines.apart(c.figures[place], total)
    ]
    if not apart or by.level == "commune" or total is None:
        return _("The areas differ, but no area clearly from the whole in this answer.")
    return _(
        "Clearly different from the whole (%(share)s%%): %(areas)s. The others can't be told from it.",
        share=number(total.value or 0),
        areas="; ".join(apart),
    )


def notes(by: Break, table: Table) -> tuple[str, ...]:
    """Why some areas are told together, or not at all."""
    together: dict[str, list[str]] = {}
    silent = []
    for tile in by.tiles:
        if tile.of:
            continue
        column = _column(table, tile)
        if column is None:
            silent.append(text_of(tile.label))
        elif text_of(column.label) != text_of(tile.label):
            together.setdefault(text_of(column.label), []).append(text_of(tile.label))
    found = [
        _("Told together, for too few were asked in one of them: %(areas)s.", areas=", ".join(areas))
        for areas in together.values()
    ]
    if silent:
        found.append(_("Not enough to publish: %(areas)s.", areas=", ".join(silent)))
    return tuple(found)
