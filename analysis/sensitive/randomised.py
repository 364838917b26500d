"""Randomised response and the crosswise model: an answer that tells nothing of the person, a share that is honest.

In all of these the share of "yes" λ is a straight line of the prevalence π: λ = a + b·π, with a and b given by the
device alone. So π = (λ - a)/b, its error is that of λ over |b|, and its interval is that of λ moved along the line.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analysis.arrays import Codes
from analysis.design import SampleDesign
from analysis.errors import DesignError
from analysis.estimation.estimators import mean, proportion
from analysis.estimation.result import Estimate, Note, t_quantile
from analysis.estimation.variables import Missing, categorical


@dataclass(frozen=True)
class Device:
    """What hides a single answer: the share of "yes" is λ = a + b·π. Make one by the method's name.

    statistic: the method as results name it. Raises DesignError where a probability is none, or the answer would
    tell nothing (b = 0).
    """

    statistic: str
    a: float
    b: float

    def __post_init__(self) -> None:
        if abs(self.b) < 1e-9:
            raise DesignError("sensitive.tells-nothing")

    @classmethod
    def warner(cls, *, p: float) -> Device:
        """With probability p the statement is "I have", else "I have not". Warner (1965), JASA 60, 63-69."""
        _probability("p", p)
        return cls("randomised-response-warner", 1 - p, 2 * p - 1)

    @classmethod
    def crosswise(cls, *, p: float) -> Device:
        """Whether two answers are the same; p: known share of yes to the harmless one. Yu, Tian & Tang (2008)."""
        _probability("p", p)
        return cls("crosswise", 1 - p, 2 * p - 1)

    @classmethod
    def forced(cls, *, say_yes: float, say_no: float) -> Device:
        """The device says "yes", "no" or "the truth". Boruch (1971); Fox & Tracy (1986), Randomized Response."""
        _probability("say_yes", say_yes)
        _probability("say_no", say_no)
        if say_yes + say_no > 1 + 1e-12:
            raise DesignError("sensitive.probabilities", value=say_yes + say_no)
        return cls("randomised-response-forced", say_yes, 1 - say_yes - say_no)

    @classmethod
    def unrelated(cls, *, p: float, unrelated: float) -> Device:
        """With probability p the sensitive question, else one with a known share of yes. Greenberg et al. (1969)."""
        _probability("p", p)
        _probability("unrelated", unrelated)
        return cls("randomised-response-unrelated", (1 - p) * unrelated, p)


def warner(yes: Any, design: SampleDesign, *, p: float, **options: Any) -> Estimate:
    """Warner's method: with probability p the statement is "I have", else "I have not"; the answer is true or false.

    yes: (n,) the answer (True, 1 or "1" = true). p: from 0 to 1, not 1/2. options: by, domain, missing, level,
    method, df as for `proportion`. λ = (1 - p) + (2p - 1)·π.
    Source: Warner (1965), JASA 60, 63-69.
    """
    return _along(yes, design, Device.warner(p=p), options)


def forced_response(
    yes: Any, design: SampleDesign, *, say_yes: float, say_no: float, **options: Any
) -> Estimate:
    """Forced response: the device says "yes", "no" or "the truth", with probabilities say_yes, say_no and the rest.

    λ = say_yes + (1 - say_yes - say_no)·π. Source: Boruch (1971); Fox & Tracy (1986), Randomized Response.
    """
    return _along(yes, design, Device.forced(say_yes=say_yes, say_no=say_no), options)


def unrelated_question(
    yes: Any, design: SampleDesign, *, p: float, unrelated: float, **options: Any
) -> Estimate:
    """Unrelated question: with probability p the sensitive question, else one whose share of yes is known.

    λ = (1 - p)·unrelated + p·π. Source: Greenberg, Abul-Ela, Simmons & Horvitz (1969), JASA 64, 520-539.
    """
    return _along(yes, design, Device.unrelated(p=p, unrelated=unrelated), options)


def randomised_response(
    yes: Any, design: SampleDesign, devices: Sequence[Device], *, arm: Any = None,
    by: Any = None, domain: Any = None, missing: Missing = "error", level: float = 0.95, df: str | float = "design",
) -> Estimate:  # fmt: skip
    """One share from people who were given different devices, as when half have p and half 1 - p.

    yes: (n,) the answer. devices: one per level of `arm`, in the order of its levels; a single one needs no arm.
    Everyone's answer becomes (y - a)/b of their own device, whose expectation is π: the estimate is the weighted mean
    of these, unbiased whatever the arms' sizes, with the design's own variance (arms may share a PSU). Where all
    devices are the same line, it is `proportion` moved along it, with its better interval.
    Source: the scrambled-score estimator; Chaudhuri (2010), Randomized Response and Indirect Questioning, ch. 3.
    """
    lines = {(device.a, device.b) for device in devices}
    if not devices or (arm is None and len(devices) > 1):
        raise DesignError("sensitive.two-arms", levels=len(devices))
    options: dict[str, Any] = {"by": by, "domain": domain, "missing": missing, "level": level, "df": df}
    if len(lines) == 1:
        return _along(yes, design, devices[0], options)
    codes = categorical(design, arm)
    if len(codes.levels) != len(devices):
        raise DesignError("sensitive.two-arms", levels=len(codes.levels))
    answers = _yes(design, yes)
    known = (answers.codes >= 0) & (codes.codes >= 0)
    a, b = (np.array([*(getattr(device, key) for device in devices), 1.0]) for key in ("a", "b"))
    scores = np.where(known, (answers.codes - a[codes.codes]) / b[codes.codes], np.nan)
    found = mean(scores, design, **options)
    named = replace(found, labels=tuple({**label, "variable": answers.name} for label in found.labels))
    ends = found.ci_low, found.ci_high
    return _finished(named, found.estimate, found.se, *ends, "randomised-response-arms")


def unrelated_question_two_arms(
    yes: Any, arm: Any, design: SampleDesign, *, p: tuple[float, float], level: float = 0.95,
    missing: Missing = "error", domain: Any = None, df: str | float = "design",
) -> Estimate:  # fmt: skip
    """Unrelated question whose own share is unknown: two arms with different probabilities p of the sensitive one.

    arm: (n,) with two levels, in order those of p. π = ((1 - p₂)·λ₁ - (1 - p₁)·λ₂) / (p₁ - p₂), its variance with the
    covariance of the arms within PSUs. Source: Greenberg et al. (1969).
    """
    first, second = p
    _probability("p", first)
    _probability("p", second)
    if math.isclose(first, second):
        raise DesignError("sensitive.same-probabilities", value=first)
    codes = categorical(design, arm)
    if len(codes.levels) != 2:
        raise DesignError("sensitive.two-arms", levels=len(codes.levels))
    answers = _yes(design, yes)
    values = np.where(answers.codes < 0, np.nan, answers.codes).astype(float)
    arms = Codes(codes.codes, codes.levels, "arm")
    means = mean(values, design, by=[arms], domain=domain, missing=missing, level=level, df=df)
    if len(means) != 2 or means.vcov is None:
        raise DesignError("sensitive.two-arms", levels=len(means))
    k = np.array([1 - second, -(1 - first)]) / (first - second)
    value = np.array([k @ means.estimate])
    se = np.array([math.sqrt(max(0.0, float(k @ means.vcov @ k)))])
    used = np.array([means.df.min()])
    margin = t_quantile(0.5 + level / 2, used) * se
    n = np.array([means.n.sum()])
    low, high = value - margin, value + margin
    return _finished(
        replace(means, labels=({"variable": answers.name},), method=("symmetric",), df=used, n=n, level=level),
        value, se, low, high, "randomised-response-two-arms",
    )  # fmt: skip


def crosswise(same: Any, design: SampleDesign, *, p: float, **options: Any) -> Estimate:
    """Crosswise model: is the answer to both questions the same, or do they differ?

    same: (n,) True or 1 = "both yes or both no". p: known share of yes to the harmless question, not 1/2; it must be
    independent of the sensitive one. λ = (1 - p) + (2p - 1)·π.
    Source: Yu, Tian & Tang (2008), Metrika 67, 251-263.
    """
    return _along(same, design, Device.crosswise(p=p), options)


def _along(yes: Any, design: SampleDesign, device: Device, options: dict[str, Any]) -> Estimate:
    found = proportion(_yes(design, yes), design, **options)
    share = found.select(np.array([label["level"] is True for label in found.labels]))
    a, b = device.a, device.b
    ends = np.sort((np.stack([share.ci_low, share.ci_high]) - a) / b, axis=0)
    return _finished(share, (share.estimate - a) / b, share.se / abs(b), ends[0], ends[1], device.statistic)


def _finished(
    source: Estimate, value: np.ndarray, se: np.ndarray, low: np.ndarray, high: np.ndarray, statistic: str
) -> Estimate:
    """Estimates as they come (outside 0..1 with a remark), intervals cut to 0..1.

    n_effective: the size of a simple random sample asked directly and honestly that would be as precise.
    """
    notes = list(source.warnings)
    outside = tuple(int(i) for i in np.flatnonzero((value < 0) | (value > 1)))
    if outside:
        notes.append(Note("sensitive.outside", {}, outside))
    srs = np.where((value > 0) & (value < 1), value * (1 - value), np.nan)
    known = np.isfinite(srs) & (se > 0)
    effective = np.divide(srs, se**2, out=np.full_like(se, np.nan), where=known)
    deff = np.divide(source.n, effective, out=np.full_like(se, np.nan), where=known)
    return replace(
        source, statistic=statistic,
        labels=tuple({k: v for k, v in label.items() if k != "level"} for label in source.labels),
        estimate=value, se=se, ci_low=np.clip(low, 0, 1), ci_high=np.clip(high, 0, 1), n_effective=effective,
        deff=deff,
        deff_reference="direct question, srs-with-replacement", vcov=None, warnings=tuple(notes), replicates=None,
    )  # fmt: skip


def _yes(design: SampleDesign, values: Any) -> Codes:
    """The answer as yes/no: 1, True, "1", "yes" and "true" are yes; 0, False, "0", "no", "false" no."""
    codes = categorical(design, values)
    meaning = {
        "1": True,
        "1.0": True,
        "true": True,
        "yes": True,
        "0": False,
        "0.0": False,
        "false": False,
        "no": False,
    }
    found = [meaning.get(str(level).lower()) for level in codes.levels]
    if None in found:
        raise DesignError(
            "sensitive.not-yes-no", variable=codes.name, value=str(codes.levels[found.index(None)])
        )
    place = np.array([int(bool(f)) for f in found] + [-1], dtype=np.int8)
    return Codes(place[codes.codes], (False, True), codes.name)


def _probability(name: str, value: float) -> None:
    if not (math.isfinite(value) and 0 <= value <= 1):
        raise DesignError("sensitive.probability", variable=name, value=str(value))
