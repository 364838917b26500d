"""A phone is enrolled by the supervisor's code, shut out by the administrator, and comes back with a new code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from survey_app.accounts import devices
from survey_app.accounts import queries as accounts
from survey_app.accounts.models import Device, Role
from survey_app.accounts.services import create_user
from survey_app.collection import envelopes, paused
from survey_app.collection.models import SealedDraft
from survey_app.db import db, transaction
from survey_app.surveys.models import Survey
from tests.browser import support
from tests.browser.support import Field
from tests.browser.test_collect_faults import finish_offline
from tests.conftest import PASSWORD

pytestmark = pytest.mark.browser


def new_code(field: Field) -> str:
    """A code for the collaborator, from a supervisor."""

    def make() -> str:
        with transaction():
            giver = accounts.user_by_name("gs") or create_user(
                "gs", PASSWORD, Role.SUPERVISOR, [accounts.area("22")]
            )
            return devices.make_code(accounts.user_by_name("ctv"), by=giver)

    return str(field.ask(make))


def shut_out(field: Field) -> None:
    def revoke() -> None:
        with transaction():
            admin = accounts.user_by_name("qt") or create_user("qt", PASSWORD, Role.ADMIN, [])
            for device in db.session.query(Device).filter_by(revoked_on=None):
                devices.revoke(device, by=admin)

    field.ask(revoke)


COPY = """
indexedDB.databases().then((all) => all.find((d) => d.name.startsWith("collect-")).name).then((name) =>
  new Promise((done) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => {
      const reading = opening.result.transaction(["drafts", "copies"]);
      const found = {};
      reading.objectStore("drafts").getAll().onsuccess = ({ target }) => {
        found.change = target.result[0]?.touched;
      };
      reading.objectStore("copies").getAll().onsuccess = ({ target }) => {
        Object.assign(found, { touched: target.result[0]?.touched, sha256: target.result[0]?.sha256 ?? "" });
      };
      reading.oncomplete = () => { opening.result.close(); done(found); };
    };
  }))
"""


def wait_for_writes(page: Any) -> None:
    """Until the memory stands still: letters are written one after the other, some milliseconds each."""
    last = ""
    while (now := page.evaluate(COPY)["sha256"]) != last:
        last = now
        page.wait_for_timeout(1500)


def sealed_answers(field: Field) -> dict[str, str]:
    """What the one draft that lies sealed with the server holds."""

    def read() -> dict[str, str]:
        draft, survey = db.session.query(SealedDraft).one(), db.session.query(Survey).one()
        key = paused.link_key(survey)
        instance = key.open(draft.link, f"draft:{draft.tag}")["instance_id"]
        bound = f"{survey.public_id}|{draft.version}|{instance}|draft".encode()
        body = envelopes.opened(draft.body, envelopes.survey_key(key), bound, envelopes.DRAFT)
        return dict(json.loads(body)["answers"])

    return dict(field.ask(read))


def enrolled(page: Any) -> None:
    """A new PIN, to the first screen, everything there that work without a signal needs."""
    page.get_by_role("heading", name="Đặt mã PIN cho máy này").wait_for()
    support.choose_pin(page)
    page.wait_for_selector(".unit")
    support.until(page, "navigator.serviceWorker.controller !== null")
    support.until(page, "caches.open('forms').then((c) => c.keys()).then((k) => k.length >= 2)")


def test_a_scanned_code_enrols_the_phone_once(phone: Any, field: Field) -> None:
    code = new_code(field)
    phone.goto(f"{field.base}/collect/#/enrol/{code}")
    phone.get_by_role("heading", name="Bắt đầu trên máy này").wait_for()
    expect(phone.locator("input.code")).to_have_value(devices.shown_code(code))
    assert code not in phone.url
    phone.get_by_role("button", name="Tiếp tục").click()
    enrolled(phone)
    phone.get_by_role("button", name="Gửi và cập nhật").click()
    support.until(phone, "!document.querySelector('[data-at=sync]').disabled")
    (name, waiting) = field.ask(lambda: [(d.name, d.interviews) for d in db.session.query(Device)])[0]
    assert "Chrome" in name and waiting == 0
    # Without a signal from now on, by PIN.
    phone.context.set_offline(True)
    phone.reload()
    support.enter_pin(phone)
    phone.wait_for_selector(".unit")


def test_a_typed_code_forgives_look_alikes_and_a_wrong_one_is_told(phone: Any, field: Field) -> None:
    code = new_code(field)
    phone.goto(f"{field.base}/collect/")
    phone.get_by_role("heading", name="Bắt đầu trên máy này").wait_for()
    phone.locator("input.code").press_sequentially("abc")
    phone.get_by_role("button", name="Tiếp tục").click()
    phone.get_by_text("Mã gồm tám chữ và số").wait_for()
    phone.fill("input.code", "ZZZZ-ZZZZ" if code != "ZZZZZZZZ" else "YYYY-YYYY")
    phone.get_by_role("button", name="Tiếp tục").click()
    phone.get_by_text("Mã không đúng, đã dùng rồi hoặc đã quá ba ngày").wait_for()
    phone.fill("input.code", f" {code[:4].lower()} {code[4:].lower()}".replace("0", "o").replace("1", "l"))
    phone.get_by_role("button", name="Tiếp tục").click()
    enrolled(phone)
    # The code is used up.
    phone.context.clear_cookies()
    other = phone.context.browser.new_context(locale="vi-VN").new_page()
    other.goto(f"{field.base}/collect/#/enrol/{code}")
    other.get_by_role("button", name="Tiếp tục").click()
    other.get_by_text("Mã không đúng, đã dùng rồi").wait_for()
    other.context.close()


def test_a_phone_that_was_shut_out_opens_nothing_and_loses_nothing(
    phone: Any, field: Field, tmp_path: Path
) -> None:
    support.sign_in(phone, field.base)
    phone.get_by_role("button", name="Gửi và cập nhật").click()
    support.until(phone, "!document.querySelector('[data-at=sync]').disabled")
    support.begin(phone, 1)
    support.agree(phone)
    phone.check("input[name=a2][value='3']")
    phone.get_by_role("button", name="Dừng").click()
    phone.get_by_role("button", name="Tạm dừng, làm tiếp sau").click()
    phone.wait_for_selector(".send")
    finish_offline(phone)
    shut_out(field)
    phone.context.set_offline(False)
    phone.get_by_role("button", name="Gửi và cập nhật").click()
    phone.get_by_role("heading", name="Máy này đã bị thu hồi quyền").wait_for()
    assert field.bodies() == {}
    left = support.memory(phone)
    assert left == {
        "cases": 0,
        "drafts": 0,
        "attempts": 0,
        "outbox": 1,
        "closed": 1,
        "copies": 0,
        "vault": False,
    }
    with phone.expect_download() as download:
        phone.get_by_role("button", name="Lưu các phiếu chưa gửi ra tệp").click()
    download.value.save_as(tmp_path / "rescue.json")
    assert '"submissions":[{' in (tmp_path / "rescue.json").read_text(encoding="utf-8")
    # The phone is found again: a new code, a new PIN, and everything goes to the server.
    code = new_code(field)
    phone.get_by_role("button", name="Đăng nhập bằng mã mới").click()
    phone.fill("input.code", code)
    phone.get_by_role("button", name="Tiếp tục").click()
    enrolled(phone)
    phone.get_by_text("Đã gửi hết").wait_for()
    assert len(field.bodies()) == 1
    assert field.ask(lambda: db.session.query(SealedDraft).count()) == 1


def test_a_locked_phone_that_was_shut_out_learns_it_at_its_pin_screen(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    phone.get_by_role("button", name="Gửi và cập nhật").click()
    support.until(phone, "!document.querySelector('[data-at=sync]').disabled")
    support.begin(phone)
    support.agree(phone)
    # No timer ever ends from here on: what is kept now is kept with the change itself.
    phone.evaluate("window.setTimeout = () => 0")
    before = phone.evaluate(COPY)["sha256"]
    phone.check("input[name=a2][value='3']")
    phone.check("input[name=a1][value='96']")
    phone.locator("input[name=a1_other]").press_sequentially("Giá điện")
    support.until(phone, f"{COPY}.then((c) => c.sha256 !== '{before}' && c.touched === c.change)")
    wait_for_writes(phone)
    shut_out(field)
    phone.reload()
    phone.get_by_role("heading", name="Máy này đã bị thu hồi quyền").wait_for()
    # By name and password as well.
    phone.goto(f"{field.base}/sign-in?next=/collect/")
    phone.fill("input[name=name]", "ctv")
    phone.fill("input[name=password]", PASSWORD)
    phone.click("main button")
    enrolled(phone)
    phone.get_by_text("Chờ giám sát mở lại").wait_for()
    answers = sealed_answers(field)
    assert (answers["a2"], answers["a1"], answers["a1_other"]) == ("3", "96", "Giá điện")
