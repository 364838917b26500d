"""Long lists as a box to type in: by finger, by keyboard, without a script, on the link and in the app."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import support

pytestmark = pytest.mark.browser

NAMES = (
    "Hạ Long",
    "Hà An",
    "Hồng Gai",
    "Đông Triều",
    "Đồng Rui",
    "Mông Dương",
    "Bãi Cháy",
    "Vân Đồn",
    "Cô Tô",
)
SIZE = 400


def markdown() -> str:
    """A page with a list of 40 (several answers), one of 400 filtered by province, and one asked to be searched."""
    rows = [
        "| survey |",
        "| | type | name | label::Tiếng Việt (vi) | label::English (en) | appearance | choice_filter | required |",
        "| | hidden | select_u | | | | | |",
        "| | hidden | mode | | | | | |",
        "| | begin group | nơi | Nơi ở | Where | field-list | | |",
        "| | select_one tinh | tinh | Tỉnh nào? | Which province? | | | yes |",
        "| | select_one xa | xa | Xã nào? | Which commune? | | p = ${tinh} | yes |",
        "| | select_multiple viec | viec | Việc gì? | Which matters? | | | |",
        "| | select_one it | it | Kênh nào? | Which channel? | autocomplete | | |",
        "| | end group | | | | | | |",
        "| choices |",
        "| | list_name | name | label::Tiếng Việt (vi) | label::English (en) | p |",
        "| | tinh | 1 | Quảng Ninh | Quang Ninh | |",
        "| | tinh | 2 | Hải Phòng | Hai Phong | |",
    ]
    for n in range(SIZE):
        name = f"{NAMES[n % len(NAMES)]} {n}"
        rows.append(f"| | xa | x{n} | Phường {name} | {name} ward | {n % 2 + 1} |")
    rows += [f"| | viec | v{n} | Việc số {n} | Matter {n} | |" for n in range(40)]
    rows += ["| | viec | 98 | Không biết | Don't know | |", "| | viec | 99 | Từ chối | Refused | |"]
    rows += [f"| | it | i{n} | Kênh {n} | Channel {n} | |" for n in range(5)]
    rows += [
        "| settings |",
        "| | form_title | form_id | default_language |",
        "| | Tìm | tim | Tiếng Việt (vi) |",
    ]
    return "\n".join(rows).replace("nơi", "noi")


@pytest.fixture(scope="module")
def long_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return support.build(tmp_path_factory.mktemp("long"), markdown())


@pytest.fixture
def field(long_template: Path, tmp_path: Path) -> Iterator[support.Field]:
    made = support.start(long_template, tmp_path / "field")
    yield made
    support.stop(made)


def question(page: Any, name: str) -> Any:
    return page.locator(f"[data-question={name}]")


def found(page: Any, name: str) -> list[str]:
    return [text.strip() for text in question(page, name).locator("[role=option]").all_inner_texts()]


def open_link(page: Any, field: support.Field) -> None:
    page.goto(field.links()[0])
    support.onward(page)
    page.wait_for_selector("html[data-enhanced]")


def test_typing_without_accents_finds_and_the_answer_arrives(phone: Any, field: support.Field) -> None:
    open_link(phone, field)
    phone.check("input[name=tinh][value='1']")
    box = question(phone, "xa").get_by_role("combobox")
    box.click()
    expect(question(phone, "xa").locator("[role=option]")).to_have_count(50)
    expect(question(phone, "xa").get_by_role("status")).to_contain_text("50 kết quả đầu")
    box.fill("ha long")
    support.until(phone, "document.querySelectorAll('[data-question=xa] [role=option]').length < 50")
    assert found(phone, "xa") and all("Hạ Long" in text for text in found(phone, "xa"))
    box.fill("dong 3")
    support.until(
        phone, "!document.querySelector('[data-question=xa] [role=option]').textContent.includes('Long')"
    )
    assert all("Đông" in t or "Đồng" in t for t in found(phone, "xa"))
    box.fill("xyz")
    support.until(phone, "document.querySelector('[data-question=xa] [role=listbox]').hidden")
    expect(question(phone, "xa").get_by_role("status")).to_contain_text("Không tìm thấy")
    box.fill("ha an 10")
    question(phone, "xa").get_by_role("option", name="Phường Hà An 10", exact=True).click()
    expect(question(phone, "xa").locator("input:checked")).to_have_attribute("value", "x10")
    # The list is closed, and what is chosen stands there in words.
    expect(question(phone, "xa").get_by_role("listbox")).to_have_count(0)
    expect(question(phone, "xa").locator("[data-part=chosen]")).to_have_text("Phường Hà An 10")
    # The other province no longer has that commune.
    phone.check("input[name=tinh][value='2']")
    support.until(phone, "!document.querySelector('[data-question=xa] [data-part=chosen]').children.length")
    phone.click(".button.next")
    expect(question(phone, "xa").locator(".error")).not_to_be_empty()
    box.fill("bai chay 15")
    phone.keyboard.press("Enter")  # the first that fits
    expect(question(phone, "xa").locator("input:checked")).to_have_attribute("value", "x15")
    support.onward(phone)
    (interview,) = field.interviews()
    assert (interview["answers"]["tinh"], interview["answers"]["xa"]) == ("2", "x15")


def test_several_answers_by_keyboard_and_dont_know_apart(phone: Any, field: support.Field) -> None:
    open_link(phone, field)
    asked = question(phone, "viec")
    box = asked.get_by_role("combobox")
    box.focus()
    expect(box).to_have_attribute("aria-expanded", "true")
    phone.keyboard.type("so 3")
    expect(asked.locator("[role=option]").nth(1)).to_have_text("Việc số 30")
    phone.keyboard.press("ArrowDown")
    active = asked.locator("[role=option]").nth(1).get_attribute("id")
    expect(box).to_have_attribute("aria-activedescendant", str(active))
    phone.keyboard.press("Enter")
    phone.keyboard.type("so 12")
    phone.keyboard.press("Enter")
    expect(asked.locator("[data-part=chosen] input:checked")).to_have_count(2)
    phone.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    phone.check("[data-question=viec] input[value='98']")
    expect(asked.locator("input:checked")).to_have_count(1)
    expect(asked.locator("input:checked")).to_have_value("98")
    # Coming back, the answer is still there.
    phone.check("[data-question=viec] [data-part=chosen] input[value=v12]")
    phone.check("input[name=tinh][value='1']")
    question(phone, "xa").get_by_role("combobox").fill("ha long 0")
    phone.keyboard.press("Enter")
    support.onward(phone, "button[value=later]")
    phone.goto(field.links()[0])
    if phone.locator("[data-question=viec]").count() == 0:
        support.onward(phone)
    phone.wait_for_selector("html[data-enhanced]")
    expect(asked.locator("input:checked")).to_have_count(1)
    expect(asked.locator("input:checked")).to_have_value("v12")
    expect(question(phone, "xa").locator("[data-part=chosen]")).to_have_text("Phường Hạ Long 0")


def test_without_a_script_the_plain_control_stands_there(chromium: Any, field: support.Field) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(field.links()[0])
    support.onward(page)
    expect(page.locator("[data-question=it] select option")).to_have_count(6)
    expect(page.locator("[data-question=viec] [data-part=native] input")).to_have_count(40)
    page.check("input[name=tinh][value='1']")
    page.select_option("[data-question=it] select", "i3")
    page.check("[data-question=viec] input[value=v7]")
    support.onward(page)  # the commune waits for the province, so it is asked again
    page.select_option("[data-question=xa] select", "x4")
    support.onward(page)
    (interview,) = field.interviews()
    assert {k: interview["answers"][k] for k in ("xa", "it", "viec")} == {
        "xa": "x4",
        "it": "i3",
        "viec": "v7",
    }
    context.close()


def test_in_the_app_without_a_connection(phone: Any, field: support.Field) -> None:
    support.sign_in(phone, field.base)
    phone.context.set_offline(True)
    phone.locator(".unit[open] .case").first.click()
    phone.get_by_role("button", name="Bắt đầu phỏng vấn").click()
    phone.wait_for_selector("[data-question=xa]")
    expect(phone.locator("[data-part=native]")).to_have_count(0)
    phone.check("input[name=tinh][value='1']")
    question(phone, "xa").get_by_role("combobox").fill("co to")
    question(phone, "xa").get_by_role("option").first.click()
    expect(question(phone, "xa").locator("[data-part=chosen]")).to_contain_text("Phường Cô Tô")
    assert phone.locator("[data-question=xa] [role=option]").count() <= 50
