"""Read everything that is served of a survey's results and write it down as figures, hidden ones included."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

Fetch = Callable[[str], str]
NUMBER = re.compile(r"-?\d+")
# A share and an interval as hover texts say them.
SHARE = re.compile(r"(\d+)\s?%")
TILE = re.compile(r"(\d+)\s?%\D+95\s?%\D+(\d+)\D+(\d+)")
INTERVAL = re.compile(r"[^\d]*95\s?%[^\d]*(\d+)[^\d]+(\d+)")


@dataclass(frozen=True)
class Place:
    """Where a figure stands. arm: of a split ballot, as the CSV names it. group "": everyone.

    by: the break; within one group of another break "age@sex:female".
    """

    release: int
    topic: str
    arm: str
    by: str
    group: str
    answer: str


@dataclass
class Seen:
    """All that is known of one share: its base, windows in percent that it lies in, and whether it is hidden."""

    base: int
    kind: str
    hidden: bool
    low: float = 0.0
    high: float = 100.0
    sources: int = 0

    def narrow(self, low: float, high: float) -> None:
        self.low, self.high = max(self.low, low), min(self.high, high)
        self.sources += 1


@dataclass
class Loot:
    """Everything gathered. order: answers of a table in the order told. changes: what pages say of waves.

    parents: {(release, break within a group): (the other break, the group's name)}.
    """

    seen: dict[Place, Seen] = field(default_factory=dict)
    order: dict[tuple[int, str, str], list[str]] = field(default_factory=dict)
    charted: dict[tuple[int, str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    changes: list[tuple[str, list[str]]] = field(default_factory=list)
    parents: dict[tuple[int, str], tuple[str, str]] = field(default_factory=dict)
    pages: int = 0


class _Page(HTMLParser):
    """Chart data and tables of a page: charts as JSON texts, tables as (heading before, rows of cell texts)."""

    def __init__(self) -> None:
        super().__init__()
        self.charts: list[str] = []
        self.tables: list[tuple[str, list[list[str]]]] = []
        self.links: set[str] = set()
        self._where: list[str] = []
        self._heading = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "a" and known.get("href"):
            self.links.add(str(known["href"]))
        if tag == "script" and known.get("type") == "application/json":
            self._where.append("chart")
            self.charts.append("")
        elif tag in ("h2", "th", "td"):
            self._where.append(tag)
            if tag == "h2":
                self._heading = ""
            elif self.tables:
                self.tables[-1][1][-1].append("")
        elif tag == "table":
            self.tables.append((self._heading, []))
        elif tag == "tr" and self.tables:
            self.tables[-1][1].append([])
        elif tag == "small":
            self._add(" ")

    def handle_endtag(self, tag: str) -> None:
        if self._where and tag in ("h2", "th", "td", "script"):
            self._where.pop()

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, data: str) -> None:
        if not self._where:
            return
        if self._where[-1] == "chart":
            self.charts[-1] += data
        elif self._where[-1] == "h2":
            self._heading += data
        elif self.tables and self.tables[-1][1] and self.tables[-1][1][-1]:
            self.tables[-1][1][-1][-1] += data


def gather(fetch: Fetch, root: str, releases: Sequence[int]) -> Loot:
    """Everything below `root` (".../results/ID/" or ".../public/ID/") of these releases."""
    loot = Loot()
    for release in releases:
        _files(loot, fetch, root, release)
        topics = sorted({p.topic for p in loot.seen if p.release == release})
        breaks = sorted({p.by for p in loot.seen if p.release == release})
        for by in breaks:
            _page(loot, fetch, f"{root}?release={release}{_asked(by)}", release, "", by)
            for topic in topics:
                _page(
                    loot, fetch, f"{root}questions/{topic}?release={release}{_asked(by)}", release, topic, by
                )
        for within in sorted({by.partition("@")[2] for by in breaks} - {""}):
            # One group by itself: its column of the other break, on a page of its own.
            for topic in topics:
                address = f"{root}questions/{topic}?release={release}&within={within}"
                _page(loot, fetch, address, release, topic, within.partition(":")[0])
        _page(loot, fetch, f"{root}present?release={release}", release, "", "")
    return loot


def _asked(by: str) -> str:
    """The break, and the group that it is told within, as an address asks for them."""
    name, _at, within = by.partition("@")
    return (f"&by={name}" if name else "") + (f"&within={within}" if within else "")


def _files(loot: Loot, fetch: Fetch, root: str, release: int) -> None:
    """The CSV of all tables, and that of each question, which should say the same."""
    text = fetch(f"{root}tables.csv?release={release}")
    loot.pages += 1
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    for topic in sorted({row["question"] for row in rows}):
        rows += csv.DictReader(
            io.StringIO(fetch(f"{root}questions/{topic}.csv?release={release}").lstrip("\ufeff"))
        )
        loot.pages += 1
    for row in rows:
        answer = row["answer"]
        by = row["break"] + (f"@{row['within']}" if row["within"] else "")
        if row["within"]:
            loot.parents[release, by] = (row["within"].partition(":")[0], row["within_group"])
        place = Place(release, row["question"], row["arm"], by, row["group"], answer)
        known = loot.seen.setdefault(
            place, Seen(int(row["base_unweighted"]), row["kind"], not row["percent"])
        )
        if row["percent"]:
            known.hidden = False
            known.narrow(float(row["percent"]) - 0.5, float(row["percent"]) + 0.5)
        order = loot.order.setdefault((release, row["question"], by), [])
        if answer not in order:
            order.append(answer)


def _page(loot: Loot, fetch: Fetch, address: str, release: int, topic: str, by: str) -> None:
    page = _Page()
    page.feed(fetch(address))
    loot.pages += 1
    for text in page.charts:
        for trace in json.loads(text)["data"]:
            # Of a scale's two sides one is drawn to the left of zero.
            loot.charted[release, topic, by] += [abs(float(x)) for x in _values(trace)]
    if not topic:
        return
    for heading, rows in page.tables:
        if len(rows) < 2:
            continue
        if any("…" in cell for cell in rows[1]):
            loot.changes += [(topic, row) for row in rows[1:]]
        elif heading:
            _sheet(loot, rows, release, topic, by)


def _values(trace: dict[str, object]) -> Iterator[float]:
    """The shares that a trace draws and says on hover or touch, and the ends of its intervals."""
    if "error_x" not in trace and "error_y" not in trace:
        yield from _mapped(trace)
        return
    across = trace.get("error_x") is not None
    values = trace["x"] if across else trace["y"]
    errors = trace["error_x"] if across else trace["error_y"]
    assert isinstance(values, list) and isinstance(errors, dict)
    for value, up, down in zip(values, errors["array"], errors["arrayminus"], strict=True):
        yield from (value, value + up, value - down)
    for said in trace.get("customdata", ()):  # type: ignore[attr-defined]
        for text in said:
            share, interval = SHARE.fullmatch(str(text)), INTERVAL.fullmatch(str(text))
            yield from (float(n) for found in (share, interval) if found for n in found.groups())


def _mapped(trace: dict[str, object]) -> Iterator[float]:
    """A tile map's own: what is written in the tiles, and what each says when it is touched."""
    for text in trace.get("text", ()):  # type: ignore[attr-defined]
        if share := SHARE.fullmatch(str(text)):
            yield float(share[1])
    for said in trace.get("customdata", ()):  # type: ignore[attr-defined]
        for words in TILE.finditer(str(said[0])):
            yield from (float(part) for part in words.groups())


def _sheet(loot: Loot, rows: list[list[str]], release: int, topic: str, by: str) -> None:
    """A table of the page: it may show what the files hide, or hide what they show; both count as shown."""
    heads = [head.strip() for head in rows[0][1:]]
    for row in rows[1:]:
        for head, cell in zip(heads, row[1:], strict=True):
            known = loot.seen.get(Place(release, topic, "", by, head if by else "", row[0].strip()))
            found = NUMBER.match(cell.strip())
            if known is not None and found:
                known.hidden = False
                known.narrow(float(found[0]) - 0.5, float(found[0]) + 0.5)
