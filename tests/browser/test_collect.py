"""The collaborator's app on a phone: assignments, visits, interviews, with and without a connection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import support
from tests.browser.support import Field

pytestmark = pytest.mark.browser


def sent(page: Any, count: int) -> None:
    page.get_by_text(f"Đã gửi {count} phiếu").wait_for()


def test_sign_in_interview_finish_sent(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    support.begin(phone)
    support.agree(phone)
    phone.check("input[name=a1][value='3']")
    phone.click(".next")
    phone.check("input[name=b1][value='1']")
    phone.check("input[name=b2][value='1']")
    phone.fill("input[name=b3]", "3")
    support.to_the_end(phone)
    support.finish(phone)
    support.go_home(phone)
    phone.get_by_role("button", name="Gửi và cập nhật").click()
    phone.get_by_text("Đã gửi hết").wait_for()
    (interview,) = field.interviews()
    assert (interview["outcome"], interview["preloaded"]["mode"]) == ("complete", "1")
    assert {k: interview["answers"][k] for k in ("a1", "b1", "b2", "b3")} == {
        "a1": "3",
        "b1": "1",
        "b2": "1",
        "b3": "3",
    }
    # Nothing in what was sent says which household, who asked, or at what time.
    assert set(interview) == {"format", "language", "answers", "outcome", "preloaded", "paradata", "app"}
    assert set(interview["answers"]).isdisjoint(interview["preloaded"])
    assert field.attempts() == ["complete"]


def test_a_visit_without_an_interview_is_recorded(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    phone.locator(".unit[open] .case").first.click()
    phone.get_by_role("button", name="Lưu kết quả").click()
    expect(phone.locator("form .error")).to_contain_text("Hãy chọn kết quả")
    phone.check("input[value=appointment]")
    phone.get_by_role("button", name="Lưu kết quả").click()
    expect(phone.locator("form .error")).to_contain_text("Hãy ghi ngày giờ hẹn")
    phone.fill("input[name=at]", "2026-11-23T18:30")
    phone.get_by_role("button", name="Lưu kết quả").click()
    phone.locator(".state", has_text="Hẹn 18:30, 23/11/2026").wait_for()
    phone.get_by_role("button", name="Gửi và cập nhật").click()
    phone.get_by_text("Đã gửi hết").wait_for()
    assert field.attempts() == ["appointment"]


def test_everything_works_without_a_connection(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    phone.context.set_offline(True)
    phone.reload()
    support.enter_pin(phone)
    phone.wait_for_selector(".unit")
    support.begin(phone, 1)
    support.agree(phone)
    phone.check("input[name=a2][value='2']")
    support.to_the_end(phone)
    support.finish(phone)
    support.go_home(phone)
    phone.get_by_text("Còn 1 phiếu chưa gửi").wait_for()
    assert field.bodies() == {}
    phone.context.set_offline(False)
    phone.get_by_role("button", name="Gửi và cập nhật").click()
    sent(phone, 1)
    assert [i["answers"]["a2"] for i in field.interviews()] == ["2"]


def test_an_interview_broken_off_goes_on_where_it_stopped(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    support.begin(phone)
    support.agree(phone)
    phone.check("input[name=a3][value='4']")
    phone.get_by_role("button", name="English").click()
    phone.get_by_text("A little worse").first.wait_for()
    expect(phone.locator("input[name=a3][value='4']")).to_be_checked()
    phone.reload()
    support.enter_pin(phone)
    phone.wait_for_selector("[data-page=s_a]")
    expect(phone.locator("input[name=a3][value='4']")).to_be_checked()
    phone.get_by_role("button", name="Tiếng Việt").click()
    phone.get_by_role("button", name="Dừng").click()
    phone.get_by_role("button", name="Tạm dừng, làm tiếp sau").click()
    phone.locator(".state", has_text="Đang phỏng vấn dở").wait_for()
    phone.locator(".case", has_text="Đang phỏng vấn dở").click()
    phone.get_by_role("button", name="Tiếp tục phỏng vấn").click()
    phone.wait_for_selector("[data-page=s_a]")
    expect(phone.locator("input[name=a3][value='4']")).to_be_checked()
    phone.get_by_role("button", name="Dừng").click()
    phone.get_by_role("button", name="giữ các câu đã trả lời").click()
    phone.get_by_role("heading", name="Đã lưu trong máy").wait_for()
    support.go_home(phone)
    phone.get_by_role("button", name="Gửi và cập nhật").click()
    phone.get_by_text("Đã gửi hết").wait_for()
    assert [(i["outcome"], i["answers"]["a3"]) for i in field.interviews()] == [("partial", "4")]


def test_answers_taken_back_are_deleted_and_the_visit_stays(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    support.begin(phone)
    support.agree(phone)
    phone.get_by_role("button", name="Dừng").click()
    phone.get_by_role("button", name="xóa hết").click()
    phone.wait_for_selector(".send")
    phone.get_by_role("button", name="Gửi và cập nhật").click()
    phone.get_by_text("Đã gửi hết").wait_for()
    assert field.attempts() == ["refusal"]
    assert field.bodies() == {}


def test_the_app_can_be_installed(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    manifest = phone.evaluate(
        "fetch(document.querySelector('link[rel=manifest]').href).then((r) => r.json())"
    )
    assert (manifest["start_url"], manifest["display"]) == ("/collect/", "standalone")
    for icon in manifest["icons"]:
        assert phone.request.get(field.base + icon["src"]).ok


def test_sections_already_answered_can_be_reached(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    support.begin(phone)
    support.agree(phone)
    phone.click(".next")
    phone.wait_for_selector("[data-page=s_b]")
    phone.get_by_role("button", name="Chuyển đến phần khác").click()
    phone.get_by_role("button", name="Đồng ý tham gia").click()
    phone.wait_for_selector("[data-page=p_consent]")
    expect(phone.locator("input[name=consent][value='1']")).to_be_checked()


REPEATED = """
| survey |
| | type | name | label | appearance | repeat_count |
| | hidden | mode | | | |
| | begin group | p1 | Một | field-list | |
| | integer | n | Mấy con? | | |
| | end group | | | | |
| | begin repeat | child | Con | field-list | ${n} |
| | text | nick | Gọi là gì? | | |
| | end repeat | | | | |
| | begin repeat | trip | Chuyến đi | field-list | |
| | text | place | Đi đâu? | | |
| | end repeat | | | | |
| settings |
| | form_title | form_id |
| | Thử | thu |
"""


def test_repeats_counted_and_open(phone: Any, tmp_path: Path) -> None:
    field = support.start(support.build(tmp_path / "template", REPEATED), tmp_path / "field")
    try:
        support.sign_in(phone, field.base)
        phone.locator(".unit[open] .case").first.click()
        phone.get_by_role("button", name="Bắt đầu phỏng vấn").click()
        phone.fill("input[name=n]", "2")
        phone.click(".next")
        for number, name in ((1, "An"), (2, "Bình")):
            phone.fill(f"input[name='child[{number}]/nick']", name)
            phone.click(".next")
        phone.wait_for_selector("[data-page=trip]")
        for number, place in ((1, "Huế"), (2, "Vinh")):
            phone.get_by_role("button", name="Có, thêm một").click()
            phone.fill(f"input[name='trip[{number}]/place']", place)
            phone.click(".next")
            phone.wait_for_selector("[data-page=trip]")
        phone.click(".next")
        support.finish(phone)
        support.go_home(phone)
        phone.get_by_role("button", name="Gửi và cập nhật").click()
        phone.get_by_text("Đã gửi hết").wait_for()
        (interview,) = field.interviews()
        assert {k: interview["answers"][k] for k in ("n", "child", "trip")} == {
            "n": "2",
            "child": [{"nick": "An"}, {"nick": "Bình"}],
            "trip": [{"place": "Huế"}, {"place": "Vinh"}],
        }
    finally:
        support.stop(field)
