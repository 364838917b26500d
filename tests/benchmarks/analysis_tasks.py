"""The benchmark's tasks done by `analysis`, in a process of their own: prints `task cpu wall`, best of three."""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np

from analysis import Codes, Margin, SampleDesign, crosstab, mean, rake, tabulate
from analysis.estimation.replicate_designs import as_replicate
from tests.benchmarks.analysis_data import LEVELS, MARGINS, QUESTIONS


def timed(name: str, work: Callable[[], object]) -> None:
    """Print the best of three runs."""
    best = (np.inf, np.inf)
    for _ in range(3):
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        best = min(best, (time.process_time() - cpu, time.perf_counter() - wall))
    print(name, *best, flush=True)


def peak(work: Callable[[], object]) -> int:
    """Bytes a call holds at most at one time, beside what was there before."""
    tracemalloc.start()
    work()
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def main(folder: Path) -> None:
    with np.load(folder / "data.npz") as stored:
        data = {name: stored[name] for name in stored.files}
    size = sum(column.nbytes for column in data.values())
    questions = {f"q{i}": Codes(data[f"q{i}"], tuple(range(LEVELS)), f"q{i}") for i in range(QUESTIONS)}
    parts = {name: Codes(data[name], tuple(range(k)), name) for name, k in MARGINS.items()}
    breaks = {"": None, "sex": parts["sex"], "age": parts["age"], "region": parts["region"],
              "sex x age": [parts["sex"], parts["age"]]}  # fmt: skip
    design = SampleDesign.from_frame(weights=data["w"], strata=data["stratum"], ids=[data["psu"]])
    crosstab(questions["q0"], parts["sex"], design.subset(data["w"] > 0))  # first use: imports and caches
    print("memory", peak(lambda: tabulate(questions, breaks, design)), 0)
    print("input", size, 0)
    timed("banner", lambda: tabulate(questions, breaks, design))
    margins = [
        Margin.of(
            codes, dict(zip(codes.levels, np.fromfile(folder / f"target_{name}.f64"), strict=True)), name
        )
        for name, codes in parts.items()
    ]
    timed("rake", lambda: rake(data["w"], margins))
    raked = rake(data["w"], margins).apply(design)
    timed("banner-raked", lambda: tabulate(questions, breaks, raked))
    timed("question", lambda: crosstab(questions["q0"], None, design))
    timed(
        "bootstrap",
        lambda: mean(
            data["y"], as_replicate(design, "subbootstrap", replicates=200, rng=np.random.default_rng(1))
        ),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
