"""The rules a published cell must meet on its own, and the findings where one does not."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache

from scipy.stats import t as student

from analysis.tables.disclosure_model import Cell, Column, Release, Table


@dataclass(frozen=True)
class Rules:
    """What every published cell must meet. The defaults are the house's: a survey may ask for more, never for less.

    base, effective_base, df: least values. width: widest interval, as a fraction. count: fewest respondents
    behind a published share. difference: two populations that aren't the same differ by at least this many
    respondents. hidden_range: the range within which a hidden share must remain possible, as a fraction.
    Raises ValueError for a rule laxer than the house's.
    """

    base: int = 30
    effective_base: float = 30.0
    df: float = 8.0
    width: float = 0.30
    count: int = 3
    difference: int = 30
    hidden_range: float = 0.20

    def __post_init__(self) -> None:
        for rule in fields(self):
            given, house = getattr(self, rule.name), rule.default
            laxer = given > house if rule.name == "width" else given < house
            if laxer or given != given:
                raise ValueError(f"the rule {rule.name} can't be laxer than {house}")


@dataclass(frozen=True)
class Finding:
    """One reason why the release can't leave as it stands; `code` has a sentence in both languages."""

    code: str
    table: str
    column: str = ""
    category: str = ""
    params: Mapping[str, str | int | float] = field(default_factory=dict)


BASE_CODES = frozenset({"disclosure.base", "disclosure.effective-base", "disclosure.df", "disclosure.width"})
EXTREME_CODES = frozenset({"disclosure.extreme", "disclosure.count", "disclosure.no-interval"})


def release_findings(release: Release, rules: Rules) -> list[Finding]:
    """Every cell, net and mean of every table against the rules that need nothing but the cell."""
    return [f for table in release.tables for f in table_findings(table, rules, release.rounded)]


def table_findings(table: Table, rules: Rules, is_rounded: bool = False) -> list[Finding]:
    """Findings of one table: columns first, then cells, then nets."""
    # Tables are frozen and the repair looks at each many times: what was found stays with the object.
    memo: dict[tuple[Rules, bool], list[Finding]] = table.__dict__.setdefault("_findings", {})
    if (rules, is_rounded) not in memo:
        memo[rules, is_rounded] = _all_findings(table, rules, is_rounded)
    return memo[rules, is_rounded]


def _all_findings(table: Table, rules: Rules, is_rounded: bool) -> list[Finding]:
    found = [f for column in table.columns for f in _column_findings(table, column, rules)]
    slack = 0.01 + 1e-9 if is_rounded else 1e-9
    for category, row in zip(table.categories, table.cells, strict=True):
        for column, cell in zip(table.columns, row, strict=True):
            for code, params in cell_faults(cell, table.kind, rules, slack, column.n):
                found.append(Finding(code, table.id, column.key, category.key, params))
    for net in table.nets:
        for column, cell in zip(table.columns, net.cells, strict=True):
            for code, params in cell_faults(cell, table.kind, rules, slack, column.n):
                found.append(Finding(code, table.id, column.key, net.key, params))
    return found


def cell_faults(
    cell: Cell, kind: str, rules: Rules, slack: float = 1e-9, base: int | None = None
) -> Iterator[tuple[str, dict[str, str | int | float]]]:
    """(code, parameters) of each rule that a visible cell breaks; nothing for a hidden one.

    base: the column's unweighted base; of a yes or no share ("multiple", nets) the other side counts as well.
    """
    if cell.hidden or cell.share is None:
        return
    if cell.n_effective is not None and not cell.n_effective >= rules.effective_base:
        yield "disclosure.effective-base", {"n": _shown(cell.n_effective), "least": rules.effective_base}
    if cell.ci_low is None or cell.ci_high is None:
        yield "disclosure.no-interval", {}
    elif not cell.ci_high - cell.ci_low <= rules.width + slack:
        yield (
            "disclosure.width",
            {"width": round(100 * (cell.ci_high - cell.ci_low)), "most": round(100 * rules.width)},
        )
    if kind == "estimate":
        return
    # Open at both ends, so that a share and its complement are judged alike: 0.5 % and 99.5 % both fail.
    if not 0.005 < cell.share < 0.995:
        yield "disclosure.extreme", {"share": round(100 * cell.share)}
    if cell.count is not None:
        others = math.inf if base is None else base - cell.count
        if cell.count < rules.count or others < rules.count:
            yield "disclosure.count", {"least": rules.count}


def _column_findings(table: Table, column: Column, rules: Rules) -> Iterator[Finding]:
    if column.n < rules.base:
        yield Finding("disclosure.base", table.id, column.key, "", {"n": column.n, "least": rules.base})
    if not column.n_effective >= rules.effective_base:
        yield Finding(
            "disclosure.effective-base", table.id, column.key, "",
            {"n": _shown(column.n_effective), "least": rules.effective_base},
        )  # fmt: skip
    if not column.df >= rules.df:
        yield Finding("disclosure.df", table.id, column.key, "", {"df": _shown(column.df), "least": rules.df})
    elif table.kind != "estimate" and widest(column) > rules.width + 1e-9:
        # Judged at 50 %, the widest any share of this column could be: nets and merged rows are then safe
        # too.
        yield Finding(
            "disclosure.width", table.id, column.key, "",
            {"width": _shown(100 * widest(column)), "most": round(100 * rules.width)},
        )  # fmt: skip


def widest(column: Column) -> float:
    """Width of the 95 % interval of a share of 50 % in this column, as a fraction; inf where it has no
    base.
    """
    if not (column.n_effective > 0 and column.df > 0):
        return math.inf
    return quantile(column.df) / math.sqrt(column.n_effective)


@lru_cache(maxsize=4096)
def quantile(df: float) -> float:
    """Two-sided 95 % quantile of Student's t."""
    return float(student.ppf(0.975, df)) if math.isfinite(df) else 1.959963984540054


def _shown(value: float) -> float | str:
    """One decimal; a dash for what doesn't exist."""
    return round(value, 1) if math.isfinite(value) else "–"
