"""What somebody who finds the phone learns: nothing. What somebody who forgot the PIN loses: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import support
from tests.browser.support import Field
from tests.conftest import PASSWORD
from tests.support import browser as browsers

pytestmark = pytest.mark.browser

SECRET = "Đường Kẻ Gỗ xuống cấp"


@pytest.fixture
def profile(chromium: Any, tmp_path: Path) -> Iterator[Any]:
    """A browser whose profile lies in a folder that a test may read."""
    folder = tmp_path / "profile"

    def launch() -> Any:
        return chromium.browser_type.launch_persistent_context(
            str(folder),
            executable_path=browsers.executable(),
            args=browsers.ARGUMENTS,
            viewport={"width": 360, "height": 740},
            locale="vi-VN",
        )

    launch.folder = folder  # type: ignore[attr-defined]
    yield launch


def found_on_disk(folder: Path, text: str) -> list[str]:
    """Files of the profile that hold `text`, in UTF-8 or UTF-16."""
    needles = [text.encode("utf-8"), text.encode("utf-16-le"), text.encode("utf-16-be")]
    hits = []
    for file in folder.rglob("*"):
        if file.is_file() and any(needle in file.read_bytes() for needle in needles):
            hits.append(str(file.relative_to(folder)))
    return hits


def test_the_store_on_disk_shows_no_answer(profile: Any, field: Field) -> None:
    context = profile()
    page = context.new_page()
    support.sign_in(page, field.base)
    preloaded = page.evaluate(
        "fetch('/api/v1/assignments').then((r) => r.json()).then((d) => d.surveys[0].cases[0].preloaded.select_u)"
    )
    # The search must be able to find: a marker in the clear, planted the way answers are stored.
    page.evaluate(
        """new Promise((done) => {
          const opening = indexedDB.open('marker', 1);
          opening.onupgradeneeded = () => opening.result.createObjectStore('rows');
          opening.onsuccess = () => {
            const writing = opening.result.transaction('rows', 'readwrite', { durability: 'strict' });
            writing.objectStore('rows').put('Dấu Kiểm Tra', 1);
            writing.objectStore('rows').put('plain marker', 2);
            writing.oncomplete = done;
          };
        })"""
    )
    support.begin(page)
    support.agree(page)
    page.check("input[name=a1][value='96']")
    page.fill("[name=a1_other]", SECRET)
    page.click(".next")
    page.wait_for_selector("[data-page=s_b]")
    support.to_the_end(page)
    page.context.set_offline(True)
    support.finish(page)
    # A second one stays a draft.
    support.go_home(page)
    support.begin(page, 1)
    support.agree(page)
    page.check("input[name=a1][value='96']")
    page.fill("[name=a1_other]", SECRET)
    page.click(".next")
    page.wait_for_selector("[data-page=s_b]")
    context.close()
    assert found_on_disk(profile.folder, "Dấu Kiểm Tra") != []
    assert found_on_disk(profile.folder, "plain marker") != []
    assert found_on_disk(profile.folder, SECRET) == []
    assert found_on_disk(profile.folder, preloaded) == []
    assert found_on_disk(profile.folder, support.PIN) == []


CODED = """
| survey |
| | type | name | label | appearance |
| | hidden | mode | | |
| | begin group | p1 | Một | field-list |
| | select_one view | v | Ý kiến? | |
| | end group | | | |
| choices |
| | list_name | name | label |
| | view | y_kien_rieng_7731 | Một ý kiến |
| | view | y_kien_khac_4402 | Ý kiến khác |
| settings |
| | form_title | form_id |
| | Thử | thu |
"""


def test_the_store_on_disk_shows_no_code_of_an_answer(profile: Any, tmp_path: Path) -> None:
    """Given or not, a code stands in the questionnaire and nowhere else."""
    field = support.start(support.build(tmp_path / "template", CODED), tmp_path / "field")
    try:
        context = profile()
        page = context.new_page()
        support.sign_in(page, field.base)
        page.context.set_offline(True)
        page.locator(".unit[open] .case").first.click()
        page.get_by_role("button", name="Bắt đầu phỏng vấn").click()
        page.check("input[value=y_kien_rieng_7731]")
        page.click(".next")
        support.finish(page)
        support.go_home(page)
        page.locator(".unit[open] .case").first.click()
        page.get_by_role("button", name="Bắt đầu phỏng vấn").click()
        page.check("input[value=y_kien_rieng_7731]")
        page.wait_for_timeout(2500)
        context.close()
    finally:
        support.stop(field)
    given = [name for name in found_on_disk(profile.folder, "y_kien_rieng_7731") if "IndexedDB" in name]
    other = [name for name in found_on_disk(profile.folder, "y_kien_khac_4402") if "IndexedDB" in name]
    assert (given, other) == ([], [])
    # The questionnaire itself is no secret: there the search does find it.
    assert found_on_disk(profile.folder, "y_kien_khac_4402") != []
    where_given = found_on_disk(profile.folder, "y_kien_rieng_7731")
    assert where_given == found_on_disk(profile.folder, "y_kien_khac_4402")


def test_a_wrong_pin_opens_nothing_and_lengthens_the_wait(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    phone.context.set_offline(True)
    phone.reload()
    for _ in range(5):
        support.enter_pin(phone, "000001")
        phone.get_by_text("Mã PIN không đúng").wait_for()
        phone.wait_for_selector("button[data-at=go]:not([disabled])")
    support.enter_pin(phone)
    phone.get_by_text("Hãy chờ").wait_for()
    expect(phone.locator(".unit")).to_have_count(0)
    # Closing the page and coming back doesn't shorten it.
    phone.reload()
    support.enter_pin(phone)
    phone.get_by_text("Hãy chờ").wait_for()


def test_a_simple_pin_is_refused(phone: Any, field: Field) -> None:
    phone.goto(f"{field.base}/sign-in?next=/collect/")
    phone.fill("input[name=name]", "ctv")
    phone.fill("input[name=password]", PASSWORD)
    phone.click("main button")
    phone.get_by_role("heading", name="Đặt mã PIN cho máy này").wait_for()
    for pin, said in (("12345", "sáu chữ số"), ("111111", "dễ đoán"), ("123456", "dễ đoán")):
        support.choose_pin(phone, pin)
        expect(phone.locator("[data-at=error]")).to_contain_text(said)


def test_a_forgotten_pin_loses_nothing(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    support.begin(phone)
    support.agree(phone)
    phone.check("input[name=a3][value='5']")
    phone.click(".next")
    phone.wait_for_selector("[data-page=s_b]")
    phone.reload()
    phone.get_by_role("button", name="Quên mã PIN").click()
    phone.fill("input[type=password]", "mật khẩu sai hẳn")
    phone.get_by_role("button", name="Tiếp tục").click()
    phone.get_by_text("Mật khẩu không đúng").wait_for()
    phone.fill("input[type=password]", PASSWORD)
    phone.get_by_role("button", name="Tiếp tục").click()
    phone.get_by_role("heading", name="Đặt mã PIN mới").wait_for()
    support.choose_pin(phone, "141421")
    phone.wait_for_selector("[data-page=s_b]")
    phone.get_by_role("button", name="Quay lại").click()
    phone.wait_for_selector("[data-page=s_a]")
    expect(phone.locator("input[name=a3][value='5']")).to_be_checked()
    phone.reload()
    support.enter_pin(phone, "141421")
    phone.wait_for_selector("[data-page=s_a]")
