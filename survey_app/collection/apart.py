"""What arrived and needs a person: bytes without a place by their problem, and interviews that can't be used yet.

Counts and codes only; the bytes stay where they are until somebody has looked.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import case, exists, func, select

from survey_app.collection import queries
from survey_app.collection.models import Interview, Receipt, Stray
from survey_app.db import db
from survey_app.surveys.models import Survey


@dataclass(frozen=True)
class StrayGroup:
    """Bytes kept without a place, of one problem. placed: those that arrived in their place later on."""

    problem: str
    count: int
    placed: int
    first_on: str
    last_on: str


def strays_by_problem() -> list[StrayGroup]:
    """What has no place, by problem, the commonest first."""
    placed = exists().where(Receipt.sha256 == Stray.sha256, Receipt.status == "stored")
    rows = db.session.execute(
        select(
            Stray.problem,
            func.count(),
            func.sum(case((placed, 1), else_=0)),
            func.min(Stray.received_on),
            func.max(Stray.received_on),
        ).group_by(Stray.problem)
    )
    groups = [StrayGroup(problem, int(n), int(p), first, last) for problem, n, p, first, last in rows]
    return sorted(groups, key=lambda g: (g.placed - g.count, g.problem))


@dataclass(frozen=True)
class NeedsALook:
    """Of one survey: interviews that can't be read, that came in two forms, or whose original is missing."""

    unreadable: int
    conflicts: int
    original_missing: int


def needs_a_look(survey: Survey) -> NeedsALook:
    found = Counter(
        finding["code"]
        for findings in db.session.scalars(
            select(Interview.findings).where(
                Interview.survey_id == survey.id, Interview.latest, Interview.outcome == "partial"
            )
        )
        for finding in findings
    )
    return NeedsALook(
        found["collection.unreadable"],
        queries.counts(survey)["conflicts"],
        found["collection.original-missing"],
    )
