"""A finished interview at the door: what a sender must tell, checked without a database."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from survey_app.config import MAX_INTERVIEW
from survey_app.problems import Problem

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHA = re.compile(r"[0-9a-f]{64}")
_MEDIA = re.compile(r"[a-z]+/[a-z0-9.+-]{1,90}")


@dataclass(frozen=True)
class Incoming:
    """One interview. instance_id, revision: made by the client. survey: its public id. body: opaque bytes.

    sha256: over `body`, hexadecimal. case: the sampled case's id as the phone knows it.
    """

    instance_id: str
    revision: int
    survey: str
    version: int
    media_type: str
    body: bytes
    sha256: str
    case: int | None

    @property
    def key(self) -> tuple[str, int]:
        return self.instance_id, self.revision


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def instance(text: Any) -> str:
    """A UUID in its usual form. Raises Problem `collection.malformed`."""
    if isinstance(text, str) and _UUID.fullmatch(text):
        return text
    try:
        return str(UUID(str(text)))
    except ValueError:
        raise Problem("collection.malformed", reason=_("instance_id is not a UUID")) from None


def parse(item: Any) -> Incoming:
    """One entry of a batch. Raises Problem naming the missing or broken field; see `raw_bytes` for keeping it."""
    if not isinstance(item, Mapping):
        raise Problem("collection.malformed", reason=_("an entry is not an object"))
    for field in ("instance_id", "revision", "survey", "version", "media_type", "body", "sha256", "case"):
        if item.get(field) in (None, ""):
            raise Problem("collection.missing-field", field=field)
    revision, version, case = item["revision"], item["version"], item["case"]
    for name, value in (("revision", revision), ("version", version), ("case", case)):
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value < 2**31:
            raise Problem(
                "collection.malformed", reason=_("%(field)s is not a positive whole number", field=name)
            )
    try:
        body = base64.b64decode(str(item["body"]), validate=True)
    except (binascii.Error, ValueError):
        raise Problem("collection.malformed", reason=_("body is not base64")) from None
    if len(body) > MAX_INTERVIEW:
        raise Problem("collection.too-large", limit=MAX_INTERVIEW // 1024)
    media_type, sha256 = str(item["media_type"]), str(item["sha256"]).lower()
    if not _MEDIA.fullmatch(media_type):
        raise Problem("collection.malformed", reason=_("media_type is not a media type"))
    if not _SHA.fullmatch(sha256):
        raise Problem("collection.malformed", reason=_("sha256 is not 64 hexadecimal digits"))
    if digest(body) != sha256:
        raise Problem("collection.hash-mismatch")
    return Incoming(
        instance_id=instance(item["instance_id"]),
        revision=revision,
        survey=str(item["survey"]),
        version=version,
        media_type=media_type,
        body=body,
        sha256=sha256,
        case=case,
    )


def raw_bytes(item: Any) -> bytes:
    """The bytes to keep of an entry that could not be placed: its body where that can be decoded, else its text."""
    body = item.get("body") if isinstance(item, Mapping) else None
    if isinstance(body, str) and body:
        try:
            return base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            return body.encode("utf-8", "surrogatepass")
    return repr(item).encode("utf-8", "backslashreplace")
