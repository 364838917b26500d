"""List experiment, randomised response, crosswise: closed forms by hand, and what can't be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import SampleDesign, proportion
from analysis.sampling import generator
from analysis.sensitive import (
    Device,
    crosswise,
    forced_response,
    list_experiment,
    randomised_response,
    unrelated_question,
    unrelated_question_two_arms,
    warner,
)

from .test_sampling_draws import refused


def plain(frame: pd.DataFrame) -> SampleDesign:
    return SampleDesign.from_frame(frame.assign(w=1.0), weights="w")


def test_list_experiment_by_hand():
    """Control 0,1,1,2 (mean 1), treatment 1,1,2,3,3 (mean 2): difference 1.

    One stratum of 9 single-person PSUs: V(mean) = 9/8·Σ(y - ȳ)²/n² = 9/8·2/16 and 9/8·4/25, no covariance.
    """
    frame = pd.DataFrame({"y": [0, 1, 1, 2, 1, 1, 2, 3, 3], "t": [0] * 4 + [1] * 5})
    found = list_experiment("y", "t", plain(frame), items=3)
    assert found.prevalence.estimate[0] == pytest.approx(1.0)
    assert found.prevalence.se[0] == pytest.approx((9 / 8 * (2 / 16 + 4 / 25)) ** 0.5)
    assert (found.n_control[0], found.n_treatment[0]) == (4, 5)
    # F0 = .25, .75, 1, 1; F1 = 0, .4, .6, 1: share(y, 1) = F0 - F1, share(y, 0) = F1(y) - F0(y - 1).
    np.testing.assert_allclose(found.cells[:, 1], [0.25, 0.35, 0.4, 0], atol=1e-12)
    np.testing.assert_allclose(found.cells[:, 0], [0, 0.15, -0.15, 0], atol=1e-12)
    assert found.cells.sum() == pytest.approx(1.0) and found.cells[:, 1].sum() == pytest.approx(1.0)
    assert (found.floor, found.ceiling) == (0.25, 0.0)


def test_covariance_of_arms_within_psus_counts():
    """Arms alternate within PSUs that lean up or down together: the contrast is far more precise than apart."""
    rng = generator("arms")
    psu = np.repeat(np.arange(40), 20)
    lean = 2 * rng.standard_normal(40)[psu]
    treatment = np.tile([0, 1], 400)
    y = np.clip(np.round(4 + lean + rng.standard_normal(800)), 0, 8) + treatment * (rng.random(800) < 0.3)
    frame = pd.DataFrame({"y": y, "t": treatment, "psu": psu, "w": 1.0})
    design = SampleDesign.from_frame(frame, weights="w", ids="psu")
    found = list_experiment("y", "t", design, items=8)
    apart = [
        float(np.var([y[(psu == p) & (treatment == a)].mean() for p in range(40)], ddof=1) / 40)
        for a in (0, 1)
    ]
    assert found.prevalence.se[0] < 0.5 * sum(apart) ** 0.5
    # With equal PSUs the contrast is the mean of PSU differences: its error is theirs.
    differences = [
        y[(psu == p) & (treatment == 1)].mean() - y[(psu == p) & (treatment == 0)].mean() for p in range(40)
    ]
    assert found.prevalence.estimate[0] == pytest.approx(np.mean(differences))
    assert found.prevalence.se[0] == pytest.approx(np.std(differences, ddof=1) / 40**0.5)


def test_domains_are_reported_side_by_side():
    rng = generator("domains")
    frame = pd.DataFrame(
        {"y": (3 * rng.random(400)).astype(int), "t": np.tile([0, 1], 200), "sex": np.repeat(["f", "m"], 200)}
    )
    both = list_experiment("y", "t", plain(frame), items=3, by="sex")
    assert [label["sex"] for label in both.prevalence.labels] == ["f", "m"]
    for i, sex in enumerate("fm"):
        one = list_experiment("y", "t", plain(frame), items=3, domain=(frame.sex == sex).to_numpy())
        assert both.prevalence.estimate[i] == pytest.approx(one.prevalence.estimate[0])
        assert both.prevalence.se[i] == pytest.approx(one.prevalence.se[0])


def test_a_list_that_changes_other_answers_is_found_out():
    rng = generator("design effect")
    n = 4000
    treatment = np.tile([0, 1], n // 2)
    control_count = (rng.random((n, 4)) < 0.5).sum(axis=1)
    sensitive = rng.random(n) < 0.1
    honest = control_count + treatment * sensitive
    afraid = np.where(treatment == 1, np.maximum(honest - 1, 0), honest)  # everybody hides one item
    assert list_experiment(honest, treatment, plain(pd.DataFrame({"y": honest})), items=4).impossible_p > 0.05
    assert (
        list_experiment(afraid, treatment, plain(pd.DataFrame({"y": afraid})), items=4).impossible_p < 0.001
    )


def test_impossible_counts_and_empty_arms_are_refused():
    frame = pd.DataFrame({"y": [0, 1, 4, 5], "t": [0, 0, 0, 1], "g": ["a", "a", "b", "b"]})
    error = refused(lambda: list_experiment("y", "t", plain(frame), items=3), "sensitive.impossible-count")
    assert error.params["count"] == 2
    refused(lambda: list_experiment("y", "t", plain(frame), items=0), "sensitive.items")
    refused(lambda: list_experiment("y", "t", plain(frame.assign(t=0)), items=5), "sensitive.empty-arm")
    refused(lambda: list_experiment("y", "t", plain(frame.assign(t=2)), items=5), "sensitive.arm-values")
    refused(lambda: list_experiment("y", "t", plain(frame.assign(t="x")), items=5), "sensitive.arm-values")
    refused(lambda: list_experiment("y", "t", plain(frame), items=5, by="g"), "sensitive.domain-arm")
    holes = frame.assign(y=[0, np.nan, 1, 1])
    refused(lambda: list_experiment("y", "t", plain(holes), items=3), "variable.missing")
    dropped = list_experiment("y", "t", plain(holes), items=3, missing="drop")
    assert dropped.n_control[0] == 2
    assert {n.code: n.params for n in dropped.prevalence.warnings}["missing.dropped"] == {"rows": 1}


def yes(share: float, n: int = 1000) -> tuple[pd.DataFrame, SampleDesign]:
    k = round(share * n)
    frame = pd.DataFrame({"y": [1] * k + [0] * (n - k)})
    return frame, plain(frame)


# λ = 0.4 of 1,000: V(λ) = .24/999 (single-person PSUs). π by hand from each device.
SE = (0.24 / 999) ** 0.5


@pytest.mark.parametrize(
    "call, expected, slope",
    [
        (lambda d: warner("y", d, p=0.7), (0.4 - 0.3) / 0.4, 0.4),
        (lambda d: warner("y", d, p=0.2), (0.4 - 0.8) / -0.6, 0.6),
        (lambda d: forced_response("y", d, say_yes=1 / 6, say_no=1 / 6), (0.4 - 1 / 6) / (2 / 3), 2 / 3),
        (lambda d: unrelated_question("y", d, p=0.7, unrelated=0.25), (0.4 - 0.3 * 0.25) / 0.7, 0.7),
        (lambda d: crosswise("y", d, p=0.25), (0.4 - 0.75) / -0.5, 0.5),
    ],
)
def test_devices_equal_their_closed_forms(call, expected, slope):
    _, design = yes(0.4)
    found = call(design)
    assert found.estimate[0] == pytest.approx(expected)
    assert found.se[0] == pytest.approx(SE / slope)
    assert found.ci_low[0] < expected < found.ci_high[0]
    assert found.n[0] == 1000 and found.n_effective[0] == pytest.approx(
        expected * (1 - expected) / found.se[0] ** 2
    )


def test_certain_truth_is_the_direct_question():
    frame, design = yes(0.4)
    direct = proportion(frame.y.astype(str), design)
    for found in (warner("y", design, p=1.0), forced_response("y", design, say_yes=0, say_no=0)):
        assert found.estimate[0] == pytest.approx(direct.estimate[1])
        assert found.ci_low[0] == pytest.approx(direct.ci_low[1]) and found.ci_high[0] == pytest.approx(
            direct.ci_high[1]
        )


def test_two_arms_with_an_unknown_unrelated_question_by_hand():
    """λ₁ = .45 at p = .7, λ₂ = .55 at p = .2: π = (.8·.45 - .3·.55)/.5 = .39."""
    frame = pd.DataFrame({"y": [1] * 45 + [0] * 55 + [1] * 55 + [0] * 45, "arm": ["a"] * 100 + ["b"] * 100})
    found = unrelated_question_two_arms("y", "arm", plain(frame), p=(0.7, 0.2))
    assert found.estimate[0] == pytest.approx(0.39)
    variance = 200 / 199 * (0.8**2 * 0.2475 / 100 + 0.3**2 * 0.2475 / 100) / 0.25
    assert found.se[0] == pytest.approx(variance**0.5)


def test_arms_with_opposite_devices_by_hand():
    """Crosswise with p = .25 and p = .75: .55 and .45 the same. π = .4 in both, so is the mean of the scores."""
    frame = pd.DataFrame({"y": [1] * 55 + [0] * 45 + [1] * 45 + [0] * 55, "arm": ["a"] * 100 + ["b"] * 100})
    devices = [Device.crosswise(p=0.25), Device.crosswise(p=0.75)]
    found = randomised_response("y", plain(frame), devices, arm="arm")
    assert found.estimate[0] == pytest.approx(0.4)
    scores = (
        [(1 - 0.75) / -0.5] * 55 + [(0 - 0.75) / -0.5] * 45 + [(1 - 0.25) / 0.5] * 45 + [-0.25 / 0.5] * 55
    )
    assert found.se[0] == pytest.approx((np.var(scores, ddof=1) / 200) ** 0.5)
    assert found.statistic == "randomised-response-arms" and found.labels == ({"variable": "y"},)


def test_one_device_in_two_arms_is_the_device_alone():
    frame, design = yes(0.4)
    frame["arm"] = [0, 1] * 500
    same = [Device.warner(p=0.7)] * 2
    one, two = warner("y", design, p=0.7), randomised_response("y", plain(frame), same, arm="arm")
    assert (two.estimate[0], two.ci_low[0], two.ci_high[0]) == pytest.approx(
        (one.estimate[0], one.ci_low[0], one.ci_high[0])
    )
    refused(lambda: randomised_response("y", design, []), "sensitive.two-arms")
    refused(lambda: randomised_response("y", design, same), "sensitive.two-arms")
    three = [Device.warner(p=0.7), Device.warner(p=0.2), Device.warner(p=0.3)]
    refused(lambda: randomised_response("y", plain(frame), three, arm="arm"), "sensitive.two-arms")


def test_an_estimate_outside_the_possible_is_kept_and_said():
    _, design = yes(0.2)
    found = warner("y", design, p=0.7)
    assert found.estimate[0] == pytest.approx(-0.25)
    assert found.ci_low[0] == 0 and "sensitive.outside" in {n.code for n in found.warnings}


def test_devices_that_cannot_work_are_refused():
    frame, design = yes(0.4)
    refused(lambda: warner("y", design, p=0.5), "sensitive.tells-nothing")
    refused(lambda: crosswise("y", design, p=0.5), "sensitive.tells-nothing")
    refused(lambda: forced_response("y", design, say_yes=0.5, say_no=0.5), "sensitive.tells-nothing")
    refused(lambda: forced_response("y", design, say_yes=0.6, say_no=0.5), "sensitive.probabilities")
    refused(lambda: unrelated_question("y", design, p=0, unrelated=0.5), "sensitive.tells-nothing")
    refused(lambda: warner("y", design, p=1.5), "sensitive.probability")
    refused(lambda: warner("y", plain(pd.DataFrame({"y": [1, 2, 0]})), p=0.7), "sensitive.not-yes-no")
    arms = plain(frame.assign(arm=0))
    refused(lambda: unrelated_question_two_arms("y", "arm", arms, p=(0.7, 0.2)), "sensitive.two-arms")
    refused(
        lambda: unrelated_question_two_arms("y", "arm", arms, p=(0.7, 0.7)), "sensitive.same-probabilities"
    )
