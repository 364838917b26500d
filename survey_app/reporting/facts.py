"""The method statement's facts, gathered once at release: what was done, in figures, without any answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from survey_app.reporting.cube import TOTAL
from survey_app.reporting.tabulate import Drafted
from survey_app.sampling import queries as sampling
from survey_app.surveys.models import Survey
from survey_app.weighting.models import WeightingRun

MODES = ("1", "2", "3")


def method(survey: Survey, run: WeightingRun, drafted: Sequence[Drafted]) -> dict[str, Any]:
    """Plain JSON: survey, sample, fieldwork, weighting, precision. Rates are whole percent."""
    together = sampling.together(sampling.progress(survey))
    outcomes = dict(together.outcomes)
    frame, draw = sampling.frame(survey), sampling.draw(survey)
    units = sampling.units(survey)
    report = run.diagnostics
    effects = _design_effects(drafted)
    return {
        "title": dict(survey.title),
        "population": dict(survey.population),
        "organisation": dict(survey.organisation),
        "wave": survey.wave,
        "area": survey.area.name if survey.area else "",
        "simulated": survey.simulated,
        "opened_on": survey.opened_on,
        "closed_on": survey.closed_on,
        "frame": {
            "as_of": frame.as_of if frame else None,
            "note": dict(frame.note) if frame else {},
            "made_up": bool(frame and frame.made_up),
        },
        "sample": {
            "units": len(units),
            "certainty": sum(unit.certainty for unit in units),
            "issued": sum(unit.issued for unit in units),
            "plan": dict(draw.plan) if draw else {},
            "seed": draw.seed if draw else "",
        },
        "outcomes": outcomes,
        "n": report["n"],
        "left_out": report.get("left_out", {}),
        "rates": _rates(outcomes, sum(unit.issued for unit in units), report["n"]),
        "weighting": {
            "run": run.number,
            "made_at": run.made_at,
            "n_effective": round(report["n_effective"]),
            "deff_weights": round(report["deff"], 2),
            "margins": [
                {
                    key: margin[key]
                    for key in (
                        "name",
                        "variables",
                        "source",
                        "source_id",
                        "ref_date",
                        "universe",
                        "accepted",
                    )
                }
                for margin in report["margins"]
            ],
            "moved": report.get("moved"),
            "household": bool(run.recipe.get("household")),
            "nonresponse": (run.recipe.get("nonresponse") or {}).get("classes", "none"),
            "trim": (run.recipe.get("trim") or {}).get("upper"),
        },
        "precision": _precision(drafted, effects),
        "inputs_digest": run.inputs_digest,
    }


def _rates(outcomes: dict[str, int], issued: int, n: int) -> dict[str, int]:
    """AAPOR response rate 1 (partial and unknown eligibility count against it), in whole percent.

    Cases that nobody ever tried are of unknown eligibility. Source: AAPOR Standard Definitions, 10th edition.
    """
    ineligible = outcomes.get("ineligible", 0) + outcomes.get("not_dwelling", 0)
    eligible = max(issued - ineligible, 1)
    return {
        "response_rate_1": round(100 * n / eligible),
        "refusal": round(100 * outcomes.get("refusal", 0) / eligible),
    }


def _design_effects(drafted: Sequence[Drafted]) -> list[float]:
    """One design effect a question: its base over its effective base, over everyone."""
    out = []
    for one in drafted:
        for (name, _arm), table in one.tables.items():
            if name == TOTAL and table.kind != "estimate":
                column = table.columns[0]
                if column.n_effective > 0 and column.n >= 30:
                    out.append(column.n / column.n_effective)
    return out


def _precision(drafted: Sequence[Drafted], effects: list[float]) -> dict[str, Any]:
    """The margin of error over everyone: the widest half interval of any share, in points, rounded up."""
    halves = [
        (cell.ci_high - cell.ci_low) / 2
        for one in drafted
        if not one.spec.partly and not one.spec.arms
        for (name, _arm), table in one.tables.items()
        if name == TOTAL
        for row in table.cells
        for cell in row
        if cell.ci_low is not None and cell.ci_high is not None
    ]
    return {
        "margin_of_error": round(float(np.ceil(100 * max(halves) * 10)) / 10, 1) if halves else None,
        "deff_low": round(min(effects), 1) if effects else None,
        "deff_high": round(max(effects), 1) if effects else None,
        "deff_median": round(float(np.median(effects)), 1) if effects else None,
    }
