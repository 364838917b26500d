"""How narrow can a hidden share be made? Linear programs over the unknown masses of people behind the cells.

Unknown are, for one question and one release, the mass of every group, of everyone, and of the people of each
group who gave each answer. Known are the printed shares to their rounding, that the answers of a single-choice
question add up, that the groups of a break add up to everyone but those whose group is unknown, the sums of
answers, and the bases. Printed bases are unweighted: how far a group's weight may be from its base is a
parameter, and the attacker tries several, also that it isn't apart at all. Shares of two releases of the same
interviews lie near each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from tests.attack.gather import Loot, Place, Seen

# How far a group's weighted share of everyone may lie from its unweighted one, as the attacker supposes.
APART = (0.0, 0.1, 0.3, 0.7)
PERCENT = 100.0


@dataclass(frozen=True)
class Found:
    """A hidden share and what is left of it: percent. model: which supposition narrowed it most."""

    place: Place
    low: float
    high: float
    model: float

    @property
    def width(self) -> float:
        return self.high - self.low


def attack(loot: Loot) -> list[Found]:
    """The narrowest range of every hidden share that any model, or any other release, gives."""
    out: list[Found] = []
    drift = _drift(loot)
    tables: dict[tuple[int, str, str], dict[Place, Seen]] = defaultdict(dict)
    for place, seen in loot.seen.items():
        tables[place.release, place.topic, place.arm][place] = seen
    for (release, topic, arm), cells in tables.items():
        if not any(seen.hidden for seen in cells.values()):
            continue
        others = {
            place: seen
            for (number, name, its_arm), more in tables.items()
            if (name, its_arm) == (topic, arm) and number != release
            for place, seen in more.items()
            if not seen.hidden
        }
        out += _question(cells, loot, release, topic, others, drift)
    return out


def _drift(loot: Loot) -> float:
    """The largest difference between two figures that two releases both print, plus one point for rounding."""
    middle: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for place, seen in loot.seen.items():
        if not seen.hidden:
            key = (place.topic, place.arm, place.by, place.group, place.answer)
            middle[key].append((seen.low + seen.high) / 2)
    return 1.0 + max((max(found) - min(found) for found in middle.values() if len(found) > 1), default=0.0)


def _question(
    cells: dict[Place, Seen], loot: Loot, release: int, topic: str, others: dict[Place, Seen], drift: float
) -> list[Found]:
    best: dict[Place, Found] = {}
    for apart in APART:
        system = _System(cells, loot, release, topic, apart)
        system.near(others, drift)
        for place, seen in cells.items():
            if not seen.hidden:
                continue
            ends = system.range(place)
            if ends is None:
                continue
            if place not in best or ends[1] - ends[0] < best[place].width:
                best[place] = Found(place, *ends, apart)
    missing = [place for place, seen in cells.items() if seen.hidden and place not in best]
    # What contradicts itself in every model tells nothing: the whole range stays possible.
    return [*best.values(), *(Found(place, 0.0, PERCENT, float("nan")) for place in missing)]


class _System:
    """Rows of low <= a·x <= high; x are masses, all homogeneous, so any one of them may be set to 1."""

    def __init__(self, cells: dict[Place, Seen], loot: Loot, release: int, topic: str, apart: float) -> None:
        self.number: dict[tuple[str, ...], int] = {}
        self.rows: list[tuple[dict[int, float], float, float]] = []
        self.cells, self.apart = cells, apart
        columns: dict[tuple[str, str], dict[str, Seen]] = defaultdict(dict)
        for place, seen in cells.items():
            columns[place.by, place.group][place.answer] = seen
        self.single = self._adds_up(columns)
        for (by, group), answers in columns.items():
            self._column(by, group, answers, loot.order[release, topic, by])
        for by in {by for by, _group in columns if by}:
            parent = loot.parents.get((release, by), ("", ""))
            self._adding_groups(by, {g: a for (b, g), a in columns.items() if b == by}, columns, parent)
        self._adding_parts(columns)

    def mass(self, *key: str) -> int:
        return self.number.setdefault(key, len(self.number))

    def add(self, row: dict[int, float], low: float, high: float) -> None:
        self.rows.append((row, low, high))

    def _adds_up(self, columns: dict[tuple[str, str], dict[str, Seen]]) -> bool:
        """Whether the answers are shares of one whole: so they are where the printed ones add up to about 100."""
        sums = [
            sum((s.low + s.high) / 2 for s in answers.values() if s.kind in ("answer", "apart"))
            for answers in columns.values()
            if not any(seen.hidden for seen in answers.values())
        ]
        return bool(sums) and all(abs(total - PERCENT) < 6 for total in sums)

    def _column(self, by: str, group: str, answers: dict[str, Seen], order: list[str]) -> None:
        whole = self.mass(by, group)
        single = [a for a in order if a in answers and answers[a].kind in ("answer", "apart")]
        for answer, seen in answers.items():
            if seen.kind == "net":
                continue
            part = self.mass(by, group, answer)
            self.add({part: 1.0, whole: -1.0}, -np.inf, 0.0)
            self._share({part: 1.0}, whole, seen)
        if self.single:
            self.add({**{self.mass(by, group, a): 1.0 for a in single}, whole: -1.0}, 0.0, 0.0)
        nets = [a for a in order if a in answers and answers[a].kind == "net"]
        scale = [a for a in single if answers[a].kind == "answer"]
        for net, members in self._members(nets, scale, answers):
            self._share({self.mass(by, group, a): 1.0 for a in members}, whole, answers[net])

    def _share(self, parts: dict[int, float], whole: int, seen: Seen) -> None:
        if not seen.hidden:
            self.add({**parts, whole: -seen.low / PERCENT}, 0.0, np.inf)
            self.add({**parts, whole: -seen.high / PERCENT}, -np.inf, 0.0)

    def _members(
        self, nets: list[str], scale: list[str], answers: dict[str, Seen]
    ) -> Iterable[tuple[str, list[str]]]:
        """Which answers a printed sum holds: from one end of the scale, as many as fit what is printed."""
        for net, ends in zip(nets, (scale, scale[::-1]), strict=False):
            fits = [
                n
                for n in range(1, len(ends))
                if all(not answers[a].hidden for a in ends[:n])
                and abs(sum(_middle(answers[a]) for a in ends[:n]) - _middle(answers[net])) <= 0.5 * (n + 1)
            ]
            half = len(scale) // 2
            if len(fits) == 1:
                yield net, ends[: fits[0]]
            elif not fits and any(answers[a].hidden for a in ends[:half]):
                yield net, ends[:half]

    def _adding_parts(self, columns: dict[tuple[str, str], dict[str, Seen]]) -> None:
        """A group of one break told within every group of another: together they are that group."""
        within: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for by, group in columns:
            name, _at, part = by.partition("@")
            if part:
                within[name, part.partition(":")[0], group].append(by)
        for (name, other, group), parts in within.items():
            groups = {g for b, g in columns if b == other}
            if (name, group) not in columns or len(parts) != len(groups):
                continue
            row = {self.mass(name, group): 1.0, **{self.mass(by, group): -1.0 for by in parts}}
            self.add(row, 0.0, 0.0)
            for answer, seen in columns[name, group].items():
                if seen.kind != "net" and all(answer in columns[by, group] for by in parts):
                    own = {self.mass(name, group, answer): 1.0}
                    self.add({**own, **{self.mass(by, group, answer): -1.0 for by in parts}}, 0.0, 0.0)

    def _adding_groups(
        self,
        by: str,
        groups: dict[str, dict[str, Seen]],
        columns: dict[tuple[str, str], dict[str, Seen]],
        parent: tuple[str, str],
    ) -> None:
        """The groups of a break make everyone (or the group that they are told within), but for those whose group
        isn't known."""
        if parent not in columns:
            return
        everyone, total = self.mass(*parent), columns[parent]
        n = max(seen.base for seen in total.values())
        bases = {group: max(seen.base for seen in answers.values()) for group, answers in groups.items()}
        unknown = max(0, n - sum(bases.values())) / n * (1 + self.apart)
        for group, base in bases.items():
            mine = self.mass(by, group)
            self.add({mine: 1.0, everyone: -(1 - self.apart) * base / n}, 0.0, np.inf)
            self.add({mine: 1.0, everyone: -(1 + self.apart) * base / n}, -np.inf, 0.0)
        sums = {everyone: 1.0, **{self.mass(by, group): -1.0 for group in groups}}
        self.add(sums, 0.0, np.inf)
        self.add({**sums, everyone: 1.0 - unknown - 1e-9}, -np.inf, 0.0)
        for answer in total:
            if total[answer].kind == "net" or not all(answer in answers for answers in groups.values()):
                continue
            row = {
                self.mass(*parent, answer): 1.0,
                **{self.mass(by, group, answer): -1.0 for group in groups},
            }
            self.add(row, 0.0, np.inf)
            self.add({**row, everyone: -unknown - 1e-9}, -np.inf, 0.0)

    def near(self, others: dict[Place, Seen], drift: float) -> None:
        """Figures that another release prints of the same people hold here too, give or take the drift."""
        for place, seen in others.items():
            key = (place.by, place.group, place.answer)
            if seen.kind != "net" and key in self.number and (place.by, place.group) in self.number:
                whole = self.number[place.by, place.group]
                part = self.number[key]
                self.add({part: 1.0, whole: -max(0.0, seen.low - drift) / PERCENT}, 0.0, np.inf)
                self.add({part: 1.0, whole: -min(PERCENT, seen.high + drift) / PERCENT}, -np.inf, 0.0)

    def range(self, place: Place) -> tuple[float, float] | None:
        """Least and greatest share in percent, None where the model contradicts what is printed."""
        whole, part = self.mass(place.by, place.group), self.mass(place.by, place.group, place.answer)
        width = len(self.number)
        upper = [(row, high) for row, _low, high in self.rows if np.isfinite(high)]
        lower = [({k: -v for k, v in row.items()}, -low) for row, low, _high in self.rows if np.isfinite(low)]
        rows = upper + lower
        matrix = csr_matrix(
            (
                [value for row, _limit in rows for value in row.values()],
                (
                    [r for r, (row, _limit) in enumerate(rows) for _k in row],
                    [k for row, _limit in rows for k in row],
                ),
            ),
            shape=(len(rows), width),
        )
        limits = np.array([limit for _row, limit in rows])
        bounds = [(1.0, 1.0) if i == whole else (0.0, None) for i in range(width)]
        ends = []
        for sign in (1.0, -1.0):
            aim = np.zeros(width)
            aim[part] = sign
            answer = linprog(aim, A_ub=matrix, b_ub=limits, bounds=bounds, method="highs")
            if answer.status != 0:
                return None
            ends.append(sign * answer.fun * PERCENT)
        return float(ends[0]), float(min(ends[1], PERCENT))


def _middle(seen: Seen) -> float:
    return (seen.low + seen.high) / 2
