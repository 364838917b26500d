"""Screens of weighting: the workbench with its steps, and the runs made so far. For the survey's researchers."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.authoring import plans
from survey_app.db import transactional
from survey_app.problems import Problem
from survey_app.snapshots import queries as snapshots
from survey_app.surveys import queries as surveys
from survey_app.surveys import steps as life
from survey_app.surveys.models import Survey
from survey_app.weighting import comparing, queries, remarks, repairs, services
from survey_app.weighting.forms import MarginFileForm, RecipeForm, fill, recipe_from
from survey_app.weighting.margins import Parsed
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
    """The workbench with the recipe's effect: the newest run's recipe, or the default one tried out, nothing kept."""
    survey = surveys.survey(survey_id, member=current_user)
    newest = next(iter(queries.runs(survey)), None)
    recipe = newest.recipe if newest else services.default_recipe(survey)[0]
    form = RecipeForm()
    fill(form, recipe)
    if newest is not None and newest.snapshot_id == _cut_off(survey):
        return _page(survey, form, recipe, newest.diagnostics, kept=newest.number)
    if snapshots.newest(survey) is None:
        return _page(survey, form, recipe, None)
    try:
        return _page(survey, form, recipe, services.try_out(survey, recipe).report)
    except Problem as problem:
        return _page(survey, form, recipe, None, problem=problem)


@bp.post("/surveys/<survey_id>/weighting")
@require_role(Role.RESEARCHER)
@transactional
def work(survey_id: str) -> Any:
    """Try a recipe out, run it and keep the run, or make an offered repair and try again."""
    survey = surveys.survey(survey_id, member=current_user)
    newest = next(iter(queries.runs(survey)), None)
    base = newest.recipe if newest else services.default_recipe(survey)[0]
    if shown := request.form.get("base"):
        base = read_base(shown)
    form = RecipeForm()
    if not form.validate_on_submit():
        return _page(survey, form, base, None, status=400)
    recipe = base
    try:
        recipe = recipe_from(form, base, request.form, services.candidates(survey, base))
        if token := request.form.get("repair"):
            recipe = repairs.repaired(recipe, repairs.read(token))
        if request.form.get("do") == "run":
            made = services.run(survey, recipe, current_user)
            flash(_("Run %(n)s was made and kept.", n=made.number), "good")
            return redirect(url_for(".run", survey_id=survey_id, run_number=made.number))
        trial = services.try_out(survey, recipe)
    except Problem as problem:
        fill(form, recipe)
        return _page(survey, form, recipe, None, problem=problem, status=problem.status)
    fill(form, trial.plan.document)
    return _page(survey, form, trial.plan.document, trial.report)


@bp.get("/surveys/<survey_id>/weighting/<int:run_number>")
@require_role(Role.RESEARCHER)
def run(survey_id: str, run_number: int) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    found = queries.run(survey, run_number)
    cited = next((s for s in snapshots.snapshots(survey) if s.id == found.snapshot_id), None)
    return render_template(
        "weighting/run.html",
        survey=survey,
        run=found,
        snapshot=cited,
        report=found.diagnostics,
        official=queries.official(survey),
        others=[other for other in queries.runs(survey) if other.id != found.id],
        **_words(found.recipe),
    )


@bp.get("/surveys/<survey_id>/weighting/<int:run_number>/recipe.json")
@require_role(Role.RESEARCHER)
def recipe_file(survey_id: str, run_number: int) -> Response:
    """The run's recipe as a file: `flask --app wsgi weigh SURVEY FILE` makes the run again."""
    survey = surveys.survey(survey_id, member=current_user)
    found = queries.run(survey, run_number)
    answer = Response(json.dumps(found.recipe, ensure_ascii=False, indent=2), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="quyen-so-{survey_id}-{run_number}.json"'
    return answer


@bp.post("/surveys/<survey_id>/weighting/<int:run_number>/official")
@require_role(Role.RESEARCHER)
@transactional
def official(survey_id: str, run_number: int) -> Any:
    """Name the run that tables and releases use."""
    survey = surveys.survey(survey_id, member=current_user)
    found = queries.run(survey, run_number)
    services.name_official(survey, found, current_user)
    flash(_("Run %(n)s is the official one: tables and releases use it.", n=found.number), "good")
    return redirect(url_for(".run", survey_id=survey_id, run_number=run_number))


@bp.get("/surveys/<survey_id>/weighting/compare")
@require_role(Role.RESEARCHER)
def compare(survey_id: str) -> Any:
    """Two runs side by side."""
    survey = surveys.survey(survey_id, member=current_user)
    runs = queries.runs(survey)
    if not runs:
        raise Problem("reporting.no-run")
    first = queries.run(survey, request.args.get("a", default=runs[-1].number, type=int))
    second = queries.run(survey, request.args.get("b", default=runs[0].number, type=int))
    return render_template(
        "weighting/compare.html",
        survey=survey,
        runs=runs,
        first=first,
        second=second,
        found=comparing.compare(first, second, queries.weights(first), queries.weights(second)),
        **_words(second.recipe),
    )


@bp.get("/surveys/<survey_id>/weighting/margins")
@require_role(Role.RESEARCHER)
def margins(survey_id: str) -> Any:
    """The margins that this survey could be raked to, each with its source and where it doesn't fit."""
    survey = surveys.survey(survey_id, member=current_user)
    return _margins(survey)


@bp.post("/surveys/<survey_id>/weighting/margins")
@require_role(Role.RESEARCHER)
@transactional
def import_margins(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    uploaded = MarginFileForm().file.data
    try:
        text = uploaded.read().decode("utf-8-sig") if uploaded else ""
    except UnicodeDecodeError as error:
        raise Problem("weighting.bad-margins", line=1, reason="UTF-8") from error
    if not text.strip():
        raise Problem("weighting.bad-margins", line=1, reason=_("the file is empty"))
    found = services.import_margins(text, by=current_user)
    flash(
        _(
            "%(n)s margins were read; %(left)s groups of rows were left out.",
            n=len(found.margins),
            left=len(found.left_out),
        ),
        "good",
    )
    return _margins(survey, found)


def _margins(survey: Survey, parsed: Parsed | None = None) -> Any:
    runs = queries.runs(survey)
    recipe = runs[0].recipe if runs else services.default_recipe(survey)[0]
    return render_template(
        "weighting/margins.html",
        survey=survey,
        margins=services.candidates(survey, recipe),
        parsed=parsed,
        why=remarks.LEFT_OUT,
        margin_form=MarginFileForm(),
        **_words(recipe),
    )


def _cut_off(survey: Survey) -> int | None:
    found = snapshots.newest(survey)
    return found.id if found else None


def read_base(text: str) -> dict[str, Any]:
    """The recipe that the page showed, as it sent it along. Raises Problem weighting.bad-recipe."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Problem("weighting.bad-recipe", part="JSON", detail=str(error)) from error
    if not isinstance(found, dict):
        raise Problem("weighting.bad-recipe", part="JSON", detail=type(found).__name__)
    return found


def _page(
    survey: Survey,
    form: RecipeForm,
    recipe: dict[str, Any],
    report: dict[str, Any] | None,
    *,
    kept: int | None = None,
    problem: Problem | None = None,
    status: int | None = None,
) -> Any:
    """kept: the run that the report is of; None for one that was only tried out."""
    chosen = (recipe.get("calibration") or {}).get("margins", [])
    used = {(m["name"], m.get("source_id"), m.get("ref_date")) for m in chosen}
    named = {m[0] for m in used if m[1] is None}
    reasons = {m["name"]: m.get("accept", {}) for m in chosen}
    offered = [
        {
            **entry,
            "chosen": (entry["margin"].name, entry["margin"].source_id, entry["margin"].ref_date) in used
            or (entry["margin"].name in named and not entry["mismatches"]),
            "reasons": reasons.get(entry["margin"].name, {}),
        }
        for entry in services.candidates(survey, recipe)
    ]
    words = _words(recipe)
    page = render_template(
        "weighting/show.html",
        survey=survey,
        form=form,
        margins=offered,
        report=report,
        effects={line["step"]: line for line in report["steps"]} if report else {},
        kept=kept,
        snapshot=snapshots.newest(survey),
        waiting=snapshots.waiting(survey),
        runs=queries.runs(survey),
        official=queries.official(survey),
        seen=queries.outcomes_seen(survey),
        problem=problem,
        repairs=[(one, remarks.repair(one, words)) for one in repairs.offered(problem, recipe)]
        if problem
        else [],
        base=json.dumps(recipe, ensure_ascii=False),
        **words,
    )
    return page, status or (problem.status if problem and request.method == "POST" else 200)


def _words(recipe: dict[str, Any]) -> dict[str, Any]:
    """Names that the templates need: steps, remarks, variables and their categories."""
    variables = recipe.get("variables", {})
    return {
        "step_names": remarks.STEPS,
        "remark": lambda warning: remarks.remark(
            warning, {n: v.get("label", {}) for n, v in variables.items()}
        ),
        "mismatch": remarks.mismatch,
        "variable_labels": {name: v.get("label", {}) for name, v in variables.items()},
        "category_labels": {
            name: {c["name"]: c.get("label", {}) for c in v["categories"]} for name, v in variables.items()
        },
        "recipe": recipe,
    }
