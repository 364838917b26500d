"""Tests of association in a two-way table under a complex design.

Sources: Rao & Scott (1984); Thomas & Rao (1987) for the F forms; Koch, Freeman & Freeman (1975) for Wald;
Lumley & Scott (2014) for the saddlepoint.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np
from scipy import stats

from analysis.arrays import Array
from analysis.design import SampleDesign
from analysis.errors import DesignError
from analysis.estimation.grouping import Block
from analysis.estimation.moments import CellMoments, Form
from analysis.estimation.result import Note, TestResult
from analysis.estimation.variables import Missing, categorical, restrict, without_missing
from analysis.tables.chisq_sum import saddlepoint

Statistic = Literal["F", "Chisq", "Wald", "adjWald", "saddlepoint"]
STATISTICS = ("F", "Chisq", "Wald", "adjWald", "saddlepoint")


def association_test(
    moments: CellMoments, shape: tuple[int, int], n: float, df: float, statistic: Statistic = "F"
) -> TestResult:
    """Test that rows and columns of a table are independent.

    moments: weight totals of the table's cells, shape[0] rows by shape[1] columns, columns fastest. n: rows
    of data the chi-square is scaled to; df: PSUs less strata of the design (or rank of the replicates less
    one). Rows and columns nobody is in are left out. Raises DesignError when fewer than two rows or columns
    are left, or df is 0.
    """
    if statistic not in STATISTICS:
        raise DesignError(
            "design.unknown-option", option="statistic", value=statistic, choices=", ".join(STATISTICS)
        )
    table = moments.sums.reshape(shape)
    rows, columns = np.flatnonzero(table.sum(axis=1) > 0), np.flatnonzero(table.sum(axis=0) > 0)
    if len(rows) < 2 or len(columns) < 2:
        raise DesignError("test.one-category", rows=len(rows), columns=len(columns))
    if df < 1:
        raise DesignError("test.no-df", df=df)
    keep = (rows[:, None] * shape[1] + columns[None, :]).ravel()
    if statistic in ("Wald", "adjWald"):
        return _wald(moments, keep, len(rows), len(columns), df, statistic, int(n))
    return _pearson(moments, keep, len(rows), len(columns), n, df, statistic)


def _shares(keep: Array) -> Form:
    def point(sums: Array) -> Array:
        kept = sums[..., keep]
        return np.asarray(kept / kept.sum(axis=-1, keepdims=True))

    def gradient(sums: Array) -> Array:
        total, p = sums[keep].sum(), point(sums)
        out = np.zeros((len(sums), len(keep)))
        out[keep] = (np.eye(len(keep)) - p[None, :]) / total
        return out

    return Form(point, gradient)


def _interaction(r: int, c: int) -> Array:
    """(r c, (r-1)(c-1)) contrasts of the interaction, orthogonal to both main effects."""

    def sum_to_zero(k: int) -> Array:
        return np.vstack([np.eye(k - 1), -np.ones(k - 1)])

    return np.asarray(np.kron(sum_to_zero(r), sum_to_zero(c)))


def _pearson(
    moments: CellMoments, keep: Array, r: int, c: int, n: float, df: float, statistic: str
) -> TestResult:
    solved = moments.solve(_shares(keep))
    p = solved.estimate
    table = p.reshape(r, c)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    pearson = n * float(((table - expected) ** 2 / expected).sum())
    inverse = np.divide(1.0, p, out=np.zeros_like(p), where=p > 0)
    contrast = _interaction(r, c) * inverse[:, None]
    # Under simple random sampling the contrasts of log p would have covariance C' D^-1 C / n.
    plain = (_interaction(r, c) * inverse[:, None]).T @ _interaction(r, c) / n
    notes: list[Note] = []
    if (p <= 0).any():
        notes.append(Note("test.empty-cells", {"count": int((p <= 0).sum())}))
    effects = np.linalg.pinv(plain, rcond=1e-12, hermitian=True) @ (contrast.T @ solved.vcov @ contrast)
    trace, trace2 = float(np.trace(effects)), float(np.trace(effects @ effects))
    if trace <= 1e-10 * len(effects):  # fixed by calibration or stratification: all that is left is rounding
        raise DesignError("test.no-variance")
    ndf = trace**2 / trace2
    k = (r - 1) * (c - 1)
    if statistic == "F":
        value = pearson / trace
        return TestResult(
            "Pearson X², Rao-Scott second order, F",
            value,
            "F",
            {"ndf": ndf, "ddf": ndf * df},
            float(stats.f.sf(value, ndf, ndf * df)),
            n=int(n),
            warnings=tuple(notes),
        )
    if statistic == "Chisq":
        p_value = float(stats.chi2.sf(pearson / (trace / k), k))
        return TestResult(
            "Pearson X², Rao-Scott first order",
            pearson,
            "X-squared",
            {"df": float(k)},
            p_value,
            n=int(n),
            warnings=tuple(notes),
        )
    weights = np.linalg.eigvals(effects).real
    ddf = np.inf if moments.replicate_sums is not None else ndf * df
    p_value = saddlepoint(pearson, weights, ddf)
    return TestResult(
        "Pearson X², saddlepoint", pearson, "X-squared", {}, p_value, n=int(n), warnings=tuple(notes)
    )


def _wald(moments: CellMoments, keep: Array, r: int, c: int, df: float, statistic: str, n: int) -> TestResult:
    inner = np.array([i * c + j for i in range(1, r) for j in range(1, c)])

    def point(sums: Array) -> Array:
        table = sums[..., keep].reshape(*sums.shape[:-1], r, c)
        row, column = table.sum(axis=-1, keepdims=True), table.sum(axis=-2, keepdims=True)
        gap = table - row * column / row.sum(axis=-2, keepdims=True)
        return np.asarray(gap.reshape(*sums.shape[:-1], r * c)[..., inner])

    def gradient(sums: Array) -> Array:
        table = sums[keep].reshape(r, c)
        row, column, total = table.sum(axis=1), table.sum(axis=0), table.sum()
        out = np.zeros((len(sums), len(inner)))
        for position, cell in enumerate(inner):
            i, j = divmod(int(cell), c)
            slope = np.full((r, c), row[i] * column[j] / total**2)
            slope[i, :] -= column[j] / total
            slope[:, j] -= row[i] / total
            slope[i, j] += 1.0
            out[keep, position] = slope.ravel()
        return out

    if moments.replicate_sums is not None:
        # R linearises around replicate totals; the contrasts of each replicate say the same to first order.
        totals = Form(lambda s: s[..., keep], lambda s: np.eye(len(s))[:, keep])
        v = moments.solve(totals).vcov
        slope = gradient(moments.sums)[keep]
        y, cov = point(moments.sums), slope.T @ v @ slope
    else:
        solved = moments.solve(Form(point, gradient))
        y, cov = solved.estimate, solved.vcov
    k = (r - 1) * (c - 1)
    if np.linalg.matrix_rank(cov, hermitian=True) < k:
        raise DesignError("test.singular", needed=k)
    value = float(y @ np.linalg.solve(cov, y))
    if statistic == "Wald":
        value, ddf = value / k, df
    else:
        ddf = df - k + 1
        if ddf < 1:
            raise DesignError("test.no-df", df=ddf)
        value = value * ddf / (k * df)
    return TestResult(
        "Wald test of association" if statistic == "Wald" else "Adjusted Wald test of association",
        value,
        "F",
        {"ndf": float(k), "ddf": float(ddf)},
        float(stats.f.sf(value, k, ddf)),
        n=n,
    )


def association(
    row: Any,
    column: Any,
    design: SampleDesign,
    *,
    statistic: Statistic = "F",
    domain: Any = None,
    missing: Missing = "drop",
    scale_to: Literal["answered", "rows"] = "answered",
) -> TestResult:
    """Test that two categorical variables are independent.

    statistic: "F" (Rao-Scott second order), "Chisq" (first order), "Wald", "adjWald", "saddlepoint". missing:
    "drop" leaves rows without an answer out and says how many. scale_to: what Pearson's statistic is scaled to, the
    answered rows or (as R does) all rows; only the printed X² depends on it.
    """
    design = restrict(design, domain)
    a, b = categorical(design, row), categorical(design, column)
    df = float(design.degrees_of_freedom)
    rows = int(design.mask.sum()) if design.mask is not None else design.rows
    design, dropped = without_missing(design, [a, b], missing)
    k = len(b.levels)
    inside = design.active & ~a.missing & ~b.missing
    cells = np.where(inside, a.codes.astype(np.int64) * k + b.codes, -1)
    moments = CellMoments(design, [Block(cells, len(a.levels) * k, design.weights)])
    n = float(inside.sum()) if scale_to == "answered" else float(rows)
    result = association_test(moments, (len(a.levels), k), n, df, statistic)
    if not dropped:
        return result
    return replace(result, warnings=(Note("missing.dropped", {"rows": dropped}), *result.warnings))
