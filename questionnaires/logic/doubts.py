"""Warnings about expressions that are legal but seldom mean what their author thinks.

Types come from the questionnaire: a text compared as a number, a choice that the list doesn't have, a
several-answers question compared with `=`; and places where real engines differ (see decisions/).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from questionnaires.logic.declared import Declared
from questionnaires.logic.names import Reading
from questionnaires.logic.syntax import Call, Literal, Number, Operation, Path, Reference, Syntax
from questionnaires.logic.values import number_text
from questionnaires.model import Question

_ORDERED = ("<", "<=", ">", ">=", "+", "-", "*", "div", "mod")
_WORDS = frozenset({"text", "note", "image", "audio", "video", "file", "geopoint", "geotrace", "geoshape"})
#: JavaRosa and Enketo stop at these; here they stay as they are written.
_UNKNOWN_MARK = re.compile(r"%[^YymnbdeaHhMS3%]")
_TRUTHS = {"not": (0,), "if": (0,), "boolean": (0,)}


def of_operation(operation: Operation, reading: Reading) -> None:
    """Doubts about an operator and its operands."""
    if operation.operator in ("and", "or"):
        for operand in operation.operands:
            _bare(operand, reading)
    elif operation.operator in ("=", "!="):
        left, right = operation.operands
        _choice(left, right, reading, operation.operator)
        _choice(right, left, reading, operation.operator)
    elif operation.operator in _ORDERED:
        for operand in operation.operands:
            _number(operand, reading)


def of_call(call: Call, reading: Reading) -> None:
    """Doubts about a function and its arguments."""
    for index in _TRUTHS.get(call.name, ()):
        if index < len(call.arguments):
            _bare(call.arguments[index], reading)
    if call.name == "selected" and len(call.arguments) == 2:
        _known_choice(call.arguments[0], call.arguments[1], reading)
    if call.name in ("format-date", "format-date-time") and isinstance(call.arguments[-1], Literal):
        for mark in _UNKNOWN_MARK.findall(call.arguments[-1].value):
            reading.warn("logic.date-pattern", mark=mark, pattern=call.arguments[-1].value)
    if call.name == "sum" and len(call.arguments) == 1:
        question = _question(call.arguments[0], reading)
        if question is not None and question.chain and not getattr(question.source, "required", ""):
            reading.note("logic.blanks-in-sum", name=question.name)


def of_path(path: Path, reading: Reading) -> None:
    """Positions in a path, and absolute paths into the own repeat: read differently by Collect."""
    for step in path.steps:
        for predicate in step.predicates:
            if isinstance(predicate, Number) or (isinstance(predicate, Call) and predicate.name == "last"):
                reading.warn("logic.position-in-path", path=step.test)
    own = reading.node.chain
    if path.start == "root" and own and any(step.test == own[-1] for step in path.steps):
        reading.warn("logic.absolute-in-repeat", repeat=own[-1])


def _question(syntax: Syntax, reading: Reading) -> Declared | None:
    """The question that `${name}` or `.` means."""
    if isinstance(syntax, Reference) and not syntax.last_saved:
        found = reading.names.by_name.get(syntax.name, [])
        return found[0] if len(found) == 1 and found[0].kind == "question" else None
    if isinstance(syntax, Path) and syntax.start == "context" and len(syntax.steps) == 1:
        step = syntax.steps[0]
        if step.axis == "self" and not step.predicates and reading.node.kind == "question":
            return reading.node
    return None


def _bare(syntax: Syntax, reading: Reading) -> None:
    declared = _question(syntax, reading)
    if declared is not None and _type(declared) != "calculate":
        reading.warn("logic.bare-condition", name=declared.name)


def _number(syntax: Syntax, reading: Reading) -> None:
    declared = _question(syntax, reading)
    if declared is not None and _type(declared) in _WORDS:
        reading.warn("logic.text-as-number", name=declared.name)


def _choice(question: Syntax, value: Syntax, reading: Reading, operator: str) -> None:
    declared = _question(question, reading)
    if declared is None:
        return
    blank = isinstance(value, Literal) and value.value == ""
    if _type(declared) == "select_multiple" and not blank:
        reading.warn("logic.multiple-compared", name=declared.name)
    else:
        _known_choice(question, value, reading)


def _known_choice(question: Syntax, value: Syntax, reading: Reading) -> None:
    declared = _question(question, reading)
    if declared is None or _type(declared) not in ("select_one", "select_multiple", "rank"):
        return
    values = reading.names.values_of(declared.name)
    if isinstance(value, Literal):
        text = value.value
    elif isinstance(value, Number):
        text = number_text(value.value)
    else:
        return
    if values and text != "" and text not in values and not _same_number(text, values):
        reading.warn("logic.unknown-choice", name=declared.name, value=text)


def _same_number(text: str, values: Mapping[str, None]) -> bool:
    """`1` finds the choice `01`: the comparison is numeric."""
    try:
        return any(float(text) == float(value) for value in values if value.replace(".", "").isdigit())
    except ValueError:
        return False


def _type(declared: Declared) -> str:
    return declared.source.type if isinstance(declared.source, Question) else ""
