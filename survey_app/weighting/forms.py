"""The workbench's form: choices of each step, turned into a recipe."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from survey_app.problems import Problem
from survey_app.wording import nfc, number


class Decimal(StringField):
    """A number as the reader writes it: 5,00 or 5.00; shown with the reader's decimal sign, without idle zeros."""

    def __init__(self, label: Any, low: float, high: float, **bound: Any) -> None:
        super().__init__(label, **bound)
        self._low, self._high = low, high

    def process_data(self, value: Any) -> None:
        self.data = "" if value is None else number(float(value), 2)

    def pre_validate(self, form: Any) -> None:
        try:
            value = self.value
        except ValueError:
            value = float("nan")
        if value is not None and not self._low <= value <= self._high:
            raise ValidationError(
                _(
                    "Write a number from %(low)s to %(high)s.",
                    low=number(self._low, 1),
                    high=number(self._high),
                )
            )

    @property
    def value(self) -> float | None:
        """The number, None where the field is empty."""
        text = (self.data or "").strip().replace(" ", "").replace(",", ".")
        return float(text) if text else None


class RecipeForm(FlaskForm):
    """Fields of the steps; margins are read from the request, for their number isn't known beforehand."""

    household = BooleanField(_l("Multiply by the number of adults in the household"))
    cap = IntegerField(_l("Count at most"), validators=[Optional(), NumberRange(1, 20)])
    classes = SelectField(
        _l("Those who answered stand for those who didn't"),
        choices=[
            SelectChoice("psu", _l("in the same village or neighbourhood")),
            SelectChoice("stratum", _l("in the same stratum")),
            SelectChoice("none", _l("not at all")),
        ],
    )
    trim_upper = Decimal(_l("Largest weight, in medians (empty: no limit)"), 1.5, 100)
    document = TextAreaField(_l("Recipe"))


class MarginFileForm(FlaskForm):
    file = FileField(_l("Margin file (CSV)"))


def fill(form: RecipeForm, recipe: Mapping[str, Any]) -> None:
    """Show a recipe in the form."""
    household = recipe.get("household") or {}
    form.household.data = bool(household)
    form.cap.data = household.get("cap", 6)
    form.classes.data = (recipe.get("nonresponse") or {}).get("classes", "none")
    form.trim_upper.process_data((recipe.get("trim") or {}).get("upper"))
    form.document.data = json.dumps(recipe, ensure_ascii=False, indent=2)


def recipe_from(
    form: RecipeForm,
    base: Mapping[str, Any],
    posted: Mapping[str, str],
    candidates: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """The recipe that the form says, on the base of the one shown.

    posted: `margin-<id>` for each margin chosen, `accept-<id>-<kind>` the reason why a mismatch is accepted.
    Raises Problem weighting.bad-recipe when the recipe's own text was changed and can't be read.
    """
    text = (form.document.data or "").strip()
    if text and "advanced" in posted:
        try:
            typed = json.loads(nfc(text))
        except ValueError as error:
            raise Problem("weighting.bad-recipe", part="JSON", detail=str(error)) from error
        if not isinstance(typed, dict):
            raise Problem("weighting.bad-recipe", part="JSON", detail=type(typed).__name__)
        return typed
    recipe = copy.deepcopy(dict(base))
    household = recipe.get("household") or {}
    if not form.household.data:
        recipe["household"] = None
    elif household:
        recipe["household"] = {**household, "cap": form.cap.data or 6}
    recipe["nonresponse"] = {**(recipe.get("nonresponse") or {}), "classes": form.classes.data}
    upper = form.trim_upper.value
    recipe["trim"] = {**(recipe.get("trim") or {}), "upper": upper} if upper else None
    chosen = []
    for entry in candidates:
        margin = entry["margin"]
        if f"margin-{margin.id}" not in posted:
            continue
        accept = {
            found["kind"]: nfc(posted.get(f"accept-{margin.id}-{found['kind']}", ""))
            for found in entry["mismatches"]
        }
        chosen.append(
            {
                "name": margin.name,
                "variables": list(margin.variables),
                "source_id": margin.source_id,
                "ref_date": margin.ref_date,
                "area_code": margin.area_code,
                "universe": margin.universe,
                **({"accept": {kind: reason for kind, reason in accept.items() if reason}} if accept else {}),
            }
        )
    recipe["calibration"] = {**(recipe.get("calibration") or {}), "margins": chosen}
    return recipe
