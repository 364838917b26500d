"""Scripted interviews: the same steps through both Interviews, and everything they show compared.

A step is (verb, argument…) with the verbs `set`, `add`, `remove`. The snapshot after each step holds what a
page or the phone could show: pages, questions with choices and findings, values, answers kept apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from questionnaires.compiled import Compiled
from questionnaires.findings import Finding
from questionnaires.interview import Interview

NOW = datetime(2026, 5, 1, 18, 30, tzinfo=UTC)
Step = tuple[str, ...]


@dataclass(frozen=True)
class Script:
    compiled: Compiled
    steps: Sequence[Step]
    answers: Mapping[str, Any] = field(default_factory=dict)
    preloaded: Mapping[str, str] = field(default_factory=dict)
    language: str = "vi"
    seed: str | None = None
    now: datetime = NOW

    def for_javascript(self) -> dict[str, Any]:
        job: dict[str, Any] = {
            "job": "script",
            "document": self.compiled.document,
            "now": self.now.isoformat(),
        }
        job |= {"answers": self.answers, "preloaded": self.preloaded, "language": self.language}
        job["steps"] = [list(step) for step in self.steps]
        if self.seed is not None:
            job["seed"] = self.seed
        return job


def run(script: Script) -> list[dict[str, Any]]:
    """The snapshots of the Python Interview, the first before any step."""
    interview = Interview(
        script.compiled, script.answers, script.preloaded, script.now, script.language, script.seed
    )
    seen = [snapshot(interview)]
    for verb, *given in script.steps:
        getattr(interview, verb)(*given)
        seen.append(snapshot(interview))
    return seen


def snapshot(interview: Interview) -> dict[str, Any]:
    """As `snapshot` of engine.mjs, in JSON's types."""
    pages = []
    for page in interview.pages():
        following, before = interview.next_page(page.name), interview.previous_page(page.name)
        pages.append(
            {
                "name": page.name,
                "kind": page.kind,
                "label": interview.page_label(page),
                "relevant": interview.page_is_relevant(page),
                "next": following.name if following else None,
                "previous": before.name if before else None,
                "progress": interview.progress(page.name),
                "questions": [_shown(question) for question in interview.questions(page)],
            }
        )
    first = interview.first_page()
    return {
        "pages": pages,
        "first": first.name if first else None,
        "answers": interview.answers(),
        "values": interview.values(),
        "irrelevant": interview.irrelevant(),
        "orders": interview.orders(),
        "findings": [_finding(finding) for finding in interview.findings()],
    }


def _shown(question: Any) -> dict[str, Any]:
    shown = asdict(question)
    shown["choices"] = list(shown["choices"])
    shown["findings"] = [_finding(finding) for finding in question.findings]
    return shown


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "name": finding.where.name,
        "params": dict(finding.params),
    }
