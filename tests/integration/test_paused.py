"""Paused and returned interviews: sealed drafts, questions asked again, and revisions in any order."""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from survey_app.accounts.models import Role, User
from survey_app.audit import AuditEntry
from survey_app.collection import envelopes, paused, queries, services
from survey_app.collection.models import Interview, SealedDraft, SentBack, Submission
from survey_app.db import db, transaction
from survey_app.keys import keyring
from survey_app.problems import Problem
from survey_app.sampling.models import Case
from tests.support.surveys import Small, small_survey

ANSWERS = {"consent": "1", "k7": "2", "b1": "1", "b2": "Đất đai"}
DRAFT = json.dumps({"answers": ANSWERS, "page": "b2"}, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Done:
    interview: Interview
    case: Case


@pytest.fixture
def small(app: Flask) -> Small:
    return small_survey()


@pytest.fixture
def phone(small: Small, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("ctv")


def sealed(small: Small, instance: str, content: bytes = DRAFT, **more: Any) -> dict[str, Any]:
    key = envelopes.survey_key(keyring().link(small.survey.public_id))
    bound = f"{small.survey.public_id}|1|{instance}|draft".encode()
    body = envelopes.seal(content, envelopes.public_bytes(key), bound, envelopes.DRAFT)
    told = {
        "instance_id": instance,
        "survey": small.survey.public_id,
        "version": 1,
        "case": small.cases[0].id,
        "body": base64.b64encode(body).decode(),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    return {**told, **more}


def post(phone: FlaskClient, *drafts: Any) -> list[dict[str, Any]]:
    answer = phone.post("/api/v1/drafts", json={"drafts": list(drafts)})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()["receipts"]


def case_told(phone: FlaskClient, small: Small, place: int = 0) -> dict[str, Any]:
    (survey,) = phone.get("/api/v1/assignments").get_json()["surveys"]
    return next(c for c in survey["cases"] if c["case"] == small.cases[place].id)


def release(small: Small, by: User) -> int:
    with transaction():
        tags = [draft.tag for draft in db.session.query(SealedDraft)]
        return paused.release(small.survey, tags, small.cases, by=by)


def test_a_paused_interview_is_kept_sealed_and_goes_back_when_released(
    phone: FlaskClient, small: Small
) -> None:
    instance = str(uuid4())
    draft = sealed(small, instance)
    receipt = {"instance_id": instance, "sha256": draft["sha256"], "status": "stored"}
    assert post(phone, draft, draft) == [receipt, receipt]
    assert case_told(phone, small)["draft"] == {"instance_id": instance, "state": "waiting"}
    early = phone.get(f"/api/v1/drafts/{instance}")
    assert (early.status_code, early.get_json()["code"]) == (409, "collection.draft-not-released")

    assert release(small, small.researcher) == 1
    assert db.session.query(AuditEntry).filter_by(action="drafts.released").count() == 1
    assert post(phone, draft) == [receipt], "a late resend doesn't take the release back"
    assert case_told(phone, small)["draft"]["state"] == "released"
    content = phone.get(f"/api/v1/drafts/{instance}").get_json()["content"]
    assert base64.b64decode(content) == DRAFT

    later = sealed(small, instance, b'{"answers": {}}')
    post(phone, later)
    assert case_told(phone, small)["draft"]["state"] == "waiting", "paused anew, it waits anew"


def test_answers_taken_back_after_a_released_pause_leave_nothing_on_the_server(
    phone: FlaskClient, small: Small
) -> None:
    first, second = str(uuid4()), str(uuid4())
    post(phone, sealed(small, first), sealed(small, second, case=small.cases[1].id))
    visit = {"made_at": "2026-11-20T18", "outcome": "refusal", "case": small.cases[0].id}

    def refuse() -> None:
        answer = phone.post("/api/v1/attempts", json={"attempts": [{**visit, "id": str(uuid4())}]})
        assert answer.get_json()["receipts"][0]["status"] == "stored"

    refuse()
    assert db.session.query(SealedDraft).count() == 2, "a visit before the release takes nothing away"
    release(small, small.researcher)
    refuse()
    db.session.expire_all()
    (left,) = db.session.query(SealedDraft)
    key = keyring().link(small.survey.public_id)
    assert left.case_tag == key.tag("case", small.cases[1].id)
    assert case_told(phone, small).get("draft") is None
    assert phone.get(f"/api/v1/drafts/{first}").status_code == 404
    assert db.session.query(AuditEntry).filter_by(action="draft.taken-back").count() == 1


def test_a_draft_in_a_rescue_file_goes_back_to_the_cases_collaborator(
    small: Small, person: Callable[..., Any], sign_in: Callable[[str], FlaskClient]
) -> None:
    from survey_app.surveys import services as surveys

    supervisor = person("gs", Role.SUPERVISOR)
    with transaction():
        surveys.add_member(small.survey, supervisor, by=small.researcher)
    instance = str(uuid4())
    content = json.dumps(
        {"format": "rescue-1", "submissions": [], "drafts": [sealed(small, instance), {"instance_id": "x"}]}
    ).encode()
    client = sign_in("gs")
    for _ in range(2):
        page = client.post("/collect/rescue", data={"file": (io.BytesIO(content), "phieu.json")})
        told = page.get_data(as_text=True)
        assert "1 phiếu tạm dừng" in told and "1 phiếu chưa xếp được" in told
    assert release(small, small.researcher) == 1
    phone = sign_in("ctv")
    answer = phone.get(f"/api/v1/drafts/{instance}").get_json()
    assert base64.b64decode(answer["content"]) == DRAFT


def test_the_draft_of_another_is_never_handed_out(
    phone: FlaskClient, small: Small, person: Callable[..., User], sign_in: Callable[[str], FlaskClient]
) -> None:
    from survey_app.surveys import services as surveys

    instance = str(uuid4())
    post(phone, sealed(small, instance))
    release(small, small.researcher)
    other = person("ctv2", Role.COLLABORATOR, [small.survey.area])
    with transaction():
        surveys.add_member(small.survey, other, by=None)
        small.cases[0].assigned_to = other.id
    assert phone.get(f"/api/v1/drafts/{instance}").status_code == 404, "the case is no longer theirs"
    client = sign_in("ctv2")
    assert case_told(client, small)["draft"] is None
    assert client.get(f"/api/v1/drafts/{instance}").status_code == 404
    (told,) = post(client, sealed(small, instance, b"{}"))
    assert told["problem"]["code"] == "collection.unknown-case", "nor can it be overwritten"
    own = str(uuid4())
    post(client, sealed(small, own))
    assert case_told(client, small)["draft"] == {"instance_id": own, "state": "waiting"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"case": 999999}, "collection.unknown-case"),
        ({"survey": "ffff"}, "collection.unknown-case"),
        ({"sha256": "0" * 64}, "collection.hash-mismatch"),
        ({"body": "%"}, "collection.malformed"),
        ({"version": "x"}, "collection.malformed"),
        ({"instance_id": ""}, "collection.missing-field"),
    ],
)
def test_a_draft_that_does_not_fit_is_told_and_the_others_go_on(
    phone: FlaskClient, small: Small, change: dict[str, Any], code: str
) -> None:
    good = sealed(small, str(uuid4()))
    told = post(phone, {**sealed(small, str(uuid4())), **change}, good, "text")
    assert told[0]["problem"]["code"] == code
    assert (told[1]["status"], told[2]["problem"]["code"]) == ("stored", "collection.missing-field")
    assert phone.post("/api/v1/drafts", json={}).status_code == 400


def test_a_draft_sealed_for_something_else_is_told_when_it_is_opened(
    phone: FlaskClient, small: Small
) -> None:
    instance = str(uuid4())
    post(phone, {**sealed(small, str(uuid4())), "instance_id": instance})
    release(small, small.researcher)
    answer = phone.get(f"/api/v1/drafts/{instance}")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "collection.draft-unreadable")
    assert db.session.query(SealedDraft).count() == 1, "the bytes are still kept"


def body(answers: dict[str, Any], **more: Any) -> bytes:
    told = {
        "format": 1,
        "language": "vi",
        "outcome": "complete",
        "preloaded": {"mode": "1"},
        "answers": answers,
    }
    return json.dumps({**told, **more}, ensure_ascii=False).encode()


def entry(small: Small, instance: str, revision: int, content: bytes) -> dict[str, Any]:
    return {
        "instance_id": instance,
        "revision": revision,
        "survey": small.survey.public_id,
        "version": 1,
        "media_type": "application/json",
        "body": base64.b64encode(content).decode(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "case": small.cases[0].id,
    }


def send(phone: FlaskClient, *entries: Any) -> list[dict[str, Any]]:
    return phone.post("/api/v1/submissions", json={"submissions": list(entries)}).get_json()["receipts"]


def test_the_finished_interview_ends_its_draft(phone: FlaskClient, small: Small) -> None:
    instance = str(uuid4())
    post(phone, sealed(small, instance))
    send(phone, entry(small, instance, 1, body(ANSWERS)))
    assert db.session.query(SealedDraft).count() == 0
    (late,) = post(phone, sealed(small, instance))
    assert late["status"] == "stored"
    assert db.session.query(SealedDraft).count() == 0, "a draft that comes after it says nothing new"


def test_an_interview_sent_back_is_told_until_its_revision_has_come(phone: FlaskClient, small: Small) -> None:
    instance = str(uuid4())
    send(
        phone,
        entry(small, instance, 1, body(ANSWERS, paradata={"seconds": {"k7": 12.5, "b2": 3}, "backs": 1})),
    )
    interview = db.session.get(Interview, (instance, 1))
    assert interview is not None
    assert interview.timings == {"seconds": 15.5, "pages": {"k7": 12.5, "b2": 3.0}, "backs": 1}
    with transaction():
        paused.send_back(
            small.survey, Done(interview, small.cases[0]), ["b2"], "Xin hỏi lại vấn đề", by=small.researcher
        )
    returned = case_told(phone, small)["returned"]
    assert returned == {
        "instance_id": instance,
        "revision": 2,
        "version": 1,
        "note": "Xin hỏi lại vấn đề",
        "questions": ["b2"],
    }
    send(phone, entry(small, instance, 2, body({"b2": "Giao thông"}, asks=["b2"])))
    assert case_told(phone, small)["returned"] is None
    assert db.session.query(SentBack).count() == 0
    found = queries.responses(small.survey)
    (values,) = found.values
    assert {k: values[k] for k in ANSWERS} == {**ANSWERS, "b2": "Giao thông"}
    assert found.left_out == {"superseded": 1}
    original = db.session.get(Submission, (instance, 1))
    first = db.session.get(Interview, (instance, 1), populate_existing=True)
    assert original is not None and first is not None
    assert json.loads(original.body)["answers"] == ANSWERS, "the original stays as it came"
    assert (first.values["b2"], first.latest) == ("Đất đai", False)


def test_the_whole_is_judged_again_with_the_new_answers(phone: FlaskClient, small: Small) -> None:
    instance = str(uuid4())
    send(phone, entry(small, instance, 1, body(ANSWERS)))
    # b2 is asked only where b1 is 1: taking b1 back makes the old answer to b2 irrelevant, not lost.
    send(phone, entry(small, instance, 2, body({"b1": "2"}, asks=["b1"])))
    read = db.session.get(Interview, (instance, 2))
    assert read is not None
    assert ("b2" in read.values, read.outside) == (False, {"b2": "Đất đai"})


def test_a_question_left_blank_when_asked_again_has_no_answer(phone: FlaskClient, small: Small) -> None:
    instance = str(uuid4())
    send(phone, entry(small, instance, 1, body(ANSWERS)))
    send(phone, entry(small, instance, 2, body({"k7": "9"}, asks=["b2"])))
    read = db.session.get(Interview, (instance, 2))
    assert read is not None
    assert ("b2" in read.values, read.values["k7"]) == (False, "2"), "what wasn't asked isn't changed"


def test_the_order_in_which_revisions_arrive_never_matters(phone: FlaskClient, small: Small) -> None:
    parts = [
        (1, body(ANSWERS)),
        (2, body({"b2": "Giao thông"}, asks=["b2"])),
        (3, body({"k7": "4"}, asks=["k7"])),
    ]
    results = []
    for order in itertools.permutations(parts):
        instance = str(uuid4())
        for revision, content in order:
            send(phone, entry(small, instance, revision, content))
        rows = [db.session.get(Interview, (instance, n), populate_existing=True) for n in (1, 2, 3)]
        results.append([(r.values, r.latest, r.outcome, r.findings) for r in rows if r is not None])
    assert all(result == results[0] for result in results)
    last = results[0][2]
    assert (last[0]["b2"], last[0]["k7"], last[1], last[2]) == ("Giao thông", "4", True, "complete")


def test_part_of_an_interview_whose_original_is_missing_is_not_analysed(
    phone: FlaskClient, small: Small
) -> None:
    instance = str(uuid4())
    send(phone, entry(small, instance, 2, body({"b2": "Giao thông"}, asks=["b2"])))
    read = db.session.get(Interview, (instance, 2))
    assert read is not None
    assert (read.outcome, read.findings[0]["code"]) == ("partial", "collection.original-missing")
    assert queries.responses(small.survey).values == ()


def test_a_conflicting_resend_of_a_revision_is_kept_and_changes_nothing(
    phone: FlaskClient, small: Small
) -> None:
    instance = str(uuid4())
    send(phone, entry(small, instance, 1, body(ANSWERS)))
    send(phone, entry(small, instance, 2, body({"b2": "Giao thông"}, asks=["b2"])))
    (told,) = send(phone, entry(small, instance, 2, body({"b2": "Y tế"}, asks=["b2"])))
    assert told["status"] == "conflict"
    assert queries.responses(small.survey).values[0]["b2"] == "Giao thông"


def test_reading_again_gives_the_same_and_keeps_the_draft_of_the_revision(
    phone: FlaskClient, small: Small
) -> None:
    instance = str(uuid4())
    send(phone, entry(small, instance, 1, body(ANSWERS)))
    interview = db.session.get(Interview, (instance, 1))
    assert interview is not None
    with transaction():
        paused.send_back(small.survey, Done(interview, small.cases[0]), ["b2"], "", by=small.researcher)
    post(phone, sealed(small, instance))
    with transaction():
        services.interpret(instance, 1)
    assert db.session.query(SealedDraft).count() == 1


def test_a_note_with_a_name_sends_nothing_back(phone: FlaskClient, small: Small) -> None:
    instance = str(uuid4())
    send(phone, entry(small, instance, 1, body(ANSWERS)))
    interview = db.session.get(Interview, (instance, 1))
    assert interview is not None
    for questions, note, code in (
        (["b2"], "Hỏi lại anh Hùng", "collection.note-personal"),
        ([], "Hỏi lại", "collection.nothing-asked"),
    ):
        with pytest.raises(Problem, match=code), transaction():
            paused.send_back(
                small.survey, Done(interview, small.cases[0]), questions, note, by=small.researcher
            )
    assert db.session.query(SentBack).count() == 0


def test_nothing_in_the_database_joins_a_paused_or_returned_interview_to_a_case(
    phone: FlaskClient, small: Small
) -> None:
    done, under_way = str(uuid4()), str(uuid4())
    send(phone, entry(small, done, 1, body(ANSWERS)))
    interview = db.session.get(Interview, (done, 1))
    assert interview is not None
    with transaction():
        paused.send_back(
            small.survey, Done(interview, small.cases[0]), ["b2"], "Xin hỏi lại", by=small.researcher
        )
    post(phone, sealed(small, under_way))
    for table in ("sealed_draft", "sent_back", "audit_entry"):
        for row in db.session.execute(text(f"SELECT * FROM {table}")):
            told = repr(tuple(row))
            assert done not in told and under_way not in told and "Xin hỏi lại" not in told, table
