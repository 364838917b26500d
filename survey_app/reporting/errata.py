"""What an erratum changed: two releases of the same survey beside each other, figure by figure.

Both are released and never change, so the differences follow from them and are never stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from survey_app.db import db
from survey_app.reporting import headlines, present, queries
from survey_app.reporting.cube import Cube, Figure, Topic
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


def correction(found: Release) -> Correction | None:
    """What this release corrected in the one that it replaces; None for a first release."""
    if found.supersedes_id is None:
        return None
    before = db.session.get(Release, found.supersedes_id)
    assert before is not None, "releases are never deleted"
    old, new = queries.cube(before), queries.cube(found)
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
        before, after = _figures(earlier), _figures(topic)
        for key in [*after, *(key for key in before if key not in after)]:
            was, now = before.get(key), after.get(key)
            if was != now:
                group, answer = key[2], key[3]
                yield Corrected(topic.name, present.wording(topic), group, answer, _shown(was), _shown(now))


def _figures(topic: Topic) -> dict[tuple[str, str, str, str], Figure]:
    """{(break, arm, group, answer): figure}, groups and answers as readers see them."""
    return {
        (name, table.arm, present.head(column), text_of(row.label)): figure
        for name, tables in topic.tables.items()
        for table in tables
        for column in table.columns
        for row, figure in zip(table.rows, column.figures, strict=True)
    }


def _shown(figure: Figure | None) -> str:
    if figure is None or figure.value is None:
        return "–"
    return f"{percent(figure.value / 100)} ({headlines.interval(figure)})"
