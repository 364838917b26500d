"""The audit log: what was done, by whom, to what. Rows are added, never changed.

For anything confidential (an interview received, a link opened) there is no actor, no subject that leads to
a case, and only the day: otherwise the log would join what promise 2 keeps apart.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.db import Model, after_commit, db


class AuditEntry(Model):
    """One action. `at`: ISO 8601 in UTC, to the second, or only the day for confidential actions."""

    __tablename__ = "audit_entry"
    # Random, and without a row id on SQLite: the order of rows must not tell who answered when.
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: secrets.token_hex(16))
    at: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(60), index=True)
    actor_id: Mapped[int | None]
    survey_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


Listener = Callable[[dict[str, Any]], None]
_listeners: dict[str, list[Listener]] = {}


def listen(action: str, listener: Listener) -> None:
    """Call `listener(subject)` after each commit that recorded `action`. Only `jobs.py` calls this."""
    if listener not in _listeners.setdefault(action, []):
        _listeners[action].append(listener)


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def today() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d")


def entry(
    action: str,
    *,
    actor_id: int | None = None,
    survey_id: int | None = None,
    confidential: bool = False,
    **details: Any,
) -> dict[str, Any]:
    """The row for `action` as plain values, for a caller that inserts in bulk."""
    return {
        "id": secrets.token_hex(16),
        "at": today() if confidential else now(),
        "action": action,
        "actor_id": None if confidential else actor_id,
        "survey_id": survey_id,
        "details": details,
    }


def record(
    action: str,
    *,
    actor_id: int | None = None,
    survey_id: int | None = None,
    confidential: bool = False,
    subject: dict[str, Any] | None = None,
    **details: Any,
) -> None:
    """Add an entry to the current transaction and wake the listeners of `action` after its commit.

    subject: handed to the listeners only, never stored.
    """
    row = entry(action, actor_id=actor_id, survey_id=survey_id, confidential=confidential, **details)
    db.session.add(AuditEntry(**row))
    announce(action, subject or {})


def announce(action: str, subject: dict[str, Any]) -> None:
    """Wake the listeners of `action` after the commit (the entry itself was written by the caller)."""
    for listener in _listeners.get(action, []):
        after_commit(lambda listener=listener: listener(subject))  # type: ignore[misc]
