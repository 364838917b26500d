"""Design-based t test and rank tests. Source: Lumley & Scott (2013) for the rank tests."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from scipy import special, stats

from analysis.arrays import Array, Codes, as_codes
from analysis.design import SampleDesign
from analysis.errors import DesignError
from analysis.estimation.expressions import evaluate, parse
from analysis.estimation.formula import Columns
from analysis.estimation.models import wald
from analysis.estimation.replication import replicate_covariance, replicate_estimates, replicates_of
from analysis.estimation.result import Note, TestResult, t_quantile
from analysis.estimation.variables import Missing, Numeric, numeric, restrict, variables, without_missing
from analysis.estimation.variance import covariance

RankTest = Literal["wilcoxon", "vanderWaerden", "median", "KruskalWallis"]
RANK_TESTS = ("wilcoxon", "vanderWaerden", "median", "KruskalWallis")


def t_test(
    response: Any,
    design: SampleDesign,
    group: Any = None,
    *,
    domain: Any = None,
    missing: Missing = "drop",
    level: float = 0.95,
) -> TestResult:
    """Difference of two groups' means (second less first), or one sample's mean against zero.

    response: numeric variable, or an expression in R's notation ("api00 - api99"). group: a two-level variable, None:
    one sample. Degrees of freedom: PSUs less strata less 1. Raises DesignError unless there are exactly two groups.
    """
    design = restrict(design, domain)
    y = _response(response, design)
    if group is None:
        design, dropped = without_missing(design, [y], missing)
        x = np.ones((design.rows, 1))
    else:
        groups = _groups(group, design)
        design, dropped = without_missing(design, [y, groups], missing)
        codes, levels = _present(groups, design)
        if len(levels) != 2:
            raise DesignError("test.two-groups", variable=groups.name, groups=len(levels))
        x = np.stack([np.ones(design.rows), codes.astype(np.float64)], axis=1)
    beta, vcov = least_squares(np.where(design.active, y.values, 0.0), x, design)
    df = float(design.degrees_of_freedom - 1)
    if df < 1:
        raise DesignError("test.no-df", df=df)
    estimate, se = float(beta[-1]), float(np.sqrt(max(vcov[-1, -1], 0.0)))
    if se == 0:
        raise DesignError("test.no-variance")
    t = estimate / se
    margin = float(t_quantile(0.5 + level / 2, np.array([df]))[0]) * se
    notes = (Note("missing.dropped", {"rows": dropped}),) if dropped else ()
    return TestResult(
        "Design-based t test" if group is not None else "Design-based one-sample t test",
        t,
        "t",
        {"df": df},
        float(2 * stats.t.sf(abs(t), df)),
        estimate,
        (estimate - margin, estimate + margin),
        level,
        int(design.active.sum()),
        notes,
    )


def rank_test(
    response: Any,
    design: SampleDesign,
    group: Any,
    *,
    test: RankTest = "wilcoxon",
    domain: Any = None,
    missing: Missing = "drop",
) -> TestResult:
    """Rank test of equal distributions between groups; two groups give a t, more an F on the Kruskal-Wallis form.

    test: the score of the estimated population ranks: "wilcoxon" (or "KruskalWallis"), "vanderWaerden", "median".
    """
    if test not in RANK_TESTS:
        raise DesignError("design.unknown-option", option="test", value=test, choices=", ".join(RANK_TESTS))
    design = restrict(design, domain)
    y, groups = _response(response, design), _groups(group, design)
    design, dropped = without_missing(design, [y, groups], missing)
    codes, levels = _present(groups, design)
    if len(levels) < 2:
        raise DesignError("test.two-groups", variable=groups.name, groups=len(levels))
    score = rank_scores(y.values, design, test)
    x = np.zeros((design.rows, len(levels)))
    x[:, 0] = 1.0
    for j in range(1, len(levels)):
        x[:, j] = codes == j
    beta, vcov = least_squares(score, x, design, refit=False)
    notes = (Note("missing.dropped", {"rows": dropped}),) if dropped else ()
    n = int(design.active.sum())
    if len(levels) == 2:
        df = float(design.degrees_of_freedom - 1)
        if df < 1:
            raise DesignError("test.no-df", df=df)
        if vcov[1, 1] <= 0:
            raise DesignError("test.no-variance")
        t = float(beta[1] / np.sqrt(vcov[1, 1]))
        name = f"Design-based {'Wilcoxon' if test in ('wilcoxon', 'KruskalWallis') else test} test"
        return TestResult(
            name, t, "t", {"df": df}, float(2 * stats.t.sf(abs(t), df)), float(beta[1]), n=n, warnings=notes
        )
    ndf = len(levels) - 1
    found = wald(beta[1:], vcov[1:, 1:], float(design.degrees_of_freedom - ndf), "ranks")
    return TestResult(
        f"Design-based {'Kruskal-Wallis' if test in ('wilcoxon', 'KruskalWallis') else test} test",
        found.statistic * ndf,
        "Chisq",
        {"df": float(ndf), "ddf": found.parameters["ddf"]},
        found.p_value,
        n=n,
        warnings=notes,
    )


def rank_scores(y: Array, design: SampleDesign, test: str) -> Array:
    """(n,) scores of the estimated population mid-ranks, 0 outside the domain."""
    active = design.active
    w = design.weights[active]
    values, inverse = np.unique(y[active], return_inverse=True)
    # Mid-rank of a tied group: the mean over its members of the running weight less half their own.
    order = np.argsort(inverse, kind="stable")
    running = np.empty(len(w))
    running[order] = np.cumsum(w[order]) - w[order] / 2
    mid = np.bincount(inverse, running) / np.bincount(inverse)
    share = (mid / w.sum())[inverse]
    out = np.zeros(design.rows)
    if test == "vanderWaerden":
        out[active] = special.ndtri(share)
    elif test == "median":
        out[active] = share > 0.5
    else:
        out[active] = share
    del values
    return out


def least_squares(y: Array, x: Array, design: SampleDesign, refit: bool = True) -> tuple[Array, Array]:
    """Weighted regression coefficients (p,) of y (n,) on x (n, p) and their covariance.

    refit: replicate designs fit every replicate anew; otherwise they replicate the linearised values.
    """
    w = design.domain_weights

    def point(weights: Array) -> Array:
        return np.asarray(np.linalg.solve(x.T @ (weights[:, None] * x), x.T @ (weights * y)))

    beta = point(w)
    inverse = np.linalg.inv(x.T @ (w[:, None] * x))
    values = (x * (y - x @ beta)[:, None]) @ inverse
    if design.replicates is None:
        return beta, covariance(design, w[:, None] * values)
    if refit:
        thetas = replicate_estimates(design, point)
        return beta, replicate_covariance(replicates_of(design), thetas, beta)
    thetas = replicate_estimates(design, lambda weights: weights @ values)
    return beta, replicate_covariance(replicates_of(design), thetas, w @ values)


def _response(item: Any, design: SampleDesign) -> Numeric:
    if isinstance(item, str) and (design.frame is None or item not in design.frame.columns):
        value = evaluate(parse(item), Columns(design))
        if isinstance(value, Codes):
            raise DesignError("variable.not-numeric", variable=item)
        return Numeric(np.broadcast_to(np.asarray(value, dtype=np.float64), (design.rows,)), item)
    return numeric(design, item)


def _groups(item: Any, design: SampleDesign) -> Codes:
    if isinstance(item, str):
        if design.frame is not None and item in design.frame.columns:
            return as_codes(design.column(item))
        value = evaluate(parse(item), Columns(design))
        return value if isinstance(value, Codes) else as_codes(np.asarray(value), item)
    found = variables(design, item)[0]
    return found if isinstance(found, Codes) else as_codes(found.values, found.name)


def _present(groups: Codes, design: SampleDesign) -> tuple[np.ndarray, tuple[object, ...]]:
    there = np.bincount(groups.codes[design.active], minlength=len(groups.levels)) > 0
    place = np.full(len(groups.levels) + 1, -1, dtype=np.int64)
    place[:-1][there] = np.arange(there.sum())
    return place[groups.codes], tuple(v for v, t in zip(groups.levels, there, strict=True) if t)
