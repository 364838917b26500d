"""Leaders' pages: released results and nothing else. Parse, one query, answer; bodies come from `pages.py`."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request, session
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.reporting import exports, pages, queries
from survey_app.reporting.blueprint import bp
from survey_app.reporting.models import Release
from survey_app.reporting.pages import LEADERS_DOOR, Page, Scope
from survey_app.wording import text_of

READERS = (Role.LEADER, Role.RESEARCHER, Role.SUPERVISOR)
# Kept by the reader's browser, but asked about each time: rights may end, an erratum may come.
REVALIDATE = "private, no-cache"
PAGES = ("story", "question", "method", "slides", "tables_csv", "question_csv")
PINNED = {f"reporting.{name}" for name in PAGES}


@bp.url_defaults
def keep_release(endpoint: str, values: dict[str, Any]) -> None:
    """Links of a page that shows an earlier release lead to the same release."""
    if endpoint in PINNED and request and request.endpoint in PINNED and pages.pinned():
        values.setdefault("release", pages.pinned())


@bp.get("/results/")
@require_role(*READERS)
def index() -> str:
    found = queries.newest(current_user)
    rows = [
        {
            "release": one,
            "card": pages.lead_card(one) if not place else None,
            "change": pages.lead_change(one) if not place else None,
        }
        for place, one in enumerate(found)
    ]
    return render_template("reporting/index.html", rows=rows, door=LEADERS_DOOR)


@bp.get("/results/<survey_id>/")
@require_role(*READERS)
def story(survey_id: str) -> Response:
    return _page(survey_id, asked_story())


@bp.get("/results/<survey_id>/questions/<name>")
@require_role(*READERS)
def question(survey_id: str, name: str) -> Response:
    return _page(survey_id, asked_question(name))


@bp.get("/results/<survey_id>/method")
@require_role(*READERS)
def method(survey_id: str) -> Response:
    return _page(survey_id, Page("method"))


@bp.get("/results/<survey_id>/present")
@require_role(*READERS)
def slides(survey_id: str) -> Response:
    return _page(survey_id, Page("slides"))


@bp.get("/results/<survey_id>/tables.csv")
@require_role(*READERS)
def tables_csv(survey_id: str) -> Response:
    found = queries.release(survey_id, current_user, _number())
    cube = pages.seen(found, queries.scope(current_user, found.survey))
    return csv_file(exports.tables_csv(cube, text_of), f"ket-qua-{survey_id}-{found.number}")


@bp.get("/results/<survey_id>/questions/<name>.csv")
@require_role(*READERS)
def question_csv(survey_id: str, name: str) -> Response:
    found = queries.release(survey_id, current_user, _number())
    cube = pages.seen(found, queries.scope(current_user, found.survey))
    topics = [pages.topic(cube, name)]
    return csv_file(exports.tables_csv(cube, text_of, topics), f"ket-qua-{survey_id}-{name}")


def asked_question(name: str) -> Page:
    """The page of a question as the address asks for it: its break, the part, the answer that a map shows."""
    asked = request.args
    return Page("question", asked.get("by", ""), name, asked.get("answer", ""), asked.get("within", ""))


def asked_story() -> Page:
    """The page of all questions as the address asks for it."""
    return Page("story", request.args.get("by", ""), within=request.args.get("within", ""))


def _number() -> int | None:
    return request.args.get("release", type=int)


def _page(survey_id: str, page: Page) -> Response:
    """Answer with an ETag, 304 when the reader has it; the page itself is only made when it is needed.

    The frame around the released body holds the reader's form token, which lasts as long as the session, so the
    tag is the session's own.
    """
    found = queries.release(survey_id, current_user, _number())
    scope = queries.scope(current_user, found.survey)
    pages.checked(found, page, scope)
    generate_csrf()
    newest = queries.newest_release(found.survey_id)
    tag = pages.etag(
        found,
        request.full_path,
        current_user.get_id(),
        str(session["csrf_token"]),
        str(newest.number),
        *scope,
    )
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        response = make_response(framed(found, newest, page, LEADERS_DOOR, scope))
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = REVALIDATE
    response.vary.add("Cookie")
    return response


def framed(found: Release, newest: Release, page: Page, door: str, scope: Scope = ()) -> str:
    """The whole page behind one of the doors."""
    return render_template(
        f"reporting/{'slides' if page.kind == 'slides' else 'page'}.html",
        frame="base.html" if door == LEADERS_DOOR else "public/base.html",
        door=door,
        release=found,
        newest=newest,
        page=page,
        fragment=pages.body(found, page, door, scope),
    )


def csv_file(text: str, name: str) -> Response:
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
