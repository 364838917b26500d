"""Reads: accounts and areas."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select

from survey_app.accounts.models import Area, Role, User
from survey_app.db import db
from survey_app.wording import fold


def user_by_session(identifier: str) -> User | None:
    """The signed-in account, or None when it was closed or its sessions were ended."""
    number, _, session = identifier.partition(".")
    if not number.isdecimal():
        return None
    user = db.session.get(User, int(number))
    return user if user and user.active and session == str(user.session_number) else None


def user_by_name(name: str) -> User | None:
    return db.session.scalar(select(User).where(User.name == name))


def users() -> Sequence[User]:
    return db.session.scalars(select(User).order_by(User.role, User.name)).all()


def collaborators(areas: Sequence[Area]) -> Sequence[User]:
    """Active collaborators whose scope touches `areas` (their own areas, or any below or above)."""
    everyone = db.session.scalars(
        select(User).where(User.role == Role.COLLABORATOR.value, User.active).order_by(User.name)
    ).all()
    return [u for u in everyone if any(overlaps(a, b) for a in u.areas for b in areas)]


def overlaps(one: Area, other: Area) -> bool:
    """True when one area lies in the other."""
    return one.path.startswith(other.path) or other.path.startswith(one.path)


def in_scope(user: User, area: Area | None) -> bool:
    """True when `area` is one of the user's areas or lies below one. No area: in nobody's scope."""
    return area is not None and any(area.path.startswith(own.path) for own in user.areas)


def area(code: str, on: str | None = None) -> Area | None:
    """The area that bears `code`: valid on the ISO date `on`, or the one valid now."""
    query = select(Area).where(Area.code == code)
    if on is None:
        query = query.where(Area.valid_to.is_(None))
    else:
        query = query.where(Area.valid_from <= on, or_(Area.valid_to.is_(None), Area.valid_to > on))
    return db.session.scalar(query.order_by(Area.valid_from.desc()).limit(1))


def below(parent: Area) -> Sequence[Area]:
    """All areas inside `parent`, at any depth, in Vietnamese order of names."""
    found = db.session.scalars(
        select(Area).where(Area.path.startswith(parent.path), Area.id != parent.id, Area.valid_to.is_(None))
    ).all()
    return sorted(found, key=lambda a: (a.depth, fold(a.name)))


def paths(codes: Collection[str]) -> dict[str, str]:
    """{code: path} of the areas that bear these codes now; codes that nobody bears are left out."""
    rows = db.session.execute(
        select(Area.code, Area.path).where(Area.code.in_(codes), Area.valid_to.is_(None))
    )
    return {row.code: row.path for row in rows}


def search_areas(text: str, limit: int = 20) -> Sequence[Area]:
    """Areas whose name contains `text`, diacritics ignored: `quang ninh` finds `Tỉnh Quảng Ninh`."""
    key = fold(text)
    if not key:
        return []
    pattern = "%" + key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return db.session.scalars(
        select(Area)
        .where(Area.search_key.like(pattern, escape="\\"), Area.valid_to.is_(None))
        .order_by(Area.depth, Area.search_key, Area.code)
        .limit(limit)
    ).all()


def area_count() -> int:
    return db.session.scalar(select(func.count()).select_from(Area)) or 0
