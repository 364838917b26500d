"""Every vector that real engines agree on, through the Python evaluator."""

from __future__ import annotations

import pytest

from tests.conformance import python_engine
from tests.conformance.vectors import VECTORS, agrees, job, load


@pytest.mark.parametrize("vector", load(VECTORS), ids=lambda vector: vector["id"])
def test_python_evaluator_agrees_with_the_engines(vector):
    text, truth = python_engine.run(job(vector))
    assert agrees(vector, text, truth), f"{vector['expr']}: {text!r}, {truth}"
