"""Typing in a list of ten thousand choices on a phone six times slower than this machine.

A keystroke's work is cut into slices, so two figures count: how long the page can't answer, and how long until
the results stand there. The first letter comes at once here, before the list could be made ready.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.benchmarks.logic import SLOWED
from tests.conformance.javascript_engine import chromium_page

SIZE = 10_000

_TYPING = """
async (size) => {
  const { pickerOf } = await import(location.origin + "/search.js");
  document.body.innerHTML = `<fieldset data-question="q" data-type="select_one">
    <div class="search" data-chosen="" hidden><input role="combobox"><p role="status"></p>
    <ul role="listbox" id="l" hidden></ul>
    <span hidden data-say="none">-</span><span hidden data-say="some">%(n)s</span>
    <span hidden data-say="more">%(n)s</span></div>
    <div class="choices" data-part="chosen"></div></fieldset>`;
  const names = ["Phường Hạ Long", "Xã Đông Hải", "Thị trấn Ba Chẽ", "Phường Yết Kiêu",
    "Xã Quảng Đức", "Phường Mông Dương"];
  const choices = Array.from({ length: size }, (_, n) => ({
    value: `c${n}`, label: `${names[n % 6]} ${n}`, exclusive: false,
  }));
  const element = document.querySelector("fieldset");
  let start = performance.now();
  pickerOf(element).offer(choices);
  const offered = performance.now() - start;
  const middle = (times, share) => times.sort((a, b) => a - b)[Math.floor(times.length * share)];
  const input = element.querySelector("input");
  const rows = () => element.querySelectorAll("li");
  const said = element.querySelector("[role=status]");
  const strokes = [], settled = [];
  const typed = async (text) => {
    input.value = text;
    said.textContent = "";
    start = performance.now();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    strokes.push(performance.now() - start);
    while (!said.textContent) await new Promise((done) => setTimeout(done, 0));
    settled.push(performance.now() - start);
  };
  for (const word of ["ha long 1", "đông hải", "quang duc 99", "phuong"]) {
    for (let n = 1; n <= word.length; n += 1) await typed(word.slice(0, n));
  }
  return { offered, first: settled[0], stroke: middle(strokes.slice(1), 0.5), worst: middle(strokes.slice(1), 0.9),
           settled: middle(settled.slice(1), 0.5), rows: rows().length };
}
"""


def figures() -> Iterator[tuple[str, float, str]]:
    """(name, value, unit)."""
    with chromium_page() as page:
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        found: dict[str, Any] = page.evaluate(_TYPING, SIZE)
    slow = f"{SIZE:,} choices, {SLOWED}x slowed"
    yield f"{slow}: handing the list over", found["offered"], "ms"
    yield f"{slow}: a keystroke's own work, median", found["stroke"], "ms"
    yield f"{slow}: a keystroke's own work, nine in ten below", found["worst"], "ms"
    yield f"{slow}: results after the first letter", found["first"], "ms"
    yield f"{slow}: results after a letter, median", found["settled"], "ms"
    yield "rows drawn", float(found["rows"]), "rows"
