"""Weights: from selection probabilities to calibrated weights, each step a frozen result.

What for: base weights, selection within the household, non-response, post-stratification, raking,
calibration, trimming, and what they cost (Kish). Every step returns a `Weighting`: new weights, factors, a
report of margins, and the calibration the variance must know about (`weighting.apply(design)`). Who may call
it: anybody, through these names; `survey_app.weighting` runs recipes of them. How tested:
`tests/unit/analysis/test_weighting*.py`, R `survey` cases in `tests/reference/`, properties in
`tests/property/test_analysis_weighting.py`. Where the next thing goes: a distance of calibration is a pair of
functions in `distances.py`; a new step is a module here whose function returns a `Weighting`.
"""

from analysis.weighting.base import base_weights
from analysis.weighting.calibrate import calibrate
from analysis.weighting.household import within_household
from analysis.weighting.kish import KishSummary, kish
from analysis.weighting.margins import Margin
from analysis.weighting.nonresponse import nonresponse_by_class, nonresponse_by_propensity
from analysis.weighting.rake import post_stratify, rake
from analysis.weighting.result import Weighting
from analysis.weighting.trim import trim

__all__ = [
    "KishSummary",
    "Margin",
    "Weighting",
    "base_weights",
    "calibrate",
    "kish",
    "nonresponse_by_class",
    "nonresponse_by_propensity",
    "post_stratify",
    "rake",
    "trim",
    "within_household",
]
