"""Put labels back on the audited tables: from the library's keys to the cube that is stored and shown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.tables.disclosure_model import Cell
from analysis.tables.disclosure_model import Table as Published
from survey_app.reporting import scales
from survey_app.reporting.cube import (
    EVERYONE,
    Break,
    Column,
    Cube,
    Figure,
    Row,
    Section,
    Table,
    Text,
    Topic,
    uncrossed,
)
from survey_app.reporting.protect import Protected
from survey_app.reporting.tabulate import Drafted
from survey_app.reporting.topics import OR


def cube(
    drafted: Sequence[Drafted],
    protected: Protected,
    breaks: Sequence[Break],
    sections: Sequence[Section],
    left_out: Sequence[Mapping[str, Any]],
    crossings: Sequence[tuple[str, str]] = (),
) -> Cube:
    """The released cube. Topics without a single figure to show join what isn't released."""
    topics: list[Topic] = []
    hidden: list[dict[str, Any]] = []
    for one in drafted:
        topic = _topic(one, protected, breaks)
        total = topic.table()
        if total is None or not any(f.value is not None for c in total.columns for f in c.figures):
            hidden.append({"name": topic.name, "wording": dict(topic.wording), "why": "too-few"})
        else:
            topics.append(topic)
    used = {topic.section for topic in topics}
    return Cube(
        topics=tuple(topics),
        breaks=tuple(breaks),
        sections=tuple(section for section in sections if section.name in used),
        not_released=(*(dict(entry) for entry in left_out), *hidden),
        crossings=tuple(crossings),
    )


def _topic(one: Drafted, protected: Protected, breaks: Sequence[Break]) -> Topic:
    spec = one.spec
    labels = {b.name: dict(b.groups) for b in breaks}
    tables: dict[str, list[Table]] = {}
    for (name, arm), drafted in one.tables.items():
        published = protected.tables.get(drafted.id)
        if published is not None and published.columns:
            tables.setdefault(name, []).append(
                _table(published, arm, spec.rows, labels.get(uncrossed(name)[0], {}))
            )
    return Topic(
        name=spec.name,
        kind=spec.kind,
        section=spec.section,
        wording=spec.wording,
        tables={name: tuple(found) for name, found in tables.items()},
        stem=spec.stem,
        short=spec.short,
        grid=spec.grid,
        arms=spec.arms,
        asked=spec.asked,
        partly=spec.partly,
        ordered=spec.ordered,
        level=spec.level,
        differs=one.differs,
    )


def _table(published: Published, arm: str, rows: Sequence[Row], groups: Mapping[str, Text]) -> Table:
    known = {row.name: row for row in rows}
    shown = [_row(category.key, category.parts, known) for category in published.categories]
    shown += [known[net.key] for net in published.nets]
    lines = [*published.cells, *(net.cells for net in published.nets)]
    columns = []
    for place, column in enumerate(published.columns):
        parts = column.parts or (column.key,)
        label: Text = {} if column.total else joined([groups.get(part, {}) for part in parts])
        figures = tuple(_figure(line[place]) for line in lines)
        group = EVERYONE if column.total else "+".join(parts)
        columns.append(Column(group, label, column.n, figures, tuple(column.parts)))
    return Table(arm, tuple(shown), tuple(columns))


def _row(key: str, parts: tuple[str, ...], known: Mapping[str, Row]) -> Row:
    """The row of a category: the author's, or several joined to protect respondents."""
    if key in known:
        return known[key]
    members = [known[part] for part in parts if part in known]
    tones = {member.tone for member in members}
    kinds = {member.kind for member in members}
    return Row(
        name="+".join(parts),
        label=joined([member.label for member in members]),
        kind=kinds.pop() if len(kinds) == 1 else "answer",
        tone=tones.pop() if len(tones) == 1 else None,
        parts=parts,
    )


def joined(labels: Sequence[Text]) -> Text:
    """Several labels as one, in each language that all of them have."""
    if not labels:
        return {}
    return {
        language: scales.joined([label[language] for label in labels], OR.get(language, "/"))
        for language in labels[0]
        if all(label.get(language) for label in labels)
    }


def _figure(cell: Cell) -> Figure:
    if cell.hidden or cell.share is None or cell.ci_low is None or cell.ci_high is None:
        return Figure(None, None, None, "protected")
    return Figure(_whole(cell.share), _whole(cell.ci_low), _whole(cell.ci_high))


def _whole(share: float) -> float:
    """The library has rounded already; this only undoes the division by 100, exactly."""
    return float(math.floor(100 * share + 0.5))
