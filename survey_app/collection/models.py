"""What came back: raw interviews, receipts, conflicts, and what they were read to say.

Nothing here names a case, a code or a collaborator. `case_tag` and `collaborator_tag` are HMACs and
`link` is sealed, all under the survey's link key, which lives outside the database. Days only, no hours;
random keys and no row ids, so that neither time nor order joins an interview to a visit.
"""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Float, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from survey_app.db import Model


def new_mark() -> str:
    """A mark for `Interview.pending`."""
    return secrets.token_hex(8)


class Submission(Model):
    """One finished interview as received: opaque bytes, keyed by the client's (instance_id, revision).

    stratum, psu, base_weight: copied from the case, so that destroying the link costs no analysis.
    version: the questionnaire version it was made with. sha256: over `body` as stored, in hexadecimal.
    """

    __tablename__ = "submission"
    __table_args__ = (
        Index("ix_submission_survey_case", "survey_id", "case_tag"),
        CheckConstraint("revision >= 1", name="revision_positive"),
        {"sqlite_with_rowid": False},
    )

    instance_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    version: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    body: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    sha256: Mapped[str] = mapped_column(String(64))
    received_on: Mapped[str] = mapped_column(String(10))
    case_tag: Mapped[str | None] = mapped_column(String(32))
    collaborator_tag: Mapped[str | None] = mapped_column(String(32))
    link: Mapped[bytes | None] = mapped_column(LargeBinary)
    channel: Mapped[str] = mapped_column(String(10))
    stratum: Mapped[str | None] = mapped_column(String(40))
    psu: Mapped[str | None] = mapped_column(String(30))
    base_weight: Mapped[float | None] = mapped_column(Float)


class Receipt(Model):
    """The server's word that these bytes are stored. The same bytes again get the same receipt."""

    __tablename__ = "receipt"
    __table_args__ = {"sqlite_with_rowid": False}

    instance_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[str] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(10))
    issued_on: Mapped[str] = mapped_column(String(10))


class Conflict(Model):
    """The same (instance_id, revision) with other bytes: kept beside the first, for a person to settle."""

    __tablename__ = "submission_conflict"
    __table_args__ = {"sqlite_with_rowid": False}

    instance_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    version: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    body: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    received_on: Mapped[str] = mapped_column(String(10))
    link: Mapped[bytes | None] = mapped_column(LargeBinary)


class Stray(Model):
    """Bytes that may be somebody's interview but have no place: kept until a person has looked.

    sha256 is the key: the same bytes are kept once. problem: the code that the sender was given.
    """

    __tablename__ = "stray"
    __table_args__ = {"sqlite_with_rowid": False}

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    problem: Mapped[str] = mapped_column(String(60), primary_key=True)
    body: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    media_type: Mapped[str] = mapped_column(String(100))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    received_on: Mapped[str] = mapped_column(String(10))


class Interview(Model):
    """What a submission was read to say: repeatable, replaced when it is read again after a fix.

    values: {question: stored text}. outside: answers that became irrelevant, kept apart, never analysed.
    outcome: complete, partial, refused or ineligible. findings: list of {code, severity, name, params}.
    timings: {seconds, pages: {name: seconds}, backs, present}; empty where the sender told none (`timings.py`).
    media: {files: {path: {id, sha256, type}}, consent: {answer, at, wording, language}}: the photos and recordings
    that it names, arrived or not (`MediaFile.id`), and what was said to them; {} where none were asked.
    pending: a random mark, new at each reading, while no snapshot has what the interview now says; else None.
    """

    __tablename__ = "interview"
    __table_args__ = (
        Index("ix_interview_survey", "survey_id", "outcome"),
        Index(
            "ix_interview_pending",
            "survey_id",
            sqlite_where=text("pending IS NOT NULL"),
            postgresql_where=text("pending IS NOT NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    instance_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    version: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(12))
    latest: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(String(10))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    outside: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    timings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    media: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    pending: Mapped[str | None] = mapped_column(String(16), default=new_mark)


class LinkDraft(Model):
    """Answers of a link not yet finished: found by a tag and sealed, both under the link key."""

    __tablename__ = "link_draft"
    __table_args__ = {"sqlite_with_rowid": False}

    tag: Mapped[str] = mapped_column(String(32), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    saved_on: Mapped[str] = mapped_column(String(10))


class SealedDraft(Model):
    """An interview paused for a day and more, sealed on the phone to the survey's key.

    tag: of the instance; case_tag, collaborator_tag as in Submission; link: {instance_id, case, user}, sealed.
    All under the link key. body: the envelope. state: `waiting` for a supervisor's release, or `released`.
    """

    __tablename__ = "sealed_draft"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','released')", name="known_state"),
        {"sqlite_with_rowid": False},
    )

    tag: Mapped[str] = mapped_column(String(32), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    version: Mapped[int]
    case_tag: Mapped[str] = mapped_column(String(32), index=True)
    collaborator_tag: Mapped[str] = mapped_column(String(32))
    link: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    saved_on: Mapped[str] = mapped_column(String(10))


class SentBack(Model):
    """An interview sent back to have some questions asked again; gone when that revision has been read.

    tag: of the instance; case_tag: of its case; sealed: {instance_id, revision, version, note, questions}, all
    under the link key. revision: the one to make.
    """

    __tablename__ = "sent_back"
    __table_args__ = {"sqlite_with_rowid": False}

    tag: Mapped[str] = mapped_column(String(32), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    case_tag: Mapped[str] = mapped_column(String(32), index=True)
    revision: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sent_on: Mapped[str] = mapped_column(String(10))


class MediaFile(Model):
    """A photo or a sound of an interview, sealed on the phone. id: made by the phone. size: bytes, of the envelope.

    complete: every chunk is here and the hash over them is `sha256`.
    """

    __tablename__ = "media_file"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    version: Mapped[int]
    instance_id: Mapped[str] = mapped_column(String(36), index=True)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    collaborator_tag: Mapped[str] = mapped_column(String(32))
    complete: Mapped[bool] = mapped_column(default=False)
    received_on: Mapped[str] = mapped_column(String(10))


class MediaPart(Model):
    """One chunk of a file, from byte `offset` on."""

    __tablename__ = "media_part"
    __table_args__ = {"sqlite_with_rowid": False}

    file_id: Mapped[str] = mapped_column(ForeignKey("media_file.id"), primary_key=True)
    offset: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    body: Mapped[bytes] = deferred(mapped_column(LargeBinary))


class Likeness(Model):
    """An interview that was compared with all others of its questionnaire version.

    partner: instance_id of the closest other one where they agree too well to be two people, else None; share: the
    part of equal answers of that pair. circle: `collaborator`, `area` or `elsewhere`, where the two come from.
    """

    __tablename__ = "likeness"
    __table_args__ = (Index("ix_likeness_survey", "survey_id", "version"), {"sqlite_with_rowid": False})

    instance_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    revision: Mapped[int]
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    version: Mapped[int]
    partner: Mapped[str | None] = mapped_column(String(36))
    share: Mapped[float | None] = mapped_column(Float)
    circle: Mapped[str | None] = mapped_column(String(12))


class LikenessCheck(Model):
    """The newest comparison of a version's interviews, and the rule it went by.

    rule: `analysis.LikenessRule` as a mapping. whole: interviews when all pairs were last compared. judged: of the
    interviews compared by now, those with enough answers. pairs: looked at in all since then. asked: somebody wants
    all pairs compared anew.
    """

    __tablename__ = "likeness_check"
    __table_args__ = {"sqlite_with_rowid": False}

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    checked_at: Mapped[str] = mapped_column(String(20), default="")
    rule: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    whole: Mapped[int] = mapped_column(default=0)
    judged: Mapped[int] = mapped_column(default=0)
    pairs: Mapped[int] = mapped_column(BigInteger, default=0)
    asked: Mapped[bool] = mapped_column(default=False)
