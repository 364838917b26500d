"""The shapes an expression has after parsing and before names are resolved.

Plain frozen values; `at` is the 0-based offset of the piece in the text the author wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Number:
    value: float
    at: int = 0


@dataclass(frozen=True)
class Literal:
    value: str
    at: int = 0


@dataclass(frozen=True)
class Reference:
    """`${name}`, as XLSForm writes it. `last_saved`: `${last-saved#name}`."""

    name: str
    at: int = 0
    last_saved: bool = False


@dataclass(frozen=True)
class Call:
    name: str
    arguments: tuple[Syntax, ...]
    at: int = 0


@dataclass(frozen=True)
class Operation:
    """`or and = != < <= > >= + - * div mod |`, same-operator chains flattened; `negate` has one operand."""

    operator: str
    operands: tuple[Syntax, ...]
    at: int = 0


@dataclass(frozen=True)
class Step:
    """One step of a path. test: a name, `*`, or `node()`."""

    axis: str
    test: str
    predicates: tuple[Syntax, ...] = ()
    at: int = 0


@dataclass(frozen=True)
class Path:
    """start: 'root' for `/…`, 'context' for a relative path, or an expression (`current()/…`, `(…)[1]`).

    predicates: those directly after the starting expression.
    """

    start: str | Syntax
    steps: tuple[Step, ...]
    predicates: tuple[Syntax, ...] = field(default=())
    at: int = 0


Syntax = Number | Literal | Reference | Call | Operation | Path


def children(node: Syntax) -> tuple[Syntax, ...]:
    """The expressions directly inside this one, predicates of steps included."""
    if isinstance(node, Call):
        return node.arguments
    if isinstance(node, Operation):
        return node.operands
    if isinstance(node, Path):
        inside = [p for step in node.steps for p in step.predicates]
        start = () if isinstance(node.start, str) else (node.start,)
        return (*start, *node.predicates, *inside)
    return ()


def walk(root: Syntax) -> Iterator[Syntax]:
    """This expression and every one inside it."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(children(node))
