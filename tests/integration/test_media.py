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
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from questionnaires import Interview as QuestionnaireInterview
from questionnaires import check_answers
from survey_app.accounts.models import Role, User
from survey_app.audit import AuditEntry
from survey_app.authoring import queries as authoring
from survey_app.collection import envelopes, gallery, locking, media
from survey_app.collection.models import Interview, MediaFile, MediaPart
from survey_app.collection.services import interpret_pending
from survey_app.collection.unasked import as_judged, without_files
from survey_app.db import db, transaction
from survey_app.keys import keyring
from survey_app.problems import Problem
from survey_app.surveys import services as surveys
from tests.integration import test_paused
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


def test_what_is_still_on_a_phone_is_counted_and_never_shown(
    phone: FlaskClient, small: Small, sent: Sent, sign_in: Callable[[str], FlaskClient]
) -> None:
    body = sealed(small, sent.instance, "voice")
    later = announced(small, body, instance_id=sent.instance)
    interviewed(phone, small, sent.instance, naming({"gate": sent.told, "voice": later}), revision=2)
    assert gallery.progress(small.survey) == {sent.instance: gallery.Progress(1, 2)}
    assert locking.readiness(small.survey).files == 1
    client = sign_in("nc")
    assert "Còn 1 trong 2 tệp ở điện thoại" in client.get(f"/surveys/{small.survey.public_id}/media").text
    assert list(gallery.listed(small.survey)) == ["gate"]
    listed = client.get(f"/surveys/{small.survey.public_id}/fieldwork/interviews")
    assert "còn 1 trong 2 tệp ở điện thoại" in listed.text
    phone = sign_in("ctv")
    begin(phone, later)
    send(phone, later["id"], body)
    assert gallery.progress(small.survey) == {sent.instance: gallery.Progress(0, 2)}
    assert [item.sound for item in gallery.listed(small.survey)["voice"]] == [False], "told by its own type"


def test_a_file_taken_out_at_the_door_is_let_go_once_everything_is_read(
    phone: FlaskClient, small: Small
) -> None:
    instance = str(uuid4())
    files = []
    for _ in range(2):
        body = sealed(small, instance)
        files.append(announced(small, body, instance_id=instance))
        begin(phone, files[-1])
        send(phone, files[-1]["id"], body)
    assert gallery.listed(small.survey) == {}, "no interview names them yet"
    interviewed(phone, small, instance, naming({"gate": files[1]}))
    assert [one.id for one in db.session.query(MediaFile)] == [files[1]["id"]]
    assert db.session.query(MediaPart).filter_by(file_id=files[0]["id"]).count() == 0


def test_files_go_with_the_answers_that_a_respondent_takes_back(phone: FlaskClient, small: Small) -> None:
    instance = str(uuid4())
    body = sealed(small, instance)
    told = announced(small, body, instance_id=instance)
    begin(phone, told)
    send(phone, told["id"], body)
    test_paused.post(phone, test_paused.sealed(small, instance))
    test_paused.release(small, small.researcher)
    visit = {"id": str(uuid4()), "case": small.cases[0].id, "made_at": "2026-11-20T18", "outcome": "refusal"}
    phone.post("/api/v1/attempts", json={"attempts": [visit]})
    db.session.expire_all()
    assert (db.session.query(MediaFile).count(), db.session.query(MediaPart).count()) == (0, 0)


def test_nothing_is_let_go_while_a_part_of_the_interview_is_still_to_come(
    phone: FlaskClient, small: Small
) -> None:
    instance = str(uuid4())
    body = sealed(small, instance)
    told = announced(small, body, instance_id=instance)
    begin(phone, told)
    send(phone, told["id"], body)
    # A correction of the audio alone arrives before the interview that names the photo.
    interviewed(phone, small, instance, {"asks": ["voice"], "media_consent": YES}, revision=2)
    assert db.session.get(MediaFile, told["id"]) is not None
    interviewed(phone, small, instance, naming({"gate": told}))
    assert gallery.progress(small.survey) == {instance: gallery.Progress(0, 1)}


def test_a_revision_replaces_the_files_of_what_it_asks_and_keeps_the_others(
    phone: FlaskClient, small: Small, sent: Sent
) -> None:
    old = announced(small, b"x", instance_id=sent.instance)
    interviewed(phone, small, sent.instance, naming({"gate": sent.told, "voice": old}), revision=2)
    new = announced(small, b"y", instance_id=sent.instance)
    interviewed(phone, small, sent.instance, naming({"voice": new}, asks=["voice"]), revision=3)
    interview = db.session.get(Interview, (sent.instance, 3))
    assert interview is not None
    assert {path: one["id"] for path, one in interview.media["files"].items()} == {
        "gate": sent.told["id"],
        "voice": new["id"],
    }


def test_a_required_photo_is_missed_only_where_the_respondent_agreed(app: Flask) -> None:
    book = BOOK.replace("(vi) |", "(vi) | required |")
    book = book.replace("Ảnh cổng nhà |", "Ảnh cổng nhà | yes |")
    made = small_survey(title="Bắt buộc", markdown=book)
    compiled = authoring.compiled(authoring.version(made.survey, 1))
    now = datetime(2026, 11, 22)
    for agreed, missed in ((True, ["gate"]), (False, [])):
        result = check_answers(as_judged(compiled, agreed), {"k7": "2"}, preloaded={}, now=now)
        assert [f.where.name for f in result.findings if f.code == "answer.required"] == missed


def test_a_rescue_file_brings_files_whole_and_the_phone_gets_its_receipt(
    phone: FlaskClient, small: Small, sign_in: Callable[[str], FlaskClient]
) -> None:
    instance = str(uuid4())
    body = sealed(small, instance)
    told = announced(small, body, instance_id=instance)
    begin(phone, told)
    put(phone, told["id"], 0, body[:1000])  # broken off
    whole = {k: v for k, v in told.items() if k != "size"} | {"body": base64.b64encode(body).decode()}
    damaged = {**whole, "id": str(uuid4()), "sha256": "0" * 64}
    upload = json.dumps({"format": "rescue-1", "submissions": [], "files": [whole, damaged]}).encode()
    client = sign_in("nc")
    for _ in range(2):
        data = {"file": (io.BytesIO(upload), "phieu-2.json")}
        page = client.post("/collect/rescue", data=data, content_type="multipart/form-data").text
        assert "1 ảnh, bản ghi âm đã an toàn" in page and "1 phiếu chưa xếp được" in page
    assert b"".join(media.bodies(db.session.get_one(MediaFile, told["id"]))) == body
    assert begin(sign_in("ctv"), told) == {"received": len(body), "receipt": told["sha256"]}


def test_after_the_lock_a_phone_is_told_that_nothing_can_be_opened(phone: FlaskClient, small: Small) -> None:
    with transaction():
        surveys.close(small.survey, by=None)
        locking.lock(small.survey, by=None)
    assert begin(phone, announced(small, b"x"))["code"] == "surveys.key-destroyed"


def test_the_app_alone_may_use_camera_and_microphone(phone: FlaskClient) -> None:
    app_page, other = phone.get("/collect/"), phone.get("/")
    assert "camera=(self), microphone=(self)" in app_page.headers["Permissions-Policy"]
    assert "media-src 'self' blob:" in app_page.headers["Content-Security-Policy"]
    assert "camera=(), microphone=()" in other.headers["Permissions-Policy"]
    assert "media-src" not in other.headers["Content-Security-Policy"]


def test_whoever_answers_by_link_meets_no_question_for_a_file(app: Flask) -> None:
    made = small_survey(
        title="Qua liên kết", markdown=BOOK.replace("Ảnh cổng nhà |", "Ảnh cổng nhà (bắt buộc) |")
    )
    with transaction():
        made.survey.anonymous = False
    asked = without_files(authoring.compiled(authoring.version(made.survey, 1)))
    interview = QuestionnaireInterview(asked, {}, {}, language="vi")
    relevant = [page.name for page in interview.pages() if interview.page_is_relevant(page)]
    assert relevant == ["k7"]


def test_the_author_reads_where_files_are_asked(small: Small, sign_in: Callable[[str], FlaskClient]) -> None:
    client = sign_in("nc")
    where = f"/surveys/{small.survey.public_id}/questionnaire"
    assert "Chỉ hỏi khi đến tận nhà" in client.get(where).text
    with transaction():
        small.survey.anonymous = True
    assert "nên các câu sau sẽ không hỏi: gate, voice" in client.get(where).text
