"""Syntax to the tree of the contract: names become places, every reference is checked and noted.

Paths are resolved here once, against the declared tree, so that evaluators climb scopes and take names but
never search. What can't be resolved is an `Issue`; the caller adds sheet, row and column.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from questionnaires.logic import doubts
from questionnaires.logic.declared import Declared
from questionnaires.logic.functions import FUNCTIONS, SURVEYCTO
from questionnaires.logic.names import Names, Place, Reading
from questionnaires.logic.paths import PathResolver
from questionnaires.logic.pattern_safety import translate
from questionnaires.logic.patterns import PatternError
from questionnaires.logic.syntax import Call, Literal, Number, Operation, Path, Reference, Syntax

Tree = Any


class Resolver(Reading):
    """Resolves one expression. After `resolve`: `issues`, and `reads` (what its value depends on)."""

    def __init__(self, names: Names, node: Declared) -> None:
        super().__init__(names, node)
        self.paths = PathResolver(self, self.tree)

    def resolve(self, syntax: Syntax, columns: tuple[str, ...] | None = None) -> Tree:
        return self.tree(syntax, Place(self.node, None, columns))

    def tree(self, syntax: Syntax, place: Place) -> Tree:
        if isinstance(syntax, Number):
            return int(syntax.value) if syntax.value == int(syntax.value) < 2**53 else syntax.value
        if isinstance(syntax, Literal):
            return syntax.value
        if isinstance(syntax, Reference):
            return self.reference(syntax)
        if isinstance(syntax, Operation):
            doubts.of_operation(syntax, self)
            return [syntax.operator, *(self.tree(part, place) for part in syntax.operands)]
        if isinstance(syntax, Call):
            return self.call(syntax, place)
        assert isinstance(syntax, Path)
        doubts.of_path(syntax, self)
        return self.paths.path(syntax, place)

    # ${name}

    def declared(self, reference: Reference) -> Declared | None:
        found = self.names.by_name.get(reference.name, [])
        if len(found) == 1:
            return found[0]
        if not found:
            self.error("logic.unknown-name", name=reference.name)
        else:
            self.error("logic.ambiguous-name", name=reference.name)
        return None

    def reference(self, reference: Reference) -> Tree:
        if reference.last_saved:
            self.warn("logic.last-saved", name=reference.name)
            return ""
        target = self.declared(reference)
        if target is None:
            return ""
        own, whole = _scopes(self.node), _scopes(target)
        shared = 0
        while shared < min(len(own), len(whole)) and own[shared] == whole[shared]:
            shared += 1
        return self.to(target, shared)

    def to(self, target: Declared, depth: int) -> Tree:
        """The tree of a path from the own scope at `depth` down to the target."""
        self.reads.append((target, depth >= len(target.chain)))
        if target.kind == "question" and not target.chain:
            return ["q", target.name]
        steps = (*target.chain, target.step)
        return ["p", 0, depth, *steps[depth:]]

    # name(…)

    def call(self, call: Call, place: Place) -> Tree:
        function = FUNCTIONS.get(call.name)
        if function is None:
            known = "logic.dialect-function" if call.name in SURVEYCTO else "logic.unknown-function"
            return self.error(known, name=call.name)
        count = len(call.arguments)
        if count < function.least or (function.most is not None and count > function.most):
            return self.error("logic.arguments", name=call.name, given=count, least=function.least)
        if function.lacks:
            self.warn("logic.not-in-collect", name=call.name)
        if call.name in ("random", "uuid", "now", "today", "once") or (
            call.name == "randomize" and count == 1
        ):
            self.volatile = True
        doubts.of_call(call, self)
        special = _SPECIAL.get(call.name)
        if special is not None:
            return special(self, call, place)
        arguments = [self.tree(argument, place) for argument in call.arguments]
        if count == 0 and call.name in ("string", "number", "string-length", "normalize-space"):
            arguments = [self.paths.own(place)]
        return [call.name, *arguments]

    def literal(self, call: Call, index: int) -> str | None:
        argument = call.arguments[index]
        if isinstance(argument, Literal):
            return argument.value
        self.error("logic.literal-needed", name=call.name, argument=index + 1)
        return None

    def regex(self, call: Call, place: Place) -> Tree:
        value = self.tree(call.arguments[0], place)
        pattern = self.literal(call, 1)
        if pattern is None:
            return ""
        try:
            translated, anchored = translate(pattern)
        except PatternError as problem:
            return self.error(problem.code, near=problem.near, pattern=pattern)
        if not anchored:
            self.warn("logic.regex-unanchored", pattern=pattern)
        return ["regex", value, translated]

    def choice_name(self, call: Call, place: Place) -> Tree:
        value = self.tree(call.arguments[0], place)
        text = self.literal(call, 1)
        if text is None:
            return ""
        match = re.fullmatch(r"\s*(?:\$\{\s*([^{}]+?)\s*\}|(?:[^/]*/)*([^/\s]+))\s*", text)
        name = (match.group(1) or match.group(2)) if match else text
        list_name = self.names.lists_of.get(name)
        if list_name is None:
            return self.error("logic.no-choices", name=name)
        return ["choice-name", value, list_name]

    def pulldata(self, call: Call, place: Place) -> Tree:
        table = self.literal(call, 0)
        rest = [self.tree(argument, place) for argument in call.arguments[1:]]
        if table is None:
            return ""
        table = table.removesuffix(".csv")
        if table not in self.names.tables:
            return self.error("logic.unknown-table", name=table)
        for argument in call.arguments[1:3]:
            if isinstance(argument, Literal) and argument.value not in self.names.tables[table]:
                self.error("logic.unknown-column", name=argument.value, table=table)
        return ["pulldata", table, *rest]

    def indexed(self, call: Call, place: Place) -> Tree:
        target = self.place_of(call.arguments[0], place)
        if len(call.arguments) % 2 == 0:
            return self.error("logic.arguments", name=call.name, given=len(call.arguments), least=3)
        wanted: dict[str, Tree] = {}
        for repeat, index in zip(call.arguments[1::2], call.arguments[2::2], strict=True):
            declared = self.place_of(repeat, place)
            position = self.tree(index, place)
            if declared is not None and target is not None:
                if declared.kind != "repeat" or declared.name not in target.chain:
                    return self.error("logic.not-its-repeat", name=target.name, repeat=declared.name)
                wanted[declared.name] = position
        if target is None:
            return ""
        self.reads.append((target, False))
        return ["indexed-repeat", target.step, *([name, wanted.get(name)] for name in target.chain)]

    def place_of(self, syntax: Syntax, place: Place) -> Declared | None:
        """The declared node an argument of indexed-repeat means: `${name}` or a plain path."""
        if isinstance(syntax, Reference):
            return self.declared(syntax)
        if isinstance(syntax, Path):
            return self.paths.plain(syntax, place)
        self.error("logic.literal-needed", name="indexed-repeat", argument=1)
        return None

    def position(self, call: Call, place: Place) -> Tree:
        return ["position", *(self.tree(argument, place) for argument in call.arguments)]

    def current(self, call: Call, place: Place) -> Tree:
        return self.paths.path(Path("context", ()), Place(place.node))

    def itext(self, call: Call, place: Place) -> Tree:
        """jr:itext(instance('l')/root/item[…]/itextId): the item's label in the interview's language."""
        path = call.arguments[0]
        if not isinstance(path, Path) or not path.steps or path.steps[-1].test != "itextId":
            return self.error("logic.unsupported-path", path="jr:itext(…)")
        label = replace(path.steps[-1], test="label")
        return ["string", self.paths.path(replace(path, steps=(*path.steps[:-1], label)), place)]

    def instance(self, call: Call, place: Place) -> Tree:
        return self.error("logic.unsupported-path", path="instance()")


def _scopes(node: Declared) -> tuple[str, ...]:
    """The repeats a node stands in; a repeat stands in itself, so `${hh}` inside hh is the own instance."""
    return (*node.chain, node.name) if node.kind == "repeat" else node.chain


_SPECIAL: dict[str, Callable[[Resolver, Call, Place], Tree]] = {
    "regex": Resolver.regex,
    "jr:choice-name": Resolver.choice_name,
    "pulldata": Resolver.pulldata,
    "indexed-repeat": Resolver.indexed,
    "position": Resolver.position,
    "current": Resolver.current,
    "instance": Resolver.instance,
    "jr:itext": Resolver.itext,
}
