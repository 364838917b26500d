"""Writes: tabulating a weighted survey, and releasing the audited, rounded tables for good."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import func, select

from analysis import AnalysisError, sentence
from survey_app import audit
from survey_app.accounts.models import User
from survey_app.authoring import queries as authoring
from survey_app.db import db
from survey_app.problems import Problem
from survey_app.reporting import assemble, comparing, facts, queries, rscript
from survey_app.reporting.cube import Break, Cube, to_json
from survey_app.reporting.models import LEADERS, PUBLIC, Release
from survey_app.reporting.protect import Progress, Protected, protect
from survey_app.reporting.tabulate import Data, Drafted, Tabulator
from survey_app.reporting.topics import Plan, plan
from survey_app.surveys import method_facts
from survey_app.surveys.models import State, Survey
from survey_app.weighting import queries as weighting
from survey_app.weighting import services as weighting_services
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


@dataclass(frozen=True)
class Terms:
    """For whom a release is (LEADERS or PUBLIC), and, of an erratum, why it is made: {language: text}."""

    audience: str = LEADERS
    reason: Mapping[str, str] = field(default_factory=dict)


def release(survey: Survey, run: WeightingRun, by: User | None = None, terms: Terms | None = None) -> Release:
    """Tabulate, audit, round and keep for good what leaders may read. A further release is an erratum.

    For the demo and the command line; people on screens go by `propose`, `approve` and `publish`. Raises Problem
    reporting.not-closed while the survey is still collecting, reporting.audit-failed.
    """
    terms = _settled(survey, terms or Terms())
    return _keep(survey, run, _prepare(survey, run), by, terms)


def propose(survey: Survey, run: WeightingRun, by: User, terms: Terms | None = None) -> str:
    """Tabulate and audit what would be released, and ask for a second person's review. Returns its digest.

    Raises Problem reporting.no-reason for an erratum that doesn't say why it is made.

    Nothing is stored but what was found: the tables follow from the run, and are made again at release.
    """
    terms = _settled(survey, terms or Terms())
    made = _prepare(survey, run)
    audit.record(
        "results.proposed",
        actor_id=by.id,
        survey_id=survey.id,
        run=run.number,
        digest=made.digest,
        audience=terms.audience,
        reason=dict(terms.reason),
        topics=len(made.tables.cube.topics),
        not_released=made.content["not_released"],
        found=made.tables.protected.found,
        edits=[
            {key: edit[key] for key in ("kind", "tables", "reason")} for edit in made.tables.protected.edits
        ],
    )
    return made.digest


def approve(survey: Survey, digest: str, by: User) -> None:
    """A second person agrees to a proposal. Raises Problem reporting.second-person for the one who made it."""
    proposal = queries.proposal(survey)
    if proposal is None or proposal.digest != digest:
        raise Problem("request.not-found")
    if proposal.by == by.id:
        raise Problem("reporting.second-person")
    audit.record("results.approved", actor_id=by.id, survey_id=survey.id, digest=digest)


def publish(survey: Survey, by: User) -> Release:
    """Release the approved proposal. Raises Problem reporting.not-approved, or reporting.changed when the
    tables are no longer those that were approved."""
    proposal = queries.proposal(survey)
    if proposal is None or not proposal.approved_by:
        raise Problem("reporting.not-approved")
    run = weighting.run(survey, proposal.run)
    made = _prepare(survey, run)
    if made.digest != proposal.digest:
        raise Problem("reporting.changed")
    terms = Terms(proposal.details.get("audience", LEADERS), proposal.details.get("reason", {}))
    return _keep(survey, run, made, by, _settled(survey, terms))


def _settled(survey: Survey, terms: Terms) -> Terms:
    """The terms as they will be kept: what was released to the public is corrected before the public."""
    earlier = queries.releases(survey)
    if earlier and not any(text.strip() for text in terms.reason.values()):
        raise Problem("reporting.no-reason", number=earlier[0].number)
    if any(one.audience == PUBLIC for one in earlier):
        return replace(terms, audience=PUBLIC)
    return terms


def r_bundle(survey: Survey, released: Release) -> bytes:
    """The R script and de-identified data that make a release's figures again, for the survey's researchers.

    Raises Problem reporting.interviews-changed when the run's interviews are no longer there.
    """
    run = db.session.get(WeightingRun, released.run_id)
    if run is None:  # pragma: no cover - runs are never deleted
        raise Problem("request.not-found")
    tabulator = Tabulator(_data(survey, run, read(run.recipe)))
    specs = [tabulator.draft(spec).spec for spec in _plan(survey).specs]
    audit.record("results.exported", survey_id=survey.id, release=released.number, kind="r")
    return rscript.bundle(
        queries.cube(released),
        specs,
        tabulator.data,
        weighting.weights(run),
        weighting.margins_used(run),
        release=released.number,
    )


@dataclass(frozen=True)
class _Prepared:
    tables: Tables
    content: dict[str, Any]
    method: dict[str, Any]
    digest: str
    earlier: Sequence[Release]


def _prepare(survey: Survey, run: WeightingRun) -> _Prepared:
    if survey.state not in (State.CLOSED.value, State.LOCKED.value):
        raise Problem("reporting.not-closed")
    if run.survey_id != survey.id:
        raise Problem("request.not-found")
    if unsaid := method_facts.missing(survey.method_facts):
        raise Problem("reporting.method-missing", facts=", ".join(str(fact.label) for fact in unsaid))
    earlier = queries.releases(survey)
    tables = make_tables(survey, run, [one.audit["sealed"] for one in earlier])
    if not tables.protected.passed:
        raise Problem("reporting.audit-failed")
    tables = replace(
        tables, cube=comparing.with_changes(survey, tables.cube, tables.protected, _plan(survey))
    )
    content = to_json(tables.cube)
    method = facts.method(survey, run, tables.drafted, tables.protected.edits)
    method["plan"] = facts.plan_facts(survey, run, tables.cube)
    return _Prepared(tables, content, method, _digest(content, method), earlier)


def _keep(survey: Survey, run: WeightingRun, prepared: _Prepared, by: User | None, terms: Terms) -> Release:
    protected = prepared.tables.protected
    last = db.session.scalar(select(func.max(Release.number)).where(Release.survey_id == survey.id)) or 0
    made = Release(
        survey_id=survey.id,
        run_id=run.id,
        number=last + 1,
        supersedes_id=prepared.earlier[0].id if prepared.earlier else None,
        audience=terms.audience,
        reason=dict(terms.reason),
        content=prepared.content,
        method=prepared.method,
        audit={
            "rules": protected.rules,
            "found": protected.found,
            "edits": list(protected.edits),
            "sealed": protected.sealed,
        },
        digest=prepared.digest,
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
        digest=made.digest,
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
    answers = weighting_services.answers(survey, run)
    breaks = tuple(
        Break(v.name, v.label, tuple((c.name, c.label) for c in v.categories))
        for v in recipe.variables.values()
    )
    areas = frozenset(v.name for v in recipe.variables.values() if v.source != "question")
    return Data(answers, design, breaks, made.codes, areas)


def _interviews(run: WeightingRun) -> str:
    """Names the set of respondents, in its order: what memberships of two releases may be compared by."""
    return hashlib.sha256("|".join(weighting.weights(run).instance_ids.tolist()).encode()).hexdigest()


def _digest(content: dict[str, Any], method: dict[str, Any]) -> str:
    text = json.dumps([content, method], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
