"""Phones: enrolled by a one-use code, known again, counted, and shut out when lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.accounts import devices
from survey_app.accounts.models import Device, EnrolmentCode, Role, User
from survey_app.audit import today
from survey_app.db import db, transaction
from survey_app.problems import Problem

CHROME = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36"
JSON = {"Accept": "application/json"}


@pytest.fixture
def admin(person: Callable[..., User]) -> User:
    return person("qt", Role.ADMIN)


@pytest.fixture
def collaborator(person: Callable[..., User]) -> User:
    return person("ctv", Role.COLLABORATOR)


def code_for(user: User, by: User) -> str:
    with transaction():
        return devices.make_code(user, by=by)


def enrol(client: FlaskClient, code: str, device: str = "Chrome · Android 10") -> Any:
    return client.post("/collect/enrol", json={"code": code, "device": device}, headers=JSON)


def test_a_code_signs_a_phone_in_once(client: FlaskClient, collaborator: User, admin: User) -> None:
    code = code_for(collaborator, admin)
    told = enrol(client, code).get_json()
    assert (told["id"], told["name"], len(told["device"])) == (collaborator.id, "ctv", 32)
    assert told["csrf"] and told["recovery_key"]
    assert client.get("/api/v1/assignments").status_code == 200
    again = enrol(client, code)
    assert (again.status_code, again.get_json()["code"]) == (404, "accounts.enrol-unknown")
    kept = db.session.query(Device).one()
    assert (kept.id, kept.user_id, kept.name) == (told["device"], collaborator.id, "Chrome · Android 10")


@pytest.mark.parametrize(
    "address",
    ["/collect/", "/collect/sw.js", "/collect/manifest.webmanifest", "/collect/session", "/sign-in"],
)
def test_what_is_fetched_beside_the_enrolment_signs_nobody_out(client: FlaskClient, address: str) -> None:
    """An answer that comes after the enrolment's own must not bring a cookie of before it."""
    assert client.get("/collect/token").headers.getlist("Set-Cookie")
    told = client.get(address, headers=JSON)
    assert told.headers.getlist("Set-Cookie") == []


def test_the_code_is_read_leniently_and_never_stored(
    client: FlaskClient, collaborator: User, admin: User
) -> None:
    code = code_for(collaborator, admin)
    assert len(code) == 8 and set(code) <= set(devices.ALPHABET)
    (row,) = db.session.query(EnrolmentCode).all()
    assert code not in row.digest and len(row.digest) == 64
    typed = f" {code[:4].lower()}-{code[4:].lower()} ".replace("0", "o").replace("1", "l")
    assert enrol(client, typed).status_code == 200


def test_wrong_expired_used_and_replaced_codes_sound_the_same(
    client: FlaskClient, collaborator: User, admin: User
) -> None:
    replaced = code_for(collaborator, admin)
    expired = code_for(collaborator, admin)
    with transaction():
        db.session.query(EnrolmentCode).update({"expires_at": time.time() - 1})
    answers = [enrol(client, code) for code in (replaced, expired, "ZZZZ-ZZZZ", "")]
    assert {a.get_json()["message"] for a in answers} == {answers[0].get_json()["message"]}
    assert {a.status_code for a in answers} == {404}
    assert client.get("/api/v1/assignments").status_code == 401


def test_guessing_codes_is_slowed(client: FlaskClient, collaborator: User, admin: User) -> None:
    code = code_for(collaborator, admin)
    told = [enrol(client, "0000-0000").status_code for _ in range(12)]
    assert told[:10] == [404] * 10 and told[-1] == 429
    assert enrol(client, code).status_code == 429, "also the right code waits"


def test_of_two_phones_with_one_code_at_once_one_is_enrolled(
    app: Flask, collaborator: User, admin: User
) -> None:
    code = code_for(collaborator, admin)
    start = threading.Barrier(3)
    told: list[int] = []

    def phone() -> None:
        with app.test_client() as client:
            start.wait(10)
            told.append(enrol(client, code).status_code)

    threads = [threading.Thread(target=phone) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == [200, 404, 404]
    db.session.rollback()
    assert db.session.query(Device).count() == 1


def test_only_an_active_collaborator_gets_a_code(
    app: Flask, person: Callable[..., User], admin: User
) -> None:
    with pytest.raises(Problem, match=r"request\.not-found"), transaction():
        devices.make_code(person("gs", Role.SUPERVISOR), by=admin)


def test_signing_in_with_a_password_makes_a_device_and_goes_on_with_it(
    sign_in: Callable[[str], FlaskClient], collaborator: User
) -> None:
    client = sign_in("ctv")
    first = client.get("/collect/session", headers={"User-Agent": CHROME}).get_json()["device"]
    assert db.session.query(Device).one().name == "Chrome · Android 10"
    assert client.get("/collect/session").get_json()["device"] == first
    client = sign_in("ctv")
    assert client.get("/collect/session", headers={"X-Device": first}).get_json()["device"] == first
    unknown = client.get("/collect/session", headers={"X-Device": "f" * 32}).get_json()["device"]
    assert unknown == first, "the session remembers its own"
    assert db.session.query(Device).count() == 1


def test_somebody_elses_device_is_never_taken_over(
    sign_in: Callable[[str], FlaskClient], person: Callable[..., User], collaborator: User
) -> None:
    first = sign_in("ctv").get("/collect/session").get_json()["device"]
    person("ctv2", Role.COLLABORATOR)
    other = sign_in("ctv2").get("/collect/session", headers={"X-Device": first}).get_json()["device"]
    assert other != first
    owners = {d.id: d.user_id for d in db.session.query(Device)}
    assert owners[first] == collaborator.id != owners[other]


def test_a_phone_tells_what_waits_on_it(sign_in: Callable[[str], FlaskClient], collaborator: User) -> None:
    client = sign_in("ctv")
    device = client.get("/collect/session").get_json()["device"]
    client.get("/api/v1/assignments?waiting=4&attempts=2&since=2026-11-20&drafts=1")
    kept = db.session.get(Device, device, populate_existing=True)
    assert kept is not None
    assert (kept.interviews, kept.attempts, kept.drafts, kept.since) == (4, 2, 1, "2026-11-20")
    assert (kept.waiting, kept.seen_on) == (7, today())
    client.get("/api/v1/assignments")
    client.get("/api/v1/assignments?waiting=-1&attempts=x&since=22.11&drafts=99999999999")
    kept = db.session.get(Device, device, populate_existing=True)
    assert kept is not None
    assert (kept.interviews, kept.attempts, kept.drafts, kept.since) == (0, 0, devices.LARGEST_COUNT, None)


DOORS = (
    ("get", "/collect/session"),
    ("get", "/api/v1/assignments"),
    ("post", "/api/v1/submissions"),
    ("post", "/api/v1/attempts"),
    ("post", "/api/v1/drafts"),
    ("get", "/api/v1/drafts/00000000-0000-4000-8000-000000000000"),
    ("get", "/api/v1/questionnaires/abc/1"),
    ("get", "/collect/form/abc/1"),
    ("post", "/collect/recover"),
)


@pytest.mark.parametrize("by", ["session", "header alone"])
def test_a_revoked_phone_is_refused_at_every_door(
    client: FlaskClient, collaborator: User, admin: User, by: str
) -> None:
    device = enrol(client, code_for(collaborator, admin)).get_json()["device"]
    with transaction():
        kept = db.session.get(Device, device)
        assert kept is not None
        devices.revoke(kept, by=admin)
    headers = dict(JSON)
    if by == "header alone":
        client.delete_cookie("session")
        headers["X-Device"] = device
    for verb, door in DOORS:
        answer = getattr(client, verb)(door, headers=headers)
        assert (door, answer.status_code, answer.get_json()["code"]) == (door, 403, "accounts.device-revoked")


def test_revoking_ends_every_session_and_a_new_code_begins_again(
    app: Flask, client: FlaskClient, collaborator: User, admin: User
) -> None:
    lost = enrol(client, code_for(collaborator, admin)).get_json()["device"]
    elsewhere = app.test_client()
    with transaction():
        kept = db.session.get(Device, lost)
        assert kept is not None
        devices.revoke(kept, by=admin)
        devices.revoke(kept, by=admin)
    assert kept.revoked_on == today()
    code = code_for(collaborator, admin)
    told = enrol(elsewhere, code).get_json()
    assert told["device"] != lost
    assert elsewhere.get("/api/v1/assignments", headers={"X-Device": told["device"]}).status_code == 200
    found = devices.devices([collaborator.id])[collaborator.id]
    assert [d.id for d in found] == [told["device"], lost]
