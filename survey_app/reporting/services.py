"""Writes: tabulating a weighted survey, and releasing the audited, rounded tables for good."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from analysis import AnalysisError, sentence
from survey_app import audit
from survey_app.accounts.models import User
from survey_app.authoring import queries as authoring
from survey_app.db import db
from survey_app.problems import Problem
from survey_app.reporting import assemble, comparing, facts, queries, rscript, territory
from survey_app.reporting.cube import Cube, to_json
from survey_app.reporting.models import LEADERS, PUBLIC, Release
from survey_app.reporting.protect import Progress, Protected, protect
from survey_app.reporting.tabulate import Data, Drafted, Tabulator
from survey_app.reporting.topics import Plan, Spec, plan
from survey_app.surveys import method_facts
from survey_app.surveys.models import State, Survey
from survey_app.weighting import queries as weighting
from survey_app.weighting import services as weighting_services
from survey_app.weighting.areas import Standing, Told, settle
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


# What is released: {"topics", "breaks": names that the researcher leaves out; "crossings": pairs [within, by] that
# are told, by default those of the run's recipe}.
Choice = Mapping[str, Collection[Any]]
NOTHING: Choice = {}
# Tables that the crossings of one release may add: more would take the audit too long to be looked at.
MOST_CROSSED = 1200
# The part of the work that is tabulating; the rest is the audit.
TABULATING = 0.4


def make_tables(
    survey: Survey,
    run: WeightingRun,
    earlier: Sequence[str] = (),
    progress: Progress | None = None,
    choice: Choice = NOTHING,
) -> Tables:
    """Estimate every substantive question by every break of the run's recipe, audit and round.

    earlier: sealed tables of releases before (`Release.audit["sealed"]`), so that two releases together tell
    no more than each may. progress: called with (part done, what is being done), while tabulating with
    "draft:done/whole". choice: see `Choice`.

    Raises Problem weighting.impossible for what can't be computed, reporting.interviews-changed when an
    interview of the run is no longer among the accepted ones, reporting.bad-crossing, .too-many-crossings.
    """
    recipe = read(run.recipe)
    plan_ = _chosen(_plan(survey), choice.get("topics", ()))
    data = _data(survey, run, recipe, choice.get("breaks", ()))
    data = replace(data, crossings=_crossings(choice.get("crossings", recipe.crossings), data, plan_, recipe))
    tabulator = Tabulator(data)
    try:
        drafted = []
        for place, spec in enumerate(plan_.specs, 1):
            drafted.append(tabulator.draft(spec))
            if progress is not None:
                progress(TABULATING * place / len(plan_.specs), f"draft:{place}/{len(plan_.specs)}")
        tables = [table for one in drafted for table in one.tables.values()]
        protected = protect(
            survey.public_id,
            tables,
            list(tabulator.populations.known.values()),
            interviews=_interviews(run),
            run=str(run.number),
            earlier=earlier,
            remeasure=tabulator.remeasure,
            progress=None if progress is None else _later(progress),
        )
    except AnalysisError as error:
        raise Problem(
            "weighting.impossible", reason=sentence(error.code, error.params, language())
        ) from error
    cube = assemble.cube(drafted, protected, data.breaks, plan_.sections, plan_.left_out, data.crossings)
    return Tables(tuple(drafted), protected, cube, data)


@dataclass(frozen=True)
class Terms:
    """For whom a release is (LEADERS or PUBLIC), and, of an erratum, why it is made: {language: text}."""

    audience: str = LEADERS
    reason: Mapping[str, str] = field(default_factory=dict)


def release(survey: Survey, run: WeightingRun, by: User | None = None, terms: Terms | None = None) -> Release:
    """Tabulate, audit, round and keep for good what leaders may read. A further release is an erratum.

    For the demo and the command line; people on screens go by `proposals`. Raises Problem reporting.not-closed
    while the survey is still collecting, reporting.audit-failed.
    """
    terms = settled(survey, terms or Terms())
    return keep(survey, run, prepare(survey, run), by, terms)


def settled(survey: Survey, terms: Terms) -> Terms:
    """The terms as they will be kept: what was released to the public is corrected before the public.

    Raises Problem reporting.no-reason for an erratum that doesn't say why it is made.
    """
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
class Prepared:
    """What a release would hold. found: what a reviewer is told of it, without figures of single cells."""

    content: dict[str, Any]
    method: dict[str, Any]
    audit: dict[str, Any]
    found: dict[str, Any]
    digest: str


def require_ready(survey: Survey) -> None:
    """Raise Problem reporting.not-closed while collecting, reporting.method-missing naming what is unsaid."""
    if survey.state not in (State.CLOSED.value, State.LOCKED.value):
        raise Problem("reporting.not-closed")
    if unsaid := method_facts.missing(survey):
        raise Problem("reporting.method-missing", facts=", ".join(str(fact.label) for fact in unsaid))


def prepare(
    survey: Survey,
    run: WeightingRun,
    choice: Choice = NOTHING,
    progress: Progress | None = None,
) -> Prepared:
    """Tabulate, audit and round what would be released; nothing is stored.

    choice, progress: as in `make_tables`. Raises Problem as `require_ready` does, reporting.audit-failed.
    """
    require_ready(survey)
    if run.survey_id != survey.id:
        raise Problem("request.not-found")
    earlier = queries.releases(survey)
    tables = make_tables(survey, run, [one.audit["sealed"] for one in earlier], progress, choice)
    protected = tables.protected
    if not protected.passed:
        raise Problem("reporting.audit-failed")
    cube = comparing.with_changes(survey, tables.cube, protected, _plan(survey))
    content = to_json(cube)
    method = facts.method(survey, run, tables.drafted, protected.edits)
    method["plan"] = facts.plan_facts(survey, run, cube)
    kept = {
        "rules": protected.rules,
        "found": protected.found,
        "edits": list(protected.edits),
        "sealed": protected.sealed,
    }
    found = {
        "rules": protected.found,
        "edits": [{key: edit[key] for key in ("kind", "tables", "reason")} for edit in protected.edits],
        "topics": len(cube.topics),
        "not_released": content["not_released"],
        "deviations": method["plan"].get("deviations", []) if method["plan"] else [],
        "earlier": [one.digest for one in earlier],
        "survey": survey_digest(survey),
    }
    return Prepared(content, method, kept, found, _digest(content, method))


def survey_digest(survey: Survey) -> str:
    """SHA-256 of what the method statement takes from the survey itself."""
    told = [survey.title, survey.population, survey.organisation, survey.method_facts, survey.wave]
    told += [survey.opened_on, survey.closed_on, survey.simulated, survey.area_id]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def keep(survey: Survey, run: WeightingRun, prepared: Prepared, by: User | None, terms: Terms) -> Release:
    """Store a release for good, as the survey's next."""
    last = queries.releases(survey)
    made = Release(
        survey_id=survey.id,
        run_id=run.id,
        number=last[0].number + 1 if last else 1,
        supersedes_id=last[0].id if last else None,
        audience=terms.audience,
        reason=dict(terms.reason),
        content=prepared.content,
        method=prepared.method,
        audit=prepared.audit,
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


def topics_of(survey: Survey) -> tuple[Spec, ...]:
    """Everything that could be released, in the questionnaire's order."""
    return _plan(survey).specs


@dataclass(frozen=True)
class Divided:
    """A break by area as a run's design supports it, before any answer is looked at."""

    label: Mapping[str, str]
    areas: tuple[tuple[Mapping[str, str], Standing, Told | None], ...]


def areas_of(run: WeightingRun) -> tuple[Divided, ...]:
    """The run's breaks by area: each group with how it stands by itself, and where it is told."""
    made, found = weighting.weights(run), []
    for variable in read(run.recipe).variables.values():
        if variable.source == "area":
            settled = settle(variable, made)
            ordered = sorted(variable.categories, key=lambda category: min(category.values))
            found.append(
                Divided(
                    variable.label,
                    tuple((c.label, settled.alone[c.name], settled.joined(c.name)) for c in ordered),
                )
            )
    return tuple(found)


def _later(progress: Progress) -> Progress:
    return lambda part, doing: progress(TABULATING + (1 - TABULATING) * part, doing)


def _chosen(made: Plan, without: Collection[str]) -> Plan:
    """The plan less the topics that the researcher leaves out; these are listed as asked and not released."""
    gone = tuple(
        {"name": spec.name, "wording": dict(spec.wording), "why": "not-chosen"}
        for spec in made.specs
        if spec.name in without
    )
    specs = tuple(spec for spec in made.specs if spec.name not in without)
    if not specs:
        raise Problem("reporting.nothing-chosen")
    return replace(made, specs=specs, left_out=(*made.left_out, *gone))


def _crossings(
    wanted: Collection[Any], data: Data, made: Plan, recipe: Recipe
) -> tuple[tuple[str, str], ...]:
    """The crossings to be told, (within, by), those of breaks that are left out themselves not among them.

    Raises Problem reporting.bad-crossing for a break that the recipe hasn't or that is crossed with itself,
    reporting.too-many-crossings where the audit would take too long.
    """
    pairs = tuple(dict.fromkeys((str(within), str(by)) for within, by in wanted))
    groups = {one.name: len(one.groups) for one in data.breaks}
    for within, by in pairs:
        if within == by or not {within, by} <= recipe.variables.keys():
            raise Problem("reporting.bad-crossing", within=within, by=by)
    kept = tuple((within, by) for within, by in pairs if within in groups and by in groups)
    count = sum(groups[within] for within, _by in kept) * len(made.specs)
    if count > MOST_CROSSED:
        raise Problem("reporting.too-many-crossings", count=count, most=MOST_CROSSED)
    return kept


def _plan(survey: Survey) -> Plan:
    version = authoring.published(survey)
    if version is None:
        raise Problem("reporting.no-run")
    return plan(authoring.compiled(version))


def _data(survey: Survey, run: WeightingRun, recipe: Recipe, without: Collection[str] = ()) -> Data:
    """The run's interviews with their answers, in the order of the run's arrays. without: breaks left out."""
    design, made = weighting.design(run)
    answers = weighting_services.answers(survey, run)
    variables = [variable for variable in recipe.variables.values() if variable.name not in without]
    divided = [territory.divide(variable, made) for variable in variables]
    return Data(
        answers, design, tuple(one for one, _codes in divided), {one.name: codes for one, codes in divided}
    )


def _interviews(run: WeightingRun) -> str:
    """Names the set of respondents, in its order: what memberships of two releases may be compared by."""
    return hashlib.sha256("|".join(weighting.weights(run).instance_ids.tolist()).encode()).hexdigest()


def _digest(content: dict[str, Any], method: dict[str, Any]) -> str:
    text = json.dumps([content, method], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
