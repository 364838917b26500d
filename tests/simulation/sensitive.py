"""Bias and coverage of the estimators for sensitive questions, in clustered samples.

`python -m tests.simulation.sensitive [SURVEYS]` prints a line per estimator: bias in points with its simulation
error, and the coverage of the 95 % interval. Exit 1 if a bias exceeds four simulation errors (plus 0.05 points) or a
coverage lies outside 93 to 97 % (three simulation errors are added).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from analysis import SampleDesign
from analysis.estimation.result import Estimate
from analysis.sampling import generator
from analysis.sensitive import (
    Device,
    crosswise,
    forced_response,
    list_experiment,
    randomised_response,
    unrelated_question,
    unrelated_question_two_arms,
    warner,
)

PSUS, SIZE, PREVALENCE = 60, 20, 0.2
N = PSUS * SIZE
PSU = np.repeat(np.arange(PSUS), SIZE)


@dataclass(frozen=True)
class Result:
    name: str
    surveys: int
    bias: float
    bias_error: float
    coverage: float

    @property
    def passed(self) -> bool:
        room = 3 * (0.95 * 0.05 / self.surveys) ** 0.5
        return abs(self.bias) <= 4 * self.bias_error + 0.0005 and 0.93 - room <= self.coverage <= 0.97 + room


def _holds(rng: np.random.Generator) -> np.ndarray:
    """For whom the sensitive matter holds: clustered in PSUs, true share exactly PREVALENCE in expectation."""
    rho = 0.05
    latent = np.sqrt(rho) * rng.standard_normal(PSUS)[PSU] + np.sqrt(1 - rho) * rng.standard_normal(N)
    return latent < float(norm.ppf(PREVALENCE))


def _list(rng: np.random.Generator, design: SampleDesign) -> Estimate:
    treatment = np.argsort(rng.random((PSUS, SIZE)), axis=1).ravel() % 2  # balanced within each PSU
    lean = 0.15 * rng.standard_normal(PSUS)[PSU]
    items = (rng.random((N, 4)) < np.clip(0.5 + lean, 0, 1)[:, None]).sum(axis=1)
    return list_experiment(items + treatment * _holds(rng), treatment, design, items=4).prevalence


def _warner(rng: np.random.Generator, design: SampleDesign) -> Estimate:
    return warner(_holds(rng) == (rng.random(N) < 0.75), design, p=0.75)


def _forced(rng: np.random.Generator, design: SampleDesign) -> Estimate:
    die = (6 * rng.random(N)).astype(int)
    return forced_response(
        np.where(die == 0, True, np.where(die == 5, False, _holds(rng))), design, say_yes=1 / 6, say_no=1 / 6
    )


def _unrelated(rng: np.random.Generator, design: SampleDesign) -> Estimate:
    return unrelated_question(
        np.where(rng.random(N) < 0.7, _holds(rng), rng.random(N) < 0.25), design, p=0.7, unrelated=0.25
    )


def _two_arms(rng: np.random.Generator, design: SampleDesign) -> Estimate:
    arm = np.argsort(rng.random((PSUS, SIZE)), axis=1).ravel() % 2
    asked = rng.random(N) < np.where(arm == 0, 0.75, 0.25)
    return unrelated_question_two_arms(
        np.where(asked, _holds(rng), rng.random(N) < 0.4), arm, design, p=(0.75, 0.25)
    )


def _crosswise(rng: np.random.Generator, design: SampleDesign) -> Estimate:
    return crosswise(_holds(rng) == (rng.random(N) < 0.25), design, p=0.25)


def _crosswise_arms(rng: np.random.Generator, design: SampleDesign) -> Estimate:
    arm = np.argsort(rng.random((PSUS, SIZE)), axis=1).ravel() % 2
    same = _holds(rng) == (rng.random(N) < np.where(arm == 0, 0.2, 0.7))
    return randomised_response(same, design, [Device.crosswise(p=0.2), Device.crosswise(p=0.7)], arm=arm)


ESTIMATORS: dict[str, Callable[[np.random.Generator, SampleDesign], Estimate]] = {
    "list experiment": _list,
    "Warner": _warner,
    "forced response": _forced,
    "unrelated question": _unrelated,
    "unrelated question, two arms": _two_arms,
    "crosswise": _crosswise,
    "crosswise, two arms": _crosswise_arms,
}


def study(name: str, surveys: int) -> Result:
    """Simulate and judge one estimator."""
    rng = generator(("sensitive", name))
    design = SampleDesign.from_frame(weights=np.ones(N), ids=PSU)
    values, covered = np.empty(surveys), 0
    for i in range(surveys):
        found = ESTIMATORS[name](rng, design)
        values[i] = found.estimate[0]
        covered += bool(found.ci_low[0] <= PREVALENCE <= found.ci_high[0])
    return Result(
        name,
        surveys,
        float(values.mean() - PREVALENCE),
        float(values.std(ddof=1) / surveys**0.5),
        covered / surveys,
    )


def main() -> int:
    surveys = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    results = [study(name, surveys) for name in ESTIMATORS]
    for r in results:
        print(
            f"{r.name}: bias {100 * r.bias:+.3f} points (simulation error {100 * r.bias_error:.3f}), coverage "
            f"{100 * r.coverage:.1f} % of {r.surveys} {'passed' if r.passed else 'FAILED'}"
        )
    return 0 if all(r.passed for r in results) else 1


if __name__ == "__main__":
    sys.exit(main())
