"""Argon2 hashing. A wrong name costs as much time as a wrong password, so names can't be probed."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

SHORTEST = 10


@lru_cache(maxsize=2)
def _hasher(cost: str) -> PasswordHasher:
    if cost == "cheap":
        return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    # 46 MiB, one pass: OWASP's first choice, and bearable when ten people sign in at once.
    return PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)


def hash_password(password: str) -> str:
    return _hasher(current_app.config["ARGON2"]).hash(password)


@lru_cache(maxsize=2)
def _decoy(cost: str) -> str:
    return _hasher(cost).hash("nobody has this password")


def password_matches(hashed: str | None, password: str) -> bool:
    """True when `password` is the one hashed. None (no such account) takes as long and is False."""
    cost = current_app.config["ARGON2"]
    try:
        _hasher(cost).verify(hashed or _decoy(cost), password)
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None
