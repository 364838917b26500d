"""The steps of a survey's life as the researcher sees them: each room tells of its own.

A room to the right calls `add` when its views are imported; this room shows the list, names the next step and
refuses to open collection while a step that it needs isn't done. So nothing here imports those rooms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from survey_app.surveys.models import Survey


@dataclass(frozen=True)
class Step:
    """order: place in the list. endpoint: the page to go to, given `survey_id`.

    look: (done, one line of where it stands). opens: collection can't open before this is done.
    after_close: the step's turn comes only when collection is closed.
    """

    order: int
    label: Any
    endpoint: str
    look: Callable[[Survey], tuple[bool, str]]
    opens: bool = False
    after_close: bool = False


_steps: dict[str, Step] = {}


def add(step: Step) -> None:
    _steps[step.endpoint] = step


def every() -> list[Step]:
    return sorted(_steps.values(), key=lambda step: step.order)
