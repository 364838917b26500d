"""Twenty kills and a faulty network: nothing finished is lost, nothing is doubled (`make chaos` for more)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import chaos

pytestmark = pytest.mark.browser


def test_twenty_kills_lose_and_double_nothing(chromium: Any, capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    finished, received, lost, doubled = chaos.run(
        1, 40, 20, playwright=_playwright_of(chromium), say=said.append
    )
    files = int(said[-1].removeprefix("files: finished=").split()[0])
    assert said[-1] == f"files: finished={files} received={files} lost=0"
    assert files >= 10
    assert finished >= 40
    assert (received, lost, doubled) == (finished, 0, 0)


def _playwright_of(browser: Any) -> Any:
    """What `sync_playwright()` gave the session's browser: there is one in a process."""

    class Started:
        chromium = browser.browser_type

    return Started()


def test_the_count_would_notice_a_loss_and_a_double() -> None:
    """The judge itself: one interview missing, one stored under two numbers, one with other bytes."""
    finished = {"a": "1", "b": "2", "c": "3"}
    stored = {"a": "1", "c": "9", "d": "4"}
    assert chaos.judge(finished, stored, {"x": 1, "y": 2}, conflicts=0) == (3, 2, 2, 1)
    assert chaos.judge(finished, dict(finished), {"x": 1}, conflicts=0) == (3, 3, 0, 0)
    assert chaos.judge(finished, dict(finished), {"x": 1}, conflicts=1) == (3, 3, 0, 1)
