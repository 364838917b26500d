"""Photos and recordings on their way in: sent in chunks, sealed like interviews, in no anonymous survey.

A phone seals the whole file to the survey's key (info "media-v1", bound to survey, instance and question), tells
its size and hash, and sends it in chunks of up to 256 KB from wherever the last one ended; the receipt comes when
the hash of all chunks together is the one told. Offsets that don't fit change nothing: the answer says how much is
here. The finished interview names its files; what no interview names is listed nowhere and let go once everything
of that interview has been read. After the lock nothing opens these files, and they are removed with it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from survey_app import audit
from survey_app.accounts.models import User
from survey_app.authoring import queries as authoring
from survey_app.authoring.files_asked import questions
from survey_app.collection.incoming import instance
from survey_app.collection.models import (
    Conflict,
    Interview,
    MediaFile,
    MediaPart,
    SealedDraft,
    SentBack,
    Submission,
)
from survey_app.collection.paused import back_tag, draft_tag, link_key
from survey_app.collection.revisions import Content
from survey_app.db import db, insert_new
from survey_app.problems import Problem
from survey_app.surveys import queries as surveys
from survey_app.surveys.models import Survey

CHUNK = 256 * 1024
LARGEST = 32 * 1024 * 1024
_SHA = re.compile(r"[0-9a-f]{64}")


def told(content: Content) -> dict[str, Any]:
    """What an interview says of its files, as `Interview.media` keeps it."""
    kept: dict[str, Any] = {}
    if content.consent:
        kept["consent"] = content.consent
    if content.files:
        kept["files"] = content.files
    return kept


def begin(told: Mapping[str, Any], sender: User) -> dict[str, Any]:
    """Announce a file; how much of it is here already. The same announcement again changes nothing."""
    survey, row = _announced(told, sender)
    kept = _row(row)
    # What is complete is acknowledged to whoever can name its hash: a rescue file may have brought it meanwhile.
    mine = kept.complete or kept.collaborator_tag == link_key(survey).tag("user", sender.id)
    if not mine:
        raise Problem("collection.instance-conflict")
    return _standing(kept)


def _announced(told: Mapping[str, Any], sender: User) -> tuple[Survey, dict[str, Any]]:
    """The survey and the file's row. Raises Problem for what is missing, broken, too large or not asked."""
    for field in ("id", "survey", "version", "instance_id", "size", "sha256"):
        if told.get(field) in (None, ""):
            raise Problem("collection.missing-field", field=field)
    size, version, sha256 = told["size"], told["version"], str(told["sha256"]).lower()
    for name, value in (("size", size), ("version", version)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            reason = _("%(field)s is not a positive whole number", field=name)
            raise Problem("collection.malformed", reason=reason)
    if not _SHA.fullmatch(sha256):
        raise Problem("collection.malformed", reason=_("sha256 is not 64 hexadecimal digits"))
    if size > LARGEST:
        raise Problem("collection.media-too-large", limit=LARGEST // 2**20)
    survey = _survey(str(told["survey"]), sender)
    if survey.anonymous or not questions(authoring.compiled(authoring.version(survey, version))):
        raise Problem("collection.media-not-asked")
    return survey, {
        "id": instance(told["id"]),
        "survey_id": survey.id,
        "version": version,
        "instance_id": instance(told["instance_id"]),
        "size": size,
        "sha256": sha256,
        "collaborator_tag": link_key(survey).tag("user", sender.id),
        "complete": False,
        "received_on": audit.today(),
    }


def _row(row: dict[str, Any]) -> MediaFile:
    """The file as kept. Raises Problem where this id is another file's already."""
    db.session.execute(insert_new(MediaFile.__table__), [row])
    kept = db.session.get_one(MediaFile, row["id"], populate_existing=True)
    if any(getattr(kept, k) != row[k] for k in ("survey_id", "instance_id", "size", "sha256")):
        raise Problem("collection.instance-conflict")
    return kept


def _survey(public_id: str, sender: User) -> Survey:
    try:
        return surveys.survey(public_id, member=sender)
    except Problem:
        raise Problem("collection.unknown-survey", survey=public_id[:40]) from None


def _received(file: MediaFile) -> int:
    if file.complete:
        return file.size
    return int(
        db.session.scalar(select(func.sum(func.length(MediaPart.body))).where(MediaPart.file_id == file.id))
        or 0
    )


def _standing(file: MediaFile) -> dict[str, Any]:
    told: dict[str, Any] = {"received": _received(file)}
    return {**told, "receipt": file.sha256} if file.complete else told


def add(media_id: str, offset: int, chunk: bytes, sender: User) -> dict[str, Any]:
    """Keep a chunk that begins where the last one ended; the receipt once the whole is here and its hash fits.

    When it doesn't, all chunks are let go and the answer says why beside `received: 0`: the phone begins anew.
    """
    file = db.session.get(MediaFile, instance(media_id))
    survey = db.session.get(Survey, file.survey_id) if file else None
    if file is None or survey is None or file.collaborator_tag != link_key(survey).tag("user", sender.id):
        raise Problem("request.not-found")
    if len(chunk) > CHUNK:
        raise Problem("collection.chunk-too-large", limit=CHUNK // 1024)
    if file.complete or offset != _received(file) or not chunk or offset + len(chunk) > file.size:
        return _standing(file)
    part = {"file_id": file.id, "offset": offset, "survey_id": survey.id, "body": chunk}
    db.session.execute(insert_new(MediaPart.__table__), [part])
    if _received(file) == file.size and not _complete(file):
        return {**_standing(file), "problem": Problem("collection.hash-mismatch").as_json()}
    return _standing(file)


def receive_whole(items: Sequence[Any], sender: User) -> list[dict[str, Any]]:
    """Files of a rescue file, each with its bytes; a receipt or a problem for each, in their order."""
    answers = []
    for item in items:
        told = item if isinstance(item, dict) else {}
        try:
            answers.append(_keep_whole(told, sender))
        except Problem as problem:
            answers.append({"id": told.get("id"), "problem": problem.as_json()})
    return answers


def _keep_whole(told: Mapping[str, Any], sender: User) -> dict[str, Any]:
    try:
        body = base64.b64decode(str(told.get("body", "")), validate=True)
    except (binascii.Error, ValueError):
        raise Problem("collection.malformed", reason=_("body is not base64")) from None
    survey, row = _announced({**told, "size": len(body)}, sender)
    if hashlib.sha256(body).hexdigest() != row["sha256"]:
        raise Problem("collection.hash-mismatch")
    file = _row(row)
    if not file.complete:
        db.session.execute(delete(MediaPart).where(MediaPart.file_id == file.id))  # begun by the phone
        parts = [
            {"file_id": file.id, "offset": at, "survey_id": survey.id, "body": body[at : at + CHUNK]}
            for at in range(0, len(body), CHUNK)
        ]
        db.session.execute(insert_new(MediaPart.__table__), parts)
        _complete(file)
    return {"id": file.id, **_standing(file)}


def _complete(file: MediaFile) -> bool:
    """Whether the chunks together are the file that was announced."""
    digest = hashlib.sha256()
    for body in bodies(file):
        digest.update(body)
    if digest.hexdigest() != file.sha256:
        db.session.execute(delete(MediaPart).where(MediaPart.file_id == file.id))
        return False
    file.complete = True
    db.session.flush()
    audit.record("media.received", survey_id=file.survey_id, confidential=True)
    return True


def bodies(file: MediaFile) -> Iterator[bytes]:
    """The sealed file, chunk by chunk."""
    found = select(MediaPart.body).where(MediaPart.file_id == file.id).order_by(MediaPart.offset)
    yield from db.session.scalars(found)


def settle(survey: Survey, instance_id: str) -> None:
    """An interview has been read: files of it that it doesn't name were taken out at the door, and go.

    Nothing goes while some of the interview is still to come or to be looked at: a paused or returned part, a
    revision that wasn't read or can't be, other bytes under the same number.
    """
    files = db.session.scalars(select(MediaFile.id).where(MediaFile.instance_id == instance_id)).all()
    if not files:
        return
    key = link_key(survey)
    waits = db.session.get(SealedDraft, draft_tag(key, instance_id)) or db.session.get(
        SentBack, back_tag(key, instance_id)
    )
    read = db.session.scalars(select(Interview).where(Interview.instance_id == instance_id)).all()
    sent = db.session.scalar(
        select(func.count()).select_from(Submission).where(Submission.instance_id == instance_id)
    )
    doubtful = any(f["code"] in _DOUBTS for one in read for f in one.findings) or db.session.scalar(
        select(Conflict.sha256).where(Conflict.instance_id == instance_id).limit(1)
    )
    if waits or doubtful or sent != len(read):
        return
    named = {file["id"] for one in read for file in one.media.get("files", {}).values()}
    gone = [one for one in files if one not in named]
    if gone:
        db.session.execute(delete(MediaPart).where(MediaPart.file_id.in_(gone)))
        db.session.execute(delete(MediaFile).where(MediaFile.id.in_(gone)))
        audit.record("media.let-go", survey_id=survey.id, confidential=True, count=len(gone))


_DOUBTS = frozenset({"collection.unreadable", "collection.original-missing"})
