"""The only door to pyxform: sheets in, the XForm or the place and reason of its refusal out.

pyxform stops at its first error. `judge` shows it the workbook again with the refused row replaced by a
stand-in of the same name, so that later errors come out too, and stops where that would no longer be honest:
at an error without a row, or on a row that opens or closes a group.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyxform import constants
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from questionnaires.xlsform.sheets import Sheet, Sheets, iso_date

_ROW = re.compile(r"\[row ?: ?(\d+)\]")
_SHEET = re.compile(r"[Oo]n the '(\w+)' sheet")
_QUOTED = re.compile(r"(?:named|type) '([^']+)'")
_COLUMN = re.compile(r"the '([^']+)' value")
_PARAMETER = re.compile(r"\b([a-z][a-z-]+)\b(?: value)? must|Invalid value for ([a-z-]+)")

#: How often a workbook is shown to pyxform at most.
MAX_ATTEMPTS = 6
#: Rows of the survey sheet beyond which it is shown twice only, since each time takes seconds.
LARGE = 1_500


@dataclass(frozen=True)
class Refusal:
    """One error of pyxform. row, sheet, column: None where its message names none."""

    message: str
    sheet: str | None
    row: int | None
    column: str | None


@dataclass(frozen=True)
class Judgement:
    """xform: the XForm of the workbook as it stands, None when anything was refused or replaced."""

    xform: str | None
    refusals: tuple[Refusal, ...]
    warnings: tuple[str, ...]


def judge(sheets: Sheets, form_name: str, spoilt: Iterable[int] = ()) -> Judgement:
    """spoilt: rows of the survey sheet already known to be wrong; pyxform sees stand-ins for them."""
    replaced = set(spoilt)
    honest = not replaced
    refusals: list[Refusal] = []
    large = len(sheets.get("survey").rows) > LARGE
    for _ in range(2 if large else MAX_ATTEMPTS):
        warnings: list[str] = []
        try:
            result = convert(as_pyxform(sheets, form_name, replaced), warnings=warnings, form_name="data")
        except PyXFormError as error:
            refusal = _place(str(error))
        except RecursionError:
            refusal = Refusal("The workbook nests too deeply.", None, None, None)
        except Exception as error:
            # pyxform lets KeyError, AttributeError and others escape on odd workbooks.
            refusal = Refusal(f"{type(error).__name__}: {error}", None, None, None)
        else:
            return Judgement(
                result.xform if honest and not refusals else None, tuple(refusals), tuple(warnings)
            )
        refusal = _find_row(sheets, refusal)
        if refusal not in refusals:
            refusals.append(refusal)
        row = refusal.row
        if row is None or row in replaced or refusal.sheet not in (None, "survey") or _opens(sheets, row):
            break
        replaced.add(row)
    return Judgement(None, tuple(refusals), ())


def to_xform(sheets: Sheets, form_name: str) -> str:
    """The XForm of a workbook without errors. Raises ValueError with pyxform's sentence otherwise."""
    judgement = judge(sheets, form_name)
    if judgement.xform is None:
        raise ValueError("; ".join(refusal.message for refusal in judgement.refusals))
    return judgement.xform


def as_pyxform(sheets: Sheets, form_name: str, replaced: set[int]) -> dict[str, object]:
    """The dict of sheets that pyxform reads; position + 2 is the row number, so gaps become empty rows."""
    book: dict[str, object] = {
        "sheet_names": [sheet.name for sheet in sheets.by_key.values()],
        "fallback_form_name": form_name,
    }
    for key, sheet in sheets.by_key.items():
        if key in constants.SUPPORTED_SHEET_NAMES:
            book[key] = _rows(sheet, replaced if key == "survey" else set())
            if sheet.headers:
                book[f"{key}_header"] = [dict.fromkeys(sheet.headers)]
    return book


def _rows(sheet: Sheet, replaced: set[int]) -> list[dict[str, str]]:
    type_header = _named(sheet.headers, "type")
    name_header = _named(sheet.headers, "name")
    default = _named(sheet.headers, "default")
    rows: list[dict[str, str]] = []
    for row in sheet.rows:
        while len(rows) < row.number - 2:
            rows.append({})
        cells = dict(row.cells)
        if default in cells:
            cells[default] = iso_date(cells[default])
        if row.number in replaced and not _is_control(cells.get(type_header, "")):
            name = cells.get(name_header, "")
            cells = (
                {type_header: "hidden", name_header: name} if re.fullmatch(r"[^\W\d][\w.-]*", name) else {}
            )
        rows.append(cells)
    return rows


def _named(headers: Iterable[str], wanted: str) -> str:
    return next((header for header in headers if header.strip().lower() == wanted), wanted)


def _is_control(type_cell: str) -> bool:
    return type_cell.strip().lower().startswith(("begin", "end"))


def _opens(sheets: Sheets, row: int) -> bool:
    sheet = sheets.get("survey")
    header = _named(sheet.headers, "type")
    return any(r.number == row and _is_control(r.cells.get(header, "")) for r in sheet.rows)


def _find_row(sheets: Sheets, refusal: Refusal) -> Refusal:
    """Where the message names a type, a question or a parameter but no row: the first row that has it."""
    if refusal.row is not None or refusal.sheet is not None:
        return refusal
    quoted, parameter = _QUOTED.search(refusal.message), _PARAMETER.search(refusal.message)
    sheet = sheets.get("survey")
    if quoted is None:
        wanted = (parameter[1] or parameter[2]) if parameter else None
        header = _named(sheet.headers, "parameters")
        for row in sheet.rows:
            if wanted and f"{wanted}=" in row.cells.get(header, "").replace(" ", ""):
                return Refusal(refusal.message, "survey", row.number, "parameters")
        return refusal
    for column in ("type", "name"):
        header = _named(sheet.headers, column)
        for row in sheet.rows:
            if row.cells.get(header, "") == quoted[1]:
                return Refusal(refusal.message, "survey", row.number, column)
    return refusal


def _place(message: str) -> Refusal:
    row, sheet, column = _ROW.search(message), _SHEET.search(message), _COLUMN.search(message)
    return Refusal(
        " ".join(message.split()),
        sheet[1] if sheet else ("survey" if row else None),
        int(row[1]) if row else None,
        column[1] if column else None,
    )


def form_settings(sheet: Sheet) -> Mapping[str, str]:
    """The first filled row of the settings sheet, by header in lower case with underscores."""
    if not sheet.rows:
        return {}
    return {"_".join(header.split()).lower(): text for header, text in sheet.rows[0].cells.items()}
