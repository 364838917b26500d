"""The phone's logic: bytes on the wire, one keystroke on a slowed phone, long lists, and the server's share.

The browser is slowed six times by its own throttle, as a cheap phone is to this machine.
"""

from __future__ import annotations

import gzip
import json
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from questionnaires.compiled import Compiled, compile_questionnaire
from questionnaires.interview import Interview
from questionnaires.model import Choice, ChoiceList, Group, Question, Questionnaire
from questionnaires.xlsform.read import read_xlsform
from tests.conformance.javascript_engine import MODULES, chromium_page

SLOWED = 6
NOW = datetime(2026, 5, 1, tzinfo=UTC)
DEMO = Path(__file__).parents[2] / "survey_app" / "demo" / "questionnaire" / "khao_sat_dlxh.xlsx"


def figures() -> Iterator[tuple[str, float, str]]:
    """(name, value, unit)."""
    modules = b"".join(path.read_bytes() for path in sorted(MODULES.glob("logic*.js")))
    yield "logic of the phone, gzip", len(gzip.compress(modules, 9)) / 1024, "KB"
    demo = read_xlsform(DEMO, DEMO.name).questionnaire
    assert demo is not None
    start = time.perf_counter()
    compiled = compile_questionnaire(demo).compiled
    assert compiled is not None
    yield "compiling the demo questionnaire", (time.perf_counter() - start) * 1000, "ms"
    yield "contract of the demo questionnaire, gzip", len(gzip.compress(compiled.to_json(), 9)) / 1024, "KB"
    form = questions_200()
    yield "server: one answer and its page of 20, form of 200", server_page(form), "ms"
    yield from in_browser(form, long_list(10_000))


def questions_200() -> Compiled:
    """Ten pages of 20: selects, numbers with constraints, relevance on earlier answers, sums, piped labels."""
    rate = ChoiceList("rate", tuple(Choice(str(n), {"vi": f"Mức {n}"}) for n in (1, 2, 3, 4, 5, 98, 99)))
    pages = []
    for page in range(10):
        rows = []
        for row in range(20):
            number = page * 20 + row
            before = f"q{number - 1}"
            label = {"vi": f"Câu {number}" + (f", sau ${{{before}}}" if number % 4 == 3 else "")}
            relevant = f"${{q{number // 2}}} != '5' or selected(${{{before}}}, '2')" if number > 1 else ""
            if number % 5 == 4:
                calculation = f"coalesce(${{{before}}}, 0) + count-selected(${{q{number // 3}}}) * 2"
                rows.append(Question(f"q{number}", "calculate", calculation=calculation))
            elif number % 5 == 3:
                rows.append(
                    Question(
                        f"q{number}", "integer", label, relevant=relevant, constraint=". >= 0 and . < 130"
                    )
                )
            else:
                extra = {"dl::order": "reverse_if(${dir} = '2')"}
                rows.append(
                    Question(
                        f"q{number}", "select_one", label, list_name="rate", relevant=relevant, extra=extra
                    )
                )
        pages.append(
            Group(f"p{page}", {"vi": f"Trang {page}"}, appearance="field-list", children=tuple(rows))
        )
    form = Questionnaire("long", {}, (Question("dir", "hidden"), *pages), {"rate": rate}, ("vi",), "vi")
    compiled = compile_questionnaire(form).compiled
    assert compiled is not None
    return compiled


def long_list(size: int) -> Compiled:
    """One question whose list of communes is filtered by province, and one filtered by a condition on each row."""
    communes = ChoiceList(
        "commune",
        tuple(Choice(f"c{n}", {"vi": f"Xã số {n}"}, {"p": str(n % 34), "n": str(n)}) for n in range(size)),
    )
    form = Questionnaire(
        "lists",
        {},
        (
            Question("p", "text", {"vi": "Tỉnh"}),
            Question("c", "select_one", {"vi": "Xã"}, list_name="commune", choice_filter="p = ${p}"),
            Question(
                "d", "select_one", {"vi": "Xã"}, list_name="commune", choice_filter="n mod 7 = ${p} mod 7"
            ),
        ),
        {"commune": communes},
        ("vi",),
        "vi",
    )
    compiled = compile_questionnaire(form).compiled
    assert compiled is not None
    return compiled


def server_page(form: Compiled) -> float:
    """Median milliseconds: a fresh Interview, one answer set, the page drawn (what one POST costs in logic)."""
    given = {f"q{n}": str(n % 5 + 1) for n in range(200)}
    taken = []
    for _ in range(15):
        start = time.perf_counter()
        interview = Interview(form, given, {"dir": "2"}, NOW)
        interview.set("q100", "3")
        interview.questions("p5")
        interview.next_page("p5")
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


_KEYSTROKES = """
async ([document, lists]) => {
  const { Interview } = await import(location.origin + "/logic.js");
  const answers = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`q${n}`, String(n % 5 + 1)]));
  const interview = new Interview(JSON.parse(document), answers, { dir: "2" }, "2026-05-01T00:00:00Z");
  // The throttle stops the page in slices, so single strokes jump: the mean of many is the figure.
  const timed = (times, work) => {
    const start = performance.now();
    work(0);
    const first = performance.now() - start;
    for (let i = 1; i < times; i += 1) work(i);
    return [first, (performance.now() - start) / times];
  };
  const drawn = interview.questions("p5").length; // the page is on the screen before anybody types
  const strokes = timed(300, (i) => { interview.set("q103", String(i)); interview.questions("p5"); });
  const long = new Interview(JSON.parse(lists), {}, {}, "2026-05-01T00:00:00Z");
  const indexed = timed(60, (i) => { long.set("p", String(i % 34)); long.questions("c"); });
  const scanned = timed(20, (i) => { long.set("p", String(i % 34)); long.questions("d"); });
  return { drawn, strokes, indexed, scanned };
}
"""


def in_browser(form: Compiled, lists: Compiled) -> Iterator[tuple[str, float, str]]:
    with chromium_page() as page:
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        found: dict[str, Any] = page.evaluate(
            _KEYSTROKES, [json.dumps(form.document), json.dumps(lists.document)]
        )
    yield "questions drawn on that page", float(found["drawn"]), "questions"
    names = {
        "strokes": "keystroke and its page, form of 200",
        "indexed": "10,000 choices filtered by a column",
        "scanned": "10,000 choices filtered row by row",
    }
    for key, name in names.items():
        first, mean = found[key]
        yield f"{name}, {SLOWED}x slowed, first", first, "ms"
        yield f"{name}, {SLOWED}x slowed, mean", mean, "ms"
