"""Model to document: every property of a question that an interview needs, with expressions as trees."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from questionnaires.compiled.expressions import Expressions, table_name
from questionnaires.compiled.extension import MODES, parse_order, texts, values
from questionnaires.findings import Severity
from questionnaires.logic import Declared
from questionnaires.model import Group, Question, Questionnaire, Repeat, Text
from questionnaires.types.base import Treatment
from questionnaires.types.registry import find

Json = dict[str, Any]
_DYNAMIC = re.compile(r"\$\{|[A-Za-z][\w:.-]*\s*\(.*\)", re.S)
_TRUE, _FALSE = {"yes", "true", "true()", "1"}, {"no", "false", "false()", "0", ""}
#: Columns that have properties of their own in the document.
_INTERPRETED = ("dl::order", "dl::exclusive", "dl::warning", "dl::label_swapped", "dl::dismiss", "trigger")
PAGE_APPEARANCES = ("field-list", "table-list")


def is_kept(question: Question) -> bool:
    """A type that only other clients ask: its list and filter are theirs to read."""
    kind = find(question.type)
    return kind is None or kind.treatment in (Treatment.KEEPS, Treatment.REFUSES)


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


class DocumentWriter:
    """Writes the nodes of one questionnaire. Issues go to `expressions`."""

    def __init__(self, questionnaire: Questionnaire, expressions: Expressions) -> None:
        self.questionnaire, self.expressions = questionnaire, expressions

    def children(self, parent: Declared) -> list[Json]:
        written: list[Json] = []
        for declared in parent.in_order():
            source = declared.source
            if isinstance(source, Question):
                written.append(self.question(declared, source))
            elif isinstance(source, Group | Repeat):
                written.append(self.container(declared, source))
        return written

    def container(self, declared: Declared, source: Group | Repeat) -> Json:
        node: Json = {"kind": declared.kind, "name": source.name}
        self._common(node, declared, source.label, source.relevant, source.appearance, source.extra)
        if set(source.appearance.split()) & set(PAGE_APPEARANCES):
            node["page"] = True
        if isinstance(source, Repeat) and source.repeat_count:
            node["count"] = self.expressions.count(source.repeat_count, declared)
        node["children"] = self.children(declared)
        return node

    def question(self, declared: Declared, source: Question) -> Json:
        consent = source.extra.get("dl::consent", "")
        if consent and (consent != "media" or source.type != "note"):
            self.expressions.note(
                declared, "dl::consent", "compile.unknown-consent", Severity.ERROR, text=consent
            )
        node: Json = {"kind": "question", "name": source.name, "type": source.type}
        self._common(node, declared, source.label, source.relevant, source.appearance, source.extra)
        expressions = self.expressions
        self._text(node, "hint", declared, source.hint)
        if source.list_name:
            node["list"] = table_name(source.list_name)
        required = source.required.strip().lower()
        if required in _TRUE:
            node["required"] = True
        elif required not in _FALSE:
            node["required"] = expressions.tree(source.required, declared, "required", condition=True)
        if source.constraint:
            node["constraint"] = expressions.tree(source.constraint, declared, "constraint", condition=True)
        self._text(node, "required_message", declared, source.required_message)
        self._text(node, "constraint_message", declared, source.constraint_message)
        if source.calculation:
            tree, sticky = expressions.calculation(source.calculation, declared)
            node["calculation"] = tree
            if sticky:
                node["sticky"] = True
            if source.extra.get("trigger"):
                node["trigger"] = expressions.triggers(source.extra["trigger"], declared)
        if source.default:
            dynamic = bool(_DYNAMIC.search(source.default))
            node["default"] = (
                ["e", expressions.tree(source.default, declared, "default")]
                if dynamic
                else nfc(source.default)
            )
        if source.read_only.strip().lower() in _TRUE:
            node["read_only"] = True
        if source.choice_filter and not is_kept(source):
            node["choice_filter"] = expressions.filter(source.choice_filter, declared, source)
        if source.parameters:
            node["parameters"] = dict(source.parameters)
            if source.parameters.get("randomize", "").lower() == "true":
                seed = source.parameters.get("seed", "")
                node["order"] = {"how": "randomize", "keep": []}
                if seed:
                    node["order"]["seed"] = expressions.tree(seed, declared, "parameters")
        self._extension(node, declared, source.extra)
        return node

    def _common(
        self,
        node: Json,
        declared: Declared,
        label: Text,
        relevant: str,
        appearance: str,
        extra: Mapping[str, str],
    ) -> None:
        self._text(node, "label", declared, label)
        if relevant:
            tree = self.expressions.tree(relevant, declared, "relevant", condition=True, decides=True)
            node["relevant"] = tree
        if appearance:
            node["appearance"] = appearance
        kept = {key: value for key, value in extra.items() if not key.startswith(_INTERPRETED)}
        if kept:
            node["extra"] = {key: nfc(value) for key, value in kept.items()}
        if declared.kind != "question":
            self._extension(node, declared, extra)

    def _extension(self, node: Json, declared: Declared, extra: Mapping[str, str]) -> None:
        expressions, default = self.expressions, self.questionnaire.default_language
        if extra.get("dl::order"):
            order = parse_order(extra["dl::order"])
            if order is None:
                expressions.note(
                    declared, "dl::order", "compile.unknown-order", Severity.ERROR, text=extra["dl::order"]
                )
            else:
                node["order"] = {"how": order.how, "keep": list(order.keep)}
                if order.condition:
                    node["order"]["if"] = expressions.tree(
                        order.condition, declared, "dl::order", condition=True
                    )
        if extra.get("dl::mode", "") not in ("", *MODES):
            expressions.note(
                declared, "dl::mode", "compile.unknown-mode", Severity.ERROR, text=extra["dl::mode"]
            )
        if extra.get("dl::exclusive"):
            node["exclusive"] = values(extra["dl::exclusive"])
        if extra.get("dl::warning"):
            node["warning"] = expressions.tree(extra["dl::warning"], declared, "dl::warning", condition=True)
            self._text(
                node, "warning_message", declared, texts(extra, "dl::warning_message", default),
                "dl::warning_message",
            )  # fmt: skip
        self._text(
            node, "label_swapped", declared, texts(extra, "dl::label_swapped", default), "dl::label_swapped"
        )

    def _text(self, node: Json, key: str, declared: Declared, text: Text, column: str = "") -> None:
        written = {}
        for language, value in text.items():
            if value:
                written[language] = self.expressions.text(nfc(value), declared, column or key)
        if written:
            node[key] = written
