"""Reads: saved tables and recodes, and a run's workspace."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from sqlalchemy import select

from survey_app.authoring import queries as authoring
from survey_app.db import db
from survey_app.problems import Problem
from survey_app.surveys.models import Survey
from survey_app.tabulation import recodes, workspace
from survey_app.tabulation.models import SavedRecode, SavedTable
from survey_app.tabulation.variables import SINGLE, Variable, catalogue
from survey_app.tabulation.workspace import Workspace
from survey_app.weighting import queries as weighting
from survey_app.weighting import services as weighting_services
from survey_app.weighting.models import WeightingRun
from survey_app.weighting.recipe import read


def saved(survey: Survey) -> Sequence[SavedTable]:
    """The survey's saved tables, pinned ones first, then by name."""
    return db.session.scalars(
        select(SavedTable)
        .where(SavedTable.survey_id == survey.id)
        .order_by(SavedTable.pinned.desc(), SavedTable.name)
    ).all()


def saved_table(survey: Survey, table_id: int) -> SavedTable:
    """One saved table of the survey. Raises Problem request.not-found."""
    found = db.session.get(SavedTable, table_id)
    if found is None or found.survey_id != survey.id:
        raise Problem("request.not-found")
    return found


def saved_recodes(survey: Survey) -> Sequence[SavedRecode]:
    return db.session.scalars(
        select(SavedRecode).where(SavedRecode.survey_id == survey.id).order_by(SavedRecode.name)
    ).all()


def of_last_wave(survey: Survey) -> Sequence[SavedTable]:
    """Tables of the wave before that this one hasn't got under the same name."""
    if survey.previous is None:
        return []
    here = {table.name for table in saved(survey)}
    return [table for table in saved(survey.previous) if table.name not in here]


def opened(survey: Survey, run: WeightingRun) -> Workspace:
    """The run, ready to be tabulated, from memory when it is open. Recodes belong to it: a new one opens it anew."""
    kept = {row.name: recodes.from_json(row.name, row.recipe) for row in saved_recodes(survey)}
    version = authoring.published(survey)
    if version is None:
        raise Problem("weighting.no-interviews")
    key = (current_app.instance_path, run.id, version.digest, tuple(sorted(kept.items())))
    return workspace.opened(key, lambda: _workspace(key, survey, run, kept))


def variables(survey: Survey, run: WeightingRun) -> dict[str, Variable]:
    """What can be tabulated: the questionnaire's variables, then the run's groupings, then recodes.

    A grouping whose name a question already has is called "w_" and its name.
    """
    version = authoring.published(survey)
    found = catalogue(authoring.compiled(version)) if version else {}
    for made in read(run.recipe).variables.values():
        name = f"w_{made.name}" if made.name in found else made.name
        found[name] = Variable(
            name=name,
            kind=SINGLE,
            label=made.label or {"vi": made.name},
            section={},
            levels={c.name: c.label or {"vi": c.name} for c in made.categories},
            missing=(),
            questions={"": name},
            background=True,
        )
    return found


def _workspace(
    key: tuple[object, ...], survey: Survey, run: WeightingRun, kept: dict[str, recodes.Recode]
) -> Workspace:
    design, made = weighting.design(run)
    known = variables(survey, run)
    groupings = {(f"w_{name}" if f"w_{name}" in known else name): codes for name, codes in made.codes.items()}
    for name, recode in kept.items():
        # A question that a later version no longer asks: the recode waits, its tables say that it is unknown.
        if recode.of in known and name not in known:
            known[name] = recodes.variable_of(recode, known[recode.of])
    return Workspace(
        key=key,
        design=design,
        answers=weighting_services.answers(survey, run),
        variables=known,
        groupings=groupings,
        recodes={name: recode for name, recode in kept.items() if name in known},
    )
