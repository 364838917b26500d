"""A leader opens results on a phone: charts drawn as they should be, breaks, wording, tables, both schemes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.demo import newest_released

pytestmark = pytest.mark.browser


def _sign_in(page: Any, live: Any, name: str) -> str:
    """Sign in on the demo; returns the address of the released wave."""
    accounts = Path(live.app.instance_path) / "demo-accounts.json"
    password = json.loads(accounts.read_text(encoding="utf-8"))[name]
    page.goto(live.base + "/sign-in")
    page.fill("[name=name]", name)
    page.fill("[name=password]", password)
    with page.expect_navigation():
        page.click("main button")
    with live.app.app_context():
        return f"{live.base}/results/{newest_released().public_id}/"


def _drawn(page: Any, selector: str) -> list[str]:
    """The types of the traces really drawn: an unknown type would silently become a scatter."""
    page.locator(selector).first.scroll_into_view_if_needed()
    page.wait_for_selector(f"{selector}[data-drawn]", timeout=20_000)
    return page.evaluate(
        "s => document.querySelector(s + ' .plot')._fullData.map(t => t.type + (t.error_x?.visible ? '+x' : ''))",
        selector,
    )


@pytest.fixture
def violations(phone: Any) -> list[str]:
    """What the content security policy stopped."""
    found: list[str] = []
    phone.on(
        "console",
        lambda message: found.append(message.text) if "Content Security Policy" in message.text else None,
    )
    return found


def test_a_leader_opens_charts_and_breaks_on_a_phone(phone, live_demo, violations):
    address = _sign_in(phone, live_demo, "lanhdao")
    phone.goto(live_demo.base + "/results/")
    assert phone.locator("h2").first.inner_text().strip()
    assert _drawn(phone, "figure[data-chart]") == ["bar+x"]
    phone.click("text=Xem toàn bộ kết quả")
    phone.wait_for_url(address + "**")
    expect(phone.locator(".findings li").nth(4)).to_be_attached()
    assert _drawn(phone, "#a2 figure[data-chart]") == ["bar+x"]
    phone.locator("#g6").scroll_into_view_if_needed()
    assert _drawn(phone, "#g6 figure[data-chart]") == ["bar+x", "bar+x"]
    phone.locator(".breaks").get_by_text("Giới tính").click()
    phone.wait_for_url("**by=sex**")
    expect(phone.locator(".breaks [aria-current]")).to_have_text("Giới tính")
    assert _drawn(phone, "#a2 figure[data-chart]") == ["scatter+x"]
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations == []


def test_wording_and_table_are_one_tap_away(phone, live_demo, violations):
    phone.goto(_sign_in(phone, live_demo, "lanhdao"))
    card = phone.locator("#a2")
    asked = "So với 12 tháng trước, đời sống của gia đình ông/bà hiện nay thế nào?"
    expect(card.locator(".about")).to_have_text(asked)
    wording = card.locator(".question", has_text=asked)
    expect(wording).to_be_hidden()
    card.get_by_text("Câu hỏi nguyên văn").click()
    expect(wording).to_be_visible()
    card.get_by_text("Bảng số liệu").click()
    table = card.locator("table")
    expect(table.get_by_text("Tốt lên một chút", exact=True)).to_be_visible()
    card.get_by_text("Chi tiết").click()
    phone.wait_for_url("**/questions/a2")
    expect(phone.locator(".sheet table").last).to_be_visible()
    phone.get_by_text("Câu sau").click()
    phone.wait_for_url("**/questions/a3")
    assert violations == []


def test_charts_take_the_readers_colours_and_change_with_them(phone, live_demo):
    phone.goto(_sign_in(phone, live_demo, "lanhdao") + "questions/a2")
    figure = "figure[data-chart]"
    _drawn(phone, figure)
    colour = "document.querySelector('figure .plot')._fullLayout.annotations[0].font.color"
    light = phone.evaluate(colour)
    phone.emulate_media(color_scheme="dark")
    # Not `wait_for_function`: it evaluates text on the page, which the content security policy forbids.
    for _wait in range(50):
        if phone.evaluate(colour) != light:
            break
        phone.wait_for_timeout(100)
    ink = phone.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink').trim()")
    assert phone.evaluate(colour) == ink and ink != light


def test_nothing_jumps_when_a_chart_is_drawn(phone, live_demo):
    address = _sign_in(phone, live_demo, "lanhdao") + "questions/a2"
    phone.route("**/plotly-results.min.js*", lambda route: route.abort())
    phone.goto(address)
    phone.wait_for_load_state("networkidle")
    before = phone.evaluate("document.querySelector('.sheet').getBoundingClientRect().top + scrollY")
    phone.unroute("**/plotly-results.min.js*")
    phone.goto(address)
    _drawn(phone, "figure[data-chart]")
    assert phone.evaluate("document.querySelector('.sheet').getBoundingClientRect().top + scrollY") == before


def test_without_the_chart_bundle_the_page_still_tells_everything(phone, live_demo):
    address = _sign_in(phone, live_demo, "lanhdao") + "questions/a2"
    phone.route("**/*.js*", lambda route: route.abort())
    phone.goto(address)
    expect(phone.locator("h1")).to_contain_text("%")
    assert phone.locator(".sheet tbody tr").count() >= 6


def test_a_leader_presents_with_the_keys_and_nothing_moves_for_those_who_ask(phone, live_demo, violations):
    phone.emulate_media(reduced_motion="reduce")
    phone.goto(_sign_in(phone, live_demo, "lanhdao"))
    phone.get_by_text("Trình chiếu", exact=True).click()
    expect(phone.locator(".slide:visible")).to_have_count(1)
    assert (
        phone.evaluate("getComputedStyle(document.querySelector('.slide:not([hidden])')).animationName")
        == "none"
    )
    phone.keyboard.press("ArrowRight")
    expect(phone.locator(".slide-count")).to_contain_text("2 / ")
    expect(phone.locator(".slide:visible .kicker")).to_contain_text("Điều đã thay đổi")
    assert _drawn(phone, ".slide:not([hidden]) figure[data-chart]") == ["scatter"]
    phone.get_by_role("button", name="Tiếp").click()
    phone.wait_for_url("**#3")
    phone.keyboard.press("End")
    expect(phone.get_by_role("button", name="Tiếp")).to_be_disabled()
    phone.keyboard.press("Escape")
    phone.wait_for_url("**/results/*/")
    assert violations == []


def test_what_has_changed_comes_first_and_leads_to_the_question(phone, live_demo, violations):
    phone.goto(_sign_in(phone, live_demo, "lanhdao"))
    assert phone.evaluate("scrollY") == 0
    expect(phone.locator("main h2").first).to_contain_text("Điều đã thay đổi so với đợt")
    card = phone.locator(".news-card").first
    expect(card.locator("h3")).to_contain_text(re.compile("tăng từ|giảm từ"))
    assert _drawn(phone, ".news-card figure[data-chart]") == ["scatter"]
    card.locator("h3 a").click()
    through = phone.locator("section[aria-labelledby=through-waves]")
    expect(through.locator("table thead th")).to_have_count(4)
    assert violations == []


def test_the_public_reads_without_signing_in_and_switches_language(phone, live_demo, violations):
    phone.goto(live_demo.base + "/public/")
    phone.get_by_text("Xem toàn bộ kết quả").first.click()
    phone.get_by_text("English").click()
    expect(phone.get_by_text("Main findings")).to_be_visible()
    phone.locator(".breaks").get_by_text("Sex").click()
    phone.wait_for_url(re.compile("lang=en.*by=sex|by=sex.*lang=en"))
    assert phone.context.cookies() == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations == []


def test_paper_holds_the_questions_and_no_buttons(desktop, live_demo, tmp_path):
    desktop.goto(_sign_in(desktop, live_demo, "lanhdao"))
    desktop.evaluate("dispatchEvent(new Event('beforeprint'))")
    desktop.emulate_media(media="print")
    expect(desktop.locator("#a2 .question")).to_be_visible()
    expect(desktop.locator(".breaks")).to_be_hidden()
    assert desktop.evaluate("document.querySelector('#a2 .plot svg').clientWidth") == 320
    desktop.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(desktop.locator("#a2 details[open]")).to_have_count(0)


def test_a_leader_switches_to_english(phone, live_demo):
    phone.goto(_sign_in(phone, live_demo, "lanhdao"))
    phone.click("button:has-text('English')")
    expect(phone.get_by_text("Main findings")).to_be_visible()
    expect(phone.locator("html")).to_have_attribute("lang", "en")
