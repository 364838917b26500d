"""Writes: making a survey and moving it through its life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from survey_app import audit
from survey_app.accounts.models import Area, User
from survey_app.db import db
from survey_app.keys import keyring
from survey_app.problems import Problem
from survey_app.surveys import method_facts
from survey_app.surveys import steps as life
from survey_app.surveys.models import Membership, State, Survey
from survey_app.surveys.states import STATE_NAMES
from survey_app.wording import nfc


@dataclass(frozen=True)
class StepSeen:
    """One step as shown: `now` marks the one to do next; `waiting` one whose turn has not come."""

    label: str
    endpoint: str
    done: bool
    summary: str
    now: bool
    waiting: bool


def steps(survey: Survey) -> list[StepSeen]:
    """The survey's steps in order, with where each stands."""
    seen: list[StepSeen] = []
    ended = survey.state in (State.CLOSED.value, State.LOCKED.value)
    next_found = False
    for step in life.every():
        done, summary = step.look(survey)
        waiting = step.after_close and not ended
        now = not done and not waiting and not next_found
        next_found = next_found or now
        seen.append(StepSeen(str(step.label), step.endpoint, done, summary, now, waiting))
    return seen


def create(
    title: dict[str, str],
    *,
    by: User | None,
    area: Area | None = None,
    previous: Survey | None = None,
    **facts: Any,
) -> Survey:
    """A new survey in design, with its link key made and kept outside the database from the first write on.

    facts: further columns of `Survey` (population, organisation, keep_until, weighting_plan, simulated).
    """
    survey = Survey(
        title=title,
        area=area,
        previous=previous,
        wave=previous.wave + 1 if previous else 1,
        created_on=audit.today(),
        **facts,
    )
    db.session.add(survey)
    db.session.flush()
    keyring().create_link(survey.public_id)
    if by is not None:
        add_member(survey, by, by=by)
    audit.record("survey.created", actor_id=by.id if by else None, survey_id=survey.id)
    return survey


def add_member(survey: Survey, user: User, *, by: User | None) -> None:
    """Let a person into a survey; doing it twice changes nothing."""
    if db.session.get(Membership, (survey.id, user.id)) is None:
        db.session.add(Membership(survey_id=survey.id, user_id=user.id))
        db.session.flush()
        audit.record(
            "survey.member-added", actor_id=by.id if by else None, survey_id=survey.id, member=user.id
        )


def remove_member(survey: Survey, user: User, *, by: User) -> None:
    """Take a person out of a survey. Nobody removes themselves, so that a survey always has a researcher."""
    if user.id == by.id:
        raise Problem("surveys.own-membership")
    membership = db.session.get(Membership, (survey.id, user.id))
    if membership is not None:
        db.session.delete(membership)
        db.session.flush()
        audit.record("survey.member-removed", actor_id=by.id, survey_id=survey.id, member=user.id)


def keep_facts(survey: Survey, facts: Mapping[str, Mapping[str, str]], *, by: User | None) -> None:
    """Keep the facts of method. Releases already made keep those that they were made with."""
    known = {fact.name for fact in method_facts.FACTS}
    survey.method_facts = {
        name: {language: nfc(text) for language, text in told.items() if text.strip()}
        for name, told in facts.items()
        if name in known
    }
    db.session.flush()
    audit.record("survey.method-facts", actor_id=by.id if by else None, survey_id=survey.id)


def require(survey: Survey, *states: State) -> None:
    """Raise Problem `surveys.wrong-state` unless the survey is in one of `states`."""
    if survey.state not in {state.value for state in states}:
        raise Problem(
            "surveys.wrong-state",
            state=str(STATE_NAMES[survey.state]),
            needed=", ".join(str(STATE_NAMES[s.value]) for s in states),
        )


def set_anonymous(survey: Survey, anonymous: bool, *, by: User) -> None:
    """Whether phones may take photos and recordings (never in an anonymous survey): settled before opening."""
    require(survey, State.DESIGN)
    survey.anonymous = anonymous
    audit.record("survey.anonymous-set", actor_id=by.id, survey_id=survey.id, anonymous=anonymous)


def open_collection(survey: Survey, *, by: User | None) -> None:
    """Begin collecting. Raises Problem `surveys.not-ready` naming the first step that is still missing."""
    require(survey, State.DESIGN)
    for step in life.every():
        if step.opens and not step.look(survey)[0]:
            raise Problem("surveys.not-ready", step=str(step.label))
    survey.state = State.COLLECTING.value
    survey.opened_on = audit.today()
    audit.record("survey.opened", actor_id=by.id if by else None, survey_id=survey.id)


def close(survey: Survey, *, by: User | None) -> None:
    """End collecting. Finished interviews that are still on phones are received after this, too."""
    require(survey, State.COLLECTING)
    survey.state = State.CLOSED.value
    survey.closed_on = audit.today()
    audit.record("survey.closed", actor_id=by.id if by else None, survey_id=survey.id)
