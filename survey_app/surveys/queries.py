"""Reads: surveys that a person may see. Permission is part of the query: others are not found."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select

from survey_app.accounts.models import Role, User
from survey_app.accounts.queries import in_scope
from survey_app.db import db
from survey_app.problems import Problem
from survey_app.surveys.models import Membership, Survey


def _of(user: User) -> Select[Survey]:
    return select(Survey).join(Membership).where(Membership.user_id == user.id)


def surveys(user: User) -> Sequence[Survey]:
    """Surveys the user belongs to, newest wave first."""
    return db.session.scalars(_of(user).order_by(Survey.id.desc())).all()


def survey(public_id: str, member: User) -> Survey:
    """One survey the user belongs to. Raises Problem `request.not-found` for any other."""
    found = db.session.scalar(_of(member).where(Survey.public_id == public_id))
    if found is None:
        raise Problem("request.not-found")
    return found


def members(found: Survey) -> Sequence[User]:
    """Who belongs to a survey, by role and name."""
    return db.session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.survey_id == found.id)
        .order_by(User.role, User.name)
    ).all()


def candidates(found: Survey) -> Sequence[User]:
    """Active researchers, supervisors and collaborators who don't belong to the survey yet."""
    inside = select(Membership.user_id).where(Membership.survey_id == found.id)
    roles = (Role.RESEARCHER.value, Role.SUPERVISOR.value, Role.COLLABORATOR.value)
    return db.session.scalars(
        select(User)
        .where(User.active, User.role.in_(roles), User.id.not_in(inside))
        .order_by(User.role, User.name)
    ).all()


def by_public_id(public_id: str) -> Survey | None:
    """Any survey, for the phone's door and for links, which have their own keys."""
    return db.session.scalar(select(Survey).where(Survey.public_id == public_id))


def readable_by_leader(user: User, found: Survey) -> bool:
    """A leader reads surveys of their areas; a researcher or supervisor those they belong to."""
    if user.role == Role.LEADER.value:
        return in_scope(user, found.area)
    return db.session.get(Membership, (found.id, user.id)) is not None


def every() -> Sequence[Survey]:
    """All surveys, for commands run by the operator."""
    return db.session.scalars(select(Survey).order_by(Survey.id)).all()
