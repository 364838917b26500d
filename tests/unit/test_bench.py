"""`make bench`: one line a figure, its budget judged, a broken module told and not hidden."""

from __future__ import annotations

import pytest

from tests.benchmarks.__main__ import apart, modules
from tests.benchmarks.budgets import BUDGETS, slug, verdict


def test_a_figure_is_judged_by_its_budget() -> None:
    assert verdict("link_20_questions_7_pages_cpu", 60.0) == "budget ≤ 60 met"
    assert verdict("link_20_questions_7_pages_cpu", 60.1) == "budget ≤ 60 missed"
    assert verdict("receive_single_of_bare_route_sqlite", 39.9) == "budget ≥ 40 missed"
    assert verdict("shares-hidden-in-it", 12.0) == ""


def test_names_are_one_word() -> None:
    assert slug("a 20 x 8 banner, whole request") == "a-20-x-8-banner-whole-request"
    assert all(slug(name) == name for name in BUDGETS)


def test_every_module_with_figures_is_run_and_no_other() -> None:
    found = modules()
    assert {"receiving", "pages", "analysis", "results", "researcher", "files"} <= set(found)
    assert not {"budgets", "wire", "phone", "analysis_data"} & set(found)


def test_a_module_that_breaks_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    assert apart("no_such_module", 60) == (
        ["# no_such_module: ModuleNotFoundError: No module named 'tests.benchmarks.no_such_module'\n"],
        False,
    )


def test_a_module_that_does_not_end_is_ended(capfd: pytest.CaptureFixture[str]) -> None:
    lines, well = apart("researcher", 1)
    assert (lines, well) == ([], False)
    assert "# researcher: not finished in 1 s" in capfd.readouterr().out
