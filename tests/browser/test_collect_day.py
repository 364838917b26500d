"""A day's work without a signal: six households, two languages, the browser started again, then everything sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from survey_app.accounts import queries as accounts
from survey_app.accounts.models import Role
from survey_app.accounts.services import create_user
from survey_app.db import db, transaction
from survey_app.surveys import services as surveys
from survey_app.surveys.models import Survey
from tests.browser import support
from tests.browser.support import Field
from tests.browser.test_collect_enrol import enrolled, new_code
from tests.conftest import PASSWORD
from tests.support import browser as browsers

pytestmark = pytest.mark.browser


def open_phone(chromium: Any, profile: Path) -> Any:
    context = chromium.browser_type.launch_persistent_context(
        str(profile),
        executable_path=browsers.executable(),
        args=browsers.ARGUMENTS,
        viewport={"width": 360, "height": 740},
        locale="vi-VN",
    )
    return context.new_page()


def visit(page: Any, outcome: str, at: str = "") -> None:
    """A visit without an interview."""
    page.locator(".unit[open] .case", has_text="Chưa đến").first.click()
    page.check(f"input[value={outcome}]")
    if at:
        page.fill("input[name=at]", at)
    page.get_by_role("button", name="Lưu kết quả").click()
    page.wait_for_selector(".send")


def pause(page: Any) -> None:
    page.locator(".interview-head button").first.click()
    page.locator("[data-at=pause]").click()
    page.wait_for_selector(".send")


def supervisor() -> None:
    with transaction():
        made = create_user("gs", PASSWORD, Role.SUPERVISOR, [accounts.area("22")])
        surveys.add_member(db.session.query(Survey).one(), made, by=None)


def test_a_days_work_offline(chromium: Any, desktop: Any, field: Field, tmp_path: Path) -> None:
    field.ask(supervisor)
    profile = tmp_path / "profile"
    page = open_phone(chromium, profile)
    # In the morning the supervisor shows a code; then the signal is gone.
    page.goto(f"{field.base}/collect/#/enrol/{new_code(field)}")
    page.get_by_role("button", name="Tiếp tục").click()
    enrolled(page)
    page.context.set_offline(True)

    # 1: complete, in Vietnamese.
    support.begin(page)
    support.agree(page)
    page.check("input[name=a2][value='1']")
    support.to_the_end(page)
    support.finish(page)
    support.go_home(page)
    # 2: nobody at home. 3: an appointment. 4: declined at the door.
    visit(page, "not_home")
    visit(page, "appointment", "2026-11-23T18:30")
    visit(page, "refusal")
    # 5: broken off, to go on later.
    page.locator(".unit[open] .case", has_text="Chưa đến").first.click()
    page.get_by_role("button", name="Bắt đầu phỏng vấn").click()
    page.wait_for_selector("[data-page=p_household]")
    support.agree(page)
    page.check("input[name=a2][value='2']")
    pause(page)
    # 6: complete, begun in Vietnamese and ended in English.
    page.locator(".unit[open] .case", has_text="Chưa đến").first.click()
    page.get_by_role("button", name="Bắt đầu phỏng vấn").click()
    page.wait_for_selector("[data-page=p_household]")
    support.agree(page)
    page.check("input[name=a2][value='3']")
    page.get_by_role("button", name="English").click()
    page.get_by_text("Much better").first.wait_for()
    support.to_the_end(page, "Finish the interview")
    support.nobody_else(page)
    page.get_by_role("button", name="Finish the interview").click()
    page.get_by_role("heading", name="Kept on the phone").wait_for()

    # The phone is switched off and on again, still without a signal.
    page.context.close()
    page = open_phone(chromium, profile)
    page.context.set_offline(True)
    page.goto(f"{field.base}/collect/")
    support.enter_pin(page)
    page.get_by_text("Còn 2 phiếu chưa gửi").wait_for()
    page.locator(".case", has_text="Đang phỏng vấn dở").click()
    page.get_by_role("button", name="Tiếp tục phỏng vấn").click()
    page.wait_for_selector("[data-page=s_a]")
    expect(page.locator("input[name=a2][value='2']")).to_be_checked()
    support.to_the_end(page)
    support.finish(page)
    support.go_home(page)
    page.get_by_text("Còn 3 phiếu chưa gửi").wait_for()
    assert field.bodies() == {}

    # What waits can also be carried away in a file.
    with page.expect_download() as download:
        page.get_by_role("button", name="Lưu các phiếu chưa gửi ra tệp").click()
    rescue = tmp_path / "rescue.json"
    download.value.save_as(rescue)

    page.context.set_offline(False)
    page.get_by_role("button", name="Gửi và cập nhật").click()
    signed_out = page.get_by_role("button", name="Đăng nhập")
    page.get_by_text("Đã gửi hết").or_(signed_out).first.wait_for()
    if signed_out.is_visible():
        signed_out.click()
        page.fill("input[name=name]", "ctv")
        page.fill("input[name=password]", PASSWORD)
        page.click("main button")
        support.enter_pin(page)
    page.get_by_text("Đã gửi hết").wait_for()
    page.context.close()
    assert sorted((i["answers"]["a2"], i["language"], i["outcome"]) for i in field.interviews()) == [
        ("1", "vi", "complete"),
        ("2", "vi", "complete"),
        ("3", "en", "complete"),
    ]
    assert field.attempts() == ["appointment", "complete", "complete", "complete", "not_home", "refusal"]

    # The supervisor sees the work, and the file brings nothing twice.
    desktop.goto(f"{field.base}/sign-in")
    desktop.fill("input[name=name]", "gs")
    desktop.fill("input[name=password]", PASSWORD)
    desktop.click("main button")
    desktop.goto(f"{field.base}/collect/rescue")
    desktop.set_input_files("input[type=file]", str(rescue))
    desktop.get_by_role("button", name="Tải lên").click()
    desktop.get_by_text("3 phiếu đã an toàn trên máy chủ").wait_for()
    assert len(field.bodies()) == 3
    survey = field.ask(lambda: db.session.query(Survey).one().public_id)
    assert desktop.goto(f"{field.base}/surveys/{survey}/fieldwork").ok
    expect(desktop.locator("main")).to_contain_text("3")
