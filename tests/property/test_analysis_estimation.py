"""Properties every design and estimate must have, on data nobody chose."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import (
    Codes,
    Margin,
    SampleDesign,
    as_replicate,
    calibrate,
    crosstab,
    mean,
    post_stratify,
    proportion,
    quantile,
    rake,
    ratio,
    tabulate,
    total,
)

COMMON = settings(max_examples=40, deadline=None)


@st.composite
def studies(draw: Any) -> pd.DataFrame:
    """A small stratified cluster sample: at least two PSUs in each stratum, every category used."""
    strata = draw(st.integers(1, 4))
    psus = [draw(st.integers(2, 4)) for _ in range(strata)]
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    rows = [(h, h * 10 + i) for h in range(strata) for i in range(psus[h]) for _ in range(rng.integers(2, 7))]
    frame = pd.DataFrame(rows, columns=["stratum", "psu"])
    n = len(frame)
    frame["w"] = rng.gamma(2, 10, n) + 0.5
    frame["y"] = rng.normal(3, 2, n).round(2)
    frame["x"] = rng.gamma(3, 2, n) + 0.1
    frame["q"] = pd.Categorical.from_codes(rng.permutation(np.arange(n) % 3), ["a", "b", "c"])
    frame["sex"] = pd.Categorical.from_codes(rng.permutation(np.arange(n) % 2), ["nam", "nữ"])
    return frame


def design_of(frame: pd.DataFrame, weights: str = "w") -> SampleDesign:
    return SampleDesign.from_frame(frame, weights=weights, strata="stratum", ids="psu")


def numbers(frame: pd.DataFrame) -> np.ndarray:
    """Everything a reader would see of one study."""
    design = design_of(frame)
    parts = [
        mean(["y", "x"], design), total("y", design), ratio("y", "x", design), proportion("q", design, by="sex"),
        quantile("y", design, [0.3, 0.5]),
    ]  # fmt: skip
    table = crosstab("q", "sex", design)
    seen = [np.concatenate([p.estimate, p.se, p.ci_low, p.ci_high, p.df, p.n]) for p in parts]
    return np.concatenate([*seen, table.share.ravel(), table.se.ravel(), table.deff.ravel()])


@COMMON
@given(studies(), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(frame: pd.DataFrame, random: Any) -> None:
    order = list(range(len(frame)))
    random.shuffle(order)
    assert np.allclose(
        numbers(frame), numbers(frame.iloc[order].reset_index(drop=True)), rtol=1e-8, equal_nan=True
    )


@COMMON
@given(studies(), st.floats(1e-3, 1e5))
def test_scaling_the_weights_leaves_means_and_their_errors_alone(frame: pd.DataFrame, factor: float) -> None:
    plain, scaled = design_of(frame), design_of(frame.assign(w=frame.w * factor))
    for one, other in (
        (mean("y", plain), mean("y", scaled)),
        (proportion("q", plain), proportion("q", scaled)),
        (ratio("y", "x", plain), ratio("y", "x", scaled)),
    ):
        for field in ("estimate", "se", "ci_low", "ci_high", "deff"):
            assert np.allclose(getattr(one, field), getattr(other, field), rtol=1e-8, equal_nan=True)
    assert np.allclose(total("y", scaled).se, factor * total("y", plain).se, rtol=1e-9)


@COMMON
@given(studies())
def test_taylor_equals_the_jackknife_exactly_for_totals(frame: pd.DataFrame) -> None:
    design = design_of(frame)
    jackknife = as_replicate(design, "JKn")
    for variable in ("y", "q"):
        assert np.allclose(total(variable, design).se, total(variable, jackknife).se, rtol=1e-8, atol=1e-9)
    assert np.allclose(
        total("y", design, by="sex").vcov, total("y", jackknife, by="sex").vcov, rtol=1e-7, atol=1e-7
    )


@COMMON
@given(studies(), st.floats(0.2, 0.8), st.floats(0.2, 0.8))
def test_raking_meets_its_margins_and_leaves_no_error_in_them(
    frame: pd.DataFrame, p: float, r: float
) -> None:
    cells = frame.groupby(["sex", "q"], observed=False).size()
    if (cells == 0).any():
        return  # an empty crossing can make two margins irreconcilable
    size = float(frame.w.sum())
    rest = (1 - r) / 2
    margins = [
        Margin.of(frame.sex, {"nam": p * size, "nữ": (1 - p) * size}),
        Margin.of(frame.q, {"a": r * size, "b": rest * size, "c": rest * size}),
    ]
    raked = rake(frame.w, margins).apply(design_of(frame))
    for name, wanted in (("sex", [p, 1 - p]), ("q", [r, rest, rest])):
        result = proportion(name, raked)
        assert np.allclose(result.estimate, wanted, rtol=1e-8)
        assert np.allclose(result.se, 0, atol=1e-7)


@COMMON
@given(studies())
def test_calibrating_to_what_already_holds_changes_no_weight(frame: pd.DataFrame) -> None:
    auxiliary = pd.DataFrame({"one": 1.0, "y": frame.y})
    totals = {"one": float(frame.w.sum()), "y": float(frame.w @ frame.y)}
    for distance in ("linear", "raking"):
        assert np.allclose(calibrate(frame.w, auxiliary, totals, distance=distance).factors, 1.0, rtol=1e-9)
    held = frame.groupby("q", observed=False).w.sum().to_dict()
    assert np.allclose(post_stratify(frame.w, Margin.of(frame.q, held)).factors, 1.0, rtol=1e-12)


@COMMON
@given(studies())
def test_every_interval_holds_its_estimate_and_stays_a_share(frame: pd.DataFrame) -> None:
    for method in ("default", "logit", "asin", "beta", "wilson", "likelihood"):
        result = proportion("q", design_of(frame), by="sex", method=method)
        known = result.df >= 1
        assert ((result.ci_low <= result.estimate + 1e-12) & (result.estimate <= result.ci_high + 1e-12))[
            known
        ].all()
        assert (result.ci_low[known] >= 0).all() and (result.ci_high[known] <= 1).all()


@COMMON
@given(studies())
def test_domains_add_up_to_the_whole(frame: pd.DataFrame) -> None:
    design = design_of(frame)
    parts, whole = total("y", design, by="sex"), total("y", design)
    assert np.isclose(parts.estimate.sum(), whole.estimate[0], rtol=1e-9, atol=1e-9)
    assert parts.vcov is not None
    assert np.isclose(parts.vcov.sum(), whole.se[0] ** 2, rtol=1e-7, atol=1e-7)


@COMMON
@given(studies())
def test_tables_of_many_breaks_are_the_tables_of_each(frame: pd.DataFrame) -> None:
    design = design_of(frame)
    together = tabulate(["q"], {"": None, "sex": "sex", "both": ["sex", "stratum"]}, design)
    assert np.allclose(together["q", "sex"].se, crosstab("q", "sex", design).se, rtol=1e-9)
    assert np.allclose(together["q", ""].share[:, 0], proportion("q", design).estimate, rtol=1e-12)


@COMMON
@given(studies())
def test_nothing_is_rounded_before_it_is_shown(frame: pd.DataFrame) -> None:
    """Rounding is the last step: a table of thirds keeps all its digits, and published parts come from them."""
    thirds = Codes(np.arange(len(frame)) % 3, ("a", "b", "c"), "third")
    equal = SampleDesign.from_frame(frame, weights=np.ones(len(frame)), strata="stratum", ids="psu")
    share = crosstab(thirds, None, equal).share[:, 0]
    counts = np.bincount(np.arange(len(frame)) % 3)
    assert np.allclose(share, counts / counts.sum(), rtol=1e-15, atol=0)
