"""Released tables as files. Knows no Flask; holds released, rounded figures and nothing else."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable

from survey_app.reporting.cube import TOTAL, Cube, Text, Topic, uncrossed

HEADER = (
    "question",
    "wording",
    "break",
    "group",
    "within",
    "within_group",
    "arm",
    "answer",
    "kind",
    "base_unweighted",
    "percent",
    "ci_low",
    "ci_high",
    "note",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"  # Excel reads UTF-8 only with it


def tables_csv(cube: Cube, text_of: Callable[[Text], str], topics: Iterable[Topic] | None = None) -> str:
    """One line a figure: whole percent (or percentage points for a difference) with its 95 % interval.

    A hidden figure has empty cells and the reason's code in `note`. text_of: picks the reader's language.
    `within`: of a break within one group of another, that group as "break:group"; empty for everyone.
    Cells that a spreadsheet would take for a formula get an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    labels = {(by.name, group): text_of(label) for by in cube.breaks for group, label in by.groups}
    for topic in topics if topics is not None else cube.topics:
        wording = text_of(topic.stem) + " " + text_of(topic.wording) if topic.stem else text_of(topic.wording)
        for name, tables in topic.tables.items():
            by, part = uncrossed(name)
            for table in tables:
                for column in table.columns:
                    for row, figure in zip(table.rows, column.figures, strict=True):
                        writer.writerow(
                            _safe(
                                [
                                    topic.name,
                                    text_of(topic.arms[table.arm]) if table.arm in topic.arms else wording,
                                    "" if by == TOTAL else by,
                                    text_of(column.label),
                                    f"{part.within}:{part.group}" if part else "",
                                    labels.get((part.within, part.group), "") if part else "",
                                    table.arm,
                                    text_of(row.label),
                                    row.kind,
                                    str(column.n),
                                    _figure(figure.value),
                                    _figure(figure.low),
                                    _figure(figure.high),
                                    figure.hidden or "",
                                ]
                            )
                        )
    return BOM + out.getvalue()


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _safe(cells: list[str]) -> list[str]:
    return [f"'{cell}" if cell.startswith(FORMULA) and not _is_number(cell) else cell for cell in cells]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
