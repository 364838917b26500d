"""The bodies of results pages, made once for each release, language and break, and then kept.

Two leaders or fifty looking at once get the same bytes; only the frame around them (the reader's own menu)
is made for each request. Releases never change, so nothing here goes stale.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import undefer

from survey_app.db import db
from survey_app.problems import Problem
from survey_app.reporting import headlines, present, queries
from survey_app.reporting.cube import Break, Cube, Topic
from survey_app.reporting.models import Release
from survey_app.sampling.outcomes import OUTCOMES
from survey_app.wording import language


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


def statement(found: Release) -> dict[str, Any]:
    """What the method statement's template needs."""
    cube = queries.cube(found)
    return {
        "method": method(found),
        "cube": cube,
        "break_labels": {one.name: one.label for one in cube.breaks},
        "outcome_name": lambda code: OUTCOMES[code].label if code in OUTCOMES else code,
        "why_not": {
            "background": _("background question"),
            "open": _("open answer"),
            "raw-experiment": _("only the difference of the two lists is released"),
            "too-few": _("too few people answered"),
            "other-type": _("not a question with answers to count"),
        },
    }


def chosen_break(cube: Cube, name: str | None) -> Break | None:
    """The break asked for; None for everyone. Raises Problem reporting.unknown-break."""
    if not name:
        return None
    found = cube.find_break(name)
    if found is None:
        raise Problem("reporting.unknown-break", name=name)
    return found


def story(found: Release, by: Break | None) -> Markup:
    """The story page of a release."""
    return _story(found.digest, found.id, language(), by.name if by else "", pinned())


@lru_cache(maxsize=64)
def _story(digest: str, release_id: int, _language: str, by_name: str, _pinned: str) -> Markup:
    found = _again(release_id)
    cube = queries.cube(found)
    by = chosen_break(cube, by_name)
    return Markup(
        render_template(
            "reporting/_story.html",
            survey_id=found.survey.public_id,
            method=method(found),
            cube=cube,
            by=by,
            findings=[] if by else headlines.newest(cube),
            wording=present.wording,
            sections=present.story(cube, by),
        )
    )


def topic(cube: Cube, name: str) -> Topic:
    """The topic of this name. Raises Problem reporting.unknown-question."""
    found = cube.topic(name)
    if found is None:
        raise Problem("reporting.unknown-question", name=name)
    return found


def question(found: Release, name: str, by: Break | None) -> Markup:
    """The page of one question."""
    return _question(found.digest, found.id, language(), name, by.name if by else "", pinned())


@lru_cache(maxsize=512)
def _question(digest: str, release_id: int, _language: str, name: str, by_name: str, _pinned: str) -> Markup:
    found = _again(release_id)
    cube = queries.cube(found)
    shown = topic(cube, name)
    by = chosen_break(cube, by_name)
    names = [other.name for other in cube.topics]
    place = names.index(name)
    return Markup(
        render_template(
            "reporting/_question.html",
            survey_id=found.survey.public_id,
            method=method(found),
            cube=cube,
            by=by,
            one=present.card(shown, by),
            before=names[place - 1] if place else None,
            after=names[place + 1] if place + 1 < len(names) else None,
        )
    )


def lead_card(found: Release) -> present.Card | None:
    """The strongest finding of a release with its chart, for the first page."""
    cube = queries.cube(found)
    best = headlines.newest(cube, limit=1)
    return present.card(best[0].topic, None) if best else None


def _again(release_id: int) -> Release:
    found = db.session.get(Release, release_id)
    if found is None:  # pragma: no cover - releases are never deleted
        raise Problem("request.not-found")
    return found
