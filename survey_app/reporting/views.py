"""Leaders' pages: released results and nothing else. Parse, one query, answer; bodies come from `pages.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, session
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.reporting import exports, pages, queries
from survey_app.reporting.models import Release
from survey_app.wording import text_of

bp = Blueprint("reporting", __name__)
READERS = (Role.LEADER, Role.RESEARCHER, Role.SUPERVISOR)
# Kept by the reader's browser, but asked about each time: rights may end, an erratum may come.
REVALIDATE = "private, no-cache"
PINNED = {f"reporting.{name}" for name in ("story", "question", "method", "tables_csv", "question_csv")}


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
        {"release": one, "card": pages.lead_card(one) if not place else None}
        for place, one in enumerate(found)
    ]
    return render_template("reporting/index.html", rows=rows)


@bp.get("/results/<survey_id>/")
@require_role(*READERS)
def story(survey_id: str) -> Response:
    found = queries.release(survey_id, current_user, _number())
    by = pages.chosen_break(queries.cube(found), request.args.get("by"))
    return _kept(
        found,
        lambda newest: render_template(
            "reporting/story.html", release=found, newest=newest, fragment=pages.story(found, by)
        ),
    )


@bp.get("/results/<survey_id>/questions/<name>")
@require_role(*READERS)
def question(survey_id: str, name: str) -> Response:
    found = queries.release(survey_id, current_user, _number())
    cube = queries.cube(found)
    topic = pages.topic(cube, name)
    by = pages.chosen_break(cube, request.args.get("by"))
    return _kept(
        found,
        lambda newest: render_template(
            "reporting/question.html",
            release=found,
            newest=newest,
            title=text_of(topic.wording),
            fragment=pages.question(found, name, by),
        ),
    )


@bp.get("/results/<survey_id>/method")
@require_role(*READERS)
def method(survey_id: str) -> Response:
    found = queries.release(survey_id, current_user, _number())
    return _kept(
        found,
        lambda newest: render_template(
            "reporting/method.html", release=found, newest=newest, **pages.statement(found)
        ),
    )


@bp.get("/results/<survey_id>/tables.csv")
@require_role(*READERS)
def tables_csv(survey_id: str) -> Response:
    found = queries.release(survey_id, current_user, _number())
    return _file(exports.tables_csv(queries.cube(found), text_of), f"ket-qua-{survey_id}-{found.number}.csv")


@bp.get("/results/<survey_id>/questions/<name>.csv")
@require_role(*READERS)
def question_csv(survey_id: str, name: str) -> Response:
    found = queries.release(survey_id, current_user, _number())
    cube = queries.cube(found)
    topics = [pages.topic(cube, name)]
    return _file(exports.tables_csv(cube, text_of, topics), f"ket-qua-{survey_id}-{name}.csv")


def _number() -> int | None:
    return request.args.get("release", type=int)


def _kept(found: Release, make: Callable[[int], str]) -> Response:
    """Answer with an ETag, 304 when the reader has it; the page itself is only made when it is needed.

    The frame around the released body holds the reader's form token, which lasts as long as the session, so the
    tag is the session's own.
    """
    generate_csrf()
    newest = queries.newest_number(found.survey_id)
    tag = pages.etag(found, request.full_path, current_user.get_id(), str(session["csrf_token"]), str(newest))
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        response = make_response(make(newest))
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = REVALIDATE
    response.vary.add("Cookie")
    return response


def _file(text: str, filename: str) -> Response:
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


# The researcher's side adds its pages to the same blueprint.
from survey_app.reporting import views_release  # noqa: E402, F401
