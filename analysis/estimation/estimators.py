"""Public estimators: total, mean, proportion, ratio, each with its domains.

Shared arguments. design: SampleDesign. domain: (n,) booleans or the name of such a column. by: variables
whose crossing makes domains (first fastest). missing: "error" refuses a missing value naming the variable,
"drop" takes the complete rows as a domain and says how many it dropped. level: of confidence. df: "domain"
(PSUs less strata with observations of each row's domain), "design" (of the whole design), "normal" or a
number. deff: "replace" or "without": simple random sampling with or without replacement as the reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from scipy import special

from analysis.arrays import Array, Codes
from analysis.design import SampleDesign
from analysis.errors import DesignError
from analysis.estimation.grouping import Block, cell_totals
from analysis.estimation.intervals import may_undercover, proportion_intervals
from analysis.estimation.linear import (
    DomainBase,
    domain_bases,
    needs_separate_domains,
    ratio_form,
    solve,
)
from analysis.estimation.moments import Solved
from analysis.estimation.replication import replicate_covariance
from analysis.estimation.result import Estimate, Note, t_quantile
from analysis.estimation.variables import (
    Domains,
    Missing,
    Numeric,
    categorical,
    domains,
    restrict,
    variables,
    without_missing,
)
from analysis.estimation.variance import standard_errors

Reference = Literal["replace", "without"]
FEW_DF = 8


def total(
    vars: Any,
    design: SampleDesign,
    *,
    by: Any = None,
    domain: Any = None,
    missing: Missing = "error",
    level: float = 0.95,
    df: str | float = "domain",
    deff: Reference = "replace",
) -> Estimate:
    """Population totals of numeric variables, or numbers of people in each level of categorical ones.

    vars: one or several variables (names, arrays, Series, Codes). Units: those of the variable. Raises
    DesignError for missing values (unless dropped), empty domains, lonely PSUs. Source: Särndal et al.
    (1992), section 2.8.
    """
    return _linear("total", vars, design, by, domain, missing, level, df, deff)[0]


def mean(
    vars: Any,
    design: SampleDesign,
    *,
    by: Any = None,
    domain: Any = None,
    missing: Missing = "error",
    level: float = 0.95,
    df: str | float = "domain",
    deff: Reference = "replace",
) -> Estimate:
    """Means of numeric variables; shares of each level of categorical ones (with symmetric intervals).

    Hájek means: the weighted total over the sum of the weights, with linearised variance. For proportions
    that will be published use `proportion`, whose intervals stay inside 0..1. Source: Särndal et al. (1992),
    section 5.7.
    """
    return _linear("mean", vars, design, by, domain, missing, level, df, deff)[0]


def proportion(
    variable: Any,
    design: SampleDesign,
    *,
    by: Any = None,
    domain: Any = None,
    missing: Missing = "error",
    level: float = 0.95,
    method: str = "default",
    df: str | float = "domain",
    deff: Reference = "replace",
) -> Estimate:
    """Shares of every level of a categorical variable, as fractions, with intervals made for proportions.

    method: "default" (logit where effective n x min(p, 1 - p) >= 10, else Korn-Graubard), or "logit",
    "xlogit", "likelihood", "asin", "beta", "mean", "wilson". Results with under 8 degrees of freedom carry a
    warning.
    """
    codes = categorical(design, variable)
    result, kish = _linear("proportion", [codes], design, by, domain, missing, level, df, deff)
    low, high, used = proportion_intervals(
        result.estimate, result.se, result.n, result.df, level, method, kish
    )
    notes = list(result.warnings)
    thin = np.flatnonzero(may_undercover(result.estimate, result.n_effective, result.deff))
    if thin.size:
        notes.append(Note("estimate.few-effective", {}, tuple(int(i) for i in thin)))
    swapped = tuple(i for i, m in enumerate(used) if method not in ("default", m))
    if swapped:
        notes.append(Note("interval.boundary", {"method": method}, swapped))
    return replace(result, ci_low=low, ci_high=high, method=used, warnings=tuple(notes))


def _logit_errors(result: Estimate, design: SampleDesign) -> Array | None:
    """(k,) replicate errors of logit p where every replicate has one, else the linearised ones; None without
    replicates."""
    if result.replicates is None or design.replicates is None:
        return None
    p, thetas = result.estimate, result.replicates
    inside = ((thetas > 0) & (thetas < 1)).all(axis=0) & (p > 0) & (p < 1)
    out: Array = np.divide(result.se, p * (1 - p), out=np.zeros_like(p), where=(p > 0) & (p < 1))
    if inside.any():
        vcov = replicate_covariance(
            design.replicates, special.logit(thetas[:, inside]), special.logit(p[inside])
        )
        out[inside] = standard_errors(vcov)
    return out


def ratio(
    numerator: Any,
    denominator: Any,
    design: SampleDesign,
    *,
    by: Any = None,
    domain: Any = None,
    missing: Missing = "error",
    level: float = 0.95,
    df: str | float = "domain",
    deff: Reference = "replace",
) -> Estimate:
    """R = Y / X, a ratio of two population totals, with linearised variance.

    numerator, denominator: numeric variables. Returns units of y per unit of x. Raises DesignError when the
    weighted total of x is zero. Source: Särndal, Swensson & Wretman (1992), section 5.6.
    """
    used = [*variables(design, numerator), *variables(design, denominator)]
    if len(used) != 2 or not all(isinstance(v, Numeric) for v in used):
        raise DesignError("variable.not-numeric", variable=used[0].name)
    return _linear("ratio", used, design, by, domain, missing, level, df, deff)[0]


def _linear(
    kind: str,
    vars: Any,
    design: SampleDesign,
    by: Any,
    domain: Any,
    missing: Missing,
    level: float,
    df: str | float,
    deff: Reference,
) -> tuple[Estimate, Array]:
    """The estimate and Kish's effective size of each row's domain."""
    if not 0 < level < 1:
        raise DesignError("estimate.level", level=level)
    if deff not in ("replace", "without"):
        raise DesignError("design.unknown-option", option="deff", value=deff, choices="replace, without")
    whole = design
    design = restrict(design, domain)
    used = variables(design, vars)
    design, dropped = without_missing(design, used, missing)
    groups = domains(design, by)
    if groups.count == 0:
        raise DesignError("domain.empty", domain="")
    notes = [Note("missing.dropped", {"rows": dropped})] if dropped else []
    notes += [Note(code) for code in design.warnings]
    if needs_separate_domains(design, groups):
        parts = [
            _one(
                kind,
                used,
                design.subset(groups.codes == d),
                Domains(np.where(groups.codes == d, 0, -1), (label,)),
                deff,
            )
            for d, label in enumerate(groups.labels)
        ]
        return _joined(kind, parts, whole, level, df, deff, notes)
    return _joined(kind, [_one(kind, used, design, groups, deff)], whole, level, df, deff, notes)


class _Part:
    """Rows of one solved set of domains, before intervals."""

    def __init__(
        self, solved: Solved, labels: list[Mapping[str, object]], bases: DomainBase, rows: Array, srs: Array
    ):
        self.solved, self.labels, self.bases, self.rows, self.srs = solved, labels, bases, rows, srs


def _one(
    kind: str, used: list[Numeric | Codes], design: SampleDesign, groups: Domains, deff: Reference
) -> _Part:
    active, count = design.active, groups.count
    w = design.weights
    place = np.where(active, groups.codes, -1)
    bases = domain_bases(design, groups)
    blocks = [Block(place, count, w)]
    numerators: list[int] = []
    labels: list[Mapping[str, object]] = []
    owner: list[int] = []
    squares: list[Array] = []  # population variance of each row's variable in its domain
    offset = count
    for variable in used:
        if isinstance(variable, Numeric):
            y = np.where(active, variable.values, 0.0)
            blocks.append(Block(place, count, w * y))
            numerators += range(offset, offset + count)
            labels += [{"variable": variable.name, **label} for label in groups.labels]
            owner += range(count)
            offset += count
            m = cell_totals(place, count, w * y) / bases.size
            centred = np.where(place >= 0, y - m[place], 0.0)
            squares.append(cell_totals(place, count, w * centred**2) / bases.size)
        else:
            k = len(variable.levels)
            inside = (place >= 0) & (variable.codes >= 0)
            cells = np.where(inside, variable.codes.astype(np.int64) * count + place, -1)
            blocks.append(Block(cells, count * k, w))
            numerators += range(offset, offset + count * k)
            labels += [
                {"variable": variable.name, "level": v, **label}
                for v in variable.levels
                for label in groups.labels
            ]
            owner += list(range(count)) * k
            offset += count * k
            share = cell_totals(cells, count * k, w) / np.tile(bases.size, k)
            squares.append(share * (1 - share))
    top, rows = np.array(numerators), np.array(owner)
    if kind == "ratio":
        form = ratio_form(top[:count], top[count:])
        labels = [{"variable": f"{used[0].name}/{used[1].name}", **label} for label in groups.labels]
        rows = rows[:count]
    elif kind == "total":
        form = ratio_form(top, np.full(len(top), -1))
    else:
        form = ratio_form(top, rows)
    solved = solve(design, blocks, form)
    variance = np.concatenate(squares)
    if kind == "ratio":
        variance = _ratio_residual_variance(used, place, count, w, solved.estimate, bases)
    n, size = bases.n[rows], bases.size[rows]
    srs = variance * np.where(n > 1, n / np.maximum(n - 1, 1), np.nan) / n
    if kind == "total":
        srs = srs * size**2
    elif kind == "ratio":
        x = solved.sums[top[count:]]
        srs = srs * (size / x) ** 2
    if deff == "without":
        srs = srs * np.where(
            size > n, (size - n) / size, np.nan
        )  # nonsense where weights don't add up to a population
    return _Part(solved, labels, bases, rows, srs)


def _ratio_residual_variance(
    used: list[Numeric | Codes], place: Array, count: int, w: Array, r: Array, bases: DomainBase
) -> Array:
    top, below = used[0], used[1]
    assert isinstance(top, Numeric) and isinstance(below, Numeric)
    inside = place >= 0
    residual = np.where(
        inside, np.where(inside, top.values, 0.0) - r[place] * np.where(inside, below.values, 0.0), 0.0
    )
    m = cell_totals(place, count, w * residual) / bases.size
    return cell_totals(place, count, w * np.where(inside, residual - m[place], 0.0) ** 2) / bases.size


def _joined(
    kind: str,
    parts: list[_Part],
    whole: SampleDesign,
    level: float,
    df: str | float,
    deff: Reference,
    notes: list[Note],
) -> tuple[Estimate, Array]:
    estimate = np.concatenate([p.solved.estimate for p in parts])
    se = np.concatenate([standard_errors(p.solved.vcov) for p in parts])
    srs = np.concatenate([p.srs for p in parts])
    n = np.concatenate([p.bases.n[p.rows] for p in parts])
    if df == "domain":
        used = np.concatenate([p.bases.df[p.rows] for p in parts])
    else:
        used = np.full(len(estimate), chosen_df(whole, df))
    ok = (srs > 0) & np.isfinite(srs)
    ratio_ = np.where(ok, se**2 / np.where(ok, srs, 1.0), np.nan)
    positive = ok & (ratio_ > 0)
    margin = t_quantile(0.5 + level / 2, used) * se
    low_df = tuple(int(i) for i in np.flatnonzero(used < FEW_DF))
    if low_df:
        notes = [*notes, Note("estimate.few-df", {"limit": FEW_DF}, low_df)]
    labels = tuple(label for p in parts for label in p.labels)
    single = parts[0].solved if len(parts) == 1 else None
    kish = np.concatenate([p.bases.kish[p.rows] for p in parts])
    result = Estimate(
        kind,
        labels,
        estimate,
        se,
        estimate - margin,
        estimate + margin,
        level,
        ("symmetric",) * len(estimate),
        used,
        str(df),
        n,
        np.where(positive, n / np.where(positive, ratio_, 1.0), np.nan),
        ratio_,
        "srs-with-replacement" if deff == "replace" else "srs-without-replacement",
        single.vcov if single else None,
        tuple(notes),
        single.replicates if single else None,
    )
    return result, kish


def chosen_df(design: SampleDesign, df: str | float) -> float:
    """Degrees of freedom from the argument: "design", "normal" or a number."""
    if df == "design":
        return float(design.degrees_of_freedom)
    if df == "normal":
        return float("inf")
    if isinstance(df, str):
        raise DesignError(
            "design.unknown-option", option="df", value=df, choices="domain, design, normal, a number"
        )
    return float(df)
