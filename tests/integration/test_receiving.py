"""Receiving is final: nothing is lost, nothing is doubled, nothing joins an answer to a case in the clear."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

from survey_app.audit import AuditEntry, today
from survey_app.collection import queries, services
from survey_app.collection.models import Conflict, Interview, Receipt, Stray, Submission
from survey_app.db import db, transaction
from survey_app.keys import KeyDestroyed, keyring
from tests.support.surveys import Small, small_survey


@pytest.fixture
def small(app: Flask) -> Small:
    return small_survey()


@pytest.fixture
def phone(small: Small, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("ctv")


def body(answers: dict[str, Any] | None = None, **more: Any) -> bytes:
    told = {"format": 1, "language": "vi", "outcome": "complete", "preloaded": {"mode": "1"}, **more}
    told["answers"] = answers or {"consent": "1", "k7": "2", "b1": "2"}
    return json.dumps(told, ensure_ascii=False).encode()


def entry(small: Small, content: bytes | None = None, **more: Any) -> dict[str, Any]:
    content = body() if content is None else content
    told = {
        "instance_id": str(uuid4()),
        "revision": 1,
        "survey": small.survey.public_id,
        "version": 1,
        "media_type": "application/json",
        "body": base64.b64encode(content).decode(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "case": small.cases[0].id,
    }
    return {**told, **more}


def send(phone: FlaskClient, *entries: Any) -> list[dict[str, Any]]:
    response = phone.post("/api/v1/submissions", json={"submissions": list(entries)})
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_json()["receipts"]


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.query(model).count()


def test_a_finished_interview_gets_a_receipt_over_its_bytes(phone: FlaskClient, small: Small) -> None:
    sent = entry(small)
    (receipt,) = send(phone, sent)
    assert {k: receipt[k] for k in ("instance_id", "revision", "sha256", "status")} == {
        "instance_id": sent["instance_id"],
        "revision": 1,
        "sha256": sent["sha256"],
        "status": "stored",
    }
    stored = db.session.get(Submission, (sent["instance_id"], 1))
    assert stored is not None
    assert stored.body == base64.b64decode(sent["body"])
    assert (count(Submission), count(Receipt)) == (1, 1)
    assert db.session.query(AuditEntry).filter_by(action="submission.received").count() == 1


def test_resend_with_same_bytes_returns_same_receipt(phone: FlaskClient, small: Small) -> None:
    sent = entry(small)
    first = send(phone, sent)
    assert send(phone, sent) == first
    assert send(phone, sent, sent) == first * 2
    assert (count(Submission), count(Receipt)) == (1, 1)
    assert db.session.query(AuditEntry).filter_by(action="submission.received").count() == 1


def test_same_key_and_other_bytes_are_kept_beside_the_first(phone: FlaskClient, small: Small) -> None:
    sent = entry(small)
    send(phone, sent)
    other = entry(small, body({"consent": "2"}), instance_id=sent["instance_id"])
    (receipt,) = send(phone, other)
    assert (receipt["status"], receipt["sha256"]) == ("conflict", other["sha256"])
    assert send(phone, other) == [receipt]
    kept = db.session.get(Conflict, (sent["instance_id"], 1, other["sha256"]))
    assert kept is not None
    assert kept.body == base64.b64decode(other["body"])
    assert (count(Submission), count(Conflict)) == (1, 1)


def test_conflict_inside_one_batch_keeps_both(phone: FlaskClient, small: Small) -> None:
    one = entry(small)
    two = entry(small, body({"consent": "2"}), instance_id=one["instance_id"])
    told = send(phone, one, two)
    assert [r["status"] for r in told] == ["stored", "conflict"]
    assert (count(Submission), count(Conflict), count(Receipt)) == (1, 1, 2)


def test_a_correction_is_the_next_revision_and_analysis_takes_it(phone: FlaskClient, small: Small) -> None:
    sent = entry(small)
    send(phone, sent)
    again = entry(
        small, body({"consent": "1", "k7": "3", "b1": "2"}), instance_id=sent["instance_id"], revision=2
    )
    send(phone, again)
    found = queries.responses(small.survey)
    assert [v["k7"] for v in found.values] == ["3"]
    assert found.left_out == {"superseded": 1}
    assert count(Submission) == 2


def test_batch_of_100_and_not_more(phone: FlaskClient, small: Small) -> None:
    batch = [entry(small, case=small.cases[k % 40].id) for k in range(100)]
    assert [r["status"] for r in send(phone, *batch)] == ["stored"] * 100
    response = phone.post("/api/v1/submissions", json={"submissions": [*batch, entry(small)]})
    assert (response.status_code, response.get_json()["code"]) == (413, "collection.batch-too-large")
    assert count(Submission) == 100


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "unknown survey": ({"survey": "ffffffffffffffff"}, "collection.unknown-survey"),
    "wrong version": ({"version": 9}, "collection.unknown-version"),
    "unknown case": ({"case": 999999}, "collection.unknown-case"),
    "no case": ({"case": None}, "collection.missing-field"),
    "no id": ({"instance_id": ""}, "collection.missing-field"),
    "bad id": ({"instance_id": "x"}, "collection.malformed"),
    "bad revision": ({"revision": "1"}, "collection.malformed"),
    "zero revision": ({"revision": 0}, "collection.malformed"),
    "bad base64": ({"body": "***"}, "collection.malformed"),
    "damaged": ({"sha256": "0" * 64}, "collection.hash-mismatch"),
    "bad hash": ({"sha256": "xyz"}, "collection.malformed"),
    "bad media type": ({"media_type": "nonsense"}, "collection.malformed"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_placed_is_kept_and_told(phone: FlaskClient, small: Small, name: str) -> None:
    changes, code = BROKEN[name]
    sent = entry(small, **changes)
    good = entry(small)
    told = send(phone, sent, good)
    assert told[0]["problem"]["code"] == code
    assert told[0]["problem"]["message"]
    assert told[1]["status"] == "stored", "the queue goes on"
    (stray,) = db.session.query(Stray).all()
    expected = b"***" if name == "bad base64" else base64.b64decode(sent["body"])
    assert (stray.body, stray.problem) == (expected, code)
    assert send(phone, sent)[0]["problem"]["code"] == code
    assert count(Stray) == 1, "the same bytes are kept once"


@pytest.mark.parametrize("entry_", ["text", 7, None, []])
def test_an_entry_that_is_no_object_is_kept_and_told(phone: FlaskClient, entry_: Any) -> None:
    (told,) = send(phone, entry_)
    assert told["problem"]["code"] == "collection.malformed"
    assert count(Stray) == 1


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"submissions": 3}', b"\xff\xfe"])
def test_a_broken_request_is_a_problem_with_a_code(phone: FlaskClient, raw: bytes) -> None:
    response = phone.post("/api/v1/submissions", data=raw, content_type="application/json")
    assert response.status_code == 400
    assert response.get_json()["code"].startswith("collection.")


def test_too_large_an_interview_is_kept_whole(phone: FlaskClient, small: Small) -> None:
    large = entry(small, b"x" * (1024 * 1024 + 1))
    (told,) = send(phone, large)
    assert told["problem"]["code"] == "collection.too-large"
    (stray,) = db.session.query(Stray).all()
    assert len(stray.body) == 1024 * 1024 + 1


def test_a_stranger_may_not_send(client: FlaskClient, small: Small) -> None:
    response = client.post("/api/v1/submissions", json={"submissions": [entry(small)]})
    assert (response.status_code, response.get_json()["code"]) == (401, "accounts.sign-in-needed")


def test_a_case_given_to_somebody_else_meanwhile_is_told_and_kept(phone: FlaskClient, small: Small) -> None:
    with transaction():
        small.cases[0].assigned_to = None
    (told,) = send(phone, entry(small))
    assert (told["status"], told["note"]) == ("stored", "collection.case-reassigned")


def test_nothing_in_the_database_joins_an_answer_to_a_case(phone: FlaskClient, small: Small) -> None:
    """Every column of every row about interviews is searched for what could name the case or the sender."""
    sent = entry(small)
    send(phone, sent)
    row = db.session.get(Submission, (sent["instance_id"], 1))
    assert row is not None
    case = small.cases[0]
    assert row.case_tag == keyring().link(small.survey.public_id).tag("case", case.id)
    opened = keyring().link(small.survey.public_id).open(row.link or b"", f"submission:{row.instance_id}:1")
    assert (opened["case"], opened["user"]) == (case.id, small.collaborator.id)
    assert len(row.received_on) == 10
    entries = db.session.query(AuditEntry).filter_by(action="submission.received").all()
    assert [(e.actor_id, len(e.at), e.details) for e in entries] == [(None, 10, {})]
    keyring().destroy_link(small.survey.public_id)
    with pytest.raises(KeyDestroyed):
        keyring().link(small.survey.public_id)
    db.session.expire_all()
    found = queries.responses(small.survey)
    assert found.psu.tolist() == [case.unit.code], "analysis goes on without the link"
    assert found.base_weight.tolist() == [case.base_weight]


def test_after_the_key_is_gone_an_interview_is_still_kept(phone: FlaskClient, small: Small) -> None:
    keyring().destroy_link(small.survey.public_id)
    (told,) = send(phone, entry(small))
    assert told["problem"]["code"] == "collection.unknown-survey"
    assert count(Stray) == 1


def test_interpretation_is_later_and_repeatable(app: Flask, phone: FlaskClient, small: Small) -> None:
    sent = entry(small, body({"consent": "1", "k7": "40", "b1": "2", "b2": "thừa", "zz": "1"}))
    send(phone, sent)
    key = (sent["instance_id"], 1)
    first = db.session.get(Interview, key)
    assert first is not None
    assert first.values["k7"] == "40", "a failed constraint becomes a finding, the answer stays"
    assert first.outside == {"b2": "thừa"}
    assert any(f["name"] == "k7" for f in first.findings)
    before = (first.values, first.outside, first.findings)
    with transaction():
        services.interpret(*key)
    again = db.session.get(Interview, key)
    assert again is not None
    assert (again.values, again.outside, again.findings) == before
    assert count(Interview) == 1


def test_unreadable_bytes_become_a_finding_not_an_error(phone: FlaskClient, small: Small) -> None:
    sent = entry(small, b"\x00\x01 not json")
    assert send(phone, sent)[0]["status"] == "stored"
    read = db.session.get(Interview, (sent["instance_id"], 1))
    assert read is not None
    assert [f["code"] for f in read.findings] == ["collection.unreadable"]
    assert queries.responses(small.survey).left_out == {"partial": 1}


def test_two_interviews_of_one_case_count_once(phone: FlaskClient, small: Small) -> None:
    send(phone, entry(small), entry(small), entry(small, case=small.cases[1].id))
    found = queries.responses(small.survey)
    assert (len(found.instance_ids), found.left_out) == (2, {"second-for-case": 1})


def test_same_batch_twice_at_once_is_stored_once(
    app: Flask, small: Small, sign_in: Callable[[str], FlaskClient]
) -> None:
    sign_in("ctv")
    batch = {"submissions": [entry(small, case=c.id) for c in small.cases[:20]]}
    results: list[Any] = []

    def post() -> None:
        with app.app_context():
            other = app.test_client()
            other.post("/sign-in", data={"name": "ctv", "password": "mật khẩu thử nghiệm"})
            results.append(other.post("/api/v1/submissions", json=batch).get_json())

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == 4
    assert all(r == results[0] for r in results)
    assert (count(Submission), count(Receipt)) == (20, 20)


def test_attempts_are_recorded_once_and_close_the_case(phone: FlaskClient, small: Small) -> None:
    case = small.cases[3]
    told = {"id": str(uuid4()), "case": case.id, "made_at": "2026-11-22T09", "outcome": "not_home"}
    later = {**told, "id": str(uuid4()), "outcome": "refusal"}
    bad = {**told, "id": str(uuid4()), "outcome": "vui"}
    response = phone.post("/api/v1/attempts", json={"attempts": [told, told, later, bad]})
    receipts = response.get_json()["receipts"]
    assert [r.get("status") or r["problem"]["code"] for r in receipts] == [
        "stored",
        "stored",
        "stored",
        "request.malformed",
    ]
    db.session.expire_all()
    rows = db.session.execute(text("SELECT COUNT(*) FROM contact_attempt")).scalar()
    assert (rows, case.outcome, case.closed) == (2, "refusal", True)


def test_assignments_carry_settled_values_and_nothing_of_others(phone: FlaskClient, small: Small) -> None:
    with transaction():
        small.cases[0].assigned_to = small.researcher.id
    told = phone.get("/api/v1/assignments").get_json()
    (survey,) = told["surveys"]
    assert small.cases[0].id not in {c["case"] for c in survey["cases"]}
    assert len(survey["cases"]) == len(small.cases) - 1
    one = next(c for c in survey["cases"] if c["case"] == small.cases[1].id)
    assert one["preloaded"] == small.preloaded[small.cases[1].id]
    assert 0 <= float(one["preloaded"]["select_u"]) < 1
    form = phone.get(survey["questionnaire_url"])
    assert form.get_json()["languages"]
    assert "immutable" in form.headers["Cache-Control"]


def test_a_batch_of_new_known_other_and_repeated_interviews_is_answered_in_its_order(
    phone: FlaskClient, small: Small
) -> None:
    known, taken = entry(small), entry(small)
    before = send(phone, known, taken)
    other = entry(small, body({"consent": "2"}), instance_id=taken["instance_id"])
    new, second = entry(small), entry(small, body({"k7": "1"}), case=small.cases[1].id)
    revised = entry(small, body({"k7": "5"}), instance_id=new["instance_id"], revision=2)
    told = send(phone, second, known, other, new, new, revised, taken)
    assert [(r["instance_id"], r["revision"], r["sha256"]) for r in told] == [
        (e["instance_id"], e["revision"], e["sha256"])
        for e in (second, known, other, new, new, revised, taken)
    ]
    assert [r["status"] for r in told] == ["stored", "stored", "conflict", *["stored"] * 4]
    assert [told[1], told[6]] == before, "the same bytes, the same receipt"
    assert told[3] == told[4]
    assert (count(Submission), count(Conflict), count(Receipt)) == (5, 1, 6)


def test_audit_entries_of_receiving_tell_the_day_and_the_survey_and_nothing_else(
    phone: FlaskClient, small: Small
) -> None:
    one = entry(small)
    send(phone, one, entry(small), entry(small, body({"consent": "2"}), instance_id=one["instance_id"]))
    db.session.rollback()
    entries = db.session.query(AuditEntry).filter(AuditEntry.action.like("submission.%")).all()
    assert sorted(e.action for e in entries) == ["submission.conflict", *["submission.received"] * 2]
    for kept in entries:
        assert (kept.at, kept.actor_id, kept.survey_id, kept.details) == (today(), None, small.survey.id, {})


@pytest.mark.parametrize("many", [1, 100])
def test_what_a_batch_costs_the_database_does_not_grow(phone: FlaskClient, small: Small, many: int) -> None:
    """Who asks, the cases, and what is written: one statement on PostgreSQL, three on SQLite; reading comes later."""
    send(phone, entry(small))
    entries = [entry(small, body({"k7": str(n)})) for n in range(many)]
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement.split(None, 1)[0].upper())

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        send(phone, *entries)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    asked = [s for s in statements if s not in ("BEGIN", "COMMIT")]
    if db.engine.dialect.name == "postgresql":
        assert asked[:3] == ["SELECT", "SELECT", "WITH"]
    else:
        assert asked[:5] == ["SELECT", "SELECT", "INSERT", "INSERT", "INSERT"]
