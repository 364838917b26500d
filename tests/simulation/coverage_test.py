"""A short run of the coverage simulation; the whole one has a command of its own."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import Codes, SampleDesign, crosstab
from tests.simulation.coverage import PLANS, SHARES, Row, covered, draw, table


@pytest.mark.parametrize("name", PLANS)
def test_populations_hold_the_share_they_are_said_to_hold(name: str) -> None:
    sample = draw(PLANS[name], 0.2, 400, np.random.default_rng(4))
    assert np.isclose(np.average(sample.answer, weights=sample.weight), 0.2, atol=0.012)


@pytest.mark.parametrize("name", ["clustered, 5 x 8 PSUs of 10, rho 0.05", "raked, 5 x 8 PSUs of 10"])
def test_the_default_interval_covers_about_as_often_as_it_says(name: str) -> None:
    found = covered(PLANS[name], 0.2, 200, np.random.default_rng(9))
    assert 0.90 <= found["everybody"][:, 0].mean() <= 0.99
    assert (found["everybody"][:, 2] == 35).all()


def test_the_kept_table_has_a_line_for_every_cell_and_marks_those_that_miss() -> None:
    rows = [Row("d", p, "everybody", 35.0, 10, 0.93 if p == 0.05 else 0.95, 1.0, p != 0.05) for p in SHARES]
    lines = [line for line in table(rows).splitlines() if line.startswith("| d ")]
    assert len(lines) == len(SHARES) and lines[0].endswith("| no |") and lines[1].endswith("| yes |")


def test_results_like_the_cell_that_falls_short_carry_a_remark() -> None:
    sample = draw(PLANS["clustered, 5 x 8 PSUs of 10, rho 0.20"], 0.05, 200, np.random.default_rng(1))
    design = SampleDesign.from_frame(weights=sample.weight, strata=sample.stratum, ids=[sample.psu])
    runs = Codes(sample.run, tuple(range(200)), "run")
    table_ = crosstab(Codes(sample.answer, (0, 1), "answer"), runs, design, test=None)
    marked = {i for note in table_.warnings if note.code == "estimate.few-effective" for i in note.rows}
    assert len(marked & set(range(200, 400))) > 0.85 * 200
