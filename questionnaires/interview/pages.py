"""Pages: a `field-list` group (or repeat) is one page, every other question is a page of its own.

Instances of a repeat have pages of their own, so the list grows with them; an open repeat ends with a page
that asks whether there is another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from questionnaires.interview.choices import arranged
from questionnaires.interview.state import State
from questionnaires.logic import Scope

#: Types without a widget: never on a page.
SILENT = frozenset({"calculate", "hidden", "start", "end", "today", "audit", "xml-external", "csv-external"})
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """name: path of its group, question or repeat. kind: `questions`, or `repeat` (one more?).

    members: (scope, question name) in shown order. group: the contract's group whose label heads the page.
    """

    name: str
    kind: str
    members: tuple[tuple[Scope, str], ...] = ()
    group: Json | None = None
    scope: Scope | None = None


def build(state: State) -> list[Page]:
    return list(_pages(state, state.document["children"], state.root))


def inside(state: State, node: Json, scope: Scope) -> list[Json]:
    """The children of a group or repeat in shown order: rows of a grid, or whole blocks, may be shuffled."""
    children: list[Json] = node["children"]
    if "order" not in node:
        return children
    visible = [child for child in children if child["kind"] != "question" or is_shown(child)]
    return arranged(state, scope, node, [str(child["name"]) for child in visible], visible)


def _pages(state: State, nodes: Sequence[Json], scope: Scope) -> Iterator[Page]:
    for node in nodes:
        if node["kind"] == "question":
            if is_shown(node):
                name = str(node["name"])
                yield Page(state.path(scope, name), "questions", ((scope, name),), None, scope)
        elif node["kind"] == "group":
            if node.get("page"):
                yield _page(state, node, scope, state.path(scope, str(node["name"])))
            else:
                yield from _pages(state, inside(state, node, scope), scope)
        else:
            yield from _repeat_pages(state, node, scope)


def _repeat_pages(state: State, node: Json, scope: Scope) -> Iterator[Page]:
    name = str(node["name"])
    for instance in list(state.instances(scope, name)):
        if node.get("page"):
            yield _page(state, node, instance, state.path(instance))
        else:
            yield from _pages(state, inside(state, node, instance), instance)
    if "count" not in node:
        yield Page(state.path(scope, name), "repeat", (), node, scope)


def _page(state: State, node: Json, scope: Scope, name: str) -> Page:
    return Page(name, "questions", tuple(_members(state, inside(state, node, scope), scope)), node, scope)


def _members(state: State, nodes: Sequence[Json], scope: Scope) -> Iterator[tuple[Scope, str]]:
    for node in nodes:
        if node["kind"] == "question":
            if is_shown(node):
                yield scope, str(node["name"])
        elif node["kind"] == "group":
            yield from _members(state, inside(state, node, scope), scope)
        else:
            for instance in state.instances(scope, str(node["name"])):
                yield from _members(state, inside(state, node, instance), instance)


def is_shown(node: Json) -> bool:
    """A calculated question shows only where it has a label to show."""
    if node["type"] in SILENT:
        return False
    return "calculation" not in node or "label" in node or "hint" in node


def is_relevant(state: State, page: Page) -> bool:
    if page.kind == "repeat":
        assert page.group is not None and page.scope is not None
        repeat = state.form.scopes[page.scope.chain].repeats[str(page.group["name"])]
        around = "/" + repeat.groups[-1]["name"] if repeat.groups else ""
        return state.relevant(page.scope, around) and state._holds(repeat.node, page.scope)
    return any(state.relevant(scope, name) for scope, name in page.members)
