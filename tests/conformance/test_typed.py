"""What people type is stored alike by the server and by the phone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from survey_app.collection.typed import date_text, number_text

HERE = Path(__file__).parent
CASES = json.loads((HERE / "typed.json").read_text(encoding="utf-8"))
WIDGETS = HERE.parents[1] / "survey_app" / "static" / "js" / "collect"


@pytest.mark.parametrize("case", CASES["number"], ids=lambda c: c["typed"] or "blank")
def test_numbers_on_the_server(case: dict[str, Any]) -> None:
    assert number_text(case["typed"], case["whole"]) == case["stored"]


@pytest.mark.parametrize("case", CASES["date"], ids=lambda c: "/".join(c["typed"]))
def test_dates_on_the_server(case: dict[str, Any]) -> None:
    assert date_text(*case["typed"]) == case["stored"]


@pytest.mark.browser
def test_numbers_and_dates_on_the_phone(chromium: Any) -> None:
    page = chromium.new_page()
    page.route(
        "**/*",
        lambda route: route.fulfill(
            body=(WIDGETS / Path(route.request.url).name).read_text(encoding="utf-8")
            if route.request.url.endswith(".js")
            else "",
            content_type="text/javascript" if route.request.url.endswith(".js") else "text/html",
        ),
    )
    page.goto("http://widgets.test/")
    stored = page.evaluate(
        """async ({ number, date }) => {
          const w = await import('/widgets.js');
          return { number: number.map((c) => w.numberText(c.typed, c.whole)),
                   date: date.map((c) => w.dateText(...c.typed)) };
        }""",
        CASES,
    )
    page.close()
    assert stored == {kind: [case["stored"] for case in CASES[kind]] for kind in CASES}
