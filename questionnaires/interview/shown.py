"""How a question looks now: words with answers piped in, choices in shown order, value, findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from questionnaires.compiled.form import QuestionForm
from questionnaires.findings import Finding
from questionnaires.interview.choices import arranged, choices, is_swapped, listed, lists_items
from questionnaires.interview.judge import _is_required, judge
from questionnaires.interview.state import State
from questionnaires.logic import Scope


@dataclass(frozen=True)
class ShownChoice:
    """columns: the extra cells of the choice (an image's file name, say)."""

    value: str
    label: str
    exclusive: bool = False
    columns: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Shown:
    """name: its path, `age` or `hh[2]/age`. value: as stored. choices: in shown order, () for other types.

    group: name and label of the innermost group around it ('' at page level), so that a grid can be drawn.
    """

    name: str
    type: str
    label: str
    hint: str
    value: str
    choices: tuple[ShownChoice, ...]
    required: bool
    read_only: bool
    appearance: str
    parameters: Mapping[str, str]
    extra: Mapping[str, str]
    group: str
    group_label: str
    findings: tuple[Finding, ...]


def show(state: State, scope: Scope, question: QuestionForm, *, required: bool) -> Shown:
    node = question.node
    swapped = is_swapped(state, scope, node) and "label_swapped" in node
    label = state.words(node["label_swapped" if swapped else "label"], scope) if "label" in node else ""
    if lists_items(node):
        label = listed(state, scope, node, label)[0]
    group = question.groups[-1] if question.groups else None
    return Shown(
        name=state.path(scope, question.name),
        type=question.type,
        label=label,
        hint=state.words(node.get("hint", {}), scope),
        value=state.value(scope, question.name),
        choices=_choices(state, scope, question),
        required=_is_required(state, scope, question),
        read_only=bool(node.get("read_only")) or "calculation" in node,
        appearance=str(node.get("appearance", "")),
        parameters=node.get("parameters", {}),
        extra=node.get("extra", {}),
        group=str(group["name"]) if group else "",
        group_label=state.words(group.get("label", {}), scope) if group else "",
        findings=judge(state, scope, question, required=required),
    )


def _choices(state: State, scope: Scope, question: QuestionForm) -> tuple[ShownChoice, ...]:
    if "list" not in question.node:
        return ()
    node: Mapping[str, Any] = question.node
    rows = choices(state, scope, question)
    ordered = arranged(state, scope, node, [row["name"] for row in rows], rows)
    words = ordered
    if "label_swapped" in node and is_swapped(state, scope, node):
        # The two statements have changed places: "clearly the first" stays at the top, and the value under it
        # is that of the statement that now stands first. Stored values always mean the same statement.
        keep = set(node["order"]["keep"])
        words = sorted(rows, key=lambda row: row["name"] in keep)
    exclusive = set(node.get("exclusive", ()))
    return tuple(
        ShownChoice(
            row["name"],
            said.get("label", ""),
            row["name"] in exclusive,
            {key: value for key, value in row.items() if key not in ("name", "label")} or None,
        )
        for row, said in zip(ordered, words, strict=True)
    )
