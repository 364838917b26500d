"""Findings and changes as sentences, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from questionnaires import Finding, Severity, Where, advice, sentence
from survey_app.wording import language


@dataclass(frozen=True)
class Told:
    """code and name: what a dismissal refers to. reason, at: of one that was dismissed, else ''."""

    severity: str
    place: str
    sentence: str
    code: str = ""
    name: str = ""
    reason: str = ""
    at: str = ""
    by_author: bool = False


@dataclass(frozen=True)
class ToldChange:
    safety: str
    sentence: str
    advice: str


def as_finding(row: Mapping[str, Any]) -> Finding:
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


def told(rows: Iterable[Mapping[str, Any]], dismissals: Iterable[Mapping[str, Any]] = ()) -> list[Told]:
    """Stored findings as shown, each with the reason why it was dismissed, where it was."""
    reasons = {(d["code"], d["name"]): d for d in dismissals if not d.get("by_author")}
    found = []
    for row in rows:
        finding = as_finding(row)
        kept = reasons.get((finding.code, finding.where.name or ""), {})
        found.append(
            Told(
                finding.severity.value,
                place(finding.where),
                sentence(finding, language()),
                finding.code,
                finding.where.name or "",
                kept.get("reason", ""),
                kept.get("at", ""),
            )
        )
    return found


def told_changes(rows: Iterable[Mapping[str, Any]]) -> list[ToldChange]:
    """Stored changes as shown, in their order: what changed with its harm, and what to do."""
    severity = {"safe": Severity.NOTE, "risky": Severity.WARNING, "breaking": Severity.ERROR}
    return [
        ToldChange(
            row["safety"],
            sentence(
                Finding(
                    row["code"],
                    severity[row["safety"]],
                    Where(name=row["name"]),
                    {"name": row["name"], **row["params"]},
                ),
                language(),
            ),
            advice(row["code"], language()) if row["safety"] != "safe" else "",
        )
        for row in rows
    ]
