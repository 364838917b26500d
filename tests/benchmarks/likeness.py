"""Looking for near duplicates among 100,000 interviews × 60 questions: the rule, all pairs, and 100 new ones.

Answers are made up (seeded, six kinds of people, villages' own ways). `LIKENESS_ROWS=10000` makes it short. Processor
time, for a machine that is shared with other work, and the time on the clock.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import numpy as np

from analysis.quality import likeness_rule, near_duplicates
from analysis.sampling import generator
from tests.simulation.likeness import Kind, people

ROWS = int(os.environ.get("LIKENESS_ROWS", "100000"))


def figures() -> Iterator[tuple[str, float, str]]:
    """(name, value, unit)."""
    rng = generator(1)
    parts = [people(Kind("ordinary", n=min(ROWS, 5000)), rng) for _ in range(max(1, ROWS // 5000))]
    answers = np.concatenate([part[0] for part in parts])
    who, village = (
        np.concatenate([part[k] + place * 10_000 for place, part in enumerate(parts)]) for k in (1, 2)
    )
    began = _now()
    rule = likeness_rule(answers, who, village, rng=generator(2))
    yield from _told("likeness.rule", began)
    began = _now()
    found = near_duplicates(answers, who, village, rule)
    yield from _told("likeness.all-pairs", began)
    yield "likeness.pairs", float(found.compared), "pairs"
    yield "likeness.flagged", float(found.flagged.sum()), "interviews"
    fresh = np.zeros(len(answers), dtype=bool)
    fresh[:: max(1, len(answers) // 100)] = True
    began = _now()
    near_duplicates(answers, who, village, rule, fresh=fresh)
    yield from _told("likeness.100-new", began)


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _told(name: str, began: tuple[float, float]) -> Iterator[tuple[str, float, str]]:
    clock, processor = _now()
    yield f"{name}.clock", clock - began[0], "s"
    yield f"{name}.processor", processor - began[1], "s"
