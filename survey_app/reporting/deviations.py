"""Reporting's part of the analysis plan, and what was done otherwise than planned: listed with every release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from questionnaires import Compiled
from survey_app.authoring.models import AnalysisPlan
from survey_app.reporting import topics
from survey_app.reporting.cube import Cube
from survey_app.surveys.models import Survey
from survey_app.weighting.models import WeightingRun

# Parts of a recipe that change weights, and are compared whole.
STEPS = ("household", "nonresponse", "trim")
Deviation = dict[str, Any]


def planned(survey: Survey, compiled: Compiled) -> dict[str, Any]:
    """The questions to be reported and how, and those that won't be with the reason, as registered at publication."""
    made = topics.plan(compiled)
    return {
        "topics": [{"name": s.name, "kind": s.kind, "level": s.level} for s in made.specs],
        "not_reported": [{"name": entry["name"], "why": entry["why"]} for entry in made.left_out],
    }


def deviations(plan: AnalysisPlan | None, survey: Survey, run: WeightingRun, cube: Cube) -> list[Deviation]:
    """[{"kind", ...names}] in the order of the work; empty when everything was done as registered.

    kinds: no-plan; plan-late (registered after collection opened); weighting-step (step), margin-left-out,
    margin-added (name), grouping-changed, break-left-out, break-added (name); topic-not-released (name, why),
    topic-not-planned (name); after-outcomes (the recipe was made in sight of the answers).
    """
    if plan is None:
        return [{"kind": "no-plan"}]
    found: list[Deviation] = []
    if survey.opened_on and plan.registered_at[:10] > survey.opened_on:
        found.append({"kind": "plan-late", "on": plan.registered_at[:10]})
    found += _weighting(plan.document.get("weighting") or {}, run.recipe)
    breaks = {one.name for one in cube.breaks}
    planned = set((plan.document.get("weighting") or {}).get("variables", {}))
    found += [{"kind": "break-left-out", "name": name} for name in sorted(planned - breaks)]
    found += [{"kind": "break-added", "name": name} for name in sorted(breaks - planned)]
    reported = {topic.name for topic in cube.topics}
    expected = [entry["name"] for entry in (plan.document.get("reporting") or {}).get("topics", [])]
    why = {entry["name"]: entry["why"] for entry in cube.not_released}
    found += [
        {"kind": "topic-not-released", "name": name, "why": why.get(name, "")}
        for name in expected
        if name not in reported
    ]
    found += [
        {"kind": "topic-not-planned", "name": topic.name}
        for topic in cube.topics
        if topic.name not in set(expected)
    ]
    if run.diagnostics.get("after_outcomes"):
        found.append({"kind": "after-outcomes"})
    return found


def _weighting(planned: Mapping[str, Any], done: Mapping[str, Any]) -> list[Deviation]:
    """Where the run's recipe isn't the planned one. The year that ages are counted in is filled in later."""
    found: list[Deviation] = [
        {"kind": "weighting-step", "step": step} for step in STEPS if planned.get(step) != done.get(step)
    ]
    before, after = _margins(planned), _margins(done)
    found += [{"kind": "margin-left-out", "name": name} for name in sorted(before - after)]
    found += [{"kind": "margin-added", "name": name} for name in sorted(after - before)]
    variables, now = planned.get("variables", {}), done.get("variables", {})
    for name in sorted(set(variables) & set(now)):
        if _grouping(variables[name]) != _grouping(now[name]):
            found.append({"kind": "grouping-changed", "name": name})
    return found


def _margins(recipe: Mapping[str, Any]) -> set[str]:
    return {str(entry["name"]) for entry in (recipe.get("calibration") or {}).get("margins", [])}


def _grouping(variable: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in variable.items() if key not in ("reference_year", "label")}
