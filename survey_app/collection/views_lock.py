"""The researcher's screen of the lock: what ends, what stays, what still waits, and a word typed to confirm."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.collection import locking
from survey_app.db import transactional
from survey_app.surveys import queries as surveys
from survey_app.surveys import steps
from survey_app.surveys.models import State, Survey
from survey_app.wording import fold


def _look(survey: Survey) -> tuple[bool, str]:
    if survey.state == State.LOCKED.value:
        return True, _("Locked. No answer can be joined to a household any more.")
    return False, _("Ends for good what joins answers to households, once nothing is missing any more.")


steps.add(steps.Step(35, _l("Lock"), "collection.lock", _look, after_close=True))


def init_views(bp: Blueprint) -> None:
    """Add the lock's addresses to the room's blueprint."""

    @bp.get("/surveys/<survey_id>/lock")
    @require_role(Role.RESEARCHER)
    def lock(survey_id: str) -> Any:
        return _page(surveys.survey(survey_id, member=current_user))

    @bp.post("/surveys/<survey_id>/lock")
    @require_role(Role.RESEARCHER)
    @transactional
    def lock_now(survey_id: str) -> Any:
        survey = surveys.survey(survey_id, member=current_user)
        if fold(request.form.get("word", "").strip()) != fold(_("LOCK")):
            return _page(survey, mistyped=True), 400
        locking.lock(survey, by=current_user)
        flash(_("The survey is locked. Its answers are anonymous from now on."), "good")
        return redirect(url_for("surveys.show", survey_id=survey_id))


def _page(survey: Survey, *, mistyped: bool = False) -> str:
    locked = survey.state == State.LOCKED.value
    return render_template(
        "collection/lock.html",
        survey=survey,
        ready=None if locked else locking.readiness(survey),
        mistyped=mistyped,
        word=_("LOCK"),
    )
