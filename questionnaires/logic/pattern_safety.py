"""Whether a pattern can make a backtracking engine work without end.

The tree becomes a position automaton (Glushkov). An automaton that never has a choice is safe. Otherwise the
work on a text of n characters is bounded by paths × n^(d+1): exponential where one loop can read a word in
two ways; d counts loops in a row that can read the same word; `paths` counts ways through what isn't a loop.
Counted repetitions are unrolled while the automaton stays small, else taken as loops: this errs to refusal.
Source: Weber & Seidl (1991), On the degree of ambiguity of finite automata.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from questionnaires.logic.patterns import (
    LONGEST_TEXT,
    Alternatives,
    Characters,
    PatternError,
    Ranges,
    Repeated,
    Sequence,
    Tree,
    read,
    write,
)

MOST_STEPS = 10_000_000
MOST_POSITIONS = 120
UNROLLED = 60


def translate(pattern: str) -> tuple[str, bool]:
    """(the pattern in the common form, whether its author anchored it).

    Raises PatternError: outside the subset, or able to explode (`logic.regex-explodes`).
    """
    tree, anchored = read(pattern)
    written = write(tree)
    if _size(tree, unrolled=False) > MOST_POSITIONS:
        raise PatternError("logic.regex-explodes", pattern)
    automaton = _Automaton()
    automaton.start = automaton.build(tree, _size(tree, unrolled=True) <= UNROLLED)[1]
    if not automaton.is_deterministic() and automaton.steps() > MOST_STEPS:
        raise PatternError("logic.regex-explodes", pattern)
    return written, anchored


def _size(tree: Tree, unrolled: bool) -> int:
    """Positions of the automaton."""
    if isinstance(tree, Characters):
        return 1
    if isinstance(tree, Sequence):
        return sum(_size(part, unrolled) for part in tree.parts)
    if isinstance(tree, Alternatives):
        return sum(_size(branch, unrolled) for branch in tree.branches)
    copies = max(1, tree.least if tree.most is None else tree.most) if unrolled else 1
    return copies * _size(tree.inner, unrolled)


Built = tuple[bool, set[int], set[int]]  # may be empty, first positions, last positions


@dataclass
class _Automaton:
    sets: list[Ranges] = field(default_factory=list)
    follow: list[set[int]] = field(default_factory=list)
    start: set[int] = field(default_factory=set)
    loop_in_loop: bool = False

    def build(self, tree: Tree, unroll: bool) -> Built:
        if isinstance(tree, Characters):
            self.sets.append(tree.ranges)
            self.follow.append(set())
            here = {len(self.sets) - 1}
            return False, here, here
        if isinstance(tree, Sequence):
            built: Built = (True, set(), set())
            for part in tree.parts:
                built = self.joined(built, self.build(part, unroll))
            return built
        if isinstance(tree, Alternatives):
            branches = [self.build(branch, unroll) for branch in tree.branches]
            firsts = set[int]().union(*(first for _, first, _ in branches))
            lasts = set[int]().union(*(last for _, _, last in branches))
            return any(empty for empty, _, _ in branches), firsts, lasts
        return self.repeated(tree, unroll)

    def joined(self, left: Built, right: Built) -> Built:
        for position in left[2]:
            self.follow[position] |= right[1]
        first = left[1] | right[1] if left[0] else left[1]
        last = left[2] | right[2] if right[0] else right[2]
        return left[0] and right[0], first, last

    def repeated(self, tree: Repeated, unroll: bool) -> Built:
        if tree.most == 0:
            return True, set(), set()
        if tree.most == 1:
            empty, first, last = self.build(tree.inner, unroll)
            return empty or tree.least == 0, first, last
        if not unroll or tree.most is None:
            built: Built = (True, set(), set())
            for _ in range(max(tree.least - 1, 0) if unroll else 0):
                built = self.joined(built, self.build(tree.inner, unroll))
            empty, first, last = self.build(tree.inner, unroll)
            for position in last:
                # A way that is there already: a loop in a loop, which can share out a word at will.
                self.loop_in_loop |= bool(self.follow[position] & first)
                self.follow[position] |= first
            return self.joined(built, (empty or tree.least == 0, first, last))
        # x{2,4} as xx(x(x)?)?: one way to read each number of copies
        built = (True, set(), set())
        for _ in range(tree.most - tree.least):
            empty, first, last = self.joined(self.build(tree.inner, unroll), built)
            built = (True, first, last)
        for _ in range(tree.least):
            built = self.joined(self.build(tree.inner, unroll), built)
        return built

    def overlap(self, one: int, other: int) -> bool:
        return intersect(self.sets[one], self.sets[other])

    def is_deterministic(self) -> bool:
        """No position has two followers that read the same character."""
        return not self.loop_in_loop and all(
            not self.overlap(one, other)
            for choices in (self.start, *self.follow)
            for one in choices
            for other in choices
            if one < other
        )

    def steps(self) -> float:
        """Upper bound on the work for the longest text; infinite where it is exponential."""
        loops = self.loops()
        if self.loop_in_loop or any(self.reads_twice(loop) for loop in loops):
            return float("inf")
        chain = self.longest_chain(loops)
        return self.paths(loops) * float(LONGEST_TEXT) ** max(chain, 1)

    def reach(self, start: set[int], allowed: set[int] | None = None) -> set[int]:
        """Positions that can be read after those of start, through allowed ones only."""
        found: set[int] = set()
        waiting = [n for s in start for n in self.follow[s]]
        while waiting:
            position = waiting.pop()
            if position not in found and (allowed is None or position in allowed):
                found.add(position)
                waiting.extend(self.follow[position])
        return found

    def loops(self) -> list[set[int]]:
        """Strongly connected sets of positions with a way round."""
        reach = [self.reach({position}) for position in range(len(self.sets))]
        found: list[set[int]] = []
        for position in range(len(self.sets)):
            if position in reach[position] and not any(position in loop for loop in found):
                found.append({other for other in reach[position] if position in reach[other]})
        return found

    def reads_twice(self, loop: set[int]) -> bool:
        """Whether a word leads from a position of the loop back to it along two different ways."""
        edges: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for one in loop:
            for other in loop:
                edges[one, other] = [
                    (a, b)
                    for a in self.follow[one] & loop
                    for b in self.follow[other] & loop
                    if self.overlap(a, b)
                ]
        back: dict[tuple[int, int], list[tuple[int, int]]] = {pair: [] for pair in edges}
        for pair, targets in edges.items():
            for target in targets:
                back[target].append(pair)
        diagonal = [pair for pair in edges if pair[0] == pair[1]]
        apart = _closure(edges, diagonal) & _closure(back, diagonal)
        return any(one != other for one, other in apart)

    def longest_chain(self, loops: list[set[int]]) -> int:
        """Most loops in a row of which each two neighbours can read the same word on the way."""
        alphabets = [[r for position in loop for r in self.sets[position]] for loop in loops]
        after: dict[int, list[int]] = {i: [] for i in range(len(loops))}
        for i, loop in enumerate(loops):
            for j, other in enumerate(loops):
                if i == j:
                    continue
                shared = {
                    position
                    for position in range(len(self.sets))
                    if intersect(self.sets[position], tuple(alphabets[i]))
                    and intersect(self.sets[position], tuple(alphabets[j]))
                }
                if self.reach(loop, shared) & other:
                    after[i].append(j)
        longest: dict[int, int] = {}

        def length(i: int) -> int:
            if i not in longest:
                longest[i] = 1 + max((length(j) for j in after[i]), default=0)
            return longest[i]

        return max((length(i) for i in after), default=0)

    def paths(self, loops: list[set[int]]) -> float:
        """Ways through the automaton when each loop is one step."""
        group = {p: min(loop) for loop in loops for p in loop}
        representative = [group.get(p, p) for p in range(len(self.sets))]
        edges: dict[int, set[int]] = {r: set() for r in representative}
        for position, targets in enumerate(self.follow):
            here = representative[position]
            edges[here] |= {representative[t] for t in targets if representative[t] != here}
        ways: dict[int, float] = {}

        def count(node: int) -> float:
            if node not in ways:
                ways[node] = 1.0 + sum(count(target) for target in edges[node])
            return ways[node]

        return 1.0 + sum(count(node) for node in {representative[p] for p in self.start})


def _closure(
    edges: dict[tuple[int, int], list[tuple[int, int]]], start: list[tuple[int, int]]
) -> set[tuple[int, int]]:
    found = set(start)
    waiting = list(start)
    while waiting:
        for target in edges[waiting.pop()]:
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def intersect(one: Ranges, other: Ranges) -> bool:
    return any(a <= d and c <= b for a, b in one for c, d in other)
