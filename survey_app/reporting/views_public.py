"""The public's pages: releases marked public, without a sign-in, the same bytes for everybody.

No session is read and no cookie is set; the language is in the address alone. Every page is made once for each
release and then kept with its compressed form, so fifty readers cost one rendering.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, render_template, request

from survey_app.reporting import exports, pages, queries
from survey_app.reporting.models import Release
from survey_app.reporting.pages import PUBLIC_DOOR, Page
from survey_app.reporting.views import PAGES, asked_question, asked_story, csv_file, framed
from survey_app.wording import language, text_of

bp = Blueprint("public", __name__, url_prefix="/public")
# An erratum reaches every reader within a minute.
FRESH = "public, max-age=60"
CARRIED = {f"public.{name}" for name in (*PAGES, "index")}


@bp.before_request
def same_for_all() -> None:
    g.same_for_all = True


@bp.url_defaults
def keep_release_and_language(endpoint: str, values: dict[str, Any]) -> None:
    """Links stay with the release and the language of the address."""
    if endpoint not in CARRIED or not request or request.endpoint not in CARRIED:
        return
    if endpoint != "public.index" and pages.pinned():
        values.setdefault("release", pages.pinned())
    if request.args.get("lang") in ("vi", "en"):
        values.setdefault("lang", request.args["lang"])


@bp.context_processor
def helpers() -> dict[str, Any]:
    """other_language(code): this page's query with the language changed."""
    return {"other_language": lambda code: urlencode({**request.args.to_dict(), "lang": code})}


@bp.get("/")
def index() -> Response:
    found = queries.newest_public()
    tag = hashlib.sha256("|".join(one.digest for one in found).encode()).hexdigest()[:24]

    def make() -> str:
        rows = [
            {"release": one, "card": pages.lead_card(one), "change": pages.lead_change(one)}
            for one in found[:1]
        ] + [{"release": one, "card": None, "change": None} for one in found[1:]]
        return render_template("public/index.html", rows=rows, door=PUBLIC_DOOR)

    return _kept(tag, make)


@bp.get("/<survey_id>/")
def story(survey_id: str) -> Response:
    return _page(survey_id, asked_story())


@bp.get("/<survey_id>/questions/<name>")
def question(survey_id: str, name: str) -> Response:
    return _page(survey_id, asked_question(name))


@bp.get("/<survey_id>/method")
def method(survey_id: str) -> Response:
    return _page(survey_id, Page("method"))


@bp.get("/<survey_id>/present")
def slides(survey_id: str) -> Response:
    return _page(survey_id, Page("slides"))


@bp.get("/<survey_id>/tables.csv")
def tables_csv(survey_id: str) -> Response:
    found = _release(survey_id)
    return csv_file(exports.tables_csv(queries.cube(found), text_of), f"ket-qua-{survey_id}-{found.number}")


@bp.get("/<survey_id>/questions/<name>.csv")
def question_csv(survey_id: str, name: str) -> Response:
    cube = queries.cube(_release(survey_id))
    topics = [pages.topic(cube, name)]
    return csv_file(exports.tables_csv(cube, text_of, topics), f"ket-qua-{survey_id}-{name}")


def _release(survey_id: str) -> Release:
    return queries.public_release(survey_id, request.args.get("release", type=int))


def _page(survey_id: str, page: Page) -> Response:
    found = _release(survey_id)
    pages.checked(found, page)
    newest = queries.newest_release(found.survey_id)
    tag = pages.etag(found, str(newest.number), pages.pinned(), repr(page))
    return _kept(tag, lambda: framed(found, newest, page, PUBLIC_DOOR))


class _Kept:
    """What is kept of a page: equal tags mean equal pages, so the way to make it isn't part of the key."""

    def __init__(self, tag: str, make: Callable[[], str]) -> None:
        self.tag, self.make = tag, make

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and self.tag == other.tag

    def __hash__(self) -> int:
        return hash(self.tag)


@lru_cache(maxsize=256)
def _made(kept: _Kept) -> tuple[bytes, bytes]:
    """(page, page compressed as far as gzip goes)."""
    plain = kept.make().encode()
    return plain, gzip.compress(plain, 9, mtime=0)


def forget() -> None:
    """Forget every kept page: for measuring what making one costs."""
    _made.cache_clear()


def _kept(tag: str, make: Callable[[], str]) -> Response:
    """The page that belongs to this tag, packed for readers who take it so; 304 for those who have it."""
    tag = f"{tag}-{language()}"
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        plain, compressed = _made(_Kept(tag, make))
        response = Response(compressed if packed else plain, mimetype="text/html")
        if packed:
            response.headers["Content-Encoding"] = "gzip"
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = FRESH
    response.vary.add("Accept-Encoding")
    return response
