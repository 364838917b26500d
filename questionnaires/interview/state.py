"""Answers in their scopes, and everything computed from them: values, relevance, repeat counts.

Values are computed on demand and remembered until the next change; `settle` goes through the contract's
order first, so that no chain of dependencies is ever deep. JavaScript twin: `logic_state.js`.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from questionnaires.compiled.contract import Compiled
from questionnaires.compiled.form import QuestionForm
from questionnaires.logic import Context, Scope, evaluate
from questionnaires.logic.dates import DAY, datetime_text
from questionnaires.logic.values import Value, stored, to_boolean, to_number, to_text

MAX_INSTANCES = 500
_BUSY = object()
#: Half of a character beyond the basic plane, as a phone may send it.
_LONE = re.compile("[\ud800-\udfff]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def normal(value: object) -> str:
    """An answer as it is kept: NFC text that UTF-8 can write, no NUL; None is blank."""
    if value is None:
        return ""
    return unicodedata.normalize("NFC", _LONE.sub("\ufffd", str(value))).replace("\x00", "")


class State:
    """answers: as stored (names -> texts, a repeat -> list of such). preloaded: values of the case, which
    win over answers of the same name. now: aware; a naive one is read on the questionnaire's clock.
    seed: of every order left to chance; by default drawn from the preloaded values.
    """

    def __init__(
        self,
        compiled: Compiled,
        answers: Mapping[str, Any],
        preloaded: Mapping[str, str] | None,
        now: datetime,
        language: str,
        seed: str | None = None,
        *,
        defaults: bool = True,
    ) -> None:
        self.form = compiled.form
        self.document: dict[str, Any] = compiled.document
        self.language = language
        self.version = str(self.document["version"])
        self.offset = int(self.document["offset"])
        self.now_days = _days(now, self.offset)
        self.preloaded = {key: normal(value) for key, value in (preloaded or {}).items()}
        self.seed = seed if seed is not None else _default_seed(self.preloaded)
        self.unknown: list[str] = []
        self._settled = False
        self._defaults = defaults
        self._random = random.SystemRandom()
        self.root = Scope("", None)
        self._load(self.root, answers)
        for name, value in self.preloaded.items():
            if name in self.form.scopes[()].questions:
                self.root.raw[name] = value
        if defaults:
            self._start(self.root)
            self.forget()

    # answers in

    def _load(self, scope: Scope, answers: Mapping[str, Any], path: str = "") -> None:
        form = self.form.scopes[scope.chain]
        for name, value in answers.items():
            if name in form.questions and not isinstance(value, list | dict):
                scope.raw[name] = normal(value)
            elif name in form.repeats and isinstance(value, list):
                for row in value[:MAX_INSTANCES]:
                    self._load(
                        self._append(scope, name), row if isinstance(row, dict) else {}, f"{path}{name}/"
                    )
                if len(value) > MAX_INSTANCES:
                    self.unknown.append(f"{path}{name}[{MAX_INSTANCES + 1}]")
            else:
                self.unknown.append(path + str(name))

    def _append(self, scope: Scope, name: str) -> Scope:
        siblings = scope.repeats.setdefault(name, [])
        child = Scope(name, scope, len(siblings) + 1)
        siblings.append(child)
        return child

    def _start(self, scope: Scope) -> None:
        """Defaults and facts of the start, where nothing is answered yet; inner instances too."""
        form = self.form.scopes[scope.chain]
        for name, question in form.questions.items():
            if name in scope.raw:
                continue
            if question.type in ("start", "today"):
                scope.raw[name] = to_text(
                    self.run(["now" if question.type == "start" else "today"], scope, name)
                )
            elif "default" in question.node:
                default = question.node["default"]
                if isinstance(default, str):
                    scope.raw[name] = default
                else:
                    scope.raw[name] = normal(stored(self.run(default[1], scope, name)))
            scope.memo.clear()  # a later default may read this one
        for instances in scope.repeats.values():
            for child in instances:
                self._start(child)

    # change

    def end(self, now: datetime) -> None:
        """Answer the questions of type `end`."""
        moment = datetime_text(_days(now, self.offset), self.offset)
        for name, question in self.form.scopes[()].questions.items():
            if question.type == "end":
                self.root.raw[name] = moment
        self.forget()

    def put(self, scope: Scope, name: str, value: str) -> None:
        """Set one answer, and recalculate what waits for it as its trigger."""
        scope.raw[name] = normal(value)
        self.forget()
        for question in self.form.triggers.get(name, ()):
            for place in self.scopes(question.chain):
                result = self.run(question.node["calculation"], place, question.name)
                place.raw[question.name] = normal(stored(result))
            self.forget()

    def add(self, scope: Scope, name: str) -> Scope | None:
        """One more instance of a repeat; None at the limit."""
        if len(scope.repeats.get(name, ())) >= MAX_INSTANCES:
            return None
        child = self._append(scope, name)
        self.forget()
        if self._defaults:
            self._start(child)
        self.forget()
        return child

    def remove(self, scope: Scope, name: str, index: int) -> None:
        """Take out one instance (1-based); those behind it move up."""
        siblings = scope.repeats.get(name, [])
        if 1 <= index <= len(siblings):
            del siblings[index - 1]
            for position, child in enumerate(siblings, 1):
                child.index = position
        self.forget()

    def forget(self) -> None:
        """Drop everything computed."""
        self._settled = False
        for scope in self.every_scope():
            scope.memo.clear()

    def settle(self) -> None:
        """Compute every value and relevance in dependency order, so that no evaluation goes deep."""
        if self._settled:
            return
        self._settled = True
        for chain, name in self.form.order:
            for scope in self.scopes(chain):
                if name in self.form.scopes[chain].repeats:
                    self.instances(scope, name)
                else:
                    self.value(scope, name)

    # what expressions ask

    def run(self, tree: Any, scope: Scope, name: str = "") -> Value:
        return evaluate(tree, Context(self, scope, name))

    def value(self, scope: Scope, name: str) -> str:
        if not self._settled:
            self.settle()
        known = scope.memo.get(name)
        if known is None:
            question = self.form.scopes[scope.chain].questions.get(name)
            if question is None:
                return ""
            scope.memo[name] = ""  # what a loop that compilation let through would read
            known = self._compute(scope, name, question) if self.relevant(scope, name) else ""
            scope.memo[name] = known
        return str(known)

    def _compute(self, scope: Scope, name: str, question: QuestionForm) -> str:
        node = question.node
        raw = scope.raw.get(name, "")
        if "calculation" not in node or "trigger" in node or (raw and node.get("sticky")):
            return raw
        result = normal(stored(self.run(node["calculation"], scope, name)))
        if node.get("sticky"):
            scope.raw[name] = result
        return result

    def relevant(self, scope: Scope, name: str) -> bool:
        if not self._settled:
            self.settle()
        key = "?" + name
        known = scope.memo.get(key)
        if known is None:
            scope.memo[key] = True
            known = self._relevant(scope, name)
            scope.memo[key] = known
        return bool(known)

    def _relevant(self, scope: Scope, name: str) -> bool:
        form = self.form.scopes[scope.chain]
        if name == "":
            if scope.parent is None:
                return True
            repeat = self.form.scopes[scope.parent.chain].repeats[scope.name]
            outside = repeat.groups[-1]["name"] if repeat.groups else None
            around = "/" + outside if outside is not None else ""
            return self.relevant(scope.parent, around) and self._holds(repeat.node, scope)
        if name.startswith("/"):
            groups = form.groups[name[1:]]
            around = "/" + groups[-2]["name"] if len(groups) > 1 else ""
            return self.relevant(scope, around) and self._holds(groups[-1], scope)
        question = form.questions[name]
        around = "/" + question.groups[-1]["name"] if question.groups else ""
        return self.relevant(scope, around) and self._holds(question.node, scope)

    def _holds(self, node: Mapping[str, Any], scope: Scope) -> bool:
        tree = node.get("relevant")
        return tree is None or to_boolean(self.run(tree, scope, str(node["name"])))

    def is_repeat(self, scope: Scope, name: str) -> bool:
        return name in self.form.scopes[scope.chain].repeats

    def instances(self, scope: Scope, name: str) -> Sequence[Scope]:
        """The instances there are; a counted repeat has as many as its count, kept ones hidden beyond it."""
        repeat = self.form.scopes[scope.chain].repeats.get(name)
        siblings = scope.repeats.setdefault(name, [])
        if repeat is None or "count" not in repeat.node:
            return siblings
        known = scope.memo.get("#" + name)
        if known is None:
            # A count may read its own instances ("another one?"): meanwhile they are those there were.
            shown = scope.shown.get(name, len(siblings))
            scope.memo["#" + name] = str(shown)
            wanted = to_number(self.run(repeat.node["count"], scope, name))
            count = int(max(0.0, min(float(MAX_INSTANCES), wanted))) if wanted == wanted else 0
            if count != shown:
                self._forget_values()
            scope.shown[name] = count
            scope.memo["#" + name] = known = str(count)
            while len(siblings) < count:
                child = self._append(scope, name)
                if self._defaults:
                    self._start(child)
        return siblings[: int(known)]

    def _forget_values(self) -> None:
        """What was computed while a count was in the making; the counts themselves stay."""
        for scope in self.every_scope():
            for key in [key for key in scope.memo if not key.startswith("#")]:
                del scope.memo[key]

    def items(self, name: str) -> Sequence[Mapping[str, str]]:
        """Rows of a list or table, labels in the interview's language."""
        return self.form.rows(name, self.language)

    def choice_label(self, name: str, value: str, scope: Scope) -> str:
        piped = self.form.piped.get(name, {}).get(value)
        if piped is not None:
            return self.words(piped, scope)
        found = self.lookup(name, "name", value)
        return found[0][1].get("label", "") if found else ""

    def lookup(self, name: str, column: str, text: str) -> Sequence[tuple[int, Mapping[str, str]]]:
        return self.form.lookup(name, self.language, column, text)

    def words(self, text: Mapping[str, Any], scope: Scope | None = None) -> str:
        """A text in the interview's language, else the default one, else any; `${…}` filled in."""
        for language in (self.language, self.document["default_language"], *sorted(text)):
            if language in text:
                return self._filled(text[language], scope or self.root)
        return ""

    def _filled(self, parts: str | list[Any], scope: Scope) -> str:
        if isinstance(parts, str):
            return parts
        return "".join(p if isinstance(p, str) else stored(self.run(p, scope)) for p in parts)

    def random(self) -> float:
        return self._random.random()

    def seed_for(self, path: str) -> str:
        """A seed of its own for each question's order."""
        return f"{self.seed}|{path}"

    # walking

    def scopes(self, chain: Sequence[str]) -> list[Scope]:
        """Every scope there is now of that chain of repeats."""
        found = [self.root]
        for name in chain:
            found = [child for scope in found for child in self.instances(scope, name)]
        return found

    def every_scope(self) -> Iterator[Scope]:
        waiting = [self.root]
        while waiting:
            scope = waiting.pop()
            yield scope
            for instances in scope.repeats.values():
                waiting.extend(instances)

    def path(self, scope: Scope, name: str = "") -> str:
        """`hh[1]/name`: how the outside names a question of an instance."""
        parts: list[str] = [name] if name else []
        while scope.parent is not None:
            parts.append(f"{scope.name}[{scope.index}]")
            scope = scope.parent
        return "/".join(reversed(parts))


def _days(now: datetime, offset: int) -> float:
    if now.tzinfo is None:
        milliseconds = (now.replace(tzinfo=UTC) - _EPOCH).total_seconds() * 1000
    else:
        milliseconds = (now - _EPOCH).total_seconds() * 1000 + offset * 60_000
    return (milliseconds // 1) / DAY


def _default_seed(preloaded: Mapping[str, str]) -> str:
    if preloaded.get("order_seed"):
        return preloaded["order_seed"]
    return "&".join(f"{key}={preloaded[key]}" for key in sorted(preloaded))
