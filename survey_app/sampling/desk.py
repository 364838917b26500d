"""What other rooms know of fieldwork that is under way: work left on closed cases, and what waits for a decision.

A room to the right adds itself when its views are imported, as with `surveys.steps`; nothing here imports it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from survey_app.accounts.models import User
from survey_app.surveys.models import Survey


@dataclass(frozen=True)
class Matter:
    """Something a supervisor decides. count: how many wait, in the areas of a user (all for None)."""

    label: Any
    endpoint: str
    count: Callable[[Survey, User | None], int]


@dataclass(frozen=True)
class Waiting:
    """A matter with how many wait now."""

    label: str
    endpoint: str
    count: int


_matters: dict[str, Matter] = {}
_left: list[Callable[[Survey], set[int]]] = []


def add_matter(matter: Matter) -> None:
    _matters[matter.endpoint] = matter


def add_work_left(find: Callable[[Survey], set[int]]) -> None:
    """`find`: ids of cases that are closed and yet have something to be done, so that they go along."""
    if find not in _left:
        _left.append(find)


def matters(survey: Survey, user: User | None) -> list[Waiting]:
    """Every matter, also those with nothing waiting, in the order in which they were added."""
    return [Waiting(str(m.label), m.endpoint, m.count(survey, user)) for m in _matters.values()]


def work_left(survey: Survey) -> set[int]:
    """Ids of closed cases with work left."""
    return set().union(*(find(survey) for find in _left))
