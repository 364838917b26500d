"""Writes: reading received interviews (again and again, if need be), and answers by link."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.orm import undefer

from questionnaires import check_answers
from survey_app import audit
from survey_app.authoring import queries as authoring
from survey_app.authoring.examining import as_row
from survey_app.collection import envelopes, media, paused, queries, revisions, timings, unasked
from survey_app.collection.incoming import Incoming, digest
from survey_app.collection.models import Interview, LinkDraft, Submission, new_mark
from survey_app.collection.queries import LinkCase, LinkState
from survey_app.collection.receiving import Answer, receive
from survey_app.db import db, upsert
from survey_app.keys import KeyDestroyed, keyring
from survey_app.sampling.services import set_outcome
from survey_app.surveys.models import State, Survey

OUTCOMES = ("complete", "partial", "refused", "ineligible")
JSON_TYPE = "application/json"


def interpret(instance_id: str, revision: int, *, again: bool = True) -> Interview | None:
    """Read one submission (again): answers that fit, answers kept apart, findings. Safe to repeat.

    again: whether later revisions that were read already are read again on top of this one.

    Bytes that can't be read give an interview without answers and a finding, never an exception: the
    submission itself is untouched and can be read again after a fix. None without a submission.
    """
    _interpret(instance_id, revision, again=again)
    return db.session.get(Interview, (instance_id, revision), populate_existing=True)


def _interpret(instance_id: str, revision: int, *, again: bool = True) -> None:
    submission = db.session.get(Submission, (instance_id, revision), options=[undefer(Submission.body)])
    survey = db.session.get(Survey, submission.survey_id) if submission else None
    if submission is None or survey is None:
        return
    if survey.state == State.LOCKED.value:
        # What was read before stands: its clock questions and its day are gone for good.
        return
    try:
        read = _read(submission, survey)
    except KeyDestroyed:
        # Locked: what was read before stands; an envelope that came too late can't be opened any more.
        return
    key = {"instance_id": instance_id, "revision": revision}
    facts = {"survey_id": survey.id, "version": submission.version, "latest": True, "pending": new_mark()}
    upsert(Interview.__table__, key | facts | read)
    known = _mark_latest(instance_id)
    if again:
        # A revision that was read before an earlier one arrived is read again with it.
        for later in known[known.index(revision) + 1 :]:
            _interpret(instance_id, later, again=False)
        paused.settle(survey, instance_id, revision)
        media.settle(survey, instance_id)


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


def _whole(submission: Submission, survey: Survey) -> revisions.Content:
    """The interview with this revision laid over those before it. Raises ValueError; KeyDestroyed."""

    def read(number: int) -> revisions.Content:
        one = submission
        if number != submission.revision:
            one = db.session.get_one(Submission, (submission.instance_id, number))
        return revisions.parse(_content(one, survey))

    earlier: Sequence[int] = ()
    if submission.revision > 1:
        earlier = db.session.scalars(
            select(Submission.revision).where(
                Submission.instance_id == submission.instance_id, Submission.revision < submission.revision
            )
        ).all()
    return revisions.whole(submission.revision, earlier, read)


def _read(submission: Submission, survey: Survey) -> dict[str, Any]:
    blank = {"outcome": "partial", "language": "", "values": {}, "outside": {}, "timings": {}, "media": {}}
    try:
        content = _whole(submission, survey)
    except (ValueError, KeyError, TypeError) as error:
        finding = {
            "code": "collection.unreadable",
            "severity": "error",
            "params": {"reason": str(error)[:200]},
        }
        return {**blank, "findings": [finding]}
    version = authoring.version(survey, submission.version)
    compiled = unasked.as_judged(authoring.compiled(version), content.agreed)
    day = datetime.fromisoformat(submission.received_on)
    result = check_answers(compiled, content.answers, preloaded=content.preloaded, now=day)
    outcome = content.outcome if content.outcome in OUTCOMES else "partial"
    findings = [as_row(f) for f in result.findings]
    if not content.based:
        findings.insert(0, {"code": "collection.original-missing", "severity": "error", "params": {}})
    return {
        # Part of an interview whose original hasn't arrived is no interview yet.
        "outcome": outcome if content.based else "partial",
        "language": content.language,
        # The number that drew the adult is as good as the case's own number: it ends with the raw bytes.
        "values": {k: v for k, v in result.values.items() if k != "select_u"},
        "outside": dict(result.irrelevant),
        "findings": findings,
        "timings": timings.read(content.paradata),
        "media": media.told(content),
    }


def _mark_latest(instance_id: str) -> list[int]:
    """The revisions that were read, the last of them marked."""
    where = Interview.instance_id == instance_id
    known = list(db.session.scalars(select(Interview.revision).where(where).order_by(Interview.revision)))
    if len(known) > 1:
        db.session.execute(update(Interview).where(where).values(latest=Interview.revision == known[-1]))
    return known


def interpret_pending(limit: int = 500) -> int:
    """Read submissions that nobody has read; returns how many. Run after receiving, and by the sweeper."""
    keys = queries.unread(limit)
    for instance_id, revision in keys:
        _interpret(instance_id, revision)
    return len(keys)


def begin_link(opened: LinkCase, language: str) -> LinkState:
    """The state of a link at its start, with the instance made once."""
    return LinkState({}, "", str(uuid4()), opened.version, language, opened.preloaded)


_DRAFTS = cast(Table, LinkDraft.__table__)
_SAVE = update(_DRAFTS).where(_DRAFTS.c.tag == bindparam("of"))


def save_link_draft(opened: LinkCase, state: LinkState) -> None:
    """Keep what was answered so far, sealed under the link key, so that the respondent can come back."""
    tag = queries.draft_tag(opened.key, opened.token)
    sealed = opened.key.seal(state.__dict__, f"draft:{tag}")
    saved = {"sealed": sealed, "saved_on": audit.today()}
    connection = db.session.connection()
    if not connection.execute(_SAVE, {"of": tag, **saved}).rowcount:
        connection.execute(_DRAFTS.insert(), {"tag": tag, "survey_id": opened.survey.id, **saved})


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
        version=opened.version,
        media_type=JSON_TYPE,
        body=body,
        sha256=digest(body),
        case=opened.case.id,
    )
    (answer,) = receive([incoming], sender=None, channel="link")
    set_outcome(opened.case, {"refused": "refusal"}.get(outcome, outcome))
    db.session.execute(delete(_DRAFTS).where(_DRAFTS.c.tag == queries.draft_tag(opened.key, opened.token)))
    return answer
