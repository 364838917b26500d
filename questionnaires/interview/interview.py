"""`Interview`: the library's one interactive object, used by link pages and by simulation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from questionnaires.compiled.contract import Compiled
from questionnaires.compiled.form import QuestionForm
from questionnaires.findings import Finding
from questionnaires.interview import pages as paging
from questionnaires.interview.choices import arranged, choices, listed, lists_items
from questionnaires.interview.judge import judge
from questionnaires.interview.pages import Page
from questionnaires.interview.shown import Shown, show
from questionnaires.interview.state import State
from questionnaires.logic import Scope

_PART = re.compile(r"([^/\[\]]+)(?:\[(\d{1,4})\])?", re.ASCII)


class Interview:
    """Answers under way. Parameters as in `State`; see there.

    Every method takes and gives paths (`age`, `hh[2]/age`). An unknown path raises KeyError: pages only
    offer known ones, and a request that names another is not a page's.
    """

    def __init__(
        self,
        compiled: Compiled,
        answers: Mapping[str, Any] | None = None,
        preloaded: Mapping[str, str] | None = None,
        now: datetime | None = None,
        language: str = "vi",
        seed: str | None = None,
    ) -> None:
        moment = now if now is not None else datetime.now().astimezone()
        self.state = State(compiled, answers or {}, preloaded, moment, language, seed)
        self._pages: list[Page] | None = None

    @classmethod
    def around(cls, state: State) -> Interview:
        """An interview on a state that exists already."""
        interview = cls.__new__(cls)
        interview.state, interview._pages = state, None
        return interview

    # answers

    def set(self, name: str, value: str) -> None:
        """Set one answer. select_multiple and rank: values with one space between them."""
        scope, question = self._find(name)
        self.state.put(scope, question.name, " ".join(value.split()) if "list" in question.node else value)
        if self.state.form.dynamic:
            self._pages = None

    def value(self, name: str) -> str:
        scope, question = self._find(name)
        return self.state.value(scope, question.name)

    def add(self, name: str) -> str | None:
        """One more instance of an open repeat; its path, or None at the limit."""
        scope, repeat = self._repeat(name)
        child = self.state.add(scope, repeat)
        self._pages = None
        return self.state.path(child) if child is not None else None

    def remove(self, name: str) -> None:
        """Take out the instance `hh[2]`."""
        head, _, last = name.rpartition("/")
        match = _PART.fullmatch(last)
        if match is None or match[2] is None:
            raise KeyError(name)
        self.state.remove(self._scope(head), match[1], int(match[2]))
        self._pages = None

    def answers(self) -> dict[str, Any]:
        """Everything entered, relevant or not: what a draft keeps and a resumed interview starts from."""
        return self._collect(self.state.root, relevant=False)

    def values(self) -> dict[str, Any]:
        """The answer set: relevant questions only, calculations included, blanks left out."""
        self.state.settle()
        return self._collect(self.state.root, relevant=True)

    def irrelevant(self) -> dict[str, str]:
        """Path -> text of answers to questions that are not relevant now: kept apart, never analysed."""
        found = {}
        for scope in self.state.every_scope():
            hidden = scope.parent is not None and scope not in self.state.instances(scope.parent, scope.name)
            for name, value in scope.raw.items():
                if value != "" and (hidden or not self.state.relevant(scope, name)):
                    found[self.state.path(scope, name)] = value
        return found

    def _collect(self, scope: Scope, *, relevant: bool) -> dict[str, Any]:
        state, form = self.state, self.state.form.scopes[scope.chain]
        found: dict[str, Any] = {}
        for name in form.questions:
            value = state.value(scope, name) if relevant else scope.raw.get(name)
            if value or (value == "" and not relevant):
                found[name] = value
        for name in form.repeats:
            instances = state.instances(scope, name) if relevant else scope.repeats.get(name, [])
            if relevant:
                instances = [child for child in instances if state.relevant(child, "")]
            rows = [self._collect(child, relevant=relevant) for child in instances]
            if rows:
                found[name] = rows
        return found

    def orders(self) -> dict[str, str]:
        """Path -> values in the order shown, of every relevant question and group whose order isn't the form's;
        of a question whose items are in an order of their own, the items' numbers.

        What is kept beside the answers, so that the order can be an explanation in the analysis.
        """
        state = self.state
        state.settle()
        found = {}
        for chain, form in state.form.scopes.items():
            for scope in state.scopes(chain):
                for name, question in form.questions.items():
                    if lists_items(question.node) and state.relevant(scope, name):
                        label = state.words(question.node.get("label", {}), scope)
                        found[state.path(scope, name)] = listed(state, scope, question.node, label)[1]
                    elif "order" in question.node and state.relevant(scope, name):
                        values = [row["name"] for row in choices(state, scope, question)]
                        shown = arranged(state, scope, question.node, values, values)
                        found[state.path(scope, name)] = " ".join(shown)
                for name, groups in form.groups.items():
                    if "order" in groups[-1] and state.relevant(scope, "/" + name):
                        rows = paging.inside(state, groups[-1], scope)
                        found[state.path(scope, name)] = " ".join(str(row["name"]) for row in rows)
        return found

    def finish(self, now: datetime) -> None:
        """Note the end of the interview where the form asks for it."""
        self.state.end(now)

    def findings(self) -> tuple[Finding, ...]:
        """Every finding on every relevant question, scope by scope in form order."""
        state = self.state
        state.settle()
        found: list[Finding] = []
        for chain, form in state.form.scopes.items():
            for scope in state.scopes(chain):
                for question in form.questions.values():
                    found.extend(judge(state, scope, question))
        return tuple(found)

    # pages

    def pages(self) -> tuple[Page, ...]:
        if self._pages is None:
            self.state.settle()
            self._pages = paging.build(self.state)
        return tuple(self._pages)

    def page(self, name: str) -> Page:
        for page in self.pages():
            if page.name == name:
                return page
        raise KeyError(name)

    def page_is_relevant(self, page: Page | str) -> bool:
        return paging.is_relevant(self.state, self.page(page) if isinstance(page, str) else page)

    def first_page(self) -> Page | None:
        return self._nearest(self.pages())

    def next_page(self, name: str) -> Page | None:
        """The next relevant page, None at the end."""
        pages = self.pages()
        return self._nearest(pages[self._index(name) + 1 :])

    def previous_page(self, name: str) -> Page | None:
        pages = self.pages()
        return self._nearest(pages[: self._index(name)][::-1])

    def _nearest(self, pages: Sequence[Page]) -> Page | None:
        return next((page for page in pages if self.page_is_relevant(page)), None)

    def _index(self, name: str) -> int:
        for index, page in enumerate(self.pages()):
            if page.name == name:
                return index
        raise KeyError(name)

    def page_label(self, page: Page | str) -> str:
        page = self.page(page) if isinstance(page, str) else page
        group = page.group or {}
        return self.state.words(group.get("label", {}), page.scope)

    def questions(
        self, page: Page | str, *, required: bool = True, everything: bool = False
    ) -> tuple[Shown, ...]:
        """The page's relevant questions in shown order, each with its findings.

        required: False while the page is first drawn, so that blanks are not yet complained about.
        everything: also those that are not relevant now, so that a page can be drawn once and revealed later.
        """
        page = self.page(page) if isinstance(page, str) else page
        state = self.state
        found = []
        for scope, name in page.members:
            if everything or state.relevant(scope, name):
                question = state.form.scopes[scope.chain].questions[name]
                found.append(show(state, scope, question, required=required))
        return tuple(found)

    def progress(self, name: str) -> float:
        """0 to 1: the page's place among all pages. Those not asked count too, so that it never runs backwards."""
        names = [page.name for page in self.pages()]
        return names.index(name) / len(names) if name in names else 1.0

    # paths

    def _find(self, name: str) -> tuple[Scope, QuestionForm]:
        head, _, last = name.rpartition("/")
        scope = self._scope(head)
        return scope, self.state.form.scopes[scope.chain].questions[last]

    def _repeat(self, name: str) -> tuple[Scope, str]:
        head, _, last = name.rpartition("/")
        scope = self._scope(head)
        if last not in self.state.form.scopes[scope.chain].repeats:
            raise KeyError(name)
        return scope, last

    def _scope(self, path: str) -> Scope:
        scope = self.state.root
        for part in path.split("/") if path else ():
            match = _PART.fullmatch(part)
            if match is None or match[2] is None:
                raise KeyError(path)
            instances = self.state.instances(scope, match[1])
            index = int(match[2])
            if not 1 <= index <= len(instances):
                raise KeyError(path)
            scope = instances[index - 1]
        return scope
