"""Roles at the door of a view. What a person sees inside follows from the queries, not from here."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask_login import current_user

from survey_app.accounts.models import Role
from survey_app.problems import Problem

P = ParamSpec("P")
R = TypeVar("R")


def require_role(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only signed-in people of these roles in; others get a clear problem, never a hidden page."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            if not current_user.is_authenticated:
                raise Problem("accounts.sign-in-needed")
            if current_user.role not in {role.value for role in roles}:
                raise Problem("request.forbidden")
            return view(*args, **kwargs)

        return wrapper

    return decorate
