"""List experiments (item counts): how many, never which; prevalence is the difference between the arms.

Source: Miller (1984); Blair & Imai (2012), Statistical Analysis of List Experiments, Political Analysis 20, 47-77
(difference in means; test of no design effect, their section 3.1).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import norm

from analysis.arrays import Array, Codes, Ints
from analysis.design import SampleDesign
from analysis.errors import DesignError
from analysis.estimation.estimators import mean, proportion
from analysis.estimation.result import Estimate, Note, t_quantile
from analysis.estimation.variables import Missing, numeric, restrict


@dataclass(frozen=True, eq=False)
class ListExperiment:
    """prevalence: one row per domain (one in all): share for whom the sensitive item holds, as a fraction; it may
    fall outside 0..1, which is noise or a fault, never rounded away.

    n_control, n_treatment: (k,) unweighted bases; `prevalence.n` is their sum. control_mean, treatment_mean: (k,).
    cells: the joint shares of all respondents, control count 0..J by sensitive item (0, 1): (J + 1, 2); under an
    honest list none is negative. cells_se: their errors. impossible_p: p-value of the hypothesis that none is
    negative (Bonferroni over the cells), small = the list changed the answers to the other items. floor, ceiling:
    shares of the control arm that answer 0 and J, whose answer would be no secret.
    """

    prevalence: Estimate
    n_control: Ints
    n_treatment: Ints
    control_mean: Array
    treatment_mean: Array
    items: int
    cells: Array
    cells_se: Array
    impossible_p: float
    floor: float
    ceiling: float


def list_experiment(
    count: Any,
    treatment: Any,
    design: SampleDesign,
    *,
    items: int,
    by: Any = None,
    domain: Any = None,
    missing: Missing = "error",
    level: float = 0.95,
    df: str | float = "design",
) -> ListExperiment:
    """Prevalence of the sensitive item as one contrast of the arms.

    count: (n,) how many items hold. treatment: (n,) True or 1 for the arm with the sensitive item, False or 0
    for control. items: number J of harmless items, in both arms. The variance of the difference includes the
    covariance of the arms within PSUs, which share their interviewer and their neighbours.
    Raises DesignError for counts that can't be (negative, broken, above J in control or J + 1 in treatment), saying
    how many, and when an arm or a domain's arm is empty.
    """
    if isinstance(items, bool) or not isinstance(items, int | np.integer) or items < 1:
        raise DesignError("sensitive.items", value=str(items))
    design = restrict(design, domain)
    y = numeric(design, count)
    arm = _arm(design, treatment)
    design, counts, dropped = _usable(design, y.values, arm, items, missing, y.name)
    groups = [] if by is None else (list(by) if isinstance(by, list | tuple) else [by])
    # "by" runs fastest in its first variable: the arm comes first, so pairs lie side by side.
    means = mean(
        np.where(np.isnan(counts), 0.0, counts), design, by=[_codes(arm), *groups], level=level, df=df
    )
    pairs = _pairs(means)
    t, c = np.array([p[1] for p in pairs]), np.array([p[0] for p in pairs])
    assert means.vcov is not None
    combine = np.zeros((len(means), len(pairs)))
    combine[t, np.arange(len(pairs))] = 1.0
    combine[c, np.arange(len(pairs))] = -1.0
    vcov = combine.T @ means.vcov @ combine
    estimate, se = means.estimate[t] - means.estimate[c], np.sqrt(np.maximum(np.diag(vcov), 0.0))
    used = np.minimum(means.df[t], means.df[c])
    margin = t_quantile(0.5 + level / 2, used) * se
    notes = [note for note in means.warnings if not note.rows]
    if dropped:
        notes.append(Note("missing.dropped", {"rows": dropped}))
    outside = tuple(int(i) for i in np.flatnonzero((estimate < 0) | (estimate > 1)))
    if outside:
        notes.append(Note("sensitive.outside", {}, outside))
    unknown = np.full(len(pairs), np.nan)
    labels = tuple({k: v for k, v in means.labels[i].items() if k not in ("arm",)} for i in t)
    n_control, n_treatment = means.n[c].astype(np.int64), means.n[t].astype(np.int64)
    prevalence = replace(
        means, statistic="list-experiment", labels=tuple({**label, "variable": y.name} for label in labels),
        estimate=estimate, se=se, ci_low=estimate - margin, ci_high=estimate + margin,
        method=("symmetric",) * len(pairs),
        df=used, n=means.n[t] + means.n[c], n_effective=unknown, deff=unknown, deff_reference=None, vcov=vcov,
        warnings=tuple(notes), replicates=None,
    )  # fmt: skip
    cells, cells_se, p, floor, ceiling = _cells(counts, arm, design, items, df)
    return ListExperiment(
        prevalence, n_control, n_treatment, means.estimate[c], means.estimate[t], int(items), cells, cells_se, p,
        floor, ceiling,
    )  # fmt: skip


def _arm(design: SampleDesign, treatment: Any) -> Array:
    """(n,) 1.0 treatment, 0.0 control, NaN unknown."""
    found = design.column(treatment).to_numpy() if isinstance(treatment, str) else np.asarray(treatment)
    if found.dtype.kind in "OUS" or not np.isin(found[np.isfinite(found.astype(float))], [0, 1]).all():
        raise DesignError("sensitive.arm-values")
    if found.shape != (design.rows,):
        raise DesignError("design.length", variable="treatment", rows=int(found.size), wanted=design.rows)
    return np.asarray(found, dtype=float)


def _codes(arm: Array) -> Codes:
    return Codes(np.where(np.isnan(arm), -1, arm).astype(np.int8), (0, 1), "arm")


def _usable(
    design: SampleDesign, y: Array, arm: Array, items: int, missing: Missing, name: str
) -> tuple[SampleDesign, Array, int]:
    active = design.active
    gone = np.isnan(y) | np.isnan(arm)
    if missing == "error" and (gone & active).any():
        raise DesignError("variable.missing", variable=name, count=int((gone & active).sum()))
    inside = active & ~gone
    most = items + np.nan_to_num(arm)
    wrong = inside & ((np.nan_to_num(y) < 0) | (np.nan_to_num(y) > most) | (np.nan_to_num(y) % 1 != 0))
    if wrong.any():
        raise DesignError("sensitive.impossible-count", variable=name, count=int(wrong.sum()), items=items)
    for value, word in ((0.0, "control"), (1.0, "treatment")):
        if not (inside & (arm == value)).any():
            raise DesignError("sensitive.empty-arm", arm=word)
    return design.subset(~gone), np.where(gone, np.nan, y), int((gone & active).sum())


def _pairs(means: Estimate) -> list[tuple[int, int]]:
    """(control row, treatment row) of each domain; DesignError where a domain lacks an arm."""
    place: dict[tuple[tuple[str, object], ...], dict[object, int]] = {}
    for i, label in enumerate(means.labels):
        key = tuple((k, v) for k, v in label.items() if k not in ("arm", "variable"))
        place.setdefault(key, {})[label["arm"]] = i
    for key, arms in place.items():
        if len(arms) < 2:
            where = ", ".join(f"{k} = {v}" for k, v in key)
            raise DesignError("sensitive.domain-arm", domain=where)
    return [(arms[0], arms[1]) for arms in place.values()]


def _cells(
    counts: Array, arm: Array, design: SampleDesign, items: int, df: str | float
) -> tuple[Array, Array, float, float, float]:
    """Joint shares of (control count, sensitive item) from the two distributions, with errors and the test.

    share(y, 1) = F₀(y) - F₁(y), share(y, 0) = F₁(y) - F₀(y - 1), F cumulated in control (0) and treatment (1).
    """
    levels = items + 2
    codes = Codes(np.where(np.isnan(counts), -1, counts).astype(np.int16), tuple(range(levels)), "count")
    shares = proportion(codes, design, by=[_codes(arm)], df=df, method="mean")
    assert shares.vcov is not None
    place = {(label["level"], label["arm"]): i for i, label in enumerate(shares.labels)}
    cumulated = np.zeros((2, levels + 1, len(shares)))  # F of arm, up to y - 1, as a combination of rows
    for a in (0, 1):
        for y in range(levels):
            cumulated[a, y + 1] = cumulated[a, y]
            cumulated[a, y + 1, place[y, a]] += 1.0
    combine = np.zeros((items + 1, 2, len(shares)))
    for y in range(items + 1):
        combine[y, 1] = cumulated[0, y + 1] - cumulated[1, y + 1]
        combine[y, 0] = cumulated[1, y + 1] - cumulated[0, y]
    flat = combine.reshape(-1, len(shares))
    value = flat @ shares.estimate
    se = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", flat, shares.vcov, flat), 0.0))
    tested = se > 0
    z = np.divide(value, se, out=np.zeros_like(value), where=tested)
    lowest = norm.cdf(z[tested])
    p = min(1.0, float(lowest.min() * tested.sum())) if tested.any() else 1.0
    # A cell without variance that is negative is impossible for sure.
    p = 0.0 if bool(((se == 0) & (value < -1e-12)).any()) else p
    floor, ceiling = float(shares.estimate[place[0, 0]]), float(shares.estimate[place[items, 0]])
    return value.reshape(items + 1, 2), se.reshape(items + 1, 2), p, floor, ceiling
