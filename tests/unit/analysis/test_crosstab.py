"""Tables: the fast path gives in every cell what the plain estimators give, under every design."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis import (
    Codes,
    DesignError,
    Margin,
    SampleDesign,
    as_replicate,
    association,
    calibrate,
    crosstab,
    post_stratify,
    proportion,
    rake,
    tabulate,
)
from analysis.estimation import moments as moments_module

N = 600


def people(seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    psu = np.sort(rng.integers(0, 40, N))
    frame = pd.DataFrame({"psu": psu, "stratum": psu // 8, "w": rng.gamma(3, 20, N)})
    frame["house"] = psu * 100 + rng.integers(0, 6, N)
    frame["sex"] = pd.Categorical(rng.choice(["nam", "nữ"], N))
    frame["age"] = pd.Categorical(rng.choice(["18-29", "30-44", "45-59", "60+"], N, p=[0.4, 0.3, 0.2, 0.1]))
    frame["q"] = pd.Categorical(rng.choice(list("abcde"), N, p=[0.5, 0.25, 0.15, 0.08, 0.02]))
    frame.loc[rng.random(N) < 0.07, "q"] = np.nan
    frame.loc[rng.random(N) < 0.04, "age"] = np.nan
    frame["n1"], frame["n2"] = 30.0, 25.0
    return frame


FRAME = people()


def clustered() -> SampleDesign:
    return SampleDesign.from_frame(FRAME, weights="w", strata="stratum", ids="psu")


def margins() -> list[Margin]:
    total = float(FRAME.w.sum())
    return [
        Margin.of(FRAME.sex, {"nam": 0.45 * total, "nữ": 0.55 * total}),
        Margin.of(FRAME.stratum, dict.fromkeys(range(5), total / 5)),
    ]


def twice_calibrated() -> SampleDesign:
    first = post_stratify(FRAME.w, margins()[1]).apply(clustered())
    return rake(first.weights, margins()).apply(first)


DESIGNS: dict[str, Callable[[], SampleDesign]] = {
    "clustered": clustered,
    "rows as PSUs": lambda: SampleDesign.from_frame(FRAME, weights="w", strata="stratum"),
    "two stages": lambda: SampleDesign.from_frame(
        FRAME, weights="w", strata="stratum", ids=["psu", "house"], fpc=["n1", "n2"]
    ),
    "raked": lambda: rake(FRAME.w, margins()).apply(clustered()),
    "raked rows": lambda: rake(FRAME.w, margins()).apply(
        SampleDesign.from_frame(FRAME, weights="w", strata="stratum")
    ),
    "calibrated twice": twice_calibrated,
    "greg": lambda: calibrate(
        FRAME.w, pd.DataFrame({"one": 1.0, "men": (FRAME.sex == "nam") * 1.0, "n": FRAME.house * 1.0}),
        {"one": 40_000.0, "men": 19_000.0, "n": 40_000.0 * FRAME.house.mean()},
    ).apply(clustered()),
    "jackknife": lambda: as_replicate(clustered(), "JKn"),
    "raked jackknife": lambda: (lambda d: rake(d.weights, margins()).apply(d))(as_replicate(clustered(), "JKn")),
    "a domain": lambda: clustered().subset(np.asarray(FRAME.psu % 3 > 0)),
    "average lonely": lambda: SampleDesign.from_frame(
        FRAME, weights="w", strata=FRAME.psu.clip(0, 33).to_numpy(), ids="psu", lonely_psu="average"
    ),
    "adjusted domains": lambda: SampleDesign.from_frame(
        FRAME, weights="w", strata="stratum", ids="psu", lonely_psu="adjust", adjust_domain_lonely=True
    ),
}  # fmt: skip


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("name", DESIGNS)
def test_every_cell_equals_the_plain_estimator(
    name: str, sparse: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sparse:
        monkeypatch.setattr(moments_module, "DENSE_LIMIT", -10_000_000)
        monkeypatch.setattr(moments_module.CellMoments, "roomy", False)
    design = DESIGNS[name]()
    breaks = {"": None, "sex": "sex", "age": "age", "sex x age": ["sex", "age"]}
    tables = tabulate(["q"], breaks, design)
    for by, key in ((None, ""), (["sex"], "sex"), (["age"], "age"), (["sex", "age"], "sex x age")):
        try:
            plain = proportion("q", design, by=by, missing="drop")
        except DesignError:
            continue
        table = tables["q", key]
        for i, label in enumerate(plain.labels):
            row = table.row_levels.index(label["level"])
            levels = tuple(label[b] for b in by) if by else ("",)
            column = table.column_levels.index(levels if len(levels) > 1 else levels[0])
            for field in ("ci_low", "ci_high", "se", "n_effective", "deff", "df"):
                ours, theirs = getattr(table, field)[row, column], getattr(plain, field)[i]
                assert np.isclose(ours, theirs, rtol=1e-8, atol=1e-12, equal_nan=True), (key, label, field)
            assert np.isclose(table.share[row, column], plain.estimate[i], rtol=1e-12)
            assert table.base[row, column] == plain.n[i]


@pytest.mark.parametrize(("percent", "axis"), [("column", 0), ("row", 1), ("total", None)])
def test_percentages_add_to_one_over_what_they_are_a_share_of(percent: str, axis: int | None) -> None:
    table = crosstab("q", "sex", clustered(), percent=percent, missing="drop")  # type: ignore[arg-type]
    assert np.allclose(table.share.sum(axis=axis), 1.0)
    bases = table.n.sum(axis=axis, keepdims=True)
    assert (table.base == bases).all()


def test_shares_of_rows_are_shares_of_columns_of_the_turned_table() -> None:
    upright = crosstab("q", "sex", clustered(), percent="row", missing="drop")
    turned = crosstab("sex", "q", clustered(), percent="column", missing="drop")
    for field in ("share", "se", "ci_low", "ci_high", "df"):
        assert np.allclose(getattr(upright, field), getattr(turned, field).T, rtol=1e-10)


def test_covariance_of_cells_has_the_squared_errors_on_its_diagonal_in_table_order() -> None:
    table = crosstab("q", "age", clustered(), missing="drop", covariance=True)
    assert table.vcov is not None
    assert np.allclose(np.sqrt(np.diag(table.vcov)), table.se.ravel(), rtol=1e-10)


def test_the_test_in_a_table_is_the_test_of_association() -> None:
    table = crosstab("q", "sex", clustered(), missing="drop", test="F")
    alone = association("q", "sex", clustered(), statistic="F")
    assert table.test is not None
    assert np.isclose(table.test.p_value, alone.p_value, rtol=1e-12)


def test_missing_answers_are_refused_or_dropped_openly() -> None:
    with pytest.raises(DesignError, match="q is missing in"):
        crosstab("q", "sex", clustered())
    dropped = crosstab("q", "sex", clustered(), missing="drop")
    note = next(note for note in dropped.warnings if note.code == "missing.dropped")
    assert note.params["rows"] == int(FRAME.q.isna().sum())


def test_a_column_nobody_is_in_is_empty_with_a_remark_and_the_others_stand() -> None:
    region = Codes(np.zeros(N, dtype=np.int8), ("here", "nowhere"), "region")
    table = crosstab("q", region, clustered(), missing="drop")
    assert np.isnan(table.share[:, 1]).all() and np.isfinite(table.share[:, 0]).all()
    empty = next(note for note in table.warnings if note.code == "table.empty-base")
    assert empty.rows == tuple(range(1, 10, 2))
    assert any(note.code == "test.one-category" for note in table.warnings)


def test_a_crossing_of_too_many_cells_is_refused_by_name() -> None:
    wide = Codes(np.arange(N) % 3000, tuple(range(3000)), "commune")
    with pytest.raises(DesignError) as caught:
        tabulate(["q"], {"c": [wide, Codes(np.arange(N) % 900, tuple(range(900)), "street")]}, clustered())
    assert caught.value.code == "variable.too-many-levels" and "commune" in str(caught.value)


def test_the_frame_has_a_row_per_cell_with_the_remarks_of_that_cell() -> None:
    few = clustered().subset(np.asarray(FRAME.psu < 12))
    frame = crosstab("q", "sex", few, missing="drop").to_frame()
    assert len(frame) == 10 and frame.warnings.str.contains("estimate.few-df").all() == (
        few.degrees_of_freedom < 8
    )


def test_same_table_from_names_arrays_and_codes() -> None:
    by_name = crosstab("q", "sex", clustered(), missing="drop")
    q, sex = FRAME.q, FRAME.sex
    codes = crosstab(
        Codes(q.cat.codes.to_numpy(), tuple(q.cat.categories), "q"),
        Codes(sex.cat.codes.to_numpy(), ("nam", "nữ"), "sex"), clustered(), missing="drop",
    )  # fmt: skip
    assert np.array_equal(by_name.share, codes.share) and np.array_equal(by_name.se, codes.se)
