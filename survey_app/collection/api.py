"""The phone's door: assignments out, interviews and contact attempts in. JSON both ways, problems with codes."""

from __future__ import annotations

import base64
from collections import defaultdict
from typing import Any

from flask import Blueprint, Response, make_response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from survey_app import audit
from survey_app.accounts import devices
from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.authoring import queries as authoring
from survey_app.authoring.files_asked import questions
from survey_app.collection import envelopes, media, notes, paused
from survey_app.collection.incoming import instance
from survey_app.collection.receiving import LARGEST_BATCH, receive_batch
from survey_app.config import MAX_BATCH
from survey_app.db import db, transactional
from survey_app.keys import keyring
from survey_app.problems import Problem
from survey_app.sampling import queries as sampling
from survey_app.sampling import services as sampling_services
from survey_app.sampling.models import Case
from survey_app.sampling.outcomes import Try, visits
from survey_app.surveys import queries as surveys
from survey_app.surveys.models import Survey

bp = Blueprint("phone", __name__, url_prefix="/api/v1")

DEVICE_HEADER = "X-Device"
NOTHING = paused.Waiting()


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Problem("collection.malformed", reason=_("the body is not a JSON object"))
    return body


@bp.before_request
def _shut_out_revoked_phones() -> None:
    devices.refuse_revoked(request.headers.get(DEVICE_HEADER))


@bp.get("/assignments")
@require_role(Role.COLLABORATOR)
def assignments() -> dict[str, Any]:
    """The collaborator's own cases with the values settled for each, and where to fetch the questionnaire.

    The phone tells on the way what waits on it: see `accounts.devices.note_waiting`.
    """
    devices.note_waiting(current_user, request.headers.get(DEVICE_HEADER), request.args)
    by_survey: dict[int, list[Case]] = defaultdict(list)
    for case in sampling.assigned(current_user):
        by_survey[case.survey_id].append(case)
    told = []
    for survey in surveys.surveys(current_user):
        version = authoring.published(survey)
        if survey.id in by_survey and version is not None:
            told.append(_survey(survey, version.number, by_survey[survey.id]))
    return {
        "server_time": audit.now(),
        "user": current_user.name,
        "csrf_token": generate_csrf(),
        "surveys": told,
    }


def _survey(survey: Survey, number: int, cases: list[Case]) -> dict[str, Any]:
    settled = sampling.preloaded(survey, cases)
    tries = sampling.tries([case.id for case in cases])
    waiting = paused.waiting(survey, cases, current_user)
    return {
        "survey": survey.public_id,
        "title": survey.title,
        "organisation": survey.organisation,
        "keep_until": survey.keep_until,
        "simulated": survey.simulated,
        "anonymous": survey.anonymous,
        "media": len(questions(authoring.compiled(authoring.version(survey, number)))),
        "tries": survey.tries,
        "version": number,
        "envelope_key": envelopes.public_text(envelopes.survey_key(keyring().link(survey.public_id))),
        "questionnaire_url": url_for(".questionnaire", survey_id=survey.public_id, number=number),
        "cases": [
            _case(case, tries.get(case.id, []), settled[case.id], waiting.get(case.id, NOTHING))
            for case in cases
        ],
    }


def _case(case: Case, tries: list[Try], settled: dict[str, str], waiting: paused.Waiting) -> dict[str, Any]:
    last = max(tries, key=lambda one: one.made_at, default=None)
    return {
        "case": case.id,
        "unit": case.unit.frame_unit.name,
        "area": case.unit.frame_unit.area.name,
        "number": case.number,
        "outcome": case.outcome,
        "closed": case.closed,
        "attempts": visits(tries),
        "last_visit": last.made_at if last else None,
        "appointment": last.appointment if last and not case.closed else None,
        "preloaded": settled,
        "draft": waiting.draft,
        "returned": waiting.returned,
    }


@bp.get("/questionnaires/<survey_id>/<int:number>")
@require_role(Role.COLLABORATOR, Role.RESEARCHER)
def questionnaire(survey_id: str, number: int) -> Response:
    """A published version as phones interpret it. It never changes, so a phone may keep it for good."""
    survey: Survey = surveys.survey(survey_id, member=current_user)
    version = authoring.version(survey, number)
    response = make_response(version.compiled)
    response.mimetype = "application/json"
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.set_etag(version.digest)
    return response


@bp.post("/submissions")
@require_role(Role.COLLABORATOR)
@transactional
def submissions() -> dict[str, Any]:
    """Up to 100 finished interviews; a receipt or a problem for each, in their order."""
    # Larger than any interview may be: such a one is kept and told with a code, like any other misfit.
    request.max_content_length = MAX_BATCH
    items = _body().get("submissions")
    if not isinstance(items, list):
        raise Problem("collection.missing-field", field="submissions")
    answers = receive_batch(items, sender=current_user._get_current_object(), channel="phone")
    return {"receipts": [answer.as_json() for answer in answers]}


@bp.post("/attempts")
@require_role(Role.COLLABORATOR)
@transactional
def attempts() -> dict[str, Any]:
    """Contact attempts; each is answered by its id, and a resend changes nothing."""
    items = _body().get("attempts")
    if not isinstance(items, list):
        raise Problem("collection.missing-field", field="attempts")
    if len(items) > LARGEST_BATCH:
        raise Problem("collection.batch-too-large", limit=LARGEST_BATCH)
    return {"receipts": [_attempt(item) for item in items]}


def _attempt(item: Any) -> dict[str, Any]:
    told = item if isinstance(item, dict) else {}
    try:
        attempt_id = instance(told.get("id"))
        # A case that was given to somebody else in the meantime still gets the attempt that was made.
        case = sampling.case_of_member(told.get("case"), current_user)
        note, refused = _note(told.get("note"))
        sampling_services.record_attempt(
            case,
            attempt_id=attempt_id,
            made_at=str(told.get("made_at", "")),
            outcome=str(told.get("outcome", "")),
            appointment=told.get("appointment"),
            note=note,
        )
        if told.get("outcome") == "refusal":
            survey = db.session.get_one(Survey, case.survey_id)
            for instance_id in paused.take_back(survey, case, current_user):
                media.settle(survey, instance_id)
    except Problem as problem:
        return {"id": told.get("id"), "problem": problem.as_json()}
    if refused is not None:
        return {"id": attempt_id, "status": "stored", "problem": refused.as_json()}
    return {"id": attempt_id, "status": "stored"}


def _note(told: Any) -> tuple[str | None, Problem | None]:
    """The note as it may be kept, and why it may not. The visit itself is kept in any case."""
    note = notes.tidy(told) if isinstance(told, str) else ""
    if len(note) > notes.LONGEST:
        return None, Problem("sampling.note-too-long", limit=notes.LONGEST)
    found = notes.personal(note)
    if found:
        return None, Problem("sampling.note-personal", found=", ".join(found)[:200])
    return note or None, None


@bp.post("/drafts")
@require_role(Role.COLLABORATOR)
@transactional
def drafts() -> dict[str, Any]:
    """Sealed drafts of interviews paused for a day; each is answered by its instance."""
    items = _body().get("drafts")
    if not isinstance(items, list):
        raise Problem("collection.missing-field", field="drafts")
    if len(items) > LARGEST_BATCH:
        raise Problem("collection.batch-too-large", limit=LARGEST_BATCH)
    return {"receipts": paused.receive_drafts(items, current_user)}


@bp.get("/drafts/<instance_id>")
@require_role(Role.COLLABORATOR)
def draft(instance_id: str) -> dict[str, str]:
    """A released draft in the clear, for the collaborator who paused it."""
    content = paused.hand_back(instance(instance_id), current_user)
    return {"content": base64.b64encode(content).decode()}


@bp.post("/media")
@require_role(Role.COLLABORATOR)
@transactional
def begin_media() -> dict[str, Any]:
    """Announce a photo or a recording; how much of it the server has."""
    return media.begin(_body(), current_user)


@bp.put("/media/<media_id>")
@require_role(Role.COLLABORATOR)
@transactional
def add_media(media_id: str) -> dict[str, Any]:
    """One chunk, its bytes as they are, from `?offset=` on."""
    request.max_content_length = 2 * media.CHUNK
    offset = request.args.get("offset", -1, type=int)
    return media.add(media_id, offset, request.get_data(), current_user)
