"""Rows of the survey sheet as columns of XLSForm, before any of them becomes a question."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from questionnaires.findings import Finding, Severity, Where
from questionnaires.model import Text
from questionnaires.xlsform.headers import SURVEY_ALIASES, SURVEY_COLUMNS, TRANSLATED, Header, parse_headers
from questionnaires.xlsform.sheets import Row, Sheet

#: Columns that hold expressions: typographic quotes are straightened there, as pyxform does.
EXPRESSIONS = frozenset(
    {
        "relevant",
        "constraint",
        "calculation",
        "choice_filter",
        "required",
        "read_only",
        "repeat_count",
        "default",
        "dl::warning",
        "dl::order",
    }
)
_YES_NO = frozenset({"relevant", "constraint", "required", "read_only"})
_TRUTH = {"yes": "true()", "true": "true()", "no": "false()", "false": "false()"}
_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})
_SPACES = re.compile(r" {2,}")
_TEXTS = frozenset({"label", "hint", "required_message", "constraint_message"})


@dataclass
class SurveyRow:
    """One row. plain: interpreted columns. texts: label, hint, messages by language. extra: what is kept."""

    number: int
    plain: dict[str, str] = field(default_factory=dict)
    texts: dict[str, Text] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)

    def get(self, column: str) -> str:
        return self.plain.get(column, "")

    def text(self, column: str) -> Text:
        return self.texts.get(column, {})


def read_headers(sheet: Sheet) -> tuple[dict[str, Header], list[Finding]]:
    """The survey sheet's headers, with a warning for each that no tool knows."""
    headers, findings = parse_headers(sheet.name, sheet.headers, SURVEY_ALIASES, SURVEY_COLUMNS)
    for header in headers.values():
        if header.known and header.column in SURVEY_COLUMNS:
            continue
        if header.original.lower().startswith(
            ("bind::", "body::", "control::", "instance::", "media::", "dl::")
        ):
            known = not header.original.lower().startswith("dl::")
        else:
            known = header.column in SURVEY_COLUMNS
        if known:
            continue
        close = difflib.get_close_matches(header.original.lower(), list(SURVEY_COLUMNS), 1, 0.75)
        where = Where(sheet.name, 1, header.original)
        if close:
            params = {"column": header.original, "meant": close[0]}
            findings.append(Finding("xlsform.misspelt-column", Severity.WARNING, where, params))
        else:
            findings.append(
                Finding("xlsform.unknown-column", Severity.NOTE, where, {"column": header.original})
            )
    return headers, findings


def read_row(
    row: Row, headers: Mapping[str, Header], untagged_language: str, collapse_spaces: bool
) -> SurveyRow:
    """untagged_language: of headers without a language. collapse_spaces: the setting `clean_text_values`."""
    result = SurveyRow(row.number)
    for original, text in row.cells.items():
        header = headers.get(original)
        if header is None:
            continue
        if collapse_spaces and "  " in text:
            text = _SPACES.sub(" ", text)
        _put(result, header, text, untagged_language)
    return result


def _put(row: SurveyRow, header: Header, text: str, untagged_language: str) -> None:
    column = header.column
    if column in _TEXTS:
        code = header.language or untagged_language
        held = row.texts.setdefault(column, {})
        if isinstance(held, dict) and (header.language or code not in held):
            held[code] = text
        return
    if column in EXPRESSIONS:
        text = text.translate(_QUOTES)
        if column in _YES_NO:
            text = _TRUTH.get(text.lower(), text)
    interpreted = header.known and SURVEY_COLUMNS.get(column, "").startswith("interpreted")
    if interpreted and not column.startswith("dl::"):
        row.plain[column] = text
    elif column in TRANSLATED:
        row.extra[f"{column}::{header.language or untagged_language}"] = text
    else:
        row.extra[header.key] = text
