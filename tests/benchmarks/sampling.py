"""Draws: four stages from 100,000 units, PPS, and joint probabilities."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from analysis.sampling import Stage, draw_multistage, draw_pps, generator, joint_probabilities

UNITS = 100_000


def frame() -> pd.DataFrame:
    """100,000 households: 40 provinces, 400 communes, 4,000 villages, labels as text, sizes uneven."""
    i = np.arange(UNITS)
    return pd.DataFrame(
        {
            "province": [f"tỉnh {k}" for k in i // 2_500],
            "commune": [f"xã {k}" for k in i // 250],
            "village": [f"thôn {k}" for k in i // 25],
            "region": [f"vùng {k}" for k in (i // 2_500) % 4],
            "adults": 1 + (i * 7919) % 6,
        }
    )


def figures() -> Iterator[tuple[str, float, str]]:
    """(name, value, unit); the best of three, so that other jobs on the machine count least."""
    table = frame()
    stages = [
        Stage("province", 5, "pps-systematic", "adults", strata="region"),
        Stage("commune", 4, "pps-sampford", "adults"),
        Stage("village", 5, "pps-systematic", "adults"),
        Stage(None, 5, "pps-systematic", "adults", reserve=2),
    ]
    yield (
        "four-stage PPS draw from 100000 units",
        _best(lambda: draw_multistage(table, stages, generator(1))),
        "s",
    )
    sizes = generator("sizes").random(UNITS) + 0.05
    yield (
        "Sampford draw of 1000 from 100000",
        _best(lambda: draw_pps(sizes, 1_000, generator(1), method="sampford")),
        "s",
    )
    draw = draw_pps(sizes, 200, generator(1), method="sampford")
    yield "joint probabilities of 200 from 100000", _best(lambda: joint_probabilities(draw)), "s"


def _best(call: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    for name, value, unit in figures():
        print(f"{name} {value:.4g} {unit}")
