"""What changed since the last released wave, from figures that both releases show.

A change is the difference of two printed figures, so it tells an outsider nothing that the two releases don't
tell already; a figure hidden in either wave has no change. Its interval counts the designs of both waves,
which are drawn independently of one another, and the rounding of both figures.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis import change_of_published, from_json
from analysis.tables.disclosure_model import Table as Sealed
from analysis.tables.disclosure_rules import quantile
from questionnaires import Change, Safety
from survey_app.reporting.cube import (
    ANSWER,
    ESTIMATED,
    NET,
    NUMBER,
    SHARES,
    TOTAL,
    Comparison,
    Cube,
    Figure,
    Shift,
    Table,
    Text,
    Topic,
    Wave,
    Waves,
)

NOTHING = Figure(None, None, None, "absent")


@dataclass(frozen=True)
class Edition:
    """One wave as it was released. tables: the sealed tables by id, for the errors of the printed figures."""

    wave: Wave
    cube: Cube
    tables: Mapping[str, Sealed]


def sealed_tables(text: str) -> dict[str, Sealed]:
    """`Release.audit["sealed"]` as tables by id; none for an empty text."""
    return {table.id: table for table in from_json(text).tables} if text else {}


def compare(
    before: Edition, after: Edition, sources: Mapping[str, Sequence[str]], changes: Sequence[Change]
) -> Waves:
    """Every topic of the later edition against the earlier one.

    sources: the questions behind each topic of the later edition; changes: between the questionnaires of the two
    waves. Only what was asked alike is compared, and what wasn't is listed with the reason.
    """
    unlike: dict[str, str] = {}
    for one in changes:
        if one.safety is not Safety.SAFE or one.code in ("diff.choice-added", "diff.added"):
            unlike.setdefault(one.name, _why(one))
    earlier = before.cube.waves.waves if before.cube.waves else (before.wave,)
    comparisons: list[Comparison] = []
    left_out: list[dict[str, Any]] = []
    for topic in after.cube.topics:
        old = before.cube.topic(topic.name)
        why = next((unlike[q] for q in (topic.name, *sources.get(topic.name, ())) if q in unlike), "")
        why = why or ("new" if old is None else _differs(old, topic))
        found = [] if why or old is None else list(_comparisons(old, topic, before, after))
        if found:
            comparisons += found
        else:
            left_out.append(_left(topic, why or "figures"))
    known = {topic.name for topic in after.cube.topics}
    left_out += [_left(topic, "gone") for topic in before.cube.topics if topic.name not in known]
    return Waves((*earlier, after.wave), tuple(comparisons), tuple(left_out))


def _why(change: Change) -> str:
    if change.code == "diff.added":
        return "new"
    if change.code == "diff.relevant":
        return "asked"
    return "answers" if change.code.startswith("diff.choice") else "wording"


def _left(topic: Topic, why: str) -> dict[str, Any]:
    return {"name": topic.name, "wording": dict(topic.wording), "why": why}


def _differs(old: Topic, new: Topic) -> str:
    """Why two topics of the same name can't be compared; empty when they can."""
    if old.kind != new.kind or set(old.arms) != set(new.arms):
        return "answers"
    pairs = [(old.wording, new.wording), (old.stem, new.stem)]
    pairs += [(old.arms[arm], new.arms[arm]) for arm in old.arms]
    if not all(_same(one, other) for one, other in pairs):
        return "wording"
    return "asked" if old.asked != new.asked or old.partly != new.partly else ""


def _same(one: Text, other: Text) -> bool:
    """The same words in every language that both have."""
    shared = set(one) & set(other)
    return bool(shared) == bool(one) and all(
        " ".join(one[language].split()) == " ".join(other[language].split()) for language in shared
    )


def _comparisons(old: Topic, new: Topic, before: Edition, after: Edition) -> Iterator[Comparison]:
    for table in new.tables.get(TOTAL, ()):
        earlier = old.table(TOTAL, table.arm)
        if earlier is None or not table.columns or not earlier.columns:
            continue
        wanted = NUMBER if new.kind in ESTIMATED else NET if table.has_nets else ANSWER
        found = list(_pairs(earlier, table, wanted))
        if not found:
            continue
        lead = found[0][0] if wanted != ANSWER else max(found, key=lambda pair: pair[1].value or 0.0)[0]
        if new.kind == SHARES and wanted == ANSWER and len(found) == 2 == len(list(table.rows_of(ANSWER))):
            # Of two answers the one's change is the other's: they are told once.
            found = [pair for pair in found if pair[0] == lead]
        yield Comparison(
            new.name,
            table.arm,
            lead,
            tuple(_shifts(found, f"{new.name}/{table.arm}/{TOTAL}", new.kind, before, after)),
        )


def _pairs(earlier: Table, later: Table, kind: str) -> Iterator[tuple[str, Figure, Figure]]:
    """Answers that both waves show, made of the same answers: (row, before, after)."""
    place = {(row.name, row.parts): position for position, row in earlier.rows_of(kind)}
    for position, row in later.rows_of(kind):
        at = place.get((row.name, row.parts))
        if at is None:
            continue
        one, other = earlier.columns[0].figures[at], later.columns[0].figures[position]
        if one.value is not None and other.value is not None:
            yield row.name, one, other


def _shifts(
    found: Sequence[tuple[str, Figure, Figure]], table: str, kind: str, before: Edition, after: Edition
) -> Iterator[Shift]:
    rows = [row for row, _one, _other in found]
    errors = [
        _errors(before.tables[table], rows, [one for _row, one, _other in found], kind),
        _errors(after.tables[table], rows, [other for _row, _one, other in found], kind),
    ]
    made = change_of_published(
        rows,
        [(one.value or 0.0) / 100 for _row, one, _other in found],
        [(other.value or 0.0) / 100 for _row, _one, other in found],
        se=(errors[0][0], errors[1][0]),
        df=(errors[0][1], errors[1][1]),
        n=(errors[0][2], errors[1][2]),
        family=len(found),
    )
    arm = table.split("/")[1]
    name = table.split("/")[0]
    for place, (row, one, other) in enumerate(found):
        yield Shift(
            row=row,
            difference=float(round(100 * made.difference[place])),
            # Outward: the printed interval is never surer than the one it was made of.
            low=float(math.floor(100 * made.ci_low[place] + 1e-9)),
            high=float(math.ceil(100 * made.ci_high[place] - 1e-9)),
            points=(*_history(before, name, arm, row, one), other),
        )


def _history(before: Edition, topic: str, arm: str, row: str, figure: Figure) -> Iterator[Figure]:
    """The answer's figure in every wave up to the one before; that one's is `figure`."""
    waves = before.cube.waves
    if waves is not None:
        known = next((one.shift(row) for one in waves.of(topic) if one.arm == arm), None)
        yield from known.points[:-1] if known else (NOTHING,) * (len(waves.waves) - 1)
    yield figure


def _errors(
    table: Sealed, rows: Sequence[str], figures: Sequence[Figure], kind: str
) -> tuple[list[float], list[float], list[int]]:
    """Standard errors (fractions), degrees of freedom and bases of the printed figures of one wave's total.

    A share's error is that of its effective base. A share estimated through a list or a device has none: half its
    printed interval, widened by the rounding of both ends, over Student's quantile.
    """
    column = table.columns[0]
    lines = {category.key: cells[0] for category, cells in zip(table.categories, table.cells, strict=True)}
    lines |= {net.key: net.cells[0] for net in table.nets}
    out: list[float] = []
    for row, figure in zip(rows, figures, strict=True):
        share = (figure.value or 0.0) / 100
        effective = lines[row].n_effective or column.n_effective
        if kind in ESTIMATED:
            width = ((figure.high or 0.0) - (figure.low or 0.0) + 1.0) / 100
            out.append(width / 2 / quantile(max(column.df, 1.0)))
        else:
            out.append(math.sqrt(share * (1 - share) / effective))
    return out, [column.df] * len(rows), [column.n] * len(rows)


def told_by_chance(waves: Waves, level: float = 0.95) -> float:
    """How many comparisons would look like a change by chance alone, had nothing changed."""
    return (1 - level) * len(waves.comparisons)
