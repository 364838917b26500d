"""Photos and recordings for the researchers of a survey: whether it takes any, what has come, one file, all of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from flask_login import current_user

from survey_app import audit
from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.authoring import queries as authoring
from survey_app.authoring.files_asked import files
from survey_app.collection import gallery
from survey_app.collection.paused import link_key
from survey_app.db import transactional
from survey_app.surveys import queries as surveys
from survey_app.surveys import services as survey_services

# A file that somebody sent is shown as what its bytes are, and runs nothing.
SEALED_OFF = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"


def init_views(bp: Blueprint) -> None:
    """Add the addresses of photos and recordings to the room's blueprint."""

    @bp.get("/surveys/<survey_id>/media")
    @require_role(Role.RESEARCHER)
    def media_files(survey_id: str) -> str:
        survey = surveys.survey(survey_id, member=current_user)
        version = authoring.published(survey)
        return render_template(
            "collection/media.html",
            survey=survey,
            questions=files(authoring.compiled(version) if version else None),
            files=gallery.listed(survey),
            progress=gallery.overall(gallery.progress(survey)),
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
        """One file in the clear, never kept by a browser or on the way. That it was opened is written down."""
        survey = surveys.survey(survey_id, member=current_user)
        found = gallery.opened(survey, media_id)
        audit.record("media.opened", actor_id=current_user.id, survey_id=survey.id, question=found.question)
        response = Response(found.content, mimetype=found.media_type)
        how = "inline" if found.media_type.startswith(("image/", "audio/")) else "attachment"
        name = f"{found.question}-{media_id[:8]}.{found.ending}"
        response.headers["Content-Disposition"] = f'{how}; filename="{name}"'
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Security-Policy"] = SEALED_OFF
        return response

    @bp.post("/surveys/<survey_id>/media.zip")
    @require_role(Role.RESEARCHER)
    @transactional
    def media_archive(survey_id: str) -> Response:
        """All files in one archive, opened one by one while it is sent."""
        survey = surveys.survey(survey_id, member=current_user)
        link_key(survey)  # after the lock there is nothing to send, and that is said at once
        count = sum(len(items) for items in gallery.listed(survey).values())
        audit.record("media.exported", actor_id=current_user.id, survey_id=survey.id, count=count)
        response = Response(stream_with_context(gallery.archive(survey)), mimetype="application/zip")
        response.headers["Content-Disposition"] = f'attachment; filename="media-{survey.public_id}.zip"'
        response.headers["Cache-Control"] = "no-store"
        return response
