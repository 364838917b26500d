"""Estimators for sensitive questions are unbiased and their intervals cover, in a short seeded run."""

from __future__ import annotations

import pytest

from tests.simulation.sensitive import ESTIMATORS, study


@pytest.mark.parametrize("name", ESTIMATORS)
def test_bias_and_coverage(name):
    result = study(name, 400)
    assert result.passed, result
