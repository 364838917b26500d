"""Ways of asking at the door: the card, answering alone, warnings, the note, the practice, tries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from survey_app.db import db
from survey_app.sampling.models import ContactAttempt
from tests.browser import support
from tests.browser.support import Field

pytestmark = pytest.mark.browser
NOTES = Path(__file__).parents[1] / "data" / "notes.json"


def to_block(page: Any) -> None:
    """To the block that the respondent answers alone."""
    for _ in range(8):
        if page.locator("[data-at=alone]").count():
            return
        here = page.locator("[data-page]").get_attribute("data-page")
        page.click(".next")
        support.until(page, f"document.querySelector('[data-page]')?.dataset.page !== {json.dumps(here)}")
    raise AssertionError("the block was never reached")


def give_back(page: Any, pin: str = support.PIN) -> None:
    page.get_by_role("heading", name="Xin đưa lại máy").wait_for()
    page.locator("input.pin").fill(pin)
    page.get_by_role("button", name="Tiếp tục phỏng vấn").click()


def test_a_card_shows_one_question_and_its_choices_and_nothing_else(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    support.begin(phone)
    support.agree(phone)
    phone.check("input[name=a2][value='98']")
    phone.locator("[data-question=a2]").scroll_into_view_if_needed()
    phone.evaluate("document.querySelector('[data-question=a2]').scrollIntoView()")
    phone.get_by_role("button", name="Đưa thẻ cho xem").click()
    expect(phone.locator("[data-question]:visible")).to_have_count(1)
    expect(phone.locator("[data-question=a2] .apart")).to_be_hidden()
    expect(phone.get_by_role("button", name="Dừng")).to_be_hidden()
    large = "parseFloat(getComputedStyle(document.querySelector('.on-card .choice')).fontSize)"
    assert phone.evaluate(large) >= 22
    # The respondent may touch their answer; the next card is a tap away, and so is the interview.
    phone.check("input[name=a2][value='4']")
    phone.get_by_role("button", name="Thẻ tiếp theo").click()
    expect(phone.locator("[data-question]:visible")).to_have_attribute("data-question", "a3")
    phone.get_by_role("button", name="Trở lại phỏng vấn").click()
    expect(phone.locator("[data-question]:visible").nth(3)).to_be_visible()
    expect(phone.locator("input[name=a2][value='4']")).to_be_checked()


def test_a_block_answered_alone_hides_what_was_said_and_needs_the_pin(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    support.begin(phone)
    support.agree(phone)
    to_block(phone)
    phone.get_by_role("button", name="Người trả lời đã cầm máy").click()
    phone.wait_for_selector("[data-page=s_f]")
    for name in ("Dừng", "Quay lại", "Chuyển đến phần khác", "Đưa thẻ cho xem"):
        expect(phone.get_by_role("button", name=name, exact=True), name).to_be_hidden()
    phone.check("input[name=f2][value='5']")
    # In the middle the phone comes back and goes over again: the answer is kept and not shown.
    phone.get_by_role("button", name="Đưa lại máy").click()
    give_back(phone, "000001")
    phone.get_by_text("Mã PIN không đúng").wait_for()
    give_back(phone)
    phone.get_by_role("button", name="Tiếp tục phỏng vấn").click()
    phone.get_by_role("button", name="Người trả lời đã cầm máy").click()
    phone.wait_for_selector("[data-page=s_f]")
    phone.get_by_text("được giữ kín").wait_for()
    expect(phone.locator("[data-question=f2]")).to_be_hidden()
    phone.check("input[name=f1][value='3']")
    phone.click(".next")
    give_back(phone)
    phone.wait_for_selector("[data-page=s_g]")
    # No way back into the block: neither step by step nor by section.
    phone.get_by_role("button", name="Chuyển đến phần khác").click()
    expect(phone.get_by_role("button", name="F. Phòng")).to_have_count(0)
    phone.get_by_role("button", name="Trở lại câu hỏi").click()
    phone.get_by_role("button", name="Quay lại", exact=True).click()
    phone.wait_for_selector("[data-page=s_e]")
    phone.click(".next")
    phone.get_by_role("button", name="Người trả lời nhờ đọc giúp").wait_for()
    phone.get_by_role("button", name="Người trả lời đã cầm máy").click()
    phone.wait_for_selector("[data-page=s_f]")
    expect(phone.locator("[data-question=f1], [data-question=f2]").locator("visible=true")).to_have_count(0)
    phone.click(".next")
    give_back(phone)
    support.to_the_end(phone)
    support.finish(phone)
    support.go_home(phone)
    phone.get_by_text("Đã gửi hết").wait_for()
    (interview,) = field.interviews()
    assert (interview["answers"]["f1"], interview["answers"]["f2"]) == ("3", "5")
    assert interview["paradata"]["alone"] == ["s_f"]


def test_a_block_answered_alone_is_not_shown_after_the_phone_died_in_it(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    support.begin(phone)
    support.agree(phone)
    to_block(phone)
    phone.get_by_role("button", name="Người trả lời đã cầm máy").click()
    phone.wait_for_selector("[data-page=s_f]")
    phone.check("input[name=f2][value='5']")
    phone.wait_for_timeout(300)
    phone.reload()
    support.enter_pin(phone)
    phone.get_by_role("button", name="Người trả lời nhờ đọc giúp").wait_for()
    expect(phone.locator("[data-question=f2]")).to_have_count(0)


def test_an_unusual_answer_is_asked_about_once_and_may_stand(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    support.begin(phone)
    phone.fill("input[name=k7]", "12")
    phone.wait_for_selector("input[name=age_ok][value='2']", state="visible")
    phone.check("input[name=age_ok][value='2']")
    phone.click(".next")
    phone.get_by_text("Hộ có từ 10 người lớn trở lên là hiếm").wait_for()
    phone.get_by_role("button", name="Đúng vậy, đi tiếp").wait_for()
    # Another answer: the warning goes, and comes again for another unusual one.
    phone.fill("input[name=k7]", "3")
    phone.locator(".next", has_text="Tiếp").wait_for()
    phone.fill("input[name=k7]", "15")
    phone.click(".next")
    phone.get_by_role("button", name="Đúng vậy, đi tiếp").click()
    support.finish(phone)
    support.go_home(phone)
    phone.get_by_text("Đã gửi hết").wait_for()
    (interview,) = field.interviews()
    assert interview["answers"]["k7"] == "15"
    assert interview["paradata"]["confirmed"] == ["k7"]
    assert interview["app"] != ""


def test_the_note_is_held_to_the_servers_rule(phone: Any, field: Field) -> None:
    phone.goto(f"{field.base}/collect/")
    vectors = json.loads(NOTES.read_text(encoding="utf-8"))
    found = phone.evaluate(
        "async (texts) => { const notes = await import('/static/js/collect/notes.js');"
        " return texts.map((text) => ({ text, tidy: notes.tidy(text), found: notes.personal(notes.tidy(text)) })); }",
        [vector["text"] for vector in vectors],
    )
    assert found == vectors


def test_a_note_that_tells_a_person_is_refused_with_the_words_to_take_out(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    phone.locator(".unit[open] .case").first.click()
    phone.check("input[value=not_home]")
    phone.get_by_text("Ghi chú cho giám sát").click()
    phone.fill("textarea", "Gặp chị Trần Thu Hà, số 0988 777 666")
    phone.get_by_role("button", name="Lưu kết quả").click()
    phone.get_by_text("chị Trần Thu Hà; 0988 777 666").wait_for()
    phone.fill("textarea", "Nhà khóa cửa, hàng xóm nói tối mới về")
    phone.get_by_role("button", name="Lưu kết quả").click()
    phone.wait_for_selector(".send")
    phone.get_by_role("button", name="Gửi và cập nhật").click()
    phone.get_by_text("Đã gửi hết").wait_for()
    notes = field.ask(lambda: [a.note for a in db.session.query(ContactAttempt)])
    assert notes == ["Nhà khóa cửa, hàng xóm nói tối mới về"]


def test_a_practice_interview_leaves_nothing(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    phone.context.set_offline(True)
    phone.get_by_role("link", name="Hướng dẫn và phỏng vấn thử").first.click()
    phone.get_by_role("heading", name="Khi đến hộ").wait_for()
    phone.get_by_role("button", name="Bắt đầu phỏng vấn thử").click()
    phone.wait_for_selector("[data-page=p_household]")
    support.agree(phone)
    support.to_the_end(phone)
    support.nobody_else(phone)
    phone.get_by_role("button", name="Kết thúc phỏng vấn").click()
    phone.get_by_role("heading", name="Đã xong phỏng vấn thử").wait_for()
    support.go_home(phone)
    expect(phone.get_by_text("Đã gửi hết")).to_have_count(1)
    expect(phone.get_by_text("Lần đầu làm?")).to_be_hidden()
    phone.context.set_offline(False)
    phone.get_by_role("button", name="Gửi và cập nhật").click()
    support.until(phone, "!document.querySelector('[data-at=sync]').disabled")
    assert (field.bodies(), field.attempts()) == ({}, [])


def test_a_case_closes_after_the_tries_that_the_survey_asks_for(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    for hour in ("2026-11-22T09:10:00", "2026-11-22T18:10:00", "2026-11-23T12:10:00"):
        phone.clock.set_fixed_time(hour)
        phone.locator(".unit[open] .case", has=phone.get_by_text("Hộ số 3", exact=True)).click()
        phone.check("input[value=not_home]")
        phone.get_by_role("button", name="Lưu kết quả").click()
        phone.wait_for_selector(".send")
    phone.locator(".unit[open] .case", has=phone.get_by_text("Hộ số 3", exact=True)).click()
    phone.get_by_text("Hộ này đã xong").wait_for()
