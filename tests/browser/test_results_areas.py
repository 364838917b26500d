"""A leader reads results by area on a phone: map, a touched tile's figure, other answers, one group only; English."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_results import _drawn, _sign_in, violations
from tests.browser.test_screens import AXE, RULES

pytestmark = pytest.mark.browser
__all__ = ["violations"]

SAID = "figure.tile-map [data-said]"


def _tiles(page: Any) -> Any:
    return page.locator("figure.tile-map .bars .point path")


def test_a_leader_touches_an_area_and_reads_its_figure(phone, live_demo, violations):
    address = _sign_in(phone, live_demo, "lanhdao")
    phone.goto(address)
    phone.locator(".breaks").get_by_text("Vùng trong tỉnh").click()
    phone.wait_for_url("**by=region**")
    expect(phone.locator("#a5 figure.tile-map")).to_have_count(1)
    # A question of the province's level has no map, and says so.
    expect(phone.locator("#c1 figure.tile-map")).to_have_count(0)
    expect(phone.locator("#c1")).to_contain_text("chỉ công bố chung cho toàn địa bàn")
    phone.goto(address + "questions/a5?by=region")
    assert _drawn(phone, "figure.tile-map") == ["bar", "scatter", "scatter"]
    expect(_tiles(phone)).to_have_count(5)
    expect(phone.locator(SAID)).to_contain_text("Chạm vào một ô")
    _tiles(phone).first.scroll_into_view_if_needed()
    box = _tiles(phone).first.bounding_box()
    phone.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(phone.locator(SAID)).to_contain_text(
        re.compile(r"Hạ Long – Hoành Bồ: \d+ %\. Khoảng tin cậy 95 %: từ \d+ đến \d+ %\. \d+ người trả lời\.")
    )
    expect(phone.locator(".note").filter(has_text="Tính chung")).to_contain_text("Tiên Yên – Bình Liêu")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations == []


def test_another_answer_one_group_only_and_the_way_back(phone, live_demo, violations):
    address = _sign_in(phone, live_demo, "lanhdao") + "questions/a2"
    phone.goto(address + "?by=region")
    _drawn(phone, "figure.tile-map")
    phone.locator(".map-answers a:not([aria-current])").click()
    phone.wait_for_url("**answer=net2**")
    expect(phone.locator(".map-title")).to_contain_text("Kém đi")
    phone.goto(address + "?by=age")
    phone.get_by_text("Chỉ xem một nhóm").click()
    phone.locator(".filter").get_by_role("link", name="Nữ", exact=True).click()
    phone.wait_for_url("**within=sex:female**")
    expect(phone.locator(".only")).to_contain_text("Nữ")
    expect(phone.locator("h1")).to_have_text(re.compile(r"^Nữ: "))
    assert _drawn(phone, "figure[data-chart]") == ["scatter+x"]
    phone.locator(".breaks").get_by_text("Trình độ học vấn").click()
    phone.wait_for_url("**by=education**")
    expect(phone.locator(".note").first).to_contain_text("chưa được công bố chia tiếp theo trình độ học vấn")
    phone.get_by_role("link", name="Xem lại tất cả mọi người").click()
    expect(phone.locator(".only")).to_have_count(0)
    expect(phone.locator(".breaks [aria-current]")).to_have_text("Trình độ học vấn")
    assert violations == []


def test_a_map_in_english_in_the_dark_and_on_paper(phone, live_demo):
    with live_demo.app.app_context():
        from tests.support.demo import newest_released

        page = f"{live_demo.base}/public/{newest_released().public_id}/questions/a5?by=region&lang=en"
    phone.emulate_media(color_scheme="dark")
    phone.goto(page)
    assert _drawn(phone, "figure.tile-map") == ["bar", "scatter", "scatter"]
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    expect(phone.locator(SAID)).to_contain_text("Touch an area")
    tile = phone.evaluate("document.querySelector('figure.tile-map .plot')._fullData[0].marker.color[0]")
    own = [
        phone.evaluate(f"getComputedStyle(document.documentElement).getPropertyValue('--map-{n}').trim()")
        for n in range(1, 6)
    ]
    assert tile in own, "tiles have the dark scheme's colours"
    phone.evaluate("dispatchEvent(new Event('beforeprint'))")
    phone.emulate_media(media="print")
    expect(phone.locator("figure.tile-map .plot svg").first).to_be_visible()
    expect(phone.locator(".map-answers")).to_be_hidden()
    expect(phone.locator(".filter")).to_be_hidden()


def test_pages_with_maps_and_groups_have_no_serious_fault(chromium, live_demo):
    with live_demo.app.app_context():
        from tests.support.demo import newest_released

        root = f"{live_demo.base}/public/{newest_released().public_id}/"
    wrong = {}
    for scheme in ("light", "dark"):
        context = chromium.new_context(
            viewport={"width": 360, "height": 740}, color_scheme=scheme, bypass_csp=True, locale="vi-VN"
        )
        page = context.new_page()
        for path in ("?by=region", "questions/a5?by=region", "questions/a2?within=sex:female&by=age"):
            page.goto(root + path)
            _drawn(page, "figure[data-chart]")
            if page.locator(".filter summary").count():
                page.locator(".filter summary").click()
            # From the top: the row of breaks stays in sight and would cover what is scrolled below it.
            page.evaluate("scrollTo(0, 0)")
            page.add_script_tag(content=AXE)
            found = page.evaluate(
                "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map(v => "
                "[v.impact, v.id, v.nodes.slice(0, 3).map(n => n.html.slice(0, 120))]))",
                RULES,
            )
            if serious := [one for one in found if one[0] in ("serious", "critical")]:
                wrong[scheme, path] = serious
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        context.close()
    assert wrong == {}
