"""Paths, resolved against the declared tree: absolute, relative, with predicates, and into lists.

A location under way is (declared node, base, depth, steps): climb from the base's scope to `depth`, then walk
`steps`. Groups leave no step, since answers are kept by repeat scope. Several locations (a wildcard, `//`)
become a union.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from questionnaires.logic.declared import Declared
from questionnaires.logic.names import Place, Reading
from questionnaires.logic.syntax import Call, Literal, Number, Path, Step, Syntax, walk

Tree = Any


@dataclass(frozen=True)
class _Location:
    node: Declared
    base: int
    depth: int
    steps: tuple[Tree, ...] = ()


class Unsupported(Exception):
    """A path that is legal XPath but that the contract doesn't carry."""


class PathResolver:
    """tree: resolves any expression, for predicates and for what a path starts from."""

    def __init__(self, reading: Reading, tree: Callable[[Syntax, Place], Tree]) -> None:
        self.reading, self.tree = reading, tree

    def path(self, path: Path, place: Place) -> Tree:
        try:
            return self._path(path, place)
        except Unsupported as problem:
            return self.reading.error("logic.unsupported-path", path=str(problem))

    def own(self, place: Place) -> Tree:
        """`.`: the question itself, or the node of the predicate around."""
        return self.path(Path("context", ()), place)

    def plain(self, path: Path, place: Place) -> Declared | None:
        """The one declared node of a path without predicates; None, with an issue, where there is none."""
        try:
            found = self._locations(path, place)
        except Unsupported as problem:
            self.reading.error("logic.unsupported-path", path=str(problem))
            return None
        if len(found) != 1:
            self.reading.error("logic.unknown-path", path=_written(path))
            return None
        return found[0].node

    def _path(self, path: Path, place: Place) -> Tree:
        if isinstance(path.start, Call) and path.start.name == "instance":
            return self._instance(path, path.start, place)
        if path.start == "context" and place.columns is not None and place.at is None:
            return self._cell(path, place.columns)
        if isinstance(path.start, str) or (isinstance(path.start, Call) and path.start.name == "current"):
            if path.start == "context" and place.at is not None and not path.steps:
                return ["."]
            return self._merged(self._locations(path, place), path)
        return self._filtered(path, path.start, place)

    def _merged(self, locations: list[_Location], path: Path) -> Tree:
        if not locations:
            self._nowhere(path)
            return ["|"]
        trees = [self._tree(location) for location in locations]
        return trees[0] if len(trees) == 1 else ["|", *trees]

    def _nowhere(self, path: Path) -> None:
        """A bare word is legal and always blank (`null`, or text whose quotes were forgotten): a warning."""
        if path.start == "context" and len(path.steps) == 1 and path.steps[0].axis == "child":
            self.reading.warn("logic.unquoted-text", text=path.steps[0].test)
        else:
            self.reading.error("logic.unknown-path", path=_written(path))

    def _tree(self, location: _Location) -> Tree:
        steps = location.steps
        own = location.base == 0 and location.depth == len(location.node.chain)
        self.reading.reads.append((location.node, own))
        rooted = location.depth == 0 and len(steps) == 1 and location.node.kind == "question"
        if rooted and isinstance(steps[0], str):
            return ["q", steps[0]]
        return ["p", location.base, location.depth, *steps]

    def _locations(self, path: Path, place: Place) -> list[_Location]:
        steps = path.steps
        if path.start == "root":
            locations = [_Location(self.reading.names.root, 0, 0)]
            steps = self._skip_root(steps)
        elif path.start == "context" and place.at is not None:
            locations = [_here(place.at, 1)]
        else:
            locations = [_here(place.node, 0)]
        if path.predicates:
            raise Unsupported(_written(path))
        for step in steps:
            locations = [found for one in locations for found in self._step(one, step, place)]
        return locations

    def _skip_root(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """`/data/x`: the root element's name, whatever the form calls it."""
        names = self.reading.names
        plain = steps and steps[0].axis == "child" and not steps[0].predicates
        if plain and (steps[0].test in names.root_names or steps[0].test == "*"):
            return steps[1:]
        return steps

    def _step(self, at: _Location, step: Step, place: Place) -> Iterable[_Location]:
        if step.axis == "self":
            return [self._predicated(at, step, place)] if _fits(at.node, step.test) else []
        if step.axis == "parent":
            above = self._up(at)
            found = [above] if above is not None and _fits(above.node, step.test) else []
        elif step.axis in ("ancestor", "ancestor-or-self"):
            found = [at] if step.axis == "ancestor-or-self" and _fits(at.node, step.test) else []
            above = self._up(at)
            while above is not None:
                found += [above] if _fits(above.node, step.test) else []
                above = self._up(above)
        elif step.axis == "child":
            found = [self._down(at, child) for child in _children(at.node, step.test)]
        elif step.axis in ("descendant", "descendant-or-self"):
            found = [at] if step.axis == "descendant-or-self" and _fits(at.node, step.test) else []
            found += self._below(at, step.test)
        elif step.axis == "attribute":
            return []
        elif step.axis in ("preceding-sibling", "following-sibling"):
            self.reading.warn("logic.axis-not-in-collect", axis=step.axis)
            return [self._siblings(at, step, place)]
        else:
            raise Unsupported(f"{step.axis}::{step.test}")
        if step.axis not in ("child", "parent"):
            self.reading.warn("logic.axis-not-in-collect", axis=step.axis)
        return [self._predicated(one, step, place) for one in found]

    def _siblings(self, at: _Location, step: Step, place: Place) -> _Location:
        """The instances before or after the own one; `[1]` of those before is the nearest."""
        if at.node.kind != "repeat" or at.steps or at.base or step.test != at.node.name:
            raise Unsupported(f"{step.axis}::{step.test}")
        before = step.axis == "preceding-sibling"
        own: Tree = ["position", ["p", 0, at.depth]]
        wanted: Tree = ["<" if before else ">", ["position"], own]
        rest = step.predicates
        if before and rest and isinstance(rest[0], Number):
            wanted, rest = ["=", ["position"], ["-", own, int(rest[0].value)]], rest[1:]
        if before and any(
            isinstance(part, Number) or (isinstance(part, Call) and part.name in ("position", "last"))
            for predicate in rest
            for part in ([predicate] if isinstance(predicate, Number) else _calls(predicate))
        ):
            raise Unsupported(f"{step.axis}::{step.test}[…]")
        inner = replace_place(place, at.node)
        predicates = [wanted, *(self.tree(predicate, inner) for predicate in rest)]
        return replace(at, depth=at.depth - 1, steps=([at.node.step, *predicates],))

    def _below(self, at: _Location, test: str) -> list[_Location]:
        found: list[_Location] = []
        for child in _children(at.node, "*"):
            below = self._down(at, child)
            found += [below] if _fits(child, test) else []
            found += self._below(below, test)
        return found

    def _down(self, at: _Location, child: Declared) -> _Location:
        steps = at.steps
        if steps and isinstance(steps[-1], str) and steps[-1].startswith("/"):
            steps = steps[:-1]
        return replace(at, node=child, steps=(*steps, child.step))

    def _up(self, at: _Location) -> _Location | None:
        parent = at.node.parent
        if parent is None:
            return None
        steps, depth = at.steps, at.depth
        if steps:
            if not isinstance(steps[-1], str):
                raise Unsupported("[…]/..")
            steps = steps[:-1]
        elif at.node.kind == "repeat":
            depth -= 1
        if parent.kind == "group":
            steps = (*steps, parent.step)
        return _Location(parent, at.base, depth, steps)

    def _predicated(self, at: _Location, step: Step, place: Place) -> _Location:
        if not step.predicates:
            return at
        if not at.steps:
            raise Unsupported(f"{step.test}[…]")
        inner = replace_place(place, at.node)
        predicates = [self.tree(predicate, inner) for predicate in step.predicates]
        last = at.steps[-1]
        last = [last] if isinstance(last, str) else list(last)
        return replace(at, steps=(*at.steps[:-1], [*last, *predicates]))

    def _filtered(self, path: Path, start: str | Syntax, place: Place) -> Tree:
        """`(node-set)[1]`, `${x}[…]`, and steps after a reference."""
        assert not isinstance(start, str)
        before = len(self.reading.reads)
        tree = self.tree(start, place)
        targets = [target for target, _ in self.reading.reads[before:]]
        kinds = set(targets)
        if path.steps:
            if len(kinds) != 1 or path.predicates or not isinstance(tree, list) or tree[0] not in ("p", "q"):
                raise Unsupported(_written(path))
            node = targets[0]
            steps = tuple(tree[3:]) if tree[0] == "p" else (tree[1],)
            depth = tree[2] if tree[0] == "p" else 0
            locations = [_Location(node, 0, depth, steps)]
            for step in path.steps:
                locations = [found for one in locations for found in self._step(one, step, place)]
            return self._merged(locations, path)
        at = targets[0] if len(kinds) == 1 else self.reading.node
        inner = replace_place(place, at)
        return ["f", tree, *(self.tree(predicate, inner) for predicate in path.predicates)]

    def _cell(self, path: Path, columns: tuple[str, ...]) -> Tree:
        """In a choice_filter a bare name is a column of the list."""
        if len(path.steps) == 1 and path.steps[0].axis == "child" and not path.steps[0].predicates:
            name = path.steps[0].test
            if name in columns:
                return ["c", name]
            return self.reading.error("logic.unknown-column", name=name, table="")
        raise Unsupported(_written(path))

    def _instance(self, path: Path, call: Call, place: Place) -> Tree:
        """instance('list')/root/item[…]/column"""
        if len(call.arguments) != 1 or not isinstance(call.arguments[0], Literal):
            return self.reading.error("logic.literal-needed", name="instance", argument=1)
        table = call.arguments[0].value
        columns = self.reading.names.tables.get(table)
        if columns is None:
            return self.reading.error("logic.unknown-table", name=table)
        steps = path.steps
        if len(steps) not in (2, 3) or any(step.axis != "child" for step in steps) or path.predicates:
            raise Unsupported(_written(path))
        column = steps[2].test if len(steps) == 3 else ""
        if steps[0].predicates or (len(steps) == 3 and steps[2].predicates):
            raise Unsupported(_written(path))
        if column and column not in columns:
            return self.reading.error("logic.unknown-column", name=column, table=table)
        inner = replace_place(place, None, columns)
        return ["i", table, column, *(self.tree(p, inner) for p in steps[1].predicates)]


def _calls(root: Syntax) -> list[Syntax]:
    return [part for part in walk(root) if isinstance(part, Call)]


def replace_place(place: Place, at: Declared | None, columns: tuple[str, ...] | None = None) -> Place:
    return replace(place, at=at, columns=columns)


def _here(node: Declared, base: int) -> _Location:
    """The location of the expression's own node: a question is one step below its scope."""
    depth = len(node.chain) + (1 if node.kind == "repeat" else 0)
    steps = (node.step,) if node.kind in ("question", "group") else ()
    return _Location(node, base, depth, steps)


def _children(node: Declared, test: str) -> list[Declared]:
    if test in ("*", "node()"):
        return node.in_order()
    return node.children.get(test, [])


def _fits(node: Declared, test: str) -> bool:
    return test in ("*", "node()", node.name)


def _written(path: Path) -> str:
    names = {"self": ".", "parent": ".."}
    return "/".join(names.get(step.axis, step.test) for step in path.steps) or "…"
