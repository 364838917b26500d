"""Doors of the link and of the app that need no browser: one language, bad input, recovery, rescue files."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.accounts.models import Role
from survey_app.collection import envelopes
from survey_app.collection.models import Stray, Submission
from survey_app.db import db, transaction
from survey_app.sampling.services import link_of
from survey_app.surveys import services as surveys
from tests.conftest import PASSWORD
from tests.support.surveys import Small, small_survey

ONE_LANGUAGE = """
| survey |
| | type | name | label | appearance |
| | begin group | p1 | Một | field-list |
| | integer | n | Mấy lần? | |
| | date | d | Ngày nào? | |
| | end group | | | |
| settings |
| | form_title | form_id |
| | Thử | thu |
"""


@pytest.fixture
def small(app: Flask) -> Small:
    return small_survey()


def test_a_questionnaire_in_one_language_offers_no_other(app: Flask, client: FlaskClient) -> None:
    one = small_survey(markdown=ONE_LANGUAGE)
    link = f"/l/{link_of(one.cases[0], one.survey)}"
    page = client.get(link).get_data(as_text=True)
    assert "English" not in page
    page = client.post(link, data={"-do": "start"}).get_data(as_text=True)
    assert "Mấy lần?" in page
    answers = {
        "-page": "p1",
        "-shown": "n d",
        "-do": "next",
        "n": "1.200",
        "d:d": "2",
        "d:m": "9",
        "d:y": "1945",
    }
    assert client.post(link, data=answers).status_code == 200
    (stored,) = db.session.query(Submission)
    assert json.loads(stored.body)["answers"] == {"n": "1200", "d": "1945-09-02"}


REPEATED = """
| survey |
| | type | name | label | appearance |
| | begin repeat | trip | Chuyến đi | field-list |
| | text | place | Đi đâu? | |
| | end repeat | | | |
| | note | bye | Hết | |
| settings |
| | form_title | form_id |
| | Thử | thu |
"""


def test_a_repeat_is_asked_as_often_as_there_is_one_more(app: Flask, client: FlaskClient) -> None:
    repeated = small_survey(markdown=REPEATED)
    link = f"/l/{link_of(repeated.cases[0], repeated.survey)}"
    page = client.post(link, data={"-do": "start"}).get_data(as_text=True)
    for place in ("Huế", "Vinh"):
        assert "Còn trường hợp nào nữa không?" in page
        page = client.post(link, data={"-page": "trip", "-do": "add"}).get_data(as_text=True)
        number = 1 if place == "Huế" else 2
        name = f"trip[{number}]/place"
        assert f'name="{name}"' in page
        answers = {"-page": f"trip[{number}]", "-shown": name, "-do": "next", name: place}
        page = client.post(link, data=answers).get_data(as_text=True)
    client.post(link, data={"-page": "trip", "-do": "next"})
    assert client.post(link, data={"-page": "bye", "-do": "next"}).status_code == 200
    (stored,) = db.session.query(Submission)
    assert json.loads(stored.body)["answers"] == {"trip": [{"place": "Huế"}, {"place": "Vinh"}]}


def test_a_link_takes_odd_input_without_breaking(client: FlaskClient, small: Small) -> None:
    link = f"/l/{link_of(small.cases[0], small.survey)}"
    client.post(link, data={"-do": "start"})
    odd: list[dict[str, Any]] = [
        {"-page": "no-such-page", "-do": "next"},
        {"-page": "consent", "-shown": "no_such_question consent", "-do": "next", "consent": "7"},
        {"-page": "consent", "-shown": "consent", "-do": "remove:hh[9]"},
        {"-page": "consent", "-shown": "consent", "-do": "dance", "-pace": "{broken"},
        {"-page": "consent", "-shown": "consent", "-pace": json.dumps({"a": "x"}), "consent": "1" * 9000},
        {},
    ]
    for data in odd:
        assert client.post(link, data=data).status_code in (200, 400), data
    assert client.get("/l/" + "a" * 300).status_code == 404


def test_nothing_of_a_link_is_kept_by_the_browser(client: FlaskClient, small: Small) -> None:
    response = client.get(f"/l/{link_of(small.cases[0], small.survey)}")
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers


def test_a_forgotten_pin_needs_the_password_and_the_owner(
    client: FlaskClient, small: Small, person: Callable[..., Any]
) -> None:
    other = person("ctv9", Role.COLLABORATOR)
    key = b"k" * 32
    recipient = envelopes.public_bytes(envelopes.recovery_key())
    bound = f"user|{small.collaborator.id}".encode()
    wrapped = base64.b64encode(envelopes.seal(key, recipient, bound, envelopes.DRAFT_KEY)).decode()

    def ask(name: str, password: str) -> Any:
        return client.post("/collect/recover", json={"name": name, "password": password, "wrapped": wrapped})

    assert base64.b64decode(ask("ctv", PASSWORD).get_json()["key"]) == key
    assert ask("ctv", "sai mật khẩu rồi").status_code == 401
    assert ask(other.name, PASSWORD).status_code == 400
    assert client.post("/collect/recover", data=b"[1]", content_type="application/json").status_code == 401


def _rescue(small: Small, count: int) -> bytes:
    """A rescue file of sealed interviews."""
    from survey_app.keys import keyring

    recipient = envelopes.public_bytes(envelopes.survey_key(keyring().link(small.survey.public_id)))
    rows = []
    for _ in range(count):
        instance = str(uuid4())
        bound = envelopes.bound_to(small.survey.public_id, 1, instance, 1)
        body = envelopes.seal(b'{"format":1,"answers":{}}', recipient, bound)
        rows.append(
            {
                "instance_id": instance,
                "revision": 1,
                "survey": small.survey.public_id,
                "version": 1,
                "media_type": envelopes.MEDIA_TYPE,
                "body": base64.b64encode(body).decode(),
                "sha256": hashlib.sha256(body).hexdigest(),
                "case": small.cases[0].id,
            }
        )
    return json.dumps({"format": "rescue-1", "submissions": rows}).encode()


def test_a_rescue_file_arrives_once_however_often_it_is_uploaded(
    small: Small, person: Callable[..., Any], sign_in: Callable[[str], FlaskClient]
) -> None:
    supervisor = person("gs", Role.SUPERVISOR)
    with transaction():
        surveys.add_member(small.survey, supervisor, by=small.researcher)
    content = _rescue(small, 120)
    client = sign_in("gs")
    for _ in range(2):
        response = client.post("/collect/rescue", data={"file": (io.BytesIO(content), "phieu.json")})
        assert response.status_code == 200
        assert "120" in response.get_data(as_text=True)
    db.session.rollback()
    assert db.session.query(Submission).count() == 120


def test_a_rescue_file_of_another_survey_is_kept_and_said(
    small: Small, person: Callable[..., Any], sign_in: Callable[[str], FlaskClient]
) -> None:
    person("gs", Role.SUPERVISOR)
    client = sign_in("gs")
    response = client.post("/collect/rescue", data={"file": (io.BytesIO(_rescue(small, 2)), "phieu.json")})
    assert "2 phiếu chưa xếp được" in response.get_data(as_text=True)
    db.session.rollback()
    assert (db.session.query(Submission).count(), db.session.query(Stray).count()) == (0, 2)
    for broken in (b"", b"[]", b"\x00\xff", b'{"format":"rescue-1"}'):
        answer = client.post("/collect/rescue", data={"file": (io.BytesIO(broken), "x")})
        assert answer.status_code == 400


def test_only_a_collaborator_gets_the_apps_data(small: Small, sign_in: Callable[[str], FlaskClient]) -> None:
    client = sign_in("nc")
    for path in ("/collect/session", "/api/v1/assignments"):
        assert client.get(path).status_code == 403
    client.post("/sign-out")
    response = client.get("/collect/session", headers={"Accept": "application/json"})
    assert response.status_code == 401
    # The page itself says nothing about anybody.
    assert client.get("/collect/").status_code == 200
