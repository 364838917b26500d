"""Writes: receiving finished interviews for good, reading them later, and answers by link.

Receiving never refuses a finished interview: what can't be placed is kept apart as a stray, with a problem
for the sender. Payload, audit row and receipt are one transaction; the same bytes get the same receipt.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Table, delete, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from questionnaires import check_answers
from survey_app import audit
from survey_app.accounts.models import User
from survey_app.audit import AuditEntry
from survey_app.authoring import queries as authoring
from survey_app.authoring.models import QuestionnaireVersion
from survey_app.authoring.services import as_row
from survey_app.collection import envelopes, queries
from survey_app.collection.incoming import Incoming, digest, instance, parse, raw_bytes
from survey_app.collection.models import Conflict, Interview, LinkDraft, Receipt, Stray, Submission
from survey_app.collection.queries import LinkCase, LinkState
from survey_app.db import db
from survey_app.keys import KeyDestroyed, LinkKey, keyring
from survey_app.problems import Problem
from survey_app.sampling.models import Case, DrawnUnit
from survey_app.sampling.services import set_outcome
from survey_app.surveys.models import Membership, Survey

LARGEST_BATCH = 100
__all__ = ["Answer", "finish_link", "instance", "interpret", "interpret_pending", "receive", "receive_batch"]
OUTCOMES = ("complete", "partial", "refused", "ineligible")
JSON_TYPE = "application/json"


@dataclass(frozen=True)
class Answer:
    """What the sender is told about one interview: a receipt, or a problem (its bytes were kept as a stray)."""

    instance_id: str
    revision: int
    sha256: str
    status: str = ""
    number: str = ""
    note: str = ""
    problem: Problem | None = None

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "instance_id": self.instance_id,
            "revision": self.revision,
            "sha256": self.sha256,
        }
        if self.problem:
            return {**told, "problem": self.problem.as_json()}
        told |= {"status": self.status, "number": self.number}
        return {**told, "note": self.note} if self.note else told


@dataclass(frozen=True)
class _Placed:
    """An interview whose survey, version and case are known."""

    incoming: Incoming
    survey: Survey
    key: LinkKey
    case: Case
    note: str


def _insert(table: Any, rows: list[dict[str, Any]]) -> Any:
    """INSERT … ON CONFLICT DO NOTHING in the dialect at hand."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).values(rows).on_conflict_do_nothing()


def receive_batch(items: Sequence[Any], *, sender: User, channel: str) -> list[Answer]:
    """Receive up to 100 entries as they came over the wire; one answer each, in their order."""
    if len(items) > LARGEST_BATCH:
        raise Problem("collection.batch-too-large", limit=LARGEST_BATCH)
    parsed: list[Incoming | Answer] = []
    for item in items:
        try:
            parsed.append(parse(item))
        except Problem as problem:
            parsed.append(_stray(raw_bytes(item), problem, item))
    answers = iter(receive([p for p in parsed if isinstance(p, Incoming)], sender=sender, channel=channel))
    return [next(answers) if isinstance(p, Incoming) else p for p in parsed]


def receive(batch: Sequence[Incoming], *, sender: User | None, channel: str) -> list[Answer]:
    """Store finished interviews and answer each with its receipt, in their order.

    sender: the collaborator, or None for a link (whose case the caller has opened). channel: `phone`, `link`.
    """
    places = _Places(sender)
    placed: list[_Placed | Answer] = []
    for incoming in batch:
        try:
            placed.append(places.find(incoming))
        except Problem as problem:
            placed.append(_stray(incoming.body, problem, _facts(incoming)))
    known = [p for p in placed if isinstance(p, _Placed)]
    receipts = _store(known, sender, channel) if known else {}
    return [_answer(p, receipts) if isinstance(p, _Placed) else p for p in placed]


class _Places:
    """Finds where interviews belong, asking the database once per survey, version and batch of cases."""

    def __init__(self, sender: User | None) -> None:
        self.sender = sender
        self._surveys: dict[str, tuple[Survey, LinkKey] | None] = {}
        self._versions: dict[tuple[int, int], bool] = {}
        self._cases: dict[int, Case | None] = {}

    def find(self, incoming: Incoming) -> _Placed:
        if incoming.survey not in self._surveys:
            self._surveys[incoming.survey] = self._survey(incoming.survey)
        found = self._surveys[incoming.survey]
        if found is None:
            raise Problem("collection.unknown-survey", survey=incoming.survey[:40])
        survey, key = found
        if not self._published(survey, incoming.version):
            raise Problem("collection.unknown-version", version=incoming.version)
        case = self._case(incoming.case)
        if case is None or case.survey_id != survey.id:
            raise Problem("collection.unknown-case")
        # A case that was given to somebody else in the meantime: the interview is kept all the same.
        moved = self.sender is not None and case.assigned_to != self.sender.id
        return _Placed(incoming, survey, key, case, "collection.case-reassigned" if moved else "")

    def _survey(self, public_id: str) -> tuple[Survey, LinkKey] | None:
        survey = db.session.scalar(select(Survey).where(Survey.public_id == public_id))
        if survey is None:
            return None
        if self.sender is not None and db.session.get(Membership, (survey.id, self.sender.id)) is None:
            return None
        try:
            return survey, keyring().link(public_id)
        except KeyDestroyed:
            return None

    def _published(self, survey: Survey, number: int) -> bool:
        if (survey.id, number) not in self._versions:
            self._versions[survey.id, number] = (
                db.session.scalar(
                    select(QuestionnaireVersion.id).where(
                        QuestionnaireVersion.survey_id == survey.id, QuestionnaireVersion.number == number
                    )
                )
                is not None
            )
        return self._versions[survey.id, number]

    def _case(self, case_id: int | None) -> Case | None:
        if case_id is None:
            return None
        if case_id not in self._cases:
            self._cases[case_id] = db.session.get(Case, case_id, options=[joinedload(Case.unit)])
        return self._cases[case_id]


def _facts(incoming: Incoming) -> dict[str, Any]:
    return {"survey": incoming.survey[:40], "version": incoming.version, "media_type": incoming.media_type}


def _stray(body: bytes, problem: Problem, item: Any) -> Answer:
    """Keep bytes that may be somebody's interview; the same bytes are kept once per problem."""
    told = item if isinstance(item, dict) else {}
    sha256 = digest(body)
    row = {
        "sha256": sha256,
        "problem": problem.code,
        "body": body,
        "media_type": str(told.get("media_type", ""))[:100],
        "details": {k: str(told.get(k, ""))[:60] for k in ("survey", "version", "revision")},
        "received_on": audit.today(),
    }
    db.session.execute(_insert(Stray.__table__, [row]))
    audit.record("submission.stray", confidential=True, problem=problem.code)
    revision = told.get("revision")
    return Answer(
        instance_id=str(told.get("instance_id", ""))[:60],
        revision=revision if isinstance(revision, int) else 0,
        sha256=sha256,
        problem=problem,
    )


_Key = tuple[str, int, str]


def _store(placed: list[_Placed], sender: User | None, channel: str) -> dict[_Key, Receipt]:
    """The three inserts. Returns the receipts by (instance_id, revision, sha256)."""
    first: dict[tuple[str, int], _Placed] = {}
    for p in placed:
        first.setdefault(p.incoming.key, p)
    rows = [_row(p, sender, channel) for p in first.values()]
    table: Table = Submission.__table__  # type: ignore[assignment]
    new = {
        (instance_id, revision)
        for instance_id, revision in db.session.execute(
            _insert(table, rows).returning(table.c.instance_id, table.c.revision)
        )
    }
    stored: dict[tuple[str, int], str] = {k: first[k].incoming.sha256 for k in new}
    old = [k for k in first if k not in new]
    if old:
        pairs = tuple_(Submission.instance_id, Submission.revision)
        for instance_id, revision, sha256 in db.session.execute(
            select(Submission.instance_id, Submission.revision, Submission.sha256).where(pairs.in_(old))
        ):
            stored[instance_id, revision] = sha256
    conflicts = {
        (*p.incoming.key, p.incoming.sha256): p for p in placed if stored[p.incoming.key] != p.incoming.sha256
    }
    if conflicts:
        kept = [_conflict(p, sender) for p in conflicts.values()]
        db.session.execute(_insert(Conflict.__table__, kept))
    return _receipts(placed, new, conflicts)


def _receipts(
    placed: list[_Placed], new: set[tuple[str, int]], conflicts: dict[_Key, _Placed]
) -> dict[_Key, Receipt]:
    wanted = {(*p.incoming.key, p.incoming.sha256): p for p in placed}
    issued = [
        {
            "instance_id": k[0],
            "revision": k[1],
            "sha256": k[2],
            "number": secrets.token_hex(16),
            "status": "conflict" if k in conflicts else "stored",
            "issued_on": audit.today(),
        }
        for k in wanted
    ]
    table: Table = Receipt.__table__  # type: ignore[assignment]
    fresh = {
        (row.instance_id, row.revision, row.sha256): Receipt(**row._mapping)
        for row in db.session.execute(_insert(table, issued).returning(*table.c))
    }
    resent = [k for k in wanted if k not in fresh]
    found = dict(fresh)
    if resent:
        keys = tuple_(Receipt.instance_id, Receipt.revision, Receipt.sha256)
        for receipt in db.session.scalars(select(Receipt).where(keys.in_(resent))):
            found[receipt.instance_id, receipt.revision, receipt.sha256] = receipt
    entries = [
        audit.entry(
            "submission.conflict" if k in conflicts else "submission.received",
            survey_id=wanted[k].survey.id,
            confidential=True,
        )
        for k in fresh
    ]
    if entries:
        db.session.execute(AuditEntry.__table__.insert(), entries)  # type: ignore[attr-defined]
    if new:
        audit.announce("submission.received", {})
    return found


def _link(p: _Placed, sender: User | None) -> bytes:
    joined = {
        "case": p.case.id,
        "user": sender.id if sender else None,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "note": p.note,
    }
    return p.key.seal(joined, f"submission:{p.incoming.instance_id}:{p.incoming.revision}")


def _row(p: _Placed, sender: User | None, channel: str) -> dict[str, Any]:
    unit: DrawnUnit = p.case.unit
    return {
        "instance_id": p.incoming.instance_id,
        "revision": p.incoming.revision,
        "survey_id": p.survey.id,
        "version": p.incoming.version,
        "media_type": p.incoming.media_type,
        "body": p.incoming.body,
        "sha256": p.incoming.sha256,
        "received_on": audit.today(),
        "case_tag": p.key.tag("case", p.case.id),
        "collaborator_tag": p.key.tag("user", sender.id) if sender else None,
        "link": _link(p, sender),
        "channel": channel,
        "stratum": unit.stratum,
        "psu": unit.code,
        "base_weight": p.case.base_weight,
    }


def _conflict(p: _Placed, sender: User | None) -> dict[str, Any]:
    return {
        "instance_id": p.incoming.instance_id,
        "revision": p.incoming.revision,
        "sha256": p.incoming.sha256,
        "survey_id": p.survey.id,
        "version": p.incoming.version,
        "media_type": p.incoming.media_type,
        "body": p.incoming.body,
        "received_on": audit.today(),
        "link": _link(p, sender),
    }


def _answer(p: _Placed, receipts: dict[_Key, Receipt]) -> Answer:
    receipt = receipts[(*p.incoming.key, p.incoming.sha256)]
    return Answer(
        receipt.instance_id, receipt.revision, receipt.sha256, receipt.status, receipt.number, p.note
    )


def interpret(instance_id: str, revision: int) -> Interview | None:
    """Read one submission (again): answers that fit, answers kept apart, findings. Safe to repeat.

    Bytes that can't be read give an interview without answers and a finding, never an exception: the
    submission itself is untouched and can be read again after a fix.
    """
    submission = db.session.get(Submission, (instance_id, revision))
    survey = db.session.get(Survey, submission.survey_id) if submission else None
    if submission is None or survey is None:
        return None
    try:
        read = _read(submission, survey)
    except KeyDestroyed:
        # Locked: what was read before stands; an envelope that came too late can't be opened any more.
        return db.session.get(Interview, (instance_id, revision))
    interview = db.session.get(Interview, (instance_id, revision)) or Interview(
        instance_id=instance_id, revision=revision, survey_id=survey.id, version=submission.version
    )
    for name, value in read.items():
        setattr(interview, name, value)
    db.session.add(interview)
    db.session.flush()
    _mark_latest(instance_id)
    return interview


def _content(submission: Submission, survey: Survey) -> bytes:
    """The interview's JSON, taken out of its envelope. Raises ValueError; KeyDestroyed after the lock."""
    if submission.media_type == JSON_TYPE:
        return submission.body
    if submission.media_type != envelopes.MEDIA_TYPE:
        raise ValueError(f"unknown media type {submission.media_type}")
    bound = envelopes.bound_to(
        survey.public_id, submission.version, submission.instance_id, submission.revision
    )
    private = envelopes.survey_key(keyring().link(survey.public_id))
    return envelopes.opened(submission.body, private, bound)


def _read(submission: Submission, survey: Survey) -> dict[str, Any]:
    blank = {"outcome": "partial", "language": "", "values": {}, "outside": {}}
    try:
        body = json.loads(_content(submission, survey))
        if not isinstance(body, dict) or body.get("format") != 1:
            raise ValueError("unknown format")
        answers, preloaded = dict(body["answers"]), dict(body.get("preloaded") or {})
        outcome = body.get("outcome", "complete")
        language = str(body.get("language", "vi"))[:10]
    except (ValueError, KeyError, TypeError) as error:
        finding = {
            "code": "collection.unreadable",
            "severity": "error",
            "params": {"reason": str(error)[:200]},
        }
        return {**blank, "findings": [finding]}
    compiled = authoring.compiled(authoring.version(survey, submission.version))
    day = datetime.fromisoformat(submission.received_on)
    result = check_answers(compiled, answers, preloaded=preloaded, now=day)
    return {
        "outcome": outcome if outcome in OUTCOMES else "partial",
        "language": language,
        # The number that drew the adult is as good as the case's own number: it ends with the raw bytes.
        "values": {k: v for k, v in result.values.items() if k != "select_u"},
        "outside": dict(result.irrelevant),
        "findings": [as_row(f) for f in result.findings],
    }


def _mark_latest(instance_id: str) -> None:
    revisions = db.session.scalars(
        select(Interview.revision).where(Interview.instance_id == instance_id).order_by(Interview.revision)
    ).all()
    where = Interview.instance_id == instance_id
    db.session.execute(update(Interview).where(where).values(latest=Interview.revision == revisions[-1]))


def interpret_pending(limit: int = 500) -> int:
    """Read submissions that nobody has read; returns how many. Run after receiving, and by the sweeper."""
    keys = queries.unread(limit)
    for instance_id, revision in keys:
        interpret(instance_id, revision)
    return len(keys)


def begin_link(opened: LinkCase, language: str) -> LinkState:
    """The state of a link at its start, with the instance made once."""
    return LinkState({}, "", str(uuid4()), opened.version.number, language)


def save_link_draft(opened: LinkCase, state: LinkState) -> None:
    """Keep what was answered so far, sealed under the link key, so that the respondent can come back."""
    tag = queries.draft_tag(opened.key, opened.token)
    sealed = opened.key.seal(state.__dict__, f"draft:{tag}")
    row = db.session.get(LinkDraft, tag)
    if row is None:
        row = LinkDraft(tag=tag, survey_id=opened.survey.id)
        db.session.add(row)
    row.sealed, row.saved_on = sealed, audit.today()
    db.session.flush()


def finish_link(
    opened: LinkCase, state: LinkState, outcome: str, paradata: dict[str, Any] | None = None
) -> Answer:
    """Send a link's answers through the same door as a phone's, close the case, and forget the draft."""
    body = json.dumps(
        {
            "format": 1,
            "language": state.language,
            "answers": state.answers,
            "outcome": outcome,
            "preloaded": opened.preloaded,
            "paradata": paradata or {},
            "app": "link",
        },
        ensure_ascii=False,
        sort_keys=True,
    ).encode()
    incoming = Incoming(
        instance_id=state.instance_id,
        revision=1,
        survey=opened.survey.public_id,
        version=opened.version.number,
        media_type=JSON_TYPE,
        body=body,
        sha256=digest(body),
        case=opened.case.id,
    )
    (answer,) = receive([incoming], sender=None, channel="link")
    set_outcome(opened.case, {"refused": "refusal"}.get(outcome, outcome))
    db.session.execute(delete(LinkDraft).where(LinkDraft.tag == queries.draft_tag(opened.key, opened.token)))
    return answer
