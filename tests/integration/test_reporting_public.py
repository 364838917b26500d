"""The public's pages: only what was released for everybody, the same bytes for all; and errata, said on the page."""

from __future__ import annotations

import copy
import gzip

import pytest

from survey_app.accounts.models import Role
from survey_app.db import db, transaction
from survey_app.problems import Problem
from survey_app.reporting import errata, pages, queries, services, views_public
from survey_app.reporting.models import LEADERS, PUBLIC
from survey_app.surveys.services import add_member
from survey_app.weighting import services as weighting
from survey_app.weighting.models import WeightingRun
from tests.support.answered import answered_survey

ONCE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
PAGES = (
    "",
    "?by=sex",
    "questions/a2",
    "questions/a2?by=age",
    "method",
    "present",
    "tables.csv",
    "questions/a2.csv",
)


def release(made, audience=PUBLIC, reason=None, recipe=None):
    with transaction():
        run = weighting.run(made.survey, recipe)
        return services.release(made.survey, run, made.researcher, services.Terms(audience, reason or {}))


def test_what_is_for_leaders_is_not_public(app, client):
    made = answered_survey()
    release(made, LEADERS)
    assert "chưa có kết quả" in client.get("/public/").text.lower()
    for page in PAGES:
        assert client.get(f"/public/{made.survey.public_id}/{page}").status_code == 404, page


def test_a_public_release_needs_no_sign_in_and_its_links_stay_outside(app, client):
    made = answered_survey()
    release(made)
    assert f"/public/{made.survey.public_id}/" in client.get("/public/").text
    for page in PAGES:
        answer = client.get(f"/public/{made.survey.public_id}/{page}")
        assert answer.status_code == 200, page
        assert 'href="/results/' not in answer.text and "sign-out" not in answer.text, page
    assert client.get(f"/public/{made.survey.public_id}/?by=commune").status_code == 404
    assert client.get(f"/results/{made.survey.public_id}/").status_code == 302


def test_everybody_gets_the_same_bytes_and_no_cookie(app, client, sign_in):
    made = answered_survey()
    release(made)
    address = f"/public/{made.survey.public_id}/"
    stranger = client.get(address)
    client.post("/language", data={"language": "en", "back": "/"})
    leader = sign_in("ld").get(address)
    assert stranger.data == leader.data
    for answer in (stranger, leader):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert answer.headers["Vary"] == "Accept-Encoding"
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == stranger.data
    tag = {"If-None-Match": stranger.headers["ETag"]}
    assert client.get(address, headers=tag).status_code == 304
    assert client.get(address + "?by=sex", headers=tag).status_code == 200


@ONCE
def test_the_language_is_in_the_address_and_links_keep_it(app, client):
    made = answered_survey()
    release(made)
    text = client.get(f"/public/{made.survey.public_id}/?lang=en").text
    assert "Main findings" in text and "questions/a2?lang=en" in text and 'hreflang="vi"' in text
    assert (
        "questions/a2?by=sex&amp;lang=en"
        in client.get(f"/public/{made.survey.public_id}/?by=sex&lang=en").text
    )


@ONCE
def test_fifty_readers_cost_one_rendering(app, client, monkeypatch):
    made = answered_survey()
    release(made)
    pages.forget()
    views_public.forget()
    rendered = []
    whole = views_public.framed
    monkeypatch.setattr(views_public, "framed", lambda *a: rendered.append(1) or whole(*a))
    for _reader in range(50):
        assert client.get(f"/public/{made.survey.public_id}/").status_code == 200
    assert len(rendered) == 1


def test_an_erratum_says_why_and_what_changed_and_the_old_one_stays_with_a_mark(app, client):
    made = answered_survey()
    release(made)
    with pytest.raises(Problem) as caught:
        release(made)
    assert caught.value.code == "reporting.no-reason"
    recipe = copy.deepcopy(db.session.query(WeightingRun).order_by(WeightingRun.id).first().recipe)
    recipe["calibration"]["margins"] = recipe["calibration"]["margins"][:1]
    reason = {"vi": "Hai cơ cấu dân số đã cũ", "en": "Two margins were out of date"}
    second = release(made, LEADERS, reason, recipe)
    # What was told to everybody is corrected before everybody.
    assert (second.number, second.audience) == (2, PUBLIC)
    address = f"/public/{made.survey.public_id}/"
    new, old = client.get(address).text, client.get(address + "?release=1").text
    assert "Hai cơ cấu dân số đã cũ" in new and "Những gì thay đổi" in new
    old_cube, new_cube = (queries.cube(queries.public_release(made.survey.public_id, n)) for n in (1, 2))
    changed = list(errata.differences(old_cube, new_cube))
    assert changed and all(one.old != one.new for one in changed)
    assert changed[0].old in new and changed[0].new in new
    assert list(errata.differences(new_cube, new_cube)) == []
    assert "đã được thay bằng bản số 2" in old and "Hai cơ cấu dân số đã cũ" in old


def test_the_terms_are_part_of_what_is_approved(app, sign_in, person):
    made = answered_survey()
    second = person("nc2", Role.RESEARCHER)
    with transaction():
        weighting.run(made.survey)
        add_member(made.survey, second, by=made.researcher)
    page = f"/surveys/{made.survey.public_id}/release"
    sign_in("nc").post(page + "/propose", data={"run": "1", "audience": "public"})
    client = sign_in("nc2")
    assert "Bản này dành cho mọi người" in client.get(page).text
    client.post(page + "/approve", data={"digest": queries.proposal(made.survey).digest})
    client.post(page)
    assert queries.releases(made.survey)[0].audience == PUBLIC
    again = sign_in("nc").post(page + "/propose", data={"run": "1", "audience": "leaders"})
    assert again.status_code == 400 and "Hãy nêu lý do" in again.text


def test_no_release_without_the_facts_of_method(app, sign_in):
    made = answered_survey()
    with transaction():
        weighting.run(made.survey)
        made.survey.method_facts = {"sponsor": {"vi": "Sở"}}
    client = sign_in("nc")
    page = f"/surveys/{made.survey.public_id}/release"
    assert "Cấp phê duyệt" in client.get(page).text
    refused = client.post(page + "/propose", data={"run": "1"})
    assert refused.status_code == 409 and "Cấp phê duyệt" in refused.text
    facts = f"/surveys/{made.survey.public_id}/facts"
    form = client.get(facts)
    assert "Sở" in form.text
    too_long = client.post(facts, data={"sponsor_vi": "x" * 1001})
    assert too_long.status_code == 400 and "1000" in too_long.text
    assert made.survey.method_facts == {"sponsor": {"vi": "Sở"}}
    names = (
        "sponsor",
        "approver",
        "exclusions",
        "interviewers",
        "bystanders",
        "incentives",
        "deviations",
        "contact",
    )
    client.post(facts, data={f"{name}_vi": f"Nội dung {name}" for name in names} | {"contact_en": "Office"})
    assert client.post(page + "/propose", data={"run": "1"}).status_code == 302
    assert sign_in("ld").get(facts).status_code == 403


@ONCE
def test_the_method_statement_tells_everything(app, client):
    made = answered_survey()
    release(made)
    text = client.get(f"/public/{made.survey.public_id}/method").text
    for name in (
        "sponsor",
        "approver",
        "exclusions",
        "interviewers",
        "bystanders",
        "incentives",
        "deviations",
        "contact",
    ):
        assert f"Nêu rõ: {name}" in text, name
    for words in (
        "RR1",
        "RR3",
        "COOP1",
        "e = ",
        "Hệ số thiết kế",
        "Đời sống nay thế nào?",
        "phỏng vấn trực tiếp",
    ):
        assert words in text, words
    english = client.get(f"/public/{made.survey.public_id}/method?lang=en").text
    assert "How is life now?" in english and "Departures from the plan" in english
