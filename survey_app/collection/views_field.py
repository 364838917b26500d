"""The supervisor's screens of interviews: flags and timings, sending back, and releasing paused ones."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role, User
from survey_app.authoring import queries as authoring
from survey_app.collection import apart, paused, queries, review
from survey_app.db import transactional
from survey_app.sampling import desk
from survey_app.sampling import queries as sampling
from survey_app.sampling.models import Case
from survey_app.surveys import method_facts
from survey_app.surveys import queries as surveys
from survey_app.surveys.models import State, Survey
from survey_app.wording import number

A_PAGE = 40
FLAGS: dict[str, Any] = {
    "fast": _l("much faster than the others"),
    "same": _l("the same answer to a whole block"),
    "alike": _l("nearly the same as another interview"),
    "conflict": _l("arrived in two forms; both are kept"),
    "collection.unreadable": _l("can't be read"),
    "collection.original-missing": _l("the interview that it corrects hasn't arrived"),
    "answer.required": _l("not answered"),
    "answer.constraint": _l("doesn't fit the question's rule"),
    "answer.warning": _l("unusual, was confirmed"),
    "answer.unknown-choice": _l("not one of the options"),
    "answer.unknown-question": _l("not in the questionnaire"),
    "answer.rank-incomplete": _l("not all ranked"),
}
OTHER = _l("not in the right form")


def _scope() -> User | None:
    """A supervisor sees what is in their areas; a researcher the whole survey."""
    return current_user if current_user.role == Role.SUPERVISOR.value else None


def _told(flags: tuple[review.Flag, ...]) -> list[tuple[Any, list[str]]]:
    """[(the flag in words, its questions)], each flag once."""
    words: dict[str, list[str]] = {}
    for flag in flags:
        listed = words.setdefault(str(FLAGS.get(flag.kind, OTHER)), [])
        if flag.question:
            listed.append(flag.question)
    return list(words.items())


def _cases(survey: Survey, user: User | None) -> list[Case]:
    units = {u.id for u in sampling.units_in_scope(survey, user)}
    return [case for case in sampling.cases(survey) if case.unit_id in units]


def _waiting(survey: Survey, user: User | None) -> int:
    return paused.waiting_for_release(survey, _cases(survey, user))


method_facts.add_record("bystanders", lambda survey: bool(queries.bystanders(survey)))
desk.add_work_left(paused.sent_back_cases)
desk.add_matter(desk.Matter(_l("Paused interviews to release"), "collection.field_paused", _waiting))


def _alike_page(survey: Survey, one: review.Reviewed) -> str:
    """Where a researcher sees the other one of a pair; a supervisor sees the sign only."""
    if current_user.role != Role.RESEARCHER.value or review.Flag("alike") not in one.flags:
        return ""
    return url_for("snapshots.alike", survey_id=survey.public_id)


def _page(survey: Survey, found: list[review.Reviewed], ref: str) -> str:
    one = review.pick(found, ref)
    compiled = authoring.compiled(authoring.version(survey, one.interview.version))
    return render_template(
        "collection/field_interview.html",
        survey=survey,
        one=one,
        told=_told(one.flags),
        usual=review.usual(found, one),
        least=review.LEAST_TIMES,
        questions=review.askable(compiled),
        alike_page=_alike_page(survey, one),
        may_return=survey.state == State.COLLECTING.value and one.by_phone,
    )


def init_views(bp: Blueprint) -> None:
    """Add the supervisor's addresses to the room's blueprint."""

    @bp.get("/surveys/<survey_id>/fieldwork/interviews")
    @require_role(Role.SUPERVISOR, Role.RESEARCHER)
    def field_interviews(survey_id: str) -> str:
        survey = surveys.survey(survey_id, member=current_user)
        found = review.interviews(survey, _scope())
        flagged = sum(bool(one.flags) for one in found)
        page = max(1, request.args.get("page", 1, type=int))
        shown = found[(page - 1) * A_PAGE : page * A_PAGE]
        return render_template(
            "collection/field_interviews.html",
            survey=survey,
            rows=[(one, _told(one.flags)) for one in shown],
            total=len(found),
            flagged=flagged,
            page=page,
            pages=max(1, -(-len(found) // A_PAGE)),
        )

    @bp.get("/surveys/<survey_id>/fieldwork/interviews/<ref>")
    @require_role(Role.SUPERVISOR, Role.RESEARCHER)
    def field_interview(survey_id: str, ref: str) -> str:
        survey = surveys.survey(survey_id, member=current_user)
        return _page(survey, review.interviews(survey, _scope()), ref)

    @bp.post("/surveys/<survey_id>/fieldwork/interviews/<ref>")
    @require_role(Role.SUPERVISOR, Role.RESEARCHER)
    @transactional
    def send_back(survey_id: str, ref: str) -> Any:
        survey = surveys.survey(survey_id, member=current_user)
        one = review.pick(review.interviews(survey, _scope()), ref)
        compiled = authoring.compiled(authoring.version(survey, one.interview.version))
        chosen = set(request.form.getlist("questions"))
        asked = [name for name in review.askable(compiled) if name in chosen]
        paused.send_back(survey, one, asked, request.form.get("note", ""), by=current_user)
        flash(_("Sent back. The collaborator is told at the next “Send and update”."))
        return redirect(url_for(".field_interviews", survey_id=survey_id))

    @bp.get("/surveys/<survey_id>/fieldwork/paused")
    @require_role(Role.SUPERVISOR, Role.RESEARCHER)
    def field_paused(survey_id: str) -> str:
        survey = surveys.survey(survey_id, member=current_user)
        return render_template(
            "collection/field_paused.html",
            survey=survey,
            rows=paused.listed(survey, _cases(survey, _scope())),
        )

    @bp.post("/surveys/<survey_id>/fieldwork/paused")
    @require_role(Role.SUPERVISOR, Role.RESEARCHER)
    @transactional
    def release_paused(survey_id: str) -> Any:
        survey = surveys.survey(survey_id, member=current_user)
        tags = request.form.getlist("draft")
        count = paused.release(survey, tags, _cases(survey, _scope()), by=current_user)
        if count:
            flash(
                _(
                    "%(n)s paused interviews are released; the phone gets them at the next “Send and update”.",
                    n=number(count),
                )
            )
        else:
            flash(_("Choose at least one interview that waits."), "bad")
        return redirect(url_for(".field_paused", survey_id=survey_id))

    @bp.get("/kept-apart")
    @require_role(Role.ADMIN, Role.RESEARCHER)
    def kept_apart() -> str:
        """What arrived and has no place, by its problem, with what to do; and what of each survey needs a look."""
        mine = surveys.surveys(current_user) if current_user.role == Role.RESEARCHER.value else []
        return render_template(
            "collection/kept_apart.html",
            groups=apart.strays_by_problem(),
            todo=TODO,
            surveys=[(survey, apart.needs_a_look(survey)) for survey in mine],
        )


TODO: dict[str, Any] = {
    "collection.unknown-survey": _l(
        "The sender isn't in that survey, or it is not on this server, or it is locked. Add the collaborator to the survey; their phone sends again by itself."
    ),
    "collection.unknown-version": _l(
        "The version was never published here. Most often the phone was used with another server: compare its address."
    ),
    "collection.unknown-case": _l(
        "The household isn't one of that survey. Ask the collaborator which address the phone was enrolled at."
    ),
    "collection.hash-mismatch": _l(
        "Damaged on the way. The phone still has it and sends it again; nothing to do."
    ),
    "collection.too-large": _l(
        "Far larger than an interview can be. Ask the collaborator to save the unsent ones to a file, and keep the phone for the administrator."
    ),
    "collection.missing-field": _l("Not made by this product's app. Find out which program sends it."),
    "collection.malformed": _l("Not made by this product's app. Find out which program sends it."),
}
