"""A page of a questionnaire as its templates need it: fields with their options, values and sentences.

Between `questionnaires.Interview`, which knows what is asked, and `templates/widgets`, which know how it
looks. A respondent's page is made with the answers so far; the collaborator's form is made once, empty, and
the phone's script brings it to life.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l

from questionnaires import Compiled, Finding, Interview, sentence
from survey_app.collection.typed import typed_number

GROUPED = frozenset(
    {"select_one", "select_multiple", "date", "rank", "range", "search", "image", "audio", "file"}
)
WIDGETS = {"integer": "number", "decimal": "number", "barcode": "text"}
DRAWN = frozenset(
    {"select_one", "select_multiple", "minimal", "number", "text", "date", "time", "datetime", "range"}
    | {"note", "acknowledge", "rank"}
)
#: Answered with the phone at the door and nowhere else.
AT_THE_DOOR = frozenset({"image", "audio", "file"})
#: Appearances that ask for a box to type in, whatever the length of the list; and the length from which it is one.
SEARCHED = frozenset({"autocomplete", "search"})
#: Missing by convention where a list labels them so; `dl::missing` says otherwise.
CONVENTION = ("98", "99")
WORDS_FOR_MISSING = {
    "97": _l("Does not apply"),
    "98": _l("Don't know / hard to say"),
    "99": _l("Prefer not to answer"),
}
LARGEST_RANGE = 21
LARGEST_LIST = 30
#: Beyond this a browser that runs scripts isn't given the native control at all.
LARGEST_NATIVE = 300
LARGEST_SCALE = 7
_INSTANCE = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    checked: bool = False
    exclusive: bool = False


@dataclass(frozen=True)
class Field:
    """One question. relevant: shown now. options: those of the scale; apart: don't know, refused.
    native: how a searched list also comes as a plain control: `shown`, `noscript` or `` (not at all)."""

    path: str
    id: str
    type: str
    widget: str
    label: str
    hint: str
    value: str
    relevant: bool
    options: tuple[Option, ...] = ()
    apart: tuple[Option, ...] = ()
    errors: tuple[str, ...] = ()
    appearance: str = ""
    in_grid: bool = False
    heading: str = ""
    heading_name: str = ""
    heading_shown: bool = True
    typed: str = ""
    native: str = "shown"

    @property
    def grouped(self) -> bool:
        """Its controls are several, so that its words are a legend rather than a label."""
        return self.widget in GROUPED

    @property
    def multiline(self) -> bool:
        return "multiline" in self.appearance

    @property
    def parts(self) -> dict[str, str]:
        """Day, month and year of a date, without leading zeros of our own making."""
        year, month, day = ([*self.value.split("-"), "", "", ""])[:3]
        return {"d": day, "m": month, "y": year}

    @property
    def ranked(self) -> list[str]:
        given = self.value.split()
        return given + [""] * (len(self.options) - len(given))

    @property
    def focus(self) -> str:
        """The id that an error message leads to: the question itself, which is never missing."""
        return self.id


@dataclass(frozen=True)
class Page:
    """One page. number: its place among the pages that are relevant now. percent: its place among all pages.

    more: it asks only whether there is one more instance of a repeat.
    """

    name: str
    label: str
    number: int
    percent: int
    first: bool
    last: bool
    more: bool = False
    fields: tuple[Field, ...] = field(default_factory=tuple)

    @property
    def failing(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if f.errors)

    @property
    def shown(self) -> tuple[str, ...]:
        return tuple(f.path for f in self.fields if f.relevant)


def element_id(path: str) -> str:
    return "q-" + re.sub(r"\W+", "-", path).strip("-")


def missing_codes(kind: str, extra: Any) -> frozenset[str]:
    """The codes of a question that mean no answer: don't know, refused."""
    declared = extra.get("dl::missing", "")
    if declared:
        pairs = [part.partition("=") for part in declared.replace(",", " ").split()]
        return frozenset(code for code, _, why in pairs if why != "not_applicable")
    return frozenset(CONVENTION) if kind in ("select_one", "select_multiple") else frozenset()


def widget_of(kind: str, appearance: str, options: int, *, offline: bool = False) -> str:
    """options: how long the question's list is before any choice_filter, which changes while one answers.
    offline: for the phone's app, which alone takes photos and recordings."""
    if offline and kind in AT_THE_DOOR:
        return kind
    asked = set(re.split(r"[\s(]+", appearance))
    if kind in ("select_one", "select_multiple") and (SEARCHED & asked or options > LARGEST_LIST):
        return "search"
    if kind == "select_one" and "minimal" in asked:
        return "minimal"
    name = WIDGETS.get(kind, kind)
    return name if name in DRAWN else "unsupported"


def _range_options(given: Any, value: str, language: str) -> tuple[Option, ...]:
    try:
        start, end, step = (
            Decimal(given.get(k, d)) for k, d in (("start", "1"), ("end", "10"), ("step", "1"))
        )
        count = int(abs(end - start) / abs(step)) + 1
    except ArithmeticError:
        return ()
    if count > LARGEST_RANGE:
        return ()
    direction = abs(step) if end >= start else -abs(step)
    texts = [format(start + direction * i, "f") for i in range(count)]
    return tuple(Option(text, typed_number(text, language), text == value) for text in texts)


def _options(
    shown: Any, apart_codes: frozenset[str], language: str
) -> tuple[tuple[Option, ...], tuple[Option, ...]]:
    """(the scale, those set apart), in the order shown."""
    kind, value = shown.type, shown.value
    if kind == "range":
        return _range_options(shown.parameters, value, language), ()
    given = set(value.split()) if kind in ("select_multiple", "rank") else {value}
    if kind in ("integer", "decimal"):
        words = WORDS_FOR_MISSING
        return (), tuple(
            Option(code, str(words.get(code[-2:], words["99"])), code in given)
            for code in sorted(apart_codes)
        )
    several = kind == "select_multiple"
    made = [
        Option(c.value, c.label, c.value in given, several and (c.exclusive or c.value in apart_codes))
        for c in shown.choices
    ]
    scale = tuple(o for o in made if o.value not in apart_codes)
    if not scale:  # nothing but missing codes: then there is nothing to set them apart from
        return tuple(made), ()
    return scale, tuple(o for o in made if o.value in apart_codes)


def words_for(finding: Finding, language: str) -> str:
    """The author's own message where there is one, else the catalogue's sentence."""
    return str(finding.params.get("message") or sentence(finding, language).removesuffix(" …"))


@lru_cache(maxsize=16)
def list_sizes(form: Any) -> dict[str, int]:
    """How many choices each select has, by its path without the places of instances."""
    document = form.document
    sizes: dict[str, int] = {}
    waiting = [("", node) for node in document["children"]]
    while waiting:
        above, node = waiting.pop()
        inside = f"{above}{node['name']}/" if node["kind"] == "repeat" else above
        waiting.extend((inside, child) for child in node.get("children", ()))
        if name := node.get("list"):
            sizes[above + node["name"]] = len(document["lists"].get(name) or document["data"].get(name, ()))
    return sizes


def field_of(
    shown: Any, language: str, *, relevant: bool, page: str, judged: bool, size: int, offline: bool = False
) -> Field:
    """One field. shown: a `questionnaires` Shown. judged: say what is wrong with it. size: of its whole list.
    offline: for the phone's app, which always runs its script."""
    apart_codes = missing_codes(shown.type, shown.extra)
    options, apart = _options(shown, apart_codes, language)
    errors: tuple[str, ...] = ()
    if judged:
        errors = tuple(words_for(f, language) for f in shown.findings if f.severity == "error")
    typed = shown.value
    if any(o.checked for o in apart):
        typed = ""
    elif shown.type in ("integer", "decimal", "range"):
        typed = typed_number(typed, language)
    inner = shown.group if shown.group not in ("", page.rsplit("/", 1)[-1]) else ""
    return Field(
        path=shown.name,
        id=element_id(shown.name),
        type=shown.type,
        widget=widget_of(shown.type, shown.appearance, size, offline=offline),
        label=shown.label,
        hint=shown.hint,
        value=shown.value,
        relevant=relevant,
        options=options,
        apart=apart,
        errors=errors,
        appearance=shown.appearance,
        in_grid=bool(inner) and shown.type == "select_one" and len(options) <= LARGEST_SCALE,
        heading=shown.group_label if inner else "",
        heading_name=inner,
        typed=typed,
        native="" if offline else "shown" if size <= LARGEST_NATIVE else "noscript",
    )


def _headed(made: list[Field]) -> tuple[Field, ...]:
    """Each inner group's heading once, before its first field; shown while any of its fields is."""
    shown = {f.heading_name for f in made if f.relevant}
    seen: set[str] = set()
    done = []
    for f in made:
        first = f.heading_name not in seen
        seen.add(f.heading_name)
        done.append(replace(f, heading=f.heading if first else "", heading_shown=f.heading_name in shown))
    return tuple(done)


def page_of(interview: Interview, name: str, language: str, *, judged: bool = False) -> Page:
    """The page `name` with the answers so far. judged: with what is wrong beside each question."""
    page = interview.page(name)
    state = interview.state
    relevant = {state.path(scope, asked) for scope, asked in page.members if state.relevant(scope, asked)}
    sizes = list_sizes(state.form)
    made = [
        field_of(
            shown,
            language,
            relevant=shown.name in relevant,
            page=name,
            judged=judged,
            size=sizes.get(_INSTANCE.sub("", shown.name), 0),
        )
        for shown in interview.questions(page, required=judged, everything=True)
    ]
    before, after = interview.previous_page(name), interview.next_page(name)
    order = [p.name for p in interview.pages()]
    return Page(
        name=name,
        label=interview.page_label(page),
        number=sum(interview.page_is_relevant(p) for p in interview.pages()[: order.index(name)]) + 1,
        percent=round(100 * order.index(name) / len(order)),
        first=before is None,
        # Before the first answers nothing else may be relevant yet; that doesn't make it the end.
        last=after is None and before is not None,
        more=page.kind == "repeat",
        fields=_headed(made),
    )


def _with_instances(compiled: Compiled) -> Interview:
    """A blank interview in which every repeat, counted or open, has its first instance."""
    document = copy.deepcopy(compiled.document)
    waiting = list(document["children"])
    while waiting:
        node = waiting.pop()
        node.pop("count", None)
        waiting.extend(node.get("children", ()))
    interview = Interview(Compiled(document), {}, {}, language="vi")
    added: set[str] = set()
    while fresh := [p.name for p in interview.pages() if p.kind == "repeat" and p.name not in added]:
        added.add(fresh[0])
        interview.add(fresh[0])
    return interview


@lru_cache(maxsize=16)
def blank_pages(compiled: Compiled) -> tuple[Page, ...]:
    """Every page without answers, in Vietnamese: the phone's script fills in words, order and answers.

    A page of a repeat stands for all its instances: it is that of the first, `hh[1]`.
    """
    interview, sizes = _with_instances(compiled), list_sizes(compiled.form)
    return tuple(
        Page(
            name=page.name,
            label=interview.page_label(page),
            number=number,
            percent=0,
            first=False,
            last=False,
            more=page.kind == "repeat",
            fields=_headed(
                [
                    field_of(
                        shown,
                        "vi",
                        relevant=False,
                        page=page.name,
                        judged=False,
                        size=sizes.get(_INSTANCE.sub("", shown.name), 0),
                        offline=True,
                    )
                    for shown in interview.questions(page, required=False, everything=True)
                ]
            ),
        )
        for number, page in enumerate(interview.pages(), 1)
    )


def outcome_of(compiled: Compiled, values: Any) -> str:
    """How an interview that reached its end ended: an answer may say so (`dl::ends`), else complete.

    `dl::ends` of a question: `2=refused 3=ineligible`.
    """
    for name, asked in compiled.form.scopes[()].questions.items():
        declared = asked.node.get("extra", {}).get("dl::ends", "")
        for rule in declared.replace(",", " ").split():
            value, _, outcome = rule.partition("=")
            if values.get(name) == value:
                return str(outcome)
    return "complete"
