"""Writes: taking a snapshot, making a lost file again, leaving an interview out and taking it in again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import bindparam, delete, select, update

from survey_app import audit
from survey_app.accounts.models import User
from survey_app.collection.models import Interview, new_mark
from survey_app.db import db
from survey_app.problems import Problem
from survey_app.snapshots import queries, store
from survey_app.snapshots.layout import digest_of, packed, unpacked
from survey_app.snapshots.models import Exclusion, Snapshot, SnapshotPart
from survey_app.snapshots.standing import EXCLUSIONS, standings
from survey_app.snapshots.store import Builder, Written
from survey_app.surveys.models import Survey

# A part smaller than this never stands alone, so that files don't tell who answered together with whom.
LEAST_ROWS = 100
# A part is joined with the new rows unless it has at least this many times as many: each row is then written
# anew a few times (the logarithm of their number), not at every snapshot.
GROWTH = 2


@dataclass(frozen=True)
class Gathered:
    """What a snapshot will hold, with its files written and nothing recorded yet.

    marks: (instance_id, revision, mark) of the interviews written. kept: ids of older parts that stay.
    """

    survey: Survey
    marks: tuple[tuple[str, int, str], ...]
    kept: tuple[int, ...]
    fresh: Written | None
    digest: str
    n: int
    left_out: dict[str, int]
    since: dict[str, int]


def take(survey: Survey, by: User | None = None) -> Snapshot:
    """The cut-off as of now: `gather` and `keep` in one. With nothing new, the newest snapshot itself."""
    return keep(gather(survey), by)


def gather(survey: Survey) -> Gathered:
    """Read what is new and write it to files; takes as long as there is new. Needs no write transaction.

    A file that nothing comes to cite (a crash before `keep`) is written again under the same name, never twice.
    """
    last = queries.newest(survey)
    folder = queries.folder(survey)
    builder, marks = _build(survey)
    parts = list(last.parts) if last else []
    if last is not None and not len(builder):
        return Gathered(survey, (), tuple(parts), None, last.digest, last.n, dict(last.left_out), {})
    sizes = _sizes(parts)
    for part in parts:
        _ensure(survey, part)
    joined: list[int] = []
    whole = len(builder)
    while parts and (sizes[parts[-1]] < GROWTH * whole or min(sizes[parts[-1]], whole) < LEAST_ROWS):
        joined.insert(0, parts.pop())
        whole += sizes[joined[0]]
    fresh = None
    if len(builder):
        new = builder.table()
        digests = queries.digests(survey, joined)
        fresh = store.write(folder, store.merged(folder, digests, new) if joined else new)
    return _counted(survey, last, parts, fresh, marks)


def keep(gathered: Gathered, by: User | None = None) -> Snapshot:
    """Record the snapshot. An interview that was read again in the meantime stays marked for the next one."""
    survey = gathered.survey
    last = queries.newest(survey)
    if last is not None and not gathered.marks:
        return last
    parts = list(gathered.kept)
    if gathered.fresh is not None:
        part = SnapshotPart(
            survey_id=survey.id,
            digest=gathered.fresh.digest,
            rows=gathered.fresh.rows,
            keys=packed(gathered.fresh.keys),
        )
        db.session.add(part)
        db.session.flush()
        parts.append(part.id)
    _written(gathered.marks)
    made = Snapshot(
        survey_id=survey.id,
        number=last.number + 1 if last else 1,
        digest=gathered.digest,
        n=gathered.n,
        left_out=gathered.left_out,
        since=gathered.since,
        parts=parts,
        taken_at=audit.now(),
        taken_by=by.id if by else None,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        "snapshot.taken",
        actor_id=by.id if by else None,
        survey_id=survey.id,
        snapshot=made.number,
        n=made.n,
        digest=made.digest,
    )
    return made


def opened(survey: Survey, found: Snapshot) -> queries.Frame:
    """The snapshot's interviews; files that are gone are made again from the database first."""
    return queries.opened(survey, found, repair=lambda part: _ensure(survey, part))


def exclude(survey: Survey, instance_id: str, reason: str, by: User | None) -> Exclusion:
    """Leave an interview out of the snapshots from the next one on. Doing it again changes the reason.

    Raises Problem snapshots.unknown-interview, request.malformed for an unknown reason.
    """
    if reason not in EXCLUSIONS:
        raise Problem("request.malformed", reason=reason)
    _mark(survey, instance_id)
    found = db.session.get(Exclusion, instance_id)
    if found is None:
        found = Exclusion(instance_id=instance_id, survey_id=survey.id)
        db.session.add(found)
    found.reason = reason
    found.excluded_on = audit.today()
    found.excluded_by = by.id if by else None
    db.session.flush()
    # Without the interview's number: the log says how many, the list of exclusions says which.
    audit.record("snapshot.excluded", actor_id=by.id if by else None, survey_id=survey.id, reason=reason)
    return found


def readmit(survey: Survey, instance_id: str, by: User | None) -> None:
    """Take an excluded interview in again, from the next snapshot on."""
    _mark(survey, instance_id)
    db.session.execute(
        delete(Exclusion).where(Exclusion.instance_id == instance_id, Exclusion.survey_id == survey.id)
    )
    audit.record("snapshot.readmitted", actor_id=by.id if by else None, survey_id=survey.id)


def _build(survey: Survey) -> tuple[Builder, tuple[tuple[str, int, str], ...]]:
    """The rows to write: what waits, and other interviews of the same cases, whose standing may change with it."""
    builder, marks = Builder(), []
    shared = queries.siblings(survey)
    told = standings(facts for _id, _revision, facts in shared)
    for one in queries.pending(survey):
        key = one.row.instance_id
        marks.append((key, one.row.revision, one.mark))
        if not one.latest:
            where = "superseded"
        elif key in told:
            where = told[key]
        else:
            where = standings([one.facts])[key]
        builder.add(replace(one.row, standing=where))
    seen = {(i, revision) for i, revision, _mark in marks}
    others = [(i, revision) for i, revision, _facts in shared if (i, revision) not in seen]
    for one in queries.pending(survey, others):
        builder.add(replace(one.row, standing=told[one.row.instance_id]))
    return builder, tuple(marks)


def _sizes(parts: Sequence[int]) -> dict[int, int]:
    """{part: rows} of some parts."""
    found = db.session.execute(select(SnapshotPart.id, SnapshotPart.rows).where(SnapshotPart.id.in_(parts)))
    return {int(part): int(rows) for part, rows in found}


def _counted(
    survey: Survey,
    last: Snapshot | None,
    parts: Sequence[int],
    fresh: Written | None,
    marks: tuple[tuple[str, int, str], ...],
) -> Gathered:
    """Who is in and who is out, from the files' keys alone."""
    folder = queries.folder(survey)
    digests = [*queries.digests(survey, parts), *([fresh.digest] if fresh else [])]
    if not digests:
        return Gathered(survey, marks, tuple(parts), fresh, digest_of([]), 0, {}, _since(None, None))
    index = store.index(folder, digests)
    reasons, counts = np.unique(index.standing[index.newest], return_counts=True)
    left_out = {str(r): int(c) for r, c in zip(reasons, counts, strict=True) if r != "in"}
    if index.superseded:
        left_out["superseded"] = index.superseded
    before = store.index(folder, queries.digests(survey, last.parts)) if last and last.parts else None
    return Gathered(
        survey,
        marks,
        tuple(parts),
        fresh,
        digest_of(d.tobytes() for d in index.digests[index.accepted]),
        len(index.accepted),
        left_out,
        _since(before, index),
    )


def _since(before: store.Index | None, now: store.Index | None) -> dict[str, int]:
    """How the accepted interviews changed from one cut-off to the next."""
    if now is None:
        return {"added": 0, "changed": 0, "removed": 0}
    if before is None:
        return {"added": len(now.accepted), "changed": 0, "removed": 0}
    old, new = before.instance_ids[before.accepted], now.instance_ids[now.accepted]
    both, in_old, in_new = np.intersect1d(old, new, assume_unique=True, return_indices=True)
    changed = before.digests[before.accepted[in_old]] != now.digests[now.accepted[in_new]]
    return {"added": len(new) - len(both), "changed": int(changed.sum()), "removed": len(old) - len(both)}


def _ensure(survey: Survey, part_id: int) -> None:
    """Make a part's file again from the database, if it is gone. Raises Problem snapshots.changed when the
    interviews no longer say what they said."""
    part = db.session.get(SnapshotPart, part_id)
    if part is None:  # pragma: no cover - parts are never deleted
        raise Problem("request.not-found")
    folder = queries.folder(survey)
    if store.file_of(folder, part.digest).exists():
        return
    keys = {(i, revision): standing for i, revision, standing in unpacked(part.keys)}
    builder = Builder()
    for one in queries.pending(survey, list(keys)):
        builder.add(replace(one.row, standing=keys[one.row.instance_id, one.row.revision]))
    if store.write(folder, builder.table()).digest != part.digest:
        raise Problem("snapshots.changed")


def _mark(survey: Survey, instance_id: str) -> None:
    found = db.session.execute(
        update(Interview)
        .where(Interview.instance_id == instance_id, Interview.survey_id == survey.id, Interview.latest)
        .values(pending=new_mark())
    )
    if not found.rowcount:  # type: ignore[attr-defined]
        raise Problem("snapshots.unknown-interview", number=instance_id)


def _written(marks: Iterable[tuple[str, int, str]]) -> None:
    """Take the marks off, where they are still the ones that were seen."""
    rows: list[dict[str, Any]] = [{"i": i, "r": revision, "m": mark} for i, revision, mark in marks]
    if rows:
        table = Interview.__table__
        db.session.connection().execute(
            update(table)  # type: ignore[arg-type]
            .where(
                table.c.instance_id == bindparam("i"),
                table.c.revision == bindparam("r"),
                table.c.pending == bindparam("m"),
            )
            .values(pending=None),
            rows,
        )
