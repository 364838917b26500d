"""Photos and sound that a questionnaire asks for: sent in chunks, sealed like interviews, in no anonymous survey.

A phone seals the whole file to the survey's key (info "media-v1", bound to survey, instance and question), tells
its size and hash, and sends it in chunks of up to 256 KB from wherever the last one ended; the receipt comes when
the hash of all chunks together is the one told. Offsets that don't fit change nothing: the answer says how much is
here. After the lock nothing opens these files, and they are removed with it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from questionnaires import Compiled
from survey_app import audit
from survey_app.accounts.models import User
from survey_app.authoring import queries as authoring
from survey_app.collection import envelopes
from survey_app.collection.incoming import instance
from survey_app.collection.models import MediaFile, MediaPart
from survey_app.collection.paused import link_key
from survey_app.db import db, insert_new
from survey_app.problems import Problem
from survey_app.surveys import queries as surveys
from survey_app.surveys.models import Survey

TYPES = frozenset({"image", "audio", "video", "file"})
CHUNK = 256 * 1024
LARGEST = 32 * 1024 * 1024
_SHA = re.compile(r"[0-9a-f]{64}")


def questions(compiled: Compiled) -> tuple[str, ...]:
    """The names of the questions that are answered by a file, in the questionnaire's order."""

    def walk(nodes: list[dict[str, Any]]) -> Iterator[str]:
        for node in nodes:
            if node.get("type") in TYPES:
                yield str(node["name"])
            yield from walk(node.get("children", []))

    return tuple(walk(compiled.document["children"]))


def begin(told: Mapping[str, Any], sender: User) -> dict[str, Any]:
    """Announce a file; how much of it is here already. The same announcement again changes nothing."""
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
    row = {
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
    db.session.execute(insert_new(MediaFile.__table__), [row])
    kept = db.session.get_one(MediaFile, row["id"], populate_existing=True)
    if any(
        getattr(kept, k) != row[k] for k in ("survey_id", "instance_id", "size", "sha256", "collaborator_tag")
    ):
        raise Problem("collection.instance-conflict")
    return _standing(kept)


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


def _complete(file: MediaFile) -> bool:
    """Whether the chunks together are the file that was announced."""
    digest = hashlib.sha256()
    for body in _bodies(file):
        digest.update(body)
    if digest.hexdigest() != file.sha256:
        db.session.execute(delete(MediaPart).where(MediaPart.file_id == file.id))
        return False
    file.complete = True
    db.session.flush()
    audit.record("media.received", survey_id=file.survey_id, confidential=True)
    return True


def _bodies(file: MediaFile) -> Iterator[bytes]:
    found = select(MediaPart.body).where(MediaPart.file_id == file.id).order_by(MediaPart.offset)
    yield from db.session.scalars(found)


@dataclass(frozen=True)
class Opened:
    """A file in the clear. question: what it answers."""

    question: str
    content: bytes
    media_type: str
    ending: str


def listed(survey: Survey) -> list[MediaFile]:
    """The complete files of a survey, in the order of their random ids."""
    found = (
        select(MediaFile).where(MediaFile.survey_id == survey.id, MediaFile.complete).order_by(MediaFile.id)
    )
    return list(db.session.scalars(found))


def opened(survey: Survey, media_id: str) -> Opened:
    """A file for a researcher of the survey. Raises Problem: unknown, sealed for something else, or locked."""
    file = db.session.get(MediaFile, media_id)
    if file is None or file.survey_id != survey.id or not file.complete:
        raise Problem("request.not-found")
    private = envelopes.survey_key(link_key(survey))
    body = b"".join(_bodies(file))
    for question in questions(authoring.compiled(authoring.version(survey, file.version))):
        bound = f"{survey.public_id}|{file.instance_id}|{question}".encode()
        try:
            content = envelopes.opened(body, private, bound, envelopes.MEDIA)
        except ValueError:
            continue
        return Opened(question, content, *_kind(content))
    raise Problem("collection.media-unreadable")


def _kind(content: bytes) -> tuple[str, str]:
    """What the bytes are, by their own beginning: a sender's word is not trusted."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", "jpg"
    if content.startswith(b"\x1aE\xdf\xa3"):
        return "audio/webm", "webm"
    if content.startswith(b"OggS"):
        return "audio/ogg", "ogg"
    if content[4:8] == b"ftyp":
        return "audio/mp4", "m4a"
    return "application/octet-stream", "bin"
