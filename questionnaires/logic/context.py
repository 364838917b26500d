"""Where an expression is evaluated, and what its node-sets hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from questionnaires.logic.values import NodeLike


class Scope:
    """The root or one instance of a repeat: the place in which a name means one answer.

    depth: 0 for the root. index: 1-based among its siblings. raw: answers as entered. repeats: the instances,
    name -> scopes; always read through `World.instances`, which keeps counted repeats at their count (`shown`:
    the last one).
    """

    __slots__ = ("chain", "depth", "index", "memo", "name", "parent", "raw", "repeats", "shown")

    def __init__(self, name: str, parent: Scope | None, index: int = 1) -> None:
        self.name, self.parent, self.index = name, parent, index
        self.depth: int = parent.depth + 1 if parent else 0
        self.chain: tuple[str, ...] = (*parent.chain, name) if parent else ()
        self.raw: dict[str, str] = {}
        self.repeats: dict[str, list[Scope]] = {}
        self.shown: dict[str, int] = {}
        self.memo: dict[str, str | bool] = {}

    def ancestor(self, depth: int) -> Scope:
        scope = self
        while scope.depth > depth and scope.parent is not None:
            scope = scope.parent
        return scope


class World(Protocol):
    """What the evaluator asks of the interview around it."""

    now_days: float
    offset: int
    language: str
    version: str

    def value(self, scope: Scope, name: str) -> str:
        """The answer as expressions see it: '' while the question is not relevant."""

    def relevant(self, scope: Scope, name: str) -> bool:
        """name: a question, `/group`, or '' for the scope itself."""

    def is_repeat(self, scope: Scope, name: str) -> bool: ...
    def instances(self, scope: Scope, name: str) -> Sequence[Scope]: ...
    def items(self, name: str) -> Sequence[Mapping[str, str]]:
        """A choice list or data table: columns `name`, `label` and the extra ones."""

    def choice_label(self, name: str, value: str, scope: Scope) -> str:
        """The label of a choice, with answers piped in; '' for an unknown value."""

    def lookup(self, name: str, column: str, text: str) -> Sequence[tuple[int, Mapping[str, str]]]:
        """(1-based position, row) of the rows of a list or table whose cell is that text."""

    def random(self) -> float: ...


class Node:
    """An answer (name), a group (`/name`) or the scope itself ('')."""

    __slots__ = ("name", "scope", "world")

    def __init__(self, world: World, scope: Scope, name: str) -> None:
        self.world, self.scope, self.name = world, scope, name

    @property
    def is_answer(self) -> bool:
        return self.name != "" and self.name[0] != "/"

    @property
    def text(self) -> str:
        return self.world.value(self.scope, self.name) if self.is_answer else ""

    @property
    def index(self) -> int:
        return self.scope.index if self.name == "" else 1


class Item:
    """An item of a list, or (column) one of its cells."""

    __slots__ = ("column", "columns", "index")

    def __init__(self, columns: Mapping[str, str], index: int = 1, column: str = "") -> None:
        self.columns, self.index, self.column = columns, index, column

    @property
    def is_answer(self) -> bool:
        return self.column != ""

    @property
    def text(self) -> str:
        return self.columns.get(self.column, "") if self.column else ""


class Context:
    """The place of evaluation: `scope` and `name` stay those of the expression's own question (`current()`);
    `node`, `position` and `size` change inside predicates."""

    __slots__ = ("name", "node", "position", "scope", "size", "world")

    def __init__(
        self,
        world: World,
        scope: Scope,
        name: str = "",
        node: NodeLike | None = None,
        position: int = 1,
        size: int = 1,
    ) -> None:
        self.world, self.scope, self.name = world, scope, name
        self.node, self.position, self.size = node, position, size

    def inside(self, node: NodeLike, position: int, size: int) -> Context:
        return Context(self.world, self.scope, self.name, node, position, size)
