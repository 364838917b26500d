"""The bodies of results pages, made once for each release, language and break, and then kept.

Two leaders or fifty looking at once get the same bytes; only the frame around them (the reader's own menu)
is made for each request. Releases never change, so nothing here goes stale. door: "reporting" for leaders'
pages, "public" for those without a sign-in; links inside a page stay behind the same door.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import render_template, request
from markupsafe import Markup
from sqlalchemy.orm import undefer

from survey_app.db import db
from survey_app.problems import Problem
from survey_app.reporting import (
    errata,
    headlines,
    narrowing,
    present,
    present_map,
    present_waves,
    queries,
    slides,
    statement,
)
from survey_app.reporting.cube import Break, Cube, Part, Row, Topic
from survey_app.reporting.models import Release
from survey_app.wording import language

# Paths of the areas whose cells a leader may see, empty for all of them.
Scope = tuple[str, ...]
LEADERS_DOOR, PUBLIC_DOOR = "reporting", "public"


@dataclass(frozen=True)
class Page:
    """Which page: its kind (a key of `MAKERS`), the break and the question it shows, "" for none.

    answer: the row that a map shows, "" for the one that leads. within: the part of the people that is looked at
    ("sex:female"), "" for everyone.
    """

    kind: str
    by: str = ""
    name: str = ""
    answer: str = ""
    within: str = ""

    @property
    def whole(self) -> bool:
        """Whether the page shows everyone, undivided."""
        return not (self.by or self.within)


def etag(found: Release, *parts: str) -> str:
    """A tag of what is shown: the release, the language, the page; and the reader's own frame (`parts`)."""
    text = "|".join((found.digest, language(), *parts))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def pinned() -> str:
    """The release number in the address, which the page's own links keep; empty for the newest."""
    return request.args.get("release", "")


def method(found: Release) -> dict[str, Any]:
    return _method(found.digest, found.id)


@lru_cache(maxsize=16)
def _method(digest: str, release_id: int) -> dict[str, Any]:
    row = db.session.get(Release, release_id, options=[undefer(Release.method)])
    if row is None:  # pragma: no cover - releases are never deleted
        raise Problem("request.not-found")
    return row.method


def chosen_break(cube: Cube, name: str | None) -> Break | None:
    """The break asked for; None for everyone. Raises Problem reporting.unknown-break."""
    if not name:
        return None
    found = cube.find_break(name)
    if found is None:
        raise Problem("reporting.unknown-break", name=name)
    return found


def topic(cube: Cube, name: str) -> Topic:
    """The topic of this name. Raises Problem reporting.unknown-question."""
    found = cube.topic(name)
    if found is None:
        raise Problem("reporting.unknown-question", name=name)
    return found


def seen(found: Release, scope: Scope = ()) -> Cube:
    """The release's tables, as leaders of these areas may see them (`queries.scope`)."""
    cube = queries.cube(found)
    return narrowing.scoped(cube, scope) if scope else cube


def chosen_part(cube: Cube, page: Page) -> Part | None:
    """The part of the people asked for; None for everyone. Raises Problem reporting.unknown-part."""
    part = narrowing.read(page.within)
    if part is not None and not narrowing.name_of(cube, part):
        raise Problem("reporting.unknown-part", name=page.within)
    return part


def checked(found: Release, page: Page, scope: Scope = ()) -> Page:
    """The page, once its break, part and question are known to be in the release."""
    cube = seen(found, scope)
    chosen_break(cube, page.by)
    chosen_part(cube, page)
    if page.name:
        part = chosen_part(cube, page)
        chosen_answer(narrowing.narrowed(cube, part) if part else cube, page)
    return page


def chosen_answer(cube: Cube, page: Page) -> Row | None:
    """The answer that a question's map is asked to show. Raises Problem reporting.unknown-answer."""
    found, by = topic(cube, page.name), chosen_break(cube, page.by)
    if not page.answer:
        return None
    row = (
        next((one for one in present_map.answers(found, by) if one.name == page.answer), None) if by else None
    )
    if row is None:
        raise Problem("reporting.unknown-answer", name=page.answer)
    return row


def body(found: Release, page: Page, door: str, scope: Scope = ()) -> Markup:
    """What the page shows, without the frame."""
    return _body(found.digest, found.id, language(), door, pinned(), page, scope)


@lru_cache(maxsize=512)
def _body(
    digest: str, release_id: int, _language: str, door: str, _pinned: str, page: Page, scope: Scope
) -> Markup:
    found = db.session.get(Release, release_id)
    if found is None:  # pragma: no cover - releases are never deleted
        raise Problem("request.not-found")
    cube = seen(found, scope)
    return Markup(
        render_template(
            f"reporting/_{page.kind}.html",
            door=door,
            survey_id=found.survey.public_id,
            release=found,
            method=method(found),
            cube=cube,
            within=page.within or None,
            **MAKERS[page.kind](found, cube, page, scope),
        )
    )


def _looked_at(cube: Cube, page: Page) -> dict[str, Any]:
    """What the pages with breaks and parts share: the cube as it is looked at, and the words for it."""
    by, part = chosen_break(cube, page.by), chosen_part(cube, page)
    if part is not None and by is not None and by.name == part.within:
        by = None  # the part is a group of this break: there is nothing to divide
    return {
        "by": by,
        "part": part,
        "part_name": narrowing.name_of(cube, part) if part else "",
        "parts": narrowing.parts(cube),
        "looked": narrowing.narrowed(cube, part) if part else cube,
    }


def _why(cube: Cube, by: Break | None, part: Part | None) -> Callable[[Topic], str]:
    """What to say of a topic that has no figures within a part."""

    def why(one: Topic) -> str:
        whole = cube.topic(one.name)
        return narrowing.missing(cube, whole, by, part) if part and whole else ""

    return why


def _story(found: Release, cube: Cube, page: Page, scope: Scope) -> dict[str, Any]:
    looked = _looked_at(cube, page)
    by, part = looked["by"], looked["part"]
    return looked | {
        "news": present_waves.news(cube) if page.whole else None,
        "findings": headlines.newest(cube) if page.whole else [],
        "wording": present.wording,
        "sections": present.story(looked["looked"], by, _why(cube, by, part), looked["part_name"]),
        "correction": errata.correction(found, lambda one: narrowing.scoped(one, scope) if scope else one)
        if page.whole
        else None,
    }


def _question(_found: Release, cube: Cube, page: Page, _scope: Scope) -> dict[str, Any]:
    looked = _looked_at(cube, page)
    by, part = looked["by"], looked["part"]
    shown = topic(looked["looked"], page.name)
    one = present.card(shown, by, chosen_answer(looked["looked"], page), _why(cube, by, part)(shown))
    names = [other.name for other in cube.topics]
    place = names.index(page.name)
    return looked | {
        "one": present.of_group(one, shown, looked["part_name"]),
        "history": present_waves.history(cube, shown) if page.whole else None,
        "before": names[place - 1] if place else None,
        "after": names[place + 1] if place + 1 < len(names) else None,
    }


def _method_page(found: Release, cube: Cube, _page: Page, _scope: Scope) -> dict[str, Any]:
    return statement.words(found, method(found), cube)


def _slides(_found: Release, cube: Cube, _page: Page, _scope: Scope) -> dict[str, Any]:
    return {"slides": slides.slides(cube)}


MAKERS: dict[str, Callable[[Release, Cube, Page, Scope], dict[str, Any]]] = {
    "story": _story,
    "question": _question,
    "method": _method_page,
    "slides": _slides,
}


def forget() -> None:
    """Forget every kept page: for measuring what making one costs."""
    for kept in (_body, _method, queries._cube):
        kept.cache_clear()


def lead_card(found: Release) -> present.Card | None:
    """The strongest finding of a release with its chart, for the first page."""
    best = headlines.newest(queries.cube(found), limit=1)
    return present.card(best[0].topic, None) if best else None


def lead_change(found: Release) -> present_waves.Told | None:
    """The clearest change since the last wave, for the first page; None where nothing changed clearly."""
    told = present_waves.news(queries.cube(found))
    return told.changed[0] if told and told.changed else None
