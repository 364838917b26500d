"""What goes wrong in the field: lost replies, expired sessions, new versions, full memory, two people, wrong clocks.

After each fault everything that the screen had called finished is on the server exactly once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from itsdangerous import TimestampSigner
from playwright.sync_api import expect

from survey_app.accounts import queries as accounts
from survey_app.accounts.models import Role
from survey_app.accounts.services import create_user
from survey_app.authoring import queries as authoring_queries
from survey_app.authoring import services as authoring
from survey_app.collection import views_app
from survey_app.collection.models import SealedDraft, Submission
from survey_app.db import db, transaction
from survey_app.sampling.models import Case
from survey_app.surveys import services as surveys
from survey_app.surveys.models import Survey
from tests.browser import support
from tests.browser.support import Field
from tests.conftest import PASSWORD

pytestmark = pytest.mark.browser
SEND = "**/api/v1/submissions"


def finish_offline(page: Any, place: int = 0) -> None:
    """One short interview, finished without a connection; ends on the first screen."""
    page.context.set_offline(True)
    support.begin(page, place)
    page.fill("input[name=k7]", "1")
    page.wait_for_selector("input[name=age_ok][value='2']", state="visible")
    page.check("input[name=age_ok][value='2']")
    page.click(".next")
    support.finish(page)
    support.go_home(page)


def send(page: Any) -> None:
    page.get_by_role("button", name="Gửi và cập nhật").click()


def all_sent(page: Any) -> None:
    page.get_by_text("Đã gửi hết").wait_for()


@pytest.mark.parametrize("fault", ["before", "after the commit", "cut reply", "foreign receipt"])
def test_a_reply_that_never_came_loses_and_doubles_nothing(phone: Any, field: Field, fault: str) -> None:
    support.sign_in(phone, field.base)
    finish_offline(phone, 0)
    finish_offline(phone, 0)
    met: list[str] = []

    def meet(route: Any) -> None:
        met.append(fault)
        if fault == "before":
            route.abort("connectionreset")
            return
        response = route.fetch()
        if fault == "after the commit":
            route.abort("connectionreset")
        elif fault == "cut reply":
            route.fulfill(response=response, body=response.text()[:60])
        else:
            told = response.text()
            for row in response.json()["receipts"]:
                told = told.replace(row["sha256"], "0" * 64)
            route.fulfill(response=response, body=told)

    phone.context.route(SEND, meet, times=1)
    phone.context.set_offline(False)
    send(phone)
    for _ in range(200):  # the exchange is met a moment after the button is pressed
        if met:
            break
        phone.wait_for_timeout(50)
    phone.get_by_text("Còn 2 phiếu chưa gửi").wait_for()
    support.until(phone, "!document.querySelector('[data-at=sync]').disabled")
    assert met == [fault]
    send(phone)
    all_sent(phone)
    assert (len(field.bodies()), field.receipts()) == (2, 2)


def test_a_session_that_expired_keeps_everything_until_one_signs_in(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    finish_offline(phone)
    phone.context.clear_cookies()
    phone.context.set_offline(False)
    send(phone)
    phone.get_by_text("Hãy đăng nhập lại để gửi").wait_for()
    assert field.bodies() == {}
    phone.get_by_role("button", name="Đăng nhập").click()
    phone.fill("input[name=name]", "ctv")
    phone.fill("input[name=password]", PASSWORD)
    phone.click("main button")
    support.enter_pin(phone)
    all_sent(phone)
    assert len(field.bodies()) == 1


def test_after_a_week_offline_the_session_has_ended_and_nothing_else(
    phone: Any, field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cookie is still there; by the server's clock its lifetime is over. A draft rests since the first day."""
    phone.clock.install()
    support.sign_in(phone, field.base)
    finish_offline(phone)
    support.begin(phone)
    support.agree(phone)
    phone.check("input[name=a2][value='2']")
    phone.get_by_role("button", name="Dừng").click()
    phone.get_by_role("button", name="Tạm dừng, làm tiếp sau").click()
    phone.wait_for_selector(".send")
    week = timedelta(days=7)
    assert week > field.app.permanent_session_lifetime
    phone.clock.set_system_time(datetime.now() + week)
    phone.reload()
    support.enter_pin(phone)
    phone.get_by_text("Còn 1 phiếu chưa gửi").wait_for()
    cookies = phone.context.cookies()
    signed_at = TimestampSigner.get_timestamp
    later = int(week.total_seconds())
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: signed_at(self) + later)
    phone.context.set_offline(False)
    send(phone)
    phone.get_by_text("Hãy đăng nhập lại để gửi").wait_for()
    assert cookies and (field.bodies(), field.attempts()) == ({}, [])
    phone.get_by_role("button", name="Đăng nhập").click()
    phone.fill("input[name=name]", "ctv")
    phone.fill("input[name=password]", PASSWORD)
    phone.click("main button")
    support.enter_pin(phone)
    all_sent(phone)
    assert (len(field.bodies()), field.attempts()) == (1, ["ineligible"])
    expect(phone.get_by_text("Chờ giám sát mở lại")).to_have_count(1)
    assert field.ask(lambda: db.session.query(SealedDraft).count()) == 1


def test_a_new_version_in_mid_interview_never_strands_it(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    support.begin(phone)
    support.agree(phone)
    phone.check("input[name=a2][value='3']")

    def publish() -> None:
        with transaction():
            survey = db.session.query(Survey).one()
            researcher = accounts.user_by_name("nc")
            (version,) = authoring_queries.versions(survey)
            authoring.save_draft(survey, version.workbook, "thu.xlsx", by=researcher)
            authoring.publish(survey, by=researcher)

    field.ask(publish)
    phone.get_by_role("button", name="Dừng").click()
    phone.get_by_role("button", name="Tạm dừng, làm tiếp sau").click()
    phone.wait_for_selector(".send")
    send(phone)
    support.until(phone, "caches.open('forms').then((c) => c.keys()).then((k) => k.length === 4)")
    phone.context.set_offline(True)
    phone.reload()
    support.enter_pin(phone)
    phone.locator(".case", has_text="Đang phỏng vấn dở").click()
    phone.get_by_role("button", name="Tiếp tục phỏng vấn").click()
    phone.wait_for_selector("[data-page=s_a]")
    expect(phone.locator("input[name=a2][value='3']")).to_be_checked()
    support.to_the_end(phone)
    support.finish(phone)
    support.go_home(phone)
    support.begin(phone, 0)
    phone.get_by_role("button", name="Dừng").click()
    phone.get_by_role("button", name="Tạm dừng, làm tiếp sau").click()
    phone.context.set_offline(False)
    send(phone)
    all_sent(phone)
    assert field.ask(lambda: [s.version for s in db.session.query(Submission)]) == [1]


def test_a_case_given_to_somebody_else_is_told_and_its_interview_still_sent(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    support.begin(phone)
    support.agree(phone)
    phone.get_by_role("button", name="Dừng").click()
    phone.get_by_role("button", name="Tạm dừng, làm tiếp sau").click()
    phone.wait_for_selector(".send")

    def move() -> None:
        with transaction():
            db.session.query(Case).update({Case.assigned_to: None})

    field.ask(move)
    send(phone)
    phone.locator(".case").first.wait_for()
    support.until(phone, "document.querySelectorAll('.case').length === 1")
    phone.locator(".case").click()
    phone.get_by_text("Hộ này đã giao cho người khác").wait_for()
    phone.get_by_role("button", name="Tiếp tục phỏng vấn").click()
    phone.wait_for_selector("[data-page=s_a]")
    support.to_the_end(phone)
    support.finish(phone)
    support.go_home(phone)
    send(phone)
    all_sent(phone)
    assert len(field.bodies()) == 1


def test_two_collaborators_on_one_phone_never_meet(phone: Any, field: Field) -> None:
    def second() -> None:
        with transaction():
            made = create_user("ctv2", PASSWORD, Role.COLLABORATOR, [accounts.area("22")])
            survey = db.session.query(Survey).one()
            surveys.add_member(survey, made, by=None)
            last = db.session.query(Case).order_by(Case.id.desc()).first()
            last.assigned_to = made.id

    field.ask(second)
    support.sign_in(phone, field.base)
    finish_offline(phone)
    phone.reload()
    phone.context.set_offline(False)
    phone.get_by_role("button", name="Người khác đăng nhập").click()
    phone.wait_for_url("**/sign-in**")
    phone.fill("input[name=name]", "ctv2")
    phone.fill("input[name=password]", PASSWORD)
    phone.click("main button")
    phone.get_by_role("heading", name="Đặt mã PIN cho máy này").wait_for()
    support.choose_pin(phone, "161803")
    phone.wait_for_selector(".case")
    expect(phone.locator(".case")).to_have_count(1)
    all_sent(phone)
    assert field.bodies() == {}
    phone.reload()
    phone.get_by_role("button", name="ctv", exact=True).click()
    # The name alone stood on the button too: now the other one is offered.
    phone.get_by_role("button", name="ctv2", exact=True).wait_for()
    support.enter_pin(phone)
    phone.get_by_text("Còn 1 phiếu chưa gửi").wait_for()
    send(phone)
    phone.get_by_text("Hãy đăng nhập lại để gửi").wait_for()
    assert field.bodies() == {}


def test_memory_that_is_full_harms_nothing_that_was_kept(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    support.begin(phone)
    phone.fill("input[name=k7]", "1")
    phone.wait_for_selector("input[name=age_ok][value='2']", state="visible")
    phone.check("input[name=age_ok][value='2']")
    phone.click(".next")
    phone.get_by_role("button", name="Kết thúc phỏng vấn").wait_for()
    # The memory runs out in the middle of the transaction, after the draft was to go.
    phone.evaluate(
        """() => { const put = IDBObjectStore.prototype.put;
             IDBObjectStore.prototype.put = function (...given) {
               if (this.name === 'cases') throw new DOMException('full', 'QuotaExceededError');
               return put.apply(this, given); };
             window.mend = () => { IDBObjectStore.prototype.put = put; }; }"""
    )
    phone.get_by_role("button", name="Kết thúc phỏng vấn").click()
    phone.get_by_text("Máy chưa lưu được phiếu (QuotaExceededError)").wait_for()
    expect(phone.get_by_role("heading", name="Đã lưu trong máy")).to_have_count(0)
    phone.evaluate("window.mend()")
    support.finish(phone)
    support.go_home(phone)
    send(phone)
    all_sent(phone)
    assert len(field.bodies()) == 1


def test_a_clock_that_is_a_year_off_changes_nothing(phone: Any, field: Field) -> None:
    phone.clock.install(time="2025-03-01T08:00:00")
    support.sign_in(phone, field.base)
    finish_offline(phone)
    phone.context.set_offline(False)
    send(phone)
    all_sent(phone)
    assert [i["outcome"] for i in field.interviews()] == ["ineligible"]


def test_an_update_of_the_app_in_mid_interview_is_not_felt(
    phone: Any, field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    support.sign_in(phone, field.base)
    support.begin(phone)
    support.agree(phone)
    phone.check("input[name=a2][value='5']")
    shell: Callable[[], str] = views_app._shell
    monkeypatch.setattr(views_app, "_shell", lambda: shell().replace("</body>", "<!-- newer --></body>"))
    phone.evaluate(
        """() => { window.changed = new Promise((done) =>
             navigator.serviceWorker.addEventListener('controllerchange', () => done(true)));
           navigator.serviceWorker.getRegistration().then((r) => r.update()); }"""
    )
    assert phone.evaluate("window.changed")
    phone.click(".next")
    phone.wait_for_selector("[data-page=s_b]")
    phone.context.set_offline(True)
    phone.reload()
    assert "<!-- newer -->" in phone.content()
    support.enter_pin(phone)
    phone.wait_for_selector("[data-page=s_b]")
    support.to_the_end(phone)
    support.finish(phone)
    phone.context.set_offline(False)
    support.go_home(phone)
    send(phone)
    all_sent(phone)
    assert [i["answers"]["a2"] for i in field.interviews()] == ["5"]


def test_what_the_server_cannot_place_stays_and_holds_up_nothing(phone: Any, field: Field) -> None:
    """An interview of a version that was never published, among good ones: kept, told, and the queue goes on."""
    support.sign_in(phone, field.base)
    finish_offline(phone, 0)
    finish_offline(phone, 0)
    phone.evaluate(
        """new Promise((done) => {
          const opening = indexedDB.databases().then((all) => all.find((d) => d.name.startsWith('collect-')).name);
          opening.then((name) => { const request = indexedDB.open(name); request.onsuccess = () => {
            const box = request.result.transaction('outbox', 'readwrite').objectStore('outbox');
            box.getAll().onsuccess = (event) => {
              box.put({ ...event.target.result[0], version: 77 });
              box.transaction.oncomplete = () => { request.result.close(); done(); };
            };
          }; });
        })"""
    )
    phone.context.set_offline(False)
    send(phone)
    phone.get_by_text("Máy chủ chưa nhận được 1 phiếu").wait_for()
    phone.get_by_text("Còn 1 phiếu chưa gửi").wait_for()
    bodies = field.bodies()
    assert len(bodies) == 1
    # Kept by the server as well, byte for byte, for a person to look at.
    from survey_app.collection.models import Stray

    strays = field.ask(lambda: [bytes(s.body) for s in db.session.query(Stray)])
    assert len(strays) == 1
    assert hashlib.sha256(strays[0]).digest() != hashlib.sha256(next(iter(bodies.values()))).digest()
