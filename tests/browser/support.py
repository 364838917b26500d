"""A survey that is collecting, behind a real server, and a collaborator's phone."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from survey_app.collection.models import Receipt, Submission
from survey_app.collection.services import _content
from survey_app.db import db, transaction
from survey_app.sampling.models import Case, ContactAttempt
from survey_app.sampling.services import link_of
from survey_app.surveys.models import Survey
from tests.conftest import PASSWORD, Live, _checkpoint, _migrate, make_app
from tests.support.surveys import small_survey

DEMO = Path(__file__).parents[2] / "survey_app" / "demo" / "questionnaire" / "khao_sat_dlxh.md"


def build(folder: Path, markdown: str | None = None, *, anonymous: bool = True) -> Path:
    """A folder with a database, keys and one small survey that asks `markdown`, or the demo questionnaire.

    anonymous: as surveys are unless they say otherwise; no photos and no recordings.
    """
    folder.mkdir(parents=True, exist_ok=True)
    app = make_app(folder, f"sqlite:///{folder / 'field.sqlite3'}", WTF_CSRF_ENABLED=True)
    _migrate(app)
    with app.app_context():
        tables = [line for line in DEMO.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
        asked = markdown or "\n".join(tables)
        made = small_survey(title="Khảo sát dư luận xã hội tỉnh Quảng Ninh", markdown=asked)
        with transaction():
            made.survey.anonymous = anonymous
        db.session.remove()
        db.engine.dispose()
    _checkpoint(folder / "field.sqlite3")
    return folder


@dataclass
class Field:
    """The survey in a copy of its own. `live` may be stopped and started again on the same port."""

    app: Flask
    live: Live

    @property
    def base(self) -> str:
        return self.live.base

    def ask(self, question: Callable[[], Any]) -> Any:
        """The answer of `question` inside the application, outside any transaction of the server's."""
        with self.app.app_context():
            try:
                return question()
            finally:
                db.session.remove()

    def links(self) -> list[str]:
        """The addresses of the respondents' links, one a case."""

        def find() -> list[str]:
            survey = db.session.query(Survey).one()
            cases = db.session.query(Case).order_by(Case.id)
            return [f"{self.base}/l/{link_of(case, survey)}" for case in cases]

        return list(self.ask(find))

    def bodies(self) -> dict[str, bytes]:
        """{instance: the bytes as the server stored them}."""
        return dict(self.ask(lambda: {s.instance_id: bytes(s.body) for s in db.session.query(Submission)}))

    def interviews(self) -> list[dict[str, Any]]:
        """What was sent, taken out of its envelope, in no particular order."""

        def read() -> list[dict[str, Any]]:
            found = []
            for sent in db.session.query(Submission):
                survey = db.session.get(Survey, sent.survey_id)
                assert survey is not None
                found.append(json.loads(_content(sent, survey)))
            return found

        return list(self.ask(read))

    def receipts(self) -> int:
        return int(self.ask(lambda: db.session.query(Receipt).count()))

    def attempts(self) -> list[str]:
        return list(self.ask(lambda: sorted(a.outcome for a in db.session.query(ContactAttempt))))


def app_of(folder: Path) -> Flask:
    """The application on a folder whose server has ended."""
    return make_app(folder, f"sqlite:///{folder / 'field.sqlite3'}")


def start(template: Path, folder: Path, **settings: Any) -> Field:
    shutil.copytree(template, folder)
    app = make_app(folder, f"sqlite:///{folder / 'field.sqlite3'}", WTF_CSRF_ENABLED=True, **settings)
    return Field(app, Live(app))


def stop(field: Field) -> None:
    field.live.stop()
    with field.app.app_context():
        db.session.remove()
        db.engine.dispose()


def until(page: Any, expression: str, seconds: float = 20) -> None:
    """Wait for an expression to hold. Playwright's own waiting evaluates text, which the pages' policy forbids."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never came true: {expression}"
        page.wait_for_timeout(50)


PIN = "271828"


def choose_pin(page: Any, pin: str = PIN) -> None:
    for field in page.locator("input.pin").all():
        field.fill(pin)
    page.get_by_role("button", name="Dùng mã PIN này").click()


def enter_pin(page: Any, pin: str = PIN) -> None:
    page.get_by_role("heading", name="Nhập mã PIN").wait_for()
    page.locator("input.pin").fill(pin)
    page.get_by_role("button", name="Mở", exact=True).click()


def sign_in(page: Any, base: str, name: str = "ctv") -> None:
    """Through the sign-in page and a new PIN to the first screen of the app, its service worker in charge."""
    page.goto(f"{base}/sign-in?next=/collect/")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    page.get_by_role("heading", name="Đặt mã PIN cho máy này").wait_for()
    choose_pin(page)
    page.wait_for_selector(".unit")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(page, "navigator.serviceWorker.controller !== null")
    until(page, "caches.open('forms').then((c) => c.keys()).then((k) => k.length >= 2)")


def onward(page: Any, button: str = ".button.next") -> None:
    """Press a button of a respondent's page that leads to another, and wait until that one stands there."""
    with page.expect_navigation():
        page.click(button)


def begin(page: Any, place: int = 0) -> None:
    """Open the household at `place` of the open list and begin its interview."""
    page.locator(".unit[open] .case").nth(place).click()
    page.get_by_role("button", name="Bắt đầu phỏng vấn").click()
    page.wait_for_selector("[data-page=p_household]")


def agree(page: Any) -> None:
    """The two pages before the questions: who is asked, and that they agree."""
    page.fill("input[name=k7]", "1")
    page.wait_for_selector("input[name=age_ok][value='1']", state="visible")
    page.check("input[name=age_ok][value='1']")
    page.click(".next")
    page.wait_for_selector("[data-page=p_consent]")
    page.check("input[name=consent][value='1']")
    page.click(".next")
    page.wait_for_selector("[data-page=s_a]")


def read_aloud(page: Any) -> None:
    """At a block that the respondent would answer alone: they want it read."""
    page.locator("[data-at=aided]").click()
    page.wait_for_selector("[data-page]")


def to_the_end(page: Any, end: str = "Kết thúc phỏng vấn") -> None:
    """Onward without further answers, to the screen that finishes; `end` is what its button says."""
    ending, alone, asked = (
        page.get_by_role("button", name=end),
        page.locator("[data-at=aided]"),
        "[data-page]",
    )
    for _ in range(40):
        ending.or_(alone).or_(page.locator(asked)).first.wait_for()
        if ending.count():
            return
        if alone.count():
            read_aloud(page)
            continue
        here = page.evaluate("document.querySelector('[data-page]')?.dataset.page")
        if here is None:
            continue
        page.click(".next")
        until(page, f"document.querySelector('[data-page]')?.dataset.page !== {json.dumps(here)}")
    raise AssertionError("the interview has no end")


def nobody_else(page: Any) -> None:
    """What the end of a complete interview asks of the interviewer; other ends don't ask."""
    answer = page.locator("input[name=present][value=nobody]")
    if answer.is_visible():
        answer.check()


def finish(page: Any) -> None:
    page.get_by_role("button", name="Kết thúc phỏng vấn").wait_for()
    nobody_else(page)
    page.get_by_role("button", name="Kết thúc phỏng vấn").click()
    page.get_by_role("heading", name="Đã lưu trong máy").wait_for()


def go_home(page: Any) -> None:
    page.get_by_role("link", name="Danh sách hộ").click()
    page.wait_for_selector(".send")


MEMORY = """
indexedDB.databases().then((all) => all.find((d) => d.name.startsWith("collect-")).name).then((name) =>
  new Promise((done) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => {
      const stores = ["cases", "drafts", "copies", "attempts", "outbox", "closed"];
      const reading = opening.result.transaction([...stores, "meta"]);
      const found = {};
      for (const store of stores) {
        reading.objectStore(store).count().onsuccess = ({ target }) => { found[store] = target.result; };
      }
      reading.objectStore("meta").get("vault").onsuccess = ({ target }) => { found.vault = Boolean(target.result); };
      reading.oncomplete = () => { opening.result.close(); done(found); };
    };
  }))
"""


def memory(page: Any) -> dict[str, Any]:
    """How many rows lie in each store of the phone, and whether a PIN's wrapping does."""
    return dict(page.evaluate(MEMORY))
