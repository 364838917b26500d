"""The researcher's questionnaire page: import, findings, changes, publish, versions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.authoring import files_asked, queries, services, views_files
from survey_app.authoring.forms import DismissForm, PublishForm, WorkbookForm
from survey_app.authoring.wording import told, told_changes
from survey_app.db import transactional
from survey_app.surveys import queries as surveys
from survey_app.surveys import steps
from survey_app.surveys.models import Survey

bp = Blueprint("authoring", __name__, url_prefix="/surveys/<survey_id>/questionnaire")
views_files.register(bp)


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


def _page(
    survey: Survey,
    status: int = 200,
    *,
    form: WorkbookForm | None = None,
    publishing: PublishForm | None = None,
    dismissing: DismissForm | None = None,
) -> Any:
    draft = queries.draft(survey)
    findings = told(draft.findings, draft.dismissals) if draft else []
    changed = told_changes(draft.changes) if draft else []
    return (
        render_template(
            "authoring/show.html",
            survey=survey,
            form=form or WorkbookForm(formdata=None),
            publishing=publishing or PublishForm(formdata=None),
            dismissing=dismissing or DismissForm(formdata=None),
            draft=draft,
            problems=[f for f in findings if not f.code.startswith("lint.")],
            advised=[f for f in findings if f.code.startswith("lint.") and not f.reason],
            dismissed=[f for f in findings if f.reason],
            in_workbook=[d for d in draft.dismissals if d.get("by_author")] if draft else [],
            changed={
                safety: [c for c in changed if c.safety == safety] for safety in ("breaking", "risky", "safe")
            },
            versions=queries.versions(survey),
            files=files_asked.files(queries.newest_compiled(survey)),
            told_changes=told_changes,
        ),
        status,
    )


@bp.get("")
@require_role(Role.RESEARCHER)
def show(survey_id: str) -> Any:
    return _page(surveys.survey(survey_id, member=current_user))


@bp.post("/import")
@require_role(Role.RESEARCHER)
@transactional
def import_file(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    form = WorkbookForm()
    if not form.validate_on_submit():
        return _page(survey, 400, form=form)
    file = form.workbook.data
    tables = {
        table.filename.rsplit("/", 1)[-1]: table.read().decode("utf-8-sig", "replace")
        for table in form.tables.data or ()
        if table and table.filename
    }
    services.save_draft(
        survey, file.read(), file.filename or "workbook.xlsx", by=current_user, attachments=tables
    )
    return redirect(url_for(".show", survey_id=survey_id))


@bp.post("/dismiss")
@require_role(Role.RESEARCHER)
@transactional
def dismiss(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    form = DismissForm()
    if not form.validate_on_submit():
        return _page(survey, 400, dismissing=form)
    services.dismiss(survey, form.code.data, form.name.data or "", form.reason.data, by=current_user)
    return redirect(url_for(".show", survey_id=survey_id, _anchor="advice"))


@bp.post("/restore")
@require_role(Role.RESEARCHER)
@transactional
def restore(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    form = DismissForm()
    services.restore(survey, form.code.data or "", form.name.data or "", by=current_user)
    return redirect(url_for(".show", survey_id=survey_id, _anchor="advice"))


@bp.post("/publish")
@require_role(Role.RESEARCHER)
@transactional
def publish(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    form = PublishForm()
    draft = queries.draft(survey)
    breaking = draft is not None and any(c["safety"] == "breaking" for c in draft.changes)
    if breaking and len((form.reason.data or "").strip()) < services.SHORTEST_REASON:
        form.reason.errors = [
            _(
                "Write why, in at least %(least)s letters: whoever analyses these answers will need to know.",
                least=services.SHORTEST_REASON,
            )
        ]
        return _page(survey, 400, publishing=form)
    version = services.publish(survey, by=current_user, reason=form.reason.data or "")
    flash(
        _(
            "Version %(n)s is published. New interviews use it; those already begun keep theirs.",
            n=version.number,
        )
    )
    return redirect(url_for(".show", survey_id=survey_id))
