"""Change between waves: against R svycontrast for a panel, by hand for independent waves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from analysis import SampleDesign, mean, proportion
from analysis.tables.waves import change, change_within, stack_waves

from .test_letters import EXPECTED, survey
from .test_sampling_draws import refused


def test_change_of_a_panel_equals_svycontrast():
    _, design = survey(None)
    found = change_within("answer", design, wave="wave")
    for case in EXPECTED["waves"]:
        row = found.terms.index(case["level"])
        assert found.difference[row] == pytest.approx(case["estimate"], rel=1e-9)
        assert found.se[row] == pytest.approx(case["se"], rel=1e-9)
    assert found.overlap and found.df.tolist() == [33, 33, 33]


def test_a_panel_sees_change_sooner_than_independent_waves_would():
    frame, design = survey(None)
    apart = change(
        proportion("answer", design, domain=(frame.wave == 1).to_numpy()),
        proportion("answer", design, domain=(frame.wave == 2).to_numpy()),
    )
    together = change_within("answer", design, wave="wave")
    np.testing.assert_allclose(apart.difference, together.difference)
    assert np.all(together.se < apart.se)


def test_independent_waves_by_hand():
    """Shares .40 and .50 of 100 each, single-person PSUs: V = .24/99 and .25/99, Satterthwaite df about 198."""
    one = SampleDesign.from_frame(pd.DataFrame({"y": ["a"] * 40 + ["b"] * 60, "w": 1.0}), weights="w")
    two = SampleDesign.from_frame(pd.DataFrame({"y": ["b"] * 50 + ["a"] * 50, "w": 1.0}), weights="w")
    found = change(proportion("y", one), proportion("y", two))
    a = found.terms.index("a")
    se = ((0.24 + 0.25) / 99) ** 0.5
    df = (0.24 + 0.25) ** 2 / ((0.24**2 + 0.25**2) / 99)
    assert found.difference[a] == pytest.approx(0.1) and found.se[a] == pytest.approx(se)
    assert found.df[a] == pytest.approx(df)
    assert found.ci_low[a] == pytest.approx(0.1 - t.ppf(0.975, df) * se)
    assert found.p[a] == pytest.approx(2 * t.sf(0.1 / se, df)) and not found.significant[a]
    assert len(found.to_frame()) == 2


def test_unshared_labels_make_stacked_waves_independent():
    frame, _ = survey(None)
    waves = {w: frame[frame.wave == w].drop(columns="wave") for w in (1, 2)}
    stacked = stack_waves(waves, strata=["stratum"], ids=["psu"], shared=False)
    design = SampleDesign.from_frame(stacked, weights="weight", strata="stratum", ids="psu")
    apart = change_within("answer", design)
    parts = [
        proportion("answer", SampleDesign.from_frame(f, weights="weight", strata="stratum", ids="psu"))
        for f in waves.values()
    ]
    np.testing.assert_allclose(apart.se, change(*parts).se)
    shared = stack_waves(waves, strata=["stratum"], ids=["psu"])
    together = change_within(
        "answer", SampleDesign.from_frame(shared, weights="weight", strata="stratum", ids="psu")
    )
    np.testing.assert_allclose(together.se, [c["se"] for c in EXPECTED["waves"]])


def test_change_of_a_mean_and_nothing_changed():
    frame, _ = survey(None)
    same = frame[frame.wave == 1].drop(columns="wave")
    stacked = stack_waves({"first": same, "again": same}, strata=["stratum"], ids=["psu"])
    design = SampleDesign.from_frame(stacked, weights="weight", strata="stratum", ids="psu")
    found = change_within("web", design, of="mean")
    assert found.difference.tolist() == [0.0] and found.se[0] < 1e-9
    assert found.before == pytest.approx(mean("web", design).estimate)


def test_waves_that_cannot_be_compared_are_refused():
    frame, design = survey(None)
    one = proportion("answer", design)
    refused(lambda: change(one, proportion("group", design)), "wave.other-terms")
    refused(lambda: change(one, proportion("answer", design, level=0.9)), "wave.level")
    refused(lambda: change_within("answer", survey(1)[1], wave="wave"), "wave.not-two")
    refused(lambda: change_within("answer", design, wave="stratum"), "wave.not-two")
    refused(lambda: change_within("answer", design, wave="wave", of="median"), "design.unknown-option")
    refused(lambda: stack_waves({1: frame}), "wave.not-two")
    refused(lambda: stack_waves({1: frame, 2: frame}, ids=["village"]), "wave.column")
