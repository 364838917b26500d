"""The audit of a release: what stops it, and the edits that lose least; `apply` makes them and rounds.

    report = audit(release, earlier=[...], progress=print)   # findings, edits, ranges of what stays hidden
    safe = apply(release, report)                            # merged, hidden, rounded: what may leave
    to_json(safe)                                            # the public form; to_json(safe, sealed=True) to
    keep

Order of the repair: columns that are too thin are merged (for all tables of that break together where most of
them need it), then rare cells are merged away or hidden with what protects them, then populations that differ
by too few are brought together, then every hidden share is attacked by linear programming and protected
further. Every step is an `Edit`, so a person can read, refuse or repeat it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from analysis.tables.disclosure_bounds import HiddenRange, hidden_ranges
from analysis.tables.disclosure_differencing import Clash, Overlaps, clash_findings, clashes
from analysis.tables.disclosure_edits import Edit, perform
from analysis.tables.disclosure_model import Release, Table, rounded
from analysis.tables.disclosure_repair import (
    break_clash,
    cell_edit,
    protect,
    thin_column_edit,
)
from analysis.tables.disclosure_rules import BASE_CODES, EXTREME_CODES, Finding, Rules, table_findings

Progress = Callable[[float, str], None]
Remeasure = Callable[[Table], Table]


@dataclass(frozen=True)
class AuditReport:
    """release: id. findings: what is wrong with the release as it was given; empty = it may leave, rounded.

    edits: the repair, in order. remaining: findings that would be left after it (none, unless an earlier
    release already told what this one would hide). hidden: the range left to each share hidden after the
    repair.
    """

    release: str
    findings: tuple[Finding, ...]
    edits: tuple[Edit, ...]
    remaining: tuple[Finding, ...]
    hidden: tuple[HiddenRange, ...]

    @property
    def passed(self) -> bool:
        """Whether the release could leave without any edit."""
        return not self.findings

    @property
    def repairable(self) -> bool:
        """Whether it can leave once the edits are made."""
        return not self.remaining


def audit(
    release: Release,
    earlier: Sequence[Release] = (),
    *,
    rules: Rules | None = None,
    remeasure: Remeasure | None = None,
    progress: Progress | None = None,
) -> AuditReport:
    """Judge a draft release against the rules and against everything released before, and propose the repair.

    earlier: sealed releases; those over other interviews are left aside (other people). remeasure: tabulates
    a merged table anew from the data, so that merged columns get exact bases and intervals; without it
    careful approximations stand in (see `merge_columns`). progress: called with (part done, what is being
    done). Raises ValueError when two tables share an id or a population is unknown or has another respondent
    count than its columns need.
    """
    rules = rules or Rules()
    _consistent(release)
    return _Audit(
        release, [r for r in earlier if r.interviews == release.interviews], rules, remeasure, progress
    ).run()


def findings_of(
    release: Release, earlier: Sequence[Release] = (), *, rules: Rules | None = None
) -> list[Finding]:
    """Only the judgement: every rule broken by the release as it stands."""
    rules = rules or Rules()
    same = [r for r in earlier if r.interviews == release.interviews]
    overlaps = Overlaps([p for r in (release, *same) for p in r.populations])
    found = [f for t in release.tables for f in table_findings(t, rules, release.rounded)]
    found += clash_findings(release, clashes(release, same, overlaps, rules))
    return found + range_findings(hidden_ranges(release, same, overlaps, enough=rules.hidden_range), rules)


def range_findings(ranges: Sequence[HiddenRange], rules: Rules) -> list[Finding]:
    """A finding for each hidden share whose range is too narrow."""
    return [
        Finding(
            "disclosure.hidden-range", r.table, r.column, r.category,
            {"low": round(100 * r.low), "high": round(100 * r.high), "least": round(100 * rules.hidden_range)},
        )
        for r in ranges
        if r.width < rules.hidden_range - 1e-7
    ]  # fmt: skip


def apply(
    release: Release, report: AuditReport | Sequence[Edit], remeasure: Remeasure | None = None
) -> Release:
    """The release after the report's edits, rounded to whole percents: the form that may leave.

    Raises ValueError when the report belongs to another release or is of one that can't be repaired.
    """
    if isinstance(report, AuditReport):
        if report.release != release.id:
            raise ValueError(f"the report is of release {report.release}, not of {release.id}")
        if not report.repairable:
            raise ValueError(f"release {release.id} has findings that no edit removes")
        edits: Sequence[Edit] = report.edits
    else:
        edits = report
    for edit in edits:
        release = _performed(release, edit, remeasure)
    return rounded(release)


def _performed(release: Release, edit: Edit, remeasure: Remeasure | None) -> Release:
    after = perform(release, edit)
    if remeasure is None or edit.kind not in ("merge-columns", "merge-categories"):
        return after
    return replace(
        after, tables=tuple(_measured(t, remeasure) if t.id in edit.tables else t for t in after.tables)
    )


def _measured(table: Table, remeasure: Remeasure) -> Table:
    """The table tabulated anew, with what was hidden still hidden and no net that was withheld."""
    new = remeasure(table)
    cells = tuple(
        tuple(replace(c, hidden=old.hidden) for c, old in zip(row, olds, strict=True))
        for row, olds in zip(new.cells, table.cells, strict=True)
    )
    means = tuple(replace(m, hidden=o.hidden) for m, o in zip(new.means, table.means, strict=True))
    fresh = {net.key: net for net in new.nets}
    nets = tuple(
        replace(
            net,
            cells=tuple(
                replace(c, hidden=old.hidden) for c, old in zip(fresh[net.key].cells, net.cells, strict=True)
            ),
        )
        for net in table.nets
        if net.key in fresh
    )
    return replace(new, cells=cells, means=means, nets=nets)


class _Audit:
    """One run: the working copy of the release, the edits so far, and what was computed once."""

    def __init__(
        self,
        release: Release,
        earlier: Sequence[Release],
        rules: Rules,
        remeasure: Remeasure | None,
        progress: Progress | None,
    ) -> None:
        self.release, self.earlier, self.rules, self.remeasure = release, earlier, rules, remeasure
        self.overlaps = Overlaps([p for r in (release, *earlier) for p in r.populations])
        self.edits: list[Edit] = []
        self._progress = progress

    def tell(self, part: float, doing: str) -> None:
        if self._progress is not None:
            self._progress(part, doing)

    def perform(self, edit: Edit) -> None:
        self.release = _performed(self.release, edit, self.remeasure)
        self.overlaps.add(self.release.populations)
        self.edits.append(edit)

    def run(self) -> AuditReport:
        self.tell(0.0, "cells")
        before = findings_of(self.release, self.earlier, rules=self.rules)
        self.tell(0.1, "columns")
        self.thin_columns()
        self.tell(0.3, "cells")
        self.rare_cells()
        self.tell(0.6, "differencing")
        self.differencing()
        self.tell(0.7, "hidden")
        ranges = self.hidden_shares()
        after = [f for t in self.release.tables for f in table_findings(t, self.rules)]
        after += clash_findings(self.release, self.clashes())
        after += range_findings(ranges, self.rules)
        self.tell(1.0, "done")
        return AuditReport(self.release.id, tuple(before), tuple(self.edits), tuple(after), tuple(ranges))

    def clashes(self) -> list[Clash]:
        return clashes(self.release, self.earlier, self.overlaps, self.rules)

    def thin_columns(self) -> None:
        """Merge columns that are too thin: first break by break, then table by table."""
        while True:
            classes: dict[tuple[object, ...], list[Table]] = defaultdict(list)
            for table in self.release.tables:
                keys = tuple(c.key for c in table.columns if not c.total)
                classes[table.partition, keys, table.ordered_columns, table.kind == "estimate"].append(table)
            edit = None
            for tables in classes.values():
                edit = thin_column_edit(tables, self.rules, together=True)
                if edit:
                    break
            for table in self.release.tables if edit is None else ():
                edit = thin_column_edit([table], self.rules, together=False)
                if edit:
                    break
            if edit is None:
                return
            self.perform(edit)

    def rare_cells(self) -> None:
        """Merge away or hide cells that are too rare, table by table."""
        count = len(self.release.tables)
        for k, id in enumerate([t.id for t in self.release.tables]):
            self.tell(0.3 + 0.3 * k / max(1, count), id)
            while True:
                table = next((t for t in self.release.tables if t.id == id), None)
                if table is None:
                    break
                if any(f.code in BASE_CODES for f in table_findings(table, self.rules)):
                    edit = thin_column_edit([table], self.rules, together=False)
                elif any(f.code in EXTREME_CODES for f in table_findings(table, self.rules)):
                    edit = cell_edit(self.release, table, self.earlier, self.overlaps, self.rules)
                else:
                    break
                if edit is None:
                    break
                self.perform(edit)

    def differencing(self) -> None:
        """Bring together or withhold until no two populations differ by too few."""
        while found := self.clashes():
            self.perform(break_clash(self.release, found[0]))

    def hidden_shares(self) -> list[HiddenRange]:
        """Attack every hidden share; protect or give up hiding where an outsider gets too near."""
        questions = sorted({t.question for t in self.release.tables})
        out: list[HiddenRange] = []
        for k, question in enumerate(questions):
            self.tell(0.7 + 0.3 * k / len(questions), question)
            while True:
                ranges = hidden_ranges(
                    self.release,
                    self.earlier,
                    self.overlaps,
                    questions=[question],
                    enough=self.rules.hidden_range,
                )
                bad = [r for r in ranges if r.width < self.rules.hidden_range - 1e-7]
                if not bad:
                    out += ranges
                    break
                self.perform(protect(self.release, bad))
        return out


def _consistent(release: Release) -> None:
    ids = [t.id for t in release.tables]
    if len(set(ids)) != len(ids):
        raise ValueError("two tables of the release share an id")
    known = {p.id for p in release.populations}
    for table in release.tables:
        for column in table.columns:
            if column.population not in known:
                raise ValueError(f"table {table.id}: the population {column.population} isn't in the release")
        shape = {len(row) for row in table.cells} | {len(net.cells) for net in table.nets}
        if shape - {len(table.columns)} or len(table.cells) != len(table.categories):
            raise ValueError(f"table {table.id}: cells don't fit its rows and columns")
        if table.means and len(table.means) != len(table.columns):
            raise ValueError(f"table {table.id}: means don't fit its columns")
