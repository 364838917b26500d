"""The choices of a question in the order shown: filtered, shuffled from the seed, or reversed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from questionnaires.compiled.form import QuestionForm
from questionnaires.interview.state import State
from questionnaires.logic import Context, Scope
from questionnaires.logic.evaluate import matching
from questionnaires.logic.randomness import shuffled
from questionnaires.logic.values import to_boolean

T = TypeVar("T")


def choices(state: State, scope: Scope, question: QuestionForm) -> list[Mapping[str, str]]:
    """Rows (`name`, `label`, …) that pass the choice_filter, in list order."""
    node = question.node
    table = node.get("list", "")
    tree = node.get("choice_filter")
    if tree is None:
        rows = list(state.items(table))
    else:
        rows = [row for _, row in matching(table, tree, Context(state, scope, question.name))]
    if table in state.form.piped:
        rows = [{**row, "label": state.choice_label(table, row["name"], scope)} for row in rows]
    return _renamed(rows, node.get("parameters", {}))


def _renamed(rows: list[Mapping[str, str]], parameters: Mapping[str, str]) -> list[Mapping[str, str]]:
    """`parameters: value=code label=ten` of a list from a file: which columns are the value and the label."""
    value, label = parameters.get("value", "name"), parameters.get("label", "label")
    if (value, label) == ("name", "label"):
        return rows
    return [{**row, "name": row.get(value, ""), "label": row.get(label, "")} for row in rows]


def arranged(
    state: State, scope: Scope, node: Mapping[str, Any], values: Sequence[str], items: Sequence[T]
) -> list[T]:
    """items in the order that `node["order"]` asks for. values: what names each item (for `keep`)."""
    order = node.get("order")
    if order is None:
        return list(items)
    if "if" in order and not to_boolean(state.run(order["if"], scope, str(node["name"]))):
        return list(items)
    if order["how"] == "items":
        return list(items)
    keep = set(order["keep"])
    free = [item for item, value in zip(items, values, strict=True) if value not in keep]
    kept = [item for item, value in zip(items, values, strict=True) if value in keep]
    if order["how"] != "randomize":
        return [*reversed(free), *kept]
    if "seed" in order:
        seed = state.run(order["seed"], scope, str(node["name"]))
        return [*shuffled(free, seed), *kept]
    return [*shuffled(free, state.seed_for(state.path(scope, str(node["name"])))), *kept]


def is_swapped(state: State, scope: Scope, node: Mapping[str, Any]) -> bool:
    order = node.get("order")
    if order is None or order["how"] != "swap":
        return False
    return to_boolean(state.run(order["if"], scope, str(node["name"])))


def listed(state: State, scope: Scope, node: Mapping[str, Any], text: str) -> tuple[str, str]:
    """(a label whose items, the lines that begin with •, stand in this respondent's order; that order, 1-based).

    The order is the same in every language and each time; a sensitive item's place tells nothing.
    """
    lines = text.split("\n")
    places = [number for number, line in enumerate(lines) if line.startswith("•")]
    order = shuffled(places, state.seed_for(state.path(scope, str(node["name"]))))
    for place, taken in zip(places, [lines[number] for number in order], strict=True):
        lines[place] = taken
    return "\n".join(lines), " ".join(str(places.index(number) + 1) for number in order)


def lists_items(node: Mapping[str, Any]) -> bool:
    """Whether the items of the label stand in an order of each respondent's own."""
    return bool(node.get("order", {}).get("how") == "items")
