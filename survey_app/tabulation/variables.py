"""What can be tabulated: the questionnaire's questions and experiments, as it declares them.

A question's stored values keep their order and labels; those declared missing (don't know, refused) are known by
value and never silently dropped. Experiments are one variable each: a split ballot has an arm's table beside the
other's, a list experiment and a randomised question have an estimated share and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from questionnaires import Compiled

SINGLE, MULTIPLE, NUMBER = "single", "multiple", "number"
BALLOT, LIST, RANDOMISED = "ballot", "list", "randomised"
MISSING = ("98", "99")
NUMBERS_MISSING = ("98", "99", "998", "999", "9998", "9999")
# Stored values from here on stand beside a scale ("does not use it"): they have no score.
BESIDE = 90
Text = Mapping[str, str]


@dataclass(frozen=True)
class Variable:
    """One thing that can be a row or a break.

    levels: {stored value: label}, in the questionnaire's order, the missing ones last; empty for numbers. missing:
    values of don't know, refused. questions: {arm: question}; one entry, arm "", outside experiments. parameters:
    what an experiment declares (items, p, ...); experiment: the whole declaration. background: asked to describe
    people, offered as a break first.
    """

    name: str
    kind: str
    label: Text
    section: Text
    levels: Mapping[str, Text]
    missing: tuple[str, ...]
    questions: Mapping[str, str]
    wordings: Mapping[str, Text] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    experiment: Mapping[str, Any] = field(default_factory=dict)
    background: bool = False

    @property
    def valid(self) -> tuple[str, ...]:
        """Levels that are answers."""
        return tuple(value for value in self.levels if value not in self.missing)

    @property
    def scores(self) -> dict[str, float]:
        """The value of each answer that is a whole number on a scale; empty where the answers are names."""
        found = {value: float(value) for value in self.valid if value.isdecimal() and int(value) < BESIDE}
        return found if len(found) >= 3 else {}


def catalogue(compiled: Compiled) -> dict[str, Variable]:
    """Variables by name, in the questionnaire's order; without free text, places and questions inside repeats."""
    document = compiled.document
    nodes = {str(node["name"]): (node, groups) for node, groups in _walk(document["children"], ())}
    inside = {
        question: experiment
        for experiment in document["experiments"]
        if experiment["kind"] != "order"
        for question in experiment["arms"].values()
        if question in nodes
    }
    found: dict[str, Variable] = {}
    for name, (node, groups) in nodes.items():
        experiment = inside.get(name)
        made = (
            _question(node, groups, document)
            if experiment is None
            else _experiment(experiment, nodes, document)
        )
        if made is not None and made.name not in found:
            found[made.name] = made
    return found


def _walk(
    children: list[Any], groups: tuple[Mapping[str, Any], ...]
) -> Iterator[tuple[Mapping[str, Any], tuple[Mapping[str, Any], ...]]]:
    for node in children:
        if node["kind"] == "question":
            yield node, groups
        elif node["kind"] == "group":
            yield from _walk(node["children"], (*groups, node))


def _question(
    node: Mapping[str, Any], groups: tuple[Mapping[str, Any], ...], document: Mapping[str, Any]
) -> Variable | None:
    kinds = {"select_one": SINGLE, "select_multiple": MULTIPLE}
    kinds |= dict.fromkeys(("integer", "decimal", "range"), NUMBER)
    kind = kinds.get(str(node["type"]))
    role = _declared("dl::role", node, groups)
    if kind is None or "calculation" in node or role == "hidden":
        return None
    name = str(node["name"])
    levels, missing = _levels(node, groups, document, kind)
    return Variable(
        name=name,
        kind=kind,
        label=text(node.get("label")) or {"vi": name},
        section=_section(groups),
        levels=levels,
        missing=missing,
        questions={"": name},
        background=role == "background",
    )


def _experiment(
    experiment: Mapping[str, Any], nodes: Mapping[str, Any], document: Mapping[str, Any]
) -> Variable | None:
    arms = {arm: nodes[question][0] for arm, question in experiment["arms"].items() if question in nodes}
    if not arms:
        return None
    kind = {"split_ballot": BALLOT, "list": LIST}.get(experiment["kind"], RANDOMISED)
    if kind in (BALLOT, LIST) and len(arms) < 2:
        return None
    first = next(iter(arms.values()))
    groups = nodes[str(first["name"])][1]
    levels, missing = _levels(first, groups, document, SINGLE)
    parameters = dict(experiment.get("parameters", {}))
    return Variable(
        name=str(experiment["name"]),
        kind=kind,
        label=text(first.get("label")),
        section=_section(groups),
        levels=levels,
        missing=missing,
        questions={arm: str(node["name"]) for arm, node in arms.items()},
        wordings={arm: text(node.get("label")) for arm, node in arms.items()},
        parameters=parameters,
        experiment=experiment,
    )


def _levels(
    node: Mapping[str, Any], groups: tuple[Mapping[str, Any], ...], document: Mapping[str, Any], kind: str
) -> tuple[Mapping[str, Text], tuple[str, ...]]:
    declared = _declared("dl::missing", node, groups).replace(",", " ").split()
    pairs = [entry.partition("=") for entry in declared]
    missing = tuple(value for value, _equals, meaning in pairs if meaning != "not_applicable")
    missing = missing or (NUMBERS_MISSING if kind == NUMBER else MISSING)
    choices = document["lists"].get(node.get("list", ""), []) if kind != NUMBER else []
    labels = {str(choice["value"]): text(choice["label"]) for choice in choices}
    ordered = {v: labels[v] for v in labels if v not in missing}
    return ordered | {v: labels[v] for v in labels if v in missing}, missing


def _declared(column: str, node: Mapping[str, Any], groups: tuple[Mapping[str, Any], ...]) -> str:
    """A `dl::` column of the question, else of the nearest group that has it."""
    for one in (node, *reversed(groups)):
        if value := one.get("extra", {}).get(column, ""):
            return str(value).strip()
    return ""


def _section(groups: tuple[Mapping[str, Any], ...]) -> Text:
    return next((text(group["label"]) for group in groups if group.get("label")), {})


def text(label: Mapping[str, Any] | None) -> dict[str, str]:
    """A label as plain text: what is piped into it is shown as an ellipsis."""
    return {
        language: value
        if isinstance(value, str)
        else "".join(part if isinstance(part, str) else "…" for part in value)
        for language, value in (label or {}).items()
    }
