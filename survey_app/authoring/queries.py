"""Reads: drafts and published versions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import select

from questionnaires import Compiled
from survey_app.authoring.models import Draft, QuestionnaireVersion
from survey_app.db import db
from survey_app.problems import Problem
from survey_app.surveys.models import Survey


def draft(survey: Survey) -> Draft | None:
    return db.session.scalar(select(Draft).where(Draft.survey_id == survey.id))


def versions(survey: Survey) -> Sequence[QuestionnaireVersion]:
    """All published versions, newest first."""
    return db.session.scalars(
        select(QuestionnaireVersion)
        .where(QuestionnaireVersion.survey_id == survey.id)
        .order_by(QuestionnaireVersion.number.desc())
    ).all()


def published(survey: Survey) -> QuestionnaireVersion | None:
    """The newest published version, which new interviews use."""
    return next(iter(versions(survey)), None)


def version(survey: Survey, number: int) -> QuestionnaireVersion:
    """One published version. Raises Problem `request.not-found`."""
    found = db.session.scalar(
        select(QuestionnaireVersion).where(
            QuestionnaireVersion.survey_id == survey.id, QuestionnaireVersion.number == number
        )
    )
    if found is None:
        raise Problem("request.not-found")
    return found


def compiled(found: QuestionnaireVersion) -> Compiled:
    """The questionnaire as phones and pages interpret it. Versions never change, so they are kept by digest."""
    return _load(found.digest, found.id)


@lru_cache(maxsize=32)
def _load(digest: str, version_id: int) -> Compiled:
    row = db.session.get(QuestionnaireVersion, version_id)
    if row is None:  # pragma: no cover - versions are never deleted
        raise Problem("request.not-found")
    return Compiled.from_json(row.compiled)
