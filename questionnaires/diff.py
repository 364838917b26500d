"""What changed between two versions of a questionnaire, and what it means for answers already collected."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from questionnaires.compiled import compile_questionnaire
from questionnaires.findings import Finding, Severity, Where
from questionnaires.interview import Interview
from questionnaires.model import (
    DEVICES,
    Choice,
    Experiment,
    Group,
    Node,
    Question,
    Questionnaire,
    Repeat,
    Text,
)
from questionnaires.types.registry import REGISTRY


class Safety(StrEnum):
    """SAFE: earlier answers keep their meaning. RISKY: they may not be comparable; a person decides.
    BREAKING: they can't go on under the same name.
    """

    SAFE = "safe"
    RISKY = "risky"
    BREAKING = "breaking"


@dataclass(frozen=True)
class Change:
    """One change. name: the question's, list's or experiment's; params fill the sentence of `code`."""

    code: str
    safety: Safety
    name: str
    params: Mapping[str, str | int | float] = field(default_factory=dict)

    @property
    def finding(self) -> Finding:
        """The change as a finding, so that `sentence` says it."""
        severity = {"safe": Severity.NOTE, "risky": Severity.WARNING, "breaking": Severity.ERROR}[self.safety]
        return Finding(self.code, severity, Where(name=self.name), {"name": self.name, **self.params})


@dataclass(frozen=True)
class _Place:
    question: Question
    repeat: str
    position: int


#: Changes of type that leave every stored answer valid and its column of the same kind.
_WIDER_TYPES = {("integer", "decimal"), ("range", "decimal"), ("calculate", "hidden"), ("barcode", "text")}
_LETTERS = re.compile(r"[\W_]+")
_NUMBERS = re.compile(r"(?<![\w.$])-?\d+(?:\.\d+)?")
_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def diff(old: Questionnaire, new: Questionnaire) -> tuple[Change, ...]:
    """Every change from old to new, in the new version's order, removed questions last."""
    before, after = _places(old), _places(new)
    changes: list[Change] = []
    gone = [name for name in before if name not in after]
    fresh = [name for name in after if name not in before]
    renamed = _renamed(before, after, gone, fresh)
    for name, place in after.items():
        if name in before:
            changes.extend(_question(old, new, before[name], place))
        elif name in renamed:
            changes.append(Change("diff.renamed", Safety.BREAKING, name, {"old": renamed[name]}))
        elif "dl::generated" not in place.question.extra:
            changes.append(Change("diff.added", Safety.SAFE, name))
    changes.extend(
        Change("diff.removed", Safety.RISKY, name) for name in gone if name not in renamed.values()
    )
    kept = [name for name in before if name in after]
    if kept != [name for name in after if name in before]:
        changes.append(Change("diff.order", Safety.RISKY, new.form_id))
    changes.extend(_experiments(old, new))
    changes.extend(
        Change("diff.language-removed", Safety.SAFE, language)
        for language in old.languages
        if language not in new.languages
    )
    return tuple(changes)


def _places(questionnaire: Questionnaire) -> dict[str, _Place]:
    """Questions that hold an answer, by `repeat/name`, since names are unique within a repeat only."""

    def walk(nodes: tuple[Node, ...], repeat: str) -> Iterator[_Place]:
        for node in nodes:
            if isinstance(node, Question):
                kind = REGISTRY.get(node.type)
                if kind is not None and node.type != "note":
                    yield _Place(node, repeat, 0)
            elif isinstance(node, Repeat):
                yield from walk(node.children, f"{repeat}{node.name}/")
            elif isinstance(node, Group):
                yield from walk(node.children, repeat)

    return {f"{place.repeat}{place.question.name}": place for place in walk(questionnaire.children, "")}


def _renamed(
    before: Mapping[str, _Place], after: Mapping[str, _Place], gone: list[str], fresh: list[str]
) -> dict[str, str]:
    """new name -> old name, where type and list agree and the words are all but the same."""
    found: dict[str, str] = {}
    for name in fresh:
        place = after[name]
        for candidate in gone:
            other = before[candidate]
            if candidate in found.values() or place.question.type != other.question.type:
                continue
            moved = place.question.name == other.question.name
            if moved or _alike(_words(place.question.label), _words(other.question.label)):
                found[name] = candidate
                break
    return found


def _alike(one: str, other: str) -> bool:
    return bool(one) and difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() > 0.9


def _question(old: Questionnaire, new: Questionnaire, was: _Place, now: _Place) -> Iterator[Change]:
    a, b = was.question, now.question
    name = f"{now.repeat}{b.name}"

    def change(code: str, safety: Safety, **params: str | int) -> Change:
        return Change(f"diff.{code}", safety, name, params)

    if a.type != b.type:
        safety = Safety.SAFE if (a.type, b.type) in _WIDER_TYPES else Safety.BREAKING
        yield change("type", safety, old=a.type, new=b.type)
        if safety is Safety.BREAKING:
            return
    yield from _wording(name, a, b)
    yield from _choices(name, old, new, a, b)
    if a.constraint != b.constraint:
        yield _constraint(name, old, new, a, b)
    if a.relevant != b.relevant:
        yield change("relevant", Safety.RISKY, old=a.relevant or "-", new=b.relevant or "-")
    if a.calculation != b.calculation:
        yield change("calculation", Safety.RISKY)
    if a.choice_filter != b.choice_filter:
        yield change("filter", Safety.RISKY)
    if a.parameters != b.parameters and b.type == "range":
        yield change("range", Safety.RISKY)
    if a.required != b.required:
        yield change("required", Safety.SAFE)
    for column in ("dl::missing", "dl::exclusive", "dl::order"):
        if a.extra.get(column, "") != b.extra.get(column, ""):
            yield change("column", Safety.RISKY, column=column)
    if a.extra.get("dl::level", "") != b.extra.get("dl::level", ""):
        yield change("column", Safety.SAFE, column="dl::level")


def _words(text: Text) -> str:
    return " | ".join(_LETTERS.sub(" ", text[language]).strip().lower() for language in sorted(text))


def _wording(name: str, a: Question, b: Question) -> Iterator[Change]:
    for column, before, after in (("label", a.label, b.label), ("hint", a.hint, b.hint)):
        for language in sorted({*before, *after}):
            one, other = before.get(language, ""), after.get(language, "")
            if one == other:
                continue
            same = _LETTERS.sub(" ", one).strip().lower() == _LETTERS.sub(" ", other).strip().lower()
            safe = same or not one or column == "hint"
            params = {"column": column, "language": language}
            yield Change("diff.wording", Safety.SAFE if safe else Safety.RISKY, name, params)


def _choices(name: str, old: Questionnaire, new: Questionnaire, a: Question, b: Question) -> Iterator[Change]:
    if not a.list_name and not b.list_name:
        return
    before = old.lists[a.list_name].choices if a.list_name in old.lists else ()
    after = new.lists[b.list_name].choices if b.list_name in new.lists else ()
    was, now = {c.value: c for c in before}, {c.value: c for c in after}
    for value in was:
        if value not in now:
            yield Change(
                "diff.choice-dropped", Safety.BREAKING, name, {"value": value, "label": _first(was[value])}
            )
    for value in now:
        if value not in was:
            yield Change(
                "diff.choice-added", Safety.SAFE, name, {"value": value, "label": _first(now[value])}
            )
    old_words = {_words(choice.label): value for value, choice in was.items()}
    for value in was:
        if value not in now or _words(was[value].label) == _words(now[value].label):
            continue
        shared = {k: v for k, v in now[value].label.items() if k in was[value].label}
        if _words({k: was[value].label[k] for k in shared}) == _words(shared):
            continue
        taken = old_words.get(_words(now[value].label), value)
        safety = Safety.BREAKING if taken != value else Safety.RISKY
        params = {"value": value, "old": _first(was[value]), "new": _first(now[value])}
        yield Change("diff.choice-label", safety, name, params)
    shared_order = [value for value in was if value in now]
    if shared_order != [value for value in now if value in was]:
        yield Change("diff.choice-order", Safety.RISKY, name)


def _first(choice: Choice) -> str:
    return next(iter(choice.label.values()), choice.value)


def _constraint(name: str, old: Questionnaire, new: Questionnaire, a: Question, b: Question) -> Change:
    """Narrowed, widened or other, by trying values on both where the constraint reads only its own answer."""
    safety, code = Safety.RISKY, "diff.constraint"
    values = _tried(old, new, a, b)
    before, after = _accepted(old, a, values), _accepted(new, b, values)
    if before is not None and after is not None:
        if before - after:
            safety, code = Safety.BREAKING, "diff.constraint-narrowed"
        elif after - before:
            safety, code = Safety.SAFE, "diff.constraint-widened"
    return Change(code, safety, name, {"old": a.constraint or "-", "new": b.constraint or "-"})


def _tried(old: Questionnaire, new: Questionnaire, a: Question, b: Question) -> list[str]:
    values: list[str] = []
    for text in _NUMBERS.findall(a.constraint + " " + b.constraint):
        number = float(text)
        for near in (number - 1, number, number + 1):
            values.append(str(int(near)) if near.is_integer() else str(near))
    singles = [
        c.value
        for q, h in ((old, a), (new, b))
        if h.list_name in q.lists
        for c in q.lists[h.list_name].choices
    ]
    singles = list(dict.fromkeys(singles))[:60]
    values += singles
    if b.type == "select_multiple":
        values += [f"{one} {other}" for one in singles[:25] for other in singles[:25] if one != other]
        values += [" ".join(singles[:count]) for count in range(3, min(len(singles), 12))]
    if b.type == "text":
        values += ["a", "abc", "A1", "0912345678", "x" * 200, "Nguyễn"]
    return list(dict.fromkeys(values))


def _accepted(questionnaire: Questionnaire, question: Question, values: list[str]) -> set[str] | None:
    """The values that the question's constraint accepts; None where it reads other questions."""
    if "${" in question.constraint or "instance(" in question.constraint:
        return None
    lists = (
        {question.list_name: questionnaire.lists[question.list_name]}
        if question.list_name in questionnaire.lists
        else {}
    )
    alone = Question(
        name=question.name, type=question.type, list_name=question.list_name, constraint=question.constraint
    )
    compiled = compile_questionnaire(Questionnaire("alone", {}, (alone,), lists)).compiled
    if compiled is None:
        return None
    interview = Interview(compiled, {}, {}, _MOMENT)
    page = interview.pages()
    if not page:
        return None
    accepted = set()
    for value in values:
        interview.set(question.name, value)
        if not interview.questions(page[0])[0].findings:
            accepted.add(value)
    return accepted


def _design(experiment: Experiment) -> tuple[object, ...]:
    """What the estimate rests on: another probability of a device makes other answers of the same question."""
    device = experiment.kind in DEVICES
    own = (dict(experiment.parameters), {a: dict(p) for a, p in experiment.of_arm.items()}) if device else ()
    return experiment.kind, dict(experiment.arms), own


def _experiments(old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    before = {e.name: e for e in old.experiments}
    after = {e.name: e for e in new.experiments}
    for name in {**before, **after}:
        if name not in before:
            yield Change("diff.experiment-added", Safety.SAFE, name)
        elif name not in after:
            yield Change("diff.experiment-removed", Safety.RISKY, name)
        elif _design(before[name]) != _design(after[name]):
            yield Change("diff.experiment-changed", Safety.BREAKING, name)
