"""From a published questionnaire to the list of things to report: which questions, how, and for whom asked.

Not reported: background questions, open text, hidden values, and the raw answers of list experiments and of
devices that hide the single answer (their estimated share is). What
was asked and isn't reported is listed with its reason, so that a release can say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from questionnaires import DEVICES, Compiled
from survey_app.reporting import scales
from survey_app.reporting.cube import (
    ANSWER,
    APART,
    DIFFERENCE,
    ESTIMATED_SHARE,
    MULTIPLE,
    NET,
    NUMBER,
    PREVALENCE,
    SHARES,
    Condition,
    Row,
    Section,
    Text,
)
from survey_app.tabulation.devices import yes_value

MISSING = ("98", "99")
NUMBERS_MISSING = ("98", "99", "998", "999", "9998", "9999")
# Codes from 90 on stand beside a scale ("does not produce"), whatever their label.
BESIDE_A_SCALE = 90
NOT_ASKED: Text = {
    "vi": "Không hỏi, không biết hoặc không trả lời",
    "en": "Not asked, don’t know or no answer",
}
OTHER_ANSWERS: Text = {"vi": "Câu trả lời khác", "en": "Other answers"}
OTHER_OR_NONE: Text = {"vi": "Khác, không biết hoặc không trả lời", "en": "Other, don’t know or no answer"}
UNANSWERED: Text = {"vi": "Không biết hoặc không trả lời", "en": "Don’t know or no answer"}
OR: Text = {"vi": "hoặc", "default": "hoặc", "en": "or"}
# A number: its classes are made when the answers are known (`classes.py`), then it is a topic of shares.
NUMBERS = "numbers"
NOT_ASKED_TYPES = (
    "note",
    "calculate",
    "hidden",
    "start",
    "end",
    "today",
    "deviceid",
    "audit",
    "xml-external",
)


@dataclass(frozen=True)
class Source:
    """One question (or arm) whose answers feed a topic. codes: {stored value: position among the rows}."""

    question: str
    arm: str
    codes: Mapping[str, int]


@dataclass(frozen=True)
class Spec:
    """A topic before there are figures. rows: in the order shown; nets after the answers they sum.

    missing: stored values that are no numbers (numbers and list experiments). experiment: what the questionnaire
    declares of a device that hides the single answer; yes: the stored value that means "yes"; valid: the answers.
    """

    name: str
    kind: str
    section: str
    wording: Text
    rows: tuple[Row, ...]
    sources: tuple[Source, ...]
    stem: Text = field(default_factory=dict)
    short: Text = field(default_factory=dict)
    grid: str = ""
    arms: dict[str, Text] = field(default_factory=dict)
    asked: tuple[Condition, ...] = ()
    partly: bool = False
    ordered: bool = False
    level: str = ""
    missing: tuple[str, ...] = ()
    experiment: Mapping[str, Any] = field(default_factory=dict)
    yes: str = ""
    valid: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Everything to report. left_out: [{"name", "wording", "why"}].

    why: background, open, other-type, raw-experiment, raw-device.
    """

    specs: tuple[Spec, ...]
    sections: tuple[Section, ...]
    left_out: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class _Place:
    """A question's node with the groups around it, outermost first."""

    node: Mapping[str, Any]
    groups: tuple[Mapping[str, Any], ...]

    @property
    def name(self) -> str:
        return str(self.node["name"])

    @property
    def extra(self) -> Mapping[str, str]:
        return self.node.get("extra", {})

    def declared(self, column: str) -> str:
        """A `dl::` column of the question, else of the nearest group that has it."""
        for node in (self.node, *reversed(self.groups)):
            value = node.get("extra", {}).get(column, "")
            if value:
                return str(value).strip()
        return ""


def plan(compiled: Compiled) -> Plan:
    """What to report of a questionnaire, in its order."""
    document = compiled.document
    places = {place.name: place for place in _walk(document["children"], ())}
    experiments = [e for e in document["experiments"] if e["kind"] != "order"]
    inside = {question: e for e in experiments for question in e["arms"].values() if question}
    specs: list[Spec] = []
    left_out: list[dict[str, Any]] = []
    sections: dict[str, Section] = {}
    done: set[str] = set()
    for place in places.values():
        section = _section(place)
        experiment = inside.get(place.name)
        if experiment is not None:
            if experiment["kind"] == "list":
                left_out.append(_left(place, "raw-experiment"))
            if experiment["kind"] in DEVICES:
                left_out.append(_left(place, "raw-device"))
            if experiment["name"] not in done:
                done.add(experiment["name"])
                spec = _experiment(experiment, places, document, section.name)
                if spec is not None:
                    specs.append(spec)
                    sections.setdefault(section.name, section)
            continue
        spec_or_reason = _question(place, places, document, section.name)
        if isinstance(spec_or_reason, Spec):
            specs.append(spec_or_reason)
            sections.setdefault(section.name, section)
        elif spec_or_reason:
            left_out.append(_left(place, spec_or_reason))
    return Plan(tuple(specs), tuple(sections.values()), tuple(left_out))


def with_unasked(spec: Spec) -> Spec:
    """The topic with the few who weren't asked among those who gave no answer: then it is of everyone.

    The stored value of one who wasn't asked is the empty text.
    """
    source = spec.sources[0]
    rows = list(spec.rows)
    place = next((i for i, row in enumerate(rows) if row.kind == APART and row.label == UNANSWERED), None)
    if place is None:
        place = sum(row.kind != NET for row in rows)
        rows.insert(place, Row("unasked", NOT_ASKED, APART))
    else:
        rows[place] = replace(rows[place], label=NOT_ASKED)
    codes = {**source.codes, "": place}
    return replace(spec, rows=tuple(rows), sources=(replace(source, codes=codes),), asked=(), partly=False)


def gathered(spec: Spec, names: Sequence[str], *, with_unanswered: bool) -> Spec:
    """The topic with these answers as one row: "other answers" after the rest, or with those who gave none."""
    apart = [row for row in spec.rows if row.kind == APART] if with_unanswered else []
    gone = {*names, *(row.name for row in apart)}
    rest = [row for row in spec.rows if row.name not in gone]
    at = sum(row.kind == ANSWER for row in rest)
    label, kind = (OTHER_OR_NONE, APART) if apart else (OTHER_ANSWERS, ANSWER)
    rest.insert(at, Row("+".join(sorted(gone)), label, kind))
    new = {row.name: place for place, row in enumerate(rest)} | dict.fromkeys(gone, at)
    old = [row.name for row in spec.rows]
    sources = tuple(
        replace(source, codes={value: new[old[place]] for value, place in source.codes.items()})
        for source in spec.sources
    )
    return replace(spec, rows=tuple(rest), sources=sources)


def _walk(nodes: list[Mapping[str, Any]], groups: tuple[Mapping[str, Any], ...]) -> Iterator[_Place]:
    """Questions outside repeats: a repeat's members are another population."""
    for node in nodes:
        if node["kind"] == "question":
            yield _Place(node, groups)
        elif node["kind"] == "group":
            yield from _walk(node["children"], (*groups, node))


def _section(place: _Place) -> Section:
    """The outermost group that has a label."""
    for group in place.groups:
        if group.get("label"):
            return Section(str(group["name"]), text(group["label"]))
    return Section("", {})


def text(label: Mapping[str, Any] | None) -> Text:
    """A label as plain text: what is piped into it is shown as an ellipsis."""
    return {
        language: value
        if isinstance(value, str)
        else "".join(part if isinstance(part, str) else "…" for part in value)
        for language, value in (label or {}).items()
    }


def _question(
    place: _Place, places: Mapping[str, _Place], document: Mapping[str, Any], section: str
) -> Spec | str:
    """The spec of a question, or why it isn't reported (empty: it is no question at all)."""
    node, role = place.node, place.declared("dl::role")
    kind = str(node["type"])
    if kind in NOT_ASKED_TYPES or "calculation" in node or role == "hidden":
        return ""
    if role in ("background", "open"):
        return role
    if kind == "text":
        return "open"
    if kind not in ("select_one", "select_multiple", "integer", "decimal"):
        return "other-type"
    shared = _shared(place, places, document, section)
    if kind in ("integer", "decimal"):
        return Spec(
            kind=NUMBERS,
            rows=(),
            sources=(Source(place.name, "", {}),),
            missing=_missing(place) or NUMBERS_MISSING,
            ordered=True,
            **shared,
        )
    rows, codes, ordered = _answers(place, document, scale=kind == "select_one")
    return Spec(
        kind=SHARES if kind == "select_one" else MULTIPLE,
        rows=rows,
        sources=(Source(place.name, "", codes),),
        ordered=ordered,
        **shared,
    )


def _experiment(
    experiment: Mapping[str, Any], places: Mapping[str, _Place], document: Mapping[str, Any], section: str
) -> Spec | None:
    """A split ballot as one topic with arms; a list experiment and a device as one estimated share."""
    arms = {arm: places[question] for arm, question in experiment["arms"].items() if question in places}
    if experiment["kind"] in DEVICES:
        return _device(experiment, arms, document, section) if arms else None
    if len(arms) < 2:
        return None
    first = next(iter(arms.values()))
    common: dict[str, Any] = {
        "name": str(experiment["name"]),
        "section": section,
        "wording": text(first.node.get("label")),
        "arms": {arm: text(place.node.get("label")) for arm, place in arms.items()},
        "level": first.declared("dl::level"),
    }
    if experiment["kind"] == "list":
        # The sensitive item is in the longer list: the arm whose list of answers goes higher comes second.
        order = sorted(arms, key=lambda arm: len(document["lists"].get(arms[arm].node.get("list", ""), ())))
        common["arms"] = {arm: common["arms"][arm] for arm in order}
        item = _item(common["arms"][order[0]], common["arms"][order[-1]])
        return Spec(
            kind=DIFFERENCE,
            rows=(Row("difference", item, NUMBER),),
            sources=tuple(Source(arms[arm].name, arm, {}) for arm in order),
            missing=_missing(first) or MISSING,
            **common,
        )
    rows, codes, ordered = _answers(first, document, scale=True)
    return Spec(
        kind=SHARES,
        rows=rows,
        sources=tuple(Source(place.name, arm, codes) for arm, place in arms.items()),
        ordered=ordered,
        **common,
    )


def _device(
    experiment: Mapping[str, Any], arms: Mapping[str, _Place], document: Mapping[str, Any], section: str
) -> Spec | None:
    """A device that hides the single answer: one topic whatever the arms, since all estimate the same share."""
    first = next(iter(arms.values()))
    rows, _codes, _ordered = _answers(first, document, scale=False)
    valid = tuple(row.name for row in rows if row.kind == ANSWER)
    wordings = {arm: text(place.node.get("label")) for arm, place in arms.items()}
    alike = len({tuple(sorted(wording.items())) for wording in wordings.values()}) == 1
    return Spec(
        name=str(experiment["name"]),
        kind=PREVALENCE,
        section=section,
        wording=wordings[next(iter(arms))],
        rows=(Row("prevalence", _named(experiment["parameters"]), NUMBER),),
        sources=tuple(Source(place.name, arm, {}) for arm, place in arms.items()),
        arms={} if alike else wordings,
        level=first.declared("dl::level"),
        experiment=experiment,
        yes=yes_value(experiment["parameters"], valid),
        valid=valid,
    )


def _named(parameters: Mapping[str, str]) -> Text:
    """What the share is of, as the parameters `item` (in every language) and `item_en`, `item_vi` say it."""
    found = {key[5:]: value for key, value in parameters.items() if key.startswith("item_") and value}
    return {"default": parameters["item"], **found} if parameters.get("item") else found or ESTIMATED_SHARE


def _item(shorter: Text, longer: Text) -> Text:
    """What a list experiment is about: the line of the longer list that the shorter one lacks, in each language."""
    found: dict[str, str] = {}
    for language, wording in longer.items():
        known = {_line(line) for line in shorter.get(language, "").splitlines()}
        extra = [line for line in wording.splitlines() if _line(line) and _line(line) not in known]
        if len(extra) == 1:
            found[language] = _line(extra[0])
    return found or ESTIMATED_SHARE


def _line(text_: str) -> str:
    return text_.strip().lstrip("•-–*").strip()


def _shared(
    place: _Place, places: Mapping[str, _Place], document: Mapping[str, Any], section: str
) -> dict[str, Any]:
    """What every kind of question has: wording, grid, who was asked, level."""
    grid = next(
        (g for g in reversed(place.groups) if set(str(g.get("appearance", "")).split()) & {"table-list"}),
        None,
    )
    if grid is None and place.declared("dl::grid"):
        grid = next((g for g in reversed(place.groups) if g.get("extra", {}).get("dl::grid")), None)
    wording = text(place.node.get("label"))
    asked, partly = _asked(place, places, document)
    return {
        "name": place.name,
        "section": section,
        "wording": wording,
        "stem": text(grid.get("label")) if grid else {},
        "short": wording if grid else {},
        "grid": str(grid["name"]) if grid else "",
        "asked": asked,
        "partly": partly,
        "level": place.declared("dl::level"),
    }


def _missing(place: _Place) -> tuple[str, ...]:
    """Values that say "don't know" or "refused", by `dl::missing` ("97=not_applicable 98=dont_know 99=refused").

    A value declared not applicable is an answer of its own kind: it is shown, apart from the scale.
    """
    declared = place.declared("dl::missing").replace(",", " ").split()
    pairs = [entry.partition("=") for entry in declared]
    return tuple(value for value, _equals, meaning in pairs if meaning != "not_applicable")


def _answers(
    place: _Place, document: Mapping[str, Any], *, scale: bool
) -> tuple[tuple[Row, ...], dict[str, int], bool]:
    """Rows, codes and whether the answers have an order. Don't know and refused become one row, apart."""
    missing = _missing(place) or MISSING
    choices = document["lists"].get(place.node.get("list", ""), [])
    shuffled = place.node.get("order", {}).get("how") == "randomize"
    plain = [c for c in choices if c["value"] not in missing]
    on_scale = [c for c in plain if not (c["value"].isdecimal() and int(c["value"]) >= BESIDE_A_SCALE)]
    found = scales.NONE
    if scale:
        found = scales.kind(place.declared("dl::scale"), [text(c["label"]) for c in on_scale], shuffled)
    two_sided = found == scales.TWO_SIDED
    tone = (
        dict(zip((c["value"] for c in on_scale), scales.tones(len(on_scale)), strict=True))
        if two_sided
        else {}
    )
    rows = [
        Row(
            c["value"],
            text(c["label"]),
            APART if two_sided and c["value"] not in tone else ANSWER,
            tone.get(c["value"]),
        )
        for c in sorted(plain, key=lambda c: two_sided and c["value"] not in tone)
    ]
    codes = {row.name: position for position, row in enumerate(rows)}
    absent = [c["value"] for c in choices if c["value"] in missing]
    if absent:
        codes |= dict.fromkeys(absent, len(rows))
        rows.append(Row("+".join(absent), UNANSWERED, APART))
    if two_sided:
        names = [c["value"] for c in on_scale]
        for position, side in enumerate(scales.sides(len(names))):
            parts = tuple(names[i] for i in side)
            rows.append(Row(f"net{position + 1}", _joined(rows, parts), NET, (1, 5)[position], parts))
    return tuple(rows), codes, found != scales.NONE


def _joined(rows: list[Row], parts: tuple[str, ...]) -> Text:
    labels = {row.name: row.label for row in rows}
    return {
        language: scales.joined([labels[name].get(language, "") for name in parts], OR.get(language, "/"))
        for language in labels[parts[0]]
    }


def _asked(
    place: _Place, places: Mapping[str, _Place], document: Mapping[str, Any]
) -> tuple[tuple[Condition, ...], bool]:
    """Who was asked: ((conditions that can be put into words), whether some were not asked).

    Conditions on questions of the same kind as consent (role hidden) don't count: everyone here met them.
    """
    conditions: list[Condition] = []
    partly = False
    for node in (*place.groups, place.node):
        for tree in _conjuncts(node.get("relevant")):
            names = set(_reads(tree))
            if names and all(_is_admission(places.get(name)) for name in names):
                continue
            partly = True
            condition = _condition(tree, places, document)
            if condition is not None:
                conditions.append(condition)
    return tuple(conditions), partly


def _is_admission(place: _Place | None) -> bool:
    return place is not None and place.declared("dl::role") == "hidden"


def _conjuncts(tree: Any) -> list[Any]:
    if tree is None:
        return []
    if isinstance(tree, list) and tree and tree[0] == "and":
        return [part for inner in tree[1:] for part in _conjuncts(inner)]
    return [tree]


def _reads(tree: Any) -> Iterator[str]:
    if isinstance(tree, list) and tree:
        if tree[0] == "q" and len(tree) > 1:
            yield str(tree[1])
        for part in tree[1:]:
            yield from _reads(part)


def _condition(tree: Any, places: Mapping[str, _Place], document: Mapping[str, Any]) -> Condition | None:
    """`${question} = 'value'` or `selected(${question}, 'value')` in words; None for anything else."""
    if not (isinstance(tree, list) and len(tree) == 3 and tree[0] in ("=", "selected")):
        return None
    reads, value = tree[1], tree[2]
    if not (isinstance(reads, list) and reads and reads[0] == "q") or isinstance(value, list):
        return None
    place = places.get(str(reads[1]))
    if place is None:
        return None
    for choice in document["lists"].get(place.node.get("list", ""), []):
        if choice["value"] == str(value):
            return Condition(text(place.node.get("label")), (text(choice["label"]),))
    return None


def _left(place: _Place, why: str) -> dict[str, Any]:
    return {"name": place.name, "wording": dict(text(place.node.get("label"))), "why": why}
