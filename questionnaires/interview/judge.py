"""What is wrong with one answer: its form, its list, required, constraint, soft warning."""

from __future__ import annotations

from questionnaires.compiled.form import QuestionForm
from questionnaires.findings import Finding, Severity, Where
from questionnaires.interview.choices import choices
from questionnaires.interview.state import State
from questionnaires.logic import Scope
from questionnaires.logic.values import to_boolean
from questionnaires.model import Choice
from questionnaires.types.registry import find


def judge(
    state: State, scope: Scope, question: QuestionForm, *, required: bool = True
) -> tuple[Finding, ...]:
    """Findings on a relevant question, none on others. The first error of form hides what follows from it.

    required: whether a blank counts. The message an author wrote is the parameter `message` ('' for none).
    """
    if not state.relevant(scope, question.name):
        return ()
    value = state.value(scope, question.name)
    node = question.node
    where = Where(name=state.path(scope, question.name))
    if value == "":
        if required and _is_required(state, scope, question):
            message = state.words(node.get("required_message", {}), scope)
            return (Finding("answer.required", Severity.ERROR, where, {"message": message}),)
        return ()
    if "calculation" in node and question.type in ("calculate", "hidden"):
        return ()
    problem = _form(state, scope, question, value)
    if problem is not None:
        return (Finding(problem, Severity.ERROR, where),)
    if "constraint" in node and not to_boolean(state.run(node["constraint"], scope, question.name)):
        message = state.words(node.get("constraint_message", {}), scope)
        return (Finding("answer.constraint", Severity.ERROR, where, {"message": message}),)
    if "warning" in node and not to_boolean(state.run(node["warning"], scope, question.name)):
        message = state.words(node.get("warning_message", {}), scope)
        return (Finding("answer.warning", Severity.WARNING, where, {"message": message}),)
    return ()


def _is_required(state: State, scope: Scope, question: QuestionForm) -> bool:
    required = question.node.get("required", False)
    if required is False or question.type in ("note", "calculate", "hidden"):
        return False
    return required is True or to_boolean(state.run(required, scope, question.name))


def _form(state: State, scope: Scope, question: QuestionForm, value: str) -> str | None:
    kind = find(question.type)
    if kind is None:
        return None
    offered: list[Choice] = []
    if kind.choices:
        offered = [Choice(row["name"]) for row in choices(state, scope, question)]
    return kind.check(value, question.question, offered)
