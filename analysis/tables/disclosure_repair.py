"""Which edit answers a finding: the cheapest of those that remove it.

Each function looks at the tables as they stand and returns one `Edit` (or None when nothing is wrong). Every
edit removes a column, a category, a visible cell or a table, so the repair ends.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from analysis.tables.disclosure_bounds import HiddenRange, hidden_ranges
from analysis.tables.disclosure_differencing import Clash, Overlaps
from analysis.tables.disclosure_edits import (
    Edit,
    loss_of_categories,
    loss_of_columns,
    loss_of_hiding,
    loss_of_table,
    perform,
)
from analysis.tables.disclosure_model import Column, Release, Table
from analysis.tables.disclosure_rules import BASE_CODES, EXTREME_CODES, Finding, Rules, table_findings

_MARGIN = 0.02  # hidden shares are planned to add up to a little more than the rule, for the rounding


def thin_column_edit(tables: Sequence[Table], rules: Rules, *, together: bool) -> Edit | None:
    """The merge for the thinnest column of tables that share their groups.

    together: only where the column is too thin in at least half of the tables (then all are merged alike, so
    that readers meet the same groups throughout); otherwise wherever it is too thin.
    """
    faults: dict[str, list[Finding]] = {}
    for table in tables:
        for finding in table_findings(table, rules):
            if finding.code in BASE_CODES:
                faults.setdefault(table.id, []).append(finding)
    if not faults:
        return None
    first = tables[0]
    for table in tables if not together else ():
        if any(table.columns[table.column(f.column)].total for f in faults.get(table.id, ())):
            reason = next(f.code for f in faults[table.id])
            return Edit("withhold-table", (table.id,), reason=reason, loss=loss_of_table(table))
    groups = [c for c in first.columns if not c.total]
    thin = []
    for place, group in enumerate(groups):
        hits = [f for t in tables for f in faults.get(t.id, ()) if _place_of(t, f.column) == place]
        ids = {f.table for f in hits}
        if ids and (not together or 2 * len(ids) >= len(tables)):
            thin.append((sum(_groups(t)[place].n for t in tables), place, hits[0].code, group))
    if not thin:
        return None
    _, place, reason, _ = min(thin, key=lambda x: x[:2])
    everyone = tuple(t.id for t in tables)
    if len(groups) < 3 or first.kind == "estimate":
        # Two groups merged into one say nothing that the total doesn't.
        kind = "drop-groups" if any(c.total for c in first.columns) else "withhold-table"
        whole = sum(loss_of_table(t, groups_only=kind == "drop-groups") for t in tables)
        return Edit(kind, everyone, reason=reason, loss=whole)  # type: ignore[arg-type]
    options = []
    for other in _partners(place, len(groups), first.ordered_columns):
        pair = tuple(sorted((place, other)))
        loss = sum(loss_of_columns(t, [_groups(t)[k].key for k in pair]) for t in tables)
        options.append((loss, pair))
    loss, pair = min(options)
    keys = tuple(groups[k].key for k in pair)
    return Edit("merge-columns", everyone, columns=keys, reason=reason, loss=loss)


def cell_edit(
    release: Release, table: Table, earlier: Sequence[Release], overlaps: Overlaps, rules: Rules
) -> Edit | None:
    """Merge a rare category, hide its rare cells with what protects them, or merge the column: what loses
    least.
    """
    faults = [f for f in table_findings(table, rules) if f.code in EXTREME_CODES]
    if not faults:
        return None
    if table.kind == "estimate":
        return Edit("withhold-table", (table.id,), reason=faults[0].code, loss=loss_of_table(table))
    nets = {n.key for n in table.nets}
    own = [f for f in faults if f.category not in nets]
    if not own:
        # Only a net is extreme: its categories are fine by themselves, so the net alone goes (with its row).
        return _net_edit(table, faults)
    category = min(own, key=lambda f: (table.category(f.category), f.column)).category
    failing = sorted({f.column for f in own if f.category == category}, key=table.column)
    reason = next(f.code for f in own if f.category == category)
    if table.kind == "multiple":
        total = sum(
            c.n * (cell.share or 0.0) for c, cell in zip(table.columns, table.cells[table.category(category)])
        )
        if len(table.categories) == 1:
            return Edit("withhold-table", (table.id,), reason=reason, loss=loss_of_table(table))
        return Edit("drop-category", (table.id,), categories=(category,), reason=reason, loss=total)
    options: list[Edit] = list(_category_merges(table, category, reason))
    options += list(_column_merges(table, failing, reason))
    cheapest = min((o.loss for o in options), default=math.inf)
    hiding = _hiding(release, table, category, failing, earlier, overlaps, rules, cheapest, reason)
    if hiding is not None:
        options.append(hiding)
    if options:
        return min(options, key=lambda e: e.loss)
    kind = (
        "drop-groups" if any(c.total for c in table.columns) and len(table.columns) > 1 else "withhold-table"
    )
    if kind == "drop-groups" and any(table.columns[table.column(k)].total for k in failing):
        kind = "withhold-table"
    return Edit(kind, (table.id,), reason=reason, loss=loss_of_table(table))  # type: ignore[arg-type]


def break_clash(release: Release, clash: Clash) -> Edit:
    """The cheapest edit after which the two unions of a clash are no longer both released."""
    options: list[Edit] = []
    reason = "disclosure.differencing-earlier" if clash.earlier else "disclosure.differencing"
    for side in (clash.left, clash.right):
        users = [t for t in release.tables if side and set(side) <= {c.population for c in t.columns}]
        if not users:
            continue
        as_total = [t for t in users if len(side) == 1 and _is_total(t, side[0])]
        as_group = [t for t in users if t not in as_total and set(side) <= set(t.partition)]
        edits: list[Edit] = []
        if as_total:
            ids = tuple(t.id for t in as_total)
            edits.append(Edit("withhold-table", ids, reason=reason, loss=sum(map(loss_of_table, as_total))))
        for partition in sorted({t.partition for t in as_group}):
            tables = [t for t in as_group if t.partition == partition]
            edits.append(_break_partition(tables, set(side), reason))
        if edits:
            # All of them are needed to be rid of this side; the dearest decides, the first is made now.
            loss = sum(e.loss for e in edits)
            options.append(Edit(edits[0].kind, edits[0].tables, edits[0].columns, (), reason, loss))
    return min(options, key=lambda e: (e.loss, e.tables))


def protect(release: Release, bad: Sequence[HiddenRange]) -> Edit:
    """For hidden shares that an outsider gets too near: merge what is hidden in that table into one row.

    The hidden categories of a table (with those between them, where rows are ordered) become one visible row,
    so nothing of it is hidden any longer; where that would leave a single row, the groups or the table go.
    """
    worst = min(bad, key=lambda r: (r.width, r.table, r.column, r.category))
    table = next(t for t in release.tables if t.id == worst.table)
    places = [i for i, row in enumerate(table.cells) if any(c.hidden for c in row)]
    if table.ordered_rows:
        places = list(range(places[0], places[-1] + 1))
    if len(places) == 1:
        at = places[0]
        places = sorted({at, at - 1 if at else at + 1})
    keys = tuple(table.categories[i].key for i in places if i < len(table.categories))
    reason = "disclosure.hidden-range"
    if table.kind == "single" and 2 <= len(keys) < len(table.categories):
        return Edit("merge-categories", (table.id,), (), keys, reason, loss_of_categories(table, keys))
    total_clean = any(
        c.total and not any(row[j].hidden for row in table.cells) for j, c in enumerate(table.columns)
    )
    if total_clean and any(not c.total for c in table.columns):
        return Edit("drop-groups", (table.id,), reason=reason, loss=loss_of_table(table, groups_only=True))
    return Edit("withhold-table", (table.id,), reason=reason, loss=loss_of_table(table))


def _groups(table: Table) -> list[Column]:
    return [c for c in table.columns if not c.total]


def _place_of(table: Table, key: str) -> int:
    for place, column in enumerate(_groups(table)):
        if column.key == key:
            return place
    return -1


def _partners(place: int, count: int, ordered: bool) -> list[int]:
    if ordered:
        return [k for k in (place - 1, place + 1) if 0 <= k < count]
    return [k for k in range(count) if k != place]


def _is_total(table: Table, population: str) -> bool:
    return any(c.total and c.population == population for c in table.columns)


def _category_merges(table: Table, category: str, reason: str) -> Iterator[Edit]:
    at, count = table.category(category), len(table.categories)
    if count < 3:
        return
    for other in _partners(at, count, table.ordered_rows):
        keys = tuple(table.categories[i].key for i in sorted((at, other)))
        yield Edit("merge-categories", (table.id,), (), keys, reason, loss_of_categories(table, keys))


def _column_merges(table: Table, failing: Sequence[str], reason: str) -> Iterator[Edit]:
    """The columns with the rare cells (and those between them, where ordered) together with one more."""
    groups = _groups(table)
    places = [k for k, c in enumerate(groups) if c.key in failing]
    if len(places) != len(failing):
        return
    if table.ordered_columns:
        places = list(range(places[0], places[-1] + 1))
    others = [k for k in range(len(groups)) if k not in places]
    if table.ordered_columns:
        others = [k for k in others if k in (places[0] - 1, places[-1] + 1)]
    for other in others:
        if len(groups) - len(places) >= 2:
            keys = tuple(groups[k].key for k in sorted([*places, other]))
            yield Edit("merge-columns", (table.id,), keys, (), reason, loss_of_columns(table, keys))


def _hiding(
    release: Release,
    table: Table,
    category: str,
    failing: Sequence[str],
    earlier: Sequence[Release],
    overlaps: Overlaps,
    rules: Rules,
    limit: float,
    reason: str,
) -> Edit | None:
    """Hide the rare cells and, in the same columns, the smallest others that make up the range; None if
    dearer.

    Where the totals still tell, the same categories are hidden in further columns, smallest first, up to
    three.
    """
    pairs: list[tuple[str, str]] = []
    for key in failing:
        partners = _cover(table, key, category, rules.hidden_range + _MARGIN)
        if partners is None:
            return None
        pairs += [(key, c) for c in (category, *partners)]
    rows = list(dict.fromkeys(c for _, c in pairs))
    further = [[(c.key, k) for k in rows] for c in table.columns if c.key not in failing]
    further.sort(key=lambda group: loss_of_hiding(table, group))
    for extra in range(min(4, len(further) + 1)):
        pairs += further[extra - 1] if extra else []
        loss = loss_of_hiding(table, pairs)
        if loss >= limit:
            return None
        edit = Edit("hide", (table.id,), tuple(c for c, _ in pairs), tuple(k for _, k in pairs), reason, loss)
        trial = perform(release, edit)
        ranges = hidden_ranges(
            trial, earlier, overlaps, questions=[table.question], enough=rules.hidden_range
        )
        if all(r.width >= rules.hidden_range - 1e-7 for r in ranges if r.table == table.id):
            return edit
    return None


def _cover(table: Table, column: str, category: str, wanted: float) -> list[str] | None:
    """The cheapest one or two other categories of this column that, hidden too, add up to the range
    wanted.
    """
    j, at = table.column(column), table.category(category)
    shares = {c.key: table.cells[i][j].share or 0.0 for i, c in enumerate(table.categories) if i != at}
    have = (table.cells[at][j].share or 0.0) + sum(
        row[j].share or 0.0 for i, row in enumerate(table.cells) if row[j].hidden and i != at
    )
    visible = [c.key for i, c in enumerate(table.categories) if i != at and not table.cells[i][j].hidden]
    if len(visible) < 2:
        return None
    if have >= wanted:
        return []
    for size in (1, 2):
        fitting = [k for k in combinations(visible, size) if have + sum(shares[c] for c in k) >= wanted]
        if fitting:
            return list(min(fitting, key=lambda k: (sum(shares[c] for c in k), k)))
    return None


def _net_edit(table: Table, faults: Sequence[Finding]) -> Edit:
    """Hide the extreme cells of nets: they are named by the net's key in place of a category's."""
    return Edit(
        "hide-nets", (table.id,), tuple(f.column for f in faults), tuple(f.category for f in faults),
        faults[0].code, 0.0,
    )  # fmt: skip


def _break_partition(tables: Sequence[Table], side: set[str], reason: str) -> Edit:
    """Merge a group of the union with one outside it, in all tables of this break; else drop the groups."""
    first = tables[0]
    groups = _groups(first)
    inside = [c.population in side for c in groups]
    pairs = (
        list(pairwise(range(len(groups))))
        if first.ordered_columns
        else list(combinations(range(len(groups)), 2))
    )
    options = []
    for a, b in pairs:
        if inside[a] != inside[b] and len(groups) >= 3 and first.kind != "estimate":
            keys = [(_groups(t)[a].key, _groups(t)[b].key) for t in tables]
            loss = sum(loss_of_columns(t, k) for t, k in zip(tables, keys, strict=True))
            same = [t.id for t, k in zip(tables, keys, strict=True) if k == keys[0]]
            options.append((loss, keys[0], tuple(same)))
    if options:
        loss, pair, ids = min(options)
        return Edit("merge-columns", ids, pair, (), reason, loss)
    kept = [t for t in tables if any(c.total for c in t.columns)]
    if kept and not (len(side) == 1 and _is_total(first, next(iter(side)))):
        loss = sum(loss_of_table(t, groups_only=True) for t in kept)
        return Edit("drop-groups", tuple(t.id for t in kept), (), (), reason, loss)
    return Edit(
        "withhold-table", tuple(t.id for t in tables), (), (), reason, sum(map(loss_of_table, tables))
    )
