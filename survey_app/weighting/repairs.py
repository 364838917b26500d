"""Repairs that are offered where weights can't be made: each is one click, and a change of the recipe in words.

Nothing is repaired by itself: the researcher chooses, and the recipe says what was put together.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.problems import Problem

MERGE, MISSING, DROP = "merge", "missing", "drop"
MOST_OFFERED = 4


@dataclass(frozen=True)
class Repair:
    """kind: merge (names: two categories of a variable), missing (names: values that count as missing) or drop
    (names: one margin left out, variable empty).
    """

    kind: str
    variable: str
    names: tuple[str, ...]

    @property
    def token(self) -> str:
        """As a form sends it back."""
        return "|".join((self.kind, self.variable, *self.names))


def offered(problem: Problem, document: Mapping[str, Any]) -> list[Repair]:
    """Repairs of a problem of weighting, the smallest change first; empty when there is none to propose."""
    params = problem.params
    if problem.code == "weighting.recode-incomplete":
        values = tuple(re.findall(r"(\S+) \(\d+\)", params["values"]))
        return [Repair(MISSING, params["variable"], values)] if values else []
    margins = {str(m["name"]): m for m in (document.get("calibration") or {}).get("margins", [])}
    if problem.code == "weighting.empty-category" and params["name"] in margins:
        found: list[Repair] = []
        parts = str(params["category"]).split(" × ")
        for variable, category in zip(margins[params["name"]]["variables"], parts, strict=False):
            found += [
                Repair(MERGE, variable, pair)
                for pair in _neighbours(document["variables"][variable], category)
            ]
        return [*found[: MOST_OFFERED - 1], Repair(DROP, "", (str(params["name"]),))]
    if problem.code in ("weighting.no-margin", "weighting.unknown-category") and params["name"] in margins:
        return [Repair(DROP, "", (str(params["name"]),))]
    if problem.code == "weighting.impossible":
        return [Repair(DROP, "", (name,)) for name in list(margins)[::-1][:MOST_OFFERED]]
    return []


def read(token: str) -> Repair:
    """A repair that a form sent back. Raises Problem request.malformed."""
    kind, variable, *names = [*token.split("|"), ""]
    names = [name for name in names if name]
    if kind not in (MERGE, MISSING, DROP) or not names or (kind == MERGE and len(names) != 2):
        raise Problem("request.malformed", reason=token)
    return Repair(kind, variable, tuple(names))


def repaired(document: Mapping[str, Any], repair: Repair) -> dict[str, Any]:
    """The recipe with a repair made. Raises Problem weighting.bad-recipe when it doesn't fit the recipe."""
    made = copy.deepcopy(dict(document))
    if repair.kind == DROP:
        calibration = made.get("calibration") or {}
        left = [m for m in calibration.get("margins", []) if m["name"] not in repair.names]
        made["calibration"] = {**calibration, "margins": left}
        return made
    variable = made.get("variables", {}).get(repair.variable)
    if variable is None:
        raise Problem("weighting.bad-recipe", part="variables", detail=repair.variable)
    if repair.kind == MISSING:
        variable["missing_values"] = [*variable.get("missing_values", ()), *repair.names]
        return made
    places = [i for i, c in enumerate(variable["categories"]) if c["name"] in repair.names]
    if len(places) != 2:
        raise Problem("weighting.bad-recipe", part=repair.variable, detail=", ".join(repair.names))
    first, second = (variable["categories"][i] for i in places)
    variable["categories"][places[0]] = _joined(first, second)
    del variable["categories"][places[1]]
    return made


def _neighbours(variable: Mapping[str, Any], category: str) -> list[tuple[str, str]]:
    """The category with the one before and the one after it; with bands of numbers these are its neighbours."""
    names = [str(c["name"]) for c in variable["categories"]]
    if category not in names or len(names) < 3:
        return []
    at = names.index(category)
    return [(names[i], names[i + 1]) for i in (at - 1, at) if 0 <= i < len(names) - 1]


def _joined(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Two categories as one. "of": the published categories that it stands for, which the margins are added up by."""
    labels = {
        language: f"{label} + {second.get('label', {}).get(language, second['name'])}"
        for language, label in first.get("label", {}).items()
    }
    made: dict[str, Any] = {
        "name": f"{first['name']}+{second['name']}",
        "label": labels,
        "of": [*first.get("of", [first["name"]]), *second.get("of", [second["name"]])],
    }
    if "values" in first or "values" in second:
        made["values"] = [*first.get("values", ()), *second.get("values", ())]
    else:
        # An open end stays open.
        lows, highs = ([c[end] for c in (first, second) if c.get(end) is not None] for end in ("from", "to"))
        if len(lows) == 2:
            made["from"] = min(lows)
        if len(highs) == 2:
            made["to"] = max(highs)
    return made
