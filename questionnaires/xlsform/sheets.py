"""Sheets of text: what every file format is turned into before anything is interpreted."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from questionnaires.findings import Finding, Severity, Where

#: Largest file that is opened, in bytes.
MAX_BYTES = 20 * 1024 * 1024
#: Largest sum of the unpacked parts of an .xlsx file that is opened, in bytes.
MAX_UNPACKED_BYTES = 120 * 1024 * 1024
#: Most rows read of one sheet (the header row not counted), most columns, most filled cells of a workbook.
MAX_ROWS = 60_000
#: Most rows of the survey sheet: far beyond any form, and what pyxform still converts in seconds.
MAX_SURVEY_ROWS = 6_000
MAX_COLUMNS = 512
MAX_CELLS = 1_500_000
#: Longest text of one cell (Excel's own limit).
MAX_CELL_CHARACTERS = 32_767
#: After so many empty rows the sheet is taken to have ended (pyxform does the same).
EMPTY_ROWS_THAT_END_A_SHEET = 60
#: So many rows further are looked at, to say that they were left out.
LOOKED_FURTHER = 1_000

#: Sheets that mean something to us or to pyxform; the rows of others are not read.
FORM_SHEETS = frozenset(
    {"survey", "choices", "settings", "external_choices", "entities", "osm", "experiments"}
)

#: What spreadsheets show when a formula has failed.
ERROR_VALUES = frozenset({"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"})
_DATE_CELL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


@dataclass(frozen=True)
class Row:
    """One row: its number as the spreadsheet shows it, and its filled cells by header."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """One sheet. name: as in the file. headers: of the filled cells of row 1, in order, spaces collapsed."""

    name: str
    headers: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Sheets:
    """A whole file. `by_key` is keyed by the sheet's name in lower case."""

    by_key: Mapping[str, Sheet]
    findings: tuple[Finding, ...] = field(default=())

    def get(self, key: str) -> Sheet:
        return self.by_key.get(key, Sheet(key))


class Unreadable(Exception):
    """The file can't be opened at all; carries the finding that says why."""

    def __init__(self, code: str, **params: str | int | float) -> None:
        super().__init__(code)
        self.finding = Finding(code, Severity.ERROR, Where(), params)


def cell_text(value: object) -> str:
    """A cell's value as XLSForm text, in NFC: whole numbers without a point, no-break spaces made plain.

    Control characters that XML can't carry are dropped; None is ''. Dates come out as pyxform writes them.
    """
    if value is None:
        return ""
    if value is True:
        return "TRUE"
    if value is False:
        return "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return str(value)
    text = str(value).replace("\xa0", " ").strip()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(c for c in text if c in "\n\t" or not _unwritable(c))
    return text.strip()


def iso_date(text: str) -> str:
    """The text of a date cell as ISO 8601, which a `default` must be; `2024-02-29 00:00:00` is no date to any app."""
    if _DATE_CELL.fullmatch(text) is None:
        return text
    return text.removesuffix(" 00:00:00").replace(" ", "T")


def _unwritable(character: str) -> bool:
    code = ord(character)
    return code < 32 or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF)


class SheetBuilder:
    """Turns rows of raw values into a `Sheet`, noting what had to be left out."""

    def __init__(self, name: str, budget: list[int]) -> None:
        """budget: one number, the cells that may still be filled in this workbook; shared by its sheets."""
        self.name = name
        self.findings: list[Finding] = []
        self._budget = budget

    def build(self, rows: Iterable[tuple[int, Iterable[object]]]) -> Sheet:
        """rows: (number, values) in order, the first being the header row."""
        iterator = iter(rows)
        first = next(iterator, None)
        headers: list[str] = []
        if first is not None:
            headers = self._headers(first[1])
        read: list[Row] = []
        limit = MAX_SURVEY_ROWS if self.name.strip().lower() == "survey" else MAX_ROWS
        last_filled = first[0] if first is not None else 0
        for number, values in iterator:
            cells = self._cells(number, headers, values)
            if not cells:
                if number - last_filled > EMPTY_ROWS_THAT_END_A_SHEET + LOOKED_FURTHER:
                    break
                continue
            if number - last_filled > EMPTY_ROWS_THAT_END_A_SHEET:
                self._note("xlsform.rows-after-gap", number, rows=EMPTY_ROWS_THAT_END_A_SHEET)
                break
            last_filled = number
            if len(read) >= limit:
                self._note("xlsform.too-many-rows", number, limit=limit)
                break
            self._budget[0] -= len(cells)
            if self._budget[0] < 0:
                self._note("xlsform.too-many-cells", number, limit=MAX_CELLS)
                break
            read.append(Row(number, cells))
        return Sheet(self.name, tuple(header for header in headers if header), tuple(read))

    def _headers(self, values: Iterable[object]) -> list[str]:
        headers: list[str] = []
        seen: set[str] = set()
        for value in values:
            if len(headers) >= MAX_COLUMNS:
                self._note("xlsform.too-many-columns", 1, limit=MAX_COLUMNS)
                break
            header = " ".join(cell_text(value).split())
            if header and header in seen:
                self._note("xlsform.duplicate-column", 1, column=header)
                header = ""
            seen.add(header)
            headers.append(header)
        while headers and not headers[-1]:
            headers.pop()
        return headers

    def _cells(self, number: int, headers: list[str], values: Iterable[object]) -> dict[str, str]:
        cells: dict[str, str] = {}
        for header, value in zip(headers, values):
            if value is None or not header:
                continue
            text = cell_text(value)
            if not text:
                continue
            if text in ERROR_VALUES:
                self._note("xlsform.cell-error", number, column=header, value=text)
                continue
            if len(text) > MAX_CELL_CHARACTERS:
                self._note("xlsform.cell-too-long", number, column=header, limit=MAX_CELL_CHARACTERS)
                text = text[:MAX_CELL_CHARACTERS]
            cells[header] = text
        return cells

    def _note(self, code: str, row: int, column: str | None = None, **params: str | int) -> None:
        severity = Severity.WARNING if code == "xlsform.rows-after-gap" else Severity.ERROR
        self.findings.append(Finding(code, severity, Where(self.name, row, column), params))
