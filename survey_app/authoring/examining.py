"""What the library says of a workbook: the contract, findings, what was dismissed, what changed. Saves nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from questionnaires import (
    Change,
    Compiled,
    Finding,
    Questionnaire,
    Safety,
    Severity,
    compile_questionnaire,
    diff,
    lint,
    read_xlsform,
)

_SHEETS = {"survey": 0, "choices": 1, "experiments": 2, "settings": 3}


@dataclass(frozen=True)
class Examined:
    """compiled: None where a finding is an error. dismissed: (finding, reason) of the workbook's own `dl::dismiss`.
    minutes: how long an interview will take, 0 where that can't be told."""

    questionnaire: Questionnaire | None
    compiled: Compiled | None
    findings: tuple[Finding, ...]
    dismissed: tuple[tuple[Finding, str], ...] = ()
    minutes: float = 0.0


def examine(workbook: bytes, filename: str, attachments: Mapping[str, str] | None = None) -> Examined:
    """Read and compile a workbook; every problem at once, in the order of the sheets."""
    files = {name: text.encode() for name, text in (attachments or {}).items()}
    read = read_xlsform(workbook, filename, files)
    findings = list(read.findings)
    if read.questionnaire is None:
        return Examined(None, None, _sorted(findings))
    result = compile_questionnaire(read.questionnaire, read.data)
    # The reader and the compiler may stumble over the same cell: one finding for it is enough.
    placed = {_cell(f) for f in findings if f.severity is Severity.ERROR and f.where.row}
    findings += [f for f in result.findings if _cell(f) not in placed]
    if any(f.severity is Severity.ERROR for f in findings):
        return Examined(read.questionnaire, None, _sorted(findings))
    report = lint(read.questionnaire)  # the wording is worth a look once the form stands
    findings += report.findings
    return Examined(read.questionnaire, result.compiled, _sorted(findings), report.dismissed, report.minutes)


def changes(old: Questionnaire | None, new: Questionnaire | None) -> tuple[Change, ...]:
    """The gravest first; none where either could not be read."""
    if old is None or new is None:
        return ()
    order = {Safety.BREAKING: 0, Safety.RISKY: 1, Safety.SAFE: 2}
    return tuple(sorted(diff(old, new), key=lambda change: order[change.safety]))


def change_row(change: Change) -> dict[str, Any]:
    """A change as stored; its sentence is made when it is shown."""
    return {
        "code": change.code,
        "safety": change.safety.value,
        "name": change.name,
        "params": dict(change.params),
    }


def as_row(finding: Finding) -> dict[str, Any]:
    """A finding as stored: its code, place and parameters; sentences are made when it is shown."""
    where = finding.where
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "sheet": where.sheet,
        "row": where.row,
        "column": where.column,
        "name": where.name,
        "params": dict(finding.params),
    }


def _cell(finding: Finding) -> tuple[str | None, int | None, str | None]:
    return finding.where.sheet, finding.where.row, finding.where.column


def _sorted(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(
        sorted(
            findings, key=lambda f: (_SHEETS.get(f.where.sheet or "", 9), f.where.row or 0, f.severity.value)
        )
    )
