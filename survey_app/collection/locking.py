"""The lock: what joins an answer to a household ends for good, and the survey is anonymous from then on.

The link key goes first of all (it alone opens what was sealed: envelopes, links, drafts). What the key does not
cover is let go as well: days and hours by which an interview could be laid beside a visit, notes, tokens of links,
which household of a village had which outcome (the village's counts stay), and the order in which rows arrived.
Nothing that analysis needs is lost: stratum, primary unit, base weight and one tag a case stay with the interview.

Called by a researcher's screen (`views_lock.py`) and, for what could not be finished at once, by the sweeper in
`jobs.py`. Tested in `tests/integration/test_locking.py` on both databases.
"""

from __future__ import annotations

import random
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, delete, func, select, update

from questionnaires import Compiled
from survey_app import audit
from survey_app.accounts.models import Device, User
from survey_app.audit import AuditEntry
from survey_app.authoring import queries as authoring
from survey_app.collection import gallery
from survey_app.collection.models import (
    Conflict,
    Interview,
    Likeness,
    LinkDraft,
    MediaFile,
    MediaPart,
    Receipt,
    SealedDraft,
    SentBack,
    Submission,
)
from survey_app.db import after_commit, db
from survey_app.keys import keyring
from survey_app.problems import Problem
from survey_app.sampling.models import Case, ContactAttempt
from survey_app.surveys.models import Membership, State, Survey
from survey_app.surveys.services import require

CLOCKS = ("start", "end", "today")
# Tables whose rows would otherwise lie in the order in which they came.
REWRITTEN = (Submission, Receipt, Conflict, Interview, Likeness, AuditEntry, ContactAttempt, Case)


@dataclass(frozen=True)
class Ready:
    """What a person should know before locking. Counts of interviews but for phones.

    unread: not yet interpreted, which must be done first. unreadable: could not be opened or read, and never will
    be after the lock. conflicts: other bytes under the same number. paused: drafts that wait for a release.
    returned: sent back and not answered yet. phones, unsent: phones of this survey's collaborators that said they
    hold something unsent, and how much. files: photos and recordings that interviews name and that haven't come.
    """

    unread: int
    unreadable: int
    conflicts: int
    paused: int
    returned: int
    phones: int
    unsent: int
    files: int = 0

    @property
    def nothing_waits(self) -> bool:
        return not any((self.unreadable, self.conflicts, self.paused, self.returned, self.unsent, self.files))


def readiness(survey: Survey) -> Ready:
    """What would be lost or left open if the survey were locked now."""

    def count(model: Any, *where: Any) -> int:
        return (
            db.session.scalar(
                select(func.count()).select_from(model).where(model.survey_id == survey.id, *where)
            )
            or 0
        )

    read = select(Interview.instance_id).where(
        Interview.instance_id == Submission.instance_id, Interview.revision == Submission.revision
    )
    findings = db.session.scalars(select(Interview.findings).where(Interview.survey_id == survey.id))
    unreadable = sum(any(f["code"] == "collection.unreadable" for f in found) for found in findings)
    waiting = db.session.execute(
        select(Device.interviews + Device.attempts + Device.drafts)
        .join(Membership, Membership.user_id == Device.user_id)
        .where(
            Membership.survey_id == survey.id,
            Device.revoked_on.is_(None),
            Device.interviews + Device.attempts + Device.drafts > 0,
        )
    ).all()
    return Ready(
        unread=count(Submission, ~read.exists()),
        unreadable=unreadable,
        conflicts=count(Conflict),
        paused=count(SealedDraft),
        returned=count(SentBack),
        phones=len(waiting),
        unsent=sum(int(row[0]) for row in waiting),
        files=gallery.overall(gallery.progress(survey)).missing,
    )


def lock(survey: Survey, *, by: User | None) -> None:
    """Lock a closed survey. Can't be undone.

    Raises Problem `surveys.wrong-state` unless it is closed, `collection.unread` while interviews wait to be read.
    """
    require(survey, State.CLOSED)
    unread = readiness(survey).unread
    if unread:
        raise Problem("collection.unread", count=unread)
    _forget_links(survey)
    _forget_hours(survey)
    _deal_outcomes_anew(survey)
    survey.state = State.LOCKED.value
    survey.locked_on = audit.today()
    audit.record("survey.locked", actor_id=by.id if by else None, survey_id=survey.id)
    after_commit(lambda: destroy_keys([survey]))


def unfinished() -> list[Survey]:
    """Locked surveys whose key still exists or whose tables were not rewritten yet."""
    done = select(AuditEntry.survey_id).where(AuditEntry.action == "survey.lock-finished")
    return list(
        db.session.scalars(select(Survey).where(Survey.state == State.LOCKED.value, Survey.id.not_in(done)))
    )


def destroy_keys(surveys: list[Survey]) -> None:
    """Destroy the link keys, should that not have happened already. Safe to repeat."""
    for survey in surveys:
        keyring().destroy_link(survey.public_id)


def finish(surveys: list[Survey]) -> None:
    """Note that nothing is left to do: keys destroyed, tables rewritten."""
    for survey in surveys:
        audit.record("survey.lock-finished", survey_id=survey.id)


def rewrite() -> None:
    """Lay the rows of the tables in the order of their random keys and let go what was deleted.

    Outside any transaction of the caller's; waits for its turn and holds others up while it runs (seconds for
    100,000 interviews). What databases keep elsewhere (write-ahead archives, backups) holds nothing readable
    without the key but the days and hours: let archives older than the lock go, as the office's rules say.
    """
    connection = db.engine.raw_connection()
    try:
        driver: Any = connection.driver_connection
        if db.engine.dialect.name == "postgresql":
            driver.autocommit = True  # neither database rewrites a table inside a transaction
        cursor = driver.cursor()
        for statement in _statements(db.engine.dialect.name):
            cursor.execute(statement)
        cursor.close()
    finally:
        connection.invalidate()  # its settings are not the pool's
        connection.close()


def _statements(dialect: str) -> Iterator[str]:
    if dialect == "sqlite":
        # Rows without row ids already lie by key; what was deleted or changed lingers in free pages and the log.
        yield "VACUUM"
        yield "PRAGMA wal_checkpoint(TRUNCATE)"
        return
    for model in REWRITTEN:
        name = model.__tablename__
        yield f'CLUSTER "{name}" USING "{model.__table__.primary_key.name}"'  # type: ignore[attr-defined]
    for left in (LinkDraft, SealedDraft, SentBack, MediaPart, MediaFile):
        yield f'VACUUM FULL "{left.__tablename__}"'


def _forget_links(survey: Survey) -> None:
    for model in (LinkDraft, SealedDraft, SentBack, MediaPart, MediaFile):
        db.session.execute(delete(model).where(model.survey_id == survey.id))
    db.session.execute(update(Conflict).where(Conflict.survey_id == survey.id).values(link=None))
    db.session.execute(update(Submission).where(Submission.survey_id == survey.id).values(link=None))
    _new_tags(survey)
    for case in db.session.scalars(select(Case).where(Case.survey_id == survey.id)):
        case.token_digest = secrets.token_hex(32)


def _new_tags(survey: Survey) -> None:
    """Other tags, equal where the old were equal: two interviews of one household still count once.

    Whoever holds a copy of the key from an old backup must not find the case by its tag.
    """
    table: Table = Submission.__table__  # type: ignore[assignment]
    found = db.session.execute(
        select(table.c.instance_id, table.c.revision, table.c.case_tag, table.c.collaborator_tag).where(
            table.c.survey_id == survey.id
        )
    ).all()
    fresh: dict[str | None, str | None] = defaultdict(lambda: secrets.token_hex(16), {None: None})
    if found:
        db.session.execute(
            update(table)
            .where(table.c.instance_id == bindparam("instance"), table.c.revision == bindparam("number"))
            .values(case_tag=bindparam("case"), collaborator_tag=bindparam("collaborator")),
            [
                {"instance": i, "number": r, "case": fresh[case], "collaborator": fresh[person]}
                for i, r, case, person in found
            ],
        )


def _forget_hours(survey: Survey) -> None:
    """One day for all, so that no interview can be laid beside a visit of that day in its village."""
    day = survey.closed_on or audit.today()
    mine = select(Submission.instance_id).where(Submission.survey_id == survey.id)
    db.session.execute(update(Receipt).where(Receipt.instance_id.in_(mine)).values(issued_on=day))
    for model in (Submission, Conflict):
        db.session.execute(update(model).where(model.survey_id == survey.id).values(received_on=day))
    cases = select(Case.id).where(Case.survey_id == survey.id)
    visits = update(ContactAttempt).where(ContactAttempt.case_id.in_(cases))
    db.session.execute(
        visits.values(made_at=func.substr(ContactAttempt.made_at, 1, 7), appointment=None, note=None)
    )
    for version in authoring.versions(survey):
        names = clock_questions(authoring.compiled(version))
        if names:
            _drop(survey, version.number, names)


def _drop(survey: Survey, version: int, names: tuple[str, ...]) -> None:
    where = (Interview.survey_id == survey.id, Interview.version == version)
    for interview in db.session.scalars(select(Interview).where(*where)):
        interview.values = {k: v for k, v in interview.values.items() if k not in names}


def clock_questions(compiled: Compiled) -> tuple[str, ...]:
    """The names of the questions that note when the interview was held."""
    found: list[str] = []

    def walk(nodes: list[dict[str, Any]]) -> None:
        for node in nodes:
            if node.get("type") in CLOCKS:
                found.append(node["name"])
            walk(node.get("children", []))

    walk(compiled.document["children"])
    return tuple(found)


def _deal_outcomes_anew(survey: Survey, shuffle: Callable[[list[Any]], None] | None = None) -> None:
    """Within each village the outcomes, with their visits, are dealt to its households at random.

    Counts by village stay as they were; which household took part, declined or was not at home is forgotten.
    """
    shuffle = shuffle or random.SystemRandom().shuffle
    villages: dict[tuple[int, float], list[Case]] = defaultdict(list)
    for case in db.session.scalars(select(Case).where(Case.survey_id == survey.id).order_by(Case.id)):
        villages[case.unit_id, case.base_weight].append(case)
    moved: dict[int, int] = {}
    for cases in villages.values():
        facts = [(case.id, case.outcome, case.closed, case.assigned_to) for case in cases]
        shuffle(facts)
        for case, (source, outcome, closed, assigned_to) in zip(cases, facts, strict=True):
            case.outcome, case.closed, case.assigned_to = outcome, closed, assigned_to
            moved[source] = case.id
    mine = select(Case.id).where(Case.survey_id == survey.id)
    for visit in db.session.scalars(select(ContactAttempt).where(ContactAttempt.case_id.in_(mine))).all():
        visit.case_id = moved[visit.case_id]
        visit.id = secrets.token_hex(16)
    db.session.flush()
