"""Banner of 10 questions by 5 breaks at 1,000,000 rows: what letters with Bonferroni cost beside none.

Measured in a process of its own with one BLAS thread, as a server with several workers should run: the matrices are
small, and on a busy machine threads that wait for one another cost more than the work itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np

from analysis import Codes, SampleDesign
from analysis.tables.banner import Question, banner

ROWS = 1_000_000


def figures() -> Iterator[tuple[str, float, str]]:
    """(name, value, unit), from a process with one BLAS thread (the setting is read when numpy is imported)."""
    one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    run = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.letters"], env={**os.environ, **one}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    for line in run.stdout.splitlines():
        name, value, unit = line.rsplit(" ", 2)
        yield name, float(value), unit


def measured(rows: int = ROWS) -> Iterator[tuple[str, float, str]]:
    """(name, value, unit); the two are timed in turns and the best of seven counts."""
    rng = np.random.default_rng(1)
    psu = np.arange(rows) * 1000 // rows
    design = SampleDesign.from_frame(weights=0.5 + rng.random(rows), strata=psu // 20, ids=psu)
    sex, age, region = (rng.integers(0, k, rows).astype(np.int8) for k in (2, 6, 8))
    breaks = {
        "sex": Codes(sex, (0, 1), "sex"),
        "age": Codes(age, tuple(range(6)), "age"),
        "region": Codes(region, tuple(range(8)), "region"),
        "sex x age": Codes((sex * 6 + age).astype(np.int8), tuple(range(12)), "sex x age"),
    }
    questions = [
        Question(Codes(rng.integers(0, 5, rows).astype(np.int8), (1, 2, 3, 4, 5), f"q{i}"), f"q{i}")
        for i in range(10)
    ]
    design.psu  # noqa: B018  (the design's own work is not the banner's)
    without, with_letters = [], []
    for _ in range(7):
        start = time.perf_counter()
        banner(questions, breaks, design, test=None)
        without.append(time.perf_counter() - start)
        start = time.perf_counter()
        banner(questions, breaks, design, test="bonferroni")
        with_letters.append(time.perf_counter() - start)
    yield f"banner 10 x 5, {rows} rows, no letters", min(without), "s"
    yield f"banner 10 x 5, {rows} rows, letters with Bonferroni", min(with_letters), "s"
    yield "letters with Bonferroni against none", min(with_letters) / min(without), "x"


if __name__ == "__main__":
    for name, value, unit in measured():
        print(f"{name} {value:.4g} {unit}")
