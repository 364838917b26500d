"""Reads: a survey's snapshots, what waits for the next one, and the interviews of one by column."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from flask import current_app
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy import Row as Row_

from survey_app.authoring import queries as authoring
from survey_app.collection.models import Interview, Submission
from survey_app.db import db
from survey_app.problems import Problem
from survey_app.snapshots import store
from survey_app.snapshots.columns import Column, Columns
from survey_app.snapshots.layout import Row, kept_questions
from survey_app.snapshots.models import Exclusion, Snapshot, SnapshotPart
from survey_app.snapshots.standing import Facts
from survey_app.surveys.models import Survey

# Snapshots whose columns stay in memory; the least lately used goes first.
OPEN_AT_ONCE = 4
# Keys in one IN (...): under SQLite's limit of variables.
CHUNK = 900


@dataclass(frozen=True)
class Frame:
    """A snapshot's accepted interviews in order of instance_id, n of them.

    stratum, psu: of the sample. base_weight: before the adult is drawn. answers: stored texts by question.
    """

    snapshot_id: int
    instance_ids: NDArray[np.str_]
    version: NDArray[np.int32]
    stratum: Column
    psu: Column
    base_weight: NDArray[np.float64]
    answers: Columns

    def __len__(self) -> int:
        return len(self.instance_ids)


def snapshots(survey: Survey) -> Sequence[Snapshot]:
    """The survey's snapshots, newest first."""
    return db.session.scalars(
        select(Snapshot).where(Snapshot.survey_id == survey.id).order_by(Snapshot.number.desc())
    ).all()


def newest(survey: Survey) -> Snapshot | None:
    return db.session.scalar(
        select(Snapshot).where(Snapshot.survey_id == survey.id).order_by(Snapshot.number.desc()).limit(1)
    )


def snapshot(survey: Survey, number: int) -> Snapshot:
    """One snapshot. Raises Problem request.not-found."""
    found = db.session.scalar(
        select(Snapshot).where(Snapshot.survey_id == survey.id, Snapshot.number == number)
    )
    if found is None:
        raise Problem("request.not-found")
    return found


def waiting(survey: Survey) -> int:
    """Interviews read, read again or left out since the newest snapshot."""
    found = select(func.count()).where(Interview.survey_id == survey.id, Interview.pending.is_not(None))
    return db.session.scalar(found) or 0


def exclusions(survey: Survey) -> Sequence[Exclusion]:
    return db.session.scalars(
        select(Exclusion).where(Exclusion.survey_id == survey.id).order_by(Exclusion.instance_id)
    ).all()


def folder(survey: Survey) -> Path:
    """Where the survey's column files lie, beside the database and never instead of it."""
    return Path(current_app.instance_path) / "snapshots" / survey.public_id


def digests(survey: Survey, parts: Sequence[int]) -> list[str]:
    """Digests of parts, in the order given."""
    found = db.session.execute(
        select(SnapshotPart.id, SnapshotPart.digest).where(SnapshotPart.survey_id == survey.id)
    )
    known: dict[int, str] = {int(part): str(digest) for part, digest in found}
    return [known[part] for part in parts]


_open: OrderedDict[tuple[str, int, str], Frame] = OrderedDict()
_guard = threading.Lock()


def opened(survey: Survey, found: Snapshot, repair: Callable[[int], None] | None = None) -> Frame:
    """The snapshot's interviews, from memory or from its files; a missing file is first made by `repair(part id)`.

    Raises Problem snapshots.missing when a file is gone and nothing can repair it.
    """
    place = folder(survey)
    key = (str(place), found.id, found.digest)
    with _guard:
        if key in _open:
            _open.move_to_end(key)
            return _open[key]
    parts = digests(survey, found.parts)
    for part, digest in zip(found.parts, parts, strict=True):
        if not store.file_of(place, digest).exists():
            if repair is None:
                raise Problem("snapshots.missing", number=found.number)
            repair(part)
    frame = _frame(place, parts, found)
    with _guard:
        _open[key] = frame
        while len(_open) > OPEN_AT_ONCE:
            _open.popitem(last=False)
    return frame


def _frame(place: Path, parts: Sequence[str], found: Snapshot) -> Frame:
    if not parts:
        none = np.empty(0, dtype=np.int32)
        empty = Column(none, ())
        ids, weights = np.empty(0, dtype=np.str_), np.empty(0, dtype=np.float64)
        return Frame(found.id, ids, none, empty, empty, weights, Columns(0, (), lambda _names: {}))
    index = store.index(place, parts)
    facts = store.facts(place, parts, index.accepted)
    return Frame(
        snapshot_id=found.id,
        instance_ids=index.instance_ids[index.accepted].astype(np.str_),
        version=facts["version"],
        stratum=facts["stratum"],
        psu=facts["psu"],
        base_weight=facts["base_weight"],
        answers=store.columns(place, parts, index.accepted),
    )


@dataclass(frozen=True)
class Pending:
    """An interview to be written. mark: changes each time it is read, so that a change in between isn't lost."""

    mark: str
    latest: bool
    facts: Facts
    row: Row


def pending(survey: Survey, keys: Sequence[tuple[str, int]] | None = None) -> Iterator[Pending]:
    """Interviews that wait to be written, or those with the given keys; read a few thousand at a time.

    Their rows' standing is left empty: it depends on the others of the same case.
    """
    kept = kept_questions(authoring.compiled(version) for version in authoring.versions(survey))
    if keys is None:
        yield from _pending(survey, kept, Interview.pending.is_not(None))
        return
    wanted = set(keys)
    ids = sorted({instance_id for instance_id, _revision in keys})
    for start in range(0, len(ids), CHUNK):
        for one in _pending(survey, kept, Interview.instance_id.in_(ids[start : start + CHUNK])):
            if (one.row.instance_id, one.row.revision) in wanted:
                yield one


def siblings(survey: Survey) -> list[tuple[str, int, Facts]]:
    """(instance_id, newest revision, facts) of all interviews of cases that have several, where one waits."""
    here = (Interview.instance_id == Submission.instance_id) & (Interview.revision == Submission.revision)
    waiting_tags = (
        select(Submission.case_tag)
        .join(Interview, here)
        .where(Interview.survey_id == survey.id, Interview.pending.is_not(None))
    )
    shared = db.session.scalars(
        select(Submission.case_tag)
        .where(Submission.survey_id == survey.id, Submission.case_tag.in_(waiting_tags))
        .group_by(Submission.case_tag)
        .having(func.count(Submission.instance_id.distinct()) > 1)
    ).all()
    found = []
    for start in range(0, len(shared), CHUNK):
        of_these = Submission.case_tag.in_(shared[start : start + CHUNK])
        for row in db.session.execute(_facts(survey).where(Interview.latest, of_these)):
            found.append((row.instance_id, row.revision, _as_facts(row)))
    return found


def _facts(survey: Survey, *more: Any) -> Select[Any]:
    return (
        select(
            Interview.instance_id,
            Interview.revision,
            Interview.outcome,
            Interview.latest,
            Submission.case_tag,
            Submission.channel,
            Submission.base_weight,
            Exclusion.reason,
            *more,
        )
        .join(
            Submission,
            (Interview.instance_id == Submission.instance_id) & (Interview.revision == Submission.revision),
        )
        .outerjoin(Exclusion, Exclusion.instance_id == Interview.instance_id)
        .where(Interview.survey_id == survey.id)
    )


def _as_facts(row: Row_[Any]) -> Facts:
    return Facts(
        instance_id=row.instance_id,
        outcome=row.outcome,
        sampled=row.base_weight is not None,
        case_tag=row.case_tag,
        channel=row.channel,
        excluded=row.reason,
    )


def _pending(survey: Survey, kept: frozenset[str], where: ColumnElement[bool]) -> Iterator[Pending]:
    more = (
        Interview.pending,
        Interview.values.label("answers"),
        Interview.version,
        Submission.stratum,
        Submission.psu,
    )
    rows = db.session.execute(_facts(survey, *more).where(where), execution_options={"yield_per": 2000})
    for row in rows:
        values = {
            name: text
            for name, text in row.answers.items()
            if name in kept and isinstance(text, str) and text != ""
        }
        yield Pending(
            mark=row.pending or "",
            latest=row.latest,
            facts=_as_facts(row),
            row=Row(
                row.instance_id,
                row.revision,
                "",
                row.version,
                row.stratum,
                row.psu,
                row.base_weight,
                values,
            ),
        )
