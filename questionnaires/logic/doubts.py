"""Warnings about expressions that are legal but seldom mean what their author thinks.

Types come from the questionnaire: a text compared as a number, a choice that the list doesn't have, a
several-answers question compared with `=`; and places where real engines differ (see decisions/).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from questionnaires.logic.declared import Declared
from questionnaires.logic.syntax import Call, Literal, Number, Operation, Path, Reference, Syntax
from questionnaires.logic.values import number_text
from questionnaires.model import Question

if TYPE_CHECKING:
    from questionnaires.logic.resolve import Resolver

_ORDERED = ("<", "<=", ">", ">=", "+", "-", "*", "div", "mod")
_WORDS = frozenset({"text", "note", "image", "audio", "video", "file", "geopoint", "geotrace", "geoshape"})
_TRUTHS = {"not": (0,), "if": (0,), "boolean": (0,)}


def of_operation(operation: Operation, resolver: Resolver) -> None:
    """Doubts about an operator and its operands."""
    if operation.operator in ("and", "or"):
        for operand in operation.operands:
            _bare(operand, resolver)
    elif operation.operator in ("=", "!="):
        left, right = operation.operands
        _choice(left, right, resolver, operation.operator)
        _choice(right, left, resolver, operation.operator)
    elif operation.operator in _ORDERED:
        for operand in operation.operands:
            _number(operand, resolver)


def of_call(call: Call, resolver: Resolver) -> None:
    """Doubts about a function and its arguments."""
    for index in _TRUTHS.get(call.name, ()):
        if index < len(call.arguments):
            _bare(call.arguments[index], resolver)
    if call.name == "selected" and len(call.arguments) == 2:
        _known_choice(call.arguments[0], call.arguments[1], resolver)
    if call.name == "sum" and len(call.arguments) == 1:
        question = _question(call.arguments[0], resolver)
        if question is not None and question.chain and not getattr(question.source, "required", ""):
            resolver.note("logic.blanks-in-sum", name=question.name)


def of_path(path: Path, resolver: Resolver) -> None:
    """Positions in a path, and absolute paths into the own repeat: read differently by Collect."""
    for step in path.steps:
        for predicate in step.predicates:
            if isinstance(predicate, Number) or (isinstance(predicate, Call) and predicate.name == "last"):
                resolver.warn("logic.position-in-path", path=step.test)
    own = resolver.node.chain
    if path.start == "root" and own and any(step.test == own[-1] for step in path.steps):
        resolver.warn("logic.absolute-in-repeat", repeat=own[-1])


def _question(syntax: Syntax, resolver: Resolver) -> Declared | None:
    """The question that `${name}` or `.` means."""
    if isinstance(syntax, Reference) and not syntax.last_saved:
        found = resolver.names.by_name.get(syntax.name, [])
        return found[0] if len(found) == 1 and found[0].kind == "question" else None
    if isinstance(syntax, Path) and syntax.start == "context" and len(syntax.steps) == 1:
        step = syntax.steps[0]
        if step.axis == "self" and not step.predicates and resolver.node.kind == "question":
            return resolver.node
    return None


def _bare(syntax: Syntax, resolver: Resolver) -> None:
    declared = _question(syntax, resolver)
    if declared is not None and _type(declared) != "calculate":
        resolver.warn("logic.bare-condition", name=declared.name)


def _number(syntax: Syntax, resolver: Resolver) -> None:
    declared = _question(syntax, resolver)
    if declared is not None and _type(declared) in _WORDS:
        resolver.warn("logic.text-as-number", name=declared.name)


def _choice(question: Syntax, value: Syntax, resolver: Resolver, operator: str) -> None:
    declared = _question(question, resolver)
    if declared is None:
        return
    blank = isinstance(value, Literal) and value.value == ""
    if _type(declared) == "select_multiple" and not blank:
        resolver.warn("logic.multiple-compared", name=declared.name)
    else:
        _known_choice(question, value, resolver)


def _known_choice(question: Syntax, value: Syntax, resolver: Resolver) -> None:
    declared = _question(question, resolver)
    if declared is None or _type(declared) not in ("select_one", "select_multiple", "rank"):
        return
    values = resolver.names.values_of(declared.name)
    if isinstance(value, Literal):
        text = value.value
    elif isinstance(value, Number):
        text = number_text(value.value)
    else:
        return
    if values and text != "" and text not in values and not _same_number(text, values):
        resolver.warn("logic.unknown-choice", name=declared.name, value=text)


def _same_number(text: str, values: Mapping[str, None]) -> bool:
    """`1` finds the choice `01`: the comparison is numeric."""
    try:
        return any(float(text) == float(value) for value in values if value.replace(".", "").isdigit())
    except ValueError:
        return False


def _type(declared: Declared) -> str:
    return declared.source.type if isinstance(declared.source, Question) else ""
