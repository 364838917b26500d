"""Looking at one part of the people only, and at the areas that a leader may see: both read the frozen tables.

Nothing is computed: a released column takes the place of everyone, and tables that were released within it take the
place of the breaks. What wasn't released within a part isn't there, and `missing` says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask_babel import gettext as _

from survey_app.reporting.cube import (
    ESTIMATED,
    TOTAL,
    Break,
    Column,
    Cube,
    Part,
    Table,
    Topic,
    crossed,
    uncrossed,
)
from survey_app.weighting import areas
from survey_app.wording import text_of


def read(text: str) -> Part | None:
    """A part as an address writes it, "sex:female"; None for nothing."""
    within, _colon, group = text.partition(":")
    return Part(within, group) if text else None


def written(part: Part | None) -> str:
    """The opposite of `read`."""
    return f"{part.within}:{part.group}" if part else ""


def holds(column: Column, group: str) -> bool:
    return group == column.group or group in column.parts


def parts(cube: Cube) -> list[tuple[Break, list[tuple[str, str]]]]:
    """What a reader can look at by itself: breaks with their groups as (address, name), told for some topic."""
    found = []
    for by in cube.breaks:
        shown = {
            group
            for topic in cube.topics
            for table in topic.tables.get(by.name, ())
            for column in table.columns
            for group in (column.group, *column.parts)
        }
        groups = [
            (written(Part(by.name, name)), text_of(label)) for name, label in by.groups if name in shown
        ]
        if groups:
            found.append((by, groups))
    return found


def name_of(cube: Cube, part: Part) -> str:
    """What a part is called; empty for one that the release doesn't know."""
    by = cube.find_break(part.within)
    return next((text_of(label) for name, label in by.groups if name == part.group), "") if by else ""


def narrowed(cube: Cube, part: Part) -> Cube:
    """The cube as if only the people of this part had been asked; changes since the last wave are left out."""
    return replace(cube, topics=tuple(narrow(topic, part) for topic in cube.topics), waves=None)


def narrow(topic: Topic, part: Part) -> Topic:
    """A topic within a part: its released column for everyone, tables within it for breaks."""
    tables: dict[str, tuple[Table, ...]] = {}
    own = [
        replace(table, columns=tuple(column for column in table.columns if holds(column, part.group)))
        for table in topic.tables.get(part.within, ())
    ]
    if any(table.columns for table in own):
        tables[TOTAL] = tuple(table for table in own if table.columns)
    differs: dict[str, bool] = {}
    for name, found in topic.tables.items():
        by, within = uncrossed(name)
        if within == part:
            tables[by] = found
            if name in topic.differs:
                differs[by] = topic.differs[name]
    return replace(topic, tables=tables, differs=differs)


def together(topic: Topic) -> str:
    """For a narrowed topic: the groups that its part was told together with; empty where it stands alone."""
    columns = [c for table in topic.tables.get(TOTAL, ()) for c in table.columns if len(c.parts) > 1]
    return text_of(columns[0].label) if columns else ""


def missing(cube: Cube, topic: Topic, by: Break | None, part: Part) -> str:
    """Why a topic has no figures within a part (and by a break); empty where it has. topic: as it was released."""
    within = cube.find_break(part.within)
    if within is None:
        return ""
    if not areas.allowed(topic.level, within.level) or (by and not areas.allowed(topic.level, by.level)):
        return _("This question is reported for the whole area only.")
    if TOTAL not in narrow(topic, part).tables:
        return _("Not published for this group: too few people, or too uncertain.")
    if by is None or crossed(by.name, part) in topic.tables:
        return ""
    if topic.kind in ESTIMATED:
        return _("The estimate is too noisy to be divided further.")
    if (part.within, by.name) not in cube.crossings:
        return _("This group isn’t published further by %(label)s.", label=_low(text_of(by.label)))
    return _("Not published: divided further, the groups are too small.")


def _low(text: str) -> str:
    return text[:1].lower() + text[1:]


def scoped(cube: Cube, paths: Sequence[str]) -> Cube:
    """The cube as leaders of these areas (`Area.path`) see it: everyone's figures, and of areas only their own.

    An area is theirs when it lies in one of these, or one of these lies in it.
    """
    seen = {
        by.name: {
            tile.group
            for tile in by.tiles
            if any(path.startswith(own) or own.startswith(path) for path in tile.paths for own in paths)
        }
        for by in cube.breaks
        if by.tiles
    }
    if not seen:
        return cube
    breaks = []
    for by in cube.breaks:
        if by.name in seen:
            mine = seen[by.name]
            groups = tuple(group for group in by.groups if group[0] in mine)
            by = replace(by, groups=groups, tiles=tuple(tile for tile in by.tiles if tile.group in mine))
        if by.groups:
            breaks.append(by)
    return replace(
        cube, breaks=tuple(breaks), topics=tuple(_scoped_topic(topic, seen) for topic in cube.topics)
    )


def _scoped_topic(topic: Topic, seen: dict[str, set[str]]) -> Topic:
    tables: dict[str, tuple[Table, ...]] = {}
    for name, found in topic.tables.items():
        by, part = uncrossed(name)
        if part and part.within in seen and part.group not in seen[part.within]:
            continue
        if by in seen:
            found = tuple(
                replace(
                    table,
                    columns=tuple(c for c in table.columns if any(holds(c, group) for group in seen[by])),
                )
                for table in found
            )
            found = tuple(table for table in found if table.columns)
        if found:
            tables[name] = found
    return replace(topic, tables=tables)
