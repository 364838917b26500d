"""From exact draft tables to what may be published: audited as a whole, repaired, rounded to whole percent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from analysis.tables.disclosure import apply, audit
from analysis.tables.disclosure_model import Population, Release, Table, from_json, to_json
from analysis.tables.disclosure_rules import Rules

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Protected:
    """The published tables by id, and what was done.

    found: how often each rule was broken by the draft; edits: the repair, in order; sealed: what a later audit
    needs (exact figures and memberships), never to leave the house.
    """

    tables: dict[str, Table]
    found: dict[str, int]
    edits: tuple[dict[str, Any], ...]
    rules: dict[str, Any]
    sealed: str
    passed: bool


def protect(
    name: str,
    tables: Sequence[Table],
    populations: Sequence[Population],
    *,
    interviews: str,
    run: str,
    earlier: Sequence[str] = (),
    remeasure: Callable[[Table], Table],
    progress: Progress | None = None,
) -> Protected:
    """Audit the tables together and against earlier releases, make the proposed repairs, round.

    interviews: names the set of respondents; run: the weighting run; earlier: `Protected.sealed` of releases
    before. passed is False when an earlier release already tells what this one would hide; nothing may leave.
    """
    rules = Rules()
    draft = Release(name, interviews, run, tuple(tables), tuple(populations))
    report = audit(
        draft,
        [from_json(text) for text in earlier],
        rules=rules,
        remeasure=remeasure,
        progress=progress,
    )
    found: dict[str, int] = {}
    for finding in report.findings:
        found[finding.code] = found.get(finding.code, 0) + 1
    edits = tuple({**asdict(edit), "loss": round(edit.loss, 1)} for edit in report.edits)
    if not report.repairable:
        return Protected({}, found, edits, asdict(rules), "", False)
    published = apply(draft, report, remeasure)
    return Protected(
        {table.id: table for table in published.tables},
        found,
        edits,
        asdict(rules),
        to_json(published, sealed=True),
        True,
    )
