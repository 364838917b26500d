"""Photos and recordings: in chunks, resumable, sealed, in no anonymous survey, and gone with the lock."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import secrets
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.accounts.models import Role, User
from survey_app.audit import AuditEntry
from survey_app.collection import envelopes, gallery, locking, media
from survey_app.collection.models import MediaFile, MediaPart
from survey_app.collection.services import interpret_pending
from survey_app.db import db, transaction
from survey_app.keys import keyring
from survey_app.problems import Problem
from survey_app.surveys import services as surveys
from tests.support.surveys import Small, small_survey

BOOK = """
| survey |
| | type | name | label::Tiếng Việt (vi) |
| | integer | k7 | Số người lớn? |
| | image | gate | Ảnh cổng nhà |
| | audio | voice | Ghi âm câu trả lời mở |
"""
PHOTO = b"\xff\xd8\xff\xe0" + secrets.token_bytes(600_000)


@pytest.fixture
def small(app: Flask) -> Small:
    made = small_survey(markdown=BOOK)
    with transaction():
        made.survey.anonymous = False
    return made


@pytest.fixture
def phone(small: Small, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("ctv")


def sealed(small: Small, instance: str, question: str = "gate", content: bytes = PHOTO) -> bytes:
    key = envelopes.survey_key(keyring().link(small.survey.public_id))
    bound = f"{small.survey.public_id}|{instance}|{question}".encode()
    return envelopes.seal(content, envelopes.public_bytes(key), bound, envelopes.MEDIA)


def announced(small: Small, body: bytes, **more: Any) -> dict[str, Any]:
    told = {
        "id": str(uuid4()),
        "survey": small.survey.public_id,
        "version": 1,
        "instance_id": str(uuid4()),
        "size": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    return {**told, **more}


def begin(phone: FlaskClient, told: dict[str, Any]) -> Any:
    return phone.post("/api/v1/media", json=told).get_json()


def put(phone: FlaskClient, media_id: str, offset: Any, chunk: bytes) -> Any:
    return phone.put(f"/api/v1/media/{media_id}?offset={offset}", data=chunk).get_json()


def send(phone: FlaskClient, media_id: str, body: bytes, start: int = 0) -> Any:
    told: Any = {}
    for offset in range(start, len(body), media.CHUNK):
        told = put(phone, media_id, offset, body[offset : offset + media.CHUNK])
    return told


def test_a_photo_broken_off_goes_on_where_it_stopped(phone: FlaskClient, small: Small) -> None:
    instance = str(uuid4())
    body = sealed(small, instance)
    told = announced(small, body, instance_id=instance)
    assert begin(phone, told) == {"received": 0}
    assert put(phone, told["id"], 0, body[:1000]) == {"received": 1000}
    assert put(phone, told["id"], 0, body[:1000]) == {"received": 1000}, "the same chunk again adds nothing"
    assert put(phone, told["id"], 5000, body[5000:6000]) == {"received": 1000}, "nor does one out of place"
    assert begin(phone, told) == {"received": 1000}
    done = {"received": len(body), "receipt": told["sha256"]}
    assert send(phone, told["id"], body, 1000) == done
    assert begin(phone, told) == done
    assert put(phone, told["id"], 0, body[:1000]) == done


def interviewed(
    phone: FlaskClient, small: Small, instance: str, content: dict[str, Any], revision: int = 1
) -> None:
    """A finished interview arrives and is read."""
    body = json.dumps(
        {"format": 1, "language": "vi", "outcome": "complete", "answers": {}, "app": "test", **content}
    ).encode()
    item = {
        "instance_id": instance,
        "revision": revision,
        "survey": small.survey.public_id,
        "version": 1,
        "media_type": "application/json",
        "body": base64.b64encode(body).decode(),
        "sha256": hashlib.sha256(body).hexdigest(),
        "case": small.cases[0].id,
    }
    (receipt,) = phone.post("/api/v1/submissions", json={"submissions": [item]}).get_json()["receipts"]
    assert receipt["status"] == "stored", receipt
    with transaction():
        interpret_pending()


YES = {"answer": "yes", "at": 65, "wording": "a" * 64, "language": "vi"}


def naming(files: dict[str, dict[str, Any]], **more: Any) -> dict[str, Any]:
    """What an interview says of its files. files: {path: the announcement}."""
    media = {
        path: {"id": one["id"], "sha256": one["sha256"], "type": "image/jpeg"} for path, one in files.items()
    }
    return {"media": media, "media_consent": YES, **more}


@dataclass
class Sent:
    instance: str
    told: dict[str, Any]
    content: bytes


@pytest.fixture
def sent(phone: FlaskClient, small: Small) -> Sent:
    """A photo that has come, and the interview that names it."""
    instance = str(uuid4())
    body = sealed(small, instance)
    told = announced(small, body, instance_id=instance)
    begin(phone, told)
    send(phone, told["id"], body)
    interviewed(phone, small, instance, naming({"gate": told}))
    return Sent(instance, told, PHOTO)


def test_a_researcher_opens_it_and_that_is_written_down(
    small: Small, sent: Sent, sign_in: Callable[[str], FlaskClient]
) -> None:
    client, media_id = sign_in("nc"), sent.told["id"]
    where = f"/surveys/{small.survey.public_id}/media"
    page = client.get(where).get_data(as_text=True)
    assert media_id[:8] in page
    assert sent.instance not in page and small.cases[0].unit.frame_unit.name not in page
    answer = client.get(f"{where}/{media_id}")
    assert (answer.mimetype, answer.data) == ("image/jpeg", PHOTO)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert f"gate-{media_id[:8]}.jpg" in answer.headers["Content-Disposition"]
    assert db.session.query(AuditEntry).filter_by(action="media.opened").count() == 1
    assert sign_in("ctv").get(f"{where}/{media_id}").status_code == 403


def test_all_files_come_in_an_archive_by_question(
    small: Small, sent: Sent, sign_in: Callable[[str], FlaskClient]
) -> None:
    client = sign_in("nc")
    answer = client.post(f"/surveys/{small.survey.public_id}/media.zip")
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == {
            f"gate/{sent.told['id']}.jpg": PHOTO
        }
        assert packed.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)
    (entry,) = db.session.query(AuditEntry).filter_by(action="media.exported")
    assert entry.details["count"] == 1
    assert sign_in("ctv").post(f"/surveys/{small.survey.public_id}/media.zip").status_code == 403


def test_a_file_whose_hash_does_not_fit_begins_anew(phone: FlaskClient, small: Small) -> None:
    body = sealed(small, str(uuid4()))
    told = announced(small, body)
    begin(phone, told)
    wrong = body[:-1] + bytes([body[-1] ^ 1])
    answer = send(phone, told["id"], wrong)
    assert (answer["received"], answer["problem"]["code"]) == (0, "collection.hash-mismatch")
    assert send(phone, told["id"], body)["receipt"] == told["sha256"]


def test_a_file_sealed_for_another_interview_is_kept_and_not_opened(phone: FlaskClient, small: Small) -> None:
    body = sealed(small, str(uuid4()))
    told = announced(small, body)
    begin(phone, told)
    send(phone, told["id"], body)
    with pytest.raises(Problem, match=r"collection\.media-unreadable"):
        gallery.opened(small.survey, told["id"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"size": media.LARGEST + 1}, "collection.media-too-large"),
        ({"size": 0}, "collection.malformed"),
        ({"sha256": "x"}, "collection.malformed"),
        ({"id": ""}, "collection.missing-field"),
        ({"id": "x"}, "collection.malformed"),
        ({"survey": "ffff"}, "collection.unknown-survey"),
        ({"version": 9}, "request.not-found"),
    ],
)
def test_what_does_not_fit_is_told(
    phone: FlaskClient, small: Small, change: dict[str, Any], code: str
) -> None:
    assert begin(phone, {**announced(small, b"x"), **change})["code"] == code
    assert db.session.query(MediaFile).count() == 0


def test_an_anonymous_survey_takes_none_nor_one_that_asks_for_none(phone: FlaskClient, small: Small) -> None:
    with transaction():
        small.survey.anonymous = True
    assert begin(phone, announced(small, b"x"))["code"] == "collection.media-not-asked"
    other = small_survey(title="Không hỏi ảnh")
    with transaction():
        other.survey.anonymous = False
    assert begin(phone, announced(other, b"x"))["code"] == "collection.media-not-asked"


def test_nobody_adds_to_the_file_of_another_and_chunks_have_a_size(
    phone: FlaskClient, small: Small, person: Callable[..., User], sign_in: Callable[[str], FlaskClient]
) -> None:
    body = sealed(small, str(uuid4()))
    told = announced(small, body)
    begin(phone, told)
    assert put(phone, told["id"], 0, b"x" * (media.CHUNK + 1))["code"] == "collection.chunk-too-large"
    assert put(phone, str(uuid4()), 0, b"x")["code"] == "request.not-found"
    assert begin(phone, {**told, "sha256": "0" * 64})["code"] == "collection.instance-conflict"
    other = person("ctv2", Role.COLLABORATOR, [small.survey.area])
    with transaction():
        surveys.add_member(small.survey, other, by=None)
    client = sign_in("ctv2")
    assert begin(client, told)["code"] == "collection.instance-conflict"
    assert put(client, told["id"], 0, body[:10])["code"] == "request.not-found"


def test_the_lock_takes_them_along(phone: FlaskClient, small: Small) -> None:
    instance = str(uuid4())
    body = sealed(small, instance)
    told = announced(small, body, instance_id=instance)
    begin(phone, told)
    send(phone, told["id"], body)
    with transaction():
        surveys.close(small.survey, by=None)
        locking.lock(small.survey, by=None)
    assert (db.session.query(MediaFile).count(), db.session.query(MediaPart).count()) == (0, 0)


def test_whether_a_survey_takes_photos_is_settled_before_it_opens(
    small: Small, person: Callable[..., User], sign_in: Callable[[str], FlaskClient]
) -> None:
    with transaction():
        fresh = surveys.create({"vi": "Mới"}, by=small.researcher)
    client = sign_in("nc")
    where = f"/surveys/{fresh.public_id}/media"
    assert "ẩn danh" in client.get(where).get_data(as_text=True)
    assert client.post(where, data={"takes": "yes"}).status_code == 302
    db.session.refresh(fresh)
    assert fresh.anonymous is False
    assert client.post(f"/surveys/{small.survey.public_id}/media", data={"takes": "no"}).status_code == 409
