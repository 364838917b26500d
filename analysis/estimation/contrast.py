"""Contrasts of estimates: linear ones and smooth functions, with covariance by the delta method.

Source: Lumley (2010), section 2.3; replicates, where there are any, go through the same function.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analysis.arrays import Array
from analysis.errors import DesignError
from analysis.estimation.expressions import gradient, parse
from analysis.estimation.result import Estimate, t_quantile
from analysis.estimation.variance import standard_errors


def contrast(
    estimate: Estimate, contrasts: Mapping[str, Mapping[str, float] | str], *, names: list[str] | None = None
) -> Estimate:
    """Functions of k estimates.

    contrasts: {name: {term: coefficient}} or {name: "expression of terms"}; terms are `estimate.terms`, or `names`
    in its order, or, for domains of one variable, the domain's label. Degrees of freedom: the smallest of the rows
    used. Raises DesignError for an unknown term, or a function with no derivative there.
    """
    if estimate.vcov is None:
        raise DesignError("contrast.no-covariance")
    labels = names if names is not None else _names(estimate)
    values = dict(zip(labels, (float(v) for v in estimate.estimate), strict=True))
    if len(values) != len(labels):
        raise DesignError("contrast.same-name", term=next(n for n in labels if labels.count(n) > 1))
    place = {name: i for i, name in enumerate(labels)}
    rows = np.zeros((len(contrasts), len(labels)))
    out = np.zeros(len(contrasts))
    for i, (_, spec) in enumerate(contrasts.items()):
        if isinstance(spec, str):
            out[i], slopes = gradient(parse(spec), values)
        else:
            for term in spec:
                if term not in place:
                    raise DesignError("contrast.unknown-term", term=term)
            out[i], slopes = sum(c * values[t] for t, c in spec.items()), dict(spec)
        for term, slope in slopes.items():
            rows[i, place[term]] = slope
    vcov = rows @ estimate.vcov @ rows.T
    return derived("contrast", list(contrasts), out, vcov, estimate, rows != 0)


def derived(
    kind: str, names: list[str], values: Array, vcov: Array, source: Estimate, uses: Array
) -> Estimate:
    """An Estimate of functions of another: df and base are the smallest of the rows each one uses."""
    se = standard_errors(vcov)
    df = np.array([source.df[u].min() if u.any() else np.inf for u in uses])
    n = np.array([source.n[u].min() if u.any() else 0.0 for u in uses])
    margin = t_quantile(0.5 + source.level / 2, df) * se
    none = np.full(len(values), np.nan)
    return Estimate(
        kind,
        tuple({"variable": name} for name in names),
        np.asarray(values, dtype=np.float64),
        se,
        values - margin,
        values + margin,
        source.level,
        ("symmetric",) * len(values),
        df,
        source.df_rule,
        n,
        none,
        none,
        None,
        vcov,
        source.warnings,
    )


def _names(estimate: Estimate) -> list[str]:
    terms = list(estimate.terms)
    if len(set(terms)) == len(terms):
        return terms
    domain = [
        ".".join(str(v) for k, v in row.items() if k not in ("variable", "level")) for row in estimate.labels
    ]
    if len(set(domain)) == len(domain):
        return domain
    return [f"{d}:{t}" for d, t in zip(domain, terms, strict=True)]
