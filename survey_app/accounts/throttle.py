"""Slowing down guesses: failures are counted per key, and after a few of them the next try has to wait.

Keys are HMACs of what was tried and of where from, so that the table tells nobody's name or address.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, delete, select

from survey_app.accounts.models import SignInAttempt
from survey_app.db import db, upsert
from survey_app.keys import keyring
from survey_app.problems import Problem

FREE_FAILURES = 5
LONGEST_WAIT = 15 * 60
FORGIVEN_AFTER = 86_400  # seconds of quiet


@dataclass(frozen=True)
class Watched:
    """One thing that is counted. patience: how many failures of it count as one (an office shares an address)."""

    key: str
    patience: int = 1


def watched(kind: str, value: str, patience: int = 1) -> Watched:
    text = f"{kind}:{value}".encode()
    return Watched(hmac.new(keyring().master("throttle"), text, hashlib.sha256).hexdigest(), patience)


def _wait(failures: int) -> float:
    """Seconds to wait after so many failures in a row: none at first, then doubling up to a quarter hour."""
    return 0.0 if failures < FREE_FAILURES else min(LONGEST_WAIT, 30.0 * 2 ** (failures - FREE_FAILURES))


def refuse_haste(things: Sequence[Watched]) -> None:
    """Raise Problem `accounts.throttled` while the waiting time of one of `things` isn't over."""
    patience = {thing.key: thing.patience for thing in things}
    now = time.time()
    for attempt in db.session.scalars(select(SignInAttempt).where(SignInAttempt.key.in_(patience))):
        wait = _wait(attempt.failures // patience[attempt.key])
        left = attempt.last_at + wait - now
        # A failure of this very moment may lie after `now`; without a wait it holds nobody up.
        if wait and left > 0:
            raise Problem("accounts.throttled", minutes=max(1, round(left / 60 + 0.49)))


def count_failure(things: Sequence[Watched]) -> None:
    """Count one failure of each. Many at once are all counted."""
    now = time.time()
    table = SignInAttempt.__table__
    one_more = case((now - table.c.last_at > FORGIVEN_AFTER, 1), else_=table.c.failures + 1)
    # In one order everywhere, so that two requests wait for each other and don't lock up.
    for key in sorted({thing.key for thing in things}):
        upsert(table, {"key": key, "failures": 1, "last_at": now}, {"failures": one_more, "last_at": now})


def forget(thing: Watched) -> None:
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.key == thing.key))
