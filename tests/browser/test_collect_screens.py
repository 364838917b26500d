"""The screens of an interview: nothing serious for axe-core, nothing cut off, also at twice the text size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser import support
from tests.browser.support import Field
from tests.browser.test_collect_ways import give_back, to_block
from tests.browser.test_screens import AXE, violations

pytestmark = pytest.mark.browser


@pytest.fixture(params=["light", "dark"])
def screen(request: pytest.FixtureRequest, chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(
        viewport={"width": 360, "height": 740},
        is_mobile=True,
        has_touch=True,
        locale="vi-VN",
        color_scheme=request.param,
        bypass_csp=True,
    )
    yield context.new_page()
    context.close()


CUT = """() => [...document.querySelectorAll(
    '.choice, .choice span, .button, .plain-button, .question-label, .state, .case, p, h1, h2, dd')]
  .filter((e) => e.offsetParent && !e.closest('.unseen') && e.scrollWidth > e.clientWidth + 1
    && getComputedStyle(e).display !== 'inline')
  .map((e) => e.outerHTML.slice(0, 100))"""


def faults(page: Any, name: str) -> list[str]:
    """What is wrong with the screen as it is, at the usual and at twice the text size."""
    page.evaluate(AXE)
    found = [f"{name}: {what}" for what in violations(page)]
    for size in ("100%", "200%"):
        page.evaluate("(size) => document.documentElement.style.fontSize = size", size)
        width = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{name} at {size} scrolls sideways: {width}"] if width > 360 else []
        found += [f"{name} at {size} is cut off: {what}" for what in page.evaluate(CUT)]
    page.evaluate("document.documentElement.style.fontSize = ''")
    return found


def test_pages_of_a_link(screen: Any, field: Field) -> None:
    page = screen
    page.goto(field.links()[0])
    wrong = faults(page, "consent")
    support.onward(page)
    page.wait_for_selector("html[data-enhanced='1']", state="attached")
    page.click(".button.next")
    page.wait_for_selector("#q-k7 .error:not([hidden])")
    wrong += faults(page, "error")
    page.fill("input[name=k7]", "2")
    page.wait_for_selector("input[name=age_ok][value='1']", state="visible")
    page.check("input[name=age_ok][value='1']")
    page.click(".button.next")
    page.check("input[name=consent][value='1']")
    for name in ("s_a", "s_b", "s_c", "s_d"):
        page.click(".button.next")
        page.wait_for_selector(f"form[data-page={name}]")
    wrong += faults(page, "grid")
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu lại").click()
    wrong += faults(page, "saved")
    assert wrong == []


def test_screens_of_the_app(screen: Any, field: Field) -> None:
    page = screen
    page.goto(f"{field.base}/collect/")
    page.get_by_role("heading", name="Bắt đầu trên máy này").wait_for()
    wrong = faults(page, "code")
    support.sign_in(page, field.base)
    wrong += faults(page, "home")
    page.get_by_role("link", name="Hướng dẫn và phỏng vấn thử").first.click()
    page.get_by_role("heading", name="Khi đến hộ").wait_for()
    wrong += faults(page, "training")
    page.get_by_role("link", name="Danh sách hộ").click()
    page.wait_for_selector(".unit")
    page.locator(".unit[open] .case").first.click()
    page.check("input[value=appointment]")
    page.get_by_text("Ghi chú cho giám sát").click()
    page.get_by_role("button", name="Lưu kết quả").click()
    wrong += faults(page, "household")
    page.get_by_role("button", name="Bắt đầu phỏng vấn").click()
    page.wait_for_selector("[data-page=p_household]")
    support.agree(page)
    wrong += faults(page, "question")
    page.get_by_role("button", name="Đưa thẻ cho xem").click()
    wrong += faults(page, "card")
    page.get_by_role("button", name="Trở lại phỏng vấn").click()
    page.get_by_role("button", name="Chuyển đến phần khác").click()
    wrong += faults(page, "sections")
    page.get_by_role("button", name="Trở lại câu hỏi").click()
    page.wait_for_selector("[data-page]")
    page.get_by_role("button", name="Dừng").click()
    wrong += faults(page, "stop")
    page.get_by_role("button", name="Tiếp tục phỏng vấn").click()
    page.wait_for_selector("[data-page]")
    to_block(page)
    wrong += faults(page, "hand-over")
    page.get_by_role("button", name="Người trả lời đã cầm máy").click()
    page.wait_for_selector("[data-page=s_f]")
    wrong += faults(page, "alone")
    page.click(".next")
    page.get_by_role("heading", name="Xin đưa lại máy").wait_for()
    wrong += faults(page, "hand-back")
    give_back(page)
    page.wait_for_selector("[data-page=s_g]")
    support.to_the_end(page)
    wrong += faults(page, "end")
    support.finish(page)
    page.reload()
    page.get_by_role("heading", name="Nhập mã PIN").wait_for()
    wrong += faults(page, "PIN")
    assert wrong == []
