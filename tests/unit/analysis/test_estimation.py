"""Estimators: intervals, replicates, models and contrasts hold to known answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import (
    Codes,
    ConvergenceError,
    DesignError,
    SampleDesign,
    as_replicate,
    contrast,
    crosstab,
    glm,
    mean,
    ordinal,
    predicted_margins,
    proportion,
    quantile,
    rank_test,
    ratio,
    replicate_design,
    t_test,
    term_test,
    total,
    variance,
    with_replicates,
)
from analysis.estimation.intervals import proportion_intervals
from tests.reference.run import HERE

RNG = np.random.default_rng(11)
SCHOOLS = pd.read_csv(HERE / "data" / "apiclus1.csv")


def schools(**options: object) -> SampleDesign:
    return SampleDesign.from_frame(SCHOOLS, **({"ids": "dnum", "weights": "pw", "fpc": "fpc"} | options))  # type: ignore[arg-type]


def paired(strata: int = 12, per_psu: int = 4) -> SampleDesign:
    """Two PSUs in each stratum."""
    n = strata * 2 * per_psu
    psu = np.repeat(np.arange(strata * 2), per_psu)
    frame = pd.DataFrame(
        {"psu": psu, "stratum": psu // 2, "w": RNG.gamma(3, 5, n), "y": RNG.normal(10, 2, n)}
    )
    return SampleDesign.from_frame(frame, weights="w", strata="stratum", ids="psu")


# intervals -----------------------------------------------------------------------------------------------


def test_default_interval_is_logit_where_both_answers_have_ten_effective_cases_else_korn_graubard() -> None:
    p, n = np.array([0.5, 0.05, 0.05]), np.array([400.0, 400.0, 100.0])
    se = np.sqrt(p * (1 - p) / n)
    _, _, method = proportion_intervals(p, se, n, np.full(3, 30.0), 0.95, "default")
    assert method == ("logit", "logit", "beta")


def test_korn_graubard_without_a_design_effect_is_clopper_pearson() -> None:
    low, high, _ = proportion_intervals(
        np.array([0.2]), np.array([np.sqrt(0.2 * 0.8 / 50)]), np.array([50.0]), np.array([49.0]), 0.95, "beta"
    )
    assert np.isclose(low[0], stats.beta.ppf(0.025, 10, 41), rtol=1e-10)
    assert np.isclose(high[0], stats.beta.ppf(0.975, 11, 40), rtol=1e-10)


def test_wilson_on_the_effective_sample_solves_its_own_equation() -> None:
    p, size = 0.1, 80.0
    low, high, _ = proportion_intervals(
        np.array([p]),
        np.array([np.sqrt(p * (1 - p) / size)]),
        np.array([200.0]),
        np.array([np.inf]),
        0.9,
        "wilson",
    )
    for end in (low[0], high[0]):
        assert np.isclose(abs(p - end) / np.sqrt(end * (1 - end) / size), stats.norm.ppf(0.95), rtol=1e-9)


@pytest.mark.parametrize(
    "method", ["default", "logit", "likelihood", "asin", "beta", "mean", "xlogit", "wilson"]
)
def test_at_nought_and_a_hundred_percent_the_interval_still_has_a_width(method: str) -> None:
    codes = Codes(np.zeros(96, dtype=np.int8), ("all", "none"), "answer")
    result = proportion(codes, paired(), method=method)
    assert result.estimate.tolist() == [1.0, 0.0]
    assert result.ci_low[1] == 0 and result.ci_high[0] == 1
    assert 0.9 < result.ci_low[0] < 1 and np.isclose(result.ci_high[1], 1 - result.ci_low[0])
    assert set(result.method) == {"beta"}


def test_few_degrees_of_freedom_are_remarked_and_none_gives_no_interval() -> None:
    design = paired(4)
    few = proportion(Codes(np.arange(32) % 2, ("a", "b"), "x"), design)
    assert [note.rows for note in few.warnings if note.code == "estimate.few-df"] == [(0, 1)]
    one = mean("y", design, domain=design.psu == 0)
    assert one.df[0] == 0 and np.isnan(one.ci_low[0])


# replicates ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JKn", "BRR", "Fay"])
def test_replicates_of_paired_psus_equal_taylor_for_totals(kind: str) -> None:
    design = paired()
    replicated = as_replicate(design, kind, rho=0.4)  # type: ignore[arg-type]
    assert np.allclose(total("y", replicated).se, total("y", design).se, rtol=1e-10)


@pytest.mark.parametrize("kind", ["subbootstrap", "bootstrap", "mrbbootstrap"])
def test_bootstraps_come_near_taylor(kind: str) -> None:
    design = paired(30) if kind != "bootstrap" else schools()
    name = "y" if kind != "bootstrap" else "api00"
    replicated = as_replicate(design, kind, replicates=4000, rng=np.random.default_rng(5))  # type: ignore[arg-type]
    assert np.isclose(mean(name, replicated).se[0], mean(name, design).se[0], rtol=0.06)


def test_prestons_bootstrap_carries_the_second_stage() -> None:
    frame = pd.read_csv(HERE / "data" / "apiclus2.csv")
    design = SampleDesign.from_frame(frame, ids=["dnum", "snum"], fpc=["fpc1", "fpc2"])
    replicated = as_replicate(design, "mrbbootstrap", replicates=4000, rng=np.random.default_rng(6))
    assert np.isclose(total("api00", replicated).se[0], total("api00", design).se[0], rtol=0.06)


def test_successive_differences_see_a_trend_in_the_order_as_no_error() -> None:
    n = 400
    frame = pd.DataFrame({"w": np.ones(n), "y": np.linspace(0, 1, n)})
    design = SampleDesign.from_frame(frame, weights="w")
    assert mean("y", as_replicate(design, "successive-difference")).se[0] < 0.1 * mean("y", design).se[0]


def test_replicate_weights_given_as_full_weights_or_as_multipliers_are_the_same() -> None:
    design = as_replicate(paired(), "JKn")
    assert design.replicates is not None and design.frame is not None
    full = np.stack(list(design.replicates), axis=1)
    options = {"kind": "JKn", "rscales": design.replicates.rscales}
    combined = replicate_design(design.frame, "w", full, combined=True, **options)  # type: ignore[arg-type]
    apart = replicate_design(
        design.frame,
        "w",
        full / design.weights[:, None],
        combined=False,
        **options,  # type: ignore[arg-type]
    )
    for other in (combined, apart):
        assert np.allclose(mean("y", other).se, mean("y", design).se, rtol=1e-12)
        assert other.degrees_of_freedom == design.degrees_of_freedom
    own = with_replicates(design, lambda w: np.average(design.frame["y"], weights=w))  # type: ignore[index]
    assert np.isclose(own.se[0], mean("y", design).se[0], rtol=1e-12)


@pytest.mark.parametrize(
    ("kind", "make", "code"),
    [
        ("BRR", lambda: schools(), "replicates.brr-pairs"),
        ("JK1", lambda: paired(), "replicates.jk1-strata"),
        ("subbootstrap", lambda: paired(), "replicates.no-generator"),
    ],
)
def test_replicates_that_do_not_fit_the_design_are_refused(kind: str, make: object, code: str) -> None:
    with pytest.raises(DesignError) as caught:
        as_replicate(make(), kind)  # type: ignore[operator,arg-type]
    assert caught.value.code == code


# contrasts, ratios, variances ----------------------------------------------------------------------------


def test_a_nonlinear_contrast_of_totals_is_the_ratio() -> None:
    both = total(["api.stu", "enroll"], schools())
    by_contrast = contrast(both, {"rate": "api.stu / enroll"})
    direct = ratio("api.stu", "enroll", schools())
    assert np.allclose([by_contrast.estimate, by_contrast.se], [direct.estimate, direct.se], rtol=1e-12)


def test_a_difference_of_two_domains_knows_their_covariance() -> None:
    by = mean("api00", schools(), by="awards")
    difference = contrast(by, {"gain": {"Yes": 1, "No": -1}})
    regression = glm("api00 ~ awards", schools())
    assert np.allclose(
        [difference.estimate[0], difference.se[0]], [regression.coefficients[1], regression.se[1]], rtol=1e-9
    )


def test_contrasts_refuse_what_they_do_not_know() -> None:
    both = total(["api.stu", "enroll"], schools())
    for spec, code in (
        ({"x": {"nobody": 1.0}}, "contrast.unknown-term"),
        ({"x": "log(0 - enroll)"}, "contrast.not-finite"),
    ):
        with pytest.raises(DesignError) as caught:
            contrast(both, spec)  # type: ignore[arg-type]
        assert caught.value.code == code


def test_variance_of_a_simple_sample_is_the_usual_one() -> None:
    y = RNG.normal(0, 3, 50)
    design = SampleDesign.from_frame(pd.DataFrame({"y": y, "w": np.full(50, 7.0)}), weights="w")
    assert np.isclose(variance("y", design).estimate[0], y.var(ddof=1), rtol=1e-12)


def test_design_effect_of_a_simple_sample_is_one_with_either_reference() -> None:
    frame = pd.DataFrame({"y": RNG.normal(0, 3, 50), "w": np.full(50, 4.0), "N": np.full(50, 200.0)})
    design = SampleDesign.from_frame(frame, weights="w", fpc="N")
    for wanted, value in (("without", 1.0), ("replace", 0.75)):
        result = mean("y", design, deff=wanted)  # type: ignore[arg-type]
        assert np.isclose(result.deff[0], value, rtol=1e-12)
        assert result.deff_reference == f"srs-{'without' if wanted == 'without' else 'with'}-replacement"


HYNDMAN_FAN = {
    "hf1": "inverted_cdf", "hf2": "averaged_inverted_cdf", "hf4": "interpolated_inverted_cdf", "hf5": "hazen",
    "hf6": "weibull", "hf7": "linear", "hf8": "median_unbiased", "hf9": "normal_unbiased",
}  # fmt: skip


@pytest.mark.parametrize(("rule", "method"), HYNDMAN_FAN.items())
def test_quantile_rules_on_equal_weights_are_those_of_hyndman_and_fan(rule: str, method: str) -> None:
    y = RNG.normal(0, 1, 41)
    design = SampleDesign.from_frame(pd.DataFrame({"y": y, "w": np.ones(41)}), weights="w")
    got = quantile("y", design, [0.2, 0.5, 0.83], qrule=rule).estimate
    assert np.allclose(got, np.quantile(y, [0.2, 0.5, 0.83], method=method), rtol=1e-10)  # type: ignore[call-overload]


# models and tests ----------------------------------------------------------------------------------------


def test_ordinal_model_agrees_with_r_svyolr() -> None:
    """R survey 4.1-1: svyolr(mealcat ~ ell + mobility + stype, apiclus1), found by its optimiser to some digits."""
    frame = SCHOOLS.assign(
        mealcat=pd.cut(SCHOOLS.meals, [0, 25, 50, 75, 100], include_lowest=True, labels=["1", "2", "3", "4"])
    )
    fit = ordinal(
        "mealcat ~ ell + mobility + stype",
        SampleDesign.from_frame(frame, ids="dnum", weights="pw", fpc="fpc"),
    )
    expected = [
        (0.074474382, 0.015766944),
        (0.045658178, 0.032140056),
        (-0.5767382, 0.58641142),
        (-0.10975401, 0.35185226),
        (1.0172343, 0.77397743),
        (2.9474614, 0.82385797),
        (4.5206604, 1.0427736),
    ]
    assert fit.names[-3:] == ("1|2", "2|3", "3|4")
    assert np.allclose(fit.coefficients, [v[0] for v in expected], rtol=2e-4)
    assert np.allclose(fit.se, [v[1] for v in expected], rtol=2e-3)


def test_ordinal_slopes_do_not_care_whether_levels_are_counted_up_or_down() -> None:
    frame = SCHOOLS.assign(
        up=pd.Categorical(pd.qcut(SCHOOLS.api00, 4, labels=list("abcd")), categories=list("abcd")),
    )
    frame["down"] = pd.Categorical(frame["up"], categories=list("dcba"))
    design = SampleDesign.from_frame(frame, ids="dnum", weights="pw")
    up, down = ordinal("up ~ ell + meals", design), ordinal("down ~ ell + meals", design)
    assert np.allclose(up.coefficients[:2], -down.coefficients[:2], rtol=1e-7)
    assert np.allclose(up.se[:2], down.se[:2], rtol=1e-6)


def test_predicted_margins_of_a_saturated_model_are_the_groups_means() -> None:
    fit = glm("api00 ~ stype", schools())
    margins, plain = predicted_margins(fit, "stype"), mean("api00", schools(), by="stype")
    assert np.allclose([margins.estimate, margins.se], [plain.estimate, plain.se], rtol=1e-9)


def test_predicted_margins_come_near_their_jackknife() -> None:
    fit = glm("api00 ~ stype + ell", schools())
    jackknifed = glm("api00 ~ stype + ell", as_replicate(schools(), "JK1"))
    assert np.allclose(
        predicted_margins(fit, "stype").se, predicted_margins(jackknifed, "stype").se, rtol=0.25
    )


def test_term_test_of_one_coefficient_is_its_t_squared() -> None:
    fit = glm("api00 ~ ell + stype", schools())
    found = term_test(fit, "ell")
    assert np.isclose(found.statistic, (fit.coefficients[1] / fit.se[1]) ** 2, rtol=1e-12)
    assert np.isclose(found.p_value, fit.to_frame().p_value[1], rtol=1e-9)
    assert term_test(fit, "stype").parameters == {"df": 2.0, "ddf": 11.0}


def test_interactions_and_offsets_are_read_as_r_reads_them() -> None:
    frame = SCHOOLS.assign(two=2.0)
    design = SampleDesign.from_frame(frame, ids="dnum", weights="pw")
    plain = glm("enroll ~ stype * awards", design, family="poisson")
    shifted = glm("enroll ~ stype + awards + stype:awards + offset(log(two))", design, family="poisson")
    assert plain.names == shifted.names
    assert plain.names[-1] == "stypeM:awardsYes"
    assert np.isclose(plain.coefficients[0] - shifted.coefficients[0], np.log(2), rtol=1e-9)
    assert np.allclose(plain.coefficients[1:], shifted.coefficients[1:], rtol=1e-7)


def test_a_column_that_repeats_another_is_left_out_and_named() -> None:
    fit = glm("api00 ~ ell + I(2 * ell)", schools())
    assert fit.names == ("(Intercept)", "ell") and fit.aliased == ("I(2 * ell)",)
    assert any(note.code == "model.aliased" for note in fit.warnings)


def test_separated_answers_are_no_result() -> None:
    frame = pd.DataFrame({"w": np.ones(40), "y": np.repeat([0.0, 1.0], 20), "x": np.repeat([0.0, 1.0], 20)})
    with pytest.raises(ConvergenceError):
        glm("y ~ x", SampleDesign.from_frame(frame, weights="w"), family="binomial")


def test_a_response_outside_its_family_and_unreadable_formulas_are_refused() -> None:
    for formula, options, code in (
        ("api00 ~ ell", {"family": "binomial"}, "model.response-range"),
        ("api00 + ell", {}, "formula.no-tilde"),
        ("api00 ~ ell +* 2", {}, "expression.syntax"),
        ("api00 ~ f(ell)", {}, "expression.unknown-function"),
    ):
        with pytest.raises(DesignError) as caught:
            glm(formula, schools(), **options)  # type: ignore[arg-type]
        assert caught.value.code == code


def test_t_test_on_a_simple_sample_with_equal_variances_is_near_students() -> None:
    y, g = RNG.normal(0, 1, 400), np.repeat(["a", "b"], 200)
    design = SampleDesign.from_frame(pd.DataFrame({"y": y, "g": g, "w": np.ones(400)}), weights="w")
    found, classic = t_test("y", design, "g"), stats.ttest_ind(y[200:], y[:200])
    assert np.isclose(found.statistic, classic.statistic, rtol=0.01)
    assert found.parameters == {"df": 398.0}


def test_rank_test_ignores_increasing_transformations() -> None:
    plain = rank_test("api00", schools(), "awards")
    bent = rank_test("exp(api00 / 100)", schools(), "awards")
    assert np.isclose(plain.statistic, bent.statistic, rtol=1e-12)


def test_three_groups_are_no_t_test() -> None:
    with pytest.raises(DesignError) as caught:
        t_test("api00", schools(), "stype")
    assert caught.value.code == "test.two-groups" and caught.value.params["groups"] == 3


def test_association_in_a_simple_sample_is_near_pearsons_chi_square() -> None:
    a, b = RNG.integers(0, 2, 2000), RNG.integers(0, 3, 2000)
    design = SampleDesign.from_frame(pd.DataFrame({"w": np.ones(2000)}), weights="w")
    ours = crosstab(Codes(a, (0, 1), "a"), Codes(b, (0, 1, 2), "b"), design, test="Chisq").test
    classic = stats.chi2_contingency(np.histogram2d(a, b, (2, 3))[0], correction=False)
    assert ours is not None
    assert np.isclose(ours.statistic, classic.statistic, rtol=1e-10)
    assert np.isclose(ours.p_value, classic.pvalue, rtol=0.02)
