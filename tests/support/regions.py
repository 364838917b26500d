"""A recipe with a break by area for `answered_survey`, whose villages lie in two communes."""

from __future__ import annotations

from typing import Any

from survey_app.surveys.models import Survey
from survey_app.weighting import services as weighting

TOWN, COUNTRY, NOWHERE = "06862", "06970", "07192"


def with_regions(survey: Survey, groups: dict[str, dict[str, Any]] | None = None) -> dict[str, Any]:
    """The survey's default recipe with the break "region"; groups: {name: {"values", "near", "at"}}."""
    plan = weighting.default_recipe(survey)[0]
    groups = groups or {"town": {"values": [TOWN]}, "country": {"values": [COUNTRY]}}
    plan["variables"]["region"] = {
        "label": {"vi": "Vùng trong tỉnh", "en": "Part of the province"},
        "source": "area",
        "missing": "refuse",
        "categories": [
            {"name": name, "label": {"vi": f"Vùng {name}", "en": f"Region {name}"}, **entry}
            for name, entry in groups.items()
        ],
    }
    return plan
