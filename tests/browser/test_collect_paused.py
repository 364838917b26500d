"""An interview that rests for a day is sealed and comes back when released; one sent back is asked again in part."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from survey_app.accounts import queries as accounts
from survey_app.collection import paused
from survey_app.collection.models import Interview, SealedDraft, Submission
from survey_app.db import db, transaction
from survey_app.sampling import queries as sampling
from survey_app.surveys.models import Survey
from tests.browser import support
from tests.browser.support import Field
from tests.browser.test_collect_faults import all_sent, finish_offline, send

pytestmark = pytest.mark.browser
DAY_LATER = "Date.now = ((now) => () => now() + 25 * 3600 * 1000)(Date.now)"


def pause(page: Any) -> None:
    page.get_by_role("button", name="Dừng").click()
    page.get_by_role("button", name="Tạm dừng, làm tiếp sau").click()
    page.wait_for_selector(".send")


def release(field: Field) -> None:
    def work() -> None:
        with transaction():
            survey = db.session.query(Survey).one()
            tags = [draft.tag for draft in db.session.query(SealedDraft)]
            cases = list(sampling.cases(survey))
            assert paused.release(survey, tags, cases, by=accounts.user_by_name("nc")) == 1

    field.ask(work)


@pytest.mark.parametrize("rested", ["paused", "died in mid-page"])
def test_a_draft_that_rested_for_a_day_needs_a_release(phone: Any, field: Field, rested: str) -> None:
    support.sign_in(phone, field.base)
    support.begin(phone)
    support.agree(phone)
    phone.check("input[name=a2][value='3']")
    if rested == "paused":
        pause(phone)
    else:
        phone.wait_for_timeout(300)
    phone.context.set_offline(True)
    phone.add_init_script(DAY_LATER)
    phone.goto(f"{field.base}/collect/")
    phone.get_by_role("heading", name="Nhập mã PIN").wait_for()
    if rested == "paused":
        # A day later what only the PIN opens is gone before anybody has typed it.
        support.until(phone, "!document.querySelector('main p.quiet[data-t]')")
        assert support.memory(phone)["drafts"] == 0
    support.enter_pin(phone)
    phone.get_by_text("Còn 1 phiếu tạm dừng chưa gửi").wait_for()
    phone.locator(".case", has_text="Chờ giám sát mở lại").click()
    phone.get_by_text("đã được niêm phong").wait_for()
    expect(phone.get_by_role("button", name="phỏng vấn")).to_have_count(0)
    phone.get_by_role("link", name="Danh sách hộ").click()
    phone.context.set_offline(False)
    send(phone)
    all_sent(phone)
    assert field.ask(lambda: [d.state for d in db.session.query(SealedDraft)]) == ["waiting"]
    release(field)
    send(phone)
    phone.locator(".case", has_text="Đang phỏng vấn dở").click()
    phone.get_by_role("button", name="Tiếp tục phỏng vấn").click()
    phone.wait_for_selector("[data-page=s_a]")
    expect(phone.locator("input[name=a2][value='3']")).to_be_checked()
    support.to_the_end(phone)
    support.finish(phone)
    support.go_home(phone)
    send(phone)
    all_sent(phone)
    assert [i["answers"]["a2"] for i in field.interviews()] == ["3"]
    assert field.ask(lambda: db.session.query(SealedDraft).count()) == 0


def send_back(field: Field, questions: list[str], note: str) -> None:
    def work() -> None:
        with transaction():
            survey = db.session.query(Survey).one()
            interview = db.session.query(Interview).filter_by(latest=True).one()
            one = SimpleNamespace(
                interview=interview, case=next(c for c in sampling.cases(survey) if c.closed)
            )
            paused.send_back(survey, one, questions, note, by=accounts.user_by_name("nc"))

    field.ask(work)


def only(page: Any, question: str) -> None:
    """One question is on the screen, and it is this one."""
    expect(page.locator("[data-question]:visible")).to_have_count(1)
    expect(page.locator("[data-question]:visible")).to_have_attribute("data-question", question)


def test_an_interview_sent_back_is_asked_again_in_part(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    support.begin(phone)
    support.agree(phone)
    phone.check("input[name=a2][value='3']")
    phone.click(".next")
    phone.check("input[name=b1][value='1']")
    phone.check("input[name=b2][value='1']")
    phone.locator("input[name=b3][type=text]").wait_for()
    phone.fill("input[name=b3][type=text]", "9")
    support.to_the_end(phone)
    support.finish(phone)
    support.go_home(phone)
    send(phone)
    all_sent(phone)
    send_back(field, ["b3", "a3"], "Câu B3 và A3 cần hỏi lại cho rõ")
    send(phone)
    first = phone.locator("[data-at=first] .case", has_text="Trả lại")
    first.wait_for()
    first.click()
    phone.get_by_text("Câu B3 và A3 cần hỏi lại cho rõ").wait_for()
    phone.get_by_role("button", name="Hỏi lại các câu này").click()
    phone.wait_for_selector("[data-page=s_a]")
    # Only what was flagged, whatever the form's conditions say; nothing of the first time is shown.
    only(phone, "a3")
    phone.check("input[name=a3][value='1']")
    phone.click(".next")
    phone.wait_for_selector("[data-page=s_b]")
    only(phone, "b3")
    expect(phone.locator("input[name=b3][type=text]")).to_have_value("")
    phone.fill("input[name=b3][type=text]", "2")
    phone.click(".next")
    support.finish(phone)
    support.go_home(phone)
    send(phone)
    all_sent(phone)
    expect(phone.locator(".case", has_text="Trả lại")).to_have_count(0)
    assert field.ask(lambda: sorted(s.revision for s in db.session.query(Submission))) == [1, 2]
    values = field.ask(lambda: db.session.query(Interview).filter_by(latest=True).one().values)
    assert {k: values[k] for k in ("a2", "a3", "b1", "b3")} == {"a2": "3", "a3": "1", "b1": "1", "b3": "2"}


OLD_LAYOUT = (Path(__file__).parent / "old_layout.js").read_text(encoding="utf-8")


def test_an_older_apps_memory_is_taken_over_whole(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    phone.context.set_offline(True)
    support.begin(phone, 1)
    support.agree(phone)
    phone.check("input[name=a2][value='4']")
    pause(phone)
    finish_offline(phone)
    user = field.ask(lambda: accounts.user_by_name("ctv").id)
    phone.route("**/api/v1/**", lambda route: route.abort())
    phone.context.set_offline(False)
    # Away from the app, so that it doesn't hold the database open.
    phone.goto(f"{field.base}/collect/manifest.webmanifest")
    assert phone.evaluate(OLD_LAYOUT, user) == [1, 1, 1]
    phone.unroute("**/api/v1/**")
    phone.goto(f"{field.base}/collect/")
    support.enter_pin(phone)
    phone.locator(".case", has_text="Đang phỏng vấn dở").click()
    phone.get_by_role("button", name="Tiếp tục phỏng vấn").click()
    phone.wait_for_selector("[data-page=s_a]")
    expect(phone.locator("input[name=a2][value='4']")).to_be_checked()
    support.to_the_end(phone)
    support.finish(phone)
    support.go_home(phone)
    send(phone)
    all_sent(phone)
    assert len(field.bodies()) == 2
    assert field.attempts() == ["complete", "ineligible"]
