"""Each cell that holds an expression: parsed, resolved, its findings placed, what it reads noted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from questionnaires.findings import Finding, Severity, Where
from questionnaires.logic import Declared, ExpressionError, Names, Resolver, parse
from questionnaires.logic.syntax import Reference
from questionnaires.model import Question

Tree = Any
SHEET = "survey"
_PIPED = re.compile(r"\$\{[^{}]*\}")
_LIST_NAME = re.compile(r"(.+)\.(?:csv|xml|geojson)", re.IGNORECASE)


class Expressions:
    """Collects `findings`, `reads` (key of a node -> keys its value or relevance reads) and `counts` (those a
    repeat's count reads)."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.findings: list[Finding] = []
        self.reads: dict[str, dict[str, None]] = {}
        self.counts: dict[str, dict[str, None]] = {}

    def note(
        self, declared: Declared, column: str, code: str, severity: Severity, **params: str | int | float
    ) -> None:
        row = declared.source.row if declared.source is not None else None
        self.findings.append(Finding(code, severity, Where(SHEET, row, column, declared.name), params))

    def tree(
        self,
        text: str,
        declared: Declared,
        column: str,
        *,
        condition: bool = False,
        decides: bool = False,
        columns: tuple[str, ...] | None = None,
    ) -> Tree:
        """The tree of one cell; '' with findings where it can't be had.

        condition: a yes/no is wanted. decides: the node's relevance or value hangs on it.
        """
        resolver = Resolver(self.names, declared)
        try:
            syntax = parse(text)
        except ExpressionError as problem:
            near = problem.near or text[problem.at : problem.at + 12]
            self.note(
                declared, column, problem.code, Severity.ERROR,
                expression=_short(text), at=problem.at + 1, near=near,
            )  # fmt: skip
            return ""
        tree = resolver.resolve(syntax, columns)
        for issue in resolver.issues:
            params = {"expression": _short(text), **issue.params}
            self.note(declared, column, issue.code, issue.severity, **params)
        if condition and isinstance(syntax, Reference) and column != "dl::order":
            name = syntax.name
            self.note(declared, column, "logic.bare-condition", Severity.WARNING, name=name, expression=text)
        if decides:
            self.depend(declared, resolver, column)
        return tree

    def calculation(self, text: str, declared: Declared) -> tuple[Tree, bool]:
        """(tree, sticky). Sticky: settled by chance, so kept once it has a value."""
        tree = self.tree(text, declared, "calculation", decides=True)
        return tree, _contains(tree, ("random", "uuid", "once"))

    def count(self, text: str, declared: Declared) -> Tree:
        """A repeat's count. It may read the repeat itself ("is there another one?"), so it stays out of the
        search for cycles and only takes part in the order of calculation."""
        resolver_reads = self.counts.setdefault(declared.key, {})
        before = self.reads.pop(declared.key, {})
        tree = self.tree(text, declared, "repeat_count", decides=True)
        resolver_reads.update(self.reads.pop(declared.key, {}))
        self.reads[declared.key] = before
        return tree

    def depend(self, declared: Declared, resolver: Resolver, column: str) -> None:
        reads = self.reads.setdefault(declared.key, {})
        for target, shared in resolver.reads:
            if target is declared and not shared:
                self.note(declared, column, "logic.reads-own-column", Severity.WARNING, name=declared.name)
                continue
            reads[target.key] = None

    def filter(self, text: str, declared: Declared, question: Question) -> Tree:
        columns = self.names.tables.get(table_name(question.list_name))
        if columns is None:
            return ""  # the list itself is the finding; its columns can't be judged
        return self.tree(text, declared, "choice_filter", condition=True, columns=columns)

    def triggers(self, text: str, declared: Declared) -> list[str]:
        names = [name.strip("${} ") for name in text.split(",")]
        for name in names:
            if name not in self.names.by_name:
                self.note(
                    declared, "trigger", "logic.unknown-name", Severity.ERROR, name=name, expression=text
                )
        return names

    def text(self, text: str, declared: Declared, column: str) -> str | list[Tree]:
        """Plain text as it is; text with `${name}` as a list of texts and trees in turn."""
        if not _PIPED.search(text):
            return text
        return self._parts(text, lambda piece: self.tree(piece, declared, column))

    def choice_text(self, text: str, root: Declared, row: int | None, value: str) -> list[Tree] | None:
        """A choice's label with `${name}`, read from outside every repeat; None where nothing is piped."""
        if not _PIPED.search(text):
            return None
        where = Where("choices", row, "label", value)

        def piece_tree(piece: str) -> Tree:
            resolver = Resolver(self.names, root)
            tree = resolver.resolve(parse(piece))
            for issue in resolver.issues:
                params = {"expression": _short(text), **issue.params}
                self.findings.append(Finding(issue.code, issue.severity, where, params))
            return tree

        return self._parts(text, piece_tree)

    def _parts(self, text: str, tree: Callable[[str], Tree]) -> list[Tree]:
        parts: list[Tree] = []
        at = 0
        for match in _PIPED.finditer(text):
            parts.append(text[at : match.start()])
            parts.append(tree(match.group(0)))
            at = match.end()
        parts.append(text[at:])
        return parts


def table_name(list_name: str) -> str:
    """A list or data table as expressions name it: a file's name without its ending."""
    match = _LIST_NAME.fullmatch(list_name)
    return match[1] if match else list_name


def _contains(tree: Tree, names: tuple[str, ...]) -> bool:
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list) and part:
            if part[0] in names:
                return True
            waiting.extend(part[1:])
    return False


def _short(text: str, length: int = 80) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def table_columns(lists: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Columns of every list and data table, `name` and `label` always among them."""
    found = {}
    for name, choice_list in lists.items():
        columns = dict.fromkeys(("name", "label"))
        for choice in choice_list.choices:
            columns.update(dict.fromkeys(choice.filters))
        found[table_name(name)] = tuple(columns)
    for name, rows in data.items():
        columns = dict.fromkeys(("name", "label"))
        for row in rows[:1]:
            columns.update(dict.fromkeys(row))
        found[name] = tuple(columns)
    return found
