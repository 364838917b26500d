"""Seeded draws against their stated probabilities: every unit, every pair where joint probabilities are claimed.

`python -m tests.simulation.selection [DRAWS]` (10,000 by default) prints a line per design: the largest standardised
deviation of any unit and of any pair, the level it would have to exceed (Bonferroni, one in a thousand over all), and
whether certainty units came in every time. Exit 1 if any design fails. The same function runs in the tests.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.sampling import (
    Draw,
    Stage,
    draw_multistage,
    draw_pps,
    draw_srs,
    draw_systematic,
    generator,
    joint_probabilities,
)

SIZES = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 30, 45, 60, 200], dtype=float)


@dataclass(frozen=True)
class Outcome:
    """worst_unit, worst_pair: largest |z|; limit: what chance alone would exceed in one of 1,000 such studies."""

    name: str
    draws: int
    worst_unit: float
    worst_pair: float
    limit_unit: float
    limit_pair: float
    certainties_always: bool

    @property
    def passed(self) -> bool:
        return (
            self.worst_unit <= self.limit_unit
            and self.worst_pair <= self.limit_pair
            and self.certainties_always
        )


DESIGNS: dict[str, Callable[[np.random.Generator], Draw]] = {
    "srs": lambda rng: draw_srs(17, 5, rng),
    "srs with reserve": lambda rng: draw_srs(17, 5, rng, reserve=3),
    "systematic": lambda rng: draw_systematic(17, 5, rng),
    "systematic with reserve": lambda rng: draw_systematic(17, 5, rng, reserve=3),
    "pps systematic": lambda rng: draw_pps(SIZES, 6, rng),
    "pps systematic by size": lambda rng: draw_pps(SIZES, 6, rng, order="size", reserve=2),
    "pps systematic random order": lambda rng: draw_pps(SIZES, 6, rng, order="random", reserve=3),
    "pps sampford": lambda rng: draw_pps(SIZES, 6, rng, method="sampford"),
    "pps sampford, most of the list": lambda rng: draw_pps(SIZES[:12], 9, rng, method="sampford"),
    "pps sampford with reserve": lambda rng: draw_pps(SIZES, 6, rng, method="sampford", reserve=3),
}


def study(name: str, draws: int) -> Outcome:
    """Draw `draws` times from one seeded stream and compare frequencies with the stated probabilities."""
    rng = generator(("selection", name))
    first = DESIGNS[name](generator(0))
    n = first.population
    together = np.zeros((n, n))
    for _ in range(draws):
        selected = DESIGNS[name](rng).selected
        together[np.ix_(selected, selected)] += 1
    pair = joint_probabilities(first, np.arange(n)) if first.joint_available else None
    unit_z = _z(np.diag(together), first.frame_probabilities, draws)
    pair_z = np.zeros(1)
    if pair is not None:
        above = np.triu_indices(n, 1)
        pair_z = _z(together[above], pair[above], draws)
    sure = np.diag(together)[first.frame_certainty]
    return Outcome(
        name, draws, float(unit_z.max()), float(pair_z.max()), _limit(unit_z.size), _limit(pair_z.size),
        bool((sure == draws).all()),
    )  # fmt: skip


def multistage(draws: int) -> Outcome:
    """Three stages with strata, certainties and a size measure: the product of the stages' probabilities."""
    i = np.arange(240)
    frame = pd.DataFrame(
        {
            "commune": i // 24,
            "village": i // 6,
            "kind": (i // 24) % 2,
            "adults": 1 + (i * 7) % 5 + 40 * (i // 24 == 3),
        }
    )
    stages = [
        Stage("commune", 3, "pps-systematic", "adults", strata="kind"),
        Stage("village", 2, "pps-sampford", "adults"),
        Stage(None, 3, "systematic"),
    ]
    rng = generator("multistage")
    hits, probability = np.zeros(240), np.full(240, np.nan)
    for _ in range(draws):
        units = draw_multistage(frame, stages, rng).units
        hits[units.row] += 1
        probability[units.row] = units.probability
    z = _z(hits, probability, draws)
    sure = draw_multistage(frame, stages, generator(1)).draws[0]
    always = all(
        bool(d.certainty.all() or (d.frame_probabilities[d.frame_certainty] == 1).all())
        for d in sure.values()
    )
    return Outcome("three stages", draws, float(z.max()), 0.0, _limit(z.size), 1.0, always)


def _z(hits: np.ndarray, probability: np.ndarray, draws: int) -> np.ndarray:
    """|z| of each frequency; where the probability is 0 or 1 any deviation is infinitely unlikely."""
    error = np.sqrt(probability * (1 - probability) / draws)
    off = np.abs(hits / draws - probability)
    exact = error < 1e-9
    return np.where(exact, np.where(off > 1e-9, np.inf, 0.0), off / np.where(exact, 1.0, error))


def _limit(tests: int) -> float:
    return float(norm.isf(0.001 / 2 / tests))


def main() -> int:
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    outcomes = [study(name, draws) for name in DESIGNS] + [multistage(min(draws, 10_000))]
    for o in outcomes:
        print(
            f"{o.name}: {o.draws} draws, unit z {o.worst_unit:.2f} (limit {o.limit_unit:.2f}), pair z "
            f"{o.worst_pair:.2f} (limit {o.limit_pair:.2f}), certainties "
            f"{'always' if o.certainties_always else 'NOT always'} {'passed' if o.passed else 'FAILED'}"
        )
    return 0 if all(o.passed for o in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
