"""Reads: drafts and published versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import current_app
from sqlalchemy import func, select

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


def newest_compiled(survey: Survey) -> Compiled | None:
    """The contract of the draft where it has one, else of the version in use; None where there is neither."""
    waiting = draft(survey)
    if waiting is not None and waiting.compiled is not None:
        return Compiled.from_json(waiting.compiled)
    found = published(survey)
    return compiled(found) if found is not None else None


def newest(survey: Survey) -> int | None:
    """The number of the newest published version."""
    return db.session.scalar(
        select(func.max(QuestionnaireVersion.number)).where(QuestionnaireVersion.survey_id == survey.id)
    )


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


def contract(survey: Survey, number: int) -> Compiled:
    """The same by number. Which row it is never changes either, so an application remembers it.

    Raises Problem `request.not-found`.
    """
    remembered: dict[tuple[int, int], tuple[str, int]] = current_app.extensions.setdefault("contracts", {})
    if (survey.id, number) not in remembered:
        found = version(survey, number)
        remembered[survey.id, number] = found.digest, found.id
    return _load(*remembered[survey.id, number])


@lru_cache(maxsize=32)
def _load(digest: str, version_id: int) -> Compiled:
    row = db.session.get(QuestionnaireVersion, version_id)
    if row is None:  # pragma: no cover - versions are never deleted
        raise Problem("request.not-found")
    return Compiled.from_json(row.compiled)


@dataclass(frozen=True)
class Edition:
    """The draft, or one published version. suffix: what its files' names end in. compiled: None while the draft
    has errors."""

    filename: str
    suffix: str
    workbook: bytes
    compiled: Compiled | None
    number: int | None

    @property
    def contract(self) -> Compiled:
        """Raises Problem `authoring.errors-first` while the draft has errors."""
        if self.compiled is None:
            raise Problem("authoring.errors-first")
        return self.compiled

    def speak(self, language: str) -> str:
        """The reader's language where the questionnaire has it, else its own."""
        document = self.contract.document
        return language if language in document["languages"] else str(document["default_language"])


def edition(survey: Survey, which: str) -> Edition:
    """which: `draft` or a version's number. Raises Problem `request.not-found`."""
    if which == "draft" and (found := draft(survey)) is not None:
        made = Compiled.from_json(found.compiled) if found.compiled else None
        return Edition(found.filename, "_draft", found.workbook, made, None)
    if not (which.isdecimal() and which.isascii()):
        raise Problem("request.not-found")
    one = version(survey, int(which[:9]))
    return Edition(one.filename, f"_v{one.number}", one.workbook, compiled(one), one.number)
