"""The survey sheet -> questions, groups and repeats, with every problem of its rows placed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from questionnaires.findings import Finding, Severity, Where
from questionnaires.model import ChoiceList, Group, Node, Question, Repeat
from questionnaires.types import registry
from questionnaires.types.base import Treatment
from questionnaires.types.range import range_problem
from questionnaires.types.registry import TypeCell
from questionnaires.xlsform.parameters import parse_parameters
from questionnaires.xlsform.sheets import iso_date
from questionnaires.xlsform.survey_rows import SurveyRow

_NAME = re.compile(r"[^\W\d][\w.-]*\Z")
_SETTING_TYPES = frozenset(
    {"form_title", "set form title", "form_id", "set form id", "set_form_title", "set_form_id"}
)

#: Deepest nesting of groups and repeats.
MAX_DEPTH = 30


@dataclass
class _Frame:
    """An open group or repeat (or the sheet itself, with row None)."""

    kind: str
    row: SurveyRow | None
    children: list[Node] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    lower: dict[str, int] = field(default_factory=dict)
    list_name: str = ""


@dataclass
class SurveyReading:
    """children: the tree. spoilt: row numbers with an error, which pyxform must not be shown as they are.

    other_lists: lists that need the choice `other`. types: question name -> canonical type.
    """

    children: tuple[Node, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    spoilt: set[int] = field(default_factory=set)
    other_lists: set[str] = field(default_factory=set)
    types: dict[str, str] = field(default_factory=dict)
    structure_broken: bool = False


class SurveyReader:
    """Walks the rows once, keeping a stack of open groups."""

    def __init__(
        self,
        sheet: str,
        lists: Mapping[str, ChoiceList],
        has_choices_sheet: bool,
        external_lists: frozenset[str],
        languages: tuple[str, ...],
    ) -> None:
        self._sheet = sheet
        self._lists = lists
        self._has_choices_sheet = has_choices_sheet
        self._external_lists = external_lists
        self._languages = languages
        self._stack = [_Frame("survey", None)]
        self._repeats: set[str] = set()
        self.result = SurveyReading()

    def read(self, rows: list[SurveyRow]) -> SurveyReading:
        for row in rows:
            self._row(row)
        while len(self._stack) > 1:
            frame = self._stack.pop()
            assert frame.row is not None
            self._error("unclosed-group", frame.row, "type", kind=frame.kind, name=frame.row.get("name"))
            self.result.structure_broken = True
            self._close(frame)
        self.result.children = tuple(self._stack[0].children)
        return self.result

    # One row

    def _row(self, row: SurveyRow) -> None:
        if row.get("disabled").lower() in ("yes", "true", "true()"):
            return
        cell = row.get("type")
        if not cell:
            if row.get("name") or row.text("label"):
                self._error("missing-type", row, "type")
            return
        if cell.lower() in _SETTING_TYPES:
            return
        parsed = registry.parse_type(cell)
        if parsed.kind == "end":
            self._end(parsed, row)
            return
        name = self._name(row, parsed)
        if parsed.kind == "begin":
            self._begin(parsed, row, name)
        elif parsed.kind == "unknown":
            self._unknown_type(row, cell)
            if name:
                self.result.types[name] = "unknown"
        elif name:
            self._question(parsed, row, name)

    def _name(self, row: SurveyRow, parsed: TypeCell) -> str:
        name = row.get("name")
        if not name:
            if parsed.name == "note":
                return f"generated_note_name_{row.number}"
            if parsed.name == "audit":
                return "audit"
            self._error("missing-name", row, "name", type=row.get("type"))
            return ""
        if not _NAME.match(name):
            self._error("bad-name", row, "name", name=name)
            return ""
        if name == "meta":
            self._error("reserved-name", row, "name", name=name)
            return ""
        seen = self._stack[-1].names
        if name in seen:
            self._error("duplicate-name", row, "name", name=name, other=seen[name])
            return ""
        lower = self._stack[-1].lower
        if name.lower() in lower:
            self._note("name-differs-by-case", row, "name", name=name, other=lower[name.lower()])
        seen[name] = row.number
        lower.setdefault(name.lower(), row.number)
        return name

    # Groups

    def _begin(self, parsed: TypeCell, row: SurveyRow, name: str) -> None:
        if len(self._stack) > MAX_DEPTH:
            self._error("too-deep", row, "type", limit=MAX_DEPTH)
            self.result.structure_broken = True
        if parsed.name == "loop":
            self._note("loop-unrolled", row, "type")
        if parsed.name == "repeat" and name:
            if name in self._repeats:
                self._error("duplicate-repeat", row, "name", name=name)
            self._repeats.add(name)
        if not name:
            self.result.structure_broken = True
        elif (
            parsed.name == "group"
            and "table-list" in row.get("appearance").split()
            and row.get("choice_filter")
        ):
            self._error("table-list-filter", row, "choice_filter")
        self._stack.append(_Frame(parsed.name, row, list_name=parsed.list_name))

    def _end(self, parsed: TypeCell, row: SurveyRow) -> None:
        frame = self._stack[-1]
        if len(self._stack) == 1 or frame.kind != parsed.name:
            self._error("unmatched-end", row, "type", kind=parsed.name, open=frame.kind)
            self.result.structure_broken = True
            if len(self._stack) == 1 or all(frame.kind != parsed.name for frame in self._stack[1:]):
                return
            while self._stack[-1].kind != parsed.name:
                self._close(self._stack.pop())
        self._close(self._stack.pop())

    def _close(self, frame: _Frame) -> None:
        row = frame.row
        assert row is not None
        if len(self._stack) > MAX_DEPTH:  # reported already; nesting further would exhaust those who walk it
            self._stack[-1].children.extend(frame.children)
            return
        name = row.get("name")
        if not _NAME.match(name):
            name = f"unnamed_{row.number}"
        extra = _kept(row)
        children = tuple(frame.children)
        node: Node
        if frame.kind == "repeat":
            node = Repeat(
                name,
                row.text("label"),
                row.get("relevant"),
                row.get("appearance"),
                row.get("repeat_count"),
                children,
                extra,
                row.number,
            )
        else:
            if frame.kind == "loop":
                extra["type"] = row.get("type")
            node = Group(
                name,
                row.text("label"),
                row.get("relevant"),
                row.get("appearance"),
                children,
                extra,
                row.number,
            )
        self._stack[-1].children.append(node)

    # Questions

    def _question(self, parsed: TypeCell, row: SurveyRow, name: str) -> None:
        kind = registry.REGISTRY[parsed.name]
        self.result.types[name] = kind.name
        if kind.treatment is Treatment.REFUSES:
            self._error("refused-type", row, "type", type=kind.name)
            return
        if kind.treatment is Treatment.KEEPS:
            self._note("kept-type", row, "type", type=kind.name)
            if kind.asked and row.get("required") == "true()":
                self._error("kept-required", row, "required", name=name, type=kind.name)
        if kind.name == "geopoint":
            self._note("exact-location", row, "type")
        parameters, bad = parse_parameters(row.get("parameters"))
        if bad:
            self._error("bad-parameters", row, "parameters", text=bad)
        for key in parameters:
            if key not in kind.parameters:
                known = ", ".join(kind.parameters) or "-"
                self._error(
                    "unknown-parameter", row, "parameters", parameter=key, type=kind.name, known=known
                )
        if kind.choices:
            self._check_list(parsed, row)
            self._check_source(parsed, row)
        if kind.name == "range" and (why := range_problem(parameters)):
            self._error("bad-range", row, "parameters", why=why)
        if (
            kind.name == "calculate"
            and not row.get("calculation")
            and "(" not in row.get("default")
            and ("${" not in row.get("default"))
        ):
            self._error("missing-calculation", row, "calculation", name=name)
        if (
            kind.asked
            and not row.text("label")
            and not any(key.split("::")[0] in ("image", "audio", "video") for key in row.extra)
            and not row.text("hint")
            and "list-nolabel" not in row.get("appearance")
        ):
            self._note("missing-label", row, "label", name=name)
        question = Question(
            name=name,
            type=kind.name,
            label=row.text("label"),
            hint=row.text("hint"),
            list_name=parsed.list_name,
            required=row.get("required"),
            required_message=row.text("required_message"),
            relevant=row.get("relevant"),
            constraint=row.get("constraint"),
            constraint_message=row.text("constraint_message"),
            calculation=row.get("calculation"),
            default=iso_date(row.get("default")),
            choice_filter=row.get("choice_filter"),
            read_only=row.get("read_only"),
            appearance=row.get("appearance"),
            parameters=parameters,
            or_other=parsed.or_other,
            extra=row.extra,
            row=row.number,
        )
        self._stack[-1].children.append(question)
        if parsed.or_other:
            self.result.other_lists.add(parsed.list_name)
            self._stack[-1].children.append(self._specify(question))
            self.result.types[f"{name}_other"] = "text"

    def _check_source(self, parsed: TypeCell, row: SurveyRow) -> None:
        """Choices that other apps fetch while they ask: from answers given before, or by `search()`."""
        code = "choices-from-answers" if "${" in parsed.list_name else ""
        if re.search(r"\bsearch\s*\(", row.get("appearance")):
            code = "choices-by-search"
        if code and row.get("required") == "true()":
            self._error(code, row, "required")
        elif code:
            self._note(code, row, "type" if code == "choices-from-answers" else "appearance")

    def _check_list(self, parsed: TypeCell, row: SurveyRow) -> None:
        name = parsed.list_name
        if parsed.name == "select_one_external":
            if name not in self._external_lists:
                self._error("unknown-list", row, "type", list=name, meant="")
            return
        if parsed.from_file:
            if not name.lower().endswith((".csv", ".xml", ".geojson")):
                self._error("file-list-extension", row, "type", file=name)
            return
        if not name:
            self._error("missing-list", row, "type", type=row.get("type"))
            return
        if "${" in name:
            return
        known = self._lists.get(name)
        if known is None:
            if not self._has_choices_sheet:
                self._error("no-choices-sheet", row, "type", list=name)
                return
            close = difflib.get_close_matches(name, list(self._lists), 1, 0.7)
            self._error("unknown-list", row, "type", list=name, meant=close[0] if close else "")
            return
        if parsed.or_other and row.get("choice_filter"):
            self._error("other-with-filter", row, "choice_filter")
        if parsed.name in ("select_multiple", "rank"):
            for choice in known.choices:
                if " " in choice.value:
                    self._error("choice-with-space", row, "type", list=name, value=choice.value)
                    break

    def _specify(self, question: Question) -> Question:
        """The text question that `or_other` adds, as pyxform does."""
        wording = {"vi": "Xin ghi rõ", "en": "Please specify"}
        label = {language: wording.get(language, "Specify other.") for language in self._languages}
        return Question(
            name=f"{question.name}_other",
            type="text",
            label=label,
            relevant=f"selected(${{{question.name}}}, 'other')",
            extra={"dl::generated": "or_other"},
            row=question.row,
        )

    def _unknown_type(self, row: SurveyRow, cell: str) -> None:
        spellings = [*registry.REGISTRY, "begin group", "end group", "begin repeat", "end repeat"]
        head = cell.split()[0].lower() if cell.split() else ""
        close = difflib.get_close_matches(cell.lower(), spellings, 1, 0.75) or difflib.get_close_matches(
            head, spellings, 1, 0.75
        )
        if head in ("begin", "end", "begin_group", "end_group", "begin_repeat", "end_repeat"):
            self.result.structure_broken = True
        self._error("unknown-type", row, "type", type=cell, meant=close[0] if close else "")

    # Findings

    def _error(self, code: str, row: SurveyRow, column: str, **params: str | int) -> None:
        self.result.spoilt.add(row.number)
        self._add(code, Severity.ERROR, row, column, params)

    def _note(self, code: str, row: SurveyRow, column: str, **params: str | int) -> None:
        self._add(code, Severity.WARNING, row, column, params)

    def _add(
        self, code: str, severity: Severity, row: SurveyRow, column: str, params: dict[str, str | int]
    ) -> None:
        where = Where(self._sheet, row.number, column, row.get("name") or None)
        self.result.findings.append(Finding(f"xlsform.{code}", severity, where, params))


def _kept(row: SurveyRow) -> dict[str, str]:
    """Cells of a group's row that the model has no field for."""
    extra = dict(row.extra)
    for column, texts in row.texts.items():
        if column != "label":
            extra.update({f"{column}::{language}": text for language, text in texts.items()})
    for column in (
        "required",
        "constraint",
        "calculation",
        "default",
        "choice_filter",
        "read_only",
        "parameters",
    ):
        if row.get(column):
            extra[column] = row.get(column)
    return extra
