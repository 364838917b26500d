"""Reads: released results that a person may see. Leaders' pages read nothing but what is returned here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import joinedload, undefer

from survey_app.accounts.models import Area, Role, User
from survey_app.db import db
from survey_app.problems import Problem
from survey_app.reporting.cube import Cube, from_json
from survey_app.reporting.models import PUBLIC, Release, ReleaseProposal
from survey_app.surveys.models import Membership, Survey


def _readable(user: User) -> ColumnElement[bool]:
    """Leaders: surveys of their areas, of what lies below, and of what these lie in (see `scope`).

    Researchers and supervisors: surveys they belong to.
    """
    if user.role == Role.LEADER.value:
        if not user.areas:
            return false()
        below = [Area.path.startswith(area.path, autoescape=True) for area in user.areas]
        above = {path for area in user.areas for path in _upwards(area.path)}
        return or_(Survey.area.has(or_(*below, Area.path.in_(above))), Survey.area_id.is_(None))
    if user.role in (Role.RESEARCHER.value, Role.SUPERVISOR.value):
        return Survey.members.any(Membership.user_id == user.id)
    return false()


def _upwards(path: str) -> list[str]:
    """A path and those of the areas that it lies in."""
    steps = path.rstrip("/").split("/")
    return ["/".join(steps[:count]) + "/" for count in range(1, len(steps) + 1)]


def scope(user: User, survey: Survey) -> tuple[str, ...]:
    """Whose areas' cells a reader may see: paths of a leader's areas, where they are parts of the survey's only.

    Empty for readers who may see all of it: those of the survey, and leaders of its whole area or of more.
    """
    if user.role != Role.LEADER.value:
        return ()
    own = sorted(area.path for area in user.areas)
    whole = survey.area.path if survey.area else None
    return () if whole is not None and any(whole.startswith(path) for path in own) else tuple(own)


def newest(user: User) -> Sequence[Release]:
    """The newest release of each survey the user may read, the latest first."""
    latest = select(func.max(Release.id)).group_by(Release.survey_id)
    return db.session.scalars(
        select(Release)
        .join(Release.survey)
        .options(joinedload(Release.survey))
        .where(Release.id.in_(latest), _readable(user))
        .order_by(Release.released_at.desc(), Release.id.desc())
    ).all()


def release(public_id: str, reader: User, number: int | None = None) -> Release:
    """A survey's newest release, or the numbered one. Raises Problem request.not-found for what isn't theirs."""
    query = (
        select(Release)
        .join(Release.survey)
        .options(joinedload(Release.survey))
        .where(Survey.public_id == public_id, _readable(reader))
        .order_by(Release.number.desc())
        .limit(1)
    )
    if number is not None:
        query = query.where(Release.number == number)
    found = db.session.scalar(query)
    if found is None:
        raise Problem("request.not-found")
    return found


def newest_release(survey_id: int) -> Release:
    """The newest release of a survey that has one."""
    return db.session.scalars(
        select(Release).where(Release.survey_id == survey_id).order_by(Release.number.desc()).limit(1)
    ).one()


def newest_public() -> Sequence[Release]:
    """The newest release of each survey whose releases are public, the latest first."""
    latest = select(func.max(Release.id)).group_by(Release.survey_id)
    return db.session.scalars(
        select(Release)
        .options(joinedload(Release.survey))
        .where(Release.id.in_(latest), Release.audience == PUBLIC)
        .order_by(Release.released_at.desc(), Release.id.desc())
    ).all()


def public_release(public_id: str, number: int | None = None) -> Release:
    """A survey's newest public release, or the numbered one. Raises Problem request.not-found for any other."""
    query = (
        select(Release)
        .join(Release.survey)
        .options(joinedload(Release.survey))
        .where(Survey.public_id == public_id, Release.audience == PUBLIC)
        .order_by(Release.number.desc())
        .limit(1)
    )
    if number is not None:
        query = query.where(Release.number == number)
    found = db.session.scalar(query)
    if found is None:
        raise Problem("request.not-found")
    return found


def releases(survey: Survey) -> Sequence[Release]:
    """All releases of a survey, newest first, for its researchers and for differencing."""
    return db.session.scalars(
        select(Release).where(Release.survey_id == survey.id).order_by(Release.number.desc())
    ).all()


def proposal(survey: Survey) -> ReleaseProposal | None:
    """The newest proposal, without what it would release; None when there was none."""
    return db.session.scalar(
        select(ReleaseProposal)
        .where(ReleaseProposal.survey_id == survey.id)
        .order_by(ReleaseProposal.id.desc())
        .limit(1)
    )


def previous_wave(survey: Survey) -> Release | None:
    """The newest release of the wave before, None when there is none."""
    if survey.previous_id is None:
        return None
    return db.session.scalar(
        select(Release)
        .where(Release.survey_id == survey.previous_id)
        .order_by(Release.number.desc())
        .limit(1)
    )


def cube(found: Release) -> Cube:
    """The release's tables. Releases never change, so they are kept by digest."""
    return _cube(found.digest, found.id)


@lru_cache(maxsize=16)
def _cube(digest: str, release_id: int) -> Cube:
    row = db.session.scalar(select(Release).options(undefer(Release.content)).where(Release.id == release_id))
    if row is None:  # pragma: no cover - releases are never deleted
        raise Problem("request.not-found")
    return from_json(row.content)
