"""The audit of a whole release: 60 questions by 6 breaks of 1,200 interviews, repair and bounds included."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from analysis.sampling import generator
from analysis.tables.disclosure import apply, audit
from analysis.tables.disclosure_model import Release, to_json
from tests.unit.analysis.disclosure_cases import Survey, demo_release


def figures() -> Iterator[tuple[str, float, str]]:
    """(name, value, unit)."""
    release = demo_release(60)
    start = time.perf_counter()
    report = audit(release)
    yield "audit of 60 questions x 6 breaks, 1200 interviews", time.perf_counter() - start, "s"
    yield "edits proposed by that audit", float(len(report.edits)), "edits"
    safe = apply(release, report)
    yield "its released JSON", len(to_json(safe).encode()) / 1024, "KB"

    hard = contrasted_release(60)
    start = time.perf_counter()
    report = audit(hard)
    yield "audit of 60 x 6 with hidden cells attacked by linear programming", time.perf_counter() - start, "s"
    yield "shares hidden in it", float(len(report.hidden)), "cells"


def contrasted_release(questions: int) -> Release:
    """Areas that answer so differently that hiding often loses less than merging: the linear programs' hard day."""
    chance = generator("hard")
    survey = Survey(1200, "hard", {
        "area": [0.4, 0.3, 0.2, 0.1], "sex": [0.5, 0.5], "age": [0.3, 0.3, 0.25, 0.15],
        "work": [0.35, 0.3, 0.2, 0.15], "school": [0.4, 0.3, 0.3], "region": [0.45, 0.25, 0.2, 0.1],
    })  # fmt: skip
    area = survey.breaks["area"]
    tables = []
    for q in range(questions):
        levels = 4 + q % 2
        shapes = -np.log(chance.random((4, levels))) + 0.05
        shapes[3, 1:] += 0.5
        shapes /= shapes.sum(axis=1, keepdims=True)
        shapes[3, 0] = 0.002
        shapes /= shapes.sum(axis=1, keepdims=True)
        codes = (survey.rng.random(1200)[:, None] > np.cumsum(shapes[area], axis=1)).sum(axis=1)
        codes = np.minimum(codes, levels - 1)
        for by in survey.breaks:
            tables.append(
                survey.table(f"q{q}", codes, levels, by, nets=[(0, 1)], mean=q % 2 == 0, ordered=False)
            )
    return survey.release(tables)


if __name__ == "__main__":
    for name, value, unit in figures():
        print(f"{name} {value:.4g} {unit}")
