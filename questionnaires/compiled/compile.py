"""Publication: a questionnaire becomes a contract, or findings that say why it can't."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from questionnaires.compiled.contract import CONTRACT, Compiled
from questionnaires.compiled.document import DocumentWriter, is_kept, nfc
from questionnaires.compiled.expressions import Expressions, table_columns, table_name
from questionnaires.compiled.order import arrange
from questionnaires.findings import Finding, Severity
from questionnaires.logic import Declared, Names, declare
from questionnaires.model import ChoiceList, Question, Questionnaire

#: Minutes east of UTC: dates are read on this clock by the server and by every phone.
VIET_NAM = 420
Rows = Sequence[Mapping[str, str]]
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)", re.ASCII)


@dataclass(frozen=True)
class CompileResult:
    """compiled: None when a finding is an error. findings: in form order, every one."""

    compiled: Compiled | None
    findings: tuple[Finding, ...]


def compile_questionnaire(
    questionnaire: Questionnaire, data: Mapping[str, Rows] | None = None
) -> CompileResult:
    """Parse every expression once, check every reference, order the calculations.

    data: the tables of `pulldata`, `instance()` and `select_one_from_file`, by name without its ending.
    Never raises on a questionnaire, however broken; its errors are findings placed by sheet and row.
    """
    tables = dict(data or {})
    root = declare(questionnaire)
    lists_of = {q.name: table_name(q.list_name) for q in questionnaire.questions() if q.list_name}
    lists_of |= {q.name: q.extra["dl::list"] for q in questionnaire.questions() if q.extra.get("dl::list")}
    root_names = ("data", questionnaire.form_id, questionnaire.settings.get("name", "data"))
    values = {
        table_name(name): {choice.value: None for choice in found.choices}
        for name, found in questionnaire.lists.items()
    }
    names = Names(root, table_columns(questionnaire.lists, tables), lists_of, root_names, values)
    expressions = Expressions(names)
    _check_names(root, expressions)
    _check_lists(root, names, expressions)
    document: dict[str, Any] = {
        "contract": CONTRACT,
        "form": nfc(questionnaire.form_id),
        "version": questionnaire.version,
        "title": {language: nfc(text) for language, text in questionnaire.title.items()},
        "languages": list(questionnaire.languages),
        "default_language": questionnaire.default_language,
        "offset": _offset(questionnaire.settings.get("utc_offset", "")),
        "lists": {
            table_name(name): _choices(found, root, expressions)
            for name, found in questionnaire.lists.items()
        },
        "data": {name: [dict(row) for row in rows] for name, rows in tables.items()},
        "children": DocumentWriter(questionnaire, expressions).children(root),
        "experiments": [_experiment(e) for e in questionnaire.experiments],
    }
    document["order"] = _order(root, expressions)
    findings = tuple(expressions.findings)
    if any(finding.severity is Severity.ERROR for finding in findings):
        return CompileResult(None, findings)
    return CompileResult(Compiled(document), findings)


def _choices(found: ChoiceList, root: Declared, expressions: Expressions) -> list[dict[str, Any]]:
    """`piped`: labels with `${name}`, as texts and trees; `label` keeps what the author wrote."""
    written = []
    for choice in found.choices:
        item: dict[str, Any] = {"value": choice.value}
        item["label"] = {language: nfc(text) for language, text in choice.label.items()}
        piped = {
            language: parts
            for language, text in item["label"].items()
            if (parts := expressions.choice_text(text, root, choice.row, choice.value)) is not None
        }
        if piped:
            item["piped"] = {**item["label"], **piped}
        if choice.filters:
            item["columns"] = {key: nfc(text) for key, text in choice.filters.items()}
        written.append(item)
    return written


def _experiment(experiment: Any) -> dict[str, Any]:
    made = {
        "name": experiment.name,
        "kind": experiment.kind,
        "arms": dict(experiment.arms),
        "parameters": dict(experiment.parameters),
    }
    if experiment.of_arm:
        made["of_arm"] = {arm: dict(own) for arm, own in experiment.of_arm.items()}
    return made


def _offset(text: str) -> int:
    match = _OFFSET.fullmatch(text.strip())
    if match is None:
        return VIET_NAM
    minutes = int(match[2]) * 60 + int(match[3])
    return -minutes if match[1] == "-" else minutes


def _check_names(root: Declared, expressions: Expressions) -> None:
    """One name, one answer: within its repeat scope, however deep in groups."""
    seen: dict[tuple[tuple[str, ...], bool, str], Declared] = {}
    for declared in root.walk():
        if declared is root:
            continue
        place = (declared.chain, declared.kind == "group", declared.name)
        if place in seen:
            first = seen[place].source
            row = first.row if first is not None else None
            expressions.note(
                declared, "name", "compile.duplicate-name", Severity.ERROR, name=declared.name, first=row or 0
            )
        seen.setdefault(place, declared)


def _check_lists(root: Declared, names: Names, expressions: Expressions) -> None:
    for declared in root.walk():
        source = declared.source
        if isinstance(source, Question) and source.list_name and not is_kept(source):
            name = table_name(source.list_name)
            if name not in names.tables and "${" not in name:
                expressions.note(declared, "type", "compile.unknown-list", Severity.ERROR, list=name)


def _order(root: Declared, expressions: Expressions) -> list[str]:
    """Questions whose value or relevance needs others, and counted repeats, each after what it reads."""
    nodes = [node for node in root.walk() if node is not root]
    graph: dict[str, list[str]] = {}
    by_key: dict[str, Declared] = {}
    for node in nodes:
        by_key.setdefault(node.key, node)
        above = [node.parent.key] if node.parent is not None and node.parent is not root else []
        graph.setdefault(node.key, []).extend([*above, *expressions.reads.get(node.key, {})])
    for cycle in arrange(graph)[1]:
        loop = " → ".join(by_key[key].name for key in [*cycle, cycle[0]])
        first = by_key[cycle[0]]
        source = first.source
        column = "calculation" if isinstance(source, Question) and source.calculation else "relevant"
        expressions.note(first, column, "logic.cycle", Severity.ERROR, loop=loop)
    for key, reads in expressions.counts.items():
        graph[key].extend(reads)
    order = arrange(graph)[0]
    return [
        key for key in order if (by_key[key].kind == "question" and graph[key]) or key in expressions.counts
    ]
