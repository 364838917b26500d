"""How often the default interval of a proportion covers the truth.

    python -m tests.simulation.coverage [--runs 10000] [--keep]

Populations of known shares are sampled again and again under every design; each run is analysed with the library as a
survey would be. Many runs go through one call: a run is a set of strata of its own and a level of the break, so its
estimate, variance and degrees of freedom are exactly those of a separate analysis. Seeded; --keep writes
tests/simulation/coverage-latest.md.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from analysis import Codes, Margin, SampleDesign, rake, tabulate

SHARES = (0.05, 0.1, 0.2, 0.5)
DOMAINS = {"everybody": 1.0, "a third": 1 / 3, "a tenth": 0.1}
LEAST, MOST = 0.935, 0.965


@dataclass(frozen=True)
class Plan:
    """strata x psus x persons; rho: share of the variance between PSUs (None: persons drawn singly)."""

    strata: int
    psus: int
    persons: int
    rho: float | None
    kind: str = "plain"


PLANS = {
    "stratified, 5 x 80 persons": Plan(5, 80, 1, None),
    "clustered, 5 x 8 PSUs of 10, rho 0.05": Plan(5, 8, 10, 0.05),
    "clustered, 5 x 8 PSUs of 10, rho 0.20": Plan(5, 8, 10, 0.20),
    "clustered, 5 x 4 PSUs of 20, rho 0.05": Plan(5, 4, 20, 0.05),
    "clustered, 5 x 2 PSUs of 40, rho 0.05": Plan(5, 2, 40, 0.05),
    "PPS, 5 x 8 PSUs of 10, sizes out of date": Plan(5, 8, 10, 0.05, "pps"),
    "raked, 5 x 8 PSUs of 10": Plan(5, 8, 10, 0.05, "raked"),
}


@dataclass(frozen=True, eq=False)
class Sample:
    """Rows of many runs: run, psu (unique over runs), stratum, weight, answer, and the raking categories."""

    run: np.ndarray
    psu: np.ndarray
    stratum: np.ndarray
    weight: np.ndarray
    answer: np.ndarray
    first: np.ndarray
    second: np.ndarray


def draw(plan: Plan, p: float, runs: int, rng: np.random.Generator) -> Sample:
    """`runs` samples of a population in which the share is p.

    Strata differ in weight and in share. PPS: a PSU's weight is its true size over the size it was drawn by, and
    larger ones differ in share. Raked: the answer depends on two categories whose population shares are known.
    """
    shape = (runs, plan.strata, plan.psus)
    weight = np.linspace(0.6, 1.4, plan.strata)
    lean = np.linspace(1.3, 0.7, plan.strata)
    mean = np.broadcast_to((p * lean / np.average(lean, weights=weight))[None, :, None], shape)
    growth = np.ones(shape)
    if plan.kind == "pps":
        growth = rng.lognormal(-0.02, 0.2, shape)
        mean = mean * (1 + 0.5 * (growth - 1)) / (1 + 0.5 * (np.exp(0.04) - 1))
    if plan.rho is not None:
        scale = 1 / plan.rho - 1
        mean = np.minimum(mean, 0.99)  # a PSU that grew threefold would pass 1; it is one in a million
        mean = rng.beta(mean * scale, (1 - mean) * scale)
    rows = (*shape, plan.persons)
    first, second = rng.integers(0, 2, rows, dtype=np.int8), rng.integers(0, 3, rows, dtype=np.int8)
    chance = np.broadcast_to(mean[..., None], rows)
    if plan.kind == "raked":
        tilt = np.array([-0.3, 0.3])[first] + np.array([-0.2, 0.0, 0.2])[second]
        chance = chance + tilt * np.minimum(chance, 1 - chance)  # no tilt on average, and never outside 0..1
    answer = (rng.random(rows) < chance).astype(np.int8).ravel()
    index = np.indices(shape).reshape(3, -1)
    run, stratum = (np.repeat(index[i], plan.persons) for i in (0, 1))
    psu = np.repeat(np.arange(np.prod(shape)), plan.persons)
    w = np.repeat((weight[None, :, None] * growth).ravel(), plan.persons)
    return Sample(run, psu, run * plan.strata + stratum, w, answer, first.ravel(), second.ravel())


def covered(plan: Plan, p: float, runs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """By domain: (runs, 3) of covered, interval is logit, degrees of freedom."""
    sample = draw(plan, p, runs, rng)
    design = SampleDesign.from_frame(weights=sample.weight, strata=sample.stratum, ids=[sample.psu])
    if plan.kind == "raked":
        size = np.bincount(sample.run, sample.weight, minlength=runs)
        margins = [
            Margin(name, Codes(sample.run * k + codes, tuple(range(runs * k)), name), np.repeat(size / k, k))
            for name, codes, k in (("first", sample.first, 2), ("second", sample.second, 3))
        ]
        design = rake(sample.weight, margins).apply(design)
    breaks = {}
    for name, share in DOMAINS.items():
        inside = rng.random(len(sample.run)) < share
        breaks[name] = Codes(np.where(inside, sample.run, -1), tuple(range(runs)), name)
    tables = tabulate([Codes(sample.answer, (0, 1), "answer")], breaks, design)
    out = {}
    for name in DOMAINS:
        table = tables["answer", name]
        low, high = table.ci_low[1], table.ci_high[1]
        hit = (low <= p) & (p <= high)
        out[name] = np.stack([hit, table.method[1] == "logit", table.df[1]], axis=1).astype(float)
    return out


class Row(NamedTuple):
    """One cell of the grid: median degrees of freedom, runs, coverage, share of logit intervals, met or not."""

    design: str
    p: float
    domain: str
    df: float
    runs: int
    coverage: float
    logit: float
    ok: bool


def simulate(runs: int, only: str = "", seed: int = 20240501) -> list[Row]:
    """One row per cell of the grid p x design x domain, for the designs whose names hold `only`."""
    rows: list[Row] = []
    for number, (name, plan) in enumerate(PLANS.items()):
        if only not in name:
            continue
        chunk = 25 if plan.kind == "raked" else 100
        for p in SHARES:
            rng = np.random.default_rng([seed, number, round(p * 100)])
            parts = [covered(plan, p, min(chunk, runs - done), rng) for done in range(0, runs, chunk)]
            for domain in DOMAINS:
                found = np.concatenate([part[domain] for part in parts])
                rate, logit = float(found[:, 0].mean()), float(found[:, 1].mean())
                df = float(np.median(found[:, 2]))
                # the upper limit holds where the interval is, in most runs, the logit one
                ok = rate >= LEAST and (logit < 0.5 or rate <= MOST)
                rows.append(Row(name, p, domain, df, len(found), rate, logit, ok))
                mark = "" if ok else " <-"
                print(
                    f"{name} | p {p} | {domain} | df {df:.0f} | {100 * rate:.2f} % | logit {100 * logit:.0f} %{mark}"
                )
    return rows


def table(rows: list[Row]) -> str:
    """The summary that is kept."""
    head = [
        "# Coverage of the default 95 % interval of a proportion", "",
        "Made by `python -m tests.simulation.coverage --keep`. Seeded: the same command gives the same table.", "",
        f"Wanted with at least 8 degrees of freedom: at least {100 * LEAST:.1f} % in every cell, and at most"
        f" {100 * MOST:.1f} % where it is the logit interval. Cells that miss it are marked; `analysis/README.md`"
        " says what a reader is told.", "",
        "| design | p | domain | df (median) | runs | coverage | logit in | met |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: | --- |",
    ]  # fmt: skip
    lines = [
        f"| {r.design} | {r.p} | {r.domain} | {r.df:.0f} | {r.runs} | {100 * r.coverage:.2f} % "
        f"| {100 * r.logit:.0f} % | {'yes' if r.ok else 'no'} |"
        for r in rows
    ]
    return "\n".join([*head, *lines, ""])


def main() -> None:
    """Run the grid; keep the table if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--only", default="", help="designs whose names hold this text")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    rows = simulate(options.runs, options.only)
    if options.keep:
        Path(__file__).with_name("coverage-latest.md").write_text(table(rows), encoding="utf-8")
    missed = sum(not r.ok for r in rows)
    print(f"cells={len(rows)} met={len(rows) - missed} missed={missed}")


if __name__ == "__main__":
    main()
