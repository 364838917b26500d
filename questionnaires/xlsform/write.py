"""The model -> an XLSForm workbook that reads back to the same model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from questionnaires.model import DEFAULT_LANGUAGE, Node, Question, Questionnaire, Repeat, Text
from questionnaires.xlsform.headers import TRANSLATED
from questionnaires.xlsform.parameters import write_parameters
from questionnaires.xlsform.workbook import write_tables

_FIRST = ("type", "name")
_ORDER = (
    "label",
    "hint",
    "required",
    "required_message",
    "relevant",
    "constraint",
    "constraint_message",
    "calculation",
    "default",
    "choice_filter",
    "repeat_count",
    "read_only",
    "appearance",
    "parameters",
)
_FILES = (".csv", ".xml", ".geojson")

Cells = dict[str, str]


def write_xlsform(questionnaire: Questionnaire) -> bytes:
    """An .xlsx workbook; `read_xlsform` reads it back to the same model, row numbers and filters aside."""
    languages = _names(questionnaire)
    tables = {
        "survey": _table(list(_survey(questionnaire.children, languages)), _FIRST, languages),
        "choices": _table(list(_choices(questionnaire, languages)), ("list_name", "name"), languages),
        "settings": _table([_settings(questionnaire, languages)], ("form_title", "form_id"), languages),
    }
    if questionnaire.experiments:
        tables["experiments"] = _experiments(questionnaire)
    title = questionnaire.title.get(questionnaire.default_language, "")
    return write_tables({name: rows for name, rows in tables.items() if len(rows) > 1}, title)


def _names(questionnaire: Questionnaire) -> dict[str, str]:
    """Language code -> what follows `::` in headers; '' for the language of headers that name none."""
    names = {code: questionnaire.language_names.get(code, code) for code in questionnaire.languages}
    return {code: "" if code == DEFAULT_LANGUAGE else name for code, name in names.items()}


def _survey(nodes: Iterable[Node], languages: Mapping[str, str]) -> Iterable[Cells]:
    for node in nodes:
        if isinstance(node, Question):
            if node.extra.get("dl::generated") != "or_other":
                yield _question(node, languages)
            continue
        kind = "repeat" if isinstance(node, Repeat) else "group"
        cells = {"type": node.extra.get("type", f"begin {kind}"), "name": node.name}
        _put_text(cells, "label", node.label, languages)
        cells.update(relevant=node.relevant, appearance=node.appearance)
        if isinstance(node, Repeat):
            cells["repeat_count"] = node.repeat_count
        _put_extra(cells, {key: value for key, value in node.extra.items() if key != "type"}, languages)
        yield cells
        yield from _survey(node.children, languages)
        end = "loop" if cells["type"].lower().startswith("begin loop") else kind
        yield {"type": f"end {end}", "name": node.name}


def _question(question: Question, languages: Mapping[str, str]) -> Cells:
    kind = question.type
    if (
        question.list_name
        and kind in ("select_one", "select_multiple")
        and question.list_name.endswith(_FILES)
    ):
        kind += "_from_file"
    cells = {
        "type": " ".join(filter(None, (kind, question.list_name, "or_other" if question.or_other else ""))),
        "name": question.name,
        "required": question.required,
        "relevant": question.relevant,
        "constraint": question.constraint,
        "calculation": question.calculation,
        "default": question.default,
        "choice_filter": question.choice_filter,
        "read_only": question.read_only,
        "appearance": question.appearance,
        "parameters": write_parameters(question.parameters),
    }
    _put_text(cells, "label", question.label, languages)
    _put_text(cells, "hint", question.hint, languages)
    _put_text(cells, "required_message", question.required_message, languages)
    _put_text(cells, "constraint_message", question.constraint_message, languages)
    _put_extra(cells, question.extra, languages)
    return cells


def _choices(questionnaire: Questionnaire, languages: Mapping[str, str]) -> Iterable[Cells]:
    for choice_list in questionnaire.lists.values():
        if choice_list.name.endswith(_FILES):
            continue
        for choice in choice_list.choices:
            cells = {"list_name": choice_list.name, "name": choice.value}
            _put_text(cells, "label", choice.label, languages)
            _put_extra(cells, choice.filters, languages)
            yield cells


def _settings(questionnaire: Questionnaire, languages: Mapping[str, str]) -> Cells:
    default = questionnaire.default_language
    cells = {
        "form_title": questionnaire.title.get(default, ""),
        "form_id": questionnaire.form_id,
        "version": questionnaire.version,
        "default_language": languages.get(default, "") or ("" if default == DEFAULT_LANGUAGE else default),
        **questionnaire.settings,
    }
    for code, text in questionnaire.title.items():
        if code != default:
            cells[f"dl::title::{languages.get(code) or code}"] = text
    return cells


def _experiments(questionnaire: Questionnaire) -> list[list[str]]:
    rows = [["name", "kind", "arm", "question", "parameters"]]
    for experiment in questionnaire.experiments:
        parameters = write_parameters(experiment.parameters)
        for arm, question in experiment.arms.items():
            own = write_parameters(experiment.of_arm.get(arm, {}))
            rows.append([experiment.name, experiment.kind, arm, question, parameters or own])
            parameters = ""
    return rows


def _put_text(cells: Cells, column: str, text: Text, languages: Mapping[str, str]) -> None:
    for code, value in text.items():
        name = languages.get(code, code)
        cells[f"{column}::{name}" if name else column] = value


def _put_extra(cells: Cells, extra: Mapping[str, str], languages: Mapping[str, str]) -> None:
    for key, value in extra.items():
        if key == "dl::generated":
            continue
        column, _, code = key.rpartition("::")
        if column in TRANSLATED and code in languages:
            name = languages[code]
            cells[f"{column}::{name}" if name else column] = value
        else:
            cells[key] = value


def _table(rows: list[Cells], first: tuple[str, ...], languages: Mapping[str, str]) -> list[list[str]]:
    """Columns that hold anything, the usual ones first and languages in the questionnaire's order."""
    used = dict.fromkeys(header for cells in rows for header, value in cells.items() if value)
    headers = [header for header in (*first, "label") if header in used or header in first]
    names = [name for name in languages.values() if name]
    if first == _FIRST:
        headers.extend(f"label::{name}" for name in names)  # an empty column still declares its language
    for column in ("label", *_ORDER) if first[0] != "form_title" else ():
        columns = (column, *(f"{column}::{name}" for name in names))
        headers.extend(header for header in columns if header in used)
    ordered = list(dict.fromkeys((*headers, *used)))
    return [ordered, *([cells.get(header, "") for header in ordered] for cells in rows)]
