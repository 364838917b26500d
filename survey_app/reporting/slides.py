"""A release one finding a screen, for a projector: what changed first, then the main findings, then how we know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from flask_babel import gettext as _

from survey_app.reporting import headlines, present, present_waves
from survey_app.reporting.cube import Cube
from survey_app.wording import text_of

MOST_CHANGES = 4
MOST_FINDINGS = 10
MOST_MAPS = 3
CHANGE_HEIGHT = 230


@dataclass(frozen=True)
class Slide:
    """One screen. kicker: what kind of finding, or its section; asked: the exact question; foot: the base."""

    kicker: str
    title: str
    asked: str
    chart: dict[str, Any] | None
    legend: tuple[tuple[str, str], ...]
    foot: str


def taller(chart: dict[str, Any], height: int) -> dict[str, Any]:
    """The chart with another height; its marks and labels are in units of its axes."""
    return {**chart, "layout": {**chart["layout"], "height": height}}


def slides(cube: Cube) -> tuple[Slide, ...]:
    """The findings in the order they are shown; cover and closing are the template's."""
    told = present_waves.news(cube)
    found: list[Slide] = []
    if told is not None:
        kicker = _("What has changed since %(wave)s", wave=told.since)
        for one in told.changed[:MOST_CHANGES]:
            chart = taller(one.chart, CHANGE_HEIGHT) if one.chart else None
            found.append(Slide(kicker, one.sentence, one.wording, chart, (), ""))
    sections = {section.name: text_of(section.label) for section in cube.sections}
    grids: set[str] = set()
    for finding in headlines.newest(cube, limit=MOST_FINDINGS):
        topic = finding.topic
        if topic.grid:
            if topic.grid in grids:
                continue
            grids.add(topic.grid)
            card = present.grid_card(cube.grid(topic.grid))
        else:
            card = replace(present.card(topic, None), title=finding.title)
        found.append(
            Slide(
                sections.get(topic.section, ""),
                card.title,
                card.wording,
                card.chart,
                card.legend,
                card.base,
            )
        )
    return (*found, *_maps(cube))


def _maps(cube: Cube) -> Iterator[Slide]:
    """Maps of the first questions whose answers differ by area, in the questionnaire's order, never by figures."""
    for by in cube.breaks:
        if not by.tiles:
            continue
        cards = (present.card(topic, by) for topic in cube.topics if topic.differs.get(by.name))
        for card in islice((one for one in cards if one.map and one.map.differ), MOST_MAPS):
            if card.map is not None:
                yield Slide(
                    kicker=text_of(by.label),
                    title=card.map.title,
                    asked=card.wording,
                    chart=card.map.chart,
                    legend=card.map.legend,
                    foot=f"{card.base}. {card.map.sentence}",
                )
