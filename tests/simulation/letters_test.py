"""Letters keep their family-wise error under the null with overlapping columns; uncorrected ones don't."""

from __future__ import annotations

from tests.simulation.letters import limit, rates

SURVEYS = 600


def test_corrected_letters_keep_their_family_wise_error():
    found = rates(SURVEYS)
    assert found["bonferroni"] <= limit(SURVEYS)
    assert found["bh"] <= limit(SURVEYS)
    assert found["none"] > 0.12, "ten uncorrected pairs must err far more often, else the study shows nothing"
    assert found["bonferroni"] > 0.005, "and Bonferroni must not be dead"
