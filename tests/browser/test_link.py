"""A respondent's link on a phone: consent first, skips, checks, languages, coming back, with and without a script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import support
from tests.browser.support import Field

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(chromium: Any) -> Iterator[Any]:
    """A phone whose browser runs no scripts."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, locale="vi-VN", java_script_enabled=False
    )
    yield context.new_page()
    context.close()


next_page = support.onward


def heading(page: Any) -> str:
    return str(page.locator("h1").first.text_content()).strip()


def accept(page: Any, adults: str = "1") -> None:
    """From consent information to the first question about opinions."""
    next_page(page)
    page.fill("input[name=k7]", adults)
    if page.evaluate("() => 1") is not None and page.locator("input[name=age_ok]").first.is_hidden():
        page.wait_for_selector("input[name=age_ok][value='1']", state="visible")
    page.check("input[name=age_ok][value='1']")
    next_page(page)
    page.check("input[name=consent][value='1']")
    next_page(page)
    page.wait_for_selector("form[data-page=s_a]")


def test_consent_comes_first_and_nothing_is_stored_before_it(phone: Any, field: Field) -> None:
    phone.goto(field.links()[0])
    text = phone.inner_text("main")
    for said in ("Ai hỏi", "Đơn vị thử", "tự nguyện", "31/12/2027", "ngẫu nhiên"):
        assert said in text
    expect(phone.locator("form[data-page]")).to_have_count(0)
    phone.get_by_role("button", name="Để sau").click()
    expect(phone.locator("main")).to_contain_text("chưa ghi nhận gì")
    assert field.bodies() == {}
    assert phone.context.cookies() == []


def test_answers_bring_up_questions_and_everything_arrives(phone: Any, field: Field) -> None:
    phone.goto(field.links()[0])
    accept(phone)
    expect(phone.locator("[name=a1_other]")).to_be_hidden()
    phone.check("input[name=a1][value='96']")
    phone.fill("[name=a1_other]", "Chợ xuống cấp")
    phone.check("input[name=a2][value='2']")
    next_page(phone)
    expect(phone.locator("input[name=b2]").first).to_be_hidden()
    phone.check("input[name=b1][value='1']")
    phone.check("input[name=b2][value='1']")
    phone.fill("input[name=b3]", "2")
    phone.check("input[name=b6][value='1']")
    for name in ("s_c", "s_d", "s_e", "s_f", "s_g", "s_h", "s_k", "s_l"):
        next_page(phone)
        phone.wait_for_selector(f"form[data-page={name}]")
        if name == "s_k":
            phone.fill("input[name=k2]", "1975")
    expect(phone.locator(".button.next")).to_have_text("Gửi câu trả lời")
    next_page(phone)
    phone.get_by_role("heading", name="Cảm ơn ông/bà đã tham gia").wait_for()
    (interview,) = field.interviews()
    given = interview["answers"]
    assert interview["outcome"] == "complete"
    assert {k: given[k] for k in ("k7", "a1", "a1_other", "a2", "b1", "b2", "b3", "b6", "k2")} == {
        "k7": "1",
        "a1": "96",
        "a1_other": "Chợ xuống cấp",
        "a2": "2",
        "b1": "1",
        "b2": "1",
        "b3": "2",
        "b6": "1",
        "k2": "1975",
    }
    assert set(interview["paradata"]["seconds"]) >= {"s_a", "s_b", "s_k"}


def test_the_same_interview_without_a_script(plain: Any, field: Field) -> None:
    page = plain
    page.goto(field.links()[1])
    next_page(page)
    page.fill("input[name=k7]", "1")
    next_page(page)
    # The question that the number of adults brings up appears on the same page.
    page.check("input[name=age_ok][value='1']")
    next_page(page)
    page.check("input[name=consent][value='1']")
    next_page(page)
    page.check("input[name=a1][value='1']")
    page.check("input[name=a1][value='98']")
    next_page(page)
    expect(page.locator("form[data-page=s_a] .error-summary")).to_have_count(1)
    expect(page.locator("#q-a1 .error")).to_contain_text("không đi cùng lựa chọn khác")
    page.uncheck("input[name=a1][value='98']")
    for _ in range(9):
        next_page(page)
        if page.locator("form[data-page=s_b]").count():
            page.check("input[name=b1][value='2']")
    next_page(page)
    assert heading(page) == "Cảm ơn ông/bà đã tham gia"
    (interview,) = field.interviews()
    assert (interview["answers"]["a1"], interview["answers"]["b1"]) == ("1", "2")


def test_a_wrong_answer_is_said_beside_its_question_and_takes_focus(phone: Any, field: Field) -> None:
    phone.goto(field.links()[0])
    next_page(phone)
    phone.wait_for_selector("form[data-page=p_household]")
    phone.wait_for_selector("html[data-enhanced]", state="attached")
    phone.click(".button.next")
    expect(phone.locator("#q-k7 .error")).to_contain_text("chọn ngẫu nhiên người trả lời")
    expect(phone.locator("input[name=k7]")).to_be_focused()
    expect(phone.locator("input[name=k7]")).to_have_attribute("aria-invalid", "true")
    phone.fill("input[name=k7]", "2")
    phone.wait_for_selector("#q-person_note:not([hidden])")
    expect(phone.locator("#q-k7 .error")).to_be_hidden()


def test_choices_that_stand_alone_take_the_others_away(phone: Any, field: Field) -> None:
    phone.goto(field.links()[0])
    accept(phone)
    phone.check("input[name=a1][value='1']")
    phone.check("input[name=a1][value='2']")
    phone.check("input[name=a1][value='98']")
    ticked = phone.locator("input[name=a1]:checked")
    expect(ticked).to_have_count(1)
    expect(ticked).to_have_value("98")
    phone.check("input[name=a1][value='3']")
    expect(ticked).to_have_count(1)
    expect(ticked).to_have_value("3")


def test_language_changes_in_mid_interview_and_keeps_the_answers(phone: Any, field: Field) -> None:
    phone.goto(field.links()[0])
    accept(phone)
    phone.check("input[name=a2][value='4']")
    phone.get_by_role("button", name="English").click()
    phone.wait_for_selector("text=A little worse")
    expect(phone.locator("input[name=a2][value='4']")).to_be_checked()
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    next_page(phone)
    phone.wait_for_selector("text=B. Administrative services")


def test_one_may_stop_and_go_on_with_the_same_link(phone: Any, field: Field, chromium: Any) -> None:
    link = field.links()[0]
    phone.goto(link)
    accept(phone)
    phone.check("input[name=a3][value='1']")
    phone.get_by_role("button", name="Lưu lại, trả lời tiếp sau").click()
    phone.get_by_role("heading", name="Câu trả lời đã được lưu").wait_for()
    other = chromium.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN").new_page()
    other.goto(link)
    other.get_by_role("button", name="Trả lời tiếp").click()
    other.wait_for_selector("form[data-page=s_a]")
    expect(other.locator("input[name=a3][value='1']")).to_be_checked()
    other.context.close()


def test_back_and_reload_never_ask_to_send_again(phone: Any, field: Field) -> None:
    phone.goto(field.links()[0])
    accept(phone)
    phone.check("input[name=a2][value='1']")
    next_page(phone)
    phone.wait_for_selector("form[data-page=s_b]")
    assert phone.reload().request.method == "GET"
    expect(phone.locator("form[data-page]")).to_have_attribute("data-page", "s_b")
    phone.get_by_role("button", name="Quay lại").click()
    phone.wait_for_selector("form[data-page=s_a]")
    expect(phone.locator("input[name=a2][value='1']")).to_be_checked()
    phone.go_back()
    phone.wait_for_selector("form[data-page]")


def test_refusing_and_not_being_eligible_end_at_once(phone: Any, field: Field) -> None:
    links = field.links()
    phone.goto(links[0])
    next_page(phone)
    phone.fill("input[name=k7]", "1")
    phone.check("input[name=age_ok][value='2']")
    next_page(phone)
    phone.get_by_role("heading", name="Cảm ơn ông/bà đã dành thời gian").wait_for()
    phone.goto(links[1])
    next_page(phone)
    phone.fill("input[name=k7]", "1")
    phone.check("input[name=age_ok][value='1']")
    next_page(phone)
    phone.check("input[name=consent][value='2']")
    next_page(phone)
    phone.get_by_role("heading", name="Cảm ơn ông/bà đã dành thời gian").wait_for()
    assert sorted(i["outcome"] for i in field.interviews()) == ["ineligible", "refused"]


def test_a_used_or_mistyped_link_says_so(phone: Any, field: Field) -> None:
    link = field.links()[0]
    phone.goto(link)
    next_page(phone)
    phone.fill("input[name=k7]", "1")
    phone.check("input[name=age_ok][value='2']")
    next_page(phone)
    phone.get_by_role("heading", name="Cảm ơn").wait_for()
    assert phone.goto(link).status == 409
    assert phone.goto(link[:-3] + "zzz").status == 404
    expect(phone.locator("h1")).to_contain_text("Không mở được đường liên kết này")


def test_the_order_of_choices_and_rows_is_the_servers(phone: Any, plain: Any, field: Field) -> None:
    """A script must not move what the server has drawn: both evaluators order alike."""
    phone.goto(field.links()[2])
    accept(phone)
    order = "e => e.map(x => x.value)"
    scripted = phone.eval_on_selector_all("input[name=a1]", order)
    plain.goto(phone.url)
    assert plain.eval_on_selector_all("input[name=a1]", order) == scripted
    assert scripted[-2:] == ["98", "99"]
    assert sorted(scripted[:10]) != scripted[:10]
