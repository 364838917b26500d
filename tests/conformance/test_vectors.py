"""Every vector that real engines agree on, through the Python evaluator."""

from __future__ import annotations

import pytest

from tests.conformance import javascript_engine, python_engine
from tests.conformance.vectors import VECTORS, agrees, job, load


@pytest.mark.parametrize("vector", load(VECTORS), ids=lambda vector: vector["id"])
def test_python_evaluator_agrees_with_the_engines(vector):
    text, truth = python_engine.run(job(vector))
    assert agrees(vector, text, truth), f"{vector['expr']}: {text!r}, {truth}"


def test_javascript_evaluator_agrees_with_the_engines():
    vectors = load(VECTORS)
    now = python_engine.NOW.isoformat()
    try:
        found = javascript_engine.run([job(vector).for_javascript(now) for vector in vectors])
    except javascript_engine.NoEngine as problem:
        pytest.skip(f"needs Node or Chromium: {problem}")
    errors = [result["error"] for result in found if isinstance(result, dict)]
    assert errors == []
    wrong = [v["id"] for v, (text, truth) in zip(vectors, found, strict=True) if not agrees(v, text, truth)]
    assert wrong == []


@pytest.mark.browser
def test_javascript_evaluator_agrees_in_the_browser_too(monkeypatch):
    monkeypatch.setenv("CONFORMANCE_ENGINE", "chromium")
    test_javascript_evaluator_agrees_with_the_engines()
