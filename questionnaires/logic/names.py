"""What an expression may refer to, and what is noted while it is read.

`resolve`, `paths` and `doubts` share one `Reading` of an expression; none of them needs to know the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from questionnaires.findings import Severity
from questionnaires.logic.declared import Declared


@dataclass(frozen=True)
class Issue:
    """A finding without its place. params as in `findings.Finding`."""

    code: str
    severity: Severity
    params: Mapping[str, str | int | float] = field(default_factory=dict)


class Names:
    """Everything an expression may refer to.

    tables: list or data table -> its columns. lists_of: question -> its list. values: list -> its choices.
    """

    def __init__(
        self,
        root: Declared,
        tables: Mapping[str, tuple[str, ...]],
        lists_of: Mapping[str, str] | None = None,
        root_names: tuple[str, ...] = ("data",),
        values: Mapping[str, Mapping[str, None]] | None = None,
    ) -> None:
        self.root, self.tables = root, tables
        self.lists_of = dict(lists_of or {})
        self.root_names = root_names
        self.values = values or {}
        self.by_name: dict[str, list[Declared]] = {}
        for node in root.walk():
            if node is not root:
                self.by_name.setdefault(node.name, []).append(node)

    def values_of(self, question: str) -> Mapping[str, None]:
        """The choices of a question's list, in order; empty where there is none, or it comes from a file."""
        return self.values.get(self.lists_of.get(question, ""), {})


@dataclass
class Place:
    """Where names are read. node: the expression's own question. at: the predicate's node, None outside.
    columns: those of the list item around (in a choice_filter or instance() predicate), else None."""

    node: Declared
    at: Declared | None = None
    columns: tuple[str, ...] | None = None


class Reading:
    """One expression being read. `issues` collects what is wrong or doubtful, `reads` what its value depends on
    (each with whether it is the own instance's); `volatile`: its value changes without a change of answers."""

    def __init__(self, names: Names, node: Declared) -> None:
        self.names = names
        self.node = node
        self.issues: list[Issue] = []
        self.reads: list[tuple[Declared, bool]] = []
        self.volatile = False

    def error(self, code: str, **params: str | int | float) -> str:
        """Notes an error; the returned blank keeps the tree whole so that every problem is found."""
        self.issues.append(Issue(code, Severity.ERROR, params))
        return ""

    def warn(self, code: str, **params: str | int | float) -> None:
        self._once(Issue(code, Severity.WARNING, params))

    def note(self, code: str, **params: str | int | float) -> None:
        self._once(Issue(code, Severity.NOTE, params))

    def _once(self, issue: Issue) -> None:
        if issue not in self.issues:
            self.issues.append(issue)
