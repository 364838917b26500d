"""A value that arrives with the case (an experiment's arm, the area type); nobody is asked."""

from __future__ import annotations

from questionnaires.types.base import Kind, QuestionType, Treatment, one_column

TYPES = (
    QuestionType(
        "hidden",
        Treatment.COMPUTES,
        asked=False,
        columns=one_column(Kind.CATEGORY),
        note="Filled from the case's preloaded values; `dl::list` names the list that labels its values.",
    ),
)
