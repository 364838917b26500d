"""A value worked out from other answers; nobody is asked."""

from __future__ import annotations

from questionnaires.types.base import Kind, QuestionType, Treatment, one_column

TYPES = (
    QuestionType(
        "calculate",
        Treatment.COMPUTES,
        aliases=("q calculate", "add calculate prompt", "calculation"),
        asked=False,
        columns=one_column(Kind.TEXT),
        note="Recomputed whenever an answer it reads changes.",
    ),
)
