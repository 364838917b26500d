"""The phone's door: assignments out, interviews and contact attempts in. JSON both ways, problems with codes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Blueprint, Response, make_response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from survey_app import audit
from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.authoring import queries as authoring
from survey_app.collection import envelopes
from survey_app.collection.incoming import instance
from survey_app.collection.receiving import LARGEST_BATCH, receive_batch
from survey_app.db import transactional
from survey_app.keys import keyring
from survey_app.problems import Problem
from survey_app.sampling import queries as sampling
from survey_app.sampling import services as sampling_services
from survey_app.sampling.models import Case
from survey_app.surveys import queries as surveys
from survey_app.surveys.models import Survey

bp = Blueprint("phone", __name__, url_prefix="/api/v1")


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Problem("collection.malformed", reason=_("the body is not a JSON object"))
    return body


@bp.get("/assignments")
@require_role(Role.COLLABORATOR)
def assignments() -> dict[str, Any]:
    """The collaborator's own cases with the values settled for each, and where to fetch the questionnaire."""
    cases = sampling.assigned(current_user)
    attempts = sampling.attempt_counts(cases)
    by_survey: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        by_survey[case.survey_id].append(case)
    told = []
    for survey in surveys.surveys(current_user):
        version = authoring.published(survey)
        if survey.id not in by_survey or version is None:
            continue
        settled = sampling.preloaded(survey, by_survey[survey.id])
        told.append(
            {
                "survey": survey.public_id,
                "title": survey.title,
                "organisation": survey.organisation,
                "keep_until": survey.keep_until,
                "simulated": survey.simulated,
                "version": version.number,
                "envelope_key": envelopes.public_text(envelopes.survey_key(keyring().link(survey.public_id))),
                "questionnaire_url": url_for(
                    ".questionnaire", survey_id=survey.public_id, number=version.number
                ),
                "cases": [_case(c, attempts.get(c.id, 0), settled[c.id]) for c in by_survey[survey.id]],
            }
        )
    return {
        "server_time": audit.now(),
        "user": current_user.name,
        "csrf_token": generate_csrf(),
        "surveys": told,
    }


def _case(case: Case, attempts: int, settled: dict[str, str]) -> dict[str, Any]:
    return {
        "case": case.id,
        "unit": case.unit.frame_unit.name,
        "area": case.unit.frame_unit.area.name,
        "number": case.number,
        "outcome": case.outcome,
        "closed": case.closed,
        "attempts": attempts,
        "preloaded": settled,
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
        sampling_services.record_attempt(
            case,
            attempt_id=attempt_id,
            made_at=str(told.get("made_at", "")),
            outcome=str(told.get("outcome", "")),
            appointment=told.get("appointment"),
        )
    except Problem as problem:
        return {"id": told.get("id"), "problem": problem.as_json()}
    return {"id": attempt_id, "status": "stored"}
