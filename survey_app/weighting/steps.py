"""The arithmetic of a weighting run, step by step, on plain arrays: no database, no web.

base weight → adults in the household → non-response → raking to margins → trimming (and raking again). Each
step leaves a line in the report. `weigh` is what `services.run` and the simulations call.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis import Codes, Margin, kish, nonresponse_by_class, rake, trim, within_household
from survey_app.problems import Problem
from survey_app.snapshots.columns import Columns
from survey_app.weighting import recode
from survey_app.weighting.recipe import MarginUse, Recipe
from survey_app.weighting.weights import Weights

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class DrawnPsu:
    """A primary unit of the sample. issued: households to be asked; ineligible: of these, found to be none.

    base_weight: of each of its households, 1 / probability over all stages. area_codes: of the area it lies in
    and of those above, the smallest first.
    """

    code: str
    stratum: str
    area_type: str
    certainty: bool
    issued: int
    ineligible: int
    base_weight: float
    area_codes: tuple[str, ...] = ("",)


@dataclass(frozen=True)
class Inputs:
    """The interviews (n of them) and the primary units they come from (every drawn one, answered or not)."""

    instance_ids: Sequence[str] | NDArray[np.str_]
    answers: Columns
    psu: Sequence[str]
    base_weight: Floats
    units: Mapping[str, DrawnPsu]


@dataclass(frozen=True)
class ControlTotals:
    """A margin's cells, and how it is to be used. totals: {(category, ...): people or percent}."""

    use: MarginUse
    totals: Mapping[tuple[str, ...], float]


@dataclass(frozen=True)
class Weighted:
    """The weights and the report: {"steps", "margins", "missing", "warnings", "n", "n_effective", "deff"}."""

    weights: Weights
    report: dict[str, Any]


def weigh(recipe: Recipe, inputs: Inputs, controls: Sequence[ControlTotals]) -> Weighted:
    """Run the recipe. Raises Problem (recodes, margins) and analysis' errors (what can't be computed)."""
    if not len(inputs.instance_ids):
        raise Problem("weighting.no-interviews")
    units = [inputs.units[code] for code in inputs.psu]
    codes = {
        name: recode.codes(
            variable,
            inputs.answers,
            strata=[unit.stratum for unit in units],
            area_types=[unit.area_type for unit in units],
            areas=[unit.area_codes for unit in units],
        )
        for name, variable in recipe.variables.items()
    }
    missing = {name: int(np.count_nonzero(found == recode.MISSING)) for name, found in codes.items()}
    for name, variable in recipe.variables.items():
        if missing[name] and variable.missing == "donor":
            strata = [unit.stratum for unit in units]
            codes[name] = recode.donated(codes[name], name, strata, inputs.instance_ids, recipe.seed)
    warnings: list[dict[str, Any]] = [
        {"code": "weighting.donors", "params": {"variable": name, "count": count}}
        for name, count in missing.items()
        if count and recipe.variables[name].missing == "donor"
    ]
    base = np.asarray(inputs.base_weight, dtype=np.float64)
    steps = [_line("base", base, None)]
    w = base

    if recipe.household_question:
        w, capped = _household(recipe, inputs, units, w, warnings)
        steps.append(_line("household", w, base, cap=recipe.household_cap, capped=capped))
    if recipe.classes != "none":
        before = w
        factor, details = _nonresponse(recipe, inputs, units, warnings)
        w = w * factor
        steps.append(_line("nonresponse", w, before, **details))

    uncalibrated = start = w
    margins: list[Margin] = []
    if controls:
        total = _total(controls[0], w)
        margins = [_margin(recipe, control, codes, w, total) for control in controls]
        raked = rake(w, margins, max_iterations=recipe.max_iterations, tolerance=recipe.tolerance)
        w = raked.weights
        # The missing are a category by rule, not by choice: that they are few is no finding.
        warnings += [_note(note) for note in raked.warnings if note.params.get("category") != ""]
        steps.append(_line("calibration", w, start, iterations=raked.iterations))
    if recipe.trim_upper is not None or recipe.trim_lower is not None:
        before = w
        w, start, details = _trim(recipe, w, start, margins)
        steps.append(_line("trim", w, before, **details))
    found = kish(w)
    report = {
        "n": found.n,
        "n_effective": round(found.n_effective, 1),
        "deff": round(found.deff, 4),
        "population": round(float(w.sum())),
        "steps": steps,
        "margins": [
            _fit(control, margin, uncalibrated, w) for control, margin in zip(controls, margins, strict=True)
        ],
        "missing": missing,
        "warnings": warnings,
    }
    stratum, psu = variance_units(inputs, units)
    weights = Weights(np.array(inputs.instance_ids, dtype=np.str_), w, start, stratum, psu, codes)
    return Weighted(weights, report)


def variance_units(inputs: Inputs, units: Sequence[DrawnPsu]) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Strata and first-stage units of the variance, (n,) each.

    A unit drawn with certainty adds no between-unit variance: it is a stratum, and its households are the units.
    """
    stratum = [f"{u.stratum}/{u.code}" if u.certainty else u.stratum for u in units]
    psu = [
        instance if u.certainty else u.code for u, instance in zip(units, inputs.instance_ids, strict=True)
    ]
    return np.array(stratum, dtype=np.str_), np.array(psu, dtype=np.str_)


def shift(answers: Columns, one: Floats, other: Floats, skip: set[str]) -> dict[str, Any]:
    """How far two sets of weights move the answers' shares: {"largest", "mean"} in percentage points, "question".

    Every question with 2 to 20 different answers counts, those in `skip` (the weighting variables) don't.
    """
    moved: list[tuple[float, str]] = []
    for name in sorted(set(answers) - skip):
        column = answers[name]
        keep = column.codes >= 0
        levels = len(column.levels)
        if not 2 <= len(np.unique(column.codes[keep])) <= 20:
            continue
        shares = [
            np.bincount(column.codes[keep], w[keep], minlength=levels) / max(float(w[keep].sum()), 1e-300)
            for w in (one, other)
        ]
        moved += [
            (float(step), name) for step in 100 * np.abs(shares[0] - shares[1])[shares[0] + shares[1] > 0]
        ]
    if not moved:
        return {"largest": 0.0, "mean": 0.0, "question": ""}
    largest = max(moved)
    return {
        "largest": round(largest[0], 2),
        "mean": round(float(np.mean([step for step, _name in moved])), 2),
        "question": largest[1],
    }


def _household(
    recipe: Recipe, inputs: Inputs, units: Sequence[DrawnPsu], w: Floats, warnings: list[dict[str, Any]]
) -> tuple[Floats, int]:
    """Weights times the number of adults; where it is missing, the mean of the stratum's interviews."""
    people = recode.adults(inputs.answers, recipe.household_question or "", recipe.household_missing)
    strata = np.array([unit.stratum for unit in units], dtype=np.str_)
    absent = np.isnan(people)
    if absent.any():
        whole = float(np.nanmean(people)) if not absent.all() else 1.0
        for stratum in np.unique(strata[absent]):
            here = strata == stratum
            known = people[here & ~absent]
            people[here & absent] = float(known.mean()) if known.size else whole
        warnings.append({"code": "weighting.adults-missing", "params": {"count": int(absent.sum())}})
    stepped = within_household(w, people, cap=recipe.household_cap)
    return stepped.weights, int((people > recipe.household_cap).sum())


def _nonresponse(
    recipe: Recipe, inputs: Inputs, units: Sequence[DrawnPsu], warnings: list[dict[str, Any]]
) -> tuple[Floats, dict[str, Any]]:
    """Factors (n,) by which those who answered stand for those who didn't, class by class.

    On household base weights, for the adults of households that didn't answer are unknown. Households found to
    be none are out; those never reached count as eligible.
    """
    answered = Counter(inputs.psu)
    classes = _classes(recipe, inputs.units, answered)
    rows_w, rows_class, rows_answered = [], [], []
    for code, unit in inputs.units.items():
        silent = max(unit.issued - unit.ineligible - answered[code], 0)
        for count, heard in ((answered[code], True), (silent, False)):
            rows_w += [unit.base_weight] * count
            rows_class += [classes[code]] * count
            rows_answered += [heard] * count
    found = nonresponse_by_class(
        np.array(rows_w),
        np.array(rows_answered, dtype=np.bool_),
        np.array(rows_class, dtype=np.str_),
        smallest=1,
    )
    by_class = {
        str(row.category): float(row.factor)  # type: ignore[arg-type]
        for row in found.margins.itertuples()
    }
    merged = sum(1 for name in classes.values() if name.startswith("+"))
    if merged:
        warnings.append({"code": "weighting.classes-merged", "params": {"count": merged}})
    factor = np.array([by_class[classes[unit.code]] for unit in units])
    eligible = sum(unit.issued - unit.ineligible for unit in inputs.units.values())
    return factor, {
        "classes": len(set(classes.values())),
        "merged": merged,
        "issued": sum(unit.issued for unit in inputs.units.values()),
        "eligible": eligible,
        "answered": len(inputs.instance_ids),
    }


def _classes(recipe: Recipe, units: Mapping[str, DrawnPsu], answered: Mapping[str, int]) -> dict[str, str]:
    """The class of each unit. Units with too few answers join the best answered units of their stratum ("+...")."""
    if recipe.classes == "stratum":
        return {code: unit.stratum for code, unit in units.items()}
    strata: dict[str, list[DrawnPsu]] = defaultdict(list)
    for unit in units.values():
        strata[unit.stratum].append(unit)
    classes: dict[str, str] = {}

    def weak(members: list[DrawnPsu]) -> bool:
        heard = sum(answered.get(u.code, 0) for u in members)
        eligible = sum(max(u.issued - u.ineligible, answered.get(u.code, 0)) for u in members)
        return heard < recipe.min_respondents or eligible > recipe.max_factor * heard

    for stratum, members in strata.items():
        good = sorted((u for u in members if not weak([u])), key=lambda u: (answered.get(u.code, 0), u.code))
        joined = [u for u in members if weak([u])]
        while joined and weak(joined) and good:
            joined.append(good.pop())
        classes |= {u.code: u.code for u in good}
        classes |= {u.code: f"+{stratum}" for u in joined}
    return classes


def _total(control: ControlTotals, w: Floats) -> float:
    """What the weights are to add up to: the first margin's count, or the weights' own sum for percentages."""
    total = float(sum(control.totals.values()))
    return total if total > 1000 else float(w.sum())


def _margin(
    recipe: Recipe, control: ControlTotals, codes: Mapping[str, recode.Codes], w: Floats, total: float
) -> Margin:
    """The margin over the interviews, scaled to `total`; the missing keep the share that they have."""
    use = control.use
    variables = [recipe.variables[name] for name in use.variables]
    cells = list(product(*(variable.names for variable in variables)))
    strange = sorted({" × ".join(key) for key in set(cells) ^ set(control.totals)})
    if strange:
        raise Problem("weighting.unknown-category", name=use.name, categories=", ".join(strange[:8]))
    joint = np.zeros(len(w), dtype=np.int64)
    absent = np.zeros(len(w), dtype=np.bool_)
    for variable in variables:
        position = codes[variable.name]
        absent |= position == recode.MISSING
        joint = joint * len(variable.categories) + np.maximum(position, 0)
    counts = np.bincount(joint[~absent], minlength=len(cells))
    whole = sum(control.totals.values())
    for cell, count in zip(cells, counts, strict=True):
        if not count and control.totals[cell] > 0:
            raise Problem("weighting.empty-category", name=use.name, category=" × ".join(cell))
    lost = float(w[absent].sum() / w.sum())
    targets = [control.totals[cell] / whole * total * (1 - lost) for cell in cells]
    levels: list[object] = [" × ".join(cell) for cell in cells]
    if absent.any():
        joint = np.where(absent, len(cells), joint)
        levels.append("")
        targets.append(total * lost)
    return Margin(use.name, Codes(joint, tuple(levels), use.name), np.array(targets))


def _trim(
    recipe: Recipe, w: Floats, start: Floats, margins: Sequence[Margin]
) -> tuple[Floats, Floats, dict[str, Any]]:
    """Cut weights to multiples of the median, then rake again, until both hold or the rounds are used up.

    Returns the weights, the weights that the last raking started from, and what was done. The last word is the
    margins': a weight that raking pushes over the limit again stays, and is counted.
    """
    median = float(np.median(w))
    high = np.inf if recipe.trim_upper is None else recipe.trim_upper * median
    low = 0.0 if recipe.trim_lower is None else recipe.trim_lower * median

    def outside(now: Floats) -> int:
        return int(((now > high * 1.001) | (now < low * 0.999)).sum())

    cut, rounds = outside(w), 0
    while outside(w) and rounds < recipe.trim_rounds:
        start = trim(w, upper=high, lower=low, strict=True).weights
        w = start
        rounds += 1
        if margins:
            w = rake(start, margins, max_iterations=recipe.max_iterations, tolerance=recipe.tolerance).weights
    return w, start, {"cut": cut, "rounds": rounds, "outside": outside(w), "upper": recipe.trim_upper}


def _line(step: str, w: Floats, before: Floats | None, **details: Any) -> dict[str, Any]:
    """One line of the report: what the weights are after a step, and the factors that it applied."""
    found = kish(w)
    factor = w / before if before is not None else np.ones_like(w)
    return {
        "step": step,
        "n_effective": round(found.n_effective, 1),
        "deff": round(found.deff, 4),
        "cv": round(found.cv, 4),
        "largest": round(found.largest / found.mean, 3),
        "smallest": round(found.smallest / found.mean, 3),
        "factor_low": round(float(factor.min()), 4),
        "factor_high": round(float(factor.max()), 4),
        "details": details,
    }


def _fit(control: ControlTotals, margin: Margin, before: Floats, after: Floats) -> dict[str, Any]:
    """A margin's cells in percent before and after; the last cell, with an empty key, is the missing ones."""
    size = len(margin.totals)
    codes = margin.codes.codes
    old, new = (np.bincount(codes, w, minlength=size) / w.sum() * 100 for w in (before, after))
    target = margin.totals / margin.totals.sum() * 100
    count = np.bincount(codes, minlength=size)
    keys = [list(cell) for cell in product(*_names(margin, control))]
    keys += [[]] * (size - len(keys))
    return {
        "name": control.use.name,
        "variables": list(control.use.variables),
        "cells": [
            {
                "key": key,
                "n": int(count[i]),
                "before": round(float(old[i]), 2),
                "target": float(target[i]),
                "after": round(float(new[i]), 2),
            }
            for i, key in enumerate(keys)
        ],
    }


def _names(margin: Margin, control: ControlTotals) -> list[list[str]]:
    """The categories of each of the margin's variables, in the order of its levels."""
    rows = [str(level).split(" × ") for level in margin.codes.levels if level]
    return [list(dict.fromkeys(row[i] for row in rows)) for i in range(len(control.use.variables))]


def _note(note: Any) -> dict[str, Any]:
    return {"code": note.code, "params": {key: _plain(value) for key, value in note.params.items()}}


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
