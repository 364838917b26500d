"""Known truth and published intervals: many surveys of one made-up population, weighted and estimated as in life.

Each survey is drawn by `analysis.sampling` (strata, PPS villages, systematic households, one adult), loses
those who don't take part, is weighted by the steps and the standard recipe of `survey_app.weighting`, and
estimated with `analysis.proportion`. `python -m tests.simulation.truth [SURVEYS] [--opinion]`
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from analysis import Codes, proportion
from analysis.sampling import allocate, draw_pps, draw_systematic
from survey_app.accounts import services as accounts
from survey_app.demo import frame, margins
from survey_app.demo.fieldwork import response_chance
from survey_app.demo.population import Population, make
from survey_app.snapshots.columns import Columns
from survey_app.weighting import queries, recipe, steps
from survey_app.weighting.models import WeightingRun
from survey_app.weighting.weights import pack

AREAS = Path(accounts.__file__).parent / "data" / "areas.csv"
QUESTIONS = ("a2", "b1", "d1_air", "f2", "g6_comm", "h3", "e1", "c1")
VILLAGES, HOUSEHOLDS, YEAR = 44, 20, 2026
# The list of surveyed shares below this is left to the coverage simulation of the analysis library.
SMALLEST_SHARE = 0.05


@dataclass
class Outcome:
    """surveys, intervals: how many; covered: of these, how many hold the truth; bias: mean of estimate − truth."""

    surveys: int
    intervals: int
    covered: int
    bias: float
    largest_bias: float
    interviews: float

    @property
    def coverage(self) -> float:
        return self.covered / self.intervals

    def line(self) -> str:
        return (
            f"surveys={self.surveys} interviews={self.interviews:.0f} intervals={self.intervals} "
            f"covered={self.coverage:.4f} mean_bias={self.bias:+.4f} largest_bias={self.largest_bias:+.4f}"
        )


def population(seed: int = 5) -> Population:
    """Eighteen communes of the demo's province: about 270,000 adults."""
    with AREAS.open(encoding="utf-8-sig") as file:
        rows = [r for r in csv.DictReader(file) if r["parent_code"] == "22"]
    kinds = {"phường": 9, "xã": 7, "đặc khu": 2}
    communes: list[Any] = []
    for kind, count in kinds.items():
        chosen = [r for r in rows if r["type"] == kind][:count]
        communes += [SimpleNamespace(code=r["code"], name=r["name"], type=r["type"]) for r in chosen]
    return make(frame.villages(communes), seed=seed, year=YEAR)


def survey(p: Population, rng: np.random.Generator, *, opinion: bool) -> tuple[steps.Inputs, np.ndarray]:
    """One survey's interviews as the weighting takes them, and who they are in the population."""
    strata = sorted({v.stratum for v in p.villages})
    lists = {s: [k for k, v in enumerate(p.villages) if v.stratum == s] for s in strata}
    counts = allocate(
        VILLAGES, [float(sum(p.villages[k].households for k in lists[s])) for s in strata], minimum=4
    ).counts
    units: dict[str, steps.DrawnPsu] = {}
    people: list[int] = []
    psu: list[str] = []
    weights: list[float] = []
    for stratum, count in zip(strata, counts, strict=True):
        members = lists[stratum]
        drawn = draw_pps([p.villages[k].households for k in members], int(count), rng)
        for place, chance, sure in zip(drawn.selected, drawn.probabilities, drawn.certainty, strict=True):
            village = members[int(place)]
            listed = p.villages[village].households
            households = draw_systematic(listed, HOUSEHOLDS, rng)
            base = 1 / (float(chance) * float(households.probabilities[0]))
            empty = 0
            for number in households.selected:
                household = int(p.village_start[village]) + int(number)
                adults = int(p.adults[household])
                if adults == 0:
                    empty += 1
                    continue
                person = int(p.first[household]) + int(rng.random() * adults)
                if rng.random() < response_chance(p, person, opinion=opinion):
                    people.append(person)
                    psu.append(p.villages[village].code)
                    weights.append(base)
            v = p.villages[village]
            units[v.code] = steps.DrawnPsu(
                code=v.code,
                stratum=stratum,
                area_type=v.area_type,
                certainty=bool(sure),
                issued=HOUSEHOLDS,
                ineligible=empty,
                base_weight=base,
            )
    who = np.array(people)
    background = ("k1", "k2", "k3", "k7")
    values = [{name: str(p.answers[name][person]) for name in background} for person in people]
    ids = [f"{k:06d}" for k in range(len(people))]
    return steps.Inputs(ids, Columns.of(values), psu, np.array(weights), units), who


def run(surveys: int, *, seed: int = 1, opinion: bool = False, p: Population | None = None) -> Outcome:
    """Draw, weight and estimate `surveys` surveys; count how often the truth lies inside."""
    p = p or population()
    rng = np.random.default_rng(seed)
    plan = recipe.resolve(recipe.standard_plan(), year=YEAR, questions={"k1", "k2", "k3", "k7"})
    totals = margins.cells(p)
    controls = [steps.ControlTotals(use, totals[use.name][1]) for use in plan.margins]
    truths = {q: p.truth(q) for q in QUESTIONS}
    levels = {q: sorted(truths[q]) for q in QUESTIONS}
    errors: dict[tuple[str, str], list[float]] = {}
    covered = intervals = interviews = 0
    for _ in range(surveys):
        inputs, who = survey(p, rng, opinion=opinion)
        weighted = steps.weigh(plan, inputs, controls)
        made = WeightingRun(recipe=plan.document, diagnostics=weighted.report, weights=pack(weighted.weights))
        design, _arrays = queries.design(made)
        interviews += len(who)
        for question in QUESTIONS:
            table = {level: k for k, level in enumerate(levels[question])}
            codes = np.array([table[str(v)] for v in p.answers[question][who]])
            found = proportion(Codes(codes, tuple(levels[question]), question), design)
            for k, level in enumerate(levels[question]):
                truth = truths[question][level]
                if not SMALLEST_SHARE <= truth <= 1 - SMALLEST_SHARE:
                    continue
                intervals += 1
                covered += bool(found.ci_low[k] <= truth <= found.ci_high[k])
                errors.setdefault((question, level), []).append(float(found.estimate[k]) - truth)
    biases = [float(np.mean(e)) for e in errors.values()]
    return Outcome(
        surveys=surveys,
        intervals=intervals,
        covered=covered,
        bias=float(np.mean(np.abs(biases))),
        largest_bias=max(biases, key=abs),
        interviews=interviews / surveys,
    )


def main(arguments: list[str]) -> int:
    surveys = next((int(a) for a in arguments if a.isdecimal()), 1000)
    p = population()
    print("non-response depends on sex, age, education, residence:", run(surveys, p=p).line(), flush=True)
    if "--opinion" in arguments:
        print("non-response depends on opinion too:", run(surveys, opinion=True, p=p).line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
