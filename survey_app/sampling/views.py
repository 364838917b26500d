"""Screens of the sample (researcher) and of fieldwork (supervisor)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from survey_app.accounts import devices
from survey_app.accounts import queries as accounts
from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.db import transactional
from survey_app.problems import Problem
from survey_app.sampling import desk, queries, rates, services
from survey_app.sampling.forms import AssignForm, DrawForm, FrameForm, ReassignForm, TriesForm
from survey_app.sampling.outcomes import OUTCOMES
from survey_app.surveys import queries as surveys
from survey_app.surveys import steps
from survey_app.surveys.models import Survey
from survey_app.wording import nfc, number

bp = Blueprint("sampling", __name__)


def _look(survey: Survey) -> tuple[bool, str]:
    units = queries.drawn_units(survey)
    if units:
        issued = sum(u.issued for u in units)
        return True, _(
            "%(units)s villages, %(cases)s households issued.", units=len(units), cases=number(issued)
        )
    if queries.frame(survey):
        return False, _("The frame is there; draw the sample.")
    return False, _("Import the list of villages and neighbourhoods.")


def _look_field(survey: Survey) -> tuple[bool, str]:
    total = queries.together(queries.progress(survey))
    text = _(
        "%(complete)s interviews of %(issued)s households issued.",
        complete=number(total.complete),
        issued=number(total.issued),
    )
    return survey.state in ("closed", "locked"), text


steps.add(steps.Step(20, _l("Sample"), "sampling.show", _look, opens=True))
steps.add(steps.Step(30, _l("Fieldwork"), "sampling.fieldwork", _look_field))


def _page(
    survey: Survey,
    frame_form: FrameForm,
    draw_form: DrawForm,
    status: int = 200,
    tries_form: TriesForm | None = None,
) -> Any:
    frame = queries.frame(survey)
    return (
        render_template(
            "sampling/show.html",
            survey=survey,
            frame=frame,
            strata=queries.frame_size(frame) if frame else {},
            draw=queries.draw(survey),
            units=queries.units(survey),
            frame_form=frame_form,
            draw_form=draw_form,
            tries_form=tries_form or TriesForm(formdata=None, tries=survey.tries),
        ),
        status,
    )


@bp.get("/surveys/<survey_id>/sample")
@require_role(Role.RESEARCHER)
def show(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    return _page(survey, FrameForm(), DrawForm())


@bp.post("/surveys/<survey_id>/sample/frame")
@require_role(Role.RESEARCHER)
@transactional
def import_frame(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    form = FrameForm()
    if not form.validate_on_submit():
        return _page(survey, form, DrawForm(formdata=None), 400)
    try:
        text = form.file.data.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Problem("sampling.bad-frame", line=1, reason=_("the file is not UTF-8 text")) from None
    services.import_frame(
        survey,
        text,
        as_of=form.as_of.data.isoformat() if form.as_of.data else "",
        note={"vi": nfc(form.note.data or "")},
        made_up=False,
        by=current_user,
    )
    return redirect(url_for(".show", survey_id=survey_id))


@bp.post("/surveys/<survey_id>/sample/draw")
@require_role(Role.RESEARCHER)
@transactional
def draw(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    form = DrawForm()
    if not form.validate_on_submit():
        return _page(survey, FrameForm(formdata=None), form, 400)
    plan = {name: form[name].data for name in ("units", "least_per_stratum", "households_per_unit")}
    services.draw_sample(survey, seed=form.seed.data or "", plan=plan, by=current_user)
    flash(
        _(
            "The sample is drawn. It can be repeated from the frame, the plan and the seed, and is never changed."
        )
    )
    return redirect(url_for(".show", survey_id=survey_id))


@bp.post("/surveys/<survey_id>/sample/tries")
@require_role(Role.RESEARCHER)
@transactional
def tries(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    form = TriesForm()
    if not form.validate_on_submit():
        return _page(survey, FrameForm(formdata=None), DrawForm(formdata=None), 400, form)
    services.set_tries(survey, form.tries.data or 1, by=current_user)
    flash(_("Saved."))
    return redirect(url_for(".show", survey_id=survey_id))


@bp.get("/fieldwork")
@require_role(Role.SUPERVISOR)
def fieldwork_index() -> Any:
    found = [
        (survey, queries.together(queries.progress(survey, current_user)))
        for survey in surveys.surveys(current_user)
        if survey.state != "design"
    ]
    return render_template("sampling/fieldwork_index.html", surveys=found)


def _scope() -> Any:
    """A supervisor sees the units in their areas; a researcher those of the whole survey."""
    return current_user if current_user.role == Role.SUPERVISOR.value else None


def _team(survey: Survey) -> list[tuple[int, str]]:
    """Collaborators of the survey whose areas touch those of the person looking."""
    areas = [u.frame_unit.area for u in queries.units_in_scope(survey, _scope())]
    members = {m.user_id for m in survey.members}
    return [(p.id, p.name) for p in accounts.collaborators(areas) if p.id in members] if areas else []


def _assign_form(survey: Survey) -> AssignForm:
    form = AssignForm()
    units = queries.units_in_scope(survey, _scope())
    form.units.choices = [(u.id, u.frame_unit.name) for u in units]
    form.collaborator.choices = _team(survey)
    return form


def _reassign_form(survey: Survey) -> ReassignForm:
    form = ReassignForm()
    form.giver.choices = queries.holders(survey, _scope())
    form.taker.choices = _team(survey)
    return form


@bp.get("/surveys/<survey_id>/fieldwork")
@require_role(Role.SUPERVISOR, Role.RESEARCHER)
def fieldwork(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    parts = queries.progress(survey, _scope())
    found = rates.rates(survey, _scope())
    return render_template(
        "sampling/fieldwork.html",
        survey=survey,
        parts=parts,
        total=queries.together(parts),
        outcomes=OUTCOMES,
        rates=found,
        matters=desk.matters(survey, _scope()),
        least=rates.LEAST,
        phones=devices.together([row.user_id for row in found.collaborators if row.user_id]),
        notes=queries.notes(survey, _scope()),
        form=_assign_form(survey),
        reassign_form=_reassign_form(survey),
    )


@bp.post("/surveys/<survey_id>/fieldwork/assign")
@require_role(Role.SUPERVISOR, Role.RESEARCHER)
@transactional
def assign(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    form = _assign_form(survey)
    if not form.validate_on_submit() or not form.units.data:
        flash(_("Choose at least one village and a collaborator."), "bad")
        return redirect(url_for(".fieldwork", survey_id=survey_id))
    units = [u for u in queries.units_in_scope(survey, _scope()) if u.id in set(form.units.data)]
    person = next(p for p in survey.members if p.user_id == form.collaborator.data).user
    count = services.assign(survey, units, person, by=current_user)
    flash(_("%(n)s cases are assigned to %(name)s.", n=number(count), name=person.name))
    return redirect(url_for(".fieldwork", survey_id=survey_id))


@bp.post("/surveys/<survey_id>/fieldwork/reassign")
@require_role(Role.SUPERVISOR, Role.RESEARCHER)
@transactional
def reassign(survey_id: str) -> Any:
    """All unfinished cases of one collaborator in the person's areas to another, in one step."""
    survey = surveys.survey(survey_id, member=current_user)
    form = _reassign_form(survey)
    if not form.validate_on_submit():
        flash(_("Choose whose cases, and to whom."), "bad")
        return redirect(url_for(".fieldwork", survey_id=survey_id))
    people = {m.user_id: m.user for m in survey.members}
    giver, to = people[form.giver.data], people[form.taker.data]
    units = queries.units_in_scope(survey, _scope())
    count = services.reassign(survey, units, giver, to, by=current_user)
    flash(
        _(
            "%(n)s unfinished cases went from %(giver)s to %(name)s.",
            n=number(count),
            giver=giver.name,
            name=to.name,
        )
    )
    return redirect(url_for(".fieldwork", survey_id=survey_id))


@bp.get("/surveys/<survey_id>/fieldwork/links")
@require_role(Role.SUPERVISOR, Role.RESEARCHER)
def links(survey_id: str) -> Any:
    """Links to print, by village and list number. Seen by those who send letters out, never with an outcome."""
    survey = surveys.survey(survey_id, member=current_user)
    scope = {u.id for u in queries.units_in_scope(survey, _scope())}
    found = [c for c in queries.cases(survey) if c.unit_id in scope]
    return render_template(
        "sampling/links.html",
        survey=survey,
        rows=[(c.unit.frame_unit.name, c.number, services.link_of(c, survey)) for c in found],
    )
