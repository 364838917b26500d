"""Two runs side by side: where their recipes differ, what each step did, and how far apart their weights are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from survey_app.weighting.models import WeightingRun
from survey_app.weighting.weights import Weights
from survey_app.wording import number


@dataclass(frozen=True)
class Comparison:
    """differences: (place in the recipe, value in the first, in the second), values as short text.

    steps: (step, the first run's line or None, the second's). shared: interviews in both. correlation: of their
    weights; ratio_low, ratio_high: the second's weight over the first's (both with mean 1) at the 5th and the 95th
    percentile; None where the runs share nobody.
    """

    differences: tuple[tuple[str, str, str], ...]
    steps: tuple[tuple[str, dict[str, Any] | None, dict[str, Any] | None], ...]
    shared: int
    correlation: float | None
    ratio_low: float | None
    ratio_high: float | None


def compare(first: WeightingRun, second: WeightingRun, one: Weights, other: Weights) -> Comparison:
    """one, other: the weights of the two runs."""
    flat = [dict(_flat(_named(run), "")) for run in (first, second)]
    places = sorted(set(flat[0]) | set(flat[1]))
    differences = tuple(
        (place, flat[0].get(place, "–"), flat[1].get(place, "–"))
        for place in places
        if flat[0].get(place) != flat[1].get(place)
    )
    lines = [{line["step"]: line for line in run.diagnostics["steps"]} for run in (first, second)]
    steps = tuple(
        (step, lines[0].get(step), lines[1].get(step)) for step in dict.fromkeys([*lines[0], *lines[1]])
    )
    _both, at, there = np.intersect1d(one.instance_ids, other.instance_ids, return_indices=True)
    if len(at) < 2:
        return Comparison(differences, steps, len(at), None, None, None)
    a = one.weight[at] / one.weight[at].mean()
    b = other.weight[there] / other.weight[there].mean()
    same = bool(a.std() == 0 or b.std() == 0)
    correlation = None if same else float(np.corrcoef(a, b)[0, 1])
    low, high = np.quantile(b / a, [0.05, 0.95])
    return Comparison(differences, steps, len(at), correlation, float(low), float(high))


def _named(run: WeightingRun) -> dict[str, Any]:
    """The run's recipe with each margin by the one that was used, however the recipe asked for it."""
    used = {m["name"]: m.get("margin_id") for m in run.diagnostics["margins"]}
    calibration = run.recipe.get("calibration") or {}
    margins = [
        {"name": m["name"], "margin": used.get(m["name"]), "accept": m.get("accept", {})}
        for m in calibration.get("margins", [])
    ]
    return {**run.recipe, "calibration": {**calibration, "margins": margins}}


def _flat(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """A recipe as (place, value) pairs; lists are told by position, labels left out."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key != "label":
                yield from _flat(inner, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list):
        for position, inner in enumerate(value, 1):
            name = inner.get("name") if isinstance(inner, Mapping) else None
            yield from _flat(inner, f"{place}[{name or position}]")
    elif isinstance(value, float):
        yield place, number(value, 0 if value.is_integer() else 2)
    else:
        yield place, "–" if value is None else str(value)
