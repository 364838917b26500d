"""Drawing samples with probabilities that are true, and saying beforehand how large they must be.

What for: sample sizes, allocation to strata, selection (simple random, systematic, PPS systematic, Sampford's
PPS with joint probabilities, one to four stages, certainty units, reserves), and the person within the
household. Who may call it: anybody, through these names; `survey_app.sampling` stores what they return.

    rng = generator("dl-2026-w1")                    # any seed: int, str, bytes, float, date, UUID, list of
    these draw = draw_pps(sizes, 60, rng, method="systematic", order="list", reserve=5)
    draw.selected, draw.probabilities, draw.certainty, draw.reserve, draw.seed_digest, draw.notes
    draw.probabilities_after_release(2)              # (positions, probabilities) of the enlarged sample
    joint_probabilities(draw)                        # (n, n), for Horvitz-Thompson and Yates-Grundy variances
    draw_srs(population, n, rng, reserve=0); draw_systematic(population, n, rng, reserve=0)
    inclusion_probabilities(sizes, n)                # (probabilities, certainty), without drawing
    draw_multistage(frame, [Stage("village", {"phuong": 30, "xa": 25}, method="pps-systematic",
    size="households",
                                  strata="type"), Stage(None, 30, method="systematic", shortage="all")], rng)
    allocate(60, sizes, rule="proportional|equal|neyman|power", sd=..., minimum=4).counts
    size_for_proportion(0.03, deff=1.8, population=None, response=0.65); size_for_mean; size_for_difference;
    sizes_for_domains; moe_for_proportion(1200, deff=1.8)
    draw_person(u, adults, "list|kish"); person_number(u, adults); last_birthday(birthdays, on)

How tested: `tests/unit/analysis/test_sampling*.py` (textbook numbers, Kish's published table, bad input),
`tests/property/test_sampling*.py`, `tests/simulation/selection.py` (10,000 draws against the stated
probabilities), `tests/benchmarks/sampling.py`.
Where the next thing goes: a selection method is a function in `pps.py` or `srs.py` that returns a `Draw`
(and, if it has joint probabilities, one in `joint.py`); a rule of allocation goes into `allocation.py`.
"""

from analysis.sampling.allocation import Allocation, allocate
from analysis.sampling.household import (
    KISH_TABLES,
    PersonDrawn,
    draw_person,
    kish_table,
    kish_tables_for,
    last_birthday,
    person_number,
)
from analysis.sampling.inclusion import inclusion_probabilities
from analysis.sampling.joint import joint_probabilities
from analysis.sampling.multistage import MultistageDraw, Stage, draw_multistage
from analysis.sampling.pps import draw_pps
from analysis.sampling.result import Draw
from analysis.sampling.seeds import generator, seed_digest
from analysis.sampling.size import (
    SampleSize,
    moe_for_proportion,
    size_for_difference,
    size_for_mean,
    size_for_proportion,
    sizes_for_domains,
)
from analysis.sampling.srs import draw_srs, draw_systematic

__all__ = [
    "KISH_TABLES", "Allocation", "Draw", "MultistageDraw", "PersonDrawn", "SampleSize", "Stage",
    "allocate", "draw_multistage", "draw_person", "draw_pps", "draw_srs", "draw_systematic", "generator",
    "inclusion_probabilities", "joint_probabilities", "kish_table", "kish_tables_for", "last_birthday",
    "moe_for_proportion", "person_number", "seed_digest", "size_for_difference", "size_for_mean",
    "size_for_proportion", "sizes_for_domains",
]  # fmt: skip
