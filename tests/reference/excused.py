"""Where the library should not equal R `survey` 4.1, and why.

Rules, not names, so that they hold for other data too; each checks R's number against what its defect would give, as
far as that can be computed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis import AnalysisError

DISPERSION = (
    "R's dispersion of a {kind} is {what}; the library gives the weighted variance of the Pearson residuals"
)
SCORE = (
    "R's score interval finds theta, then reads the weighted quantile at the UNWEIGHTED share of data below theta "
    "(ffullerCI: qrule(x, w, mean(x <= qlow))); the library gives theta itself"
)
LIKELIHOOD = (
    "R reads the likelihood interval off a spline through a profile of some ten points"
    " (and scales it by the weights of rows left out as missing); the library solves for the ends"
)
BOUNDARY = (
    "at 0 or 100 % R's interval has no width (the variance there is zero and says nothing); the library uses "
    "Korn-Graubard on the effective size of the weights"
)
VARIANCE = "R counts the rows it left out as missing in n / (n - 1); the library counts the rows used"
NO_VARIANCE = (
    "the share is fixed by the stratification, its variance is zero but for rounding, and R's beta interval is then "
    "arithmetic on 1e33 effective rows; the library uses the effective size of the weights"
)


def excuse(case: dict[str, Any], found: list[tuple[str, Any, Any]], answer: dict[str, Any]) -> str | None:
    """The reason why this case may differ where it does, or None. found: (where, ours, R's)."""
    spec, where = case["estimate"], [place for place, _, _ in found]
    if spec["fn"] == "glm" and where == ["dispersion"]:
        for kind, (value, what) in answer["r_dispersion"].items():
            if np.isclose(value, found[0][2], rtol=1e-6):
                return DISPERSION.format(kind=kind, what=what)
    if spec["fn"] == "prop_ci":
        ends = all("ci" in place for place in where)
        if (
            spec["method"] == "likelihood"
            and ends
            and all(abs(ours - theirs) < 0.005 * _width(case) for _, ours, theirs in found)
        ):
            return LIKELIHOOD
        if (
            spec["method"] == "beta"
            and ends
            and all((r.get("se") or 0.0) < 1e-12 for r in case["expect"]["rows"])
        ):
            return NO_VARIANCE
    if spec["fn"] == "prop_ci" and all("ci" in place for place in where):
        shares = [r["estimate"] for r in case["expect"]["rows"] if r.get("estimate") is not None]
        if any(min(p, 1 - p) < 1e-9 for p in shares):
            return BOUNDARY
    if spec["fn"] == "variance" and all(
        np.isclose(o * answer["r_factor"], t, rtol=1e-8) for _, o, t in found
    ):
        return VARIANCE
    if spec["fn"] == "quantile" and spec.get("interval_type") == "score":
        ends = [(ours, theirs, place) for place, ours, theirs in found if "ci[" in place]
        known = {round(v, 9) for row in answer["rows"] for v in row["r_ci"]}
        if all("se" in place or "ci[" in place for place in where) and all(
            round(t, 9) in known for _, t, _ in ends
        ):
            return SCORE
    return None


def _width(case: dict[str, Any]) -> float:
    return min(row["ci"][1] - row["ci"][0] for row in case["expect"]["rows"] if None not in row["ci"])


def excuse_refusal(case: dict[str, Any], error: AnalysisError) -> str | None:
    """The reason why the library may refuse where R prints a number, or None."""
    if error.code == "test.no-variance" and abs(case["expect"].get("statistic") or 0.0) > 1e9:
        return f"the table is fixed by calibration: R divides by rounding error; the library refuses: {error}"
    return None
