"""A release is proposed, audited by a job, looked at by a second person, and then released as it stands.

`ask` writes a waiting proposal; `work` (called by the job, the sweeper or a test) claims it, tabulates and audits
outside any write transaction, tells how far it is in short ones, and stores what the release would hold. Doing it
again changes nothing: a proposal that is done is left alone, one whose worker fell silent is taken up afresh.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import undefer

from survey_app import audit
from survey_app.accounts.models import User
from survey_app.db import db, transaction
from survey_app.problems import Problem
from survey_app.reporting import queries, services
from survey_app.reporting.models import Release, ReleaseProposal
from survey_app.reporting.services import Terms
from survey_app.surveys.models import Survey
from survey_app.weighting.models import WeightingRun

# Between two words of how far the audit is; and the silence after which it is taken up by somebody else.
BEAT_SECONDS, SILENT_SECONDS = 1.0, 120


def ask(
    survey: Survey,
    run: WeightingRun,
    by: User,
    terms: Terms | None = None,
    choice: services.Choice = services.NOTHING,
) -> ReleaseProposal:
    """Ask for the audit of a release of this run. While one is being audited, asking again gives that one.

    choice: see `services.Choice`. Raises Problem as `services.require_ready` and `settled` do.
    """
    services.require_ready(survey)
    if run.survey_id != survey.id:
        raise Problem("request.not-found")
    terms = services.settled(survey, terms or Terms())
    chosen = {
        "topics": sorted(choice.get("topics", ())),
        "breaks": sorted(choice.get("breaks", ())),
        **({"crossings": [list(pair) for pair in choice["crossings"]]} if "crossings" in choice else {}),
        "audience": terms.audience,
        "reason": dict(terms.reason),
    }
    busy = queries.proposal(survey)
    if busy is not None and busy.state in ("waiting", "running"):
        return busy
    made = ReleaseProposal(
        survey_id=survey.id, run_id=run.id, choice=chosen, asked_at=audit.now(), asked_by=by.id
    )
    db.session.add(made)
    db.session.flush()
    audit.record("results.audit-asked", actor_id=by.id, survey_id=survey.id, run=run.number)
    return made


def work() -> int:
    """Audit every proposal that waits or whose worker fell silent, one after the other. Returns how many.

    Called outside a transaction: an audit may take a minute, and receiving must not wait for it.
    """
    done = 0
    while (proposal_id := _claim()) is not None:
        _audit(proposal_id)
        done += 1
    return done


def approve(survey: Survey, digest: str, by: User) -> None:
    """A second person agrees to a proposal. Raises Problem reporting.second-person for the one who made it."""
    found = queries.proposal(survey)
    if found is None or found.state != "proposed" or found.digest != digest or found.release_id:
        raise Problem("request.not-found")
    if found.asked_by == by.id:
        raise Problem("reporting.second-person")
    found.approved_by, found.approved_at = by.id, audit.now()
    audit.record("results.approved", actor_id=by.id, survey_id=survey.id, digest=digest)


def publish(survey: Survey, by: User) -> Release:
    """Release the approved proposal exactly as it was approved.

    Raises Problem reporting.not-approved; reporting.changed when another release was made since, or the survey's
    facts of method are no longer those that were approved.
    """
    found = queries.proposal(survey)
    if found is None or not found.approved_by or found.release_id:
        raise Problem("reporting.not-approved")
    whole = db.session.scalar(
        select(ReleaseProposal)
        .options(
            undefer(ReleaseProposal.content), undefer(ReleaseProposal.method), undefer(ReleaseProposal.audit)
        )
        .where(ReleaseProposal.id == found.id)
    )
    run = db.session.get(WeightingRun, found.run_id)
    if whole is None or run is None:  # pragma: no cover - neither is ever deleted
        raise Problem("request.not-found")
    earlier = [one.digest for one in queries.releases(survey)]
    if found.found["earlier"] != earlier or found.found["survey"] != services.survey_digest(survey):
        raise Problem("reporting.changed")
    terms = Terms(found.choice["audience"], found.choice["reason"])
    prepared = services.Prepared(whole.content, whole.method, whole.audit, whole.found, whole.digest)
    made = services.keep(survey, run, prepared, by, services.settled(survey, terms))
    found.release_id = made.id
    return made


def _claim() -> int | None:
    """Take the oldest proposal that nobody is at; its number, or None."""
    silent = (datetime.now(UTC) - timedelta(seconds=SILENT_SECONDS)).strftime("%Y-%m-%dT%H:%M:%SZ")
    free = (ReleaseProposal.state == "waiting") | (
        (ReleaseProposal.state == "running") & (ReleaseProposal.beat_at < silent)
    )
    with transaction():
        found = db.session.scalar(
            select(ReleaseProposal.id).where(free).order_by(ReleaseProposal.id).limit(1)
        )
        if found is None:
            return None
        mine = db.session.execute(
            update(ReleaseProposal)
            .where(ReleaseProposal.id == found, free)
            .values(state="running", beat_at=audit.now(), progress=0.0)
        )
        return found if mine.rowcount else None  # type: ignore[attr-defined]


class _Teller:
    """Says how far the audit is, at most once a second, each time in a transaction of its own."""

    def __init__(self, proposal_id: int) -> None:
        self._id = proposal_id
        self._last = 0.0

    def __call__(self, part: float, doing: str) -> None:
        if time.monotonic() - self._last < BEAT_SECONDS:
            return
        self._last = time.monotonic()
        what, _colon, counts = doing.partition(":")
        done, _slash, whole = counts.partition("/")
        told = {"what": what} | ({"done": int(done), "whole": int(whole)} if whole else {})
        with transaction():
            db.session.execute(
                update(ReleaseProposal)
                .where(ReleaseProposal.id == self._id)
                .values(progress=round(part, 3), doing=told, beat_at=audit.now())
            )


def _audit(proposal_id: int) -> None:
    found = db.session.get(ReleaseProposal, proposal_id, populate_existing=True)
    survey = db.session.get(Survey, found.survey_id) if found else None
    run = db.session.get(WeightingRun, found.run_id) if found else None
    if found is None or survey is None or run is None:  # pragma: no cover - none is ever deleted
        return
    changes: dict[str, Any]
    try:
        made = services.prepare(survey, run, found.choice, _Teller(proposal_id))
    except Problem as problem:
        changes = {"state": "failed", "problem": {"code": problem.code, "params": problem.params}}
    else:
        changes = {
            "state": "proposed",
            "progress": 1.0,
            "doing": {},
            "problem": {},
            "digest": made.digest,
            "found": made.found,
            "content": made.content,
            "method": made.method,
            "audit": made.audit,
        }
    with transaction():
        db.session.execute(
            update(ReleaseProposal)
            .where(ReleaseProposal.id == proposal_id, ReleaseProposal.state == "running")
            .values(beat_at=audit.now(), **changes)
        )
        audit.record(
            "results.proposed" if changes["state"] == "proposed" else "results.audit-failed",
            actor_id=found.asked_by,
            survey_id=survey.id,
            run=run.number,
            digest=changes.get("digest", ""),
        )
