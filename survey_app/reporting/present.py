"""What a page shows of a topic: sentences, the chart's marks, the table's rows; in the reader's language.

Between the cube (figures) and the templates (markup). Every figure here is a released, rounded one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from survey_app.reporting import charts, headlines, narrowing
from survey_app.reporting.charts import Block, Mark, Words
from survey_app.reporting.cube import (
    ANSWER,
    APART,
    DIFFERENCE,
    ESTIMATED,
    MULTIPLE,
    NET,
    PREVALENCE,
    TOTAL,
    Break,
    Column,
    Cube,
    Figure,
    Row,
    Table,
    Topic,
)
from survey_app.reporting.present_map import Mapped, mapped
from survey_app.weighting import areas
from survey_app.wording import number, percent, text_of

# Groups compare on a few answers: the sides of a scale, or the answers given most often.
MOST_BLOCKS = 6


@dataclass(frozen=True)
class Cell:
    """A figure as text: share ("52 %"), interval ("49–55"), or the reason why it is hidden."""

    share: str
    interval: str
    hidden: str


@dataclass(frozen=True)
class Line:
    label: str
    kind: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """A table as text: a title (of the arm, or empty), heads, bases ("1.246") and lines."""

    title: str
    heads: tuple[str, ...]
    bases: tuple[str, ...]
    lines: tuple[Line, ...]
    has_hidden: bool


@dataclass(frozen=True)
class Card:
    """One topic (or a whole grid) on a page."""

    anchor: str
    title: str
    wording: str
    wordings: tuple[tuple[str, str], ...]
    base: str
    asked: tuple[str, ...]
    across: str
    chart: dict[str, Any] | None
    legend: tuple[tuple[str, str], ...]
    sheets: tuple[Sheet, ...]
    links: tuple[tuple[str, str], ...]
    note: str
    map: Mapped | None = None


def words() -> Words:
    return Words(
        share=lambda value: percent(value / 100),
        span=lambda figure: _(
            "95%% interval %(low)s to %(high)s", low=number(figure.low or 0), high=number(figure.high or 0)
        ),
        hidden=_("not shown"),
    )


def card(topic: Topic, by: Break | None, row: Row | None = None, why: str = "") -> Card:
    """A topic on a page, over everyone or by a break.

    row: the answer that a map shows, by default its lead. why: why the topic has no figures here, if it has none.
    """
    found = headlines.headline(topic)
    name = by.name if by else TOTAL
    tables = topic.tables.get(name, ())
    shown = mapped(topic, by, row) if by and by.tiles else None
    across = shown.sentence if shown else headlines.across(topic, by) if by and not by.tiles else ""
    return Card(
        anchor=topic.name,
        title=found.title if found else text_of(topic.wording),
        wording=wording(topic),
        wordings=tuple((arm_name(topic, arm), text_of(words_)) for arm, words_ in topic.arms.items()),
        base=base(topic),
        asked=asked(topic),
        across=across,
        chart=chart(topic, by) if tables else None,
        legend=(),
        sheets=tuple(sheet(topic, table) for table in tables),
        links=((topic.name, _("Details")),),
        note=why or _together(topic) or _note(topic, by, bool(tables)),
        map=shown,
    )


def grid_card(topics: Sequence[Topic]) -> Card:
    """A grid over everyone: both sides of the scale for each row, the strongest first."""
    first = topics[0]
    table = first.table()
    nets = [row for row in table.rows if row.kind == NET] if table else []
    ordered = list(headlines.grid_order(tuple(topics), nets[-1].name if nets else ""))
    rows: list[tuple[str, Mark, Mark]] = []
    lines: list[Line] = []
    for topic in ordered:
        marks = _sides(topic)
        if marks:
            rows.append((text_of(topic.short), *marks))
            lines.append(Line(text_of(topic.short), ANSWER, tuple(_cell(mark.figure) for mark in marks)))
    bases = [_total(topic).n for topic in ordered if _total(topic) is not None]  # type: ignore[union-attr]
    return Card(
        anchor=first.grid,
        title=_grid_title(ordered, rows),
        wording=text_of(first.stem),
        wordings=(),
        base=_base_range(bases),
        asked=asked(first),
        across="",
        chart=charts.diverging(rows, words()) if rows else None,
        # As the sides stand in the chart: the second runs to the left.
        legend=tuple((f"scale-{1 if i == 0 else 5}", text_of(net.label)) for i, net in enumerate(nets))[::-1],
        sheets=(
            Sheet(
                "",
                tuple(text_of(net.label) for net in nets),
                (),
                tuple(lines),
                any(cell.hidden for line in lines for cell in line.cells),
            ),
        ),
        links=tuple((topic.name, text_of(topic.short)) for topic in ordered),
        note="",
    )


def _total(topic: Topic) -> Column | None:
    table = topic.table()
    return table.columns[0] if table and table.columns else None


def _sides(topic: Topic) -> tuple[Mark, Mark] | None:
    table = topic.table()
    nets = list(table.rows_of(NET)) if table and table.columns else []
    if table is None or len(nets) != 2:
        return None
    column = table.columns[0]
    first, second = (
        Mark(text_of(row.label), column.figures[position], charts.tone_token(row.tone, row.kind))
        for position, row in nets
    )
    return first, second


def _grid_title(ordered: Sequence[Topic], rows: Sequence[tuple[str, Mark, Mark]]) -> str:
    """The finding of a grid: the row where the second side is clearly highest, or the first ones together."""
    if not rows:
        return text_of(ordered[0].stem)
    top = rows[0]
    answer = headlines.quoted(top[2].label)
    together = [row for row in rows if not headlines.apart(row[2].figure, top[2].figure)]
    share = number(top[2].figure.value or 0)
    if len(together) == 1:
        return _(
            "%(row)s stands out: %(share)s%% say %(answer)s",
            row=headlines.capital(top[0]),
            share=share,
            answer=answer,
        )
    if len(together) == len(rows):
        low = number(min(row[2].figure.value or 0 for row in rows))
        return _(
            "Not clearly different: %(low)s to %(high)s%% say %(answer)s", low=low, high=share, answer=answer
        )
    names = [row[0] for row in together[:3]]
    joined = _("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])
    low = number(together[-1][2].figure.value or 0)
    return _(
        "%(rows)s come first: %(low)s to %(high)s%% say %(answer)s",
        rows=headlines.capital(joined),
        low=low,
        high=share,
        answer=answer,
    )


def wording(topic: Topic) -> str:
    """The exact question; of a grid, its stem and its row."""
    own = text_of(topic.wording)
    return f"{text_of(topic.stem)} {own}" if topic.stem else own


def arm_name(topic: Topic, arm: str) -> str:
    """ "Asked in way 1", "Asked in way 2": arms in the order of the questionnaire."""
    place = list(topic.arms).index(arm) + 1 if arm in topic.arms else 1
    if topic.kind == DIFFERENCE:
        return _("Shorter list") if place == 1 else _("Longer list")
    return _("Wording %(n)s", n=place)


def base(topic: Topic) -> str:
    """The unweighted base over everyone, by arm for a split ballot."""
    tables = [table for table in topic.tables.get(TOTAL, ()) if table.columns]
    if len(tables) > 1:
        return _("%(n)s people answered", n=" + ".join(number(table.columns[0].n) for table in tables))
    return _("%(n)s people answered", n=number(tables[0].columns[0].n)) if tables else ""


def _base_range(bases: Sequence[int]) -> str:
    if not bases:
        return ""
    low, high = min(bases), max(bases)
    if low == high:
        return _("%(n)s people answered", n=number(low))
    return _("%(low)s to %(high)s people answered", low=number(low), high=number(high))


def asked(topic: Topic) -> tuple[str, ...]:
    """Who was asked, in sentences; empty when everyone was."""
    found = [
        _(
            "Asked of those who chose %(answers)s at “%(question)s”",
            answers=", ".join(headlines.quoted(text_of(answer)) for answer in condition.answers),
            question=text_of(condition.question),
        )
        for condition in topic.asked
    ]
    if topic.partly and not found:
        found.append(_("Not everyone was asked this question"))
    return tuple(found)


def _note(topic: Topic, by: Break | None, has_tables: bool) -> str:
    if by and not has_tables:
        if by.level and not areas.allowed(topic.level, by.level):
            return _("This question is reported for the whole area only.")
        if topic.kind in ESTIMATED:
            return _("The estimate is too noisy to be divided further.")
        return _("The groups are too small to be told apart.")
    if topic.kind == MULTIPLE:
        return _("Several answers were possible, so shares add up to more than 100%%.").replace("%%", "%")
    if topic.kind == DIFFERENCE:
        return _(
            "Two random halves saw lists that differ by one item and said only how many items apply. The difference"
            " of the two averages estimates the share for that item; no single answer reveals anything."
        )
    if topic.kind == PREVALENCE:
        return _(
            "Chance hid every single answer from the interviewer and from us. Because its probabilities are known,"
            " the share can be estimated; the price is a wider interval."
        )
    return ""


def of_group(one: Card, topic: Topic, group: str) -> Card:
    """The card with a title that says whose finding it is; as it is where there is none."""
    if not group or TOTAL not in topic.tables:
        return one
    finding = one.title[:1].lower() + one.title[1:]
    return replace(one, title=_("%(group)s: %(finding)s", group=group, finding=finding))


def _together(topic: Topic) -> str:
    """Of a topic looked at within a part of the people: with whom that part is told."""
    found = narrowing.together(topic)
    return _("Told for these groups together: %(groups)s.", groups=headlines.quoted(found)) if found else ""


def sheet(topic: Topic, table: Table) -> Sheet:
    lines = tuple(
        Line(text_of(row.label), row.kind, tuple(_cell(column.figures[position]) for column in table.columns))
        for position, row in _table_order(topic, table)
    )
    return Sheet(
        title=arm_name(topic, table.arm) if table.arm else "",
        heads=tuple(head(column) for column in table.columns),
        bases=tuple(number(column.n) for column in table.columns),
        lines=lines,
        has_hidden=any(cell.hidden for line in lines for cell in line.cells),
    )


def head(column: Column) -> str:
    return text_of(column.label) or _("Everyone")


def _cell(figure: Figure) -> Cell:
    if figure.value is None:
        return Cell("", "", _("Hidden, to protect those who answered."))
    return Cell(percent(figure.value / 100), headlines.interval(figure), "")


def _table_order(topic: Topic, table: Table) -> list[tuple[int, Row]]:
    """Answers in their order (or the most frequent first), then those apart, then nets."""
    rank = {ANSWER: 0, APART: 1, NET: 2}
    rows = list(enumerate(table.rows))
    if topic.ordered or not table.columns:
        return sorted(rows, key=lambda pair: rank.get(pair[1].kind, 0))
    figures = table.columns[0].figures
    if len(table.columns) > 1:
        total = topic.table(TOTAL, table.arm)
        known = (
            {row.name: total.columns[0].figures[i].value for i, row in enumerate(total.rows)} if total else {}
        )
        return sorted(rows, key=lambda pair: (rank.get(pair[1].kind, 0), -(known.get(pair[1].name) or 0)))
    return sorted(rows, key=lambda pair: (rank.get(pair[1].kind, 0), -(figures[pair[0]].value or 0)))


def chart(topic: Topic, by: Break | None) -> dict[str, Any] | None:
    """The Plotly figure of a topic; None where there is no figure to draw."""
    tables = topic.tables.get(by.name if by else TOTAL, ())
    if not tables or not any(f.value is not None for t in tables for c in t.columns for f in c.figures):
        return None
    if by is None and len(tables) == 1:
        table = tables[0]
        marks = [
            Mark(text_of(row.label), table.columns[0].figures[i], charts.tone_token(row.tone, row.kind))
            for i, row in _table_order(topic, table)
            if row.kind != NET
        ]
        return charts.bars(marks, words())
    return charts.dots(_blocks(topic, tables, by), words())


def _blocks(topic: Topic, tables: Sequence[Table], by: Break | None) -> list[Block]:
    """Answers with their groups: columns of a break, arms of a split ballot, or both."""
    first = tables[0]
    shown = [(i, row) for i, row in _table_order(topic, first) if row.kind != APART]
    if by is not None and first.has_nets:
        shown = [(i, row) for i, row in shown if row.kind == NET or row.tone == 3]
        shown.sort(key=lambda pair: pair[1].tone or 0)
    else:
        shown = [(i, row) for i, row in shown if row.kind != NET][:MOST_BLOCKS]
    blocks = []
    for _place, row in shown:
        marks = []
        for table in tables:
            place = next((i for i, other in enumerate(table.rows) if other.name == row.name), None)
            if place is None:
                continue
            for column in table.columns:
                parts = [text_of(column.label), arm_name(topic, table.arm) if table.arm else ""]
                label = " · ".join(part for part in parts if part)
                marks.append(Mark(label, column.figures[place], charts.tone_token(row.tone, row.kind)))
        blocks.append(Block(text_of(row.label), tuple(marks)))
    return blocks


def story(
    cube: Cube, by: Break | None, why: Callable[[Topic], str] = lambda _topic: "", group: str = ""
) -> list[tuple[str, list[Card]]]:
    """The cards of the story page by section. Without a break a grid is one card, else each row is.

    why: what to say of a topic that has no figures here. group: whose findings these are, empty for everyone's.
    """
    out: list[tuple[str, list[Card]]] = []
    for section in cube.sections:
        cards: list[Card] = []
        seen: set[str] = set()
        for topic in (t for t in cube.topics if t.section == section.name):
            if by is None and topic.grid:
                members = cube.grid(topic.grid)
                if topic.grid not in seen and all(_sides(member) for member in members):
                    cards.append(of_group(grid_card(members), members[0], group))
                seen.add(topic.grid)
                if all(_sides(member) for member in members):
                    continue
            cards.append(of_group(card(topic, by, None, why(topic)), topic, group))
        out.append((text_of(section.label), cards))
    return out
