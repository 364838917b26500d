"""What the collaborator's app costs a phone: first load, opening, page turns, and what waiting interviews change.

Page turns are taken with the processor slowed six times: the median of many, by the clock. Beside it, six times
the processor time of the page's thread for one turn (script, style, layout, painting), which other work on a
shared machine doesn't lengthen. `first_screen` compares the first
screen with 500 finished interviews waiting to the one with none; 1 means no difference.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Any

from tests.benchmarks.wire import KB, Wire
from tests.browser import support
from tests.browser.test_collect_exchange import MAKE, user_id

Figures = Iterator[tuple[str, float, str]]
TURNS = 15
WAITING = 500
OPEN = (
    "new Promise((done) => { const began = performance.now();"
    " new MutationObserver((_, o) => { if (document.querySelector(%r)) { o.disconnect();"
    " requestAnimationFrame(() => done(performance.now() - began)); } })"
    ".observe(document.body, { childList: true, subtree: true }); document.querySelector(%r).click(); })"
)
# From the route's change to the first screen with its list, several times.
HOME = """
async (times) => {
  const spent = [];
  for (let n = 0; n < times; n += 1) {
    location.hash = "#/training";
    while (!document.querySelector(".training")) await new Promise((next) => setTimeout(next, 5));
    const began = performance.now();
    location.hash = "#/";
    while (!document.querySelector(".unit")) await new Promise((next) => setTimeout(next, 0));
    spent.push(performance.now() - began);
  }
  return spent;
}
"""


def app_figures(field: support.Field, browser: Any) -> Figures:
    """field: a survey of 200 questions on 40 pages."""
    yield from _first_load(field, browser)
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    page = context.new_page()
    support.sign_in(page, field.base)
    yield from _offline(page, context)
    wire = Wire(page)
    wire.session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    page.locator(".unit[open] .case").first.click()
    page.get_by_role("button", name="Bắt đầu phỏng vấn").wait_for()
    yield "collect_open_200_questions_6x", page.evaluate(OPEN % ("[data-page=p0]", "[data-at=begin]")), "ms"
    turns = _turns(page, range(1, TURNS + 1))
    yield "collect_next_page_6x_median", statistics.median(turns), "ms"
    wire.session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    yield "collect_next_page_6x_of_its_cpu", 6 * _cpu(page, wire, range(TURNS + 1, TURNS + 6)), "ms"
    yield from _waiting(page, context, wire, turns)
    context.close()


def _first_load(field: support.Field, browser: Any) -> Figures:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="vi-VN", service_workers="block"
    )
    page = context.new_page()
    wire = Wire(page)
    page.goto(f"{field.base}/collect/")
    page.get_by_role("heading", name="Bắt đầu trên máy này").wait_for()
    page.wait_for_timeout(1500)
    yield "collect_first_load_bytes", wire.bytes / KB, "KB"
    context.close()


def _offline(page: Any, context: Any) -> Figures:
    """Requests that a reload without a connection sends to the network; asking the server who is here apart."""
    context.set_offline(True)
    went: list[str] = []
    context.on("request", lambda r: went.append(r.url) if r.service_worker else None)
    page.reload()
    support.enter_pin(page)
    page.wait_for_selector(".unit")
    yield "collect_offline_reload_requests", len([url for url in went if "/api/" not in url]), "requests"
    context.set_offline(False)


def _turns(page: Any, numbers: range) -> list[float]:
    spent = []
    for number in numbers:
        spent.append(page.evaluate(OPEN % (f"[data-page=p{number}]", ".next")))
        page.wait_for_timeout(400)
    return spent


def _cpu(page: Any, wire: Wire, numbers: range) -> float:
    """Milliseconds of the page's thread for one turn, the median."""
    wire.session.send("Performance.enable", {"timeDomain": "threadTicks"})
    spent = []
    for number in numbers:
        before = _busy(wire)
        page.evaluate(OPEN % (f"[data-page=p{number}]", ".next"))
        page.wait_for_timeout(300)
        spent.append(_busy(wire) - before)
    return statistics.median(spent)


def _busy(wire: Wire) -> float:
    metrics = wire.session.send("Performance.getMetrics")["metrics"]
    return 1000 * float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))


def _home(page: Any) -> float:
    return float(statistics.median(page.evaluate(HOME, 9)))


def _waiting(page: Any, context: Any, wire: Wire, before: list[float]) -> Figures:
    """With 500 finished interviews waiting: the first screen and the next page against before; then one request."""
    page.evaluate("location.hash = '#/'")
    page.wait_for_selector(".unit")
    empty = _home(page)
    page.evaluate("(given) => (" + MAKE + ")(given)", {"count": WAITING, "user": user_id(page)})
    context.set_offline(True)
    yield f"collect_first_screen_{WAITING}_waiting_ratio", _home(page) / empty, "times"
    wire.session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    page.locator(".case").first.click()
    page.get_by_role("button", name="Tiếp tục phỏng vấn").click()
    page.wait_for_selector("[data-page]")
    full = _turns(page, range(TURNS + 6, 2 * TURNS + 6))
    wire.session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    yield (
        f"collect_next_page_{WAITING}_waiting_ratio",
        statistics.median(full) / statistics.median(before),
        "times",
    )
    sent: list[Any] = []
    context.on("request", lambda r: sent.append(r.url) if r.url.endswith("/submissions") else None)
    page.evaluate("location.hash = '#/'")
    page.wait_for_selector(".send")
    context.set_offline(False)
    page.get_by_role("button", name="Gửi và cập nhật").click()
    page.get_by_text("Đã gửi hết").wait_for(timeout=120_000)
    yield "collect_interviews_a_request", WAITING / len(sent), "interviews"
