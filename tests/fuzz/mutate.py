"""Seeded mutations of real workbooks, on their tables and on their bytes."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
from openpyxl.utils.exceptions import IllegalCharacterError

from questionnaires.xlsform.open_file import open_workbook

FOLDER = Path(__file__).parents[1] / "data" / "xlsforms"
Tables = dict[str, list[list[object]]]

ODD = (
    "\u202eabc", "a\u0301" * 40, "\ufeffx", "𐍈" * 30, "${", "${a", "}${}", "' or '1'='1", "\u2028", "ﬀ", "İ",
    "\u200d", "a=", "999999999999999999999",
    "=1+1", "@SUM(A1)", "{{7*7}}", "%s%n", "(" * 300, "not(" * 400, "-" * 500 + "1", "a" * 33_000, "1e999",
    "select_one", "select_one  x  y z", "begin group", "end repeat", "begin loop over x", "rank", "begin_repeat",
    "integer", "${a} = ${a}", "regex(., '(a+)+$')", "${b} + ${a}", "1 div 0", "true()", "../..", "//*",
    "instance('x')",
    "pulldata('a','b','c',.)", "position(..)", "\x01\x02", "0", "1.0", "TRUE", "meta", "1a", "a b", "tên có dấu",
    "table-list field-list", "randomize=true seed=${a}", "start=0 end=0 step=0", "a=b=c;;,,",
)  # fmt: skip


def tables_of(path: Path) -> Tables:
    """The workbook's sheets as rows of cells, the header row first."""
    tables: Tables = {}
    for sheet in open_workbook(path, path.name).by_key.values():
        rows: list[list[object]] = [list(sheet.headers)]
        for row in sheet.rows:
            while len(rows) < row.number - 1:
                rows.append([])
            rows.append([row.cells.get(header) for header in sheet.headers])
        tables[sheet.name] = rows
    return tables


def _pick(rng: random.Random, tables: Tables) -> list[list[object]]:
    return tables[rng.choice(sorted(tables))]


def delete_cells(rng: random.Random, tables: Tables) -> None:
    for _ in range(rng.randint(1, 25)):
        row = rng.choice(_pick(rng, tables) or [[]])
        if row:
            row[rng.randrange(len(row))] = None


def odd_text(rng: random.Random, tables: Tables) -> None:
    for _ in range(rng.randint(1, 12)):
        row = rng.choice(_pick(rng, tables) or [[]])
        if row:
            row[rng.randrange(len(row))] = rng.choice(ODD)


def odd_values(rng: random.Random, tables: Tables) -> None:
    import datetime

    values = (
        True,
        False,
        1.5,
        -0.0,
        1e300,
        2**60,
        datetime.datetime(2020, 2, 29, 1, 2),
        datetime.time(3, 4),
        "#REF!",
    )
    for _ in range(rng.randint(1, 12)):
        row = rng.choice(_pick(rng, tables) or [[]])
        if row:
            row[rng.randrange(len(row))] = rng.choice(values)


def swap_columns(rng: random.Random, tables: Tables) -> None:
    rows = _pick(rng, tables)
    width = len(rows[0]) if rows else 0
    if width > 1:
        a, b = rng.sample(range(width), 2)
        for row in rows[rng.choice((0, 1)) :]:
            if len(row) > max(a, b):
                row[a], row[b] = row[b], row[a]


def shuffle_rows(rng: random.Random, tables: Tables) -> None:
    rows = _pick(rng, tables)
    body = rows[1:]
    rng.shuffle(body)
    rows[1:] = body


def drop_rows(rng: random.Random, tables: Tables) -> None:
    rows = _pick(rng, tables)
    for _ in range(rng.randint(1, 6)):
        if len(rows) > 1:
            del rows[rng.randrange(len(rows))]


def repeat_rows(rng: random.Random, tables: Tables) -> None:
    rows = _pick(rng, tables)
    if len(rows) > 1:
        rows[1:1] = [list(row) for row in rows[1:] for _ in range(rng.randint(1, 3))]


def rename_sheet(rng: random.Random, tables: Tables) -> None:
    name = rng.choice(sorted(tables))
    tables[
        rng.choice(("Survey ", "surveys", "choice", "x", "SETTINGS", "entities", "osm", "external_choices"))
    ] = tables.pop(name)


def rename_header(rng: random.Random, tables: Tables) -> None:
    rows = _pick(rng, tables)
    if rows and rows[0]:
        new = (
            "label",
            "type",
            "name",
            "label::English (en)",
            "label:fr",
            "bind::x",
            "media::image::vi",
            "::",
            "dl::order",
        )
        rows[0][rng.randrange(len(rows[0]))] = rng.choice(new)


def nest_deeply(rng: random.Random, tables: Tables) -> None:
    survey = next((rows for name, rows in tables.items() if name.strip().lower() == "survey"), None)
    if survey and survey[0] and "type" in survey[0] and "name" in survey[0]:
        at, named = survey[0].index("type"), survey[0].index("name")
        for number in range(rng.choice((5, 40, 400))):
            row: list[object] = [None] * len(survey[0])
            row[at], row[named] = "begin group", f"deep{number}"
            survey.append(row)


TABLE_MUTATIONS: tuple[Callable[[random.Random, Tables], None], ...] = (
    delete_cells, odd_text, odd_values, swap_columns, shuffle_rows, drop_rows, repeat_rows, rename_sheet,
    rename_header, nest_deeply,
)  # fmt: skip


def write(rng: random.Random, tables: Tables) -> bytes:
    """An .xlsx file, some with formulas, merged cells, far-away cells."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in tables.items():
        sheet = book.create_sheet((name or "x")[:31].translate({ord(c): "_" for c in "[]:*?/\\"}))
        for number, row in enumerate(rows[:1500], start=1):
            for column, value in enumerate(row, start=1):
                if value is not None:
                    text = value[:32_767] if isinstance(value, str) else value
                    cell = sheet.cell(number, column)
                    try:
                        cell.value = text
                    except (ValueError, IllegalCharacterError):
                        cell.value = "?"
        if rng.random() < 0.15 and sheet.max_row > 3:
            sheet.merge_cells(start_row=2, end_row=3, start_column=1, end_column=rng.randint(1, 4))
        if rng.random() < 0.05:
            sheet.cell(1_048_576, 16_384).value = "far"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def flip_bytes(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 30)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data))]


def insert(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + rng.randbytes(rng.randint(1, 400)) + data[at:]


def change_part(rng: random.Random, data: bytes) -> bytes:
    """Rewrite one part of the zip: mangled XML, an entity bomb, or zeros that pack well."""
    if data[:2] != b"PK":
        return flip_bytes(rng, data)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        victim = rng.choice(old.namelist())
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == victim:
                kind = rng.randrange(4)
                if kind == 0:
                    content = flip_bytes(rng, content or b"x")
                elif kind == 1:
                    content = b'<!DOCTYPE a [<!ENTITY b "bb">]>' + content
                elif kind == 2:
                    content = content.replace(b"<v>", b"<v>9999999", 5)
                else:
                    content = b" " * rng.choice((1000, 5_000_000))
            new.writestr(entry.filename, content)
        if rng.random() < 0.2:
            new.writestr("xl/vbaProject.bin", b"\x00macro")
    return out.getvalue()


BYTE_MUTATIONS: tuple[Callable[[random.Random, bytes], bytes], ...] = (flip_bytes, cut, insert, change_part)


def mutant(rng: random.Random, paths: list[Path]) -> tuple[str, bytes]:
    """(what was done, the file's bytes)."""
    path = rng.choice(paths)
    if rng.random() < 0.25:
        change = rng.choice(BYTE_MUTATIONS)
        return f"{path.name} {change.__name__}", change(rng, path.read_bytes())
    tables = tables_of(path)
    done = []
    for change_tables in rng.sample(TABLE_MUTATIONS, rng.randint(1, 4)):
        if tables:
            change_tables(rng, tables)
            done.append(change_tables.__name__)
    return f"{path.name} {' '.join(done)}", write(rng, tables)
