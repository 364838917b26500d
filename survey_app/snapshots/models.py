"""Snapshots, the parts that they are made of, and interviews that a researcher has left out."""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from survey_app.db import Model


class Snapshot(Model):
    """One immutable cut-off. digest: over the accepted interviews' content, whatever files hold them.

    n: accepted interviews. left_out: {reason: interviews}. since: {"added", "changed", "removed"} accepted
    interviews since the snapshot before. parts: ids of `SnapshotPart`, oldest first; a later part's reading of an
    interview stands for an earlier one's.
    """

    __tablename__ = "snapshot"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    n: Mapped[int]
    left_out: Mapped[dict[str, int]] = mapped_column(JSON)
    since: Mapped[dict[str, int]] = mapped_column(JSON)
    parts: Mapped[list[int]] = mapped_column(JSON)
    taken_at: Mapped[str] = mapped_column(String(20))
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class SnapshotPart(Model):
    """One column file. digest: over its rows; the file is named by it and can be made again from the database.

    keys: compressed lines "instance_id revision standing", what has to be read to make it again.
    """

    __tablename__ = "snapshot_part"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    keys: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))


class Exclusion(Model):
    """An interview that a researcher leaves out of analysis, with the reason. The interview itself stays."""

    __tablename__ = "interview_exclusion"
    __table_args__ = {"sqlite_with_rowid": False}

    instance_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    reason: Mapped[str] = mapped_column(String(20))
    excluded_on: Mapped[str] = mapped_column(String(10))
    excluded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
