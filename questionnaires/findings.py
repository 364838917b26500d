"""Findings: what is wrong or doubtful in a questionnaire or an answer, collected and never raised.

A finding carries a code and parameters; its sentence comes from the catalogue (`messages.py`), in
Vietnamese and English, so that the web application, the phone and the command line all say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How grave a finding is. `ERROR` stops publication; `WARNING` may be dismissed with a reason."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, order=True)
class Where:
    """Where in the workbook, or at which question: any part may be missing (None).

    sheet: the sheet's name as in the workbook. row: 1-based row as Excel shows it. column: header text.
    name: the question's, list's or choice's name.
    """

    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Finding:
    """One finding. `code` is dotted, e.g. `xlsform.unknown-list`; `params` fill its sentence."""

    code: str
    severity: Severity
    where: Where = Where()
    params: Mapping[str, str | int | float] = field(default_factory=dict)
