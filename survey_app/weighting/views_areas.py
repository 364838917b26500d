"""Putting areas together for a break by area: a table of the sample's areas, and what each group is called.

The groups become a part of the newest recipe and a new run is made with it: no weight changes, and what was run
before stays. The recipe's own text says the same and can be edited in the workbench.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.db import transactional
from survey_app.problems import Problem
from survey_app.sampling import queries as sampling
from survey_app.sampling.queries import SampledArea
from survey_app.surveys import queries as surveys
from survey_app.surveys.models import Survey
from survey_app.weighting import areas, queries, recipe, services
from survey_app.weighting.views import bp
from survey_app.wording import nfc

NAME = "region"
MOST_GROUPS = 8
# A whole country: one tile a province, at the places of the country's own layout.
EACH = "each"


@bp.get("/surveys/<survey_id>/weighting/areas")
@require_role(Role.RESEARCHER)
def group_areas(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    variable = _recipe(survey).get("variables", {}).get(NAME, {})
    return _page(survey, posted(variable), None)


@bp.post("/surveys/<survey_id>/weighting/areas")
@require_role(Role.RESEARCHER)
@transactional
def keep_areas(survey_id: str) -> Any:
    """Run the newest recipe with these groups, or without any where none has an area."""
    survey = surveys.survey(survey_id, member=current_user)
    found = sampling.areas(survey)
    base = copy.deepcopy(_recipe(survey))
    try:
        variable = variable_from(request.form, found)
        base.setdefault("variables", {}).pop(NAME, None)
        if variable is not None:
            base["variables"][NAME] = variable
        else:
            base["crossings"] = [pair for pair in base.get("crossings", []) if NAME not in pair]
        made = services.run(survey, base, current_user)
    except Problem as problem:
        return _page(survey, request.form, problem)
    flash(_("Run %(n)s was made and kept, with these areas.", n=made.number), "good")
    return redirect(url_for(".group_areas", survey_id=survey_id))


def variable_from(form: Mapping[str, str], found: list[SampledArea]) -> dict[str, Any] | None:
    """The recipe's variable that the form says; None where no area is in a group.

    form: `group-<code>` the number of an area's group; `vi-<n>`, `en-<n>`, `near-<n>` (a number), `column-<n>`,
    `row-<n>` (from 1) of each group. Raises Problem weighting.bad-areas naming what to mend.
    """
    if form.get(EACH):
        groups = [
            {"name": one.code, "label": {"vi": one.name, "en": one.name}, "values": [one.code]}
            for one in found
        ]
        return _variable(form, groups) if groups else None
    members: dict[str, list[str]] = {}
    for one in found:
        if number := form.get(f"group-{one.code}", ""):
            members.setdefault(number, []).append(one.code)
    if not members:
        return None
    left = [one.name for one in found if not form.get(f"group-{one.code}", "")]
    if left:
        raise Problem(
            "weighting.bad-areas", reason=_("no group is chosen for %(areas)s", areas=", ".join(left[:5]))
        )
    made: list[dict[str, Any]] = []
    for number in sorted(members, key=_whole):
        label = nfc(form.get(f"vi-{number}", "")).strip()
        if not label:
            raise Problem("weighting.bad-areas", reason=_("group %(n)s has no name", n=number))
        near = form.get(f"near-{number}", "")
        entry: dict[str, Any] = {
            "name": f"g{number}",
            "label": {"vi": label, "en": nfc(form.get(f"en-{number}", "")).strip() or label},
            "values": members[number],
            "near": f"g{near}" if near in members and near != number else "",
        }
        at = (form.get(f"column-{number}", "").strip(), form.get(f"row-{number}", "").strip())
        if all(at):
            entry["at"] = _at(number, at, [group.get("at") for group in made])
        made.append(entry)
    return _variable(form, made)


def _variable(form: Mapping[str, str], groups: list[dict[str, Any]]) -> dict[str, Any]:
    label = nfc(form.get("label-vi", "")).strip()
    if not label:
        raise Problem("weighting.bad-areas", reason=_("the break has no name"))
    english = nfc(form.get("label-en", "")).strip() or label
    return {
        "label": {"vi": label, "en": english},
        "source": "area",
        "missing": "refuse",
        "categories": groups,
    }


def _at(number: str, at: tuple[str, str], taken: list[Any]) -> list[int]:
    """A tile's place from 0, written from 1."""
    place = [_whole(part) - 1 for part in at]
    if not (0 <= place[0] < recipe.MOST_TILES and 0 <= place[1] < recipe.MOST_ROWS):
        raise Problem(
            "weighting.bad-areas",
            reason=_(
                "group %(n)s: columns go from 1 to %(columns)s, rows from 1 to %(rows)s",
                n=number,
                columns=recipe.MOST_TILES,
                rows=recipe.MOST_ROWS,
            ),
        )
    if place in taken:
        raise Problem("weighting.bad-areas", reason=_("group %(n)s has the place of another", n=number))
    return place


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise Problem(
            "weighting.bad-areas", reason=_("“%(text)s” is not a whole number", text=text)
        ) from error


def posted(variable: Mapping[str, Any]) -> dict[str, str]:
    """A recipe's variable as the form would send it; the opposite of `variable_from`."""
    form = {f"label-{language}": text for language, text in variable.get("label", {}).items()}
    groups = variable.get("categories", [])
    numbers = {group["name"]: str(place) for place, group in enumerate(groups, 1)}
    if len(groups) > MOST_GROUPS:
        return form | {EACH: "on"}
    for group in groups:
        number = numbers[group["name"]]
        form |= {f"{language}-{number}": text for language, text in group.get("label", {}).items()}
        form |= {f"group-{code}": number for code in group.get("values", [])}
        form[f"near-{number}"] = numbers.get(group.get("near", ""), "")
        if group.get("at"):
            form |= {f"column-{number}": str(group["at"][0] + 1), f"row-{number}": str(group["at"][1] + 1)}
    return form


def _recipe(survey: Survey) -> dict[str, Any]:
    newest = next(iter(queries.runs(survey)), None)
    return dict(newest.recipe) if newest else services.default_recipe(survey)[0]


def _page(survey: Survey, form: Mapping[str, str], problem: Problem | None) -> Any:
    newest = next(iter(queries.runs(survey)), None)
    standing = []
    if newest is not None and problem is None:
        variable = recipe.read(newest.recipe).variables.get(NAME)
        if variable is not None and variable.source == "area":
            settled = areas.settle(variable, queries.weights(newest))
            standing = [(c, settled.alone[c.name], settled.joined(c.name)) for c in variable.categories]
    page = render_template(
        "weighting/areas.html",
        survey=survey,
        sampled=sampling.areas(survey),
        form=form,
        groups=range(1, MOST_GROUPS + 1),
        standing=standing,
        problem=problem,
        country=survey.area is None,
        rule=areas.rule(),
        why=areas.WHY,
        closed=survey.state in ("closed", "locked"),
    )
    return page, problem.status if problem else 200
