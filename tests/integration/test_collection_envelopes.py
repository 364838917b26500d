"""Envelopes: opened by the survey's key alone, bound to what they belong to, gone with the link key."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from survey_app.collection import envelopes, services
from survey_app.collection.incoming import Incoming
from survey_app.collection.models import Interview, Submission
from survey_app.db import db, transaction
from survey_app.keys import keyring
from tests.support.surveys import Small, small_survey

BODY = json.dumps(
    {
        "format": 1,
        "language": "vi",
        "outcome": "complete",
        "preloaded": {"mode": "1"},
        "answers": {"consent": "1", "k7": "2", "b1": "1", "b2": "Đất đai"},
    },
    ensure_ascii=False,
).encode()


@pytest.fixture
def small(app: Flask) -> Small:
    return small_survey()


def private(small: Small) -> Any:
    return envelopes.survey_key(keyring().link(small.survey.public_id))


def send(small: Small, envelope: bytes, instance: str, version: int = 1) -> Submission:
    incoming = Incoming(
        instance_id=instance,
        revision=1,
        survey=small.survey.public_id,
        version=version,
        media_type=envelopes.MEDIA_TYPE,
        body=envelope,
        sha256=hashlib.sha256(envelope).hexdigest(),
        case=small.cases[0].id,
    )
    with transaction():
        (answer,) = services.receive([incoming], sender=small.collaborator, channel="phone")
        assert answer.status == "stored"
    with transaction():
        services.interpret(instance, 1)
    stored = db.session.get(Submission, (instance, 1))
    assert stored is not None
    return stored


def sealed(small: Small, instance: str, bound_version: int = 1) -> bytes:
    bound = envelopes.bound_to(small.survey.public_id, bound_version, instance, 1)
    return envelopes.seal(BODY, envelopes.public_bytes(private(small)), bound)


def test_an_envelope_is_stored_as_it_came_and_read(small: Small) -> None:
    instance = str(uuid4())
    envelope = sealed(small, instance)
    assert send(small, envelope, instance).body == envelope
    interview = db.session.get(Interview, (instance, 1))
    assert interview is not None
    assert (interview.values["b2"], interview.outcome, interview.findings) == ("Đất đai", "complete", [])


def test_its_length_tells_nothing_of_the_branch_taken(small: Small) -> None:
    key = envelopes.public_bytes(private(small))
    sizes = {len(envelopes.seal(b"x" * n, key, b"")) for n in (0, 10, 1000, 4092)}
    assert len(sizes) == 1
    assert len(envelopes.seal(b"x" * 4093, key, b"")) == sizes.pop() + 4096


@pytest.mark.parametrize("change", ["last byte", "other instance", "other version", "no envelope"])
def test_a_changed_or_misplaced_envelope_is_kept_and_flagged(small: Small, change: str) -> None:
    instance = str(uuid4())
    envelope = sealed(small, instance, 2 if change == "other version" else 1)
    if change == "last byte":
        envelope = envelope[:-1] + bytes([envelope[-1] ^ 1])
    if change == "other instance":
        envelope = sealed(small, str(uuid4()))
    if change == "no envelope":
        envelope = BODY
    assert send(small, envelope, instance).body == envelope
    interview = db.session.get(Interview, (instance, 1))
    assert interview is not None
    assert interview.values == {}
    assert [f["code"] for f in interview.findings] == ["collection.unreadable"]


def test_another_surveys_key_does_not_open_it(small: Small) -> None:
    other = small_survey(title="Khảo sát khác")
    instance = str(uuid4())
    bound = envelopes.bound_to(small.survey.public_id, 1, instance, 1)
    with pytest.raises(envelopes.EnvelopeError):
        envelopes.opened(sealed(small, instance), private(other), bound)


def test_after_the_lock_nothing_opens_it_and_what_was_read_stands(small: Small) -> None:
    instance = str(uuid4())
    send(small, sealed(small, instance), instance)
    keyring().destroy_link(small.survey.public_id)
    with transaction():
        interview = services.interpret(instance, 1)
    assert interview is not None
    assert interview.values["b2"] == "Đất đai"


def test_the_phone_is_told_the_public_key(small: Small, sign_in: Any) -> None:
    (told,) = sign_in("ctv").get("/api/v1/assignments").get_json()["surveys"]
    assert base64.b64decode(told["envelope_key"]) == envelopes.public_bytes(private(small))
