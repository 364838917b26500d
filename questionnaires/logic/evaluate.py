"""The Python evaluator: walks the JSON tree of the compiled contract (see README.md for every shape).

`evaluate(tree, context)` never raises on any tree that the resolver made, whatever the answers are.
`survey_app/static/js/collect/logic.js` is the other evaluator.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from questionnaires.logic import functions
from questionnaires.logic.context import Context, Item, Node, Scope
from questionnaires.logic.patterns import matcher
from questionnaires.logic.randomness import shuffled
from questionnaires.logic.values import (
    NodeLike,
    Nodes,
    Value,
    compare,
    divide,
    remainder,
    stored,
    to_boolean,
    to_number,
    to_text,
)

Tree = Any  # str | int | float | list: JSON


def evaluate(tree: Tree, context: Context) -> Value:
    if isinstance(tree, str):
        return tree
    if isinstance(tree, (int, float)):
        return float(tree)
    special = _SPECIAL.get(tree[0])
    if special is not None:
        return special(tree, context)
    arguments = [evaluate(argument, context) for argument in tree[1:]]
    return functions.IMPLEMENTATIONS[tree[0]](context, *arguments)


def _number(tree: Tree, context: Context) -> float:
    return to_number(evaluate(tree, context), context.world.offset)


def _or(tree: Tree, context: Context) -> Value:
    return any(to_boolean(evaluate(part, context)) for part in tree[1:])


def _and(tree: Tree, context: Context) -> Value:
    return all(to_boolean(evaluate(part, context)) for part in tree[1:])


def _comparison(tree: Tree, context: Context) -> Value:
    left, right = evaluate(tree[1], context), evaluate(tree[2], context)
    return compare(tree[0], left, right, context.world.offset)


def _arithmetic(combine: Callable[[float, float], float]) -> Callable[[Tree, Context], Value]:
    def operation(tree: Tree, context: Context) -> Value:
        return functools.reduce(combine, (_number(part, context) for part in tree[1:]))

    return operation


def _negate(tree: Tree, context: Context) -> Value:
    return -_number(tree[1], context)


def _if(tree: Tree, context: Context) -> Value:
    return evaluate(tree[2 if to_boolean(evaluate(tree[1], context)) else 3], context)


def _coalesce(tree: Tree, context: Context) -> Value:
    value: Value = ""
    for part in tree[1:]:
        value = evaluate(part, context)
        if stored(value) != "":
            return value
    return value


def _once(tree: Tree, context: Context) -> Value:
    """The value this question already has, else (the first time) the expression's."""
    return context.scope.raw.get(context.name, "") or evaluate(tree[1], context)


def _answer(tree: Tree, context: Context) -> Value:
    """["q", name]: a question outside every repeat."""
    return [Node(context.world, context.scope.ancestor(0), tree[1])]


def _path(tree: Tree, context: Context) -> Value:
    """["p", base, depth, step…]: climb to the scope at `depth`, then walk the steps.

    base 0 starts at the expression's own question, 1 at the node of the enclosing predicate. A step is a
    name, or [name, predicate…]. A path that can only mean one answer always yields it (a blank one while it
    isn't relevant); answers reached through several instances count only while they are relevant.
    """
    _, base, depth, *steps = tree
    start = context.scope if base == 0 else cast(Node, context.node).scope
    world, scopes, single = context.world, [start.ancestor(depth)], True
    found: Nodes = [Node(world, scopes[0], "")]
    for step in steps:
        name, predicates = (step, ()) if isinstance(step, str) else (step[0], step[1:])
        following: Nodes = []
        for scope in scopes:
            if world.is_repeat(scope, name):
                single = False
                here: Nodes = [Node(world, one, "") for one in world.instances(scope, name)]
            else:
                here = [Node(world, scope, name)]
            following.extend(_keep(here, predicates, context))
        single = single and not predicates
        found = following
        scopes = [cast(Node, node).scope for node in found]
    if single:
        return found
    return [n for n in found if world.relevant(cast(Node, n).scope, cast(Node, n).name)]


def _keep(nodes: Nodes, predicates: Sequence[Tree], context: Context) -> Nodes:
    for predicate in predicates:
        size = len(nodes)
        kept: Nodes = []
        for position, node in enumerate(nodes, 1):
            value = evaluate(predicate, context.inside(node, position, size))
            if value == position if type(value) is float else to_boolean(value):
                kept.append(node)
        nodes = kept
    return nodes


def _indexed(tree: Tree, context: Context) -> Value:
    """["indexed-repeat", name, [repeat, index or null]…]: null takes the own instance, else all."""
    scopes: list[Scope] = [context.scope.ancestor(0)]
    own = context.scope.chain
    for depth, (repeat, index) in enumerate(tree[2:]):
        following: list[Scope] = []
        wanted = _number(index, context) if index is not None else None
        for scope in scopes:
            instances = context.world.instances(scope, repeat)
            if wanted is not None:
                following.extend(one for one in instances if one.index == wanted)
            elif own[: depth + 1] == (*scope.chain, repeat) and len(scopes) == 1:
                following.append(context.scope.ancestor(depth + 1))
            else:
                following.extend(instances)
        scopes = following
    return [Node(context.world, scope, tree[1]) for scope in scopes]


def _union(tree: Tree, context: Context) -> Value:
    found: Nodes = []
    seen: set[tuple[int, str]] = set()
    for part in tree[1:]:
        for node in _nodes(part, context):
            key = (id(node.scope), node.name) if isinstance(node, Node) else (id(node), "")
            if key not in seen:
                seen.add(key)
                found.append(node)
    return found


def _nodes(tree: Tree, context: Context) -> Nodes:
    value = evaluate(tree, context)
    return value if isinstance(value, list) else []


def _filter(tree: Tree, context: Context) -> Value:
    """["f", node-set, predicate…]"""
    return _keep(_nodes(tree[1], context), tree[2:], context)


def _self(tree: Tree, context: Context) -> Value:
    """["."]: the node of the enclosing predicate."""
    return [context.node] if context.node is not None else []


def _cell(tree: Tree, context: Context) -> Value:
    """["c", column]: a cell of the list item around."""
    node = context.node
    return [Item(node.columns, 1, tree[1])] if isinstance(node, Item) else []


def _instance(tree: Tree, context: Context) -> Value:
    """["i", list, column or "", predicate…]: items of a list, or one cell of each."""
    if len(tree) > 3:
        found = matching(tree[1], tree[3], context)
        kept = _keep([Item(row, position) for position, row in found], tree[4:], context)
    else:
        kept = [Item(row, position) for position, row in enumerate(context.world.items(tree[1]), 1)]
    if not tree[2]:
        return kept
    return [Item(cast(Item, item).columns, 1, tree[2]) for item in kept]


def matching(table: str, predicate: Tree, context: Context) -> list[tuple[int, Mapping[str, str]]]:
    """(position, row) of the rows of a list or table that the predicate holds for.

    `column = expression` is looked up in an index, so that long lists cost what they give.
    """
    world = context.world
    size = len(world.items(table))
    candidates: Iterable[tuple[int, Mapping[str, str]]] = enumerate(world.items(table), 1)
    key = _key(predicate)
    if key is not None:
        wanted = evaluate(key[1], context)
        if isinstance(wanted, str):
            candidates = world.lookup(table, key[0], wanted)
        elif isinstance(wanted, list) and len(wanted) == 1:
            candidates = world.lookup(table, key[0], wanted[0].text)
    found = []
    for position, row in candidates:
        value = evaluate(predicate, context.inside(Item(row, position), position, size))
        if value == position if type(value) is float else to_boolean(value):
            found.append((position, row))
    return found


def _key(predicate: Tree) -> tuple[str, Tree] | None:
    """(column, expression) of a predicate that demands `column = expression`, the latter the same for all rows."""
    if not isinstance(predicate, list):
        return None
    if predicate[0] == "and":
        return next((key for part in predicate[1:] if (key := _key(part)) is not None), None)
    if predicate[0] == "=":
        for cell, other in ((predicate[1], predicate[2]), (predicate[2], predicate[1])):
            if isinstance(cell, list) and cell[0] == "c" and not _reads_row(other):
                return cell[1], other
    return None


def _reads_row(tree: Tree) -> bool:
    if not isinstance(tree, list):
        return False
    if tree[0] in ("c", ".", "position", "last", "i", "f") or (tree[0] == "p" and tree[1] == 1):
        return True
    return any(_reads_row(part) for part in tree[1:])


def _pulldata(tree: Tree, context: Context) -> Value:
    """["pulldata", table, column, key column, key]"""
    column, key_column, key = (to_text(evaluate(part, context)) for part in tree[2:5])
    found = context.world.lookup(tree[1], key_column, key)
    return found[0][1].get(column, "") if found else ""


def _choice_name(tree: Tree, context: Context) -> Value:
    """["choice-name", value, list]: the label in the language of the interview, '' for an unknown value."""
    value = to_text(evaluate(tree[1], context))
    return context.world.choice_label(tree[2], value, context.scope)


def _regex(tree: Tree, context: Context) -> Value:
    """["regex", value, pattern]: the whole text must match. The pattern was translated by `patterns.py`."""
    return matcher(tree[2])(to_text(evaluate(tree[1], context)))


def _position(tree: Tree, context: Context) -> Value:
    if len(tree) == 1:
        return float(context.position)
    nodes = _nodes(tree[1], context)
    return float(nodes[0].index) if nodes else float("nan")


def _last(tree: Tree, context: Context) -> Value:
    return float(context.size)


def _randomize(tree: Tree, context: Context) -> Value:
    nodes: list[NodeLike] = _nodes(tree[1], context)
    seed = evaluate(tree[2], context) if len(tree) > 2 else context.world.random() * 2147483646
    return shuffled(nodes, seed)


_SPECIAL: dict[str, Callable[[Tree, Context], Value]] = {
    "or": _or,
    "and": _and,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), _comparison),
    "+": _arithmetic(lambda a, b: a + b),
    "-": _arithmetic(lambda a, b: a - b),
    "*": _arithmetic(lambda a, b: a * b),
    "div": _arithmetic(divide),
    "mod": _arithmetic(remainder),
    "negate": _negate,
    "if": _if,
    "coalesce": _coalesce,
    "once": _once,
    "q": _answer,
    "p": _path,
    "|": _union,
    "f": _filter,
    ".": _self,
    "c": _cell,
    "i": _instance,
    "indexed-repeat": _indexed,
    "pulldata": _pulldata,
    "choice-name": _choice_name,
    "regex": _regex,
    "position": _position,
    "last": _last,
    "randomize": _randomize,
}
