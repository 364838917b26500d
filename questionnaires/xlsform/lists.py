"""The `choices` sheet (and lists that come from CSV files) -> choice lists."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from questionnaires.findings import Finding, Severity, Where
from questionnaires.model import Choice, ChoiceList
from questionnaires.xlsform.headers import (
    CHOICES_ALIASES,
    CHOICES_COLUMNS,
    Header,
    collect_languages,
    parse_headers,
)
from questionnaires.xlsform.sheets import Row, Sheet

_COLUMN_NAME = re.compile(r"[^\W\d][\w.-]*\Z")

#: Most rows of a CSV list.
MAX_FILE_CHOICES = 100_000


@dataclass
class Lists:
    """What the choices sheet holds, and what is wrong with it."""

    lists: dict[str, ChoiceList] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_lists(sheet: Sheet, untagged_language: str, allow_duplicates: bool) -> Lists:
    """untagged_language: of a `label` header without a language."""
    headers, findings = parse_headers(sheet.name, sheet.headers, CHOICES_ALIASES, CHOICES_COLUMNS)
    result = Lists(findings=findings, languages=collect_languages(headers.values()))
    columns = {header.column for header in headers.values()}
    if sheet.rows:
        for column in ("list_name", "name"):
            if column not in columns:
                result.findings.append(_finding("missing-column", sheet, 1, column, wanted=column))
        if not {"list_name", "name"} <= columns:
            return result
    for header in headers.values():
        if not header.known and not _COLUMN_NAME.match(header.column):
            result.findings.append(
                _warning("bad-choice-column", sheet, 1, header.original, header=header.original)
            )
    gathered: dict[str, list[Choice]] = {}
    seen: dict[str, dict[str, int]] = {}
    for row in sheet.rows:
        _read_choice(
            sheet, row, headers, untagged_language, allow_duplicates, gathered, seen, result.findings
        )
    result.lists = {name: ChoiceList(name, tuple(choices)) for name, choices in gathered.items()}
    return result


def _read_choice(
    sheet: Sheet,
    row: Row,
    headers: Mapping[str, Header],
    untagged_language: str,
    allow_duplicates: bool,
    gathered: dict[str, list[Choice]],
    seen: dict[str, dict[str, int]],
    findings: list[Finding],
) -> None:
    plain: dict[str, str] = {}
    label: dict[str, str] = {}
    filters: dict[str, str] = {}
    for original, text in row.cells.items():
        header = headers.get(original)
        if header is None:
            continue
        if header.column == "label":
            code = header.language or untagged_language
            if header.language or code not in label:
                label[code] = text
        elif header.column in ("list_name", "name"):
            plain[header.column] = " ".join(text.split())
        else:
            filters[header.key] = text
    list_name, value = plain.get("list_name", ""), plain.get("name", "")
    if not list_name:
        if value or label:
            findings.append(_warning("choice-without-list", sheet, row.number, "list_name"))
        return
    choices = gathered.setdefault(list_name, [])
    if not value:
        findings.append(_finding("choice-without-name", sheet, row.number, "name", list=list_name))
        return
    if not label and not any(key.split("::")[0] in ("image", "audio", "video") for key in filters):
        findings.append(
            _warning("choice-without-label", sheet, row.number, "label", list=list_name, value=value)
        )
    earlier = seen.setdefault(list_name, {})
    if value in earlier and not allow_duplicates:
        finding = _finding(
            "duplicate-choice", sheet, row.number, "name", list=list_name, value=value, other=earlier[value]
        )
        findings.append(finding)
        return
    earlier.setdefault(value, row.number)
    choices.append(Choice(value, label, filters, row.number))


def list_from_file(
    name: str, content: bytes, value_column: str, label_column: str, language: str
) -> tuple[ChoiceList | None, Finding | None]:
    """A choice list out of a CSV file: UTF-8, a header row, `name` and `label` columns unless told otherwise.

    Every other column becomes a filter column. Returns the list or the finding that says why there is none.
    """
    where = Where(name=name)
    rows = _csv_rows(content)
    if PurePosixPath(name).suffix.lower() != ".csv" or not rows or value_column not in rows[0]:
        return None, Finding("xlsform.file-list-unreadable", Severity.ERROR, where, {"file": name})
    if len(rows) > MAX_FILE_CHOICES:
        params: dict[str, str | int] = {"file": name, "limit": MAX_FILE_CHOICES}
        return None, Finding("xlsform.file-list-too-long", Severity.ERROR, where, params)
    choices = []
    for number, row in enumerate(rows, start=2):
        value = row[value_column].strip()
        if not value:
            continue
        label = row.get(label_column, "").strip() or value
        filters = {k: v for k, v in row.items() if v and k not in (value_column, label_column)}
        choices.append(Choice(value, {language: label}, filters, number))
    return ChoiceList(name, tuple(choices)), None


def read_tables(attachments: Mapping[str, bytes]) -> dict[str, tuple[Mapping[str, str], ...]]:
    """CSV attachments as tables by name without ending; files that can't be read are left out."""
    tables: dict[str, tuple[Mapping[str, str], ...]] = {}
    for name, content in attachments.items():
        path = PurePosixPath(name)
        if path.suffix.lower() == ".csv":
            rows = _csv_rows(content)
            if rows and len(rows) <= MAX_FILE_CHOICES:
                tables[path.stem] = tuple(rows)
    return tables


def _csv_rows(content: bytes) -> list[dict[str, str]]:
    """UTF-8 rows by header, in NFC; nothing where the file is no such CSV."""
    try:
        text = unicodedata.normalize("NFC", content.decode("utf-8-sig"))
        read = list(csv.DictReader(io.StringIO(text, newline="")))
    except (UnicodeDecodeError, csv.Error):
        return []
    return [{key: value or "" for key, value in row.items() if isinstance(key, str)} for row in read]


def _finding(code: str, sheet: Sheet, row: int | None, column: str | None, **params: str | int) -> Finding:
    return Finding(f"xlsform.{code}", Severity.ERROR, Where(sheet.name, row, column), params)


def _warning(code: str, sheet: Sheet, row: int | None, column: str | None, **params: str | int) -> Finding:
    return Finding(f"xlsform.{code}", Severity.WARNING, Where(sheet.name, row, column), params)
