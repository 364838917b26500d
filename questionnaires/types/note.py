"""Words to read; holds no answer."""

from __future__ import annotations

from questionnaires.types.base import QuestionType, Treatment

TYPES = (
    QuestionType(
        "note", Treatment.RENDERS, aliases=("add note prompt",), asked=False, note="Shown; makes no column."
    ),
)
