"""Screens of snapshots: where the cut-off stands, one click for a new one, interviews left out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from analysis.quality import CIRCLES
from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.collection import likeness, review
from survey_app.collection.models import LikenessCheck
from survey_app.db import transaction, transactional
from survey_app.snapshots import queries, services
from survey_app.snapshots.standing import EXCLUSIONS, REASONS
from survey_app.surveys import queries as surveys
from survey_app.surveys import steps as life
from survey_app.surveys.models import Survey
from survey_app.wording import day, nfc, number

bp = Blueprint("snapshots", __name__)
A_PAGE = 25  # pairs


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
        alike=len(likeness.flagged(survey)),
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


CIRCLE_NAMES: dict[str, Any] = {
    "collaborator": _l("of one collaborator"),
    "area": _l("of one village, two collaborators"),
    "elsewhere": _l("from different places"),
}


def _told(check: LikenessCheck) -> list[dict[str, Any]]:
    """The rule in rows, a row a circle that has pairs: what is usual, what is a sign. Nothing before the first run."""
    if not check.rule:
        return []
    rule = likeness.rule_of(check)
    rows = zip(CIRCLES, rule.limits, rule.usual, rule.rare, strict=True)
    return [
        {"name": CIRCLE_NAMES[circle], "limit": limit, "usual": usual, "rare": rare}
        for circle, limit, usual, rare in rows
        if usual[0] is not None
    ]


@bp.get("/surveys/<survey_id>/snapshots/alike")
@require_role(Role.RESEARCHER)
def alike(survey_id: str) -> Any:
    """Interviews that are nearly the same as another one, and what the comparison went by."""
    survey = surveys.survey(survey_id, member=current_user)
    pairs = likeness.pairs(survey)
    page = max(1, request.args.get("page", 1, type=int))
    shown = pairs[(page - 1) * A_PAGE : page * A_PAGE]
    return render_template(
        "snapshots/alike.html",
        survey=survey,
        checks=[(check, _told(check)) for check in likeness.checks(survey)],
        fewest=likeness.FEWEST,
        total=len(pairs),
        pairs=[(pair, [(i, review.ref_of(survey, i)) for i in (pair.first, pair.second)]) for pair in shown],
        page=page,
        pages=max(1, -(-len(pairs) // A_PAGE)),
        circles=CIRCLE_NAMES,
        out={one.instance_id: one.reason for one in queries.exclusions(survey)},
        why=EXCLUSIONS,
    )


@bp.post("/surveys/<survey_id>/snapshots/alike")
@require_role(Role.RESEARCHER)
@transactional
def compare(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    likeness.ask(survey, by=current_user)
    flash(
        _(
            "All interviews are being compared. It takes from some seconds to a few minutes; reload the page then."
        )
    )
    return redirect(url_for(".alike", survey_id=survey_id))


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
    # Whoever decides about one of two that are alike goes on with the others.
    return redirect(
        url_for(".alike" if request.form.get("from") == "alike" else ".show", survey_id=survey_id)
    )
