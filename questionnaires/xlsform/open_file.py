"""From a file's bytes to sheets: the format is told by the content, the name only settles ties."""

from __future__ import annotations

from pathlib import Path

from questionnaires.xlsform import text_tables, xls, xlsx
from questionnaires.xlsform.sheets import MAX_BYTES, Sheets, Unreadable

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_workbook(source: bytes | Path, filename: str) -> Sheets:
    """The sheets of an .xlsx, .xlsm, .xls, .csv or .md file.

    Raises Unreadable, with the finding to show, when the file is too large, dangerous or none of these.
    Formulas are never run and macros never looked at: a cell has the result that its file stored.
    """
    if isinstance(source, Path):
        try:
            if source.stat().st_size > MAX_BYTES:
                raise Unreadable("xlsform.file-too-large", limit_mb=MAX_BYTES // 2**20)
            source = source.read_bytes()
        except OSError:
            raise Unreadable("xlsform.file-unreadable") from None
    if len(source) > MAX_BYTES:
        raise Unreadable("xlsform.file-too-large", limit_mb=MAX_BYTES // 2**20)
    if not source.strip():
        raise Unreadable("xlsform.file-empty")
    if source[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return xlsx.read(source)
    if source[:8] == _OLE or (source[:2] == b"\x09\x08" and filename.lower().endswith(".xls")):
        return xls.read(source)
    return text_tables.read(source, filename)
