"""A researcher imports a workbook with errors, sees each with its place, imports the corrected one, publishes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from survey_app.demo.services import WORKBOOK
from tests.conftest import Live


def passwords(live: Live) -> dict[str, str]:
    found: dict[str, str] = json.loads((Path(live.app.instance_path) / "demo-accounts.json").read_text())
    return found


def broken(path: Path) -> Path:
    """The demo's workbook with two mistakes that people make."""
    from openpyxl import load_workbook

    book = load_workbook(WORKBOOK)
    sheet = book["survey"]
    header = {str(cell.value): cell.column for cell in sheet[1] if cell.value}
    for row in range(2, sheet.max_row + 1):
        name = sheet.cell(row, header["name"]).value
        if name == "b2":
            sheet.cell(row, header["relevant"]).value = "${b1} = = '1'"
        if name == "c5":
            sheet.cell(row, header["type"]).value = "select_one khong_co"
    out = path / "khao_sat_loi.xlsx"
    book.save(out)
    return out


def test_researcher_corrects_a_workbook_and_publishes_version_2(
    live_demo: Live, desktop: Any, tmp_path: Path
) -> None:
    page = desktop
    page.goto(live_demo.base + "/sign-in")
    page.fill("#name", "nghiencuu")
    page.fill("#password", passwords(live_demo)["nghiencuu"])
    page.click("main button")
    page.click("text=đợt 3")
    page.click(".steps >> text=Bảng hỏi")
    page.set_input_files("#workbook", broken(tmp_path))
    page.click("section[aria-labelledby=import] button")
    page.wait_for_selector(".findings")
    expect(page.locator(".message.bad h2")).to_contain_text("2 lỗi")
    places = page.locator(".findings li.error .place").all_inner_texts()
    assert len(places) == 2
    assert all("trang tính survey" in place and "dòng" in place for place in places)
    expect(page.locator("button:has-text('Phát hành phiên bản')")).to_have_count(0)
    page.set_input_files("#workbook", str(WORKBOOK))
    page.click("section[aria-labelledby=import] button")
    page.click("button:has-text('Phát hành phiên bản 2')")
    page.wait_for_selector("text=Đã phát hành phiên bản 2")
    versions = page.locator(".versions .row-title").all_inner_texts()
    assert [title.split()[2] for title in versions] == ["2", "1"]


def test_supervisor_assigns_a_village_on_a_phone(live_demo: Live, phone: Any) -> None:
    page = phone
    page.goto(live_demo.base + "/sign-in")
    page.fill("#name", "giamsat")
    page.fill("#password", passwords(live_demo)["giamsat"])
    page.click("main button")
    page.click("text=đợt 3")
    page.locator(".pick").first.tap()
    page.select_option("#collaborator", label="ctv02")
    page.click(".assign button")
    expect(page.locator("[role=status]")).to_contain_text("cho ctv02")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
