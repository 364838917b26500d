"""Writes: tabulating a weighted survey, and releasing the audited, rounded tables for good."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from analysis import AnalysisError, sentence
from survey_app import audit
from survey_app.accounts.models import User
from survey_app.authoring import queries as authoring
from survey_app.collection import queries as collection
from survey_app.db import db
from survey_app.problems import Problem
from survey_app.reporting import assemble, facts, queries
from survey_app.reporting.cube import Break, Cube, to_json
from survey_app.reporting.models import Release
from survey_app.reporting.protect import Progress, Protected, protect
from survey_app.reporting.tabulate import Data, Drafted, Tabulator
from survey_app.reporting.topics import Plan, plan
from survey_app.surveys.models import State, Survey
from survey_app.weighting import queries as weighting
from survey_app.weighting.models import WeightingRun
from survey_app.weighting.recipe import Recipe, read
from survey_app.wording import language


@dataclass(frozen=True)
class Tables:
    """Everything that a release would hold, before and after the audit. `drafted` is exact and stays inside."""

    drafted: tuple[Drafted, ...]
    protected: Protected
    cube: Cube
    data: Data


def make_tables(
    survey: Survey, run: WeightingRun, earlier: Sequence[str] = (), progress: Progress | None = None
) -> Tables:
    """Estimate every substantive question by every break of the run's recipe, audit and round.

    earlier: sealed tables of releases before (`Release.audit["sealed"]`), so that two releases together tell
    no more than each may. progress: called with (part done, what is being done) during the audit.

    Raises Problem weighting.impossible for what can't be computed, reporting.interviews-changed when an
    interview of the run is no longer among the accepted ones.
    """
    recipe = read(run.recipe)
    plan_ = _plan(survey)
    data = _data(survey, run, recipe)
    tabulator = Tabulator(data)
    try:
        drafted = tuple(tabulator.draft(spec) for spec in plan_.specs)
        tables = [table for one in drafted for table in one.tables.values()]
        protected = protect(
            survey.public_id,
            tables,
            list(tabulator.populations.known.values()),
            interviews=_interviews(run),
            run=str(run.number),
            earlier=earlier,
            remeasure=tabulator.remeasure,
            progress=progress,
        )
    except AnalysisError as error:
        raise Problem(
            "weighting.impossible", reason=sentence(error.code, error.params, language())
        ) from error
    cube = assemble.cube(drafted, protected, data.breaks, plan_.sections, plan_.left_out)
    return Tables(drafted, protected, cube, data)


def release(survey: Survey, run: WeightingRun, by: User | None = None) -> Release:
    """Tabulate, audit, round and keep for good what leaders may read. A further release is an erratum.

    Raises Problem reporting.not-closed while the survey is still collecting.
    """
    if survey.state not in (State.CLOSED.value, State.LOCKED.value):
        raise Problem("reporting.not-closed")
    if run.survey_id != survey.id:
        raise Problem("request.not-found")
    earlier = queries.releases(survey)
    tables = make_tables(survey, run, [one.audit["sealed"] for one in earlier])
    if not tables.protected.passed:
        raise Problem("reporting.audit-failed")
    content = to_json(tables.cube)
    method = facts.method(survey, run, tables.drafted)
    digest = _digest(content, method)
    made = Release(
        survey_id=survey.id,
        run_id=run.id,
        number=1
        + (db.session.scalar(select(func.max(Release.number)).where(Release.survey_id == survey.id)) or 0),
        supersedes_id=earlier[0].id if earlier else None,
        content=content,
        method=method,
        audit={
            "rules": tables.protected.rules,
            "found": tables.protected.found,
            "edits": list(tables.protected.edits),
            "sealed": tables.protected.sealed,
        },
        digest=digest,
        released_at=audit.now(),
        released_by=by.id if by else None,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        "results.released",
        actor_id=by.id if by else None,
        survey_id=survey.id,
        release=made.number,
        run=run.number,
        digest=digest,
    )
    return made


def _plan(survey: Survey) -> Plan:
    version = authoring.published(survey)
    if version is None:
        raise Problem("reporting.no-run")
    return plan(authoring.compiled(version))


def _data(survey: Survey, run: WeightingRun, recipe: Recipe) -> Data:
    """The run's interviews with their answers, in the order of the run's arrays."""
    design, made = weighting.design(run)
    responses = collection.responses(survey)
    place = dict(zip(responses.instance_ids, responses.values, strict=True))
    try:
        values = [place[str(instance)] for instance in made.instance_ids]
    except KeyError as error:
        raise Problem("reporting.interviews-changed") from error
    breaks = tuple(
        Break(v.name, v.label, tuple((c.name, c.label) for c in v.categories))
        for v in recipe.variables.values()
    )
    areas = frozenset(v.name for v in recipe.variables.values() if v.source != "question")
    return Data(values, design, breaks, made.codes, areas)


def _interviews(run: WeightingRun) -> str:
    """Names the set of respondents, in its order: what memberships of two releases may be compared by."""
    return hashlib.sha256("|".join(weighting.weights(run).instance_ids.tolist()).encode()).hexdigest()


def _digest(content: dict[str, Any], method: dict[str, Any]) -> str:
    text = json.dumps([content, method], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
