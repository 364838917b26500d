"""Drafts and published versions of questionnaires."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from survey_app.db import Model


class Draft(Model):
    """The workbook being worked on: at most one per survey, with what was found in it.

    findings: list of {code, severity, sheet, row, column, name, params}. compiled: the contract's JSON
    bytes when there is no error, else None. attachments: {file name: text} of the CSV files it names.
    changes: list of {code, safety, name, params} since version `against` (None: nothing was published).
    dismissals: list of {code, name, reason, at, by_author}: findings about wording that the author keeps as
    they are; by_author: said in the workbook's own `dl::dismiss`.
    """

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), unique=True)
    filename: Mapped[str] = mapped_column(String(200))
    workbook: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    compiled: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    attachments: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, deferred=True)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    against: Mapped[int | None]
    dismissals: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    errors: Mapped[int] = mapped_column(default=0)
    imported_at: Mapped[str] = mapped_column(String(20))


class QuestionnaireVersion(Model):
    """A published questionnaire: added, never edited. `compiled` is what phones and pages interpret.

    attachments, changes, dismissals: as the draft had them. reason: why changes that break with earlier answers
    were published all the same, '' where there were none.
    """

    __tablename__ = "questionnaire_version"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    number: Mapped[int]
    filename: Mapped[str] = mapped_column(String(200))
    workbook: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    compiled: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    digest: Mapped[str] = mapped_column(String(64))
    attachments: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, deferred=True)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    dismissals: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    reason: Mapped[str] = mapped_column(String(500), default="")
    published_at: Mapped[str] = mapped_column(String(20))
    published_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class AnalysisPlan(Model):
    """What was said, before the first answer, would be made of a version's answers: added, never edited.

    document: {"questionnaire": digest, part: JSON, ...}, the parts as the rooms describe them (`plans.py`).
    digest: SHA-256 of the document's canonical JSON.
    """

    __tablename__ = "analysis_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"), unique=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    registered_at: Mapped[str] = mapped_column(String(20))
