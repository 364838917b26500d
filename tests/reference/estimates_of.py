"""From the `estimate` field of a reference case to the library's answer, in the shape of `expect`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from analysis import Codes, Estimate, SampleDesign, TestResult, mean, proportion, ratio, total
from analysis.estimation.contrast import contrast
from analysis.estimation.estimators import _logit_errors
from analysis.estimation.expressions import parse
from analysis.estimation.formula import Columns, column_of
from analysis.estimation.group_tests import rank_test, t_test
from analysis.estimation.intervals import proportion_intervals
from analysis.estimation.models import glm
from analysis.estimation.quantile import quantile
from analysis.estimation.quantile_rules import Sorted, rule
from analysis.estimation.replication import with_replicates
from analysis.estimation.spread import variance
from analysis.estimation.variables import Numeric, _variable, domains
from analysis.tables.rao_scott import association
from tests.reference.design_of import Unsupported

Answer = dict[str, Any]


def answer(design: SampleDesign, spec: dict[str, Any]) -> Answer:
    """The library's numbers for one case."""
    makers: dict[str, Callable[[SampleDesign, dict[str, Any]], Answer]] = {
        "mean": _means,
        "total": _means,
        "ratio": _ratio,
        "quantile": _quantile,
        "prop_ci": _prop_ci,
        "table": _table,
        "chisq": _chisq,
        "ttest": _ttest,
        "ranktest": _ranktest,
        "glm": _glm,
        "variance": _variance,
        "contrast": _contrast,
        "with_replicates": _with_replicates,
        "weights": _weights,
        "degf": _degf,
        "cv": _cv,
    }
    if spec["fn"] not in makers:
        raise Unsupported(f"fn {spec['fn']}")
    return makers[spec["fn"]](design, spec)


def column(design: SampleDesign, name: str) -> Codes | Numeric:
    """A column of the data, or an expression of columns; a comparison is a FALSE/TRUE category as in R."""
    assert design.frame is not None
    if name in design.frame.columns:
        found = _variable(design, name)
        return found
    node = parse(name)
    value = column_of(node, Columns(design), design.rows)
    if isinstance(value, Codes):
        return value
    inner = name[2:-1] if name.startswith("I(") else name
    if any(op in inner for op in ("==", "!=", "<", ">", "%in%")):
        return Codes(np.where(np.isnan(value), -1, np.nan_to_num(value)).astype(int), ("FALSE", "TRUE"), name)
    return Numeric(np.asarray(value, dtype=float), name)


def _policy(spec: dict[str, Any]) -> Any:
    return "drop" if spec.get("na_rm") else "error"


def _text(level: object) -> str:
    return f"{level:.15g}" if isinstance(level, float) else str(level)


def _by(spec: dict[str, Any]) -> list[str] | None:
    by = spec.get("by")
    return [by] if isinstance(by, str) else by


def _estimated(design: SampleDesign, spec: dict[str, Any]) -> Estimate:
    names = [spec["vars"]] if isinstance(spec.get("vars"), str) else spec.get("vars")
    options: dict[str, Any] = {"by": _by(spec), "missing": _policy(spec), "level": spec.get("level") or 0.95}
    if spec.get("deff"):
        options["deff"] = "replace" if spec["deff"] == "replace" else "without"
    if spec["fn"] == "ratio":
        return ratio(column(design, spec["num"]), column(design, spec["den"]), design, **options)
    maker = mean if spec["fn"] == "mean" else total
    return maker([column(design, v) for v in names], design, **options)


def _rows(result: Estimate, design: SampleDesign, spec: dict[str, Any]) -> Answer:
    df = float(design.degrees_of_freedom)
    level = spec.get("level") or 0.95
    normal, t = result.interval(level, float("inf")), result.interval(level, df)
    rows = []
    for i, label in enumerate(result.labels):
        row = {
            "estimate": result.estimate[i],
            "se": result.se[i],
            "ci_normal": [normal[0][i], normal[1][i]],
            "ci_t": [t[0][i], t[1][i]],
            "deff": result.deff[i],
        }
        key = {k: _text(v) for k, v in label.items() if k not in ("variable", "level")}
        row["key"] = (
            tuple(sorted(key.items())),
            str(label.get("variable", "")),
            _text(label.get("level", "")),
        )
        rows.append(row)
    return {"df": df, "rows": rows, "vcov": result.vcov}


def _means(design: SampleDesign, spec: dict[str, Any]) -> Answer:
    return _rows(_estimated(design, spec), design, spec)


def _ratio(design: SampleDesign, spec: dict[str, Any]) -> Answer:
    return _rows(_estimated(design, spec), design, spec)


def _quantile(design: SampleDesign, spec: dict[str, Any]) -> Answer:
    free = spec.get("df")
    interval = spec.get("interval_type") or "mean"
    # R takes the degrees of freedom after leaving out rows without an answer
    result = quantile(
        [column(design, v) for v in spec["vars"]],
        design,
        spec["probs"],
        by=_by(spec),
        missing=_policy(spec),
        level=1 - (spec.get("alpha") or 0.05),
        qrule=spec["qrule"],
        interval=interval,
        df="domain" if free is None else float("inf") if free == "Inf" else float(free),
    )
    rows = [
        {
            "key": (str(label["variable"]), f"{label['prob']:.10g}"),
            "estimate": result.estimate[i],
            "ci": [result.ci_low[i], result.ci_high[i]],
            "se": result.se[i],
        }
        for i, label in enumerate(result.labels)
    ]
    if interval == "score":
        _score_as_in_r(design, spec, rows)
    return {"df": float(design.degrees_of_freedom), "rows": rows}


def _score_as_in_r(design: SampleDesign, spec: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """Add what R makes of the ends: the weighted quantile at their unweighted share (see `excused`)."""
    for row in rows:
        found = column(design, row["key"][0])
        assert isinstance(found, Numeric)
        kept = design.active & ~found.missing
        x, pick = found.values[kept], rule(spec["qrule"])
        data = Sorted.of(x, design.weights[kept])
        shares = [float(np.mean(x <= end)) for end in row["ci"]] + [
            float(np.mean(x < end)) for end in row["ci"]
        ]
        row["r_ci"] = [pick(data, share) for share in shares if 0 < share <= 1]


def _prop_ci(design: SampleDesign, spec: dict[str, Any]) -> Answer:
    found = column(design, spec["var"])
    if isinstance(found, Codes):
        hit = np.array([*(_text(v) == _text(spec["event"]) for v in found.levels), False])[found.codes]
        gone = found.missing
    else:
        hit, gone = found.values == float(spec["event"]), found.missing
    codes = Codes(np.where(gone, -1, hit.astype(int)), ("no", "yes"), spec["var"])
    by = _by(spec)
    result = proportion(codes, design, by=by, missing=_policy(spec), method="mean")
    errors = _logit_errors(result, design)
    chosen = np.array([i for i, label in enumerate(result.labels) if label["level"] == "yes"])
    groups = domains(design, by)
    # R counts the rows and the degrees of freedom of a domain with its unanswered rows
    inside = [design.subset(groups.codes == d) for d in range(groups.count)]
    kept = spec["kept"]
    calibrated = bool(design.calibrations) or design.joint is not None
    n = np.array(
        [float(kept.sum() if calibrated or d.mask is None else (kept & d.mask).sum()) for d in inside]
    )
    whole = spec.get("df_from") == "design"
    df = np.array([float((design if whole else d).degrees_of_freedom) for d in inside])
    low, high, _ = proportion_intervals(
        result.estimate[chosen],
        result.se[chosen],
        n,
        df,
        spec.get("level") or 0.95,
        spec["method"],
        logit_se=None if errors is None else errors[chosen],
    )
    rows = []
    for position, i in enumerate(chosen):
        key = {k: _text(v) for k, v in result.labels[i].items() if k not in ("variable", "level")}
        rows.append(
            {
                "key": tuple(sorted(key.items())),
                "estimate": result.estimate[i],
                "se": result.se[i],
                "ci": [low[position], high[position]],
            }
        )
    return {"df": float(design.degrees_of_freedom), "rows": rows}


def _table(design: SampleDesign, spec: dict[str, Any]) -> Answer:
    assert design.frame is not None
    names = list(spec["vars"])
    ones = Numeric(np.ones(design.rows), "people")
    result = total(ones, design, by=[_levels(column(design, v)) for v in names])
    scale = spec["Ntotal"] / result.estimate.sum() if spec.get("Ntotal") else 1.0
    rows = []
    for i, label in enumerate(result.labels):
        cell = {k: _text(v) for k, v in label.items() if k != "variable"}
        rows.append({"key": tuple(sorted(cell.items())), "estimate": result.estimate[i] * scale})
    return {"rows": rows}


def _levels(variable: Codes | Numeric) -> Codes:
    return variable if isinstance(variable, Codes) else _as_levels(variable)


def _test(result: TestResult) -> Answer:
    out: Answer = {
        "statistic": result.statistic,
        "parameters": list(result.parameters.values()),
        "p_value": result.p_value,
    }
    if result.estimate is not None:
        out["estimate"] = result.estimate
    if result.ci is not None:
        out["ci"] = list(result.ci)
    return out


def _chisq(design: SampleDesign, spec: dict[str, Any]) -> Answer:
    if spec["statistic"] == "lincom":
        raise Unsupported("chisq lincom")
    row, other = (column(design, v) for v in spec["vars"])
    codes = [_levels(v) for v in (row, other)]
    # R scales the table to all rows of the data, answered or not
    result = association(codes[0], codes[1], design, statistic=spec["statistic"], scale_to="rows")
    return _test(result)


def _as_levels(variable: Numeric) -> Codes:
    codes, levels = pd.factorize(variable.values, sort=True)
    return Codes(codes.astype(int), tuple(_text(v) for v in levels), variable.name)


def _ttest(design: SampleDesign, spec: dict[str, Any]) -> Answer:
    group = spec.get("group")
    return _test(t_test(spec["response"], design, None if group in (None, "0", "1") else group))


def _ranktest(design: SampleDesign, spec: dict[str, Any]) -> Answer:
    out = _test(rank_test(spec["response"], design, spec["group"], test=spec["test"]))
    return out


def _glm(design: SampleDesign, spec: dict[str, Any]) -> Answer:
    fit = glm(spec["formula"], design, family=spec["family"], link=spec.get("link"), stopping="deviance")
    frame = fit.to_frame()
    normal = fit.interval(df=float("inf"))
    rows = [
        {
            "key": r.term,
            "estimate": r.estimate,
            "se": r.se,
            "statistic": r.statistic,
            "p_value": r.p_value,
            "ci_t": [r.ci_low, r.ci_high],
            "ci_normal": [normal[0][i], normal[1][i]],
        }
        for i, r in enumerate(frame.itertuples())
    ]
    all_, kept = design.weights[design.active].mean(), fit.design.weights[fit.design.active].mean()
    used = fit.design.active
    square = np.average(fit.pearson[used] ** 2, weights=fit.design.weights[used])
    in_r = {
        "replicate model": (square * fit.n, "a sum over n rows (residuals.svrepglm scales weights to 1)"),
        "model with missing rows": (
            fit.dispersion * kept / all_,
            "scaled by the mean weight of rows it left out",
        ),
    }
    return {
        "r_dispersion": in_r,
        "rows": rows,
        "vcov": fit.vcov,
        "df_residual": fit.df,
        "dispersion": fit.dispersion,
        "deviance": fit.deviance,
        "n": fit.n,
    }


def _variance(design: SampleDesign, spec: dict[str, Any]) -> Answer:
    result = variance([column(design, v) for v in spec["vars"]], design, missing=_policy(spec))
    rows = [
        {"key": (label["variable"], label["variable2"]), "estimate": result.estimate[i], "se": result.se[i]}
        for i, label in enumerate(result.labels)
    ]
    n, all_ = float(result.n[0]), float(design.active.sum())
    in_r = (n - 1) / n * all_ / (all_ - 1)
    return {"df": float(design.degrees_of_freedom), "rows": rows, "r_factor": in_r}


def _contrast(design: SampleDesign, spec: dict[str, Any]) -> Answer:
    result = contrast(_estimated(design, spec["of"]), spec["contrasts"])
    rows = [
        {"key": label["variable"], "estimate": result.estimate[i], "se": result.se[i]}
        for i, label in enumerate(result.labels)
    ]
    return {"df": float(design.degrees_of_freedom), "rows": rows, "vcov": result.vcov}


def _with_replicates(design: SampleDesign, spec: dict[str, Any]) -> Answer:
    result = with_replicates(design, spec["expression"])
    rows = [
        {"key": label["variable"], "estimate": result.estimate[i], "se": result.se[i]}
        for i, label in enumerate(result.labels)
    ]
    return {"df": float(design.degrees_of_freedom), "rows": rows, "vcov": result.vcov}


def _weights(design: SampleDesign, spec: dict[str, Any]) -> Answer:
    w = design.domain_weights
    if design.replicates is not None:
        # R gives the replicate weights as it holds them: full ones, or multipliers of the sampling weights
        inside = design.active
        held = [r[inside] if spec.get("combined") else r[inside] / w[inside] for r in design.replicates]
        w = np.concatenate(held)
    else:
        w = w[spec["kept"]]
    return {
        "n": len(w),
        "sum": w.sum(),
        "min": w.min(),
        "max": w.max(),
        "cv2": w.var() / w.mean() ** 2,
        "weights": list(w),
    }


def _degf(design: SampleDesign, spec: dict[str, Any]) -> Answer:
    return {"df": float(design.degrees_of_freedom)}


def _cv(design: SampleDesign, spec: dict[str, Any]) -> Answer:
    result = mean([column(design, v) for v in spec["vars"]], design, missing=_policy(spec))
    return {"rows": [{"key": t, "cv": c} for t, c in zip(result.terms, result.cv, strict=True)]}
