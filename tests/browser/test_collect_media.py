"""Photos and recordings at the door: made small, telling nothing but themselves, kept sealed, sent in pieces."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from survey_app.collection import gallery
from survey_app.collection.models import Interview, MediaFile
from survey_app.collection.services import interpret_pending
from survey_app.db import db, transaction
from survey_app.surveys.models import Survey
from tests.browser import support
from tests.browser.support import Field
from tests.support import browser as browsers

pytestmark = pytest.mark.browser

ASKED = """
| survey |
| | type | name | label::Tiếng Việt (vi) | label::English (en) | appearance | required | parameters | relevant |
| | hidden | mode | | | | | | |
| | begin group | p1 | Gia đình | Household | field-list | | | |
| | integer | n | Nhà có mấy người? | How many live here? | | yes | | |
| | end group | | | | | | | |
| | begin group | p2 | Ảnh | Photo | field-list | | | |
| | image | gate | Chụp ảnh lối vào nhà (không chụp người) | Take a photo of the way in | | yes | | ${n} > 0 |
| | audio | voice | Mong muốn cho khu phố? Xin ghi lại lời nói | What do you wish? | | | quality=low | |
| | video | clip | Phim | A film | | | | |
| | end group | | | | | | | |
| | begin group | p3 | Thêm | More | field-list | | | |
| | text | more | Điều gì nữa? | Anything else? | | | | |
| | end group | | | | | | | |
| settings |
| | form_title | form_id | default_language |
| | Thử | thu | Tiếng Việt (vi) |
"""
FAKE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
GPS = b"21.0285N105.8542E"


def with_gps(width: int = 3000, height: int = 2000) -> bytes:
    """A JPEG as a phone's camera makes it: turned by its EXIF, with a place and a maker, in XMP and a comment too."""
    picture = Image.effect_noise((width, height), 40).convert("RGB")
    picture.paste((200, 30, 30), (0, 0, width, height // 4))  # the top of the stored picture
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn by 90 degrees to the right
    exif[0x010F] = "MakerOfCameras"
    place = exif.get_ifd(0x8825)
    place.update({1: "N", 2: (21.0, 1.0, 42.6), 3: "E", 4: (105.0, 51.0, 15.1), 27: GPS})
    out = io.BytesIO()
    xmp = (
        b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta><exif:GPSLatitude>21,1.7N</exif:GPSLatitude></x:xmpmeta>"
    )
    picture.save(out, "JPEG", quality=92, exif=exif, comment=b"taken at home")
    plain = out.getvalue()
    return plain[:2] + b"\xff\xe1" + struct.pack(">H", len(xmp) + 2) + xmp + plain[2:]


TELLS = (b"Exif", GPS, b"MakerOfCameras", b"xmpmeta", b"GPSLatitude", b"taken at home")


@pytest.fixture(scope="session")
def media_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return support.build(tmp_path_factory.mktemp("media"), ASKED, anonymous=False)


@pytest.fixture
def field(media_template: Path, tmp_path: Path) -> Iterator[Field]:
    made = support.start(media_template, tmp_path / "field")
    yield made
    support.stop(made)


@pytest.fixture
def profile(chromium: Any, tmp_path: Path) -> Any:
    """A browser whose profile lies in a folder, with a camera and a microphone that are always there."""
    folder = tmp_path / "profile"

    def launch(*more: str) -> Any:
        context = chromium.browser_type.launch_persistent_context(
            str(folder),
            executable_path=browsers.executable(),
            args=[*browsers.ARGUMENTS, *FAKE, *more],
            viewport={"width": 360, "height": 740},
            locale="vi-VN",
        )
        context.set_default_timeout(30_000)
        return context

    launch.folder = folder  # type: ignore[attr-defined]
    return launch


def begin(page: Any, place: int = 0, people: str = "3") -> None:
    page.locator(".unit[open] .case").nth(place).click()
    page.get_by_role("button", name="Bắt đầu phỏng vấn").click()
    page.fill("input[name=n]", people)
    page.click(".next")


def agree(page: Any) -> None:
    page.get_by_role("heading", name="Xin phép chụp ảnh, ghi âm").wait_for()
    page.get_by_role("button", name="Người trả lời đồng ý").click()
    page.wait_for_selector("[data-page=p2]")


def take_photo(page: Any, picture: bytes) -> None:
    chosen = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": picture}
    page.locator("[data-question=gate] input[data-part=first]").set_input_files(chosen)
    expect(page.locator("[data-question=gate] img")).to_be_visible(timeout=30_000)


def record(page: Any) -> None:
    voice = page.locator("[data-question=voice]")
    voice.get_by_role("button", name="Ghi âm", exact=True).click()
    voice.get_by_role("button", name="Dừng ghi âm").wait_for()
    expect(voice.locator("[data-part=time]")).to_contain_text("0:01", timeout=30_000)
    voice.get_by_role("button", name="Dừng ghi âm").click()
    expect(voice.locator("audio")).to_be_visible(timeout=30_000)


def to_the_end(page: Any) -> None:
    page.click(".next")
    page.wait_for_selector("[data-page=p3]")
    page.click(".next")
    support.finish(page)
    support.go_home(page)


def opened(field: Field) -> dict[str, gallery.Opened]:
    """{question: its file in the clear} of the only interview."""

    def read() -> dict[str, gallery.Opened]:
        with transaction():
            interpret_pending()
        survey = db.session.query(Survey).one()
        return {name: gallery.opened(survey, items[0].id) for name, items in gallery.listed(survey).items()}

    return dict(field.ask(read))


def test_a_photo_and_a_recording_made_offline_arrive_whole(profile: Any, field: Field) -> None:
    context = profile()
    page = context.new_page()
    support.sign_in(page, field.base)
    context.set_offline(True)
    page.reload()
    support.enter_pin(page)
    page.wait_for_selector(".unit")
    begin(page)
    agree(page)
    original = with_gps()
    assert all(tell in original for tell in TELLS)
    take_photo(page, original)
    record(page)
    # The browser ends and is started again, still without a signal.
    context.close()
    context = profile()
    page = context.new_page()
    context.set_offline(True)
    page.goto(f"{field.base}/collect/")
    support.enter_pin(page)
    page.locator(".case", has_text="Đang phỏng vấn dở").click()
    page.get_by_role("button", name="Tiếp tục phỏng vấn").click()
    expect(page.locator("[data-question=gate] img")).to_be_visible()
    expect(page.locator("[data-question=voice] audio")).to_be_visible()
    to_the_end(page)
    expect(page.locator(".unsent")).to_have_text("Còn 1 phiếu chưa gửi")
    expect(page.locator("[data-at=files]")).to_have_text("Còn 2 ảnh, bản ghi âm chưa gửi")
    context.set_offline(False)
    page.get_by_role("button", name="Gửi và cập nhật").click()
    expect(page.locator(".unsent")).to_have_text("Đã gửi hết", timeout=30_000)
    context.close()
    (interview,) = field.interviews()
    assert interview["media_consent"]["answer"] == "yes"
    assert len(interview["media_consent"]["wording"]) == 64
    assert set(interview["media"]) == {"gate", "voice"}
    assert interview["answers"]["gate"] == f"{interview['media']['gate']['id']}.jpg"
    found = opened(field)
    photo, voice = found["gate"], found["voice"]
    assert photo.media_type == "image/jpeg"
    assert not [tell for tell in TELLS if tell in photo.content]
    picture = Image.open(io.BytesIO(photo.content))
    assert picture.size == (1067, 1600), "upright, its long side 1600 pixels"
    red, green, _ = picture.getpixel((1060, 800))  # the stored top is the right side once turned
    assert red > green + 60
    assert not picture.getexif()
    assert voice.media_type == "audio/webm"
    assert b"OpusHead" in voice.content
    assert field.ask(lambda: [f for i in db.session.query(Interview) for f in i.findings]) == []
    assert field.ask(lambda: db.session.query(MediaFile).filter_by(complete=True).count()) == 2


def box(name: bytes, content: bytes) -> bytes:
    """A box of an MP4 family file."""
    return struct.pack(">I", len(content) + 8) + name + content


PLACE = b"+21.0285+105.8542/"
DATED = b"\x00\x00\x00\x00" + struct.pack(">II", 3_900_000_000, 3_900_000_000) + b"rest"
SOUND = b"the sound itself " * 40


def recorder_file() -> bytes:
    """An M4A as a phone's recorder makes it, with the place and the time of the recording."""
    track = box(b"trak", box(b"tkhd", DATED) + box(b"mdia", box(b"mdhd", DATED)) + box(b"udta", PLACE))
    movie = (
        box(b"mvhd", DATED)
        + box(b"udta", box(b"\xa9xyz", PLACE))
        + box(b"meta", b"Recorder of a person")
        + track
    )
    return box(b"ftyp", b"M4A \x00\x00\x00\x00") + box(b"moov", movie) + box(b"mdat", SOUND)


CLEANED = """
([name, bytes]) => import(document.documentElement.dataset.capture)
  .then((capture) => capture.sound(new File([new Uint8Array(bytes)], name)))
  .then((clean) => [...clean], (error) => error.message)
"""


def test_a_chosen_recording_keeps_its_sound_and_loses_its_tags(phone: Any, field: Field) -> None:
    phone.goto(f"{field.base}/collect/")

    def cleaned(name: str, given: bytes) -> bytes | str:
        found = phone.evaluate(CLEANED, [name, list(given)])
        return found if isinstance(found, str) else bytes(found)

    original = recorder_file()
    assert PLACE in original and b"Recorder of a person" in original
    clean = cleaned("a.m4a", original)
    assert isinstance(clean, bytes)
    assert len(clean) == len(original), "everything else stays in its place"
    assert PLACE not in clean and b"Recorder of a person" not in clean
    assert struct.pack(">I", 3_900_000_000) not in clean
    assert clean.endswith(SOUND)
    frames = b"\xff\xfb\x90\x00" + b"frame" * 100
    tagged = b"ID3\x04\x00\x00\x00\x00\x00\x14" + b"TPE1 name of someone" + frames + b"TAG".ljust(128, b"n")
    assert cleaned("a.mp3", tagged) == frames
    assert cleaned("a.wav", b"RIFF" + b"x" * 600) == "sound"
    assert cleaned("a.m4a", b"") == "sound"
