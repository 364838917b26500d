"""The codebook: what each analysis column means, in every language, with its missing codes.

Missing codes (don't know, refused, not applicable) come from the column `dl::missing`
(`98=dont_know 99=refused`); where a question has none, the choices of its list whose whole label says so are
taken, so that the usual 98 and 99 need no declaration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from questionnaires.compiled import Compiled
from questionnaires.model import Choice, Text
from questionnaires.types.base import Kind
from questionnaires.types.registry import REGISTRY

Json = Mapping[str, Any]
REASONS = ("dont_know", "refused", "not_applicable", "missing")

_DONT_KNOW = {
    "không biết", "khó trả lời", "không rõ", "không nhớ", "không biết rõ", "không chắc",
    "don't know", "dont know", "do not know", "hard to say", "not sure", "unsure", "can't say", "don't remember",
}  # fmt: skip
_REFUSED = {
    "từ chối", "từ chối trả lời", "không muốn trả lời", "không trả lời",
    "refused", "refuse", "refuse to answer", "refused to answer", "prefer not to answer", "prefer not to say",
    "no answer",
}  # fmt: skip
_PARTS = re.compile(r"\s*[/,;()]\s*")


@dataclass(frozen=True)
class Variable:
    """One column. name: the column's; question: the question's.

    kind: category, flag, number, text, date or file. label: by language; a row of a grid has its group's words
    in front. values: (stored value, label) in list order, for categories; for a flag the one choice it stands
    for. missing: stored value -> one of REASONS. role: background, open, hidden or ''. level: lowest level of
    area at which results may be released, '' for any. table: path of the repeat, '' for the interview's table.
    experiment: (name, arm) where the question belongs to one arm of an experiment. ordered: choices were shown
    in an order of their own for each respondent.
    """

    name: str
    question: str
    type: str
    kind: str
    label: Text = field(default_factory=dict)
    values: tuple[tuple[str, Text], ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)
    role: str = ""
    level: str = ""
    table: str = ""
    experiment: tuple[str, str] | None = None
    ordered: bool = False


@dataclass(frozen=True)
class Entry:
    """A question of the contract with its choices and columns, as flattening walks it."""

    node: Json
    chain: tuple[str, ...]
    choices: tuple[Choice, ...]
    variables: tuple[Variable, ...]
    pieces: tuple[str, ...]


def entries(compiled: Compiled) -> Iterator[Entry]:
    """Every question that makes columns, in form order, those of repeats included."""
    arms = {
        question: (experiment["name"], arm)
        for experiment in compiled.document.get("experiments", ())
        for arm, question in experiment["arms"].items()
        if question
    }
    for chain, scope in compiled.form.scopes.items():
        taken = set(scope.questions)
        for form in scope.questions.values():
            kind = REGISTRY.get(form.type)
            if kind is None:
                continue
            choices = _choices(compiled, form.node)
            columns = kind.columns(form.question, choices)
            if not columns:
                continue
            variables = tuple(
                _variable(
                    compiled, form.node, form.groups, chain, choices, column.suffix, column.kind, column.value
                )
                for column in columns
            )
            name = str(form.node["name"])
            variables = tuple(_apart(variable, taken) for variable in variables)
            if name in arms:
                variables = tuple(_with_experiment(variable, arms[name]) for variable in variables)
            yield Entry(form.node, chain, choices, variables, tuple(column.value for column in columns))


def _variable(
    compiled: Compiled,
    node: Json,
    groups: Sequence[Json],
    chain: tuple[str, ...],
    choices: tuple[Choice, ...],
    suffix: str,
    kind: Kind,
    piece: str,
) -> Variable:
    extra: Mapping[str, str] = node.get("extra", {})
    if kind is Kind.TEXT and node["type"] == "calculate" and choices:
        kind = Kind.CATEGORY
    label = _label(node, groups)
    values: tuple[tuple[str, Text], ...] = ()
    if kind is Kind.CATEGORY:
        values = tuple((choice.value, choice.label) for choice in choices)
    elif piece and choices:
        picked = next((choice for choice in choices if choice.value == piece), None)
        if picked is not None:
            values = ((piece, picked.label),)
            label = {
                language: f"{text} – {picked.label.get(language, piece)}" for language, text in label.items()
            }
    return Variable(
        name=f"{node['name']}{suffix}",
        question=str(node["name"]),
        type=str(node["type"]),
        kind=str(kind),
        label=label,
        values=values,
        missing=missing_codes(extra.get("dl::missing", ""), choices),
        role=extra.get("dl::role", ""),
        level=extra.get("dl::level", ""),
        table="/".join(chain),
        ordered="order" in node,
    )


def _apart(variable: Variable, taken: set[str]) -> Variable:
    """A flag whose name is a question's (`q_other` beside `or_other`'s text) gets a second underscore."""
    name = variable.name
    while name != variable.question and name in taken:
        name = f"{variable.question}_{name.removeprefix(variable.question)}"
    taken.add(name)
    return variable if name == variable.name else replace(variable, name=name)


def _with_experiment(variable: Variable, arm: tuple[str, str]) -> Variable:
    return replace(variable, experiment=arm)


def _choices(compiled: Compiled, node: Json) -> tuple[Choice, ...]:
    name = node.get("list") or node.get("extra", {}).get("dl::list", "")
    if not name:
        return ()
    found = []
    for choice in compiled.form.list_choices(name):
        label = {language: plain(text) for language, text in choice.get("label", {}).items()}
        found.append(Choice(str(choice["value"]), label))
    if not found:
        for row in compiled.document.get("data", {}).get(name, ()):
            value = str(row.get("name", ""))
            found.append(Choice(value, {compiled.document["default_language"]: str(row.get("label", value))}))
    return tuple(found)


def _label(node: Json, groups: Sequence[Json]) -> dict[str, str]:
    """The question's words; for a row of a grid, its group's words come first."""
    own = {language: plain(text) for language, text in node.get("label", {}).items()}
    grid = next((g for g in reversed(groups) if "table-list" in str(g.get("appearance", "")).split()), None)
    if grid is None:
        return own
    stem = {language: plain(text) for language, text in grid.get("label", {}).items()}
    return {
        language: f"{stem[language].rstrip(' :?…')}: {text}" if stem.get(language) else text
        for language, text in own.items()
    }


def plain(text: Any) -> str:
    """A text of the contract as one line; what is piped in shows as an ellipsis."""
    if isinstance(text, str):
        return " ".join(text.split())
    return " ".join("".join(part if isinstance(part, str) else "…" for part in text).split())


def missing_codes(declared: str, choices: Sequence[Choice]) -> dict[str, str]:
    """`98=dont_know 99=refused` -> mapping; an undeclared reason is `missing`; nothing declared: by labels."""
    if declared.strip():
        found = {}
        for pair in re.split(r"[\s,;]+", declared.strip()):
            value, _, reason = pair.partition("=")
            found[value] = reason if reason in REASONS else "missing"
        return found
    found = {}
    for choice in choices:
        reasons = {_reason(text) for text in choice.label.values()} - {""}
        if len(reasons) == 1:
            found[choice.value] = reasons.pop()
    return found


def _reason(label: str) -> str:
    parts = [part for part in _PARTS.split(label.strip().lower().replace("’", "'")) if part]
    if parts and all(part in _DONT_KNOW for part in parts):
        return "dont_know"
    if parts and all(part in _REFUSED for part in parts):
        return "refused"
    return ""
