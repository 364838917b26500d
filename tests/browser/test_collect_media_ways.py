"""Recordings that were cut short, and files that travel by hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from survey_app.collection.models import MediaFile
from survey_app.db import db
from tests.browser import chaos, support
from tests.browser.support import Field
from tests.browser.test_collect_media import (
    agree,
    begin,
    field,
    media_template,
    opened,
    profile,
    take_photo,
    to_the_end,
    with_gps,
)
from tests.browser.test_collect_media_faults import COUNTS, sent
from tests.conftest import PASSWORD

__all__ = ["field", "media_template", "profile"]  # fixtures
pytestmark = pytest.mark.browser


def start_recording(page: Any) -> Any:
    voice = page.locator("[data-question=voice]")
    voice.get_by_role("button", name="Ghi âm", exact=True).click()
    voice.get_by_role("button", name="Dừng ghi âm").wait_for()
    return voice


def test_a_phone_that_dies_while_recording_keeps_what_there_was(profile: Any, field: Field) -> None:
    context = profile()
    page = context.new_page()
    support.sign_in(page, field.base)
    begin(page)
    agree(page)
    voice = start_recording(page)
    support.until(page, f"{COUNTS.strip()}.then(({{ media }}) => media === 1)", seconds=60)
    expect(voice.locator("[data-part=name]")).to_have_value(re.compile(r"\.webm$"), timeout=30_000)
    # Some seconds more: what is said after the last part is lost with the phone, what was before isn't.
    expect(voice.locator("[data-part=time]")).to_contain_text(
        re.compile(r"0:(0[789]|[1-5]\d)"), timeout=60_000
    )
    chaos.Phone.kill(type("P", (), {"folder": profile.folder, "context": context})())  # type: ignore[arg-type]
    context = profile()
    page = context.new_page()
    page.goto(f"{field.base}/collect/")
    support.enter_pin(page)
    page.locator(".case", has_text="Đang phỏng vấn dở").click()
    page.get_by_role("button", name="Tiếp tục phỏng vấn").click()
    page.wait_for_selector("[data-page=p2]")
    expect(page.locator("[data-question=voice] audio")).to_be_visible(timeout=30_000)
    context.close()


def test_going_on_while_it_records_stops_and_keeps_it(profile: Any, field: Field) -> None:
    context = profile()
    page = context.new_page()
    support.sign_in(page, field.base)
    begin(page)
    agree(page)
    take_photo(page, with_gps(300, 200))
    voice = start_recording(page)
    expect(voice.locator("[data-part=time]")).to_contain_text("0:01", timeout=30_000)
    to_the_end(page)
    sent(page)
    context.close()
    found = opened(field)
    assert set(found) == {"gate", "voice"}
    assert b"OpusHead" in found["voice"].content


def test_what_waits_travels_by_hand_and_the_phone_learns_of_it(
    phone: Any, chromium: Any, field: Field, tmp_path: Path
) -> None:
    support.sign_in(phone, field.base)
    begin(phone)
    agree(phone)
    take_photo(phone, with_gps(600, 400))
    phone.context.set_offline(True)
    to_the_end(phone)
    saved: list[Any] = []
    phone.on("download", lambda download: saved.append(download))
    phone.get_by_role("button", name="Lưu các phiếu chưa gửi ra tệp").click()
    end = 400
    while len(saved) < 2 and end:
        phone.wait_for_timeout(50)
        end -= 1
    files = []
    for number, download in enumerate(saved):
        files.append(tmp_path / f"{number}.json")
        download.save_as(files[-1])
    assert len(files) == 2, "interviews first, then files"
    office = chromium.new_context(locale="vi-VN")
    page = office.new_page()
    page.goto(f"{field.base}/sign-in?next=/collect/rescue")
    page.fill("input[name=name]", "nc")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    page.locator("input[type=file]").set_input_files([str(file) for file in files])
    page.get_by_role("button", name="Tải lên").click()
    expect(page.get_by_text("1 phiếu đã an toàn")).to_be_visible()
    expect(page.get_by_text("1 ảnh, bản ghi âm đã an toàn")).to_be_visible()
    office.close()
    assert set(opened(field)) == {"gate"}
    phone.context.set_offline(False)
    sent(phone)
    assert phone.evaluate(COUNTS) == {"media": 0, "waits": 0}
    assert field.ask(lambda: db.session.query(MediaFile).count()) == 1
