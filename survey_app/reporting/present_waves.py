"""What changed since the last wave, as pages say it: sentences, lines with intervals, a table beside them.

A change is told only when its interval is without 0; else the page says that nothing changed clearly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _

from survey_app.reporting import charts, headlines, present
from survey_app.reporting.cube import ANSWER, NET, NUMBER, Comparison, Cube, Figure, Row, Shift, Topic, Wave
from survey_app.reporting.waves import told_by_chance
from survey_app.wording import language, number, percent, text_of

MOST_TOLD = 6
MOST_LINES = 5
# Lines of answers that are on no scale, by their place.
LINE_TOKENS = ("accent", "scale-5", "scale-1", "ink-2", "edge")


@dataclass(frozen=True)
class Told:
    """One question's change on a page. anchor: of its card; clear: whether there is a change to speak of."""

    anchor: str
    topic: str
    sentence: str
    wording: str
    clear: bool
    chart: dict[str, Any] | None
    legend: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class News:
    """Everything that a page says of change: what changed, what didn't clearly, what wasn't compared and why."""

    since: str
    changed: tuple[Told, ...]
    further: tuple[Told, ...]
    steady: tuple[Told, ...]
    left_out: tuple[tuple[str, str], ...]
    chance: str


@dataclass(frozen=True)
class History:
    """A question through the waves: what to say, its lines, and the table beside them."""

    sentences: tuple[str, ...]
    chart: dict[str, Any]
    legend: tuple[tuple[str, str], ...]
    sheet: present.Sheet


def wave_name(wave: Wave) -> str:
    """When a wave was in the field: 9/2025."""
    day = wave.closed_on or wave.opened_on
    if not day:
        return _("wave %(n)s", n=wave.number)
    return str(format_date(date.fromisoformat(day), "M/yyyy" if language() == "vi" else "MMM yyyy"))


def _months(waves: Sequence[Wave]) -> list[float]:
    days = [date.fromisoformat(w.closed_on or w.opened_on).toordinal() / 30.4 for w in waves]
    return [round(day - days[0], 2) for day in days]


def points(value: float) -> str:
    """A change in percentage points with its sign: +6, −3."""
    return "0" if value == 0 else f"{'+' if value > 0 else '−'}{number(abs(value))}"


def sentence(topic: Topic, found: Comparison) -> str:
    """The change of one topic in a sentence, no surer than its intervals."""
    told = strongest(found)
    shift = told or found.shift(found.lead)
    if shift is None:  # pragma: no cover - the lead is one of the shifts
        return ""
    words = {
        "answer": headlines.quoted(text_of(_row(topic, found, shift.row).label)),
        "before": percent((shift.points[-2].value or 0) / 100),
        "after": percent((shift.points[-1].value or 0) / 100),
        "change": points(shift.difference),
        "low": points(shift.low),
        "high": points(shift.high),
    }
    subject = f"{headlines.capital(text_of(topic.short))}: " if topic.short else ""
    return subject + _sentence(told, words)


def _sentence(told: Shift | None, words: Mapping[str, str]) -> str:
    if told is None:
        return _(
            "No clear change: %(answer)s went from %(before)s to %(after)s; the true change lies between %(low)s"
            " and %(high)s points",
            **words,
        )
    if told.difference > 0:
        return _(
            "%(answer)s rose from %(before)s to %(after)s: %(change)s points (between %(low)s and %(high)s)",
            **words,
        )
    return _(
        "%(answer)s fell from %(before)s to %(after)s: %(change)s points (between %(low)s and %(high)s)",
        **words,
    )


def strongest(found: Comparison) -> Shift | None:
    """The answer whose change is told: the lead when it changed clearly, else the clearest; None without one."""
    clear = [shift for shift in found.shifts if shift.clear]
    lead = next((shift for shift in clear if shift.row == found.lead), None)
    return lead or max(clear, key=_surely, default=None)


def _surely(shift: Shift) -> float:
    """How far the change is from none for sure, in points."""
    return max(shift.low, -shift.high)


def _row(topic: Topic, found: Comparison, name: str) -> Row:
    table = topic.table(arm=found.arm)
    return next(row for row in table.rows if row.name == name) if table else Row(name, {})


def news(cube: Cube) -> News | None:
    """What changed since the last wave; None where there is nothing to compare with."""
    waves = cube.waves
    if waves is None or not waves.comparisons:
        return None
    topics = {topic.name: topic for topic in cube.topics}
    clear: list[tuple[float, Told]] = []
    steady: list[Told] = []
    for found in waves.comparisons:
        topic = topics[found.topic]
        told = strongest(found)
        if told is None:
            steady.append(_told(topic, found, None, cube))
        else:
            clear.append((_surely(told), _told(topic, found, told, cube)))
    ordered = [one for _strength, one in sorted(clear, key=lambda pair: -pair[0])]
    return News(
        since=wave_name(waves.waves[-2]),
        changed=tuple(ordered[:MOST_TOLD]),
        further=tuple(ordered[MOST_TOLD:]),
        steady=tuple(steady),
        left_out=tuple((text_of(one["wording"]) or one["name"], _why(one["why"])) for one in waves.left_out),
        chance=_(
            "%(n)s comparisons were made; about %(k)s of them would look like a change by chance alone.",
            n=number(len(waves.comparisons)),
            k=number(round(told_by_chance(waves))),
        ),
    )


def line(topic: Topic, found: Comparison, shift: Shift, cube: Cube, *, height: int) -> dict[str, Any]:
    """One answer through the waves, alone."""
    waves = cube.waves.waves if cube.waves else ()
    row = _row(topic, found, shift.row)
    drawn = charts.Line(text_of(row.label), shift.points, _token(row, 0))
    return charts.lines(
        [wave_name(wave) for wave in waves], _months(waves), [drawn], present.words(), height=height
    )


def _told(topic: Topic, found: Comparison, shift: Shift | None, cube: Cube) -> Told:
    chart = line(topic, found, shift, cube, height=150) if shift is not None else None
    arm = f" ({present.arm_name(topic, found.arm)})" if found.arm else ""
    return Told(
        anchor=topic.grid or topic.name,
        topic=topic.name,
        sentence=sentence(topic, found),
        wording=present.wording(topic) + arm,
        clear=shift is not None,
        chart=chart,
    )


def _token(row: Row, place: int) -> str:
    if row.tone in (1, 5):
        return f"scale-{row.tone}"
    return LINE_TOKENS[place % len(LINE_TOKENS)]


def _why(code: str) -> str:
    return {
        "new": _("not asked last time"),
        "gone": _("not asked this time"),
        "wording": _("asked in other words"),
        "answers": _("other answers were offered"),
        "asked": _("other people were asked"),
        "figures": _("no figure is shown in both waves"),
    }.get(code, code)


def history(cube: Cube, topic: Topic) -> History | None:
    """A topic through the waves; None where it wasn't compared. Of a split ballot, its first wording."""
    waves = cube.waves
    found = waves.of(topic.name) if waves else ()
    if waves is None or not found:
        return None
    names = [wave_name(wave) for wave in waves.waves]
    first = found[0]
    shifts = sorted(first.shifts, key=lambda s: -(s.points[-1].value or 0.0))
    kept = shifts if _row(topic, first, first.lead).kind in (NET, NUMBER) else shifts[:MOST_LINES]
    drawn = [
        charts.Line(text_of(row.label), shift.points, _token(row, place))
        for place, shift in enumerate(kept)
        for row in [_row(topic, first, shift.row)]
    ]
    return History(
        sentences=tuple(sentence(topic, one) for one in found),
        chart=charts.lines(names, _months(waves.waves), drawn, present.words()),
        legend=tuple(
            (f"{line.token} {charts.SYMBOLS[place % len(charts.SYMBOLS)]}", line.label)
            for place, line in enumerate(drawn)
        ),
        sheet=present.Sheet(
            title="",
            heads=(*names, _("Change in points")),
            bases=(),
            lines=tuple(_line(topic, one, shift) for one in found for shift in one.shifts),
            has_hidden=False,
        ),
    )


def _line(topic: Topic, found: Comparison, shift: Shift) -> present.Line:
    row = _row(topic, found, shift.row)
    label = text_of(row.label)
    if found.arm:
        label = f"{present.arm_name(topic, found.arm)}: {label}"
    change = present.Cell(points(shift.difference), f"{points(shift.low)} … {points(shift.high)}", "")
    return present.Line(label, ANSWER, (*(_cell(point) for point in shift.points), change))


def _cell(figure: Figure) -> present.Cell:
    if figure.value is None:
        return present.Cell("–", "", "")
    return present.Cell(percent(figure.value / 100), headlines.interval(figure), "")
