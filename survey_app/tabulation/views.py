"""Screens of the researcher's tables. Everything is a GET with the whole table in its address; saving is a POST."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.db import transactional
from survey_app.problems import Problem
from survey_app.surveys import queries as surveys
from survey_app.surveys import steps as life
from survey_app.surveys.models import Survey
from survey_app.tabulation import queries, recipes, recodes, services, shown, tables
from survey_app.tabulation.recipes import TableRecipe
from survey_app.tabulation.variables import MULTIPLE, NUMBER, SINGLE, Variable
from survey_app.tabulation.workspace import Workspace, remembered
from survey_app.weighting import queries as weighting
from survey_app.weighting.models import WeightingRun
from survey_app.wording import fold, nfc, number, text_of

bp = Blueprint("tabulation", __name__)
# What is shown before anything is chosen: a first look, not a whole report.
FIRST_LOOK = 6


def _look(survey: Survey) -> tuple[bool, str]:
    kept = len(queries.saved(survey))
    if not weighting.outcomes_seen(survey):
        return False, _("Answers are hidden until the weights are fixed.")
    return kept > 0, _("%(n)s tables saved.", n=number(kept))


life.add(life.Step(45, _l("Tables"), "tabulation.show", _look, after_close=True))


@bp.get("/surveys/<survey_id>/tables")
@require_role(Role.RESEARCHER)
def show(survey_id: str) -> Any:
    """The page, or only its tables (`?part=tables`) when the page's script asks for them."""
    survey = surveys.survey(survey_id, member=current_user)
    run = _run(survey)
    if run is None or not weighting.outcomes_seen(survey):
        return render_template("tabulation/closed.html", survey=survey, run=run, runs=weighting.runs(survey))
    space = queries.opened(survey, run)
    problem: Problem | None = None
    recipe, made = TableRecipe(), []
    begun = time.perf_counter()
    try:
        recipe = recipes.from_query(request.args)
        if not recipe.rows and not recipe.breaks:
            recipe = replace(recipe, rows=_first_look(space), breaks=_first_break(space))
        made = _made(recipe, space)
    except Problem as found:
        problem = found
    context = {
        "survey": survey,
        "run": run,
        "recipe": recipe,
        "tables": made,
        "problem": problem,
        "told": {name: gone for name, gone in space.told.items() if gone},
        "space": space,
        "filtered": [
            (space.variables[f.variable], f.values) for f in recipe.filters if f.variable in space.variables
        ],
    }
    status = problem.status if problem else 200
    if request.args.get("part") == "tables":
        answer = Response(render_template("tabulation/_tables.html", **context), status=status)
    else:
        answer = Response(
            render_template("tabulation/show.html", **context, **_offer(survey, space)), status=status
        )
    answer.headers["Server-Timing"] = f"tables;dur={1000 * (time.perf_counter() - begun):.0f}"
    return answer


@bp.get("/surveys/<survey_id>/tables.csv")
@require_role(Role.RESEARCHER)
def csv(survey_id: str) -> Response:
    """The tables on the page as one file. Unrounded: for the survey's own researchers."""
    survey = surveys.survey(survey_id, member=current_user)
    run = _opened_run(survey)
    made = _made(recipes.from_query(request.args), queries.opened(survey, run))
    answer = Response(shown.as_csv(made, text_of), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="bang-{survey_id}-{run.number}.csv"'
    return answer


@bp.post("/surveys/<survey_id>/tables/open")
@require_role(Role.RESEARCHER)
@transactional
def open_answers(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    run = weighting.run(survey, request.form.get("run", default=0, type=int))
    services.open_answers(survey, run, current_user)
    return redirect(url_for(".show", survey_id=survey_id))


@bp.post("/surveys/<survey_id>/tables")
@require_role(Role.RESEARCHER)
@transactional
def save(survey_id: str) -> Any:
    """Save the table of the page's address under a name."""
    survey = surveys.survey(survey_id, member=current_user)
    _opened_run(survey)
    recipe = recipes.from_query(_query(request.form.get("address", "")))
    made = services.save_table(survey, request.form.get("name", ""), recipe, current_user)
    flash(_("“%(name)s” is saved.", name=made.name), "good")
    return redirect(_address(survey, recipe))


@bp.post("/surveys/<survey_id>/tables/saved/<int:table_id>")
@require_role(Role.RESEARCHER)
@transactional
def change(survey_id: str, table_id: int) -> Any:
    """Pin a saved table, let it go, or forget it."""
    survey = surveys.survey(survey_id, member=current_user)
    found = queries.saved_table(survey, table_id)
    if request.form.get("do") == "delete":
        services.delete_table(found, current_user)
        flash(_("“%(name)s” is no longer saved.", name=found.name), "good")
    else:
        services.pin_table(found, request.form.get("do") == "pin")
    return redirect(url_for(".show", survey_id=survey_id))


@bp.post("/surveys/<survey_id>/tables/repeat")
@require_role(Role.RESEARCHER)
@transactional
def repeat(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    n = services.repeat_tables(survey, current_user)
    flash(_("%(n)s tables were taken over from the wave before.", n=number(n)), "good")
    return redirect(url_for(".show", survey_id=survey_id))


@bp.route("/surveys/<survey_id>/tables/recodes", methods=["GET", "POST"])
@require_role(Role.RESEARCHER)
@transactional
def regroup(survey_id: str) -> Any:
    """Make a variable of another one's answers, or forget one."""
    survey = surveys.survey(survey_id, member=current_user)
    run = _opened_run(survey)
    space = queries.opened(survey, run)
    of = request.values.get("of", "")
    source = space.variables.get(of)
    problem: Problem | None = None
    if request.method == "POST":
        try:
            if gone := request.form.get("delete"):
                services.delete_recode(survey, gone, current_user)
                return redirect(url_for(".regroup", survey_id=survey_id))
            services.save_recode(survey, run, _recode(request.form, source), current_user)
            flash(_("The grouping is kept. It is offered with the breaks."), "good")
            return redirect(url_for(".regroup", survey_id=survey_id))
        except Problem as found:
            problem = found
    page = render_template(
        "tabulation/regroup.html",
        survey=survey,
        source=source,
        counts=_counts(space, source) if source else {},
        offered=[
            v for v in space.variables.values() if v.kind in (SINGLE, NUMBER) and v.name not in space.recodes
        ],
        kept=space.recodes,
        variables=space.variables,
        problem=problem,
        form=request.form,
    )
    return page, problem.status if problem else 200


def _run(survey: Survey) -> WeightingRun | None:
    """The run asked for, else the official one, else the newest."""
    asked = request.args.get("run", type=int)
    return weighting.run(survey, asked) if asked else weighting.chosen(survey)


def _opened_run(survey: Survey) -> WeightingRun:
    """The run, once answers may be seen. Raises Problem tabulation.hidden before."""
    run = _run(survey)
    if run is None or not weighting.outcomes_seen(survey):
        raise Problem("tabulation.hidden")
    return run


def _made(recipe: TableRecipe, space: Workspace) -> list[shown.Shown]:
    from survey_app.wording import language

    return remembered(space, (recipe, language()), lambda: tables.make(recipe, space))


def _first_look(space: Workspace) -> tuple[str, ...]:
    asked = [v.name for v in space.variables.values() if not v.background and v.kind != NUMBER]
    return tuple(asked[:FIRST_LOOK])


def _first_break(space: Workspace) -> tuple[str, ...]:
    return tuple(space.groupings)[:2]


def _offer(survey: Survey, space: Workspace) -> dict[str, Any]:
    """What the page lets choose: questions by section, breaks, filters, saved tables."""
    sections: dict[str, list[Variable]] = {}
    for variable in space.variables.values():
        if variable.name not in space.groupings and variable.name not in space.recodes:
            sections.setdefault(text_of(variable.section), []).append(variable)
    first = [space.variables[name] for name in (*space.groupings, *space.recodes)]
    rest = [
        v for v in space.variables.values() if v.kind in (SINGLE, MULTIPLE) and v not in first and v.valid
    ]
    return {
        "sections": sections,
        "first_breaks": first,
        "other_breaks": rest,
        "filters": [*first, *rest],
        "saved": [(row, _address(survey, recipes.from_json(row.recipe))) for row in queries.saved(survey)],
        "repeatable": len(queries.of_last_wave(survey)),
        "runs": weighting.runs(survey),
        "folded": {v.name: fold(f"{v.name} {text_of(v.label)}") for v in space.variables.values()},
    }


def _address(survey: Survey, recipe: TableRecipe) -> str:
    query: dict[str, Any] = MultiDict(recipe.to_query()).to_dict(flat=False)
    return url_for(".show", survey_id=survey.public_id, **query)


def _query(address: str) -> MultiDict[str, str]:
    """The query part of an address, whatever stands before it."""
    from urllib.parse import parse_qsl

    return MultiDict(parse_qsl(address.partition("?")[2] or address, keep_blank_values=True))


def _counts(space: Workspace, source: Variable) -> dict[str, int]:
    """Interviews with each stored value, so that a grouping is made with open eyes."""
    column = space.source(source)
    found = dict.fromkeys(column.levels, 0)
    for code in column.codes[column.codes >= 0].tolist():
        found[column.levels[code]] += 1
    return found


def _recode(form: Any, source: Variable | None) -> recodes.Recode:
    """The recode that the form says: the same group name on two answers puts them together."""
    label = nfc(form.get("label", ""))
    name = re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")[:36]
    name = name if name[:1].isalpha() else f"g_{name}"
    if source is None:
        raise Problem("tabulation.unknown-variable", name=form.get("of", ""))
    if source.kind == NUMBER:
        groups = recodes.bands(form.get("bands", ""))
    else:
        members: dict[str, list[str]] = {}
        for value in source.levels:
            if group := nfc(form.get(f"group-{value}", "")):
                members.setdefault(group, []).append(value)
        groups = tuple(recodes.Group(group, tuple(values)) for group, values in members.items())
    made = recodes.Recode(name, label, source.name, groups, "rest_missing" in form)
    return recodes.from_json(name, made.to_json())
