"""What respondents' pages and the collaborator's app weigh on the wire, and what they cost the server and a phone.

Bytes are those of the DevTools protocol (`encodedDataLength`: headers and compressed bodies). Times in a
browser are taken on this machine with its processor slowed; they are floors for reading, never a gate.
"""

from __future__ import annotations

import gc
import logging
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask

from tests.benchmarks.phone import app_figures
from tests.benchmarks.wire import KB, Wire
from tests.browser import support
from tests.support import browser as browsers

LABELS = ("Rất hài lòng", "Khá hài lòng", "Bình thường", "Khá không hài lòng", "Rất không hài lòng")
Figures = Iterator[tuple[str, float, str]]


def questionnaire(pages: int, questions: int) -> str:
    """A form of select_one questions with seven answers each, with skips, spread over `pages` pages."""
    rows = ["| survey |", "| | type | name | label::Tiếng Việt (vi) | relevant |"]
    each = questions / pages
    for n in range(questions):
        page = int(n / each)
        if n == 0 or page != int((n - 1) / each):
            rows += ["| | end group | | | |"] if n else []
            rows.append(f"| | begin group | p{page} | Phần {page + 1} về đời sống ở địa phương | |")
        skip = f"${{q{n - 1}}} != '5'" if n % 5 == 4 else ""
        rows.append(
            f"| | select_one scale | q{n} | {n + 1}. Ông/bà hài lòng đến mức nào về dịch vụ này? | {skip} |"
        )
    rows += ["| | end group | | | |", "| choices |", "| | list_name | name | label::Tiếng Việt (vi) |"]
    rows += [f"| | scale | {i} | {label} |" for i, label in enumerate(LABELS, 1)]
    rows += ["| | scale | 98 | Không biết / khó trả lời |", "| | scale | 99 | Từ chối trả lời |"]
    rows += [
        "| settings |",
        "| | form_title | form_id | default_language |",
        "| | Đo | do | Tiếng Việt (vi) |",
    ]
    rows[1] = "| | type | name | label::Tiếng Việt (vi) | relevant |"
    return "\n".join(_appearance(rows))


def _appearance(rows: list[str]) -> list[str]:
    """The appearance column: every group is one page."""
    done = []
    for row in rows:
        cells = row.split("|")
        if len(cells) == 7 and "list_name" not in row and "form_title" not in row and "scale | 9" not in row:
            value = "appearance" if "type" in cells[2] else "field-list" if "begin group" in cells[2] else ""
            row = f"{row} {value} |"
        done.append(row)
    return done


def _links(field: support.Field, browser: Any) -> Figures:
    for name, place in (("link_consent_page", False), ("link_first_questions", True)):
        context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
        page = context.new_page()
        if place:
            # The first page with questions, everything cold: the address that a phone reloads.
            page.goto(field.links()[0])
            page.click(".button.next")
            page.wait_for_load_state("networkidle")
            address = page.url
            context.close()
            context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
            page = context.new_page()
        else:
            address = field.links()[0]
        wire = Wire(page)
        page.goto(address, wait_until="networkidle")
        yield f"{name}_bytes", wire.bytes / KB, "KB"
        yield f"{name}_requests", wire.requests, "requests"
        context.close()
        if place:
            yield "link_slow_interactive", _slow(browser, address), "s"


def _slow(browser: Any, address: str) -> float:
    """Seconds to a page that answers, at 400 kbit/s and 400 ms with a processor four times slower."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    page = context.new_page()
    wire = Wire(page)
    speed = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
    wire.session.send("Network.emulateNetworkConditions", speed)
    wire.session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    began = time.monotonic()
    page.goto(address, wait_until="commit")
    page.wait_for_selector("form[data-page]")
    # Usable without the script; this waits for the script as well.
    page.wait_for_selector("html[data-enhanced='1']", state="attached")
    spent = time.monotonic() - began
    context.close()
    return spent


def _response_cpu(app: Flask) -> float:
    """Milliseconds of server CPU for one 20-question response over 7 pages, the best of several."""
    from survey_app.db import db
    from survey_app.sampling.models import Case
    from survey_app.sampling.services import link_of
    from survey_app.surveys.models import Survey

    with app.app_context():
        survey = db.session.query(Survey).one()
        tokens = [link_of(case, survey) for case in db.session.query(Case)]
        db.session.remove()
    client = app.test_client()
    spent = []
    for token in tokens[:12]:
        began = time.process_time()
        page = client.post(f"/l/{token}", data={"-do": "start"})
        for number in range(7):
            names = [f"q{n}" for n in range(20) if int(n / (20 / 7)) == number]
            answers = dict.fromkeys(names, "2")
            page = client.post(
                f"/l/{token}",
                data={"-page": f"p{number}", "-shown": " ".join(names), "-do": "next", **answers},
            )
        spent.append((time.process_time() - began) * 1000)
        assert "Cảm ơn" in page.get_data(as_text=True), page.get_data(as_text=True)[:500]
    return sorted(spent)[len(spent) // 2]


def figures() -> Figures:
    path = browsers.executable()
    if path is None:
        raise RuntimeError(browsers.HOW)
    from playwright.sync_api import sync_playwright

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as p:
        browser = p.chromium.launch(executable_path=path, args=browsers.ARGUMENTS)
        forms = {
            "forty": questionnaire(1, 40),
            "twenty": questionnaire(7, 20),
            "long": questionnaire(40, 200),
        }
        fields = {}
        for name, markdown in forms.items():
            template = support.build(Path(scratch) / f"{name}-template", markdown)
            # Reading what arrived is a job of its own; here only the answering of requests is measured.
            fields[name] = support.start(template, Path(scratch) / name, ASYNC_JOBS=True)
        gc.collect()
        gc.freeze()  # as wsgi.py does
        yield from _links(fields["forty"], browser)
        yield "link_20_questions_7_pages_cpu", _response_cpu(fields["twenty"].app), "ms"
        yield from app_figures(fields["long"], browser)
        for field in fields.values():
            support.stop(field)
        browser.close()
