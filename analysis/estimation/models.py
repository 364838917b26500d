"""Generalised linear models with design-based covariance, and Wald tests of their terms.

Sources: Binder (1983) for the covariance; Lumley & Scott (2017) on fitting and testing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from analysis.arrays import Array, Bools, Codes
from analysis.design import SampleDesign
from analysis.errors import ConvergenceError, DesignError
from analysis.estimation.estimators import FEW_DF
from analysis.estimation.families import Family
from analysis.estimation.families import family as family_of
from analysis.estimation.formula import Columns, Formula, ModelMatrix, column_of, model_matrix, parse_formula
from analysis.estimation.replication import replicate_covariance, replicate_estimates, replicates_of
from analysis.estimation.result import Note, TestResult, t_quantile
from analysis.estimation.variables import Missing, restrict
from analysis.estimation.variance import covariance, standard_errors

Stopping = Literal["exact", "deviance"]


@dataclass(frozen=True, eq=False)
class Solution:
    """coefficients (p,), linear predictor (n,), working weights (n,)."""

    coefficients: Array
    linear: Array
    weight: Array


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted model. names, coefficients, se (p,); vcov (p, p); df: design degrees of freedom left (PSUs less
    strata plus 1 less coefficients); dispersion: weighted variance of the Pearson residuals; deviance: at weights
    scaled to mean 1; n: rows used; naive: (p, p) inverse information at those weights; fitted, pearson: (n,)
    means and Pearson residuals, NaN outside the rows used; aliased: names left out. columns:
    the columns of the model matrix kept; influence (n, p) of the coefficients, or their replicates (R, p)."""

    formula: Formula
    family: Family
    names: tuple[str, ...]
    assign: tuple[int, ...]
    terms: tuple[str, ...]
    coefficients: Array
    vcov: Array
    naive: Array
    df: float
    dispersion: float
    deviance: float
    n: int
    level: float
    aliased: tuple[str, ...]
    fitted: Array
    pearson: Array
    design: SampleDesign
    warnings: tuple[Note, ...]
    columns: tuple[int, ...] = ()
    influence: Array | None = None
    replicates: Array | None = None

    @property
    def se(self) -> Array:
        return standard_errors(self.vcov)

    def interval(self, level: float | None = None, df: float | None = None) -> tuple[Array, Array]:
        """Wald limits; df None: the model's own, inf: the normal."""
        used = np.full(len(self.coefficients), self.df if df is None else float(df))
        margin = t_quantile(0.5 + (level or self.level) / 2, used) * self.se
        return self.coefficients - margin, self.coefficients + margin

    def to_frame(self) -> pd.DataFrame:
        """One row per coefficient: estimate, se, t, p-value, interval."""
        low, high = self.interval()
        t = self.coefficients / self.se
        p = 2 * stats.t.sf(np.abs(t), self.df) if self.df >= 1 else np.full(len(t), np.nan)
        return pd.DataFrame(
            {
                "term": self.names,
                "estimate": self.coefficients,
                "se": self.se,
                "statistic": t,
                "p_value": p,
                "ci_low": low,
                "ci_high": high,
            }
        )


def glm(
    formula: str,
    design: SampleDesign,
    *,
    family: str = "gaussian",
    link: str | None = None,
    domain: object = None,
    missing: Missing = "drop",
    level: float = 0.95,
    max_iterations: int = 100,
    stopping: Stopping = "exact",
) -> Fit:
    """A generalised linear model by weighted likelihood, with linearised or replicated covariance.

    formula: R's notation, on columns of the design's frame. family: "gaussian", "binomial", "poisson", "quasi", and
    the quasi names. missing: rows without a value are a domain ("drop") or refused ("error"). Columns that are
    combinations of earlier ones are left out and named. stopping: "exact" goes on until the coefficients stand still;
    "deviance" stops when the deviance moves by less than 1e-8 and keeps the last step's weights, which gives R's
    digits. Raises ConvergenceError when the weights run away (perfect
    separation), DesignError for a response outside the family's range.
    """
    design = restrict(design, domain)
    parsed = parse_formula(formula)
    if parsed.response is None:
        raise DesignError("formula.no-response", formula=formula)
    columns = Columns(design)
    y, gone_y = response(parsed, columns, design.rows)
    matrix = model_matrix(parsed, design, columns)
    scale = float(design.weights[design.active].mean())
    design, dropped = complete_rows(design, matrix.missing | gone_y, formula, missing)
    chosen = family_of(family, link)
    fit = _fit(parsed, chosen, y, matrix, design, scale, level, max_iterations, stopping)
    notes = [Note("missing.dropped", {"rows": dropped})] if dropped else []
    if fit.aliased:
        notes.append(Note("model.aliased", {"terms": ", ".join(fit.aliased)}))
    if fit.df < FEW_DF:
        notes.append(Note("estimate.few-df", {"limit": FEW_DF}))
    return replace(fit, warnings=tuple(notes))


def response(formula: Formula, columns: Columns, rows: int) -> tuple[Array, Bools]:
    """(n,) response and where it is missing; a two-level category counts as its second level."""
    assert formula.response is not None
    value = column_of(formula.response, columns, rows)
    if isinstance(value, Codes):
        gone = value.missing
        return np.where(gone, np.nan, (value.codes > 0).astype(np.float64)), gone
    return np.asarray(value), ~np.isfinite(value)


def complete_rows(design: SampleDesign, gone: Bools, name: str, missing: Missing) -> tuple[SampleDesign, int]:
    """The design restricted to complete rows, and how many of the domain that drops."""
    active = design.active
    count = int((gone & active).sum())
    if count and missing == "error":
        raise DesignError("variable.missing", variable=name, count=count)
    left = design.subset(~gone) if count else design
    if not left.active.any():
        raise DesignError("variable.all-missing", variable=name)
    return left, count


def _fit(
    formula: Formula,
    chosen: Family,
    y: Array,
    matrix: ModelMatrix,
    design: SampleDesign,
    scale: float,
    level: float,
    steps: int,
    stopping: Stopping,
) -> Fit:
    active = design.active
    w = design.weights[active]
    x, target, offset = matrix.columns[active], y[active], matrix.offset[active]
    if not chosen.valid(target):
        raise DesignError("model.response-range", formula=formula.source, family=chosen.name)
    kept = independent_columns(x, w)
    x = x[:, kept]
    solution = irls(x, target, offset, w / scale, chosen, steps, stopping)
    beta, eta = solution.coefficients, solution.linear
    mu, slope = chosen.link.inverse(eta), chosen.link.slope(eta)
    if chosen.name == "binomial" and bool(((mu < 1e-10) | (mu > 1 - 1e-10)).all()):
        raise ConvergenceError("model.separated")
    naive = np.linalg.inv(x.T @ (solution.weight[:, None] * x))
    influence: Array | None = None
    thetas: Array | None = None
    if design.replicates is not None:
        rows = np.flatnonzero(active)

        def point(weights: Array) -> Array:
            own = weights[rows] / weights[rows].sum()
            return irls(x, target, offset, own, chosen, steps, stopping, beta).coefficients

        thetas = replicate_estimates(design, point)
        vcov = replicate_covariance(replicates_of(design), thetas, beta)
    else:
        scores = np.zeros((design.rows, len(kept)))
        scores[active] = x * (solution.weight * (target - mu) / slope)[:, None]
        influence = scores @ naive
        vcov = covariance(design, influence)
    pearson = (target - mu) / np.sqrt(chosen.variance(mu))
    centred = pearson - (w @ pearson) / w.sum()
    n = int(active.sum())
    dispersion = float((w @ centred**2) / w.sum() * n / (n - 1))
    deviance = float((w / scale) @ chosen.deviance(target, mu))
    fitted = np.full(design.rows, np.nan)
    fitted[active] = mu
    residuals = np.full(design.rows, np.nan)
    residuals[active] = pearson
    return Fit(
        formula,
        chosen,
        tuple(matrix.names[i] for i in kept),
        tuple(matrix.assign[i] for i in kept),
        matrix.terms,
        beta,
        vcov,
        naive,
        float(design.degrees_of_freedom + 1 - len(kept)),
        dispersion,
        deviance,
        n,
        level,
        tuple(name for i, name in enumerate(matrix.names) if i not in set(kept)),
        fitted,
        residuals,
        design,
        (),
        tuple(kept),
        influence,
        thetas,
    )


def independent_columns(x: Array, w: Array) -> list[int]:
    """Columns that are no combination of earlier ones (weighted Gram-Schmidt, tolerance 1e-9 of their size)."""
    kept: list[int] = []
    basis: list[Array] = []
    root = np.sqrt(w)
    for j in range(x.shape[1]):
        column = root * x[:, j]
        size = float(np.linalg.norm(column))
        for _ in range(2):
            for b in basis:
                column = column - (b @ column) * b
        left = float(np.linalg.norm(column))
        if size > 0 and left > 1e-9 * size:
            kept.append(j)
            basis.append(column / left)
    if not kept:
        raise DesignError("model.no-columns")
    return kept


def irls(
    x: Array,
    y: Array,
    offset: Array,
    w: Array,
    chosen: Family,
    steps: int,
    stopping: Stopping = "exact",
    start: Array | None = None,
) -> Solution:
    """Iteratively reweighted least squares, stopped as `glm` says."""
    link = chosen.link
    eta = link.forward(chosen.start(y, w)) if start is None else x @ start + offset
    beta = np.zeros(x.shape[1]) if start is None else start
    mu = link.inverse(eta)
    before, moved = float(w @ chosen.deviance(y, mu)), np.inf
    for step in range(1, steps + 1):
        slope = link.slope(eta)
        weight = w * slope**2 / np.maximum(chosen.variance(mu), 1e-300)
        root = np.sqrt(weight)
        target = eta - offset + (y - mu) / slope
        new = np.linalg.lstsq(root[:, None] * x, root * target, rcond=None)[0]
        if not np.isfinite(new).all():
            raise ConvergenceError("model.not-converged", iterations=step)
        deviance = _deviance(x @ new + offset, y, w, chosen)
        for _ in range(30):  # a step out of the family's range is halved back
            if np.isfinite(deviance):
                break
            new = (new + beta) / 2
            deviance = _deviance(x @ new + offset, y, w, chosen)
        else:
            raise ConvergenceError("model.not-converged", iterations=step)
        move = float(np.max(np.abs(new - beta) / (np.abs(new) + 1e-8)))
        beta, eta = new, x @ new + offset
        mu = link.inverse(eta)
        if stopping == "deviance":
            if abs(deviance - before) / (abs(deviance) + 0.1) < 1e-8:
                return Solution(beta, eta, weight)
        elif move < 1e-12 or (move >= moved and move < 1e-9):
            slope = link.slope(eta)
            return Solution(beta, eta, w * slope**2 / np.maximum(chosen.variance(mu), 1e-300))
        before, moved = deviance, move
    raise ConvergenceError("model.not-converged", iterations=steps)


def _deviance(eta: Array, y: Array, w: Array, chosen: Family) -> float:
    """Deviance at a linear predictor; nan where the mean leaves the family's range."""
    mu = chosen.link.inverse(eta)
    if not (np.isfinite(mu).all() and chosen.inside(mu)):
        return float("nan")
    return float(w @ chosen.deviance(y, mu))


def term_test(fit: Fit, terms: str | list[str], *, df: float | None = None) -> TestResult:
    """Wald test that the coefficients of some terms are all zero.

    terms: names as in the formula ("race", "sex:race"). df: denominator, None: the model's own, inf: chi-square.
    """
    wanted = [terms] if isinstance(terms, str) else terms
    known = {frozenset(t.split(":")): i + 1 for i, t in enumerate(fit.terms)}
    numbers = []
    for term in wanted:
        parts = frozenset(p.strip() for p in term.split(":"))
        if parts not in known:
            raise DesignError("contrast.unknown-term", term=term)
        numbers.append(known[parts])
    index = np.array([i for i, a in enumerate(fit.assign) if a in numbers], dtype=np.int64)
    return wald(
        fit.coefficients[index],
        fit.vcov[np.ix_(index, index)],
        fit.df if df is None else df,
        ", ".join(wanted),
    )


def wald(beta: Array, vcov: Array, df: float, name: str) -> TestResult:
    """Wald test of beta = 0: F with (k, df), or chi-square when df is inf."""
    k = len(beta)
    if k == 0 or np.linalg.matrix_rank(vcov, hermitian=True) < k:
        raise DesignError("test.singular", needed=k)
    if df < 1:
        raise DesignError("test.no-df", df=df)
    chi2 = float(beta @ np.linalg.solve(vcov, beta))
    if np.isinf(df):
        return TestResult(
            f"Wald test: {name}", chi2, "Chisq", {"df": float(k)}, float(stats.chi2.sf(chi2, k))
        )
    return TestResult(
        f"Wald test: {name}",
        chi2 / k,
        "F",
        {"df": float(k), "ddf": float(df)},
        float(stats.f.sf(chi2 / k, k, df)),
    )
