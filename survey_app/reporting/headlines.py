"""Sentences written from the released figures by fixed rules, never more certain than the interval allows.

Words of quantity look at the whole interval, not at the figure: "more than half" only when its lower end is
above 50 %. Two answers or groups are told as different only when the design-based test says so, or when their
intervals don't touch. Sentences are gettext msgids with named parameters; the answers' own labels are content.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from survey_app.reporting.cube import (
    ANSWER,
    ESTIMATED,
    ESTIMATED_SHARE,
    MULTIPLE,
    NET,
    TOTAL,
    Break,
    Column,
    Cube,
    Figure,
    Row,
    Table,
    Topic,
)
from survey_app.wording import number, text_of

# Answers chosen by fewer than this are not worth a headline of their own.
WORTH_TELLING = 10
# A headline gives a difference between groups only from this many percentage points on.
WORTH_COMPARING = 5
# What people name first of many things is news in itself.
CHOSEN = 40


@dataclass(frozen=True)
class Headline:
    """title: the finding. strength: for ordering; how far the figures are from saying nothing (0 to 100)."""

    topic: Topic
    title: str
    strength: float


def quantity(figure: Figure) -> str:
    """The share in words, as strong as the whole interval allows. The figure isn't hidden."""
    low, high = figure.low or 0.0, figure.high if figure.high is not None else 100.0
    if low > 90:
        return _("Almost everyone")
    if low > 75:
        return _("More than three quarters")
    if low > 67:
        return _("More than two thirds")
    if low > 50:
        return _("More than half")
    if high < 10:
        return _("Fewer than one in ten")
    if high < 25:
        return _("Fewer than a quarter")
    if high < 33:
        return _("Fewer than a third")
    if high < 50:
        return _("Fewer than half")
    return (
        _("About half")
        if high - low < 12
        else _("Between %(low)s and %(high)s%%", low=number(low), high=number(high))
    )


def interval(figure: Figure, *, decimals: int = 0) -> str:
    """The interval in a few signs: 43–49."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{number(figure.low, decimals)}–{number(figure.high, decimals)}"


def quoted(label: str) -> str:
    """An answer's label inside a sentence."""
    return f"“{label}”"


def capital(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]


def headline(topic: Topic) -> Headline | None:
    """The finding of one question over everyone; None when nothing can be said (hidden or no figures)."""
    if topic.kind in ESTIMATED:
        return _estimated(topic)
    if topic.arms:
        return _arms(topic)
    table = topic.table()
    if table is None or not table.columns:
        return None
    column = table.columns[0]
    sides = [(row, column.figures[i]) for i, row in table.rows_of(NET) if _shown(column.figures[i])]
    if len(sides) == 2 and topic.kind != MULTIPLE:
        return _two_sides(topic, sides)
    return _most_chosen(topic, table, column)


def _shown(figure: Figure) -> bool:
    return figure.value is not None


def apart(one: Figure, other: Figure) -> bool:
    """True when the intervals don't touch: stricter than a test, so never too sure."""
    if None in (one.low, one.high, other.low, other.high):
        return False
    return bool(one.low > other.high or other.low > one.high)  # type: ignore[operator]


def _two_sides(topic: Topic, sides: list[tuple[Row, Figure]]) -> Headline:
    (row, figure), (other_row, other) = sorted(sides, key=lambda side: -(side[1].value or 0))
    words = {
        "much": quantity(figure),
        "share": number(figure.value or 0),
        "answer": quoted(text_of(row.label)),
        "other_share": number(other.value or 0),
        "other_answer": quoted(text_of(other_row.label)),
    }
    if not apart(figure, other):
        title = _(
            "Both sides are close: %(share)s%% say %(answer)s, %(other_share)s%% say %(other_answer)s",
            **words,
        )
        return Headline(topic, title, strength=5)
    title = _("%(much)s (%(share)s%%) say %(answer)s; %(other_share)s%% say %(other_answer)s", **words)
    return Headline(topic, title, strength=(figure.low or 0) - (other.high or 0))


def _most_chosen(topic: Topic, table: Table, column: Column) -> Headline | None:
    found = sorted(
        ((row, column.figures[i]) for i, row in table.rows_of(ANSWER) if _shown(column.figures[i])),
        key=lambda pair: -(pair[1].value or 0),
    )
    if not found or (found[0][1].value or 0) < WORTH_TELLING:
        return None
    (row, figure), rest = found[0], found[1:]
    if rest and not apart(figure, rest[0][1]):
        (second, other) = rest[0]
        if len(rest) == 1 and topic.kind != MULTIPLE:
            return _two_sides(topic, [found[0], rest[0]])
        if len(rest) > 1 and not apart(figure, rest[1][1]):
            names = ", ".join(quoted(text_of(r.label)) for r, _f in (found[0], rest[0], rest[1]))
            return Headline(topic, _("Most often named, with no clear order: %(answers)s", answers=names), 4)
        title = _(
            "%(answer)s (%(share)s%%) and %(other_answer)s (%(other_share)s%%) are named most often",
            answer=quoted(text_of(row.label)),
            share=number(figure.value or 0),
            other_answer=quoted(text_of(second.label)),
            other_share=number(other.value or 0),
        )
        return Headline(topic, title, strength=CHOSEN if topic.kind == MULTIPLE else 8)
    if topic.kind == MULTIPLE or (figure.high or 0) < 50:
        title = _(
            "%(answer)s is named most often: %(share)s%%",
            answer=quoted(text_of(row.label)),
            share=number(figure.value or 0),
        )
    else:
        title = _(
            "%(much)s (%(share)s%%) say %(answer)s",
            much=quantity(figure),
            share=number(figure.value or 0),
            answer=quoted(text_of(row.label)),
        )
    clear = (figure.low or 0) - (rest[0][1].high or 0 if rest else 0)
    return Headline(topic, title, strength=CHOSEN + clear if topic.kind == MULTIPLE else clear)


def _estimated(topic: Topic) -> Headline | None:
    table = topic.table()
    if table is None or not table.columns or not _shown(table.columns[0].figures[0]):
        return None
    figure = table.columns[0].figures[0]
    if (figure.low or 0) <= 0:
        title = _(
            "No clear sign: the estimate is %(share)s%%, and its interval reaches zero",
            share=number(figure.value or 0),
        )
        return Headline(topic, title, strength=0)
    if text_of(table.rows[0].label) == text_of(ESTIMATED_SHARE):
        # Nobody said in a few words what it is the share of: the question's own wording stands beside it.
        title = _(
            "An estimated %(share)s%%, between %(low)s and %(high)s%%",
            share=number(figure.value or 0),
            low=number(figure.low or 0),
            high=number(figure.high or 0),
        )
        return Headline(topic, title, strength=figure.low or 0)
    title = _(
        "%(item)s: an estimated %(share)s%%, between %(low)s and %(high)s%%",
        item=quoted(text_of(table.rows[0].label)),
        share=number(figure.value or 0),
        low=number(figure.low or 0),
        high=number(figure.high or 0),
    )
    return Headline(topic, title, strength=figure.low or 0)


def _arms(topic: Topic) -> Headline | None:
    """A split ballot: whether the wording made a difference, on its nets (or on single answers without nets)."""
    tables = [table for table in topic.tables.get(TOTAL, ()) if table.columns]
    if len(tables) < 2:
        return None
    first, second = tables[0], tables[1]
    places = {row.name: position for position, row in enumerate(second.rows)}
    best: tuple[float, Row, Figure, Figure] | None = None
    for position, row in first.rows_of(NET if first.has_nets else ANSWER):
        if row.name not in places:
            continue
        one, other = first.columns[0].figures[position], second.columns[0].figures[places[row.name]]
        if _shown(one) and _shown(other):
            gap = abs((one.value or 0) - (other.value or 0))
            if best is None or gap > best[0]:
                best = gap, row, one, other
    if best is None:
        return None
    gap, row, one, other = best
    words = {
        "answer": quoted(text_of(row.label)),
        "share": number(one.value or 0),
        "other_share": number(other.value or 0),
    }
    if topic.differs.get(TOTAL):
        title = _(
            "The wording matters: %(share)s%% say %(answer)s when asked one way, %(other_share)s%% the other",
            **words,
        )
    else:
        title = _(
            "Asked in two ways, the answers are not clearly different: %(share)s%% and %(other_share)s%%"
            " say %(answer)s",
            **words,
        )
    return Headline(topic, title, strength=gap if topic.differs.get(TOTAL) else 2)


def across(topic: Topic, by: Break) -> str:
    """One sentence on how the groups of a break compare; empty when there is nothing to tell."""
    table = topic.table(by.name)
    if table is None or len(table.columns) < 2 or by.name not in topic.differs or topic.arms:
        return ""
    if not topic.differs[by.name]:
        return _("The groups don't differ clearly.")
    kinds = (NET,) if table.has_nets else (ANSWER,)
    best: tuple[float, int, Column, Column] | None = None
    for position, _row in table.rows_of(*kinds):
        shown = [c for c in table.columns if _shown(c.figures[position])]
        if len(shown) < 2:
            continue
        top = max(shown, key=lambda c: c.figures[position].value or 0)
        bottom = min(shown, key=lambda c: c.figures[position].value or 0)
        gap = (top.figures[position].value or 0) - (bottom.figures[position].value or 0)
        if apart(top.figures[position], bottom.figures[position]) and (best is None or gap > best[0]):
            best = gap, position, top, bottom
    if best is None or best[0] < WORTH_COMPARING:
        return _("The groups differ a little; see the table.")
    _gap, position, top, bottom = best
    return _(
        "%(answer)s: %(share)s%% in the group %(group)s, %(other_share)s%% in the group %(other)s.",
        answer=quoted(text_of(table.rows[position].label)),
        group=quoted(text_of(top.label)),
        share=number(top.figures[position].value or 0),
        other=quoted(text_of(bottom.label)),
        other_share=number(bottom.figures[position].value or 0),
    )


def newest(cube: Cube, limit: int = 7) -> list[Headline]:
    """The release's main findings: the strongest of each section, in the questionnaire's order, `limit` at most.

    A plain yes or no ("did you ...?") leads only where its section has nothing else.
    """
    best: dict[str, tuple[bool, float, Headline]] = {}
    for topic in cube.topics:
        found = headline(topic)
        if found is None or found.strength <= 0:
            continue
        table = topic.table()
        plain = bool(table and sum(row.kind == ANSWER for row in table.rows) <= 2)
        rank = (not plain, found.strength, found)
        if topic.section not in best or rank[:2] > best[topic.section][:2]:
            best[topic.section] = rank
    return [best[section.name][2] for section in cube.sections if section.name in best][:limit]


def grid_order(topics: tuple[Topic, ...], row: str) -> Iterator[Topic]:
    """The topics of a grid from the highest share of `row` to the lowest, hidden ones last."""

    def share(topic: Topic) -> float:
        table = topic.table()
        position = next((i for i, r in enumerate(table.rows) if r.name == row), None) if table else None
        if table is None or position is None or not table.columns:
            return -1.0
        value = table.columns[0].figures[position].value
        return -1.0 if value is None else value

    return iter(sorted(topics, key=lambda topic: -share(topic)))
