"""Workbooks written as text: Markdown tables (as in pyxform's tests) and CSV with the sheet in column one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from questionnaires.findings import Finding
from questionnaires.xlsform.sheets import MAX_CELLS, Sheet, SheetBuilder, Sheets, Unreadable

_PIPE = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"[\s|:-]+\Z")


def read(data: bytes, filename: str) -> Sheets:
    """Raises Unreadable when the text holds no table that could be a workbook."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("xlsform.not-a-workbook") from None
    lines = text.splitlines()
    if "\x00" in text:
        raise Unreadable("xlsform.not-a-workbook")
    markdown = filename.lower().endswith(".md") or any(line.lstrip().startswith("|") for line in lines[:50])
    tables = _markdown(lines) if markdown else _csv(text)
    budget = [MAX_CELLS]
    by_key: dict[str, Sheet] = {}
    findings: list[Finding] = []
    for name, rows in tables.items():
        builder = SheetBuilder(name, budget)
        by_key[name.strip().lower()] = builder.build(enumerate(rows, start=1))
        findings.extend(builder.findings)
    if not by_key:
        raise Unreadable("xlsform.not-a-workbook")
    return Sheets(by_key, tuple(findings))


def _markdown(lines: list[str]) -> dict[str, list[list[str]]]:
    """`| sheet |` opens a sheet; rows below it start with an empty first cell. Row 1 is the header row.

    `<br>` is a line break and `\\|` a bar inside a cell.
    """
    tables: dict[str, list[list[str]]] = {}
    current: list[list[str]] | None = None
    for line in lines:
        stripped = line.strip()
        if not stripped.startswith("|") or _RULE.match(stripped):
            continue
        cells = [cell.strip().replace("\\|", "|").replace("<br>", "\n") for cell in _PIPE.split(stripped)[1:]]
        if stripped.endswith("|"):
            cells.pop()
        if not cells:
            continue
        if cells[0]:
            current = tables.setdefault(cells[0], [])
        if current is not None and any(cells[1:]):
            current.append(cells[1:])
    return tables


def _csv(text: str) -> dict[str, list[list[str]]]:
    tables: dict[str, list[list[str]]] = {}
    current: list[list[str]] | None = None
    for cells in _csv_rows(text):
        if not cells:
            continue
        if cells[0].strip():
            current = tables.setdefault(cells[0].strip(), [])
        if current is not None and any(cell.strip() for cell in cells[1:]):
            current.append(cells[1:])
    return {name: rows for name, rows in tables.items() if rows}


def _csv_rows(text: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""))
    except csv.Error:
        raise Unreadable("xlsform.not-a-workbook") from None
