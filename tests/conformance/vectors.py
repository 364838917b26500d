"""Expression vectors as questionnaires: each is compiled as a form would be, then evaluated.

A vector's answers say which questions and repeats there are; a `${name}` that has no answer is a blank
question at the root, as in the form it came from. Fields: EXPRESSIONS.md; ours may also have `relevant`
(name -> expression).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from questionnaires.compiled.compile import compile_questionnaire
from questionnaires.compiled.contract import Compiled
from questionnaires.compiled.expressions import table_columns
from questionnaires.findings import Severity
from questionnaires.logic import Declared, ExpressionError, Names, Resolver, declare, parse
from questionnaires.model import Choice, ChoiceList, Node, Question, Questionnaire, Repeat

HERE = Path(__file__).parent
VECTORS = HERE / "expressions.json"
#: Real engines evaluate a path that leads nowhere to an empty node-set; a form's author is told instead.
TOLERATED = {"logic.unknown-path"}
_AT = re.compile(r"([^/\[]+)\[(\d+)\]")
_HERE = "dl_here"


@dataclass(frozen=True)
class Job:
    """What an evaluator needs: the contract, the tree, the answers, and where the expression stands."""

    vector: Mapping[str, Any]
    compiled: Compiled
    tree: Any
    at: tuple[tuple[str, int], ...]
    name: str

    def for_javascript(self, now: str) -> dict[str, Any]:
        """The job as `engine.mjs` takes it."""
        return {
            "job": "expression",
            "document": self.compiled.document,
            "tree": self.tree,
            "answers": self.vector["answers"],
            "at": [list(step) for step in self.at],
            "name": self.name,
            "now": now,
        }


class Rejected(Exception):
    """The expression doesn't compile: codes of the findings."""


def load(path: Path) -> list[dict[str, Any]]:
    """The vectors of a file; `answers` may name one of the file's sets of answers."""
    source = json.loads(path.read_text(encoding="utf-8"))
    vectors = source["vectors"] if isinstance(source, dict) else source
    sets = source.get("answers", {}) if isinstance(source, dict) else {}
    return [
        {**v, "answers": sets[v["answers"]] if isinstance(v["answers"], str) else v["answers"]}
        for v in vectors
    ]


def job(vector: Mapping[str, Any]) -> Job:
    """Raises Rejected where the expression, or its questionnaire, has an error."""
    at = tuple((name, int(index)) for name, index in _AT.findall(vector.get("at", "")))
    questionnaire = _questionnaire(vector, tuple(name for name, _ in at))
    result = compile_questionnaire(questionnaire)
    if result.compiled is None:
        raise Rejected(", ".join(f.code for f in result.findings if f.severity is Severity.ERROR))
    root = declare(questionnaire)
    names = Names(
        root, table_columns(questionnaire.lists, {}), {q.name: q.list_name for q in questionnaire.questions()}
    )
    here = vector.get("self") or _HERE
    node = _find(root, tuple(name for name, _ in at), here)
    resolver = Resolver(names, node)
    try:
        tree = resolver.resolve(parse(vector["expr"]))
    except ExpressionError as problem:
        raise Rejected(problem.code) from problem
    errors = [i.code for i in resolver.issues if i.severity is Severity.ERROR and i.code not in TOLERATED]
    if errors:
        raise Rejected(", ".join(errors))
    return Job(vector, result.compiled, tree, at, here)


def _find(root: Declared, chain: tuple[str, ...], name: str) -> Declared:
    return next(node for node in root.walk() if node.chain == chain and node.name == name)


def _questionnaire(vector: Mapping[str, Any], chain: tuple[str, ...]) -> Questionnaire:
    choices = vector.get("choices", {})
    answers = dict(vector["answers"])
    known = set(_names(answers))
    for name in re.findall(r"\$\{\s*([^{}]+?)\s*\}", vector["expr"]):
        if name not in known:
            answers[name] = ""
            known.add(name)
    children = _children(answers, chain, (), choices, vector.get("relevant", {}))
    lists = {
        name: ChoiceList(name, tuple(Choice(c["name"], {"default": c["label"]}) for c in found))
        for name, found in choices.items()
    }
    return Questionnaire("vector", {}, children, lists, settings={"utc_offset": "+00:00"})


def _names(answers: Mapping[str, Any]) -> Iterator[str]:
    for name, value in answers.items():
        yield name
        for row in value if isinstance(value, list) else ():
            yield from _names(row)


def _children(
    answers: Mapping[str, Any],
    here: tuple[str, ...],
    chain: tuple[str, ...],
    choices: Mapping[str, Any],
    relevant: Mapping[str, str],
) -> tuple[Node, ...]:
    children: list[Node] = []
    for name, value in answers.items():
        if isinstance(value, list):
            merged: dict[str, Any] = {}
            for row in value:
                for key, cell in row.items():
                    merged[key] = [*merged.get(key, []), *cell] if isinstance(cell, list) else cell
            inner = _children(merged, here, (*chain, name), choices, relevant)
            children.append(Repeat(name, relevant=relevant.get(name, ""), children=inner))
        else:
            kind = ("select_multiple", name) if name in choices else ("text", "")
            children.append(Question(name, kind[0], list_name=kind[1], relevant=relevant.get(name, "")))
    if here == chain:
        children.append(Question(_HERE, "text"))
    return tuple(children)


def agrees(vector: Mapping[str, Any], text: str, truth: bool) -> bool:
    """Whether (stored text, result as a condition) is what the vector expects."""
    expected = vector["expected"]
    if vector.get("kind") == "boolean":
        return truth is expected
    if "relative_tolerance" in vector:
        same = abs(float(text) - float(expected)) <= vector["relative_tolerance"] * abs(float(expected))
    else:
        same = text == expected
    return same and vector.get("expected_boolean", truth) == truth
