"""Photos and recordings for the researchers of a survey: whether it takes any, the list, and one file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from survey_app import audit
from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.authoring import queries as authoring
from survey_app.collection import media
from survey_app.db import transactional
from survey_app.surveys import queries as surveys
from survey_app.surveys import services as survey_services


def init_views(bp: Blueprint) -> None:
    """Add the addresses of photos and recordings to the room's blueprint."""

    @bp.get("/surveys/<survey_id>/media")
    @require_role(Role.RESEARCHER)
    def media_files(survey_id: str) -> str:
        survey = surveys.survey(survey_id, member=current_user)
        version = authoring.published(survey)
        asked = media.questions(authoring.compiled(version)) if version else ()
        return render_template(
            "collection/media.html", survey=survey, asked=asked, files=media.listed(survey)
        )

    @bp.post("/surveys/<survey_id>/media")
    @require_role(Role.RESEARCHER)
    @transactional
    def set_anonymous(survey_id: str) -> Any:
        survey = surveys.survey(survey_id, member=current_user)
        survey_services.set_anonymous(survey, request.form.get("takes") != "yes", by=current_user)
        flash(_("Saved."))
        return redirect(url_for(".media_files", survey_id=survey_id))

    @bp.get("/surveys/<survey_id>/media/<media_id>")
    @require_role(Role.RESEARCHER)
    @transactional
    def media_file(survey_id: str, media_id: str) -> Response:
        """One file in the clear. That it was opened is written down."""
        survey = surveys.survey(survey_id, member=current_user)
        found = media.opened(survey, media_id)
        audit.record("media.opened", actor_id=current_user.id, survey_id=survey.id, question=found.question)
        response = make_response(found.content)
        response.mimetype = found.media_type
        name = f"{found.question}-{media_id[:8]}.{found.ending}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
