"""Receiving finished interviews for good: the one door behind every way in.

Never refuses a finished interview: what can't be placed is kept apart as a stray, with a problem for the
sender. Payload, audit row and receipt are one transaction; the same bytes get the same receipt; other bytes
under the same key are kept beside the first. Contract: `decisions/0001-receiving.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from survey_app import audit
from survey_app.accounts.models import User
from survey_app.collection import queries
from survey_app.collection.incoming import Incoming, digest, parse, raw_bytes
from survey_app.collection.models import Stray
from survey_app.collection.storing import BytesKey, Issued, store
from survey_app.db import db, insert_new
from survey_app.keys import KeyDestroyed, LinkKey, keyring
from survey_app.problems import Problem

LARGEST_BATCH = 100


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
    survey_id: int
    key: LinkKey
    case: queries.CaseFacts
    note: str

    @cached_property
    def bytes_key(self) -> BytesKey:
        return (self.incoming.instance_id, self.incoming.revision, self.incoming.sha256)


@dataclass(frozen=True)
class _Arrival:
    """What all interviews of one batch share. sender_id: the collaborator's, None for a link.

    tags: those worked out so far, since a batch is mostly of one sender and few surveys.
    """

    sender_id: int | None
    channel: str
    tags: dict[tuple[int, str, int], str] = field(default_factory=dict)

    def tag(self, p: _Placed, kind: str, subject: int) -> str:
        known = (p.survey_id, kind, subject)
        if known not in self.tags:
            self.tags[known] = p.key.tag(kind, subject)
        return self.tags[known]

    @cached_property
    def day(self) -> str:
        return audit.today()

    @cached_property
    def moment(self) -> str:
        return datetime.now(UTC).isoformat(timespec="seconds")


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
    arrival = _Arrival(sender.id if sender else None, channel)
    places = _Places(batch, arrival.sender_id)
    placed: list[_Placed | Answer] = []
    for incoming in batch:
        try:
            placed.append(places.find(incoming))
        except Problem as problem:
            placed.append(_stray(incoming.body, problem, _facts(incoming)))
    known = [p for p in placed if isinstance(p, _Placed)]
    receipts = store([_row(p, arrival) for p in known]) if known else {}
    return [_answer(p, receipts) if isinstance(p, _Placed) else p for p in placed]


class _Places:
    """Finds where interviews belong: a few queries for a whole batch, however many surveys it touches."""

    def __init__(self, batch: Sequence[Incoming], sender_id: int | None) -> None:
        self.sender_id = sender_id
        self._cases = queries.case_facts({i.case for i in batch if i.case is not None}, sender_id)
        self._surveys = {case.survey: case.survey_id for case in self._cases.values()}
        # What no case has told is asked for by itself: seldom anything.
        if left := {incoming.survey for incoming in batch} - self._surveys.keys():
            self._surveys |= queries.open_to(left, sender_id)
        self._keys: dict[str, LinkKey | None] = {}

    def find(self, incoming: Incoming) -> _Placed:
        survey_id = self._surveys.get(incoming.survey)
        key = self._key(incoming.survey) if survey_id is not None else None
        if survey_id is None or key is None:
            raise Problem("collection.unknown-survey", survey=incoming.survey[:40])
        if not queries.was_published(survey_id, incoming.version):
            raise Problem("collection.unknown-version", version=incoming.version)
        case = self._cases.get(incoming.case or 0)
        if case is None or case.survey_id != survey_id:
            raise Problem("collection.unknown-case")
        # A case that was given to somebody else in the meantime: the interview is kept all the same.
        moved = self.sender_id is not None and case.assigned_to != self.sender_id
        return _Placed(incoming, survey_id, key, case, "collection.case-reassigned" if moved else "")

    def _key(self, public_id: str) -> LinkKey | None:
        if public_id not in self._keys:
            try:
                self._keys[public_id] = keyring().link(public_id)
            except KeyDestroyed:
                self._keys[public_id] = None
        return self._keys[public_id]


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
    db.session.execute(insert_new(Stray.__table__), [row])
    audit.record("submission.stray", confidential=True, problem=problem.code)
    revision = told.get("revision")
    return Answer(
        instance_id=str(told.get("instance_id", ""))[:60],
        revision=revision if isinstance(revision, int) else 0,
        sha256=sha256,
        problem=problem,
    )


def _link(p: _Placed, arrival: _Arrival) -> bytes:
    """Who and when, readable only while the link key exists."""
    joined = {"case": p.case.id, "user": arrival.sender_id, "at": arrival.moment, "note": p.note}
    return p.key.seal(joined, f"submission:{p.incoming.instance_id}:{p.incoming.revision}")


def _row(p: _Placed, arrival: _Arrival) -> dict[str, Any]:
    sender = arrival.sender_id
    return {
        "instance_id": p.incoming.instance_id,
        "revision": p.incoming.revision,
        "survey_id": p.survey_id,
        "version": p.incoming.version,
        "media_type": p.incoming.media_type,
        "body": p.incoming.body,
        "sha256": p.incoming.sha256,
        "received_on": arrival.day,
        "case_tag": arrival.tag(p, "case", p.case.id),
        "collaborator_tag": arrival.tag(p, "user", sender) if sender is not None else None,
        "link": _link(p, arrival),
        "channel": arrival.channel,
        "stratum": p.case.stratum,
        "psu": p.case.psu,
        "base_weight": p.case.base_weight,
    }


def _answer(p: _Placed, receipts: dict[BytesKey, Issued]) -> Answer:
    receipt = receipts[p.bytes_key]
    return Answer(*p.bytes_key, receipt.status, receipt.number, p.note)
