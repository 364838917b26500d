"""Releases: what leaves the survey. Leaders and the public read these rows and nothing else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from survey_app.db import Model
from survey_app.surveys.models import Survey

LEADERS, PUBLIC = "leaders", "public"


class Release(Model):
    """A fixed, audited, rounded set of tables: added, never edited; an erratum is a further release.

    content: {"questions": [...], "breaks": [...], "tables": [...]} in the layout of `reporting/cube.py`.
    method: the method statement's facts. audit: what was hidden or merged, and why. audience: who may read it,
    the leaders of its area or everybody. reason: {language: why this erratum was made}, empty for a first release.
    """

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("survey_id", "number"),
        CheckConstraint("audience IN ('leaders','public')", name="known_audience"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("weighting_run.id"))
    number: Mapped[int]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"))
    content: Mapped[dict[str, Any]] = deferred(mapped_column(JSON))
    method: Mapped[dict[str, Any]] = deferred(mapped_column(JSON))
    audit: Mapped[dict[str, Any]] = deferred(mapped_column(JSON))
    digest: Mapped[str] = mapped_column(String(64))
    audience: Mapped[str] = mapped_column(String(10), default=LEADERS)
    reason: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    released_at: Mapped[str] = mapped_column(String(20))
    released_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    survey: Mapped[Survey] = relationship()


class ReleaseProposal(Model):
    """What somebody asked to release: audited by a job, looked at by a second person, then released as it stands.

    state: waiting, running, proposed (audited, figures below) or failed (problem says why). choice: {"topics",
    "breaks": names left out, "crossings": [[within, by]], absent for the recipe's own, "audience", "reason"}.
    progress: share of the audit done; doing: {"part", ...}
    what is being done. beat_at: when the job last said so; a job that fell silent is taken up again. found:
    {"rules": {code: times}, "edits": [...], "topics": n, "not_released": [...], "deviations": [...]}. content,
    method, audit: what the release will hold, fixed by digest.
    """

    __tablename__ = "release_proposal"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','running','proposed','failed')", name="known_state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("weighting_run.id"))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    choice: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    progress: Mapped[float] = mapped_column(Float, default=0.0)
    doing: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    problem: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    asked_at: Mapped[str] = mapped_column(String(20))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    beat_at: Mapped[str | None] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64), default="")
    found: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    content: Mapped[dict[str, Any]] = deferred(mapped_column(JSON, default=dict, nullable=False))
    method: Mapped[dict[str, Any]] = deferred(mapped_column(JSON, default=dict, nullable=False))
    audit: Mapped[dict[str, Any]] = deferred(mapped_column(JSON, default=dict, nullable=False))
    approved_at: Mapped[str | None] = mapped_column(String(20))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"))
