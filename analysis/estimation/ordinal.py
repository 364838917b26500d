"""Proportional-odds and other cumulative models for ordered answers, with design-based covariance.

P(Y <= k) = F(zeta_k - x beta). Sources: McCullagh (1980); Binder (1983) for the covariance.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis.arrays import Array, Codes, Ints
from analysis.design import SampleDesign
from analysis.errors import ConvergenceError, DesignError
from analysis.estimation.estimators import FEW_DF
from analysis.estimation.formula import Columns, column_of, model_matrix, parse_formula
from analysis.estimation.models import complete_rows, independent_columns
from analysis.estimation.replication import replicate_covariance, replicate_estimates, replicates_of
from analysis.estimation.result import Note, t_quantile
from analysis.estimation.variables import Missing, restrict
from analysis.estimation.variance import covariance, standard_errors


@dataclass(frozen=True, eq=False)
class OrdinalFit:
    """names, coefficients (p,): slopes first, then the thresholds "low|high"; vcov (p, p); slopes: how many; levels;
    df: PSUs less strata less slopes; deviance at weights of mean 1; n: rows used."""

    names: tuple[str, ...]
    coefficients: Array
    vcov: Array
    slopes: int
    levels: tuple[object, ...]
    df: float
    deviance: float
    n: int
    level: float
    warnings: tuple[Note, ...]

    @property
    def se(self) -> Array:
        return standard_errors(self.vcov)

    def to_frame(self) -> pd.DataFrame:
        """One row per coefficient: estimate, se, t, p-value, interval."""
        margin = t_quantile(0.5 + self.level / 2, np.full(len(self.names), self.df)) * self.se
        t = self.coefficients / self.se
        p = 2 * stats.t.sf(np.abs(t), self.df) if self.df >= 1 else np.full(len(t), np.nan)
        return pd.DataFrame(
            {
                "term": self.names,
                "estimate": self.coefficients,
                "se": self.se,
                "statistic": t,
                "p_value": p,
                "ci_low": self.coefficients - margin,
                "ci_high": self.coefficients + margin,
            }
        )


@dataclass(frozen=True, eq=False)
class _Curve:
    """Distribution function, density and its slope; 0 or 1, and 0, at the infinities."""

    name: str

    def parts(self, z: Array) -> tuple[Array, Array, Array]:
        finite = np.isfinite(z)
        x = np.where(finite, z, 0.0)
        if self.name == "logistic":
            f = special.expit(x)
            density = f * (1 - f)
            slope = density * (1 - 2 * f)
        elif self.name == "probit":
            f, density = special.ndtr(x), stats.norm.pdf(x)
            slope = -x * density
        elif self.name == "cloglog":
            e = np.exp(np.minimum(x, 700.0))
            f, density = -np.expm1(-e), e * np.exp(-e)
            slope = density * (1 - e)
        else:
            f, density = stats.cauchy.cdf(x), stats.cauchy.pdf(x)
            slope = -2 * x / (1 + x**2) * density
        f = np.where(finite, f, (z > 0).astype(np.float64))
        return f, np.where(finite, density, 0.0), np.where(finite, slope, 0.0)


METHODS = ("logistic", "probit", "cloglog", "cauchit")


def ordinal(
    formula: str,
    design: SampleDesign,
    *,
    method: str = "logistic",
    domain: object = None,
    missing: Missing = "drop",
    level: float = 0.95,
    max_iterations: int = 100,
) -> OrdinalFit:
    """A cumulative model of an ordered categorical response by weighted likelihood.

    formula: R's notation; the response is a categorical column with its levels in order, at least three of them in
    use. method: "logistic" (proportional odds), "probit", "cloglog", "cauchit". Raises DesignError for a response
    that is not categorical, ConvergenceError when the likelihood has no maximum.
    """
    if method not in METHODS:
        raise DesignError("design.unknown-option", option="method", value=method, choices=", ".join(METHODS))
    design = restrict(design, domain)
    parsed = parse_formula(formula)
    if parsed.response is None:
        raise DesignError("formula.no-response", formula=formula)
    columns = Columns(design)
    answer = column_of(parsed.response, columns, design.rows)
    if not isinstance(answer, Codes):
        raise DesignError("model.not-ordered", formula=formula)
    matrix = model_matrix(parsed, design, columns)
    design, dropped = complete_rows(design, matrix.missing | answer.missing, formula, missing)
    active = design.active
    used = np.flatnonzero(np.bincount(answer.codes[active], minlength=len(answer.levels)) > 0)
    if len(used) < 3:
        raise DesignError("model.few-levels", formula=formula, levels=len(used))
    place = np.full(len(answer.levels), -1)
    place[used] = np.arange(len(used))
    y, w = place[answer.codes[active]], design.weights[active]
    kept = independent_columns(np.column_stack([np.ones(len(y)), matrix.columns[active]]), w)
    slopes = [j - 1 for j in kept if j > 0]
    x, offset = matrix.columns[active][:, slopes], matrix.offset[active]
    curve = _Curve(method)
    scale = float(w.mean())
    theta, hessian, scores, loglik = _maximise(x, y, offset, w / scale, len(used), curve, max_iterations)
    inverse = np.linalg.inv(-hessian)
    if design.replicates is not None:
        rows = np.flatnonzero(active)

        def point(weights: Array) -> Array:
            return _maximise(x, y, offset, weights[rows] / scale, len(used), curve, max_iterations, theta)[0]

        vcov = replicate_covariance(replicates_of(design), replicate_estimates(design, point), theta)
    else:
        influence = np.zeros((design.rows, len(theta)))
        influence[active] = scores @ inverse
        vcov = covariance(design, influence)
    notes = [Note("missing.dropped", {"rows": dropped})] if dropped else []
    df = float(design.degrees_of_freedom - len(slopes))
    if df < FEW_DF:
        notes.append(Note("estimate.few-df", {"limit": FEW_DF}))
    levels = tuple(answer.levels[i] for i in used)
    names = (
        *(matrix.names[j] for j in slopes),
        *(f"{a}|{b}" for a, b in itertools.pairwise(levels)),
    )
    return OrdinalFit(
        names, theta, vcov, len(slopes), levels, df, -2 * loglik, int(active.sum()), level, tuple(notes)
    )


def _maximise(
    x: Array,
    y: Ints,
    offset: Array,
    w: Array,
    levels: int,
    curve: _Curve,
    steps: int,
    start: Array | None = None,
) -> tuple[Array, Array, Array, float]:
    """Newton's method with halving: parameters (p,), Hessian (p, p), weighted scores (n, p), log-likelihood."""
    slopes, q = x.shape[1], levels - 1
    if start is None:
        share = np.cumsum(np.bincount(y, w, minlength=levels))[:-1] / w.sum()
        theta = np.concatenate([np.zeros(slopes), special.logit(share)])
    else:
        theta = start
    upper = np.zeros((len(y), slopes + q))
    lower = np.zeros((len(y), slopes + q))
    upper[:, :slopes] = lower[:, :slopes] = -x
    top, bottom = y < q, y > 0
    upper[np.flatnonzero(top), slopes + y[top]] = 1.0
    lower[np.flatnonzero(bottom), slopes + y[bottom] - 1] = 1.0
    upper[~top] = 0.0
    lower[~bottom] = 0.0

    def at(theta: Array) -> tuple[float, Array, Array]:
        cut = np.concatenate([[-np.inf], theta[slopes:], [np.inf]])
        eta = x @ theta[:slopes] + offset
        fa, da, sa = curve.parts(cut[y + 1] - eta)
        fb, db, sb = curve.parts(cut[y] - eta)
        p = fa - fb
        if not (p > 0).all():
            return -np.inf, np.zeros(0), np.zeros(0)
        scores = (w / p)[:, None] * (da[:, None] * upper - db[:, None] * lower)
        aa, bb, ab = sa / p - (da / p) ** 2, -sb / p - (db / p) ** 2, da * db / p**2
        cross = (upper * (w * ab)[:, None]).T @ lower
        hessian = (
            (upper * (w * aa)[:, None]).T @ upper + (lower * (w * bb)[:, None]).T @ lower + cross + cross.T
        )
        return float(w @ np.log(p)), scores, hessian

    value, scores, hessian = at(theta)
    for step in range(1, steps + 1):
        move = np.linalg.lstsq(-hessian, scores.sum(axis=0), rcond=None)[0]
        reach = 1.0
        for _ in range(40):
            trial = at(theta + reach * move)
            if trial[0] >= value - 1e-12 * abs(value):
                break
            reach /= 2
        else:
            raise ConvergenceError("model.not-converged", iterations=step)
        theta = theta + reach * move
        value, scores, hessian = trial
        if float(np.max(np.abs(reach * move) / (np.abs(theta) + 1e-6))) < 1e-11:
            return theta, hessian, scores, value
    raise ConvergenceError("model.not-converged", iterations=steps)
