"""The event log of one interview -> how long each page took, what was changed, where somebody went back.

An event is `{"t": milliseconds since the interview was opened, "e": kind, "n": name, "v": value}` with the kinds
`open` (the interview), `page` (a page came up), `answer` (a question got a value; "v" is only its length, never
the answer), `hide` and `show` (the screen went away and came back), `finish`. Nothing here says who, where or
on which device.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from questionnaires.findings import Finding, Severity, Where

KINDS = frozenset({"open", "page", "answer", "hide", "show", "finish"})
#: Time without any event beyond this counts as a pause and not as answering, in milliseconds.
LONGEST_GAP = 5 * 60_000
#: Most events kept of one interview.
MAX_EVENTS = 20_000


@dataclass(frozen=True)
class PageTime:
    """visits: how often the page came up. seconds: with the screen on, pauses left out, over all visits."""

    name: str
    visits: int
    seconds: float


@dataclass(frozen=True)
class Paradata:
    """seconds: answering time of the whole interview. pages: in order of first visit. backtracks: steps to a page
    visited before. changes: question -> how often its answer was changed after the first. pauses: seconds away.
    order: pages as they came up. finished: the log ends with `finish`.
    """

    seconds: float
    pages: tuple[PageTime, ...]
    backtracks: int
    changes: Mapping[str, int]
    pauses: float
    order: tuple[str, ...]
    finished: bool


def read_paradata(events: Iterable[Mapping[str, Any]]) -> tuple[Paradata, tuple[Finding, ...]]:
    """Never raises: events that make no sense are left out and counted in a finding.

    A clock that runs backwards (the phone's clock was set) adds no time.
    """
    kept: list[tuple[float, str, str]] = []
    left_out = 0
    for number, event in enumerate(events):
        entry = _event(event) if number < MAX_EVENTS else None
        if entry is None:
            left_out += 1
        else:
            kept.append(entry)
    findings = []
    if left_out:
        findings.append(Finding("paradata.left-out", Severity.NOTE, Where(), {"count": left_out}))
    if any(later[0] < earlier[0] for earlier, later in itertools.pairwise(kept)):
        findings.append(Finding("paradata.clock", Severity.NOTE))
    return _measure(kept), tuple(findings)


def _event(event: Any) -> tuple[float, str, str] | None:
    if not isinstance(event, Mapping):
        return None
    moment, kind, name = event.get("t"), event.get("e"), event.get("n", "")
    numeric = isinstance(moment, int | float) and not isinstance(moment, bool)
    if not numeric or not isinstance(kind, str) or not isinstance(name, str):
        return None
    assert isinstance(moment, int | float)
    if kind not in KINDS or len(name) > 300:
        return None
    if not 0 <= moment < 1e12:
        return None
    return float(moment), kind, name


def _measure(events: Sequence[tuple[float, str, str]]) -> Paradata:
    times: dict[str, float] = {}
    visits: dict[str, int] = {}
    answers: dict[str, int] = {}
    order: list[str] = []
    total = pauses = 0.0
    page, previous, hidden, backtracks = "", None, False, 0
    for moment, kind, name in events:
        if previous is not None:
            spent = max(0.0, moment - previous)
            if hidden or spent > LONGEST_GAP:
                pauses += spent
            else:
                total += spent
                if page:
                    times[page] = times.get(page, 0.0) + spent
        previous = moment
        if kind == "page" and name:
            backtracks += name in visits and name != page
            page = name
            visits[name] = visits.get(name, 0) + 1
            order.append(name)
        elif kind == "answer" and name:
            answers[name] = answers.get(name, 0) + 1
        elif kind in ("hide", "show"):
            hidden = kind == "hide"
    pages = tuple(PageTime(name, count, times.get(name, 0.0) / 1000) for name, count in visits.items())
    changes = {name: count - 1 for name, count in answers.items() if count > 1}
    finished = bool(events) and events[-1][1] == "finish"
    return Paradata(total / 1000, pages, backtracks, changes, pauses / 1000, tuple(order), finished)


def hurried(interviews: Sequence[Paradata], *, share: float = 0.4, least: int = 10) -> tuple[int, ...]:
    """Indices of finished interviews that took less than `share` of the median of the finished ones.

    Needs `least` finished interviews, else nothing is said. An indication to talk about, never a verdict.
    """
    finished = [(index, one.seconds) for index, one in enumerate(interviews) if one.finished]
    if len(finished) < least:
        return ()
    median = statistics.median(seconds for _, seconds in finished)
    return tuple(index for index, seconds in finished if seconds < share * median)
