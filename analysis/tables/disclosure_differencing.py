"""Differencing: who could be singled out by subtracting one published population from another.

Two checks. Pairs: any two populations differ by nobody or by at least `Rules.difference` respondents. Unions:
what holds for two groups must hold for any sums of groups, since anybody can add columns up; so for each two
breaks, the smallest non-zero difference between a union of groups of the one and a union of groups of the
other is sought as a smallest cut. Earlier releases over the same interviews take part on equal terms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.tables.disclosure_model import Population, Release
from analysis.tables.disclosure_rules import Finding, Rules

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Clash:
    """Two published populations (or unions of them) that differ by too few.

    left, right: ids of the populations added up on each side (right may be empty: nobody).
    difference: respondents in one and not in the other. earlier: some of them stand in an earlier release.
    """

    left: tuple[str, ...]
    right: tuple[str, ...]
    difference: int
    earlier: bool


Cut = tuple[tuple[str, ...], tuple[str, ...], int]
Partition = tuple[
    tuple[str, ...], str
]  # groups of a break, and the total they are parts of ("" = none shown)


class Overlaps:
    """Sizes of intersections of all populations, worked out once and added to as merges make new ones."""

    def __init__(self, populations: Sequence[Population]) -> None:
        self._place: dict[str, int] = {}
        self._matrix: NDArray[np.float32] = np.zeros((0, 0), dtype=np.float32)
        self._shared: Ints = np.zeros((0, 0), dtype=np.int64)
        self.cuts: dict[tuple[Partition, Partition, int], Cut | None] = {}
        self.add(populations)

    def add(self, populations: Sequence[Population]) -> None:
        """Take in populations that aren't known yet; only their own intersections are worked out."""
        fresh = {p.id: p.mask() for p in populations if p.id not in self._place}
        if not fresh:
            return
        known = self._matrix.shape[0]
        self._place |= {id: known + i for i, id in enumerate(fresh)}
        width = max(self._matrix.shape[1], *(mask.size for mask in fresh.values()))
        # float32 counts exactly up to 2**24 respondents, and multiplies fast.
        new = np.zeros((len(fresh), width), dtype=np.float32)
        for row, mask in zip(new, fresh.values(), strict=True):
            row[: mask.size] = mask
        old = np.pad(self._matrix, ((0, 0), (0, width - self._matrix.shape[1])))
        self._matrix = np.concatenate([old, new])
        across = np.rint(new @ self._matrix.T).astype(np.int64)
        self._shared = np.block([[self._shared, across[:, :known].T], [across]])

    def shared(self, left: Sequence[str], right: Sequence[str]) -> Ints:
        """(len(left), len(right)) numbers of respondents in both."""
        return self._shared[np.ix_([self._place[i] for i in left], [self._place[i] for i in right])]

    def size(self, id: str) -> int:
        """Respondents of one population."""
        place = self._place[id]
        return int(self._shared[place, place])

    def indicators(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """(len(ids), respondents) memberships as 0.0 and 1.0."""
        return self._matrix[[self._place[i] for i in ids]]

    def outside(self, groups: Sequence[str], total: str) -> NDArray[np.bool_]:
        """(respondents,) those of the total in none of the groups: they didn't answer the question of the break."""
        if not total:
            return np.zeros(self._matrix.shape[1], dtype=bool)
        inside = self.indicators(groups).any(axis=0)
        return np.asarray((self._matrix[self._place[total]] > 0) & ~inside)


def clashes(release: Release, earlier: Sequence[Release], overlaps: Overlaps, rules: Rules) -> list[Clash]:
    """Every pair and every pair of unions that differ by 1 to `rules.difference` - 1 respondents.

    Only clashes that involve this release count: what lies between two earlier ones can't be helped any more.
    """
    mine = sorted({c.population for t in release.tables for c in t.columns})
    theirs = sorted({c.population for r in earlier for t in r.tables for c in t.columns} - set(mine))
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], Clash] = {}
    everyone = mine + theirs
    if not mine:
        return []
    shared = overlaps.shared(mine, everyone)
    sizes = np.array([overlaps.size(i) for i in everyone])
    apart = sizes[: len(mine), None] + sizes[None, :] - 2 * shared
    for i, j in zip(*np.nonzero((apart > 0) & (apart < rules.difference)), strict=True):
        if j >= len(mine) or i < j:
            clash = Clash((everyone[i],), (everyone[j],), int(apart[i, j]), bool(j >= len(mine)))
            found[clash.left, clash.right] = clash

    own = _partitions([release])
    old = [p for p in _partitions(earlier) if p not in set(own)]
    for a, left in enumerate(own):
        for right, is_old in [(p, False) for p in own[a:]] + [(p, True) for p in old]:
            # The repair asks again and again; memberships never change, so each answer is worked out once.
            key = (left, right, rules.difference)
            if key not in overlaps.cuts:
                aside = overlaps.outside(*left) | overlaps.outside(*right)
                overlaps.cuts[key] = _smallest_union_difference(
                    left[0], right[0], overlaps, rules.difference, aside if aside.any() else None
                )
            cut = overlaps.cuts[key]
            if cut is None:
                continue
            one, other, value = cut
            if not one:
                if is_old:
                    continue
                one, other = other, one
            found.setdefault((one, other), Clash(one, other, value, is_old and bool(other)))
    return sorted(found.values(), key=lambda c: (c.difference, c.left, c.right))


def clash_findings(release: Release, found: Sequence[Clash]) -> list[Finding]:
    """One finding per clash, placed at the first table that shows its left side."""
    where: dict[str, tuple[str, str]] = {}
    for table in release.tables:
        for column in table.columns:
            where.setdefault(column.population, (table.id, column.key))
    labels = {p.id: p.label for p in release.populations}
    out = []
    for clash in found:
        at_table, at_column = where.get(clash.left[0], ("", ""))
        params: dict[str, str | int | float] = {
            "left": " + ".join(labels.get(i, i) for i in clash.left),
            "right": " + ".join(labels.get(i, i) for i in clash.right) or "–",
            "difference": clash.difference,
        }
        code = "disclosure.differencing-earlier" if clash.earlier else "disclosure.differencing"
        out.append(Finding(code, at_table, at_column, "", params))
    return out


def _partitions(releases: Sequence[Release]) -> list[Partition]:
    seen: dict[Partition, None] = {}
    for release in releases:
        for table in release.tables:
            groups = tuple(sorted(set(table.partition)))
            total = next((c.population for c in table.columns if c.total), "")
            if len(groups) > 1:
                seen[groups, total] = None
            if total:
                seen[(total,), ""] = None
    return list(seen)


def _smallest_union_difference(
    left: tuple[str, ...],
    right: tuple[str, ...],
    overlaps: Overlaps,
    limit: int,
    aside: NDArray[np.bool_] | None = None,
) -> Cut | None:
    """The unions S of `left` and T of `right` with the smallest |S Δ T| in 1..limit-1, else None.

    Nodes: the groups of both sides and nobody (the respondents outside). An edge between two nodes weighs the
    respondents they share, a respondent of neither side weighs nothing. Putting S and T on one side of a cut
    costs exactly |S Δ T|. Edges of `limit` or more can't be cut, so they are contracted first; the smallest
    cut of each connected remainder is then exact (Stoer & Wagner 1997), and usually nothing remains.
    aside: respondents left out of all counts, who didn't answer the break's question (item non-response).
    """
    same = left == right
    rows, columns = len(left), 0 if same else len(right)
    nodes = rows + columns + 1
    outside = nodes - 1
    weight = np.zeros((nodes, nodes), dtype=np.int64)
    if same:
        weight[:rows, outside] = _counts(overlaps, left, None, aside)
    else:
        shared = _counts(overlaps, left, right, aside)
        weight[:rows, rows : rows + columns] = shared
        weight[:rows, outside] = _counts(overlaps, left, None, aside) - shared.sum(axis=1)
        weight[rows : rows + columns, outside] = _counts(overlaps, right, None, aside) - shared.sum(axis=0)
    weight = np.clip(weight, 0, None)
    weight = weight + weight.T
    group = _contract(weight, limit)
    count = int(group.max()) + 1
    if count == 1:
        return None
    small = np.zeros((count, count), dtype=np.int64)
    np.add.at(small, (group[:, None], group[None, :]), weight)
    np.fill_diagonal(small, 0)
    best = _smallest_cut(small, limit)
    if best is None:
        return None
    value, side = best
    inside = np.isin(group, np.flatnonzero(side))
    if inside[outside]:
        inside = ~inside
    s = tuple(left[i] for i in range(rows) if inside[i])
    t = () if same else tuple(right[j] for j in range(columns) if inside[rows + j])
    return s, t, value


def _counts(
    overlaps: Overlaps, left: Sequence[str], right: Sequence[str] | None, aside: NDArray[np.bool_] | None
) -> Ints:
    """Respondents of each group (right None), or of each pair of groups, those `aside` left out."""
    if aside is None:
        if right is None:
            return np.array([overlaps.size(i) for i in left], dtype=np.int64)
        return overlaps.shared(left, right)
    mine = overlaps.indicators(left)[:, ~aside]
    if right is None:
        return np.asarray(np.rint(mine.sum(axis=1)), dtype=np.int64)
    return np.asarray(np.rint(mine @ overlaps.indicators(right)[:, ~aside].T), dtype=np.int64)


def _contract(weight: Ints, limit: int) -> Ints:
    """Group number of each node after joining every edge of at least `limit`."""
    group = np.arange(weight.shape[0])
    for i, j in zip(*np.nonzero(weight >= limit), strict=True):
        a, b = group[i], group[j]
        if a != b:
            group[group == max(a, b)] = min(a, b)
    return np.unique(group, return_inverse=True)[1].astype(np.int64)


def _smallest_cut(weight: Ints, limit: int) -> tuple[int, NDArray[np.bool_]] | None:
    """(value, nodes on one side) of the smallest cut in 1..limit-1 within a connected part, else None."""
    parts: dict[int, list[int]] = defaultdict(list)
    for node, root in enumerate(_contract(weight, 1)):
        parts[int(root)].append(node)
    best: tuple[int, NDArray[np.bool_]] | None = None
    for members in parts.values():
        if len(members) < 2:
            continue
        value, side = _stoer_wagner(weight[np.ix_(members, members)])
        if 0 < value < limit and (best is None or value < best[0]):
            chosen = np.zeros(weight.shape[0], dtype=bool)
            chosen[[members[i] for i in side]] = True
            best = (value, chosen)
    return best


def _stoer_wagner(weight: Ints) -> tuple[int, list[int]]:
    """Smallest cut of a connected graph: (value, nodes on one side). Source: Stoer & Wagner (1997), J. ACM
    44.
    """
    w = weight.copy()
    merged = [[i] for i in range(w.shape[0])]
    alive = list(range(w.shape[0]))
    best, side = int(np.iinfo(np.int64).max), [0]
    while len(alive) > 1:
        order = [alive[0]]
        reach = w[alive[0]].copy()
        rest = set(alive[1:])
        while rest:
            nearest = max(rest, key=lambda node: (int(reach[node]), -node))
            rest.remove(nearest)
            order.append(nearest)
            reach = reach + w[nearest]
        last, before = order[-1], order[-2]
        value = int(sum(w[last, node] for node in alive if node != last))
        if value < best:
            best, side = value, list(merged[last])
        merged[before] += merged[last]
        w[before] += w[last]
        w[:, before] = w[before]
        w[before, before] = 0
        alive.remove(last)
    return best, side
