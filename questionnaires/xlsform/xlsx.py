"""Excel's .xlsx and .xlsm: a zip of XML, read only after its size and its XML have been looked at."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from openpyxl.reader.excel import ExcelReader

from questionnaires.findings import Finding, Severity, Where
from questionnaires.xlsform.sheets import (
    FORM_SHEETS,
    MAX_CELLS,
    MAX_UNPACKED_BYTES,
    Sheet,
    SheetBuilder,
    Sheets,
    Unreadable,
)

MAX_PARTS = 5_000
#: A part that unpacks to more than this many times its packed size, and to more than a megabyte, is a bomb.
MAX_RATIO = 300

_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_MERGED = re.compile(rb'<mergeCell\s+ref="([A-Z]{1,3})([0-9]{1,7})[:"]')


def read(data: bytes) -> Sheets:
    """Raises Unreadable for a broken, encrypted, oversized or booby-trapped file."""
    parts = _parts(data)
    findings: list[Finding] = []
    if any(name.lower().endswith("vbaproject.bin") for name in parts):
        findings.append(Finding("xlsform.macros-ignored", Severity.NOTE))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = ExcelReader(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            reader.read()
            return _sheets(reader.wb, parts, findings)
    except Unreadable:
        raise
    except Exception as error:
        # openpyxl raises whatever its parsers raise (KeyError, ValueError, ParseError, ...); each means the
        # same to the person: Excel itself must open and save the file again.
        raise Unreadable("xlsform.file-damaged", detail=type(error).__name__) from None


def _parts(data: bytes) -> dict[str, bytes]:
    """Every XML part, unpacked with a limit; parts that aren't XML by name only."""
    parts: dict[str, bytes] = {}
    left = MAX_UNPACKED_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_PARTS:
                raise Unreadable("xlsform.zip-bomb")
            for entry in entries:
                if entry.flag_bits & 1:
                    raise Unreadable("xlsform.file-encrypted")
                if not entry.filename.lower().endswith((".xml", ".rels")):
                    parts[entry.filename] = b""
                    continue
                if entry.file_size > 2**20 and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
                    raise Unreadable("xlsform.zip-bomb")
                with archive.open(entry) as stream:
                    content = stream.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise Unreadable("xlsform.zip-bomb")
                _refuse_document_type(content)
                parts[entry.filename] = content
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("xlsform.file-damaged", detail=type(error).__name__) from None
    if not any(name.lower().endswith("workbook.xml") for name in parts):
        raise Unreadable("xlsform.not-a-workbook")
    return parts


def _refuse_document_type(content: bytes) -> None:
    """Spreadsheet XML never declares a document type; one is a way to expand or fetch entities."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        content = content.decode("utf-16", "ignore").encode()
    elif b"\x00" in content[:64]:
        content = content.replace(b"\x00", b"")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Unreadable("xlsform.xml-entities")


def _sheets(workbook: Any, parts: dict[str, bytes], findings: list[Finding]) -> Sheets:
    budget = [MAX_CELLS]
    by_key: dict[str, Sheet] = {}
    for worksheet in workbook.worksheets:
        key = worksheet.title.strip().lower()
        if key in by_key:
            findings.append(Finding("xlsform.duplicate-sheet", Severity.ERROR, Where(worksheet.title)))
            continue
        if key not in FORM_SHEETS and len(workbook.worksheets) > 1:
            by_key[key] = Sheet(worksheet.title)
            continue
        builder = SheetBuilder(worksheet.title, budget)
        worksheet.reset_dimensions()
        by_key[key] = builder.build(_rows(worksheet))
        findings.extend(builder.findings)
        raw = parts.get(getattr(worksheet, "_worksheet_path", "").lstrip("/"), b"")
        findings.extend(_formulas_and_merges(worksheet.title, raw))
    return Sheets(by_key, tuple(findings))


def _rows(worksheet: Any) -> Iterator[tuple[int, tuple[object, ...]]]:
    yield from enumerate(worksheet.iter_rows(values_only=True), start=1)


def _formulas_and_merges(sheet: str, raw: bytes) -> Iterator[Finding]:
    """A formula without a stored result reads as an empty cell; merged cells hide what they cover."""
    at = raw.find(b"<f")
    while at >= 0:
        start, end = raw.rfind(b"<c ", max(0, at - 500), at), raw.find(b"</c>", at, at + 100_000)
        if start >= 0 and end >= 0:
            cell = raw[start:end]
            if b"<v>" not in cell or b"<v></v>" in cell:
                yield from _at("xlsform.formula-without-result", Severity.ERROR, sheet, cell[: at - start])
        at = raw.find(b"<f", max(at + 2, end))
    if b"<mergeCell " in raw:
        for column, row in _MERGED.findall(raw)[:20]:
            where = Where(sheet, int(row), None, f"{column.decode()}{row.decode()}")
            yield Finding("xlsform.merged-cells", Severity.WARNING, where, {"cell": where.name or ""})


def _at(code: str, severity: Severity, sheet: str, attributes: bytes) -> Iterator[Finding]:
    reference = _REFERENCE.search(attributes)
    if reference is None:
        return
    cell = f"{reference[1].decode()}{reference[2].decode()}"
    yield Finding(code, severity, Where(sheet, int(reference[2]), None, cell), {"cell": cell})
