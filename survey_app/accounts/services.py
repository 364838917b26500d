"""Writes: accounts, sign-in with throttling, and the import of areas."""

from __future__ import annotations

from collections.abc import Sequence

from flask import session
from flask_login import login_user
from sqlalchemy import select

from survey_app import audit
from survey_app.accounts import areas as area_file
from survey_app.accounts import queries, throttle
from survey_app.accounts.models import Area, Role, User
from survey_app.accounts.passwords import SHORTEST, hash_password, password_matches
from survey_app.db import db, transaction
from survey_app.problems import Problem
from survey_app.wording import fold, nfc


def create_user(
    name: str, password: str, role: Role, areas: Sequence[Area] = (), language: str = "vi"
) -> User:
    """Add an account. Raises Problem when the name is taken or the password too short."""
    name = nfc(name)
    if len(password) < SHORTEST:
        raise Problem("accounts.weak-password", length=SHORTEST)
    if queries.user_by_name(name):
        raise Problem("accounts.name-taken", name=name)
    user = User(name=name, password_hash=hash_password(password), role=role.value, language=language)
    user.areas = list(areas)
    db.session.add(user)
    db.session.flush()
    audit.record("account.created", actor_id=user.id, role=role.value)
    return user


def set_password(user: User, password: str) -> None:
    """Change a password and end every session of the account."""
    if len(password) < SHORTEST:
        raise Problem("accounts.weak-password", length=SHORTEST)
    user.password_hash = hash_password(password)
    user.session_number += 1
    audit.record("account.password-changed", actor_id=user.id)


def sign_in(name: str, password: str, address: str) -> User:
    """Check and sign in. Raises Problem `accounts.sign-in` or `accounts.throttled`.

    A failure is counted in a transaction of its own, so that the refusal can't undo the count. Counting is
    per name and per address: guessing one name from many places is slowed, and so is trying many names.
    """
    name = nfc(name)
    # An office shares one address: it may fail more often than one name may.
    guesses = [throttle.watched("name", name), throttle.watched("address", address, patience=10)]
    with transaction():
        throttle.refuse_haste(guesses)
    user = queries.user_by_name(name)
    good = password_matches(user.password_hash if user else None, password)
    user_id = user.id if user else None
    with transaction():
        if good and user and user.active:
            throttle.forget(guesses[0])
            audit.record("account.signed-in", actor_id=user_id)
        else:
            throttle.count_failure(guesses)
            audit.record("account.sign-in-failed")
    if not (good and user and user.active):
        raise Problem("accounts.sign-in")
    login_user(user)
    # Whoever signs in brings their own device; that of the last person on this phone is not theirs.
    session.pop("device", None)
    return user


def import_areas(text: str) -> int:
    """Add the areas of a CSV (layout in `areas.py`) that aren't there yet; returns how many were added.

    All or nothing: a bad line raises Problem `areas.bad-file` naming the line, and nothing is imported.
    """
    rows = area_file.parse(text)
    known = {(a.code, a.valid_from): a for a in db.session.scalars(select(Area))}
    added = 0
    for row in rows:
        if (row.code, row.valid_from) in known:
            continue
        parent = known.get((row.parent_code, row.parent_valid_from)) if row.parent_code else None
        area = Area(
            code=row.code,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            name=row.name,
            type=row.type,
            parent=parent,
            depth=parent.depth + 1 if parent else 1,
            path=f"{parent.path if parent else ''}{row.code}@{row.valid_from}/",
            search_key=fold(row.name),
            latitude=row.latitude,
            longitude=row.longitude,
            area_km2=row.area_km2,
        )
        db.session.add(area)
        known[row.code, row.valid_from] = area
        added += 1
    db.session.flush()
    audit.record("areas.imported", count=added)
    return added
