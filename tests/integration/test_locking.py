"""The lock: after it nothing joins an interview to a household, and nothing that analysis needs is lost."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from survey_app.audit import AuditEntry
from survey_app.collection import envelopes, locking, queries
from survey_app.collection.models import Interview, LinkDraft, Receipt, Stray, Submission
from survey_app.collection.services import interpret, interpret_pending
from survey_app.db import db, transaction
from survey_app.jobs import finish_locks
from survey_app.keys import KeyDestroyed, keyring
from survey_app.problems import Problem
from survey_app.sampling import services as sampling
from survey_app.sampling.models import Case, ContactAttempt
from survey_app.surveys import services as surveys
from tests.support.surveys import Small, small_survey

FORM = """
| survey |
| | type | name | label::Tiếng Việt (vi) |
| | start | began | |
| | today | day | |
| | select_one yn | q | Có hài lòng không? |
| choices |
| | list_name | name | label::Tiếng Việt (vi) |
| | yn | 1 | Có |
| | yn | 2 | Không |
| settings |
| | form_title | form_id | default_language |
| | Thử | thu | Tiếng Việt (vi) |
"""
INTERVIEWS = 12


def _instance(place: int) -> str:
    return str(UUID(int=hash_of(place), version=4))


def hash_of(place: int) -> int:
    """Numbers in no order, as phones draw them."""
    return int.from_bytes(hashlib.sha256(str(place).encode()).digest()[:16], "big")


def _sent(small: Small, place: int) -> dict[str, Any]:
    case = small.cases[place]
    instance, day = _instance(place), f"2026-11-{place + 1:02d}"
    content = json.dumps(
        {
            "format": 1,
            "language": "vi",
            "outcome": "complete",
            "answers": {"q": str(1 + place % 2), "began": f"{day}T09:15:00.000+07:00", "day": day},
            "preloaded": {"mode": "1", **small.preloaded[case.id]},
        }
    ).encode()
    public = small.survey.public_id
    key = envelopes.survey_key(keyring().link(public))
    bound = envelopes.bound_to(public, 1, instance, 1)
    body = envelopes.seal(content, envelopes.public_bytes(key), bound)
    return {
        "instance_id": instance,
        "revision": 1,
        "survey": public,
        "version": 1,
        "media_type": envelopes.MEDIA_TYPE,
        "body": base64.b64encode(body).decode(),
        "sha256": hashlib.sha256(body).hexdigest(),
        "case": case.id,
    }


@pytest.fixture
def small(app: Flask, sign_in: Callable[[str], FlaskClient]) -> Small:
    """A closed survey: 12 interviews, 3 refusals, one household not at home, a link begun and left."""
    made = small_survey(markdown=FORM)
    phone = sign_in("ctv")
    for place in range(INTERVIEWS):
        answer = phone.post("/api/v1/submissions", json={"submissions": [_sent(made, place)]}).get_json()
        assert answer["receipts"][0]["status"] == "stored", answer
    phone.post(f"/l/{sampling.link_of(made.cases[20], made.survey)}", data={"-do": "start"})
    with transaction():
        interpret_pending()
        for place in range(16):
            outcome = "complete" if place < INTERVIEWS else "refusal" if place < 15 else "not_home"
            sampling.record_attempt(
                db.session.get_one(Case, made.cases[place].id),
                attempt_id=str(UUID(int=place + 1)),
                made_at=f"2026-11-{place + 1:02d}T09",
                outcome=outcome,
                note="Hẹn lại buổi chiều",
            )
        survey = db.session.merge(made.survey)
        surveys.close(survey, by=made.researcher)
    made.survey = survey
    return made


def _lock(small: Small) -> None:
    with transaction():
        locking.lock(small.survey, by=small.researcher)


def test_before_the_lock_the_key_joins_an_interview_to_its_household(small: Small) -> None:
    key = keyring().link(small.survey.public_id)
    kept = db.session.get_one(Submission, (_instance(3), 1))
    told = key.open(kept.link, f"submission:{kept.instance_id}:1")
    assert told["case"] == small.cases[3].id
    assert kept.case_tag == key.tag("case", small.cases[3].id)


def test_after_the_lock_a_copy_of_the_key_finds_nothing(small: Small) -> None:
    key = keyring().link(small.survey.public_id)  # what an attacker saved beforehand
    tags = {key.tag("case", case.id) for case in small.cases}
    tokens = {sampling.link_of(case, small.survey) for case in small.cases}
    _lock(small)
    with pytest.raises(KeyDestroyed):
        keyring().link(small.survey.public_id)
    kept = db.session.scalars(select(Submission)).all()
    assert [s.link for s in kept] == [None] * INTERVIEWS
    assert not tags & {s.case_tag for s in kept}
    assert len({s.case_tag for s in kept}) == INTERVIEWS
    assert len({s.collaborator_tag for s in kept}) == 1
    digests = {hashlib.sha256(token.encode()).hexdigest() for token in tokens}
    assert not digests & {case.token_digest for case in db.session.scalars(select(Case))}
    assert db.session.scalars(select(LinkDraft)).all() == []


def test_no_day_or_hour_is_left_to_lay_an_interview_beside_a_visit(small: Small) -> None:
    read = db.session.get_one(Interview, (_instance(3), 1))
    assert read.values["day"] == "2026-11-04"  # what the lock has to take away
    _lock(small)
    db.session.expire_all()
    closed = small.survey.closed_on
    assert {s.received_on for s in db.session.scalars(select(Submission))} == {closed}
    assert {r.issued_on for r in db.session.scalars(select(Receipt))} == {closed}
    visits = db.session.scalars(select(ContactAttempt)).all()
    assert {(v.made_at, v.appointment, v.note) for v in visits} == {("2026-11", None, None)}
    assert not {v.id for v in visits} & {str(UUID(int=place + 1)) for place in range(16)}
    values = {i.instance_id: i.values for i in db.session.scalars(select(Interview))}
    assert all("began" not in v and "day" not in v for v in values.values())
    assert {k: v["q"] for k, v in values.items()} == {_instance(n): str(1 + n % 2) for n in range(INTERVIEWS)}


def test_a_villages_counts_stay_and_its_households_are_forgotten(small: Small) -> None:
    def by_village() -> dict[int, Counter[str | None]]:
        counts: dict[int, Counter[str | None]] = {}
        for case in db.session.scalars(select(Case)):
            counts.setdefault(case.unit_id, Counter())[case.outcome] += 1
        return counts

    def tried() -> dict[str | None, int]:
        rows = db.session.execute(
            select(Case.outcome, ContactAttempt.outcome).join(
                ContactAttempt, ContactAttempt.case_id == Case.id
            )
        )
        return dict(Counter((a, b) for a, b in rows))

    counts, together = by_village(), tried()
    places = {case.id: case.outcome for case in db.session.scalars(select(Case))}
    # An order that is surely another one, where chance might give back the same.
    with transaction():
        locking._deal_outcomes_anew(small.survey, lambda facts: facts.reverse())
    assert {case.id: case.outcome for case in db.session.scalars(select(Case))} != places
    assert (by_village(), tried()) == (counts, together)
    _lock(small)
    db.session.expire_all()
    assert (by_village(), tried()) == (counts, together)


def test_analysis_finds_what_it_needs_after_the_lock(small: Small) -> None:
    before = queries.responses(small.survey)
    _lock(small)
    db.session.expire_all()
    after = queries.responses(small.survey)
    assert after.instance_ids == before.instance_ids
    assert [v["q"] for v in after.values] == [v["q"] for v in before.values]
    assert after.base_weight.tolist() == before.base_weight.tolist()
    assert (after.stratum.tolist(), after.psu.tolist()) == (before.stratum.tolist(), before.psu.tolist())
    assert after.left_out == before.left_out


def test_reading_again_after_the_lock_changes_nothing(small: Small) -> None:
    _lock(small)
    db.session.expire_all()
    before = {i.instance_id: dict(i.values) for i in db.session.scalars(select(Interview))}
    with transaction():
        assert interpret(_instance(3), 1) is not None
    assert {i.instance_id: dict(i.values) for i in db.session.scalars(select(Interview))} == before


def test_an_interview_that_comes_after_the_lock_is_kept_and_told(
    small: Small, sign_in: Callable[[str], FlaskClient]
) -> None:
    late = _sent(small, INTERVIEWS)
    _lock(small)
    phone = sign_in("ctv")
    (answer,) = phone.post("/api/v1/submissions", json={"submissions": [late]}).get_json()["receipts"]
    assert answer["problem"]["code"] == "collection.unknown-survey"
    assert db.session.scalars(select(Stray.sha256)).all() == [late["sha256"]]
    attempt = {
        "id": str(UUID(int=99)),
        "case": small.cases[30].id,
        "made_at": "2026-11-30T09",
        "outcome": "not_home",
    }
    (told,) = phone.post("/api/v1/attempts", json={"attempts": [attempt]}).get_json()["receipts"]
    assert told["problem"]["code"] == "collection.unknown-case"


def test_an_open_survey_or_unread_interviews_are_not_locked(
    small: Small, sign_in: Callable[[str], FlaskClient]
) -> None:
    late = _sent(small, INTERVIEWS)
    sign_in("ctv").post("/api/v1/submissions", json={"submissions": [late]})
    db.session.query(Interview).filter_by(instance_id=late["instance_id"]).delete()
    db.session.commit()
    with pytest.raises(Problem) as unread:
        _lock(small)
    assert (unread.value.code, unread.value.params) == ("collection.unread", {"count": 1})
    assert keyring().link(small.survey.public_id)
    small.survey.state = "collecting"
    db.session.commit()
    with pytest.raises(Problem) as early:
        _lock(small)
    assert early.value.code == "surveys.wrong-state"


def test_a_lock_that_was_broken_off_is_finished_by_the_sweeper(small: Small) -> None:
    with transaction():
        small.survey.state = "locked"  # as if the process had died between the commit and the key's end
    finish_locks()
    with pytest.raises(KeyDestroyed):
        keyring().link(small.survey.public_id)
    count = select(AuditEntry.survey_id).where(AuditEntry.action == "survey.lock-finished")
    assert db.session.scalars(count).all() == [small.survey.id]
    finish_locks()
    assert db.session.scalars(count).all() == [small.survey.id]


def test_rows_no_longer_lie_in_the_order_of_arrival(small: Small) -> None:
    postgres = db.engine.dialect.name == "postgresql"
    order = "SELECT instance_id, body FROM submission" + (" ORDER BY ctid" if postgres else " NOT INDEXED")
    came = [_instance(place) for place in range(INTERVIEWS)]
    if postgres:
        assert db.session.scalars(text(order)).all() == came  # the leak is real
    db.session.rollback()
    _lock(small)
    finish_locks()
    assert db.session.scalars(text(order)).all() == sorted(came)


def test_the_database_file_holds_no_note_or_hour_any_more(small: Small) -> None:
    if db.engine.dialect.name != "sqlite":
        return  # there the rewriting is told by the order of rows, above
    file = Path(str(db.engine.url.database))
    marks = ["Hẹn lại buổi chiều".encode(), b"2026-11-04T09"]

    def found() -> list[bool]:
        db.session.rollback()
        log = file.with_name(file.name + "-wal")
        content = file.read_bytes() + (log.read_bytes() if log.exists() else b"")
        return [mark in content for mark in marks]

    assert found() == [True, True]
    _lock(small)
    finish_locks()
    assert found() == [False, False]


def test_a_researcher_locks_by_typing_the_word(small: Small, sign_in: Callable[[str], FlaskClient]) -> None:
    client = sign_in("nc")
    address = f"/surveys/{small.survey.public_id}/lock"
    page = client.get(address).get_data(as_text=True)
    assert "Không còn gì chờ" in page
    wrong = client.post(address, data={"word": "khong"})
    assert wrong.status_code == 400 and "Chưa có gì bị khóa" in wrong.get_data(as_text=True)
    assert keyring().link(small.survey.public_id)
    assert client.post(address, data={"word": "khóa"}).status_code == 302
    with pytest.raises(KeyDestroyed):
        keyring().link(small.survey.public_id)
    assert "đã bị hủy" in client.get(address).get_data(as_text=True)
    # Every page of a locked survey still opens, or says plainly that the key is gone.
    for path in ("", "/sample", "/fieldwork", "/people", "/questionnaire", "/weights", "/release"):
        assert client.get(f"/surveys/{small.survey.public_id}{path}").status_code in (200, 404), path
    assert client.get(f"/surveys/{small.survey.public_id}/fieldwork/links").status_code == 410
