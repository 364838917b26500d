"""The recipe of a weighting run: what is done, in readable JSON, and nothing that isn't in it.

A recipe names its variables (which question, how its values are grouped, what happens to missing ones), the
within-household step, the non-response classes, the margins to rake to and the trimming. The layout is that
of `data/standard_plan.json`. `resolve` fills what depends on the survey (the year that ages are counted in)
and checks everything, so that a stored recipe can be run again as it stands.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from survey_app.problems import Problem

STANDARD_PLAN = Path(__file__).parent / "data" / "standard_plan.json"
FORMAT = 1
# Columns of a tile map: more would be too narrow for a name on a phone.
MOST_TILES, MOST_ROWS = 6, 40
MISSING_RULES = ("donor", "keep-share", "refuse")
CLASSES = ("psu", "stratum", "none")
SOURCES = ("question", "area_type", "stratum", "area")


@dataclass(frozen=True)
class Category:
    """One group of a variable: stored values, or a range of numbers (both ends belong to it; None: open).

    of: names under which margins publish what was put together in it; empty when that is its own name.
    Of areas put together (source "area"; values: official codes) also near: the group that it joins where the
    design can't tell of it alone, empty to leave it untold; at: its column and row on the tile map, or None.
    """

    name: str
    label: dict[str, str]
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    of: tuple[str, ...] = ()
    near: str = ""
    at: tuple[int, int] | None = None

    @property
    def published(self) -> tuple[str, ...]:
        """The categories of published margins that it stands for: itself, or those that were put together."""
        return self.of or (self.name,)

    def holds(self, value: str, number: float | None) -> bool:
        if self.values:
            return value in self.values
        if number is None:
            return False
        return (self.low is None or number >= self.low) and (self.high is None or number <= self.high)


@dataclass(frozen=True)
class Variable:
    """A weighting and reporting variable: where its values come from and how they are grouped.

    source: "question" (the stored answer), "area_type" (of the primary unit), "stratum", or "area" (the area that
    the primary unit lies in, or one above it). year: for a year of birth, the year that the age is counted in; else
    None. missing: "donor" (takes the category of another interview of the same stratum, drawn by the recipe's
    seed), "keep-share" (the missing keep the share of the weights that they have, the control totals are scaled
    to the rest) or "refuse".
    """

    name: str
    label: dict[str, str]
    source: str
    question: str | None
    year: int | None
    missing_values: tuple[str, ...]
    missing: str
    categories: tuple[Category, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(category.name for category in self.categories)


@dataclass(frozen=True)
class MarginUse:
    """A margin to rake to. accept: {kind of mismatch: the reason why it is accepted all the same}."""

    name: str
    variables: tuple[str, ...]
    source_id: str | None
    ref_date: str | None
    area_code: str | None
    universe: str | None
    accept: dict[str, str]


@dataclass(frozen=True)
class Recipe:
    """A checked recipe. `document` is the JSON that is stored; the rest is read from it.

    crossings: breaks that are planned to be told within the groups of another, (within, by).
    """

    document: dict[str, Any]
    universe: str
    boundary: str
    seed: str
    variables: dict[str, Variable]
    household_question: str | None
    household_missing: tuple[str, ...]
    household_cap: int
    classes: str
    min_respondents: int
    max_factor: float
    margins: tuple[MarginUse, ...]
    max_iterations: int
    tolerance: float
    trim_upper: float | None
    trim_lower: float | None
    trim_rounds: int
    crossings: tuple[tuple[str, str], ...] = ()


def standard_plan() -> dict[str, Any]:
    """The plan for questionnaires with the standard background block. A fresh copy each time."""
    plan: dict[str, Any] = json.loads(STANDARD_PLAN.read_text(encoding="utf-8"))
    return plan


def without_unasked(
    document: Mapping[str, Any], questions: Collection[str]
) -> tuple[dict[str, Any], list[str]]:
    """Leave out of a default plan what the questionnaire doesn't ask. Returns (plan, names left out)."""
    plan = copy.deepcopy(dict(document))
    left_out = [
        name
        for name, variable in plan.get("variables", {}).items()
        if "question" in variable and variable["question"] not in questions
    ]
    for name in left_out:
        del plan["variables"][name]
    if "crossings" in plan:
        plan["crossings"] = [pair for pair in plan["crossings"] if not set(pair) & set(left_out)]
    calibration = plan.get("calibration", {})
    calibration["margins"] = [
        margin for margin in calibration.get("margins", []) if not set(margin["variables"]) & set(left_out)
    ]
    household = plan.get("household")
    if household and household.get("question") not in questions:
        left_out.append("household")
        plan["household"] = None
    return plan, left_out


def resolve(document: Mapping[str, Any], *, year: int, questions: Collection[str]) -> Recipe:
    """Check a recipe against the questionnaire and fill in the survey's year.

    questions: names of the questionnaire's questions. Raises Problem weighting.bad-recipe, naming the part.
    """
    stored = copy.deepcopy(dict(document))
    if stored.get("format") != FORMAT:
        raise _bad("format", f"{stored.get('format')!r} ≠ {FORMAT}")
    try:
        variables = {
            name: _variable(name, entry, year, questions)
            for name, entry in stored.get("variables", {}).items()
        }
        household = stored.get("household") or {}
        if household and household["question"] not in questions:
            raise _bad("household", household["question"])
        nonresponse = stored.get("nonresponse") or {"classes": "none"}
        if nonresponse["classes"] not in CLASSES:
            raise _bad("nonresponse", nonresponse["classes"])
        calibration = stored.get("calibration") or {}
        margins = tuple(_margin(entry, variables) for entry in calibration.get("margins", []))
        trim = stored.get("trim") or {}
        upper, lower = trim.get("upper"), trim.get("lower")
        if (upper is not None and upper <= 1) or (lower is not None and not 0 <= lower < 1):
            raise _bad("trim", f"{lower} … {upper}")
        return Recipe(
            document=stored,
            universe=str(stored.get("universe", "")),
            boundary=str(stored.get("boundary", "")),
            seed=str(stored.get("seed", "")),
            variables=variables,
            household_question=household.get("question"),
            household_missing=tuple(household.get("missing_values", ())),
            household_cap=int(household.get("cap", 6)),
            classes=nonresponse["classes"],
            min_respondents=int(nonresponse.get("min_respondents", 5)),
            max_factor=float(nonresponse.get("max_factor", 4)),
            margins=margins,
            max_iterations=int(calibration.get("max_iterations", 200)),
            tolerance=float(calibration.get("tolerance", 1e-9)),
            trim_upper=None if upper is None else float(upper),
            trim_lower=None if lower is None else float(lower),
            trim_rounds=int(trim.get("rounds", 10)),
            crossings=_crossings(stored.get("crossings", []), variables),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _bad("recipe", f"{type(error).__name__}: {error}") from error


def read(document: Mapping[str, Any]) -> Recipe:
    """Read a stored (already resolved) recipe again."""
    questions = {entry["question"] for entry in document["variables"].values() if "question" in entry}
    if document.get("household"):
        questions.add(document["household"]["question"])
    return resolve(document, year=0, questions=questions)


def _variable(name: str, entry: dict[str, Any], year: int, questions: Collection[str]) -> Variable:
    question = entry.get("question")
    source = "question" if question else entry.get("source", "")
    if source not in SOURCES:
        raise _bad(name, f"source {source!r}")
    if question and question not in questions:
        raise _bad(name, str(question))
    if entry.get("missing", "donor") not in MISSING_RULES:
        raise _bad(name, str(entry["missing"]))
    if entry.get("year_of_birth"):
        entry.setdefault("reference_year", year)
    categories = tuple(
        Category(
            name=str(part["name"]),
            label=dict(part.get("label", {})),
            values=tuple(str(value) for value in part.get("values", ())),
            low=part.get("from"),
            high=part.get("to"),
            of=tuple(str(name) for name in part.get("of", ())),
            near=str(part.get("near", "")),
            at=_place(name, part["at"]) if part.get("at") is not None else None,
        )
        for part in entry["categories"]
    )
    names = [category.name for category in categories]
    values = [value for category in categories for value in category.values]
    if not names or len(set(names)) < len(names) or len(set(values)) < len(values):
        raise _bad(name, ", ".join(names))
    if source == "area":
        _check_areas(name, categories)
    return Variable(
        name=name,
        label=dict(entry.get("label", {})),
        source=source,
        question=question,
        year=int(entry["reference_year"]) if entry.get("year_of_birth") else None,
        missing_values=tuple(str(value) for value in entry.get("missing_values", ())),
        missing=entry.get("missing", "donor"),
        categories=categories,
    )


def _crossings(found: Any, variables: Mapping[str, Variable]) -> tuple[tuple[str, str], ...]:
    """Pairs [within, by] of different variables, each once."""
    pairs = [tuple(str(name) for name in pair) for pair in found]
    for pair in pairs:
        if len(pair) != 2 or pair[0] == pair[1] or not set(pair) <= variables.keys():
            raise _bad("crossings", " × ".join(pair))
    return tuple(dict.fromkeys((pair[0], pair[1]) for pair in pairs))


def _place(name: str, at: Any) -> tuple[int, int]:
    """A tile's column and row, whole numbers from 0."""
    found = at if isinstance(at, list) else []
    if len(found) == 2 and all(type(part) is int for part in found):
        column, row = found
        if 0 <= column < MOST_TILES and 0 <= row < MOST_ROWS:
            return column, row
    raise _bad(name, f"at {at!r}")


def _check_areas(name: str, categories: tuple[Category, ...]) -> None:
    """Groups of areas hold codes, name their neighbours, and no two stand on one tile."""
    names = {category.name for category in categories}
    for category in categories:
        if not category.values:
            raise _bad(name, f"{category.name}: values")
        if category.near and (category.near not in names or category.near == category.name):
            raise _bad(name, f"{category.name}: near {category.near!r}")
    places = [category.at for category in categories if category.at is not None]
    if len(set(places)) < len(places):
        raise _bad(name, "at")


def _margin(entry: dict[str, Any], variables: Mapping[str, Variable]) -> MarginUse:
    use = margin_use(entry)
    unknown = [name for name in use.variables if name not in variables]
    if unknown or not use.variables:
        raise _bad(use.name, ", ".join(unknown))
    return use


def margin_use(entry: Mapping[str, Any]) -> MarginUse:
    """One entry of `calibration.margins`, not yet checked against the recipe's variables."""
    return MarginUse(
        name=str(entry["name"]),
        variables=tuple(entry["variables"]),
        source_id=entry.get("source_id"),
        ref_date=entry.get("ref_date"),
        area_code=entry.get("area_code"),
        universe=entry.get("universe"),
        accept={kind: reason.strip() for kind, reason in entry.get("accept", {}).items() if reason.strip()},
    )


def _bad(part: str, detail: str) -> Problem:
    return Problem("weighting.bad-recipe", part=part, detail=detail)
