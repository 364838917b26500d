"""What the method statement's template needs beside the facts that were kept at release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey_app.reporting import headlines, present
from survey_app.reporting.cube import APART, SHARES, Cube
from survey_app.reporting.models import Release
from survey_app.reporting.topics import UNANSWERED
from survey_app.sampling.outcomes import OUTCOMES
from survey_app.weighting import areas
from survey_app.wording import percent, text_of

# What the disclosure audit does, as the researcher's page and the method statement name it.
EDITS: dict[str, Any] = {
    "merge-columns": _l("Groups put together"),
    "merge-categories": _l("Answers put together"),
    "hide": _l("Figures hidden"),
    "hide-nets": _l("Sums of answers hidden"),
    "drop-category": _l("Answers left out"),
    "drop-groups": _l("Breaks left out of a table"),
    "withhold-table": _l("Tables not released"),
}


def territory(cube: Cube) -> list[str]:
    """What the statement says of the breaks by area: who made the areas, the rule, and what it joined or left out."""
    said: list[str] = []
    for by in cube.breaks:
        own = [tile for tile in by.tiles if not tile.of]
        if not own:
            continue
        if by.level == "region":
            names = "; ".join(text_of(tile.label) for tile in own)
            said.append(
                _(
                    "Areas were put together by the researchers: %(areas)s. They are no administrative units.",
                    areas=names,
                )
            )
        said.append(areas.rule())
        groups: dict[str, list[str]] = {}
        for tile in own:
            if not tile.alone:
                groups.setdefault(tile.group, []).append(text_of(tile.label))
        for group, labels in groups.items():
            names = "; ".join(labels)
            said.append(
                _("%(areas)s are told together: too few people were asked in one of them.", areas=names)
                if group
                else _("%(areas)s: not told, too few people were asked.", areas=names)
            )
    return said


def _by_topic(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    out: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        out.setdefault(row["name"], []).append(row)
    return out


def unsaid(cube: Cube) -> list[tuple[str, str]]:
    """[(question, share of don't know or no answer as text)], the largest first, from the released figures.

    Only where that row stands alone: put together with an answer it says something else.
    """
    found: list[tuple[float, str]] = []
    for topic in cube.topics:
        table = topic.table()
        if topic.kind != SHARES or topic.arms or table is None or not table.columns:
            continue
        for place, row in table.rows_of(APART):
            value = table.columns[0].figures[place].value
            if value is not None and row.label == UNANSWERED:
                found.append((value, present.wording(topic)))
    return [(wording, percent(value / 100)) for value, wording in sorted(found, key=lambda pair: -pair[0])]


def departure(one: Mapping[str, Any], cube: Cube) -> str:
    """One departure from the registered analysis plan in a sentence."""
    name = str(one.get("name", one.get("step", "")))
    found = cube.find_break(name)
    topic = cube.topic(name)
    if found is not None:
        name = text_of(found.label)
    elif topic is not None:
        name = headlines.quoted(present.wording(topic))
    return {
        "no-plan": _("No analysis plan was registered before collection."),
        "plan-late": _("The analysis plan was registered only after collection had begun."),
        "weighting-step": _("A step of weighting was done otherwise than planned: %(name)s.", name=name),
        "margin-left-out": _("A planned margin was not used: %(name)s.", name=name),
        "margin-added": _("A margin was used that was not planned: %(name)s.", name=name),
        "grouping-changed": _("Groups were formed otherwise than planned: %(name)s.", name=name),
        "break-left-out": _("A planned break is not released: %(name)s.", name=name),
        "break-added": _("A break was added to the plan: %(name)s.", name=name),
        "topic-not-released": _("Planned but not released: %(name)s.", name=name),
        "topic-not-planned": _("Released although not planned: %(name)s.", name=name),
        "after-outcomes": _("The weights were settled after answers had been seen."),
    }.get(str(one["kind"]), str(one["kind"]))


def words(found: Release, method: dict[str, Any], cube: Cube) -> dict[str, Any]:
    """Names and reasons in the reader's language; the exact wording of everything released, in its order."""
    return {
        "break_labels": {one.name: one.label for one in cube.breaks},
        "outcome_name": lambda code: OUTCOMES[code].label if code in OUTCOMES else code,
        "departures": [departure(one, cube) for one in (method.get("plan") or {}).get("deviations", [])],
        "effects": _by_topic(method.get("effects") or []),
        "unsaid": unsaid(cube),
        "territory": territory(cube),
        "edit_names": EDITS,
        "asked": [(present.wording(topic), topic) for topic in cube.topics],
        "modes": {
            "1": _("face to face"),
            "2": _("by telephone"),
            "3": _("by link, on the respondent’s own phone"),
        },
        "bystanders": {
            "nobody": _("nobody else near"),
            "part": _("somebody part of the time"),
            "most": _("somebody most of the time"),
            "unrecorded": _("not recorded"),
        },
        "languages": {"vi": _("Vietnamese"), "en": _("English")},
        "why_not": {
            "background": _("background question"),
            "open": _("open answer"),
            "raw-experiment": _("only the difference of the two lists is released"),
            "raw-device": _("only the estimated share is released, single answers say nothing"),
            "too-few": _("too few people answered"),
            "not-chosen": _("the researchers chose not to release it"),
            "other-type": _("not a question with answers to count"),
        },
    }
