"""Comparing the library's answer with R's numbers.

1e-8 relative for closed forms, 1e-6 for what either side finds by iteration. Numbers near zero are compared on their
natural scale: an estimate and the ends of its interval on that of its standard error, a covariance on that of the two
standard errors.
"""

from __future__ import annotations

from typing import Any

import numpy as np

ITERATED_STEPS = ("rake", "calibrate")


def tolerance(case: dict[str, Any]) -> float:
    """The relative tolerance of a case."""
    spec = case["estimate"]
    iterated = spec["fn"] == "glm" or any(
        s["op"] in ITERATED_STEPS for s in case["design"].get("steps") or []
    )
    iterated = (
        iterated or spec.get("method") in ("likelihood", "logit") or spec.get("interval_type") == "score"
    )
    return 1e-6 if iterated else 1e-8


class Differences:
    """What differs: (where, ours, R's); and where R has nothing but we do."""

    def __init__(self, limit: float):
        self.limit = limit
        self.found: list[tuple[str, Any, Any]] = []
        self.better: list[str] = []

    def number(
        self, where: str, ours: Any, theirs: Any, scale: float = 0.0, limit: float | None = None
    ) -> None:
        if theirs is None or (isinstance(theirs, str) and theirs in ("NA", "NaN")):
            if ours is not None and np.isfinite(ours):
                self.better.append(where)
            return
        if ours is None or not np.isfinite(ours):
            self.found.append((where, ours, theirs))
            return
        size = max(abs(float(theirs)), scale, 1e-300)
        if abs(float(ours) - float(theirs)) > (limit or self.limit) * size:
            self.found.append((where, float(ours), theirs))


def compare(case: dict[str, Any], answer: dict[str, Any]) -> Differences:
    """Every number of `expect` against the answer."""
    expect, fn = case["expect"], case["estimate"]["fn"]
    out = Differences(tolerance(case))
    for field in (
        "df",
        "df_residual",
        "dispersion",
        "deviance",
        "n",
        "sum",
        "min",
        "max",
        "cv2",
        "statistic",
    ):
        if field in expect and field in answer:
            out.number(field, answer[field], expect[field])
    if "p_value" in expect:
        out.number("p_value", answer["p_value"], expect["p_value"], 1e-12, _p_limit(out))
    if "parameters" in expect and expect["parameters"] is not None:
        for i, theirs in enumerate(expect["parameters"].values()):
            out.number(
                f"parameter {i + 1}",
                answer["parameters"][i] if i < len(answer["parameters"]) else None,
                theirs,
            )
    if fn in ("ttest", "ranktest"):
        scale = abs(expect["estimate"] / expect["statistic"]) if expect.get("estimate") else 0.0
        if "estimate" in expect:
            out.number("estimate", answer.get("estimate"), expect["estimate"], scale)
        for i, theirs in enumerate(expect.get("ci") or []):
            out.number(f"ci[{i}]", answer["ci"][i], theirs, scale)
    if "weights" in expect:
        scale = abs(float(expect["sum"])) / max(int(expect["n"]), 1)
        for i, theirs in enumerate(expect["weights"]):
            out.number(
                f"weights[{i}]", answer["weights"][i] if i < len(answer["weights"]) else None, theirs, scale
            )
    if "rows" in expect:
        _rows(case, expect["rows"], answer["rows"], out)
    if expect.get("vcov") is not None and answer.get("vcov") is not None:
        size = max((abs(r["estimate"]) for r in expect["rows"] if r.get("estimate")), default=0.0)
        _matrix(expect["vcov"], answer["vcov"], out, (1e-4 * size) ** 2)
    return out


def _p_limit(out: Differences) -> float:
    """A p-value moves by its statistic's relative error times the statistic squared."""
    return 20 * out.limit


def _rows(
    case: dict[str, Any], theirs: list[dict[str, Any]], ours: list[dict[str, Any]], out: Differences
) -> None:
    by_key = {row["key"]: row for row in ours}
    for i, row in enumerate(theirs):
        match = by_key.get(key_of(case, row))
        if (
            match is None
            and len(theirs) == len(ours)
            and case["estimate"]["fn"] in ("with_replicates", "ratio")
        ):
            match = ours[i]
        name = row.get("term") or row.get("var") or str(row.get("cell") or row.get("by") or i)
        if match is None:
            if not row.get("estimate"):
                continue  # an empty cell or a domain nobody is in: R says 0 or NA, the library leaves it out
            out.found.append((f"row {name}", None, row.get("estimate")))
            continue
        se = row.get("se") or 0.0
        for field in ("estimate", "se", "deff", "cv", "statistic", "p_value"):
            if field in row:
                scale = se if field == "estimate" else 1e-12 if field == "p_value" else 0.0
                limit = _p_limit(out) if field == "p_value" else None
                if field == "se" and row.get("estimate"):
                    least = 1e-6 * abs(row["estimate"])
                    if max(abs(row["se"] or 0.0), abs(match["se"])) < least:
                        continue  # an error that is zero but for rounding, here and there
                if field == "deff":
                    scale = 1e-4
                out.number(f"{name} {field}", match[field], row[field], scale, limit)
        for field in ("ci", "ci_normal", "ci_t"):
            if field in row and field in match:
                for side in (0, 1):
                    out.number(f"{name} {field}[{side}]", match[field][side], row[field][side], se)


def key_of(case: dict[str, Any], row: dict[str, Any]) -> Any:
    """The key of an expected row, as `estimates_of` makes it."""
    fn = case["estimate"]["fn"]
    group = tuple(sorted((k, str(v)) for k, v in (row.get("by") or {}).items()))
    if fn in ("mean", "total"):
        return (group, str(row.get("var", row.get("term"))), str(row.get("level", "")))
    if fn == "ratio":
        return (group, str(row.get("term")), "")
    if fn == "quantile":
        return (row["var"], f"{row['prob']:.10g}")
    if fn == "prop_ci":
        return group
    if fn == "table":
        return tuple(sorted((k, str(v)) for k, v in row["cell"].items()))
    if fn == "variance":
        return (row["var1"], row["var2"])
    term = row.get("term")
    return term[0] if isinstance(term, list) else term


def _matrix(theirs: Any, ours: Any, out: Differences, least: float) -> None:
    expected = np.array(
        [
            [np.nan if v is None else v for v in line]
            for line in np.atleast_2d(np.array(theirs, dtype=object))
        ],
        dtype=float,
    )
    if expected.shape != ours.shape:
        out.found.append(("vcov shape", ours.shape, expected.shape))
        return
    root = np.sqrt(np.abs(np.diag(expected)))
    for i in range(len(root)):
        for j in range(len(root)):
            if np.isfinite(expected[i, j]):
                scale = max(float(root[i] * root[j]) if np.isfinite(root[i] * root[j]) else 0.0, least)
                out.number(f"vcov[{i},{j}]", ours[i, j], float(expected[i, j]), scale)
