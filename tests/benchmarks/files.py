"""Files of answers: the interviews that a researcher takes to R, 50,000 of them with 20 columns."""

from __future__ import annotations

import time
from collections.abc import Iterator

from analysis.sampling import generator
from survey_app.reporting.rscript import _csv

ROWS, COLUMNS = 50_000, 20


def figures() -> Iterator[tuple[str, float, str]]:
    """(name, value, unit); the best of three."""
    chance = generator("files")
    columns = [[str(v) for v in chance.integers(1, 6, ROWS)] for _column in range(COLUMNS - 2)]
    columns += [[repr(float(v)) for v in chance.random(ROWS)], [f"Ông/bà số {k}" for k in range(ROWS)]]
    spent = []
    for _round in range(3):
        begun = time.perf_counter()
        text = _csv([f"q{n}" for n in range(COLUMNS)], zip(*columns, strict=True))
        size = len(text.encode("utf-8"))
        spent.append(time.perf_counter() - begun)
    yield "csv 50000 interviews x 20", min(spent), "s"
    yield "csv 50000 interviews x 20, size", size / 1024 / 1024, "MB"
