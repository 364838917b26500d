"""Photos and recordings when something goes wrong: refused, killed, forgotten, full, paused, locked; and the disk."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from survey_app.collection import gallery, locking, media
from survey_app.collection.models import Interview, MediaFile, MediaPart
from survey_app.collection.services import interpret_pending
from survey_app.db import db, transaction
from survey_app.surveys import services as surveys
from survey_app.surveys.models import Survey
from tests.browser import chaos, support
from tests.browser.support import Field
from tests.browser.test_collect_lock import found_on_disk
from tests.browser.test_collect_media import (
    agree,
    begin,
    field,
    media_template,
    opened,
    profile,
    record,
    take_photo,
    to_the_end,
    with_gps,
)
from tests.browser.test_collect_paused import DAY_LATER, pause, release
from tests.browser.test_collect_screens import faults

__all__ = ["field", "media_template", "profile"]  # fixtures
pytestmark = pytest.mark.browser
OLDER = (Path(__file__).parent / "older_layout.js").read_text(encoding="utf-8")
COUNTS = """
indexedDB.databases().then((all) => all.find((d) => d.name.startsWith("collect-")).name).then((name) =>
  new Promise((done) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => {
      const reading = opening.result.transaction(["media", "files"]);
      const found = {};
      reading.objectStore("media").count().onsuccess = ({ target }) => { found.media = target.result; };
      const waits = reading.objectStore("files").index("waits");
      waits.count().onsuccess = ({ target }) => { found.waits = target.result; };
      reading.oncomplete = () => { opening.result.close(); done(found); };
    };
  }))
"""


def test_its_screens_are_right_at_any_size(chromium: Any, field: Field) -> None:
    for scheme in ("light", "dark"):
        context = chromium.new_context(
            viewport={"width": 360, "height": 740}, locale="vi-VN", color_scheme=scheme, bypass_csp=True
        )
        page = context.new_page()
        support.sign_in(page, field.base)
        begin(page, 0 if scheme == "light" else 1)
        page.get_by_role("heading", name="Xin phép chụp ảnh, ghi âm").wait_for()
        wrong = faults(page, f"consent, {scheme}")
        agree(page)
        wrong += faults(page, f"before, {scheme}")
        take_photo(page, with_gps(300, 200))
        wrong += faults(page, f"with a photo, {scheme}")
        context.close()
        assert wrong == []


def sent(page: Any) -> None:
    page.get_by_role("button", name="Gửi và cập nhật").click()
    expect(page.locator(".unsent")).to_have_text("Đã gửi hết", timeout=60_000)


def test_who_declines_goes_on_without_and_nothing_is_missed(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    begin(phone)
    phone.get_by_role("button", name="Không đồng ý").click()
    phone.wait_for_selector("[data-page=p3]")
    phone.click(".next")
    support.finish(phone)
    support.go_home(phone)
    sent(phone)
    (interview,) = field.interviews()
    assert interview["media_consent"]["answer"] == "no"
    assert "media" not in interview
    assert opened(field) == {}
    assert field.ask(lambda: [f for i in db.session.query(Interview) for f in i.findings]) == []


def test_a_yes_can_be_taken_back_and_takes_the_photo_along(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    begin(phone)
    agree(phone)
    take_photo(phone, with_gps(900, 600))
    assert phone.evaluate(COUNTS)["media"] == 1
    phone.get_by_role("button", name="Chuyển đến phần khác").click()
    phone.get_by_role("button", name="Hỏi lại về chụp ảnh, ghi âm").click()
    phone.get_by_role("button", name="Không đồng ý").click()
    phone.wait_for_selector("[data-page=p3]")
    support.until(phone, f"{COUNTS.strip()}.then(({{ media }}) => media === 0)")
    phone.click(".next")
    support.finish(phone)
    support.go_home(phone)
    sent(phone)
    (interview,) = field.interviews()
    assert "media" not in interview and not interview["answers"].get("gate")


def test_an_anonymous_survey_asks_for_none_and_says_so(phone: Any, tmp_path: Path) -> None:
    from tests.browser.test_collect_media import ASKED

    made = support.start(support.build(tmp_path / "template", ASKED), tmp_path / "made")
    try:
        support.sign_in(phone, made.base)
        phone.locator(".unit[open] .case").first.click()
        expect(phone.locator("[data-at=unasked]")).to_contain_text("ẩn danh")
        phone.get_by_role("button", name="Bắt đầu phỏng vấn").click()
        phone.fill("input[name=n]", "2")
        phone.click(".next")
        phone.wait_for_selector("[data-page=p3]")
    finally:
        support.stop(made)


REPEATED = """
| survey |
| | type | name | label | appearance | repeat_count | dl::consent |
| | hidden | mode | | | | |
| | note | leave | Cho chúng tôi chụp mái nhà, được không? | | | media |
| | begin repeat | roof | Mái | field-list | 2 | |
| | image | pic | Ảnh mái | new | | |
| | end repeat | | | | | |
| settings |
| | form_title | form_id |
| | Thử | thu |
"""


def test_each_instance_of_a_repeat_has_its_own_and_the_questionnaire_its_own_words(
    phone: Any, tmp_path: Path
) -> None:
    made = support.start(support.build(tmp_path / "template", REPEATED, anonymous=False), tmp_path / "made")
    try:
        support.sign_in(phone, made.base)
        phone.locator(".unit[open] .case").first.click()
        phone.get_by_role("button", name="Bắt đầu phỏng vấn").click()
        words = "Cho chúng tôi chụp mái nhà, được không?"
        expect(phone.locator(".spoken")).to_have_text(words)
        phone.get_by_role("button", name="Người trả lời đồng ý").click()
        for number in (1, 2):
            question = phone.locator(f"[data-question='roof[{number}]/pic']")
            expect(question.get_by_text("Chọn ảnh có sẵn")).to_have_count(0)  # appearance `new`
            picture = with_gps(300 * number, 200)
            question.locator("input[type=file]").set_input_files(
                {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture}
            )
            expect(question.locator("img")).to_be_visible(timeout=30_000)
            phone.click(".next")
        support.finish(phone)
        support.go_home(phone)
        sent(phone)
        (interview,) = made.interviews()
        assert sorted(interview["media"]) == ["roof[1]/pic", "roof[2]/pic"]
        assert interview["media_consent"]["wording"] == hashlib.sha256(words.encode()).hexdigest()

        def read() -> list[str]:
            with transaction():
                interpret_pending()
            survey = db.session.query(Survey).one()
            return [gallery.opened(survey, item.id).question for item in gallery.listed(survey)["pic"]]

        assert made.ask(read) == ["pic", "pic"]
    finally:
        support.stop(made)


def test_killed_in_mid_upload_it_goes_on_where_it_stopped(profile: Any, field: Field, chromium: Any) -> None:
    context = profile()
    page = context.new_page()
    support.sign_in(page, field.base)
    begin(page)
    agree(page)
    take_photo(page, with_gps())
    context.set_offline(True)
    to_the_end(page)
    held: list[str] = []

    def hold(route: Any) -> None:
        if "offset=0" in route.request.url or route.request.method != "PUT":
            route.continue_()
        else:
            held.append(route.request.url)  # the phone dies before this one is answered

    context.route("**/api/v1/media/**", hold)
    context.set_offline(False)
    page.get_by_role("button", name="Gửi và cập nhật").click()
    end = 600
    while not held and end:
        page.wait_for_timeout(50)
        end -= 1
    assert held, "a second piece was under way"
    chaos.Phone.kill(type("P", (), {"folder": profile.folder, "context": context})())  # type: ignore[arg-type]
    assert field.ask(lambda: db.session.query(MediaFile).one().complete) is False
    assert field.ask(lambda: db.session.query(MediaPart).count()) == 1
    first = field.ask(lambda: bytes(db.session.query(MediaPart).one().body))
    context = profile()
    page = context.new_page()
    page.goto(f"{field.base}/collect/")
    support.enter_pin(page)
    page.wait_for_selector(".send")
    signed_out = page.get_by_role("button", name="Đăng nhập")
    page.get_by_role("button", name="Gửi và cập nhật").click()
    expect(signed_out.or_(page.get_by_text("Đã gửi hết"))).to_be_visible(timeout=60_000)
    if signed_out.is_visible():  # cookies reach the disk half a minute late
        signed_out.click()
        page.fill("input[name=name]", "ctv")
        page.fill("input[name=password]", support.PASSWORD)
        page.click("main button")
        support.enter_pin(page)
        sent(page)
    context.close()

    def stored() -> tuple[bool, bytes]:
        file = db.session.query(MediaFile).one()
        return file.complete, b"".join(media.bodies(file))

    complete, body = field.ask(stored)
    (interview,) = field.interviews()
    assert complete and body.startswith(first)
    assert hashlib.sha256(body).hexdigest() == interview["media"]["gate"]["sha256"]


def test_the_store_on_disk_shows_no_photo_and_no_sound(profile: Any, field: Field, tmp_path: Path) -> None:
    context = profile()
    page = context.new_page()
    support.sign_in(page, field.base)
    begin(page)
    agree(page)
    take_photo(page, with_gps())
    record(page)
    context.close()
    shutil.copytree(profile.folder, tmp_path / "as a draft", ignore_dangling_symlinks=True, symlinks=True)
    context = profile()
    page = context.new_page()
    page.goto(f"{field.base}/collect/")
    support.enter_pin(page)
    page.locator(".case", has_text="Đang phỏng vấn dở").click()
    page.get_by_role("button", name="Tiếp tục phỏng vấn").click()
    page.wait_for_selector("[data-page=p2]")
    context.set_offline(True)
    to_the_end(page)
    assert page.evaluate(COUNTS) == {"media": 0, "waits": 2}
    context.close()
    shutil.copytree(profile.folder, tmp_path / "finished", symlinks=True)
    context = profile()
    page = context.new_page()
    page.goto(f"{field.base}/collect/")
    support.enter_pin(page)
    page.wait_for_selector(".send")
    sent(page)
    found = opened(field)
    # Bytes of the middle of each file, as it was sent.
    pieces = [one.content[len(one.content) // 2 :][:48] for one in found.values()]
    assert len(pieces) == 2
    for folder in (tmp_path / "as a draft", tmp_path / "finished", profile.folder):
        assert [on_disk(folder, piece) for piece in pieces] == [[], []]
    # The search must be able to find: the same bytes, kept in the clear the way files are kept.
    planted = {name: list(one.content) for name, one in found.items()}
    page.evaluate(
        """(planted) => new Promise((done) => {
          const opening = indexedDB.open('marker', 1);
          opening.onupgradeneeded = () => opening.result.createObjectStore('rows');
          opening.onsuccess = () => {
            const writing = opening.result.transaction('rows', 'readwrite', { durability: 'strict' });
            const rows = writing.objectStore('rows');
            for (const [name, bytes] of Object.entries(planted)) rows.put(new Uint8Array(bytes), name);
            writing.oncomplete = () => { opening.result.close(); done(); };
          };
        })""",
        planted,
    )
    context.close()
    assert all(on_disk(profile.folder, piece) for piece in pieces)
    assert found_on_disk(profile.folder, "marker")


def on_disk(folder: Path, piece: bytes) -> list[str]:
    """Files that hold these bytes."""
    return [str(f) for f in folder.rglob("*") if f.is_file() and piece in f.read_bytes()]


def test_an_older_memory_is_taken_over_whole(profile: Any, field: Field) -> None:
    context = profile()
    page = context.new_page()
    support.sign_in(page, field.base)
    context.set_offline(True)
    begin(page, 0)
    page.get_by_role("button", name="Không đồng ý").click()
    page.wait_for_selector("[data-page=p3]")
    page.click(".next")
    support.finish(page)
    support.go_home(page)
    begin(page, 1)
    page.get_by_role("heading", name="Xin phép chụp ảnh, ghi âm").wait_for()
    user = page.evaluate(
        "indexedDB.databases().then((d) => d.find((x) => x.name.startsWith('collect-')).name.slice(8))"
    )
    context.set_offline(False)
    page.goto(f"{field.base}/static/icons/app.svg")  # a page that doesn't hold the memory open
    assert page.evaluate(f"({OLDER})({user})") == [2, 1, 1, 1]
    page.goto(f"{field.base}/collect/")
    support.enter_pin(page)
    page.locator(".case", has_text="Đang phỏng vấn dở").click()
    page.get_by_role("button", name="Tiếp tục phỏng vấn").click()
    agree(page)
    take_photo(page, with_gps(600, 400))
    to_the_end(page)
    sent(page)
    context.close()
    assert sorted(len(i.get("media", {})) for i in field.interviews()) == [0, 1]
    assert set(opened(field)) == {"gate"}


def test_a_photo_of_an_interview_that_rested_is_sent_sealed_and_joined_later(
    phone: Any, field: Field
) -> None:
    support.sign_in(phone, field.base)
    begin(phone)
    agree(phone)
    take_photo(phone, with_gps(900, 600))
    phone.click(".next")
    phone.wait_for_selector("[data-page=p3]")
    pause(phone)
    phone.add_init_script(DAY_LATER)
    phone.goto(f"{field.base}/collect/")
    support.enter_pin(phone)
    phone.wait_for_selector(".send")
    sent(phone)
    assert phone.evaluate(COUNTS) == {"media": 0, "waits": 0}
    assert opened(field) == {}, "no interview names it yet"
    release(field)
    phone.get_by_role("button", name="Gửi và cập nhật").click()
    phone.locator(".case", has_text="Đang phỏng vấn dở").click()
    phone.get_by_role("button", name="Tiếp tục phỏng vấn").click()
    phone.wait_for_selector("[data-page=p3]")
    phone.get_by_role("button", name="Quay lại").click()
    expect(phone.locator("[data-question=gate] [data-part=told]")).to_contain_text("niêm phong")
    to_the_end(phone)
    sent(phone)
    assert set(opened(field)) == {"gate"}


def test_a_forgotten_pin_loses_no_photo(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    begin(phone)
    agree(phone)
    take_photo(phone, with_gps(600, 400))
    phone.reload()
    phone.get_by_role("button", name="Quên mã PIN").click()
    phone.fill("input[type=password]", support.PASSWORD)
    phone.get_by_role("button", name="Tiếp tục").click()
    phone.get_by_role("heading", name="Đặt mã PIN mới").wait_for()
    support.choose_pin(phone, "141421")
    expect(phone.locator("[data-question=gate] img")).to_be_visible(timeout=30_000)


def test_little_memory_refuses_the_photo_and_not_the_interview(phone: Any, field: Field) -> None:
    phone.add_init_script(
        "navigator.storage.estimate = async () => ({ quota: 100 * 2 ** 20, usage: 80 * 2 ** 20 })"
    )
    support.sign_in(phone, field.base)
    begin(phone)
    agree(phone)
    picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": with_gps(300, 200)}
    phone.locator("[data-question=gate] input[data-part=first]").set_input_files(picture)
    expect(phone.locator("[data-question=gate] [data-part=told]")).to_contain_text("Bộ nhớ còn quá ít")
    phone.locator("[data-question=gate] input[data-part=first]").focus()
    phone.get_by_role("button", name="Dừng").click()
    phone.get_by_role("button", name="giữ các câu đã trả lời").click()
    phone.get_by_role("heading", name="Đã lưu trong máy").wait_for()


def test_a_file_that_is_no_picture_is_told(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    begin(phone)
    agree(phone)
    letter = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"not a picture at all"}
    phone.locator("[data-question=gate] input[data-part=first]").set_input_files(letter)
    expect(phone.locator("[data-question=gate] [data-part=told]")).to_contain_text("không đọc được tệp này")


def test_what_still_waits_at_the_lock_goes_with_it(phone: Any, field: Field) -> None:
    support.sign_in(phone, field.base)
    begin(phone)
    agree(phone)
    take_photo(phone, with_gps(600, 400))
    phone.context.route("**/api/v1/media", lambda route: route.abort())
    to_the_end(phone)
    expect(phone.locator(".unsent")).to_have_text("Còn 1 ảnh, bản ghi âm chưa gửi", timeout=30_000)

    def lock() -> None:
        with transaction():
            interpret_pending()
            survey = db.session.query(Survey).one()
            assert locking.readiness(survey).files == 1
            surveys.close(survey, by=None)
            locking.lock(survey, by=None)

    field.ask(lock)
    phone.context.unroute("**/api/v1/media")
    sent(phone)
    assert phone.evaluate(COUNTS) == {"media": 0, "waits": 0}
