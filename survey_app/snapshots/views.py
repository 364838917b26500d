"""Screens of snapshots: where the cut-off stands, one click for a new one, interviews left out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.db import transaction, transactional
from survey_app.snapshots import queries, services
from survey_app.snapshots.standing import EXCLUSIONS, REASONS
from survey_app.surveys import queries as surveys
from survey_app.surveys import steps as life
from survey_app.surveys.models import Survey
from survey_app.wording import day, nfc, number

bp = Blueprint("snapshots", __name__)


def _look(survey: Survey) -> tuple[bool, str]:
    found = queries.newest(survey)
    if found is None:
        return False, _("No snapshot yet.")
    return True, _(
        "Snapshot %(n)s of %(day)s: %(size)s interviews.",
        n=found.number,
        day=day(found.taken_at),
        size=number(found.n),
    )


life.add(life.Step(38, _l("Snapshot of the interviews"), "snapshots.show", _look, after_close=True))


@bp.get("/surveys/<survey_id>/snapshots")
@require_role(Role.RESEARCHER)
def show(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    return render_template(
        "snapshots/show.html",
        survey=survey,
        snapshots=queries.snapshots(survey),
        waiting=queries.waiting(survey),
        exclusions=queries.exclusions(survey),
        reasons=REASONS,
        why=EXCLUSIONS,
    )


@bp.post("/surveys/<survey_id>/snapshots")
@require_role(Role.RESEARCHER)
def take(survey_id: str) -> Any:
    """Files are written before the transaction begins, so that interviews arriving meanwhile never wait for them."""
    survey = surveys.survey(survey_id, member=current_user)
    gathered = services.gather(survey)
    with transaction():
        made = services.keep(gathered, current_user)
    if gathered.marks:
        flash(
            _(
                "Snapshot %(n)s was taken: %(size)s interviews, %(added)s of them new.",
                n=made.number,
                size=number(made.n),
                added=number(made.since["added"]),
            ),
            "good",
        )
    else:
        flash(_("Nothing came in since snapshot %(n)s; it still stands.", n=made.number), "good")
    return redirect(url_for(".show", survey_id=survey_id))


@bp.post("/surveys/<survey_id>/snapshots/exclusions")
@require_role(Role.RESEARCHER)
@transactional
def exclude(survey_id: str) -> Any:
    """Leave an interview out, or take it in again."""
    survey = surveys.survey(survey_id, member=current_user)
    back = request.form.get("readmit")
    if back:
        services.readmit(survey, back, current_user)
        flash(_("The interview is in again from the next snapshot on."), "good")
    else:
        services.exclude(
            survey, nfc(request.form.get("instance_id", "")), request.form.get("reason", ""), current_user
        )
        flash(_("The interview is left out from the next snapshot on."), "good")
    return redirect(url_for(".show", survey_id=survey_id))
