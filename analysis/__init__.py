"""What answers say about the population: sampling, weighting, estimation, tables, quality.

What for: every number the product publishes, with its error. Who may call it: anybody with arrays or a pandas
frame; this module's names are the whole public surface, and nothing here knows the web or a database. How
tested: `tests/unit/analysis/`, `tests/reference/` (R `survey`), `tests/property/`, `tests/simulation/`,
`tests/benchmarks/analysis.py`. Where the next thing goes: the rooms' own docstrings say (`sampling`,
`weighting`, `estimation`, `tables`, `quality`, `sensitive`).
"""

from analysis.arrays import Codes, as_codes
from analysis.design import SampleDesign
from analysis.design_parts import Calibration, Replicates
from analysis.errors import AnalysisError, CalibrationError, ConvergenceError, DesignError
from analysis.estimation.estimators import mean, proportion, ratio, total
from analysis.estimation.result import Estimate, Note, TestResult
from analysis.messages import catalogue, sentence
from analysis.tables.crosstab import CrossTab, crosstab, tabulate
from analysis.weighting import (
    KishSummary,
    Margin,
    Weighting,
    base_weights,
    calibrate,
    kish,
    nonresponse_by_class,
    post_stratify,
    rake,
    trim,
    within_household,
)

__all__ = [
    "AnalysisError",
    "Calibration",
    "CalibrationError",
    "Codes",
    "ConvergenceError",
    "CrossTab",
    "DesignError",
    "Estimate",
    "KishSummary",
    "Margin",
    "Note",
    "Replicates",
    "SampleDesign",
    "TestResult",
    "Weighting",
    "as_codes",
    "base_weights",
    "calibrate",
    "catalogue",
    "crosstab",
    "kish",
    "mean",
    "nonresponse_by_class",
    "post_stratify",
    "proportion",
    "rake",
    "ratio",
    "sentence",
    "tabulate",
    "total",
    "trim",
    "within_household",
]
