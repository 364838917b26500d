"""The audit of a whole release: 60 questions by 6 breaks of 1,200 interviews, repair and bounds included."""

from __future__ import annotations

import time
from collections.abc import Iterator

from analysis.tables.disclosure import apply, audit
from analysis.tables.disclosure_model import to_json
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


def contrasted_release(questions: int):
    """Groups that answer so differently that hiding loses less than merging: the linear programs' hard day."""
    import numpy as np

    survey = Survey(1200, "hard", {
        "sex": [0.5, 0.5], "age": [0.3, 0.3, 0.25, 0.15], "area": [0.4, 0.3, 0.2, 0.1],
        "work": [0.35, 0.3, 0.2, 0.15], "school": [0.4, 0.3, 0.3], "region": [0.45, 0.25, 0.2, 0.1],
    })  # fmt: skip
    tables = []
    for q in range(questions):
        codes = survey.answers([0.3, 0.25, 0.2, 0.25])
        for name, group in survey.breaks.items():
            last = group == survey.groups[name] - 1
            if name in ("area", "region") and q % 3 == 0:
                codes = np.where(last & (codes == 0), 1 + (np.arange(codes.size) % 3), codes)
        for by in survey.breaks:
            tables.append(survey.table(f"q{q}", codes, 4, by, nets=[(0, 1)], mean=q % 2 == 0, ordered=False))
    return survey.release(tables)


if __name__ == "__main__":
    for name, value, unit in figures():
        print(f"{name} {value:.4g} {unit}")
