"""The method statement's facts, gathered once at release: what was done, in figures, without any answer."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analysis import Counts, outcome_rates
from analysis.quality.dispositions import CLASSES
from survey_app.authoring import plans
from survey_app.collection import queries as collection
from survey_app.reporting.cube import TOTAL, Cube
from survey_app.reporting.deviations import deviations
from survey_app.reporting.tabulate import Drafted
from survey_app.sampling import queries as sampling
from survey_app.sampling.outcomes import OUTCOMES
from survey_app.surveys.models import Survey
from survey_app.weighting.models import WeightingRun

LEAST = 30  # nobody is told of a question that fewer answered


def method(
    survey: Survey, run: WeightingRun, drafted: Sequence[Drafted], edits: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Plain JSON: survey, sample, fieldwork, weighting, precision. Rates are whole percent.

    edits: the disclosure audit's, of which only their number by kind is kept. `facts`: what the researcher told
    (see `surveys/method_facts.py`), as it stood at release.
    """
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
        "facts": {name: dict(told) for name, told in survey.method_facts.items()},
        "interviewers": sampling.interviewers(survey),
        "bystanders": _parts(collection.bystanders(survey)),
        "modes": _shares(collection.values_of(survey, "mode")),
        "languages": _shares(collection.languages(survey)),
        "edits": dict(Counter(edit["kind"] for edit in edits for _table in edit["tables"])),
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
        "effects": _by_question(drafted),
        "inputs_digest": run.inputs_digest,
    }


def plan_facts(survey: Survey, run: WeightingRun, cube: Cube) -> dict[str, Any]:
    """The analysis plan registered at publication, and where the release departs from it."""
    registered = plans.plan(survey)
    return {
        "digest": registered.digest if registered else "",
        "registered_at": registered.registered_at if registered else "",
        "deviations": deviations(registered, survey, run, cube),
    }


def _rates(outcomes: Mapping[str, int], issued: int, n: int) -> dict[str, int]:
    """AAPOR rates in whole percent: RR1, RR3 with its e, cooperation, refusal, contact.

    n: completed interviews that are analysed; further completes count as partial. Cases that nobody ever tried
    are of unknown eligibility. e: the share eligible among cases whose eligibility is known (the CASRO rule).
    Source: AAPOR Standard Definitions, 10th edition.
    """
    tried = sum(outcomes.values())
    sums = dict.fromkeys(CLASSES, 0)
    for code, count in outcomes.items():
        sums[OUTCOMES[code].aapor if code in OUTCOMES else "UH"] += count
    sums |= {"P": sums["P"] + max(0, sums["I"] - n), "I": n, "UH": sums["UH"] + max(0, issued - tried)}
    found = outcome_rates(Counts(**sums))
    return {
        "response_rate_1": _whole(found["RR1"]),
        "response_rate_3": _whole(found["RR3"]),
        "e": _whole(found.e_uh),
        "cooperation": _whole(found["COOP1"]),
        "refusal": _whole(found["REF1"]),
        "contact": _whole(found["CON1"]),
        "untried": max(0, issued - tried),
    }


def _whole(rate: float) -> int:
    return round(100 * rate) if math.isfinite(rate) else 0


def _shares(values: Sequence[str]) -> dict[str, int]:
    """{value: whole percent of interviews}, the most frequent first; what nobody used is absent."""
    counts = Counter(value for value in values if value)
    return {value: round(100 * count / len(values)) for value, count in counts.most_common()}


def _parts(counts: Mapping[str, int]) -> dict[str, int]:
    """Whole percent of interviews by what was recorded; {} where nothing was."""
    whole = sum(counts.values())
    return {name: round(100 * count / whole) for name, count in counts.items()}


def _by_question(drafted: Sequence[Drafted]) -> list[dict[str, Any]]:
    """For each topic over everyone: who answered and the design effect of its shares, one decimal."""
    out = []
    for one in drafted:
        for (name, arm), table in one.tables.items():
            column = table.columns[0]
            if name == TOTAL and column.n_effective > 0 and column.n >= LEAST:
                effect = round(column.n / column.n_effective, 1)
                out.append({"name": one.spec.name, "arm": arm, "n": column.n, "deff": effect})
    return out


def _design_effects(drafted: Sequence[Drafted]) -> list[float]:
    """One design effect a question: its base over its effective base, over everyone."""
    out = []
    for one in drafted:
        for (name, _arm), table in one.tables.items():
            if name == TOTAL and table.kind != "estimate":
                column = table.columns[0]
                if column.n_effective > 0 and column.n >= LEAST:
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
