"""The supervisor's screens: rates with a base, signs and timings without answers, and nobody who declined."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from survey_app.accounts.models import Role, User
from survey_app.authoring import queries as authoring
from survey_app.collection import apart, paused, review
from survey_app.collection.models import Interview, SealedDraft, SentBack, Stray, Submission
from survey_app.config import MAX_INTERVIEW
from survey_app.db import db, transaction
from survey_app.keys import keyring
from survey_app.sampling import queries, rates, services
from survey_app.surveys import services as surveys
from tests.support.surveys import Small, small_survey

SECRET = "câu trả lời bí mật"


@pytest.fixture
def small(app: Flask) -> Small:
    return small_survey()


@pytest.fixture
def supervisor(small: Small, person: Callable[..., User]) -> User:
    made = person("gs", Role.SUPERVISOR, [small.survey.area])
    with transaction():
        surveys.add_member(small.survey, made, by=None)
    return made


def interview(small: Small, place: int, answers: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    told = {
        "format": 1,
        "language": "vi",
        "outcome": "complete",
        "preloaded": {"mode": "1"},
        "answers": answers or {"consent": "1", "k7": "2", "b1": "1", "b2": SECRET},
        "paradata": {"seconds": {"k7": 30, "b2": 60}, "backs": 2},
        "app": uuid4().hex,
        **more,
    }
    body = json.dumps(told, ensure_ascii=False).encode()
    return {
        "instance_id": str(uuid4()),
        "revision": 1,
        "survey": small.survey.public_id,
        "version": 1,
        "media_type": "application/json",
        "body": base64.b64encode(body).decode(),
        "sha256": hashlib.sha256(body).hexdigest(),
        "case": small.cases[place].id,
    }


def send(client: FlaskClient, *entries: Any) -> list[dict[str, Any]]:
    return client.post("/api/v1/submissions", json={"submissions": list(entries)}).get_json()["receipts"]


def address(small: Small, page: str = "") -> str:
    return f"/surveys/{small.survey.public_id}/fieldwork{page}"


def end(case: Any, outcome: str) -> None:
    services.record_attempt(case, attempt_id=str(uuid4()), made_at="2026-11-22T09", outcome=outcome)


def test_rates_have_their_base_and_small_counts_are_not_told(small: Small) -> None:
    by_area: dict[str, list[Any]] = {}
    for case in small.cases:
        by_area.setdefault(case.unit.frame_unit.area.name, []).append(case)
    ward, commune = by_area["Phường Thử"], by_area["Xã Mẫu"]
    with transaction():
        for case, outcome in zip(
            ward, ["complete"] * 6 + ["refusal"] * 2 + ["not_home"] * 2 + ["unknown"] * 2, strict=False
        ):
            end(case, outcome)
        for case, outcome in zip(commune, ["complete", "refusal"], strict=False):
            end(case, outcome)
    found = rates.rates(small.survey)
    rows = {row.name: row for row in found.areas}
    one = rows["Phường Thử"]
    assert (one.issued, one.tried, one.complete, one.open, one.refusals) == (20, 12, 6, 4, 2)
    # 10 known to be eligible, none known not to be, so e = 1: 6 of 12.
    assert one.rate == pytest.approx(0.5)
    few = rows["Xã Mẫu"]
    assert (few.tried, few.complete, few.refusals, few.rate) == (2, 1, None, None)
    (person,) = found.collaborators
    assert (person.name, person.tried, person.complete, person.refusals) == ("ctv", 14, 7, None)
    assert person.rate == pytest.approx(0.5)
    with transaction():
        surveys.close(small.survey, by=None)
    ended = rates.rates(small.survey)
    assert ended.total.rate == pytest.approx(7 / 40), "once it has ended, untried households are unknown ones"
    assert ended.total.weighted is not None and 0 < ended.total.weighted < 1


def test_the_page_tells_progress_and_what_waits_on_phones(
    small: Small, supervisor: User, sign_in: Callable[[str], FlaskClient]
) -> None:
    client = sign_in("ctv")
    client.get("/collect/session")
    client.get("/api/v1/assignments?waiting=4&attempts=2&since=2026-11-20")
    with transaction():
        for case in small.cases[:12]:
            end(case, "complete")
    page = sign_in("gs").get(address(small)).get_data(as_text=True)
    assert "4 phiếu, 2 lần đến" in page
    assert "từ 20/11/2026" in page
    assert re.search(r"100\s%", page)
    assert "1 xã, phường chưa bắt đầu" in page, "communes without a visit don't fill the table"


def test_notes_name_a_household_only_while_it_is_open(small: Small) -> None:
    with transaction():
        for case, outcome in ((small.cases[0], "not_home"), (small.cases[1], "refusal")):
            services.record_attempt(
                case, attempt_id=str(uuid4()), made_at="2026-11-22T09", outcome=outcome, note="Cổng khóa"
            )
    told = {(note.number, note.text) for note in queries.notes(small.survey)}
    assert told == {(small.cases[0].number, "Cổng khóa"), (None, "Cổng khóa")}


def test_interviews_are_shown_by_signs_and_timings_never_by_answers(
    small: Small, supervisor: User, sign_in: Callable[[str], FlaskClient]
) -> None:
    phone = sign_in("ctv")
    send(
        phone,
        interview(small, 0),
        interview(small, 1, {"consent": "1", "k7": "2", "b1": "7319", "b2": SECRET}),
        interview(small, 2, {"consent": "2"}, outcome="refused"),
    )
    found = review.interviews(small.survey, supervisor)
    assert len(found) == 2, "who declined is in no list"
    flagged, plain = found
    assert [f.kind for f in flagged.flags] and not plain.flags
    assert (plain.seconds, plain.backs, plain.collaborator) == (90.0, 2, "ctv")
    client = sign_in("gs")
    pages = [client.get(address(small, "/interviews")).get_data(as_text=True)]
    refs = re.findall(r"/fieldwork/interviews/([0-9a-f]{20})", pages[0])
    assert len(refs) == 2
    pages += [client.get(address(small, f"/interviews/{ref}")).get_data(as_text=True) for ref in refs]
    for page in pages:
        assert SECRET not in page and "7319" not in page
        for one in found:
            assert one.interview.instance_id not in page
    assert "1,5 phút" in pages[1] + pages[2]
    assert "không có trong các phương án: b1" in pages[0]


def test_a_supervisor_of_another_area_sees_no_interview(
    small: Small, person: Callable[..., User], sign_in: Callable[[str], FlaskClient]
) -> None:
    from survey_app.accounts.queries import area

    elsewhere = "Xã" if small.cases[0].unit.stratum == "Phường" else "Phường"
    other = person("gs2", Role.SUPERVISOR, [area({"Phường": "06862", "Xã": "06970"}[elsewhere])])
    with transaction():
        surveys.add_member(small.survey, other, by=None)
    send(sign_in("ctv"), interview(small, 0))
    (one,) = review.interviews(small.survey, None)
    assert review.interviews(small.survey, other) == []
    client = sign_in("gs2")
    assert client.get(address(small, f"/interviews/{one.ref}")).status_code == 404
    assert client.post(address(small, f"/interviews/{one.ref}"), data={"questions": "b2"}).status_code == 404
    assert db.session.query(SentBack).count() == 0


def test_the_fast_one_among_many_is_flagged(small: Small, sign_in: Callable[[str], FlaskClient]) -> None:
    phone = sign_in("ctv")
    send(phone, *[interview(small, k, paradata={"seconds": 600 + 10 * k}) for k in range(11)])
    send(phone, interview(small, 12, paradata={"seconds": 60}))
    found = review.interviews(small.survey, None)
    assert review.usual(found, found[0]) == {}, "no sender told times by section"
    fast = [one for one in review.interviews(small.survey, None) if "fast" in {f.kind for f in one.flags}]
    assert [one.seconds for one in fast] == [60.0]


def test_who_answers_alone_is_not_called_fast_beside_those_who_are_asked(
    small: Small, sign_in: Callable[[str], FlaskClient]
) -> None:
    phone = sign_in("ctv")
    send(phone, *[interview(small, k, paradata={"seconds": 600 + 10 * k}) for k in range(11)])
    alone = [interview(small, k, paradata={"seconds": 200 + 10 * k}) for k in range(11, 22)]
    send(phone, *alone)
    with transaction():
        of_links = Submission.instance_id.in_([told["instance_id"] for told in alone])
        db.session.execute(update(Submission).where(of_links).values(channel="link"))
    found = review.interviews(small.survey, None)
    assert [one.by_phone for one in found].count(False) == 11
    assert [one for one in found if one.flags] == []


def test_what_a_section_usually_takes_is_told_from_ten_interviews_on(
    small: Small, sign_in: Callable[[str], FlaskClient]
) -> None:
    phone = sign_in("ctv")
    page = next(iter(review.section_labels(authoring.compiled(authoring.version(small.survey, 1)))))
    send(phone, *[interview(small, k, paradata={"seconds": {page: 10 * k}}) for k in range(9)])
    found = review.interviews(small.survey, None)
    assert review.usual(found, found[0]) == {}
    send(phone, interview(small, 9, paradata={"seconds": {page: 90}}))
    found = review.interviews(small.survey, None)
    assert list(review.usual(found, found[0]).values()) == [45.0]


def test_equal_answers_through_every_block_are_a_sign_and_through_one_are_not() -> None:
    scale = {"1": 0, "2": 1, "3": 2}
    grids = [{f"{block}{k}": scale for k in range(4)} for block in "ab"]

    def one(name: str, a: str, b: str) -> Interview:
        values = {f"a{k}": v for k, v in enumerate(a)} | {f"b{k}": v for k, v in enumerate(b)}
        return Interview(instance_id=name, values=values)

    found = [one("both", "2222", "1111"), one("one", "2222", "1213"), one("none", "1231", "9999")]
    assert review._same(found, grids) == {"both": [*grids[0], *grids[1]]}
    assert review._same([], grids) == {}


def test_sending_back_reaches_the_phone_and_ends_when_it_was_asked_again(
    small: Small, supervisor: User, sign_in: Callable[[str], FlaskClient]
) -> None:
    sent = interview(small, 0)
    send(sign_in("ctv"), sent)
    client = sign_in("gs")
    (one,) = review.interviews(small.survey, supervisor)
    where = address(small, f"/interviews/{one.ref}")
    told = client.post(where, data={"questions": ["b2", "no_such"], "note": "Gặp anh Hùng"})
    assert told.status_code == 400 and "anh Hùng" in told.get_data(as_text=True)
    assert client.post(where, data={"note": "Hỏi lại"}).status_code == 400
    assert (
        client.post(where, data={"questions": ["b2", "no_such"], "note": "Xin hỏi rõ hơn"}).status_code == 302
    )
    assert "đã gửi lại" in client.get(address(small, "/interviews")).get_data(as_text=True)
    phone = sign_in("ctv")
    (survey,) = phone.get("/api/v1/assignments").get_json()["surveys"]
    returned = next(c["returned"] for c in survey["cases"] if c["returned"])
    assert (returned["questions"], returned["note"], returned["revision"]) == (["b2"], "Xin hỏi rõ hơn", 2)
    again = interview(small, 0, {"b2": "Giao thông"}, asks=["b2"])
    send(phone, {**again, "instance_id": sent["instance_id"], "revision": 2})
    (after,) = review.interviews(small.survey, supervisor)
    assert (after.revision, after.returned) == (2, False)


def test_a_paused_interview_is_listed_by_household_and_released(
    small: Small, supervisor: User, sign_in: Callable[[str], FlaskClient]
) -> None:
    instance = str(uuid4())
    body = b"sealed"
    draft = {
        **interview(small, 0),
        "instance_id": instance,
        "body": base64.b64encode(body).decode(),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    sign_in("ctv").post("/api/v1/drafts", json={"drafts": [draft]})
    client = sign_in("gs")
    assert 'chờ mở lại <span class="state warn">1</span>' in client.get(address(small)).get_data(as_text=True)
    page = client.get(address(small, "/paused")).get_data(as_text=True)
    assert f"hộ số {small.cases[0].number}" in page and instance not in page
    tag = db.session.query(SealedDraft.tag).scalar()
    client.post(address(small, "/paused"), data={"draft": tag})
    assert db.session.query(SealedDraft.state).scalar() == "released"
    assert [p.released for p in paused.listed(small.survey, small.cases)] == [True]


def test_after_the_key_is_gone_the_pages_say_so(
    small: Small, supervisor: User, sign_in: Callable[[str], FlaskClient]
) -> None:
    send(sign_in("ctv"), interview(small, 0))
    keyring().destroy_link(small.survey.public_id)
    client = sign_in("gs")
    for page in ("/interviews", "/paused"):
        answer = client.get(address(small, page))
        assert answer.status_code == 410
        assert "ctv" not in answer.get_data(as_text=True)


def test_what_has_no_place_is_kept_and_listed_with_what_to_do(
    small: Small, sign_in: Callable[[str], FlaskClient]
) -> None:
    phone = sign_in("ctv")
    lost = interview(small, 0)
    told = send(phone, {**lost, "version": 9}, {**interview(small, 1), "survey": "ffff"}, interview(small, 2))
    assert [t.get("status") or t["problem"]["code"] for t in told] == [
        "collection.unknown-version", "collection.unknown-survey", "stored",
    ]  # fmt: skip
    send(phone, lost)
    groups = {g.problem: (g.count, g.placed) for g in apart.strays_by_problem()}
    assert groups == {"collection.unknown-version": (1, 1), "collection.unknown-survey": (1, 0)}
    page = sign_in("nc").get("/kept-apart").get_data(as_text=True)
    assert "chưa từng phát hành" in page and "sau đó đã nhận đủ" in page
    assert sign_in("ctv").get("/kept-apart").status_code == 403


def test_an_interview_of_50_megabytes_is_kept_told_and_does_not_stop_the_others(
    small: Small, sign_in: Callable[[str], FlaskClient]
) -> None:
    # On the second database just above what other requests may hold: the same path, less to carry.
    megabytes = 50 if db.engine.dialect.name == "sqlite" else 17
    body = b"\0" * (megabytes * MAX_INTERVIEW)
    huge = {
        **interview(small, 0),
        "body": base64.b64encode(body).decode(),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    told = send(sign_in("ctv"), huge, interview(small, 1))
    assert [t.get("status") or t["problem"]["code"] for t in told] == ["collection.too-large", "stored"]
    kept = db.session.query(Stray).one()
    assert len(kept.body) == len(body)
    assert db.session.query(Interview).count() == 1


def test_handing_over_moves_what_is_unfinished(
    small: Small, supervisor: User, person: Callable[..., User], sign_in: Callable[[str], FlaskClient]
) -> None:
    other = person("ctv2", Role.COLLABORATOR, [small.survey.area])
    with transaction():
        surveys.add_member(small.survey, other, by=None)
        end(small.cases[0], "refusal")
    client = sign_in("gs")
    form = {"giver": small.collaborator.id, "taker": other.id}
    assert client.post(address(small, "/reassign"), data=form).status_code == 302
    db.session.expire_all()
    assert sum(c.assigned_to == other.id for c in queries.cases(small.survey)) == 39
    assert client.post(address(small, "/reassign"), data={"giver": "x"}).status_code == 302


def test_an_interview_sent_back_goes_along_to_whoever_takes_over(
    small: Small, supervisor: User, person: Callable[..., User], sign_in: Callable[[str], FlaskClient]
) -> None:
    other = person("ctv2", Role.COLLABORATOR, [small.survey.area])
    with transaction():
        surveys.add_member(small.survey, other, by=None)
        end(small.cases[0], "complete")
        end(small.cases[1], "complete")
    send(sign_in("ctv"), interview(small, 0), interview(small, 1))
    one = next(r for r in review.interviews(small.survey, None) if r.case.id == small.cases[0].id)
    client = sign_in("gs")
    client.post(address(small, f"/interviews/{one.ref}"), data={"questions": ["b2"], "note": ""})
    client.post(address(small, "/reassign"), data={"giver": small.collaborator.id, "taker": other.id})
    told = sign_in("ctv2").get("/api/v1/assignments").get_json()["surveys"][0]["cases"]
    assert [c["case"] for c in told if c["returned"]] == [small.cases[0].id]
    assert small.cases[1].id not in {c["case"] for c in told}, "finished for good, it stays with who did it"


def test_the_tries_are_set_on_the_sample_page_before_opening(
    app: Flask, sign_in: Callable[[str], FlaskClient], person: Callable[..., User]
) -> None:
    researcher = person("nc", Role.RESEARCHER)
    with transaction():
        survey = surveys.create({"vi": "Khảo sát"}, by=researcher)
    client = sign_in("nc")
    where = f"/surveys/{survey.public_id}/sample/tries"
    assert client.post(where, data={"tries": "0"}).status_code == 400
    assert client.post(where, data={"tries": "5"}).status_code == 302
    db.session.refresh(survey)
    assert survey.tries == 5
    assert 'value="5"' in client.get(f"/surveys/{survey.public_id}/sample").get_data(as_text=True)


def test_a_supervisor_hands_out_a_code_and_an_administrator_shuts_a_phone_out(
    small: Small, supervisor: User, person: Callable[..., User], sign_in: Callable[[str], FlaskClient]
) -> None:
    from survey_app.accounts.models import Device

    person("qt", Role.ADMIN)
    client = sign_in("gs")
    assert "ctv" in client.get("/phones").get_data(as_text=True)
    page = client.post(f"/phones/{small.collaborator.id}/code").get_data(as_text=True)
    code = re.search(r'class="code">([0-9A-Z]{4}-[0-9A-Z]{4})<', page)
    assert code is not None and "<svg" in page
    assert client.post(f"/phones/{small.researcher.id}/code").status_code == 404
    client.post("/sign-out")
    device = client.post("/collect/enrol", json={"code": code.group(1)}).get_json()["device"]
    admin = sign_in("qt")
    assert "Thu hồi" in admin.get("/people").get_data(as_text=True)
    assert admin.post(f"/people/devices/{device}/revoke").status_code == 302
    assert admin.post("/people/devices/zz/revoke").status_code == 404
    kept = db.session.get(Device, device, populate_existing=True)
    assert kept is not None and kept.revoked_on
    assert sign_in("gs").post(f"/people/devices/{device}/revoke").status_code == 403
