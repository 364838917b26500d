"""The run-time index of a contract: which names stand in which repeat scope, under which groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from questionnaires.model import Question

Json = Mapping[str, Any]
Chain = tuple[str, ...]


@dataclass(eq=False)
class QuestionForm:
    """groups: the contract's groups around it inside its scope, outermost first."""

    node: Json
    chain: Chain
    groups: tuple[Json, ...]
    question: Question

    @property
    def name(self) -> str:
        return str(self.node["name"])

    @property
    def type(self) -> str:
        return str(self.node["type"])


@dataclass(eq=False)
class RepeatForm:
    node: Json
    chain: Chain
    groups: tuple[Json, ...]


@dataclass
class ScopeForm:
    questions: dict[str, QuestionForm] = field(default_factory=dict)
    repeats: dict[str, RepeatForm] = field(default_factory=dict)
    groups: dict[str, tuple[Json, ...]] = field(default_factory=dict)


class Form:
    """scopes: repeat names outermost first (() for the root) -> what stands directly in that scope."""

    def __init__(self, document: Json) -> None:
        self.document = document
        self.scopes: dict[Chain, ScopeForm] = {(): ScopeForm()}
        self._index(document["children"], (), ())
        self.order: list[tuple[Chain, str]] = []
        for key in document["order"]:
            *chain, name = key.split("/")
            self.order.append((tuple(chain), name))

    def _index(self, nodes: list[Json], chain: Chain, groups: tuple[Json, ...]) -> None:
        scope = self.scopes[chain]
        for node in nodes:
            name = node["name"]
            if node["kind"] == "question":
                scope.questions[name] = QuestionForm(node, chain, groups, _question(node))
            elif node["kind"] == "group":
                inner = (*groups, node)
                scope.groups[name] = inner
                self._index(node["children"], chain, inner)
            else:
                scope.repeats[name] = RepeatForm(node, chain, groups)
                self.scopes[(*chain, name)] = ScopeForm()
                self._index(node["children"], (*chain, name), ())

    def list_choices(self, name: str) -> list[Json]:
        """The choices of a list as the contract has them: `value`, `label`, extra columns in `columns`."""
        found: list[Json] = self.document["lists"].get(name, [])
        return found


def _question(node: Json) -> Question:
    """The parts of the model that a type's check reads."""
    extra = dict(node.get("extra", {}))
    if "exclusive" in node:
        extra["dl::exclusive"] = " ".join(node["exclusive"])
    return Question(
        name=node["name"],
        type=node["type"],
        list_name=node.get("list", ""),
        parameters=node.get("parameters", {}),
        extra=extra,
        appearance=node.get("appearance", ""),
    )
