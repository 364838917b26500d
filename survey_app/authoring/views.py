"""The researcher's questionnaire page: import, findings, publish, versions."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.authoring import queries, services
from survey_app.authoring.forms import WorkbookForm
from survey_app.authoring.models import Draft
from survey_app.authoring.wording import told
from survey_app.db import transactional
from survey_app.surveys import queries as surveys
from survey_app.surveys import steps
from survey_app.surveys.models import Survey

bp = Blueprint("authoring", __name__, url_prefix="/surveys/<survey_id>/questionnaire")


def _look(survey: Survey) -> tuple[bool, str]:
    version = queries.published(survey)
    draft = queries.draft(survey)
    if draft and draft.errors:
        return version is not None, _("The imported workbook has %(n)s errors to mend.", n=draft.errors)
    if draft:
        return version is not None, _("A draft waits to be published.")
    if version:
        return True, _("Version %(n)s is published.", n=version.number)
    return False, _("Import an XLSForm workbook.")


steps.add(steps.Step(10, _l("Questionnaire"), "authoring.show", _look, opens=True))


def _page(survey: Survey, form: WorkbookForm, status: int = 200) -> Any:
    draft: Draft | None = queries.draft(survey)
    return (
        render_template(
            "authoring/show.html",
            survey=survey,
            form=form,
            draft=draft,
            findings=told(draft.findings) if draft else [],
            versions=queries.versions(survey),
        ),
        status,
    )


@bp.get("")
@require_role(Role.RESEARCHER)
def show(survey_id: str) -> Any:
    return _page(surveys.survey(survey_id, member=current_user), WorkbookForm())


@bp.post("/import")
@require_role(Role.RESEARCHER)
@transactional
def import_file(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    form = WorkbookForm()
    if not form.validate_on_submit():
        return _page(survey, form, 400)
    file = form.workbook.data
    services.save_draft(survey, file.read(), file.filename or "workbook.xlsx", by=current_user)
    return redirect(url_for(".show", survey_id=survey_id))


@bp.post("/publish")
@require_role(Role.RESEARCHER)
@transactional
def publish(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    version = services.publish(survey, by=current_user)
    flash(
        _(
            "Version %(n)s is published. New interviews use it; those already begun keep theirs.",
            n=version.number,
        )
    )
    return redirect(url_for(".show", survey_id=survey_id))


@bp.get("/versions/<int:number>.xlsx")
@require_role(Role.RESEARCHER)
def workbook(survey_id: str, number: int) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    version = queries.version(survey, number)
    return send_file(io.BytesIO(version.workbook), as_attachment=True, download_name=version.filename)
