"""Collaborators' phones: enrolling one with a one-use code, knowing it again, and shutting out a lost one.

A code is eight characters of Crockford's base 32 (no I, L, O, U), shown as XXXX-XXXX, valid for 72 hours and
for one phone. A browser session is bound to its device from the first time the phone tells or is given one;
a revoked device is refused at every door of the phone, signed in or not.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import session
from flask_login import current_user, login_user
from sqlalchemy import bindparam, delete, select

from survey_app import audit
from survey_app.accounts import throttle
from survey_app.accounts.models import Device, EnrolmentCode, Role, User
from survey_app.db import db, transaction
from survey_app.keys import keyring
from survey_app.problems import Problem
from survey_app.wording import nfc

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
VALID_HOURS = 72
LARGEST_COUNT = 100_000
_LOOK_ALIKE = str.maketrans({"I": "1", "L": "1", "O": "0"})
_ID = re.compile(r"[0-9a-f]{32}")
_BROWSERS = (
    ("Edg", "Edge"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
)
_SYSTEM = re.compile(r"Android \d+|iPhone|iPad|Windows|Mac OS X")


def plain_code(typed: str) -> str:
    """`3fk9-2oab` → `3FK920AB`: case, hyphens, spaces and look-alike letters don't matter."""
    return "".join(c for c in typed.upper() if c.isalnum()).translate(_LOOK_ALIKE)


def shown_code(code: str) -> str:
    return f"{code[:4]}-{code[4:]}"


def _digest(code: str) -> str:
    return hmac.new(keyring().master("enrolment"), code.encode(), hashlib.sha256).hexdigest()


def make_code(user: User, *, by: User) -> str:
    """A new code for a collaborator; an older one that nobody used ends. Returned once, never stored."""
    if user.role != Role.COLLABORATOR.value or not user.active:
        raise Problem("request.not-found")
    db.session.execute(
        delete(EnrolmentCode).where(
            (EnrolmentCode.user_id == user.id) | (EnrolmentCode.expires_at < time.time())
        )
    )
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    db.session.add(
        EnrolmentCode(digest=_digest(code), user_id=user.id, expires_at=time.time() + VALID_HOURS * 3600)
    )
    db.session.flush()
    audit.record("device.code-made", actor_id=by.id, user=user.id)
    return code


def enrol(typed: str, name: str, address: str) -> Device:
    """Use a code up: sign its owner in on a new device. Raises Problem `accounts.enrol-unknown` or `throttled`.

    One sentence for a wrong, an expired and a used code. A failure is counted in a transaction of its own.
    """
    guesses = [throttle.watched("enrol", address, patience=2)]
    with transaction():
        throttle.refuse_haste(guesses)
    device = None
    with transaction():
        owner = _use_up(_digest(plain_code(typed)))
        if owner is None:
            throttle.count_failure(guesses)
            audit.record("device.enrol-failed")
        else:
            device = _add(owner, name)
            audit.record("device.enrolled", actor_id=owner.id, device=device.id)
    if owner is None or device is None:
        raise Problem("accounts.enrol-unknown")
    login_user(owner)
    session.permanent = True
    session["device"] = device.id
    return device


def _use_up(digest: str) -> User | None:
    """The code's owner, with the code gone: of two phones at once, one gets it."""
    code = db.session.get(EnrolmentCode, digest)
    if code is None:
        return None
    user_id, expires_at = code.user_id, code.expires_at
    gone: Any = db.session.execute(delete(EnrolmentCode).where(EnrolmentCode.digest == digest))
    user = db.session.get(User, user_id)
    if gone.rowcount != 1 or expires_at < time.time() or user is None or not user.active:
        return None
    return user if user.role == Role.COLLABORATOR.value else None


def _add(user: User, name: str) -> Device:
    device = Device(
        id=secrets.token_hex(16),
        user_id=user.id,
        name=nfc(name)[:80],
        enrolled_on=audit.today(),
        seen_on=audit.today(),
        interviews=0,
        attempts=0,
        drafts=0,
    )
    db.session.add(device)
    db.session.flush()
    return device


def called(user_agent: str) -> str:
    """`Chrome · Android 10` from what a browser says of itself; no model or build, which could tell a phone apart."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = _SYSTEM.search(user_agent)
    return " · ".join(part for part in (browser, system.group() if system else "") if part)


def _named(header: str | None) -> list[str]:
    """The ids that the request names, each once: in its header, then in its session."""
    told = (header, session.get("device"))
    return list(dict.fromkeys(one for one in told if isinstance(one, str) and _ID.fullmatch(one)))


def _told(header: str | None) -> Device | None:
    """The device that the request names: in its header, else in its session."""
    found = (db.session.get(Device, told) for told in _named(header))
    return next((device for device in found if device is not None), None)


# Built once and without the object: this is asked at every request of a phone.
_SHUT_OUT = select(Device.id, Device.user_id, Device.revoked_on).where(
    Device.id.in_(bindparam("ids", expanding=True))
)


def refuse_revoked(header: str | None) -> None:
    """Raise Problem `accounts.device-revoked` for a request from a revoked phone, signed in or not.

    Somebody else signed in on that phone's browser is not concerned.
    """
    named = _named(header)
    if not named:
        return
    known = {row.id: row for row in db.session.connection().execute(_SHUT_OUT, {"ids": named})}
    device = next((known[told] for told in named if told in known), None)
    if device is None or device.revoked_on is None:
        return
    if not current_user.is_authenticated or current_user.id == device.user_id:
        raise Problem("accounts.device-revoked")


def known_device(user: User, header: str | None, name: str = "") -> Device:
    """The device of this session: the one told, if it is the user's, else a new one; seen today."""
    refuse_revoked(header)
    device = _told(header)
    if device is None or device.user_id != user.id:
        with transaction():
            device = _add(user, name)
            audit.record("device.enrolled", actor_id=user.id, device=device.id)
    elif device.seen_on != audit.today():
        with transaction():
            device.seen_on = audit.today()
    session["device"] = device.id
    return device


def _count(told: Mapping[str, str], name: str) -> int:
    text = told.get(name, "")
    return min(int(text), LARGEST_COUNT) if text.isascii() and text.isdecimal() else 0


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError:
        return None


def note_waiting(user: User, header: str | None, told: Mapping[str, str]) -> None:
    """Keep what a phone says is unsent: `waiting`, `attempts`, `drafts`, `since`. Nonsense counts as nothing."""
    if "waiting" not in told:
        return
    device = _told(header)
    if device is None or device.user_id != user.id:
        return
    counts = _count(told, "waiting"), _count(told, "attempts"), _count(told, "drafts")
    with transaction():
        device.interviews, device.attempts, device.drafts = counts
        device.since = _day(told.get("since", "")) if any(counts) else None
        device.seen_on = audit.today()


def revoke(device: Device, *, by: User) -> None:
    """Shut a lost phone out for good, and end every session of its owner. Doing it twice changes nothing."""
    if device.revoked_on is not None:
        return
    device.revoked_on = audit.today()
    owner = db.session.get(User, device.user_id)
    if owner is not None:
        owner.session_number += 1
        db.session.execute(delete(EnrolmentCode).where(EnrolmentCode.user_id == owner.id))
    audit.record("device.revoked", actor_id=by.id, device=device.id, user=device.user_id)


def device_by_id(device_id: str) -> Device:
    """One device, for the administrator. Raises Problem `request.not-found`."""
    device = db.session.get(Device, device_id) if _ID.fullmatch(device_id) else None
    if device is None:
        raise Problem("request.not-found")
    return device


def devices(users: list[int]) -> dict[int, list[Device]]:
    """{user id: their devices, the latest seen first, revoked ones last}."""
    found: dict[int, list[Device]] = {}
    order = Device.revoked_on.is_not(None), Device.seen_on.desc(), Device.id
    for device in db.session.scalars(select(Device).where(Device.user_id.in_(users)).order_by(*order)):
        found.setdefault(device.user_id, []).append(device)
    return found


@dataclass(frozen=True)
class Unsent:
    """What waits on all phones of one person. seen_on: the last day one of them was here."""

    interviews: int
    attempts: int
    drafts: int
    since: str | None
    seen_on: str


def together(users: list[int]) -> dict[int, Unsent]:
    """{user id: what waits on their phones}; people without a phone are absent, as are phones shut out."""
    found: dict[int, Unsent] = {}
    for user_id, listed in devices(users).items():
        mine = [d for d in listed if d.revoked_on is None]
        if mine:
            found[user_id] = Unsent(
                sum(d.interviews for d in mine),
                sum(d.attempts for d in mine),
                sum(d.drafts for d in mine),
                min((d.since for d in mine if d.since), default=None),
                max(d.seen_on for d in mine),
            )
    return found
