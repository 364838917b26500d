"""The file of a sampling frame: reading and checking, no database.

CSV, UTF-8, header `code,name,stratum,area_code,households`; one row a village or neighbourhood. Codes are
text and unique; households are whole and positive.
"""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass

from flask_babel import gettext as _

from survey_app.problems import Problem
from survey_app.wording import nfc

COLUMNS = ("code", "name", "stratum", "area_code", "households")


@dataclass(frozen=True)
class UnitRow:
    line: int
    code: str
    name: str
    stratum: str
    area_code: str
    households: int


def parse(text: str) -> list[UnitRow]:
    """Rows in the file's order. Raises Problem `sampling.bad-frame` with the line of the first fault."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [c for c in COLUMNS if c not in (reader.fieldnames or ())]
    if missing:
        raise Problem(
            "sampling.bad-frame", line=1, reason=_("the column “%(column)s” is missing", column=missing[0])
        )
    rows: list[UnitRow] = []
    seen: set[str] = set()
    for line, row in enumerate(reader, start=2):
        values = {c: nfc(row.get(c) or "") for c in COLUMNS}
        empty = next((c for c in COLUMNS if not values[c]), None)
        if empty:
            raise Problem("sampling.bad-frame", line=line, reason=_("“%(column)s” is empty", column=empty))
        if values["code"] in seen:
            raise Problem(
                "sampling.bad-frame",
                line=line,
                reason=_("the code %(code)s stands twice", code=values["code"]),
            )
        seen.add(values["code"])
        if not values["households"].isdecimal() or int(values["households"]) < 1:
            raise Problem(
                "sampling.bad-frame",
                line=line,
                reason=_("households = “%(text)s” is not a whole number above 0", text=values["households"]),
            )
        rows.append(
            UnitRow(
                line,
                values["code"],
                values["name"],
                values["stratum"],
                values["area_code"],
                int(values["households"]),
            )
        )
    if not rows:
        raise Problem("sampling.bad-frame", line=2, reason=_("there is no unit in the file"))
    return rows


def digest(rows: list[UnitRow]) -> str:
    """SHA-256 of the frame's content, recorded with the draw."""
    lines = "\n".join(f"{r.code}\t{r.stratum}\t{r.area_code}\t{r.households}" for r in rows)
    return hashlib.sha256(lines.encode()).hexdigest()
