"""Tables of text -> the bytes of an .xlsx file that a person can go on working in."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

_MOMENT = datetime.datetime(2000, 1, 1)
_STAMP = (2000, 1, 1, 0, 0, 0)
_WIDE = ("label", "hint", "message", "relevant", "constraint", "calculation", "choice_filter")

Table = Sequence[Sequence[str]]


def write_tables(tables: Mapping[str, Table], title: str = "") -> bytes:
    """tables: sheet name -> rows, the first being the headers. The same tables give the same bytes.

    Every cell is written as text, so that `=` at the start of a label never becomes a formula and `01` keeps
    its zero. The header row is frozen, columns with sentences are wide and wrapped.
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    workbook.properties.creator = ""
    workbook.properties.title = title
    workbook.properties.created = workbook.properties.modified = _MOMENT
    head, body = Font(bold=True), Alignment(vertical="top", wrap_text=True)
    fill = PatternFill("solid", start_color="FFE8EEF4")
    for name, rows in tables.items():
        sheet = workbook.create_sheet(name)
        sheet.freeze_panes = "A2" if name != "survey" else "C2"
        for row_number, row in enumerate(rows, start=1):
            for column_number, text in enumerate(row, start=1):
                if not text:
                    continue
                cell = sheet.cell(row_number, column_number)
                cell.value = text
                cell.data_type = "s"
                cell.number_format = "@"
                cell.alignment = body
                if row_number == 1:
                    cell.font, cell.fill = head, fill
        for column_number, header in enumerate(rows[0] if rows else (), start=1):
            wide = any(word in header for word in _WIDE)
            sheet.column_dimensions[get_column_letter(column_number)].width = 44 if wide else 16
    buffer = io.BytesIO()
    workbook.save(buffer)
    return _same_bytes(buffer.getvalue())


def _same_bytes(data: bytes) -> bytes:
    """The zip again, with fixed times and without the time that the library wrote into the properties."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _fixed_modified(content)
            info = zipfile.ZipInfo(entry.filename, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            new.writestr(info, content)
    return result.getvalue()


def _fixed_modified(content: bytes) -> bytes:
    start, end = content.find(b"<dcterms:modified"), content.find(b"</dcterms:modified>")
    if start < 0 or end < 0:
        return content
    return content[: content.find(b">", start) + 1] + b"2000-01-01T00:00:00Z" + content[end:]
