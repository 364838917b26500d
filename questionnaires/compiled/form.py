"""The run-time index of a contract: which names stand in which repeat scope, under which groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from questionnaires.model import Question

Json = Mapping[str, Any]
Chain = tuple[str, ...]
Row = Mapping[str, str]


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
        #: List -> choice -> its label, where an answer is piped into it.
        self.piped: dict[str, dict[str, Json]] = {}
        for name, choices in document["lists"].items():
            found = {choice["value"]: choice["piped"] for choice in choices if "piped" in choice}
            if found:
                self.piped[name] = found
        self._rows: dict[tuple[str, str], list[Row]] = {}
        self._indexes: dict[tuple[str, str, str], dict[str, list[tuple[int, Row]]]] = {}
        #: Whether pages depend on answers: a repeat, or rows or blocks whose order may turn.
        self.dynamic = False
        #: Name -> calculations that wait for it.
        self.triggers: dict[str, list[QuestionForm]] = {}
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
                question = QuestionForm(node, chain, groups, _question(node))
                scope.questions[name] = question
                for trigger in node.get("trigger", ()):
                    self.triggers.setdefault(trigger, []).append(question)
                continue
            self.dynamic |= node["kind"] == "repeat" or "if" in node.get("order", {})
            if node["kind"] == "group":
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

    def rows(self, name: str, language: str) -> list[Row]:
        """A choice list or data table: columns `name`, `label` in the language, and the extra ones."""
        key = (name, language)
        if key not in self._rows:
            self._rows[key] = self._read(name, language)
        return self._rows[key]

    def _read(self, name: str, language: str) -> list[Row]:
        if name in self.document["data"]:
            return list(self.document["data"][name])
        found: list[Row] = []
        for choice in self.document["lists"].get(name, []):
            label = choice["label"]
            first = next(
                (label[l] for l in (language, self.document["default_language"]) if l in label), None
            )
            text = first if first is not None else next((label[l] for l in sorted(label)), "")
            found.append({**choice.get("columns", {}), "name": choice["value"], "label": text})
        return found

    def lookup(self, name: str, language: str, column: str, text: str) -> list[tuple[int, Row]]:
        """(1-based position, row) of the rows whose cell is that text; the column is indexed once."""
        key = (name, language, column)
        if key not in self._indexes:
            index: dict[str, list[tuple[int, Row]]] = {}
            for position, row in enumerate(self.rows(name, language), 1):
                index.setdefault(row.get(column, ""), []).append((position, row))
            self._indexes[key] = index
        return self._indexes[key].get(text, [])


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
