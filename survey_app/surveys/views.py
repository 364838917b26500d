"""The researcher's screens of a survey: the list with the next step, one survey, opening and closing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.db import transactional
from survey_app.surveys import method_facts, queries, services, steps
from survey_app.surveys.forms import NewSurveyForm, facts_form, facts_of
from survey_app.surveys.models import Survey

bp = Blueprint("surveys", __name__)


@bp.get("/surveys")
@require_role(Role.RESEARCHER)
def index() -> Any:
    return render_template("surveys/index.html", surveys=queries.surveys(current_user))


@bp.route("/surveys/new", methods=["GET", "POST"])
@require_role(Role.RESEARCHER)
@transactional
def new() -> Any:
    form = NewSurveyForm()
    if form.validate_on_submit():
        survey = services.create(
            {k: v for k, v in (("vi", form.title.data), ("en", form.title_en.data)) if v},
            by=current_user,
            area=form.chosen_area,
            population={"vi": form.population.data or ""},
            organisation={"vi": form.organisation.data or ""},
            keep_until=form.keep_until.data.isoformat() if form.keep_until.data else None,
        )
        return redirect(url_for(".show", survey_id=survey.public_id))
    return render_template("surveys/new.html", form=form), 400 if request.method == "POST" else 200


@bp.get("/surveys/<survey_id>")
@require_role(Role.RESEARCHER)
def show(survey_id: str) -> Any:
    survey = queries.survey(survey_id, member=current_user)
    return render_template("surveys/show.html", survey=survey, steps=services.steps(survey))


def _look(survey: Survey) -> tuple[bool, str]:
    return True, _("%(n)s people belong to the survey.", n=len(queries.members(survey)))


steps.add(steps.Step(25, _l("People"), "surveys.members", _look))


@bp.get("/surveys/<survey_id>/people")
@require_role(Role.RESEARCHER)
def members(survey_id: str) -> Any:
    survey = queries.survey(survey_id, member=current_user)
    return render_template(
        "surveys/members.html",
        survey=survey,
        members=queries.members(survey),
        candidates=queries.candidates(survey),
    )


@bp.post("/surveys/<survey_id>/people")
@require_role(Role.RESEARCHER)
@transactional
def change_members(survey_id: str) -> Any:
    """Add the people chosen, or take one out."""
    survey = queries.survey(survey_id, member=current_user)
    chosen = set(request.form.getlist("add", type=int))
    for user in queries.candidates(survey):
        if user.id in chosen:
            services.add_member(survey, user, by=current_user)
    leaving = request.form.get("remove", type=int)
    for user in queries.members(survey):
        if user.id == leaving:
            services.remove_member(survey, user, by=current_user)
    return redirect(url_for(".members", survey_id=survey_id))


def _look_facts(survey: Survey) -> tuple[bool, str]:
    lacking = method_facts.missing(survey)
    if not lacking:
        return True, _("Everything that a method statement must say is filled in.")
    return False, _("Still to fill in: %(facts)s.", facts=", ".join(str(fact.label) for fact in lacking))


steps.add(steps.Step(48, _l("Facts of method"), "surveys.facts", _look_facts))


@bp.route("/surveys/<survey_id>/facts", methods=["GET", "POST"])
@require_role(Role.RESEARCHER)
@transactional
def facts(survey_id: str) -> Any:
    survey = queries.survey(survey_id, member=current_user)
    form = facts_form(survey.method_facts)
    if form.validate_on_submit():
        services.keep_facts(survey, facts_of(form), by=current_user)
        flash(_("Saved. The next release carries these facts."), "good")
        return redirect(url_for(".show", survey_id=survey_id))
    status = 400 if request.method == "POST" else 200
    return render_template(
        "surveys/facts.html",
        survey=survey,
        form=form,
        every=method_facts.FACTS,
        recorded=method_facts.recorded(survey),
    ), status


@bp.post("/surveys/<survey_id>/open")
@require_role(Role.RESEARCHER)
@transactional
def open_collection(survey_id: str) -> Any:
    survey = queries.survey(survey_id, member=current_user)
    services.open_collection(survey, by=current_user)
    flash(_("Collection is open."))
    return redirect(url_for(".show", survey_id=survey_id))


@bp.post("/surveys/<survey_id>/close")
@require_role(Role.RESEARCHER)
@transactional
def close(survey_id: str) -> Any:
    survey = queries.survey(survey_id, member=current_user)
    services.close(survey, by=current_user)
    flash(_("Collection is closed. Finished interviews still on phones are received all the same."))
    return redirect(url_for(".show", survey_id=survey_id))
