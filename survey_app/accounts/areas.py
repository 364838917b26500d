"""The file of administrative areas: reading and checking, no database.

CSV, UTF-8, header `code,name,type,parent_code,valid_from,valid_to,latitude,longitude,area_km2`. Codes are
text with leading zeros; dates ISO; an empty `valid_to` means still valid; an empty `parent_code` means the
top level. A parent is the unit of that code that is valid on the child's first day. Any depth.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter

from flask_babel import gettext as _

from survey_app.problems import Problem
from survey_app.wording import nfc

COLUMNS = (
    "code",
    "name",
    "type",
    "parent_code",
    "valid_from",
    "valid_to",
    "latitude",
    "longitude",
    "area_km2",
)


@dataclass(frozen=True)
class AreaRow:
    code: str
    name: str
    type: str
    parent_code: str
    parent_valid_from: str
    valid_from: str
    valid_to: str | None
    latitude: float | None
    longitude: float | None
    area_km2: float | None


def _bad(line: int, reason: str) -> Problem:
    return Problem("areas.bad-file", line=line, reason=reason)


def _number(text: str, line: int, column: str) -> float | None:
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError:
        raise _bad(line, _("%(column)s = “%(text)s” is not a number", column=column, text=text)) from None


def _date(text: str, line: int, column: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise _bad(
            line, _("%(column)s = “%(text)s” is not a date such as 2025-07-01", column=column, text=text)
        ) from None


def parse(text: str) -> list[AreaRow]:
    """Rows with parents before children. Raises Problem `areas.bad-file` with the line of the first fault."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [c for c in COLUMNS[:5] if c not in (reader.fieldnames or ())]
    if missing:
        raise _bad(1, _("the column “%(column)s” is missing", column=missing[0]))
    raw: dict[tuple[str, str], tuple[int, dict[str, str]]] = {}
    for line, row in enumerate(reader, start=2):
        row = {key: (value or "") for key, value in row.items() if key}
        if not row["code"].strip() or not row["name"].strip():
            raise _bad(line, _("the code or the name is empty"))
        key = (row["code"].strip(), _date(row["valid_from"], line, "valid_from"))
        if key in raw:
            raise _bad(
                line, _("the code %(code)s with the start %(start)s stands twice", code=key[0], start=key[1])
            )
        raw[key] = (line, row)
    parents = {key: _parent(key, line, row, raw) for key, (line, row) in raw.items()}
    try:
        order = list(TopologicalSorter({k: {p} if p else set() for k, p in parents.items()}).static_order())
    except CycleError as error:
        raise _bad(raw[error.args[1][0]][0], _("an area lies inside itself")) from None
    return [_row(key, *raw[key], parents[key]) for key in order]


def _parent(
    key: tuple[str, str],
    line: int,
    row: dict[str, str],
    raw: dict[tuple[str, str], tuple[int, dict[str, str]]],
) -> tuple[str, str] | None:
    code = row.get("parent_code", "").strip()
    if not code:
        return None
    starts = [start for (other, start) in raw if other == code and start <= key[1]]
    if not starts:
        raise _bad(line, _("the parent %(code)s isn't in the file or starts later", code=code))
    return code, max(starts)


def _row(key: tuple[str, str], line: int, row: dict[str, str], parent: tuple[str, str] | None) -> AreaRow:
    valid_to = row.get("valid_to", "").strip()
    return AreaRow(
        code=key[0],
        name=nfc(row["name"]),
        type=nfc(row["type"]),
        parent_code=parent[0] if parent else "",
        parent_valid_from=parent[1] if parent else "",
        valid_from=key[1],
        valid_to=_date(valid_to, line, "valid_to") if valid_to else None,
        latitude=_number(row.get("latitude", ""), line, "latitude"),
        longitude=_number(row.get("longitude", ""), line, "longitude"),
        area_km2=_number(row.get("area_km2", ""), line, "area_km2"),
    )
