"""From exact draft tables to what may be published: audited, hidden where it must be, rounded to whole percent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis.tables.disclosure_model import Cell, Net, Population, Release, Table, rounded
from analysis.tables.disclosure_rules import BASE_CODES, Rules, table_findings


@dataclass(frozen=True)
class Protected:
    """The published tables by id, and what was done: [{"table", "column", "category", "code", "params"}]."""

    tables: dict[str, Table]
    reasons: dict[tuple[str, str, str], str]
    actions: tuple[dict[str, Any], ...]
    rules: dict[str, Any]

    def reason(self, table: str, column: str, row: str) -> str:
        """Why a figure is hidden: its column's reason, its own, or empty when a neighbour needed it."""
        return self.reasons.get((table, column, "")) or self.reasons.get((table, column, row), "")


def protect(
    tables: Sequence[Table], populations: Sequence[Population], *, interviews: str, run: str
) -> Protected:
    """Hide every column and cell that breaks a rule, then round.

    interviews: names the set of respondents; run: the weighting run.
    """
    rules = Rules()
    reasons: dict[tuple[str, str, str], str] = {}
    actions: list[dict[str, Any]] = []
    kept: list[Table] = []
    for table in tables:
        for finding in table_findings(table, rules):
            key = (finding.table, finding.column, finding.category)
            reasons.setdefault(key, finding.code)
            actions.append(
                {
                    "table": finding.table,
                    "column": finding.column,
                    "category": finding.category,
                    "code": finding.code,
                    "params": dict(finding.params),
                }
            )
        kept.append(_hidden(table, reasons))
    release = Release("", interviews, run, tuple(kept), tuple(populations))
    return Protected(
        {table.id: table for table in rounded(release).tables},
        reasons,
        tuple(actions),
        {"base": rules.base, "effective_base": rules.effective_base, "df": rules.df, "width": rules.width},
    )


def _hidden(table: Table, reasons: dict[tuple[str, str, str], str]) -> Table:
    def cell(found: Cell, column: str, row: str) -> Cell:
        if (table.id, column, "") in reasons or (table.id, column, row) in reasons:
            return Cell(None, hidden=True)
        return found

    keys = [column.key for column in table.columns]
    return replace(
        table,
        cells=tuple(
            tuple(cell(c, key, category.key) for c, key in zip(row, keys, strict=True))
            for category, row in zip(table.categories, table.cells, strict=True)
        ),
        nets=tuple(
            Net(
                n.key,
                n.label,
                n.parts,
                tuple(cell(c, key, n.key) for c, key in zip(n.cells, keys, strict=True)),
            )
            for n in table.nets
        ),
    )


def small(code: str) -> bool:
    """True when the whole column was too small, not one cell."""
    return code in BASE_CODES
