"""Findings as sentences, in the reader's language, worst first within a sheet's order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from questionnaires import Finding, Severity, Where, sentence
from survey_app.wording import language


@dataclass(frozen=True)
class Told:
    severity: str
    place: str
    sentence: str


def as_finding(row: dict[str, Any]) -> Finding:
    where = Where(row.get("sheet"), row.get("row"), row.get("column"), row.get("name"))
    return Finding(row["code"], Severity(row["severity"]), where, row.get("params") or {})


def place(where: Where) -> str:
    """“survey, row 12, relevant”: as much as is known."""
    parts = []
    if where.sheet:
        parts.append(_("sheet %(name)s", name=where.sheet))
    if where.row:
        parts.append(_("row %(n)s", n=where.row))
    if where.column:
        parts.append(_("column %(name)s", name=where.column))
    if where.name:
        parts.append(where.name)
    return ", ".join(parts)


def told(rows: Iterable[dict[str, Any]]) -> list[Told]:
    """Stored findings as shown."""
    findings = [as_finding(row) for row in rows]
    return [Told(f.severity.value, place(f.where), sentence(f, language())) for f in findings]
