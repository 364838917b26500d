"""Judging a finished set of answers: relevance, required, form, constraint, calculation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from questionnaires.compiled.contract import Compiled
from questionnaires.findings import Finding, Severity, Where
from questionnaires.interview.interview import Interview
from questionnaires.interview.state import State


@dataclass(frozen=True)
class CheckResult:
    """values: the answer set (relevant, calculated, NFC; a repeat is a list of dicts; blanks left out).

    irrelevant: path -> text of answers to questions that are not relevant: kept apart, never analysed.
    findings: in form order; none of them makes an interview disappear.
    """

    values: dict[str, Any]
    irrelevant: dict[str, str]
    findings: tuple[Finding, ...]


def check_answers(
    compiled: Compiled,
    answers: Mapping[str, Any],
    *,
    preloaded: Mapping[str, str] | None = None,
    now: datetime,
    language: str = "vi",
) -> CheckResult:
    """Judge answers as they came back; never raises on them. now: when the interview was finished (aware)."""
    state = State(compiled, answers, preloaded, now, language, defaults=False)
    interview = Interview.around(state)
    unknown = tuple(
        Finding("answer.unknown-question", Severity.WARNING, Where(name=name), {"name": name})
        for name in state.unknown
    )
    return CheckResult(interview.values(), interview.irrelevant(), unknown + interview.findings())
