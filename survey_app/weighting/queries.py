"""Reads: margins that a survey may use, its runs, their weights and the design that they make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, or_, select

from analysis import Codes, SampleDesign, rake
from analysis import Margin as RakingMargin
from survey_app.audit import AuditEntry
from survey_app.db import db
from survey_app.problems import Problem
from survey_app.surveys.models import Survey
from survey_app.weighting.models import Margin, WeightingRun
from survey_app.weighting.recipe import MarginUse, Recipe, read
from survey_app.weighting.weights import Weights, unpack


def margins(survey: Survey | None = None) -> Sequence[Margin]:
    """Imported margins, and the survey's own, newest first within a name."""
    own: ColumnElement[bool] = Margin.survey_id.is_(None)
    if survey is not None:
        own = or_(own, Margin.survey_id == survey.id)
    return db.session.scalars(
        select(Margin).where(own).order_by(Margin.area_code, Margin.name, Margin.ref_date.desc(), Margin.id)
    ).all()


def margin_for(use: MarginUse, survey: Survey, *, universe: str) -> Margin | None:
    """The margin that a recipe names: the survey's own first, then the best fitting, then the newest.

    Best fitting: right universe and area before right universe before right area. None when there is none.
    """
    wanted = [
        margin
        for margin in margins(survey)
        if margin.name == use.name
        and list(margin.variables) == list(use.variables)
        and (use.source_id is None or margin.source_id == use.source_id)
        and (use.ref_date is None or margin.ref_date == use.ref_date)
        and (use.area_code is None or margin.area_code == use.area_code)
        and (use.universe is None or margin.universe == use.universe)
    ]
    area = survey.area.code if survey.area else None

    def rank(margin: Margin) -> tuple[Any, ...]:
        fits = margin.universe == universe, margin.area_code == area
        return margin.survey_id is None, -2 * fits[0] - fits[1]

    return min(wanted, key=rank, default=None)


def runs(survey: Survey) -> Sequence[WeightingRun]:
    """The survey's runs, newest first."""
    return db.session.scalars(
        select(WeightingRun).where(WeightingRun.survey_id == survey.id).order_by(WeightingRun.number.desc())
    ).all()


def run(survey: Survey, number: int) -> WeightingRun:
    """One run. Raises Problem request.not-found."""
    found = db.session.scalar(
        select(WeightingRun).where(WeightingRun.survey_id == survey.id, WeightingRun.number == number)
    )
    if found is None:
        raise Problem("request.not-found")
    return found


def official(survey: Survey) -> WeightingRun | None:
    """The run that was named official last; None when none was."""
    named = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.survey_id == survey.id, AuditEntry.action == "weighting.official")
        .order_by(AuditEntry.at.desc())
    ).all()
    # Two namings within one second: the higher run, which was made later.
    newest = [row.details["run"] for row in named if row.at == named[0].at]
    return run(survey, max(newest)) if newest else None


def chosen(survey: Survey) -> WeightingRun | None:
    """The official run, else the newest; None when there is none."""
    return official(survey) or next(iter(runs(survey)), None)


def chosen_recipe(survey: Survey) -> dict[str, Any]:
    """The stored recipe of the official run, else of the newest; empty when there is none."""
    found = chosen(survey)
    return found.recipe if found else {}


def outcomes_seen(survey: Survey) -> bool:
    """True once answers were tabulated: a recipe changed after that was changed in their sight."""
    seen = select(AuditEntry.id).where(
        AuditEntry.survey_id == survey.id, AuditEntry.action.in_(("results.tabulated", "results.released"))
    )
    return db.session.scalar(seen.limit(1)) is not None


def weights(found: WeightingRun) -> Weights:
    return unpack(found.weights)


def design(found: WeightingRun) -> tuple[SampleDesign, Weights]:
    """The run as a sample design whose variance knows the raking, with the arrays it is made of.

    Rows are the run's interviews in the order of `Weights.instance_ids`. Strata with a single unit left count
    around the mean of all units (conservative).
    """
    made = weights(found)
    plan = read(found.recipe)
    plain = SampleDesign.from_frame(
        weights=made.before, strata=made.stratum, ids=made.psu, nest=True, lonely_psu="adjust"
    )
    margins = margins_used(found)
    if not margins:
        return plain.with_weights(made.weight), made
    raked = rake(made.before, margins, max_iterations=plan.max_iterations, tolerance=plan.tolerance)
    return raked.apply(plain), made


def margins_used(found: WeightingRun) -> list[RakingMargin]:
    """The margins that the run raked to, over its interviews, with control totals of the weights' own sum."""
    made, plan = weights(found), read(found.recipe)
    return [_margin(plan, made, fitted) for fitted in found.diagnostics["margins"]]


def _margin(plan: Recipe, made: Weights, fitted: dict[str, Any]) -> RakingMargin:
    """The margin as the run used it: its targets in percent, and the interviews' cells."""
    sizes = [len(plan.variables[name].categories) for name in fitted["variables"]]
    joint = np.zeros(len(made.weight), dtype=np.int64)
    absent = np.zeros(len(made.weight), dtype=np.bool_)
    for name, size in zip(fitted["variables"], sizes, strict=True):
        absent |= made.codes[name] < 0
        joint = joint * size + np.maximum(made.codes[name], 0)
    targets = np.array([cell["target"] for cell in fitted["cells"]], dtype=np.float64)
    joint = np.where(absent, len(targets) - 1, joint)
    totals = targets / targets.sum() * made.weight.sum()
    levels: tuple[object, ...] = tuple(range(len(targets)))
    return RakingMargin(fitted["name"], Codes(joint, levels, fitted["name"]), totals)
