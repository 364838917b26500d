"""Excel 97-2003 files (.xls), through xlrd, which arrives with pyxform."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from typing import Any

import xlrd
from xlrd.xldate import xldate_as_datetime

from questionnaires.findings import Finding, Severity, Where
from questionnaires.xlsform.sheets import FORM_SHEETS, MAX_CELLS, Sheet, SheetBuilder, Sheets, Unreadable


def read(data: bytes) -> Sheets:
    """Raises Unreadable for a broken or encrypted file."""
    try:
        workbook = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True)
        return _sheets(workbook)
    except Exception as error:
        # xlrd raises struct.error, IndexError, AssertionError and more on damaged files; all mean the same.
        code = "xlsform.file-encrypted" if "encrypted" in str(error).lower() else "xlsform.file-damaged"
        params = {"detail": type(error).__name__} if code == "xlsform.file-damaged" else {}
        raise Unreadable(code, **params) from None


def _sheets(workbook: Any) -> Sheets:
    budget = [MAX_CELLS]
    findings: list[Finding] = []
    by_key: dict[str, Sheet] = {}
    for name in workbook.sheet_names():
        key = name.strip().lower()
        if key in by_key:
            findings.append(Finding("xlsform.duplicate-sheet", Severity.ERROR, Where(name)))
            continue
        if key not in FORM_SHEETS and workbook.nsheets > 1:
            by_key[key] = Sheet(name)
            continue
        builder = SheetBuilder(name, budget)
        by_key[key] = builder.build(_rows(workbook.sheet_by_name(name), workbook.datemode))
        findings.extend(builder.findings)
    return Sheets(by_key, tuple(findings))


def _rows(sheet: Any, datemode: int) -> Iterator[tuple[int, list[object]]]:
    for index in range(sheet.nrows):
        yield index + 1, [_value(cell, datemode) for cell in sheet.row(index)]


def _value(cell: Any, datemode: int) -> object:
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#N/A")
    if cell.ctype == xlrd.XL_CELL_DATE:
        moment: datetime.datetime = xldate_as_datetime(cell.value, datemode)
        return moment.time() if cell.value < 1 else moment
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    return cell.value
