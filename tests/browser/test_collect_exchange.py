"""The exchange itself: lost half-way, made twice, a server that dies in mid-batch, and what can't be placed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from survey_app.collection.models import Submission
from survey_app.db import db
from tests.browser import support
from tests.browser.chaos import Server
from tests.browser.faulty_server import Faulty
from tests.browser.support import Field
from tests.browser.test_collect_faults import all_sent, finish_offline, send

pytestmark = pytest.mark.browser

# Envelopes as the phone makes them, more than there are households: the outbox doesn't mind.
MAKE = """
async ({ count, user }) => {
  const [store, vaults] = await Promise.all(
    ["store", "vault"].map((name) => import(`/static/js/collect/${name}.js`)));
  await store.open(user);
  const survey = (await store.meta("surveys"))[0];
  const opening = indexedDB.open(`collect-${user}`);
  const memory = await new Promise((done) => { opening.onsuccess = () => done(opening.result); });
  const [first] = await new Promise((done) => {
    memory.transaction("cases").objectStore("cases").getAllKeys().onsuccess = ({ target }) => done(target.result);
  });
  for (let n = 0; n < count; n += 1) {
    const id = crypto.randomUUID();
    const content = new TextEncoder().encode(JSON.stringify({ format: 1, language: "vi", outcome: "complete",
      answers: { k7: "1" }, preloaded: {}, paradata: {}, app: "test" }));
    const bound = [survey.survey, survey.version, id, 1].join("|");
    const body = await vaults.envelope(content, vaults.fromBase64(survey.envelope_key), bound);
    const digest = await crypto.subtle.digest("SHA-256", body);
    const sha256 = [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, "0")).join("");
    const writing = memory.transaction("outbox", "readwrite");
    writing.objectStore("outbox").put({ instance_id: id, revision: 1, survey: survey.survey,
      version: survey.version, case: first, media_type: "application/vnd.duluan.envelope", body, sha256,
      finished_on: "2026-11-22" });
    await new Promise((done) => { writing.oncomplete = done; });
  }
  memory.close();
}
"""

SPOIL = """
async ({ user, how }) => {
  const opening = indexedDB.open(`collect-${user}`);
  const memory = await new Promise((done) => { opening.onsuccess = () => done(opening.result); });
  const rows = await new Promise((done) => {
    memory.transaction("outbox").objectStore("outbox").getAll().onsuccess = ({ target }) => done(target.result);
  });
  for (const [place, fault] of how.entries()) {
    const row = rows[place];
    if (fault === "tampered") row.body[row.body.length - 1] ^= 1;
    if (fault === "other survey") row.survey = "khac-han-00000000";
    if (fault === "never published") row.version = 77;
    if (fault === "50 MB") row.body = new Uint8Array(50 * 1024 * 1024);
    if (fault === "tampered" || fault === "50 MB") {
      const digest = await crypto.subtle.digest("SHA-256", row.body);
      row.sha256 = [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, "0")).join("");
    }
    const writing = memory.transaction("outbox", "readwrite");
    writing.objectStore("outbox").put(row);
    await new Promise((done) => { writing.oncomplete = done; });
  }
  memory.close();
}
"""


def user_id(page: Any) -> int:
    return int(page.evaluate("fetch('/collect/session').then((r) => r.json()).then((s) => s.id)"))


@pytest.mark.parametrize("fault", ["before", "half-way", "after", "twice"])
def test_a_line_lost_at_any_point_loses_and_doubles_nothing(phone: Any, field: Field, fault: str) -> None:
    """The server's side of the line: the connection is closed by the server's own socket."""
    support.sign_in(phone, field.base)
    finish_offline(phone, 0)
    finish_offline(phone, 0)
    faulty = Faulty(field.app.wsgi_app, 1, 1.0, (fault,), times=1)
    field.app.wsgi_app = faulty  # type: ignore[method-assign]
    phone.context.set_offline(False)
    send(phone)
    support.until(phone, "!document.querySelector('[data-at=sync]').disabled")
    for _ in range(3):
        send(phone)
        support.until(phone, "!document.querySelector('[data-at=sync]').disabled")
    all_sent(phone)
    assert faulty.met == [fault]
    assert (len(field.bodies()), field.receipts()) == (2, 2)
    assert field.attempts() == ["ineligible", "ineligible"]


def test_a_server_that_dies_in_mid_batch(phone: Any, field_template: Path, tmp_path: Path) -> None:
    """After the commit of the first of two batches, before its reply; a new process takes over the port."""
    shutil.copytree(field_template, tmp_path / "field")
    server = Server(tmp_path / "field", 1)
    server.start(0)
    try:
        support.sign_in(phone, server.base)
        user = user_id(phone)
        phone.evaluate("(given) => (" + MAKE + ")(given)", {"count": 130, "user": user})
        server.kill()
        server.start(1, "die", "1")
        phone.reload()
        support.enter_pin(phone)
        phone.get_by_text("chưa gửi").first.wait_for()
        send(phone)
        assert server.process is not None
        server.process.wait(30)
        server.start(0)
        support.until(phone, "!document.querySelector('[data-at=sync]').disabled", 60)
        send(phone)
        phone.get_by_text("Đã gửi hết").wait_for(timeout=60_000)
    finally:
        server.kill()
    field = Field(support.app_of(tmp_path / "field"), None)  # type: ignore[arg-type]
    assert (len(field.bodies()), field.receipts()) == (130, 130)


def test_what_cannot_be_placed_is_kept_told_and_holds_up_nothing(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    user = user_id(phone)
    phone.evaluate("(given) => (" + MAKE + ")(given)", {"count": 7, "user": user})
    faults = ["tampered", "other survey", "never published", "50 MB"]
    phone.evaluate("(given) => (" + SPOIL + ")(given)", {"user": user, "how": faults})
    phone.reload()
    support.enter_pin(phone)
    send(phone)
    # The tampered one is well-formed: stored, and found unreadable at reading. Three have no place.
    phone.get_by_text("Máy chủ chưa nhận được 3 phiếu").wait_for(timeout=90_000)
    phone.get_by_text("Còn 3 phiếu chưa gửi").wait_for()
    assert len(field.bodies()) == 4
    assert field.ask(lambda: db.session.query(Submission).count()) == 4


def test_memory_nearly_full_begins_no_new_interview(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    phone.evaluate("navigator.storage.estimate = async () => ({ quota: 100e6, usage: 95e6 })")
    phone.locator(".unit[open] .case").first.click()
    phone.get_by_role("button", name="Bắt đầu phỏng vấn").click()
    phone.get_by_text("Bộ nhớ điện thoại sắp đầy").first.wait_for()
    assert support.memory(phone)["drafts"] == 0


def test_a_draft_that_the_full_phone_cannot_keep_is_told(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    support.begin(phone)
    phone.evaluate(
        """() => { const put = IDBObjectStore.prototype.put;
             IDBObjectStore.prototype.put = function (...given) {
               if (this.name === 'drafts') throw new DOMException('full', 'QuotaExceededError');
               return put.apply(this, given); };
             window.mend = () => { IDBObjectStore.prototype.put = put; }; }"""
    )
    phone.fill("input[name=k7]", "2")
    phone.get_by_text("Máy không lưu được phần đang nhập: QuotaExceededError").wait_for()
    phone.evaluate("window.mend()")
    phone.fill("input[name=k7]", "3")
    phone.get_by_text("Máy không lưu được phần đang nhập").wait_for(state="hidden")
    phone.reload()
    support.enter_pin(phone)
    phone.wait_for_selector("[data-page=p_household]")
    expect(phone.locator("input[name=k7]")).to_have_value("3")
