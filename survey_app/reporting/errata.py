"""What an erratum changed: two releases of the same survey beside each other, figure by figure.

Both are released and never change, so the differences follow from them and are never stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from survey_app.db import db
from survey_app.reporting import headlines, narrowing, present, queries
from survey_app.reporting.cube import Column, Cube, Figure, Topic, uncrossed
from survey_app.reporting.models import Release
from survey_app.wording import percent, text_of

MOST_LISTED = 60


@dataclass(frozen=True)
class Corrected:
    """One figure that changed. topic: its name; what: question, group and answer as text; old, new: as shown."""

    topic: str
    question: str
    group: str
    answer: str
    old: str
    new: str


@dataclass(frozen=True)
class Correction:
    """An erratum for its readers. listed: the first changes; count: all of them; gone, added: questions."""

    replaces: int
    replaced_on: str
    reason: str
    listed: tuple[Corrected, ...]
    count: int
    questions: int
    gone: tuple[str, ...]
    added: tuple[str, ...]


def correction(found: Release, seen: Callable[[Cube], Cube] = lambda cube: cube) -> Correction | None:
    """What this release corrected in the one that it replaces; None for a first release.

    seen: what of a release's tables its reader may see.
    """
    if found.supersedes_id is None:
        return None
    before = db.session.get(Release, found.supersedes_id)
    assert before is not None, "releases are never deleted"
    old, new = seen(queries.cube(before)), seen(queries.cube(found))
    changed = list(differences(old, new))
    return Correction(
        replaces=before.number,
        replaced_on=before.released_at,
        reason=text_of(found.reason),
        listed=tuple(changed[:MOST_LISTED]),
        count=len(changed),
        questions=len({one.topic for one in changed}),
        gone=tuple(present.wording(topic) for topic in old.topics if new.topic(topic.name) is None),
        added=tuple(present.wording(topic) for topic in new.topics if old.topic(topic.name) is None),
    )


def differences(old: Cube, new: Cube) -> Iterator[Corrected]:
    """Every figure (share or interval) that isn't the same in both, in the order of the newer release."""
    for topic in new.topics:
        earlier = old.topic(topic.name)
        if earlier is None:
            continue
        before, after = _figures(old, earlier), _figures(new, topic)
        for key in [*after, *(key for key in before if key not in after)]:
            was, now = before.get(key), after.get(key)
            if was != now:
                group, answer = key[2], key[3]
                yield Corrected(topic.name, present.wording(topic), group, answer, _shown(was), _shown(now))


def _figures(cube: Cube, topic: Topic) -> dict[tuple[str, str, str, str], Figure]:
    """{(break, arm, group, answer): figure}, groups and answers as readers see them."""

    def group(name: str, column: Column) -> str:
        part = uncrossed(name)[1]
        own = present.head(column)
        return f"{narrowing.name_of(cube, part)} · {own}" if part else own

    return {
        (name, table.arm, group(name, column), text_of(row.label)): figure
        for name, tables in topic.tables.items()
        for table in tables
        for column in table.columns
        for row, figure in zip(table.rows, column.figures, strict=True)
    }


def _shown(figure: Figure | None) -> str:
    if figure is None or figure.value is None:
        return "–"
    return f"{percent(figure.value / 100)} ({headlines.interval(figure)})"
