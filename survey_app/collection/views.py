"""What a respondent's link shows: consent first, then the pages, then thanks. Every page works without a script.

Each POST saves what was answered and is answered with the next page, so a slow line costs one round trip a
page. There is no cookie and no CSRF token: the link's own token is the only authority, and nothing else that
the browser sends by itself gives any.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask_babel import gettext as _

from questionnaires import Interview, sentences_of
from survey_app.collection import (
    fields,
    queries,
    services,
    views_app,
    views_field,
    views_lock,
    views_media,
    words,
)
from survey_app.collection.queries import LinkCase, LinkState
from survey_app.collection.typed import stored
from survey_app.db import transactional
from survey_app.extensions import csrf
from survey_app.problems import Problem
from survey_app.wording import language

bp = Blueprint("collection", __name__)
views_app.init_views(bp)
views_field.init_views(bp)
views_lock.init_views(bp)
views_media.init_views(bp)

SECONDS_A_QUESTION = 25
LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}
LONGEST_PACE = 4000
ACTIONS = ("start", "next", "back", "stay", "later", "add", "leave", "welcome")


@dataclass
class Visit:
    """One request to a link: what was opened, where the respondent stands, and the interview it makes."""

    opened: LinkCase
    state: LinkState
    interview: Interview

    def address(self, code: str) -> str:
        lang = None if code == current_app.config["BABEL_DEFAULT_LOCALE"] else code
        return url_for("collection.link", token=self.opened.token, lang=lang)

    def context(self) -> dict[str, Any]:
        code = language()
        spoken = self.opened.compiled.document["languages"]
        other = next((c for c in LANGUAGE_NAMES if c != code and c in spoken), None)
        return {
            "survey": self.opened.survey,
            "here": self.address(code),
            "other": other and {"code": other, "name": LANGUAGE_NAMES[other], "address": self.address(other)},
            "bundle": views_app.bundle_url,
            "style": views_app.style_url,
        }


def _visit(token: str) -> Visit:
    opened = queries.link(token)
    state = queries.link_draft(opened) or services.begin_link(opened, language())
    state = replace(state, language=language())
    interview = Interview(opened.compiled, state.answers, opened.preloaded, language=language())
    return Visit(opened, state, interview)


@bp.get("/l/<token>")
def link(token: str) -> str | tuple[str, int]:
    """The first page; with `?page=` the page that a script's address names, once answering has begun."""
    try:
        visit = _visit(token)
    except Problem as problem:
        return _closed_door(problem)
    wanted = request.args.get("page", "")
    if visit.state.page and any(wanted == page.name for page in visit.interview.pages()):
        return _page(visit, wanted)
    return _welcome(visit)


@bp.post("/l/<token>")
@csrf.exempt
@transactional
def answer(token: str) -> str | tuple[str, int]:
    """Save the page that was sent and answer with the one that follows."""
    try:
        visit = _visit(token)
    except Problem as problem:
        return _closed_door(problem)
    do, name = request.form.get("-do", "next"), request.form.get("-page", "")
    if do not in ACTIONS and not do.startswith("remove:"):
        do = "stay"  # nothing but the button for it leads on or sends
    if do == "welcome":
        return _welcome(visit)
    if do == "leave":
        return _end(
            visit,
            _("Thank you for your time"),
            _("Nothing was recorded. The link stays open if you change your mind."),
            again=True,
        )
    if do == "start" or not any(name == page.name for page in visit.interview.pages()):
        first = visit.state.page or _first(visit.interview)
        return _move(visit, first) if first else _finish(visit)
    before = _take(visit.interview, name, request.form)
    return _answered(visit, name, do, before)


@bp.get("/l/<token>/questionnaire-<digest>.json")
def link_questionnaire(token: str, digest: str) -> Response:
    """The contract that the page's script interprets. Its address changes with its content."""
    opened = queries.link(token)
    response = make_response(opened.compiled.to_json())
    response.mimetype = "application/json"
    response.headers["Cache-Control"] = "private, max-age=604800, immutable"
    return response


def _take(interview: Interview, name: str, form: Any) -> set[str]:
    """Put the posted answers of one page into the interview; returns the names that were on the screen."""
    on_screen = set(form.get("-shown", "").split())
    state = interview.state
    for scope, asked in interview.page(name).members:
        path, node = state.path(scope, asked), state.form.scopes[scope.chain].questions[asked].node
        if path not in on_screen or node["type"] == "note" or node.get("read_only") or "calculation" in node:
            continue
        codes = fields.missing_codes(node["type"], node.get("extra", {}))
        interview.set(path, stored(form, path, node["type"], codes))
    return on_screen


def _answered(visit: Visit, name: str, do: str, on_screen: set[str]) -> str | tuple[str, int]:
    interview = visit.interview
    if do == "add":
        added = interview.add(name)
        following = next((p.name for p in interview.pages() if added and p.name.startswith(added)), name)
        return _move(visit, following)
    if do.startswith("remove:"):
        try:
            interview.remove(do.removeprefix("remove:"))
        except KeyError:
            return _move(visit, name)
        return _move(visit, name)
    if do == "back":
        previous = interview.previous_page(name)
        return _move(visit, previous.name if previous else name)
    if do in ("stay", "later"):
        _save(visit, name)
        if do == "stay":
            return _page(visit, name)
        return _end(
            visit, _("Your answers are saved"), _("Open the same link when you want to go on."), again=True
        )
    shown = interview.questions(name)
    if any(f.severity == "error" for question in shown for f in question.findings):
        _save(visit, name)
        return _page(visit, name, judged=True), 400
    # Without a script, an answer may bring up a question of the same page that was not on the screen.
    fresh = [q.name for q in shown if q.name not in on_screen and q.type != "note"]
    if fresh:
        _save(visit, name)
        return _page(visit, name, resume=fields.element_id(fresh[0]))
    onward = interview.next_page(name)
    return _move(visit, onward.name) if onward else _finish(visit)


def _first(interview: Interview) -> str:
    page = interview.first_page()
    return page.name if page else ""


def _note(visit: Visit, page: str) -> None:
    given = {k: v for k, v in visit.interview.answers().items() if k not in visit.opened.preloaded}
    visit.state = replace(visit.state, answers=given, page=page)


def _save(visit: Visit, page: str) -> None:
    _note(visit, page)
    services.save_link_draft(visit.opened, visit.state)


def _move(visit: Visit, name: str) -> str:
    _save(visit, name)
    return _page(visit, name)


def _welcome(visit: Visit) -> str:
    asked = sum(f.type != "note" for page in fields.blank_pages(visit.opened.compiled) for f in page.fields)
    minutes = max(1, round(asked * SECONDS_A_QUESTION / 60))
    return render_template(
        "collection/link_welcome.html",
        **visit.context(),
        resumed=bool(visit.state.page),
        questions=asked,
        minutes=minutes if minutes < 10 else 5 * round(minutes / 5),
    )


def _page(visit: Visit, name: str, *, judged: bool = False, resume: str = "") -> str:
    opened, code = visit.opened, language()
    page = fields.page_of(visit.interview, name, code, judged=judged)
    state = {
        "answers": visit.interview.answers(),
        "preloaded": opened.preloaded,
        "language": code,
        "sentences": sentences_of("answer.", code),
    }
    return render_template(
        "collection/link_page.html",
        **visit.context(),
        page=page,
        shown=" ".join(page.shown),
        failing=page.failing,
        resume=resume,
        pace=_pace(request.form),
        state=words.data_block(state),
        questionnaire=url_for(
            "collection.link_questionnaire", token=opened.token, digest=opened.compiled.digest[:12]
        ),
    )


def _pace(form: Mapping[str, str]) -> str:
    """Seconds a page as the page's own script counted them: `{"a": 34}` as JSON text; '' without a script."""
    given = form.get("-pace", "")[:LONGEST_PACE]
    try:
        read = json.loads(given) if given else {}
    except ValueError:
        return ""
    kept = (
        {str(k)[:80]: int(v) for k, v in read.items() if isinstance(v, int | float)}
        if isinstance(read, dict)
        else {}
    )
    return json.dumps(kept) if kept else ""


def _finish(visit: Visit) -> str:
    _note(visit, "")  # no draft: the interview itself is stored in this very transaction
    outcome = fields.outcome_of(visit.opened.compiled, visit.interview.values())
    pace = _pace(request.form)
    services.finish_link(visit.opened, visit.state, outcome, {"seconds": json.loads(pace)} if pace else {})
    if outcome == "refused":
        return _end(visit, _("Thank you for your time"), _("We have noted that you don't wish to take part."))
    if outcome == "ineligible":
        return _end(
            visit,
            _("Thank you for your time"),
            _("This survey asks other people this time. There are no more questions."),
        )
    said = _(
        "Your answers have been received. They will be published only together with those of many others."
    )
    return _end(visit, _("Thank you for taking part"), said)


def _end(visit: Visit, heading: str, said: str, *, again: bool = False) -> str:
    return render_template(
        "collection/link_end.html",
        **visit.context() | {"again": visit.address(language()) if again else None},
        heading=heading,
        words=said,
    )


def _closed_door(problem: Problem) -> tuple[str, int]:
    """A link that can't be opened, told without the staff's navigation."""
    used = problem.code == "collection.link-used"
    page = render_template(
        "collection/link_end.html",
        survey=None,
        style=views_app.style_url,
        heading=_("Your answers were received") if used else _("This link can't be opened"),
        words=problem.message,
        again=None,
    )
    return page, problem.status
