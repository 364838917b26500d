"""Writes: importing population margins, and making an immutable weighting run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import func, select

from analysis import AnalysisError, sentence
from questionnaires import Compiled
from survey_app import audit
from survey_app.accounts import queries as accounts
from survey_app.accounts.models import User
from survey_app.authoring import queries as authoring
from survey_app.db import db
from survey_app.problems import Problem
from survey_app.sampling import queries as sampling
from survey_app.snapshots import queries as snapshots
from survey_app.snapshots import services as snapshot_services
from survey_app.snapshots.columns import Columns
from survey_app.snapshots.models import Snapshot
from survey_app.snapshots.queries import Frame
from survey_app.surveys.models import Survey
from survey_app.weighting import margins as margin_rules
from survey_app.weighting import queries, recipe, steps
from survey_app.weighting.margins import Parsed
from survey_app.weighting.models import Margin, WeightingRun
from survey_app.weighting.recipe import MarginUse, Recipe
from survey_app.weighting.weights import Weights, pack
from survey_app.wording import language, nfc

# The published margins that come with the product; their README says what they are good for.
MARGINS = Path(__file__).parent / "data" / "margins.csv"
# Outcomes that show that there was nobody to ask.
INELIGIBLE = ("ineligible", "not_dwelling")


def import_margins(
    source: Path | str = MARGINS, *, sources: str | None = None, by: User | None = None
) -> Parsed:
    """Import a margin file (a path, or its text); importing it again adds nothing that is already there.

    sources: text of a `source_id,source,...` file; by default the one beside the path, when there is one.
    Raises Problem weighting.bad-margins with the line; nothing is then imported.
    """
    if isinstance(source, Path):
        text = source.read_text(encoding="utf-8-sig")
        beside = source.with_name("sources.csv")
        if sources is None and beside.exists():
            sources = beside.read_text(encoding="utf-8-sig")
    else:
        text = source
    parsed = margin_rules.parse(nfc(text))
    titles = margin_rules.titles(sources or "")
    known = {
        (m.source_id, m.area_code, m.ref_date, m.universe, m.name)
        for m in db.session.scalars(select(Margin).where(Margin.survey_id.is_(None)))
    }
    for found in parsed.margins:
        if (found.source_id, found.area_code, found.ref_date, found.universe, found.name) in known:
            continue
        db.session.add(
            Margin(
                name=found.name,
                variables=list(found.variables),
                cells=list(found.cells),
                universe=found.universe,
                area_code=found.area_code,
                boundary=found.boundary,
                ref_date=found.ref_date,
                source_id=found.source_id,
                source=titles.get(found.source_id, "")[:500],
                confidence=found.confidence,
            )
        )
    db.session.flush()
    audit.record("weighting.margins-imported", actor_id=by.id if by else None, margins=len(parsed.margins))
    return parsed


def default_recipe(survey: Survey) -> tuple[dict[str, Any], list[str]]:
    """The survey's registered plan, else the standard one less what isn't asked or has no fitting margin.

    Returns (recipe, names left out). Raises Problem weighting.no-interviews when nothing was ever published.
    """
    if survey.weighting_plan:
        return dict(survey.weighting_plan), []
    plan, left_out = recipe.without_unasked(recipe.standard_plan(), _questions(survey))
    kept = []
    for entry in plan["calibration"]["margins"]:
        use = recipe.margin_use(entry)
        found = queries.margin_for(use, survey, universe=plan["universe"])
        if found is not None and not _mismatches(survey, found, use, plan["universe"], plan["boundary"]):
            kept.append(entry)
        else:
            left_out.append(entry["name"])
    plan["calibration"]["margins"] = kept
    return plan, left_out


def planned(survey: Survey, compiled: Compiled) -> dict[str, Any]:
    """Weighting's part of the analysis plan: the recipe and, with it, the breaks that results are reported by.

    Margins are planned by name; which figures they have is settled when the weights are made.
    """
    if survey.weighting_plan:
        return dict(survey.weighting_plan)
    return recipe.without_unasked(recipe.standard_plan(), set(compiled.form.scopes[()].questions))[0]


@dataclass(frozen=True)
class Trial:
    """A recipe tried out: nothing is stored. report: as in `WeightingRun.diagnostics`."""

    plan: Recipe
    snapshot: Snapshot
    weights: Weights
    report: dict[str, Any]
    inputs_digest: str


def try_out(
    survey: Survey, recipe_document: dict[str, Any] | None = None, snapshot: Snapshot | None = None
) -> Trial:
    """Weight a snapshot's interviews by a recipe (None: the default one) without keeping anything.

    snapshot: by default the newest; where none was ever taken, the first is taken now.
    Raises Problem: a recipe, area, recode or margin that can't be used, margins that don't fit and weren't accepted
    by name with a reason, no interviews.
    """
    left_out: list[str] = []
    if recipe_document is None:
        recipe_document, left_out = default_recipe(survey)
    year = int((survey.closed_on or survey.opened_on or audit.today())[:4])
    plan = recipe.resolve(recipe_document, year=year, questions=_questions(survey))
    _require_areas(plan)
    snapshot = snapshot or snapshots.newest(survey) or snapshot_services.take(survey)
    frame = snapshot_services.opened(survey, snapshot)
    if not len(frame):
        raise Problem("weighting.no-interviews")
    inputs = _inputs(survey, frame)
    controls, provenance = _controls(survey, plan)
    try:
        weighted = steps.weigh(plan, inputs, controls)
        moved = _moved(plan, inputs, controls, provenance, weighted)
    except AnalysisError as error:
        raise Problem(
            "weighting.impossible", reason=sentence(error.code, error.params, language())
        ) from error
    report = weighted.report
    for fitted, origin in zip(report["margins"], provenance, strict=True):
        fitted.update(origin)
    report["warnings"] += [{"code": "weighting.left-out", "params": {"name": name}} for name in left_out]
    report["left_out"] = dict(snapshot.left_out)
    report["moved"] = moved
    report["after_outcomes"] = queries.outcomes_seen(survey)
    return Trial(plan, snapshot, weighted.weights, report, _digest(snapshot, inputs.units, provenance))


def run(
    survey: Survey,
    recipe_document: dict[str, Any] | None = None,
    by: User | None = None,
    snapshot: Snapshot | None = None,
) -> WeightingRun:
    """`try_out`, kept for good as the survey's next run. A run is never changed; another recipe is another."""
    trial = try_out(survey, recipe_document, snapshot)
    number = 1 + (
        db.session.scalar(select(func.max(WeightingRun.number)).where(WeightingRun.survey_id == survey.id))
        or 0
    )
    made = WeightingRun(
        survey_id=survey.id,
        number=number,
        snapshot_id=trial.snapshot.id,
        recipe=trial.plan.document,
        inputs_digest=trial.inputs_digest,
        diagnostics=trial.report,
        weights=pack(trial.weights),
        n=trial.report["n"],
        n_effective=trial.report["n_effective"],
        made_at=audit.now(),
        made_by=by.id if by else None,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        "weighting.run",
        actor_id=by.id if by else None,
        survey_id=survey.id,
        run=number,
        n=trial.report["n"],
        accepted={m["name"]: m["accepted"] for m in trial.report["margins"] if m["accepted"]},
    )
    return made


def name_official(survey: Survey, found: WeightingRun, by: User) -> None:
    """Name the run that tables and releases use from now on. The naming is kept; runs stay as they are."""
    audit.record("weighting.official", actor_id=by.id, survey_id=survey.id, run=found.number)


def answers(survey: Survey, found: WeightingRun) -> Columns:
    """The answers of the run's interviews, in the order of its arrays, as they were when it was made.

    Raises Problem reporting.interviews-changed when a run older than snapshots has interviews that are gone.
    """
    cited = db.session.get(Snapshot, found.snapshot_id) if found.snapshot_id else None
    if cited is not None:
        return snapshot_services.opened(survey, cited).answers
    frame = snapshot_services.opened(survey, snapshots.newest(survey) or snapshot_services.take(survey))
    wanted = queries.weights(found).instance_ids
    place = np.minimum(np.searchsorted(frame.instance_ids, wanted), max(len(frame) - 1, 0))
    if not len(frame) or (frame.instance_ids[place] != wanted).any():
        raise Problem("reporting.interviews-changed")
    return frame.answers.taken(place)


def candidates(survey: Survey, document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Margins that the recipe's variables could be raked to: {"margin", "mismatches"}, the survey's own first.

    Those of other provinces are left out; the country's are shown, with what doesn't fit.
    """
    groups = {
        name: {part for c in variable["categories"] for part in c.get("of", [c["name"]])}
        for name, variable in document.get("variables", {}).items()
    }
    area = survey.area.code if survey.area else None
    found = []
    for margin in queries.margins(survey):
        if margin.area_code not in (area, "VN") or not all(name in groups for name in margin.variables):
            continue
        seen = [{str(cell["key"][i]) for cell in margin.cells} for i in range(len(margin.variables))]
        if any(groups[name] != names for name, names in zip(margin.variables, seen, strict=True)):
            continue
        use = recipe.margin_use({"name": margin.name, "variables": margin.variables})
        off = _mismatches(survey, margin, use, document.get("universe", ""), document.get("boundary", ""))
        found.append({"margin": margin, "mismatches": off})
    return sorted(found, key=lambda entry: (entry["margin"].survey_id is None, len(entry["mismatches"])))


def _require_areas(plan: Recipe) -> None:
    """Raise Problem weighting.unknown-area for a code in the recipe that no area bears now."""
    for variable in plan.variables.values():
        if variable.source == "area":
            wanted = {code for category in variable.categories for code in category.values}
            unknown = sorted(wanted - accounts.paths(wanted).keys())
            if unknown:
                raise Problem("weighting.unknown-area", name=variable.name, codes=", ".join(unknown[:8]))


def _questions(survey: Survey) -> set[str]:
    version = authoring.published(survey)
    if version is None:
        raise Problem("weighting.no-interviews")
    return set(authoring.compiled(version).form.scopes[()].questions)


def _inputs(survey: Survey, frame: Frame) -> steps.Inputs:
    units = sampling.units(survey)
    progress = sampling.progress(survey)
    drawn = {
        unit.code: steps.DrawnPsu(
            code=unit.code,
            stratum=unit.stratum,
            area_type=unit.area_type,
            certainty=unit.certainty,
            issued=unit.issued,
            ineligible=sum(stand.outcomes.get(outcome, 0) for outcome in INELIGIBLE),
            base_weight=unit.households / (unit.probability * unit.issued),
            area_codes=unit.area_codes,
        )
        for unit, stand in zip(units, progress, strict=True)
    }
    return steps.Inputs(
        frame.instance_ids,
        frame.answers,
        frame.psu.texts(),
        frame.base_weight,
        drawn,
    )


def _controls(survey: Survey, plan: Recipe) -> tuple[list[steps.ControlTotals], list[dict[str, Any]]]:
    """The margins that the recipe names, with where they come from. Raises Problem weighting.no-margin, .mismatch."""
    controls, provenance, refused = [], [], []
    for use in plan.margins:
        found = queries.margin_for(use, survey, universe=plan.universe)
        if found is None:
            raise Problem("weighting.no-margin", name=use.name)
        off = _mismatches(survey, found, use, plan.universe, plan.boundary)
        refused += [
            f"{use.name}: {m['kind']} ({m['margin']} ≠ {m['survey']})"
            for m in off
            if m["kind"] not in use.accept
        ]
        controls.append(steps.ControlTotals(use, _totals(plan, use, found)))
        provenance.append(
            {
                "name": use.name,
                "margin_id": found.id,
                "source_id": found.source_id,
                "source": found.source,
                "ref_date": found.ref_date,
                "universe": found.universe,
                "area_code": found.area_code,
                "confidence": found.confidence,
                "mismatches": off,
                "accepted": {m["kind"]: use.accept[m["kind"]] for m in off if m["kind"] in use.accept},
            }
        )
    if refused:
        raise Problem("weighting.mismatch", reasons="; ".join(refused))
    return controls, provenance


def _totals(plan: Recipe, use: MarginUse, found: Margin) -> dict[tuple[str, ...], float]:
    """The margin's cells by the recipe's categories: what the recipe puts together is added up."""
    names = [
        {name: category.name for category in plan.variables[one].categories for name in category.published}
        for one in use.variables
    ]
    totals: dict[tuple[str, ...], float] = {}
    for cell in found.cells:
        key = tuple(known.get(str(k), str(k)) for known, k in zip(names, cell["key"], strict=True))
        totals[key] = totals.get(key, 0.0) + float(cell["count"])
    return totals


def _mismatches(
    survey: Survey, found: Margin, use: MarginUse, universe: str, boundary: str
) -> list[dict[str, str]]:
    """Where the margin doesn't count whom the survey asks. No census knows a made-up population."""
    made_up = survey.simulated and found.survey_id is None
    return margin_rules.mismatches(
        {"universe": found.universe, "area_code": found.area_code, "boundary": found.boundary},
        universe=f"{universe}, simulated" if made_up else universe,
        area_code=survey.area.code if survey.area else None,
        boundary=boundary,
        variables=use.variables,
    )


def _moved(
    plan: Recipe,
    inputs: steps.Inputs,
    controls: Sequence[steps.ControlTotals],
    provenance: Sequence[Mapping[str, Any]],
    weighted: steps.Weighted,
) -> dict[str, Any] | None:
    """How far the margins accepted in spite of a mismatch moved the answers; None when there are none."""
    fitting = [
        control for control, origin in zip(controls, provenance, strict=True) if not origin["mismatches"]
    ]
    if len(fitting) == len(controls):
        return None
    without = steps.weigh(plan, inputs, fitting)
    skip = {variable.question for variable in plan.variables.values() if variable.question}
    moved = steps.shift(inputs.answers, weighted.weights.weight, without.weights.weight, skip)
    return {**moved, "margins": [origin["name"] for origin in provenance if origin["mismatches"]]}


def _digest(
    snapshot: Snapshot, units: Mapping[str, steps.DrawnPsu], provenance: Sequence[Mapping[str, Any]]
) -> str:
    """SHA-256 over what the run was fed: the snapshot, where fieldwork stood, and the margins."""
    stand = [[u.code, u.issued, u.ineligible, u.base_weight] for _code, u in sorted(units.items())]
    fed = [snapshot.digest, stand, sorted(p["margin_id"] for p in provenance)]
    return hashlib.sha256(json.dumps(fed, separators=(",", ":")).encode()).hexdigest()
