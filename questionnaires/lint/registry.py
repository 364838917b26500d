"""The one registry of rules, and what they are given."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from questionnaires.findings import Finding, Severity, Where
from questionnaires.model import Choice, Group, Node, Question, Questionnaire, Repeat
from questionnaires.types.registry import REGISTRY


@dataclass(frozen=True)
class Asked:
    """A question that a person answers, in the order asked. groups: those around it, outermost first.

    position: 0-based among all asked questions.
    """

    question: Question
    groups: tuple[Group | Repeat, ...]
    position: int

    @property
    def conditions(self) -> tuple[str, ...]:
        """Every `relevant` that must hold, its groups' first."""
        return tuple(node.relevant for node in (*self.groups, self.question) if node.relevant)


@dataclass(frozen=True)
class Form:
    """A questionnaire as rules read it. languages: those whose wording is looked at."""

    questionnaire: Questionnaire
    languages: tuple[str, ...]
    asked: tuple[Asked, ...] = field(default=())

    def choices(self, question: Question) -> tuple[Choice, ...]:
        held = self.questionnaire.lists.get(question.list_name)
        return held.choices if held is not None else ()

    @functools.cached_property
    def _by_name(self) -> dict[str, Question]:
        return {question.name: question for question in reversed(tuple(self.questionnaire.questions()))}

    def find(self, name: str) -> Question | None:
        """The first question of that name."""
        return self._by_name.get(name)


Rule = Callable[[Form], Iterator[Finding]]


def form_of(questionnaire: Questionnaire, languages: tuple[str, ...]) -> Form:
    return Form(questionnaire, languages, tuple(_asked(questionnaire.children)))


def _asked(nodes: tuple[Node, ...]) -> Iterator[Asked]:
    def walk(
        inner: tuple[Node, ...], groups: tuple[Group | Repeat, ...]
    ) -> Iterator[tuple[Question, tuple[Group | Repeat, ...]]]:
        for node in inner:
            if isinstance(node, Question):
                kind = REGISTRY.get(node.type)
                if kind is not None and kind.asked and not node.read_only:
                    yield node, groups
            else:
                yield from walk(node.children, (*groups, node))

    for position, (question, groups) in enumerate(walk(nodes, ())):
        yield Asked(question, groups, position)


def at(question: Question, code: str, column: str = "label", **params: str | int | float) -> Finding:
    """A warning at a question's row."""
    where = Where("survey", question.row, column, question.name)
    return Finding(f"lint.{code}", Severity.WARNING, where, {"name": question.name, **params})
