"""Honest interviews taken for copies, and copies found, by the rule for near duplicates.

`python -m tests.simulation.likeness [SURVEYS]` prints a line per kind of survey: its limits, honest interviews
flagged per 1,000, and the part of planted copies found: 20 a survey, taken from an interview of the same
collaborator with 5 % of the answers changed. Exit 1 if more than 3 per 1,000 honest interviews are flagged in any
kind (each of up to three circles allows 1), or fewer than 95 % of the copies are found in the ordinary kind.
Newest: `likeness-latest.md`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np

from analysis.quality import likeness_rule, near_duplicates
from analysis.sampling import generator

COPIES, CHANGED = 20, 0.05


@dataclass(frozen=True)
class Kind:
    """Made-up honest people. spread: how far kinds of people differ; village: how far villages do; straight: part
    who give the same answer nearly throughout; shared: villages that two collaborators share."""

    name: str
    n: int = 1500
    questions: int = 60
    levels: int = 5
    spread: float = 1.2
    village: float = 0.6
    straight: float = 0.0
    unit: int = 20
    shared: bool = False


KINDS = (
    Kind("ordinary"),
    Kind("small survey", n=300, questions=45),
    Kind("villages of one mind", spread=2.0, village=1.2),
    Kind("small villages, two collaborators each", unit=8, shared=True),
    Kind("one in seven answers straight through", straight=0.15),
    Kind("25 questions of 3 choices, most agree", questions=25, levels=3, spread=2.2),
    Kind("yes or no only", questions=40, levels=2, spread=1.5),
)


@dataclass(frozen=True)
class Result:
    """limits: of the last survey. alarms: honest interviews flagged, per 1,000. found: part of the copies."""

    name: str
    limits: tuple[float, float, float]
    alarms: float
    found: float


def people(kind: Kind, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(answers, collaborator, village) of honest interviews: kinds of people mixed by village, villages' own ways."""
    n, levels = kind.n, kind.levels
    village = np.arange(n) // kind.unit
    who = village // 5 * 2 + (rng.integers(0, 2, n) if kind.shared else 0)
    base = rng.normal(size=(6, kind.questions, levels)) * kind.spread
    mixes = rng.dirichlet(np.full(6, 1.5), size=int(village.max()) + 1)
    of_kind = (rng.random((n, 1)) > np.cumsum(mixes, axis=1)[village][:, :-1]).sum(axis=1)
    own = rng.normal(size=(len(mixes), kind.questions, levels)) * kind.village
    chance = np.exp(base[of_kind] + own[village])
    chance /= chance.sum(axis=2, keepdims=True)
    answers = (rng.random((n, kind.questions, 1)) > np.cumsum(chance, axis=2)[..., :-1]).sum(axis=2)
    straight = rng.random(n) < kind.straight
    steady = straight[:, None] & (rng.random(answers.shape) < 0.85)
    answers = np.where(steady, rng.integers(0, levels, n)[:, None], answers)
    return np.where(rng.random(answers.shape) < 0.05, -1, answers), who, village


def with_copies(
    answers: np.ndarray, who: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Some interviews replaced by changed copies of another one of the same collaborator; and which."""
    out = answers.copy()
    sources = rng.choice(len(answers), COPIES, replace=False)
    copies = []
    for source in sources:
        others = np.flatnonzero((who == who[source]) & ~np.isin(np.arange(len(who)), [*sources, *copies]))
        copy = int(rng.choice(others))
        out[copy] = answers[source]
        changed = rng.random(answers.shape[1]) < CHANGED
        out[copy, changed] = rng.integers(0, int(answers.max()) + 1, int(changed.sum()))
        copies.append(copy)
    return out, np.array(copies)


def simulate(kind: Kind, surveys: int) -> Result:
    alarms, found, limits = 0, 0.0, (0.0, 0.0, 0.0)
    for seed in range(surveys):
        rng = generator(1000 + seed)
        answers, who, village = people(kind, rng)
        rule = likeness_rule(answers, who, village, rng=generator(seed))
        limits = rule.limits
        alarms += int(near_duplicates(answers, who, village, rule).flagged.sum())
        answers, copies = with_copies(answers, who, rng)
        rule = likeness_rule(answers, who, village, rng=generator(seed))
        found += float(near_duplicates(answers, who, village, rule).flagged[copies].mean())
    return Result(kind.name, limits, 1000 * alarms / (surveys * kind.n), found / surveys)


def main(surveys: int) -> int:
    failed = False
    print("| honest people | limit: own, area, elsewhere | flagged per 1,000 | copies found |")
    print("| --- | --- | --- | --- |")
    for kind in KINDS:
        one = simulate(kind, surveys)
        failed |= one.alarms > 3 or (kind.name == "ordinary" and one.found < 0.95)
        limits = ", ".join(f"{x:.2f}" if x <= 1 else "–" for x in one.limits)
        print(f"| {one.name} | {limits} | {one.alarms:.2f} | {one.found:.0%} |", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
