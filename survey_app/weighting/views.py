"""Screens of weighting: the workbench with its steps, and the runs made so far. For the survey's researchers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.authoring import plans
from survey_app.db import transactional
from survey_app.problems import Problem
from survey_app.surveys import queries as surveys
from survey_app.surveys import steps as life
from survey_app.surveys.models import Survey
from survey_app.weighting import queries, remarks, services
from survey_app.weighting.forms import MarginFileForm, RecipeForm, fill, recipe_from
from survey_app.wording import number

bp = Blueprint("weighting", __name__)


def _look(survey: Survey) -> tuple[bool, str]:
    runs = queries.runs(survey)
    if not runs:
        return False, _("No weights yet.")
    return True, _(
        "Run %(n)s: %(size)s interviews, effective %(effective)s.",
        n=runs[0].number,
        size=number(runs[0].n),
        effective=number(runs[0].n_effective),
    )


plans.add("weighting", services.planned)
life.add(life.Step(40, _l("Weighting"), "weighting.show", _look, after_close=True))


@bp.get("/surveys/<survey_id>/weighting")
@require_role(Role.RESEARCHER)
def show(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    runs = queries.runs(survey)
    recipe = runs[0].recipe if runs else services.default_recipe(survey)[0]
    form = RecipeForm()
    fill(form, recipe)
    return _page(survey, form, recipe, None)


@bp.post("/surveys/<survey_id>/weighting")
@require_role(Role.RESEARCHER)
@transactional
def work(survey_id: str) -> Any:
    """Try a recipe out, or run it and keep the run."""
    survey = surveys.survey(survey_id, member=current_user)
    runs = queries.runs(survey)
    base = runs[0].recipe if runs else services.default_recipe(survey)[0]
    form = RecipeForm()
    if not form.validate_on_submit():
        return _page(survey, form, base, None, status=400)
    recipe = base
    try:
        recipe = recipe_from(form, base, request.form, services.candidates(survey, base))
        if request.form.get("do") == "run":
            made = services.run(survey, recipe, current_user)
            flash(_("Run %(n)s was made and kept.", n=made.number), "good")
            return redirect(url_for(".run", survey_id=survey_id, run_number=made.number))
        trial = services.try_out(survey, recipe)
    except Problem as problem:
        return _page(survey, form, recipe, None, problem=problem, status=problem.status)
    return _page(survey, form, trial.plan.document, trial.report)


@bp.get("/surveys/<survey_id>/weighting/<int:run_number>")
@require_role(Role.RESEARCHER)
def run(survey_id: str, run_number: int) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    found = queries.run(survey, run_number)
    return render_template(
        "weighting/run.html",
        survey=survey,
        run=found,
        report=found.diagnostics,
        others=[other for other in queries.runs(survey) if other.id != found.id],
        **_words(found.recipe),
    )


@bp.post("/surveys/<survey_id>/weighting/margins")
@require_role(Role.RESEARCHER)
@transactional
def import_margins(survey_id: str) -> Any:
    surveys.survey(survey_id, member=current_user)
    uploaded = MarginFileForm().file.data
    try:
        text = uploaded.read().decode("utf-8-sig") if uploaded else ""
    except UnicodeDecodeError as error:
        raise Problem("weighting.bad-margins", line=1, reason="UTF-8") from error
    found = services.import_margins(text, by=current_user)
    flash(
        _(
            "%(n)s margins were read; %(left)s groups of rows were left out.",
            n=len(found.margins),
            left=len(found.left_out),
        ),
        "good",
    )
    return redirect(url_for(".show", survey_id=survey_id))


def _page(
    survey: Survey,
    form: RecipeForm,
    recipe: dict[str, Any],
    report: dict[str, Any] | None,
    *,
    problem: Problem | None = None,
    status: int = 200,
) -> Any:
    used = {
        (m["name"], m.get("source_id"), m.get("ref_date"))
        for m in (recipe.get("calibration") or {}).get("margins", [])
    }
    named = {m[0] for m in used if m[1] is None}
    reasons = {m["name"]: m.get("accept", {}) for m in (recipe.get("calibration") or {}).get("margins", [])}
    margins = [
        {
            **entry,
            "chosen": (entry["margin"].name, entry["margin"].source_id, entry["margin"].ref_date) in used
            or (entry["margin"].name in named and not entry["mismatches"]),
            "reasons": reasons.get(entry["margin"].name, {}),
        }
        for entry in services.candidates(survey, recipe)
    ]
    return (
        render_template(
            "weighting/show.html",
            survey=survey,
            form=form,
            margin_form=MarginFileForm(),
            margins=margins,
            report=report,
            runs=queries.runs(survey),
            problem=problem,
            **_words(recipe),
        ),
        status,
    )


def _words(recipe: dict[str, Any]) -> dict[str, Any]:
    """Names that the templates need: steps, remarks, variables and their categories."""
    variables = recipe.get("variables", {})
    return {
        "step_names": remarks.STEPS,
        "remark": remarks.remark,
        "mismatch": remarks.mismatch,
        "variable_labels": {name: v.get("label", {}) for name, v in variables.items()},
        "category_labels": {
            name: {c["name"]: c.get("label", {}) for c in v["categories"]} for name, v in variables.items()
        },
        "recipe": recipe,
    }
