"""Column letters: against R svycontrast, against a table worked by hand, and against what must never happen."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import SampleDesign, crosstab
from analysis.tables.banner import Question, banner
from analysis.tables.letters import column_letters, compare_columns, letters
from analysis.tables.overlap import as_masks, overlapping_crosstab

from .test_sampling_draws import refused

HERE = Path(__file__).parent / "letters_reference"
EXPECTED = json.loads((HERE / "expected.json").read_text())


def survey(wave: int | None = 1) -> tuple[pd.DataFrame, SampleDesign]:
    frame = pd.read_csv(HERE / "survey.csv")
    design = SampleDesign.from_frame(frame, weights="weight", strata="stratum", ids="psu")
    return frame, design if wave is None else design.subset((frame.wave == wave).to_numpy())


def per_row(table) -> np.ndarray:
    k, c = table.share.shape
    return np.einsum("icid->icd", table.vcov.reshape(k, c, k, c))


def test_differences_equal_svycontrast():
    _, design = survey()
    table = crosstab("answer", "group", design, covariance=True)
    found = compare_columns(table.share, per_row(table), table.base[0], table.df[0])
    for case in EXPECTED["disjoint"]:
        row = table.row_levels.index(case["level"])
        pair = found.pairs.index(tuple(table.column_levels.index(case[k]) for k in "ab"))
        assert found.difference[row, pair] == pytest.approx(case["estimate"], rel=1e-9)
        assert found.se[row, pair] == pytest.approx(case["se"], rel=1e-9)


def test_differences_of_overlapping_columns_equal_svycontrast():
    frame, design = survey()
    table = overlapping_crosstab("answer", {"radio": frame.radio, "web": "web"}, design)
    found = compare_columns(table.share, per_row(table), table.base[0], table.df[0])
    for case in EXPECTED["overlapping"]:
        row = table.row_levels.index(case["level"])
        assert found.difference[row, 0] == pytest.approx(case["estimate"], rel=1e-9)
        assert found.se[row, 0] == pytest.approx(case["se"], rel=1e-9)


def test_differences_of_means_equal_svycontrast():
    _, design = survey()
    table = banner([Question("answer", scores={"a": 1, "b": 2, "c": 3})], {"group": "group"}, design)[
        "answer", "group"
    ]
    row = table.rows.index(("mean", "mean"))
    for case in EXPECTED["means"]:
        pair = table.comparisons.pairs.index(tuple("xyz".index(case[k]) for k in "ab"))
        assert table.comparisons.difference[row, pair] == pytest.approx(case["estimate"], rel=1e-9)
        assert table.comparisons.se[row, pair] == pytest.approx(case["se"], rel=1e-9)


def test_levels_as_masks_give_the_same_table_as_the_levels():
    frame, design = survey()
    from analysis import as_codes

    plain = crosstab("answer", "group", design, covariance=True)
    masked = overlapping_crosstab("answer", as_masks(as_codes(frame.group)), design)
    for name in (
        "share",
        "se",
        "ci_low",
        "ci_high",
        "n",
        "base",
        "n_effective",
        "deff",
        "df",
        "weighted",
        "vcov",
    ):
        np.testing.assert_allclose(
            getattr(masked, name), getattr(plain, name), rtol=1e-9, atol=1e-15, err_msg=name
        )


# By hand: 100 people in each of A, B, C, one person a cluster, weights 1; "yes" 60, 45, 40.
# Variances p(1-p)/99: .24/99, .2475/99, .24/99 (with-replacement, n - 1 of the whole sample: see below).
def hand_design() -> tuple[pd.DataFrame, SampleDesign]:
    frame = pd.DataFrame(
        {
            "group": np.repeat(["A", "B", "C"], 100),
            "yes": np.repeat(["y", "n", "y", "n", "y", "n"], [60, 40, 45, 55, 40, 60]),
            "w": 1.0,
        }
    )
    return frame, SampleDesign.from_frame(frame, weights="w")


def test_letters_of_a_table_worked_by_hand():
    """One stratum of 300 single-person PSUs: Var(p_A) = 300/299 · .24/100, no covariance between groups.

    A-B: .15 / sqrt(300/299·(.24+.2475)/100) = .15/.069938 = 2.1448, p(99 df) = .0344.
    A-C: .20 / sqrt(300/299·.48/100) = .2/.069398 = 2.8819, p = .0049. B-C: .05/.069938 = .7149, p = .476.
    """
    _, design = hand_design()
    table = crosstab("yes", "group", design, covariance=True)
    found = compare_columns(table.share, per_row(table), table.base[0], table.df[0])
    yes = table.row_levels.index("y")
    assert found.se[yes] == pytest.approx([0.0699379, 0.0693978, 0.0699379], abs=1e-7)
    assert found.df[yes].tolist() == [99, 99, 99]
    assert found.p[yes] == pytest.approx([0.034416, 0.004852, 0.476339], abs=2e-5)
    assert letters(found, ("A", "B", "C"))[yes].tolist() == ["BC", "", ""]
    for correction, expected in (("bonferroni", ["C", "", ""]), ("bh", ["C", "", ""])):
        # Bonferroni: 3p = .103, .0146, 1. BH: .0146, 1.5·.0344 = .0516, .476.
        found = compare_columns(
            table.share, per_row(table), table.base[0], table.df[0], correction=correction
        )
        assert letters(found, ("A", "B", "C"))[yes].tolist() == expected
    assert found.p_adjusted[yes] == pytest.approx([1.5 * 0.034416, 3 * 0.004852, 0.476339], abs=5e-5)
    no = table.row_levels.index("n")
    assert letters(found, ("A", "B", "C"))[no].tolist() == ["", "", "A"]


def test_benjamini_hochberg_by_hand():
    """p = .01, .02, .03, .20 of four: .04, .04, .04, .20 (steps from the largest down, never above it)."""
    from analysis.tables.letters import _adjusted

    p = np.array([[0.20, 0.01, 0.03, 0.02], [0.5, np.nan, 0.04, np.nan]])
    np.testing.assert_allclose(_adjusted(p, "bh"), [[0.2, 0.04, 0.04, 0.04], [0.5, np.nan, 0.08, np.nan]])
    np.testing.assert_allclose(
        _adjusted(p, "bonferroni"), [[0.8, 0.04, 0.12, 0.08], [1, np.nan, 0.08, np.nan]]
    )
    np.testing.assert_array_equal(_adjusted(p, "none"), p)


def test_identical_overlapping_columns_get_no_letter_and_no_nan():
    frame, design = survey()
    table = overlapping_crosstab(
        "answer", {"one": frame.radio, "same": frame.radio.copy(), "web": frame.web}, design
    )
    found = compare_columns(table.share, per_row(table), table.base[0], table.df[0])
    assert np.all(found.difference[:, 0] == 0) and np.all(found.se[:, 0] == 0) and np.all(found.p[:, 0] == 1)
    assert not found.significant[:, 0].any()


def test_low_bases_and_empty_columns_are_flagged_and_not_tested():
    frame = pd.DataFrame(
        {
            "group": pd.Categorical(np.repeat(["A", "B"], [100, 29]), categories=["A", "B", "nobody"]),
            "yes": np.tile(["y", "n", "n"], 43),
            "w": 1.0,
        }
    )
    design = SampleDesign.from_frame(frame, weights="w")
    table = banner(["yes"], {"group": "group"}, design)["yes", "group"]
    assert table.low_base.tolist() == [False, False, True, True]
    assert table.base.tolist() == [129, 100, 29, 0]
    assert np.isnan(table.comparisons.p).all() and set(table.letters.ravel()) == {""}
    assert np.isnan(table.share[:, 3]).all()


def test_one_column_has_nothing_to_compare():
    frame, design = hand_design()
    frame["all"] = "everybody"
    table = banner(["yes"], {"all": "all"}, design)["yes", "all"]
    assert table.comparisons.pairs == () and set(table.letters.ravel()) == {""}


def test_letters_run_on_beyond_z():
    names = column_letters(30)
    assert names[:3] == ("A", "B", "C") and names[25:28] == ("Z", "AA", "AB")
    assert column_letters(2, start=3) == ("D", "E")
    assert len(set(column_letters(800))) == 800


def test_unknown_corrections_and_levels_are_refused():
    figures, covariance = np.zeros((1, 2)), np.zeros((1, 2, 2))
    refused(
        lambda: compare_columns(figures, covariance, [50, 50], [9, 9], correction="holm"),
        "design.unknown-option",
    )
    refused(lambda: compare_columns(figures, covariance, [50, 50], [9, 9], level=1.0), "estimate.level")
    _, design = survey()
    refused(lambda: overlapping_crosstab("answer", {}, design), "table.nothing")
    refused(lambda: overlapping_crosstab("answer", {"a": [True]}, design), "design.length")
