"""From the structured fields of a reference case to data and a design."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import Margin, SampleDesign, calibrate, post_stratify, rake, trim
from analysis.estimation.expressions import evaluate, parse
from analysis.estimation.formula import Columns, model_matrix, parse_formula
from analysis.estimation.replicate_designs import as_replicate, replicate_design


class Unsupported(Exception):
    """A field, step or function that no part of the library is meant to answer."""


def read_data(folder: Path, case: dict[str, Any]) -> pd.DataFrame:
    """The CSV of a case; declared factors become categoricals with their levels in order."""
    factors: dict[str, list[str]] = case.get("factors") or {}
    frame = pd.read_csv(
        folder / case["data"], dtype=dict.fromkeys(factors, str), keep_default_na=False, na_values=[""]
    )
    for name, levels in factors.items():
        frame[name] = pd.Categorical(frame[name], categories=[str(v) for v in levels])
    return frame


def design_of(folder: Path, case: dict[str, Any]) -> tuple[SampleDesign, np.ndarray]:
    """The design of a case with all its steps applied, and the rows R still holds in it.

    R drops rows outside a domain until the weights are calibrated (or the design is PPS), and keeps them from then
    on; the library always keeps them. Only counts of rows depend on it.
    """
    frame, spec = read_data(folder, case), case["design"]
    if spec.get("type", "linearization") == "replicate":
        design = _replicate(folder, case, frame, spec)
    else:
        design = _linearization(folder, case, frame, spec)
    kept = np.ones(design.rows, dtype=bool)
    for step in spec.get("steps") or []:
        design = _step(design, step)
        if step["op"] == "subset" and not design.calibrations and not spec.get("pps"):
            assert design.mask is not None
            kept = design.mask
    return design, kept


def _linearization(
    folder: Path, case: dict[str, Any], frame: pd.DataFrame, spec: dict[str, Any]
) -> SampleDesign:
    pps = spec.get("pps")
    methods = {
        None: None,
        "brewer": "brewer",
        "overton": "overton",
        "HR_sample": "HR",
        "HR_population": "HR",
        "joint": "joint",
    }
    if pps not in methods:
        raise Unsupported(f"pps {pps}")
    joint = None
    if case.get("joint_data"):
        joint = pd.read_csv(folder / case["joint_data"], header=None).to_numpy()
    return SampleDesign.from_frame(
        frame,
        weights=spec.get("weights"),
        probs=spec.get("probs"),
        strata=spec.get("strata"),
        ids=spec.get("ids"),
        fpc=spec.get("fpc"),
        nest=bool(spec.get("nest")),
        lonely_psu=spec.get("lonely_psu") or "fail",
        adjust_domain_lonely=bool(spec.get("adjust_domain_lonely")),
        pps=methods[pps],
        pps_sum_p2=spec.get("pps_sum_p2"),
        joint=joint if methods[pps] == "joint" else None,
        joint_tolerance=1e-4,  # R's ppsmat drops smaller entries of its matrix
        pps_variance=spec.get("pps_variance") or "HT",
    )


def _replicate(folder: Path, case: dict[str, Any], frame: pd.DataFrame, spec: dict[str, Any]) -> SampleDesign:
    matrix = pd.read_csv(folder / case["replicate_data"]).to_numpy(dtype=np.float64)
    kind = spec["rep_type"]
    rscales = spec.get("rscales")
    scale = spec.get("scale")
    if not spec.get("combined_weights"):
        # what R guesses from multipliers when nothing is said
        if kind == "JK1" and scale is None:
            scale = 1 / matrix[:, 0].max()
        if kind == "JKn" and rscales is None:
            rscales = 1 / matrix.max(axis=0)
    return replicate_design(
        frame,
        spec["weights"],
        matrix,
        kind=kind,
        combined=bool(spec.get("combined_weights")),
        scale=scale,
        rscales=None if rscales is None else np.atleast_1d(rscales),
        rho=spec.get("rho") or 0.3,
        mse=bool(spec.get("mse")),
    )


def _step(design: SampleDesign, step: dict[str, Any]) -> SampleDesign:
    frame = design.frame
    assert frame is not None
    op = step["op"]
    if op == "subset":
        return design.subset(where(frame, step["where"]))
    weights = design.domain_weights
    if op == "rake":
        margins = [_margin(frame, m, design) for m in step["margins"]]
        # R sweeps the margins ten times when it takes them out of the variance
        return rake(weights, margins, sweeps=10, max_iterations=5000).apply(design)
    if op == "post_stratify":
        return post_stratify(weights, _margin(frame, step, design), partial=bool(step.get("partial"))).apply(
            design
        )
    if op == "calibrate":
        return _calibrated(design, step)
    if op == "trim_weights":
        upper, lower = step.get("upper"), step.get("lower")
        return trim(
            weights,
            upper=np.inf if upper is None else upper,
            lower=-np.inf if lower is None else lower,
            strict=bool(step.get("strict")),
        ).apply(design)
    if op == "as_replicate":
        kind = step["type"]
        if kind not in ("JK1", "JKn", "BRR", "Fay"):
            raise Unsupported(f"as_replicate {kind}")
        return as_replicate(design, kind, rho=step.get("fay_rho") or 0.3, mse=bool(step.get("mse")))
    raise Unsupported(f"step {op}")


def _margin(frame: pd.DataFrame, spec: dict[str, Any], design: SampleDesign) -> Margin:
    cells = pd.DataFrame({k: (v if k == "Freq" else [str(x) for x in v]) for k, v in spec["cells"].items()})
    columns = []
    for name in spec["vars"]:
        column = frame[name]
        text = column.astype(object).map(lambda v: f"{v:.15g}" if isinstance(v, (int, float)) else str(v))
        columns.append(pd.Series(pd.Categorical(text.where(column.notna())), name=name))
    return Margin.crossed(columns, cells[[*spec["vars"], "Freq"]])


def _calibrated(design: SampleDesign, step: dict[str, Any]) -> SampleDesign:
    assert design.frame is not None
    matrix = model_matrix(parse_formula(step["formula"]), design)
    auxiliary = pd.DataFrame(matrix.columns, columns=list(matrix.names))
    variance = step.get("variance")
    if isinstance(variance, str):
        text = re.sub(r"\w+\$|~", "", variance)
        variance = np.broadcast_to(
            np.asarray(evaluate(parse(text), Columns(design)), dtype=float), (design.rows,)
        )
    elif variance is not None:
        given = np.atleast_1d(np.asarray(variance, dtype=np.float64))
        variance = (
            matrix.columns @ given
            if len(given) == len(matrix.names)
            else np.broadcast_to(given, (design.rows,))
        )
    clusters = None
    if step.get("aggregate_stage"):
        clusters = design.stages[int(step["aggregate_stage"]) - 1].unit
    low, high = step.get("bounds") or (None, None)
    return calibrate(
        design.domain_weights,
        auxiliary,
        step["population"],
        distance=step["calfun"],
        bounds=(low, high),
        variance=variance,
        clusters=clusters,
    ).apply(design)


def where(frame: pd.DataFrame, conditions: list[dict[str, Any]]) -> np.ndarray:
    """(n,) True where every condition holds; a missing value is not in the domain."""
    inside = np.ones(len(frame), dtype=bool)
    for condition in conditions:
        inside &= _holds(frame[condition["var"]], condition["op"], condition["value"])
    return inside


def _holds(column: pd.Series, op: str, value: Any) -> np.ndarray:
    known = column.notna().to_numpy()
    if isinstance(column.dtype, pd.CategoricalDtype) or not pd.api.types.is_numeric_dtype(column):
        text = column.astype(object).map(str).to_numpy()
        choices = {str(v) for v in (value if isinstance(value, list) else [value])}
        found = np.array([v in choices for v in text])
        return known & (~found if op == "!=" else found)
    numbers = column.to_numpy(dtype=float)
    if op == "%in%":
        return known & np.isin(numbers, [float(v) for v in value])
    value = float(value[0] if isinstance(value, list) else value)
    compare = {
        "==": np.equal,
        "!=": np.not_equal,
        "<": np.less,
        "<=": np.less_equal,
        ">": np.greater,
        ">=": np.greater_equal,
    }
    if op not in compare:
        raise Unsupported(f"condition {op}")
    return known & compare[op](np.nan_to_num(numbers, nan=0.0), value)
