"""Weighting steps: what they do to weights, what they refuse, what they tell, what the variance makes of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis import (
    AnalysisError,
    Margin,
    SampleDesign,
    base_weights,
    calibrate,
    kish,
    mean,
    nonresponse_by_class,
    nonresponse_by_propensity,
    post_stratify,
    rake,
    sentence,
    total,
    trim,
    within_household,
)

N = 300
RNG = np.random.default_rng(8)
SEX = pd.Series(np.where(np.arange(N) % 5 < 2, "nam", "nữ"), name="sex")
AGE = pd.Series(np.where(np.arange(N) % 3 == 0, "trẻ", "già"), name="age")
W = RNG.gamma(4, 10, N)
T = float(W.sum())
PEOPLE = pd.DataFrame({"w": W, "psu": np.arange(N) // 10, "y": RNG.normal(5, 1, N) + (SEX == "nam") * 3})


def sexes(**changed: float) -> Margin:
    return Margin.of(SEX, {"nam": 0.5 * T, "nữ": 0.5 * T} | changed)


def ages(young: float = 0.3, scale: float = 1.0) -> Margin:
    return Margin.of(AGE, {"trẻ": young * T * scale, "già": (1 - young) * T * scale})


def columns() -> pd.DataFrame:
    return pd.DataFrame({"one": 1.0, "men": (SEX == "nam") * 1.0, "y": PEOPLE.y})


TOTALS = {"one": T, "men": 0.45 * T, "y": 6.0 * T}


def test_raking_meets_its_margins_and_says_so() -> None:
    result = rake(W, [sexes(), ages()])
    assert np.allclose(result.margins.after, result.margins.target, rtol=1e-11)
    assert result.converged and result.largest_gap < 1e-11
    assert np.allclose(
        np.bincount((SEX == "nam").astype(int), result.weights), [0.5 * T, 0.5 * T], rtol=1e-11
    )
    assert result.report().set_index("figure").value["n"] == N


def test_raked_weights_depend_on_margins_only_through_the_combination_of_categories() -> None:
    factors = rake(W, [sexes(), ages()]).factors
    assert len(np.unique(np.round(factors, 12))) == 4


@pytest.mark.parametrize("distance", ["linear", "raking", "logit"])
@pytest.mark.parametrize("bounds", [(None, None), (0.4, 2.5)])
def test_calibration_meets_its_totals_within_its_bounds(
    distance: str, bounds: tuple[float | None, ...]
) -> None:
    if distance == "logit" and bounds[0] is None:
        with pytest.raises(AnalysisError, match="bounds of the factor"):
            calibrate(W, columns(), TOTALS, distance=distance)
        return
    result = calibrate(W, columns(), TOTALS, distance=distance, bounds=bounds)  # type: ignore[arg-type]
    for name, wanted in TOTALS.items():
        assert np.isclose(result.weights @ columns()[name].to_numpy(), wanted, rtol=1e-9)
    if bounds[0] is not None:
        assert result.factors.min() >= 0.4 - 1e-12 and result.factors.max() <= 2.5 + 1e-12


def test_calibration_to_indicators_is_post_stratification_whatever_the_distance() -> None:
    cells = pd.DataFrame({"nam": (SEX == "nam") * 1.0, "nữ": (SEX == "nữ") * 1.0})
    plain = post_stratify(W, sexes())
    for distance, bounds in (("linear", (None, None)), ("raking", (None, None)), ("logit", (0.1, 5.0))):
        same = calibrate(W, cells, {"nam": 0.5 * T, "nữ": 0.5 * T}, distance=distance, bounds=bounds)  # type: ignore[arg-type]
        assert np.allclose(same.weights, plain.weights, rtol=1e-9)


def test_weights_stay_equal_within_clusters_when_asked() -> None:
    flat = np.full(N, 2.0)
    totals = {k: v / T * 2 * N for k, v in TOTALS.items()}
    block = np.arange(N) // 7
    result = calibrate(flat, columns(), totals, clusters=block)
    assert all(np.ptp(result.weights[block == b]) < 1e-12 for b in range(int(block.max()) + 1))


def test_estimates_of_what_was_calibrated_have_no_error_and_others_gain() -> None:
    design = SampleDesign.from_frame(PEOPLE, weights="w", ids="psu")
    raked = rake(W, [sexes(), ages()]).apply(design)
    assert total((SEX == "nam") * 1.0, raked).se[0] < 1e-8 * T
    assert mean("y", raked).se[0] < mean("y", design).se[0]
    blind = design.with_weights(rake(W, [sexes(), ages()]).weights)
    assert mean("y", raked).se[0] < mean("y", blind).se[0]


def test_the_exact_and_the_swept_raking_variance_agree_here() -> None:
    design = SampleDesign.from_frame(PEOPLE, weights="w", ids="psu")
    exact = mean("y", rake(W, [sexes(), ages()]).apply(design)).se
    swept = mean("y", rake(W, [sexes(), ages()], sweeps=10).apply(design)).se
    weighted = mean("y", rake(W, [sexes(), ages()], residuals="weighted").apply(design)).se
    assert np.allclose(exact, swept, rtol=1e-8) and np.allclose(exact, weighted, rtol=0.05)


def test_trimming_keeps_the_total_and_strict_trimming_the_limits() -> None:
    once, strict = trim(W, upper=60), trim(W, upper=60, lower=20, strict=True)
    assert np.isclose(once.weights.sum(), T) and np.isclose(strict.weights.sum(), T)
    assert strict.weights.max() <= 60 * (1 + 1e-12) and strict.weights.min() >= 20 * (1 - 1e-12)
    assert any(n.code == "trim.still-outside" for n in once.warnings) == bool(
        (once.weights > 60 * (1 + 1e-12)).any()
    )


def test_kish_of_equal_weights_is_everybody_and_of_one_heavy_weight_nearly_one() -> None:
    assert kish(np.full(10, 3.0)).n_effective == 10 and kish(np.full(10, 3.0)).deff == 1
    assert kish(np.array([1e6, 1, 1])).n_effective < 1.00001
    assert np.isclose(kish(W).deff, 1 + kish(W).cv ** 2)


def test_non_response_by_class_moves_the_weight_of_the_silent_to_their_class() -> None:
    answered = np.asarray(RNG.random(N) < np.where(SEX == "nam", 0.4, 0.8))
    result = nonresponse_by_class(W, answered, SEX)
    for sex in ("nam", "nữ"):
        assert np.isclose(result.weights[sex == SEX].sum(), W[sex == SEX].sum())
    assert (result.weights[~answered] == 0).all()


def test_propensity_classes_on_one_factor_are_its_classes_and_the_inverse_nearly_so() -> None:
    answered = np.asarray(RNG.random(N) < np.where(SEX == "nam", 0.4, 0.8))
    by_class = nonresponse_by_class(W, answered, SEX).weights
    inverse = nonresponse_by_propensity(W, answered, pd.DataFrame({"sex": SEX}), classes=None).weights
    assert np.allclose(inverse, by_class, rtol=1e-8)
    many = nonresponse_by_propensity(W, answered, columns()[["men", "y"]], classes=5)
    assert np.isclose(many.weights.sum(), T) and len(many.margins) == 5


def test_base_and_household_weights_are_products() -> None:
    assert np.allclose(base_weights([0.5, 0.1], [0.2, 0.5]).weights, [10, 20])
    capped = within_household(np.array([10.0, 10.0]), [2, 9], cap=4)
    assert capped.weights.tolist() == [20, 40]
    assert capped.warnings[0].code == "household.capped"


REFUSED: dict[str, tuple[Callable[[], object], str, tuple[str, ...]]] = {
    "a category nobody is in": (
        lambda: rake(W, [Margin.of(SEX, {"nam": 1.0, "nữ": 1.0, "khác": 5.0})]),
        "calibration.empty-category", ("khác", "sex"),
    ),
    "a category without a total": (lambda: Margin.of(SEX, {"nam": 1.0}), "calibration.no-total", ("nữ", "sex")),
    "margins that disagree": (
        lambda: rake(W, [sexes(), ages(scale=1.1)]), "calibration.totals-disagree", ("sex", "age"),
    ),
    "a negative total": (lambda: sexes(nam=-1.0), "calibration.bad-total", ("nam",)),
    "a missing category": (
        lambda: Margin.of(SEX.where(SEX == "nam"), {"nam": 1.0}), "calibration.missing-values", ("sex",),
    ),
    "bounds that can't be met": (
        lambda: calibrate(W, columns(), TOTALS | {"men": 0.9 * T}, distance="logit", bounds=(0.8, 1.2)),
        "calibration.bounds-not-met", ("0.8", "1.2"),
    ),
    "bounded linear that can't be met": (
        lambda: calibrate(W, columns(), TOTALS | {"men": 0.9 * T}, bounds=(0.8, 1.2)),
        "calibration.bounds-not-met", (),
    ),
    "totals that contradict": (
        lambda: calibrate(W, columns().assign(two=2.0), TOTALS | {"two": T}), "calibration.collinear", (),
    ),
    "a total without a column": (
        lambda: calibrate(W, columns(), TOTALS | {"region": 1.0}), "calibration.extra-total", ("region",),
    ),
    "a column without a total": (
        lambda: calibrate(W, columns(), {"one": T, "men": 1.0}), "calibration.missing-total", ("y",),
    ),
    "a column of zeros": (
        lambda: calibrate(W, columns().assign(none=0.0), TOTALS | {"none": 9.0}),
        "calibration.impossible-total", ("none",),
    ),
    "one in the bounds": (
        lambda: calibrate(W, columns(), TOTALS, bounds=(1.1, 2.0)), "calibration.bounds", ("1.1",),
    ),
    "limits below the mean": (lambda: trim(W, upper=10, strict=True), "trim.impossible", ("10",)),
    "limits the wrong way": (lambda: trim(W, upper=10, lower=20), "trim.limits", ("20",)),
    "a silent class": (
        lambda: nonresponse_by_class(W, np.asarray(SEX == "nam"), SEX), "nonresponse.empty-class", ("nữ", "sex"),
    ),
    "everybody answered": (
        lambda: nonresponse_by_propensity(W, np.ones(N, dtype=bool), columns()), "nonresponse.all-answered", (),
    ),
    "nobody eligible": (lambda: within_household(W, np.zeros(N)), "household.eligible", (str(N),)),
    "a probability above one": (lambda: base_weights([0.5, 1.5]), "stages.probability", ("1",)),
    "raking in a circle": (
        lambda: rake(
            np.ones(3),
            [
                Margin.of(["a", "a", "b"], {"a": 1.0, "b": 9.0}, "x"),
                Margin.of(["u", "v", "v"], {"u": 8.0, "v": 2.0}, "z"),
            ],
        ),
        "calibration.rake-not-converged", ("x",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_done_is_refused_naming_the_category(name: str) -> None:
    act, code, named = REFUSED[name]
    with pytest.raises(AnalysisError) as caught:
        act()
    assert caught.value.code == code
    for language in ("vi", "en"):
        text = sentence(code, caught.value.params, language)
        assert all(part in text for part in named) and "{" not in text, text


def test_partial_post_stratification_leaves_empty_categories_out_and_says_so() -> None:
    margin = Margin.of(SEX, {"nam": 0.5 * T, "nữ": 0.5 * T, "khác": 10.0})
    result = post_stratify(W, margin, partial=True)
    assert np.isclose(result.weights.sum(), T)
    assert [n.params["category"] for n in result.warnings if n.code == "calibration.category-left-out"] == [
        "khác"
    ]


def test_extreme_factors_and_thin_categories_are_remarked() -> None:
    rare = pd.Series(np.where(np.arange(N) < 5, "hiếm", "thường"), name="kind")
    result = rake(W, [Margin.of(rare, {"hiếm": 0.3 * T, "thường": 0.7 * T})])
    assert {"weighting.extreme-factors", "calibration.few-in-category"} <= {n.code for n in result.warnings}
