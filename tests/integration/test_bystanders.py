"""Who else was within hearing: noted by the collaborator, kept with the interview, told in the method statement."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from survey_app.collection import queries, timings
from survey_app.collection.models import Submission
from survey_app.db import db, transaction
from survey_app.reporting.facts import _parts
from survey_app.surveys import method_facts
from tests.support.surveys import Small, small_survey


@pytest.fixture
def small(app: Flask) -> Small:
    return small_survey()


def entry(small: Small, place: int, paradata: Any, instance: str = "", **more: Any) -> dict[str, Any]:
    told = {
        "format": 1,
        "language": "vi",
        "outcome": "complete",
        "preloaded": {"mode": "1"},
        "answers": {"consent": "1", "k7": "2", "b1": "1", "b2": "x"},
        "paradata": paradata,
        "app": "1",
        **more,
    }
    body = json.dumps(told, ensure_ascii=False).encode()
    return {
        "instance_id": instance or str(uuid4()),
        "revision": 2 if "asks" in told else 1,
        "survey": small.survey.public_id,
        "version": 1,
        "media_type": "application/json",
        "body": base64.b64encode(body).decode(),
        "sha256": hashlib.sha256(body).hexdigest(),
        "case": small.cases[place].id,
    }


def send(client: FlaskClient, *entries: Any) -> None:
    answers = client.post("/api/v1/submissions", json={"submissions": list(entries)}).get_json()["receipts"]
    assert all(a.get("status") == "stored" for a in answers), answers


@pytest.mark.parametrize("told", ["everybody", 1, None, ["nobody"], {"a": 1}])
def test_anything_else_is_not_recorded(told: Any) -> None:
    assert "present" not in timings.read({"seconds": 10, "present": told})


def test_it_is_told_beside_times_or_without_them() -> None:
    assert timings.read({"present": "part"}) == {"present": "part"}
    assert timings.read({"seconds": 5, "present": "most"})["present"] == "most"


def test_interviews_are_counted_by_presence_and_older_ones_as_not_recorded(
    small: Small, sign_in: Callable[[str], FlaskClient]
) -> None:
    phone = sign_in("ctv")
    send(phone, entry(small, 0, {"seconds": 60}))
    assert queries.bystanders(small.survey) == {}, "an older app records nothing"
    assert "bystanders" in {fact.name for fact in method_facts.missing(small.survey)}
    send(
        phone,
        entry(small, 1, {"seconds": 60, "present": "nobody"}),
        entry(small, 2, {"seconds": 60, "present": "nobody"}),
        entry(small, 3, {"present": "most"}),
        entry(small, 4, {"present": "part"}, outcome="partial"),
    )
    assert queries.bystanders(small.survey) == {"unrecorded": 1, "nobody": 2, "most": 1}
    assert "bystanders" not in {fact.name for fact in method_facts.missing(small.survey)}
    assert _parts(queries.bystanders(small.survey)) == {"unrecorded": 25, "nobody": 50, "most": 25}
    page = sign_in("nc").get(f"/surveys/{small.survey.public_id}/facts").get_data(as_text=True)
    assert "Cộng tác viên đã ghi việc này" in page


def test_links_are_not_among_them(small: Small, sign_in: Callable[[str], FlaskClient]) -> None:
    instance = str(uuid4())
    send(sign_in("ctv"), entry(small, 0, {"seconds": 9}, instance), entry(small, 1, {"present": "part"}))
    assert queries.bystanders(small.survey) == {"unrecorded": 1, "part": 1}
    with transaction():
        by_link = update(Submission).where(Submission.instance_id == instance)
        db.session.execute(by_link.values(channel="link"))
    assert queries.bystanders(small.survey) == {"part": 1}


def test_questions_asked_again_leave_what_was_noted_at_the_interview(
    small: Small, sign_in: Callable[[str], FlaskClient]
) -> None:
    instance = str(uuid4())
    phone = sign_in("ctv")
    send(phone, entry(small, 0, {"seconds": 60, "present": "part"}, instance))
    send(phone, entry(small, 0, {"seconds": 5}, instance, asks=["b2"], answers={"b2": "y"}))
    assert queries.bystanders(small.survey) == {"part": 1}
