"""The tree of declared names that expressions are resolved against.

Groups are real here (a hand-written path may pass through them, `..` may stop at one) although answers are
kept by repeat scope only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from questionnaires.model import Group, Node, Question, Questionnaire, Repeat

ROOT = "data"


@dataclass(eq=False)
class Declared:
    """kind: root, group, repeat or question. chain: the repeats around it, outermost first (not itself)."""

    name: str
    kind: str
    parent: Declared | None = None
    source: Node | None = None
    chain: tuple[str, ...] = ()
    children: dict[str, list[Declared]] = field(default_factory=dict)
    sequence: list[Declared] = field(default_factory=list)

    def add(self, name: str, kind: str, source: Node | None = None) -> Declared:
        chain = (*self.chain, self.name) if self.kind == "repeat" else self.chain
        child = Declared(name, kind, self, source, chain)
        self.children.setdefault(name, []).append(child)
        self.sequence.append(child)
        return child

    def walk(self) -> Iterator[Declared]:
        """This and everything below, in form order."""
        yield self
        for child in self.sequence:
            yield from child.walk()

    def in_order(self) -> list[Declared]:
        return self.sequence

    @property
    def key(self) -> str:
        """Unique among well-formed questionnaires: repeats and name; groups are marked."""
        mark = "/" if self.kind == "group" else ""
        return "/".join((*self.chain, mark + self.name))

    @property
    def step(self) -> str:
        """How a path of the contract names it."""
        return "/" + self.name if self.kind == "group" else self.name


def declare(questionnaire: Questionnaire) -> Declared:
    root = Declared(ROOT, "root")
    _add(root, questionnaire.children)
    return root


def _add(parent: Declared, nodes: tuple[Node, ...]) -> None:
    for node in nodes:
        if isinstance(node, Question):
            parent.add(node.name, "question", node)
        else:
            assert isinstance(node, (Group, Repeat))
            kind = "repeat" if isinstance(node, Repeat) else "group"
            _add(parent.add(node.name, kind, node), node.children)
