"""Estimates with their errors: points, the only variance engine, intervals, tests and models.

What for: totals, means, proportions, ratios, variances, quantiles, contrasts, tests and regression under a
`SampleDesign`. Who may call it: anybody, through `analysis`; `analysis.tables` and `analysis.weighting` build
on it. How tested: `tests/reference/` (R `survey` to the last digits), `tests/unit/analysis/`,
`tests/property/`, `tests/simulation/coverage.py`. Where the next thing goes: an estimator that is a smooth
function of cell totals is a `Form` (point and gradient) for `CellMoments`; anything else gives weighted
influence values (n, k) to `variance.covariance` and a function of weights to
`replication.replicate_estimates`.
"""
