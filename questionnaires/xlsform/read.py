"""Read an XLSForm workbook: the model as far as it can be made, and every problem at once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from questionnaires.findings import Finding, Severity, Where
from questionnaires.model import DEFAULT_LANGUAGE, Choice, ChoiceList, Questionnaire
from questionnaires.xlsform import converter
from questionnaires.xlsform.experiments import read_experiments
from questionnaires.xlsform.headers import Header, collect_languages, language_code, untagged
from questionnaires.xlsform.lists import Lists, list_from_file, read_lists, read_tables
from questionnaires.xlsform.media import KINDS, uneven_media
from questionnaires.xlsform.open_file import open_workbook
from questionnaires.xlsform.refusals import recognise
from questionnaires.xlsform.sheets import FORM_SHEETS, Sheet, Sheets, Unreadable
from questionnaires.xlsform.survey import SurveyReader, SurveyReading
from questionnaires.xlsform.survey_rows import read_headers, read_row

_YES = frozenset({"yes", "true", "true()"})
#: After these, pyxform could only repeat what is known, or take very long.
_POINTLESS = frozenset(
    {
        "xlsform.missing-column",
        "xlsform.same-column",
        "xlsform.no-choices-sheet",
        "xlsform.too-many-rows",
        "xlsform.too-many-columns",
        "xlsform.too-many-cells",
    }
)
#: pyxform's refusals about `${}` references; `compile_questionnaire` reports those, with the reason.
_REFERENCE = re.compile(
    r"Reference variables|no survey element named|There has been a problem trying to replace"
)


@dataclass(frozen=True)
class ReadResult:
    """questionnaire: None only when there is no survey sheet to speak of; a model beside errors is a partial
    one, for further checks and never for publication. xform: the XForm, when pyxform took the workbook whole.
    data: rows of the CSV attachments by name without ending, as `compile_questionnaire` takes them.
    """

    questionnaire: Questionnaire | None
    findings: tuple[Finding, ...]
    xform: str | None = None
    data: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """True when a questionnaire was read and nothing found is an error."""
        return self.questionnaire is not None and not any(f.severity is Severity.ERROR for f in self.findings)


def read_xlsform(
    source: bytes | Path, filename: str = "", attachments: Mapping[str, bytes] | None = None
) -> ReadResult:
    """Read a workbook (.xlsx, .xlsm, .xls, .csv, .md). Never raises on bad input.

    filename: as the person knows it; gives the form id where the settings give none. attachments: CSV files
    by name, for `select_one_from_file`, `pulldata` and `instance()`.
    """
    filename = filename or (source.name if isinstance(source, Path) else "")
    try:
        sheets = open_workbook(source, filename)
    except Unreadable as unreadable:
        return ReadResult(None, (unreadable.finding,))
    return interpret(sheets, PurePath(filename).stem or "form", attachments or {})


def to_xform(source: bytes | Path, filename: str = "") -> str:
    """The XForm of a workbook, for ODK Collect, KoboCollect and Enketo, as pyxform makes it.

    Raises ValueError with pyxform's own sentence when it refuses, or when the file can't be opened.
    """
    filename = filename or (source.name if isinstance(source, Path) else "")
    try:
        sheets = open_workbook(source, filename)
    except Unreadable as unreadable:
        raise ValueError(unreadable.finding.code) from None
    return converter.to_xform(_survey_sheet(sheets)[0], PurePath(filename).stem or "form")


def interpret(sheets: Sheets, stem: str, attachments: Mapping[str, bytes]) -> ReadResult:
    """Sheets -> model and findings. stem: the file's name without its ending."""
    findings = list(sheets.findings)
    sheets, renamed = _survey_sheet(sheets)
    findings.extend(renamed)
    survey = sheets.get("survey")
    if not survey.headers:
        return ReadResult(None, tuple(findings))
    settings = dict(converter.form_settings(sheets.get("settings")))
    headers, header_findings = read_headers(survey)
    findings.extend(header_findings)
    missing = [c for c in ("type", "name") if all(h.column != c for h in headers.values())]
    for column in missing:
        findings.append(_error("missing-column", survey.name, 1, column, wanted=column))
    if "type" in missing:
        return ReadResult(None, tuple(findings))
    languages, default = _languages(headers, sheets.get("choices"), settings)
    plain = untagged(languages, default)
    lists = read_lists(
        sheets.get("choices"), plain, settings.get("allow_choice_duplicates", "").lower() in _YES
    )
    findings.extend(lists.findings)
    reading = _read_survey(sheets, headers, lists, plain, settings, tuple(languages) or (DEFAULT_LANGUAGE,))
    findings.extend(reading.findings)
    experiments, experiment_findings = (
        read_experiments(sheets.by_key["experiments"], reading.types)
        if "experiments" in sheets.by_key
        else ((), [])
    )
    findings.extend(experiment_findings)
    questionnaire = Questionnaire(
        form_id=settings.get("form_id") or settings.get("id_string") or stem,
        title=_title(settings, default, stem),
        children=reading.children,
        lists=_with_other(lists.lists, reading.other_lists, tuple(languages)),
        languages=tuple(languages) or (DEFAULT_LANGUAGE,),
        default_language=default,
        version=settings.get("version", ""),
        experiments=experiments,
        settings={k: v for k, v in settings.items() if k not in _OWN_SETTINGS and not k.startswith(_TITLE)},
        language_names=languages,
    )
    questionnaire, file_findings = _attach(questionnaire, reading, attachments, default)
    findings.extend(file_findings)
    findings.extend(uneven_media(questionnaire, _plain_media(headers, settings)))
    if sheets.get("entities").rows:
        findings.append(
            Finding("xlsform.entities-kept", Severity.WARNING, Where(sheets.get("entities").name))
        )
    if not any(True for _ in questionnaire.questions()):
        findings.append(_error("no-questions", survey.name, None, None))
    xform = _judge(sheets, stem, reading, lists, findings)
    return ReadResult(questionnaire, tuple(_sorted(findings)), xform, read_tables(attachments))


_OWN_SETTINGS = frozenset({"form_id", "id_string", "form_title", "title", "version", "default_language"})


#: Our column for the title in another language; XLSForm has one title only.
_TITLE = "dl::title::"


def _plain_media(headers: Mapping[str, Header], settings: Mapping[str, str]) -> frozenset[str] | None:
    if settings.get("default_language"):
        return None
    return frozenset(h.column for h in headers.values() if h.column in KINDS and not h.language) or None


def _title(settings: Mapping[str, str], default: str, stem: str) -> dict[str, str]:
    title = {default: settings.get("form_title") or settings.get("title") or stem}
    for key, text in settings.items():
        if key.startswith(_TITLE):
            title[language_code(key.removeprefix(_TITLE).replace("_", " "))] = text
    return title


def _survey_sheet(sheets: Sheets) -> tuple[Sheets, list[Finding]]:
    """A workbook of one sheet under any name is its survey sheet, as pyxform has it."""
    findings = []
    for key, sheet in sheets.by_key.items():
        if key in FORM_SHEETS:
            continue
        close = difflib.get_close_matches(key, sorted(FORM_SHEETS), 1, 0.8)
        if close and close[0] not in sheets.by_key:
            where = Where(sheet.name)
            params = {"sheet": sheet.name, "meant": close[0]}
            findings.append(Finding("xlsform.misspelt-sheet", Severity.WARNING, where, params))
    if "survey" in sheets.by_key:
        if not sheets.by_key["survey"].headers:
            findings.append(_error("survey-empty", "survey", None, None))
        return sheets, findings
    if len(sheets.by_key) == 1:
        only = next(iter(sheets.by_key.values()))
        if any(header.strip().lower() in ("type", "command") for header in only.headers):
            return Sheets({"survey": only}, sheets.findings), findings
    found = ", ".join(sheet.name for sheet in sheets.by_key.values())[:200]
    findings.append(_error("no-survey-sheet", None, None, None, found=found))
    return sheets, findings


def _languages(
    headers: Mapping[str, Header], choices: Sheet, settings: Mapping[str, str]
) -> tuple[dict[str, str], str]:
    languages = collect_languages(headers.values())
    for code, name in read_lists(choices, DEFAULT_LANGUAGE, True).languages.items():
        languages.setdefault(code, name)
    wanted = settings.get("default_language", "")
    if not languages:
        return {}, DEFAULT_LANGUAGE
    code = language_code(wanted) if wanted else ""
    bare = any(h.column == "label" and not h.language for h in headers.values())
    if code and code not in languages:
        languages[code] = wanted
    elif not code and bare:
        languages = {DEFAULT_LANGUAGE: DEFAULT_LANGUAGE, **languages}
    return languages, code or next(iter(languages))


def _read_survey(
    sheets: Sheets,
    headers: Mapping[str, Header],
    lists: Lists,
    plain: str,
    settings: Mapping[str, str],
    languages: tuple[str, ...],
) -> SurveyReading:
    survey = sheets.get("survey")
    collapse = settings.get("clean_text_values", "yes").lower() in _YES
    rows = [read_row(row, headers, plain, collapse) for row in survey.rows]
    external = sheets.get("external_choices")
    external_lists = frozenset(
        text
        for row in external.rows
        for header, text in row.cells.items()
        if "_".join(header.lower().split()) == "list_name"
    )
    reader = SurveyReader(
        survey.name, lists.lists, bool(sheets.get("choices").rows), external_lists, languages
    )
    return reader.read(rows)


def _with_other(
    lists: Mapping[str, ChoiceList], other_lists: set[str], languages: tuple[str, ...]
) -> dict[str, ChoiceList]:
    """`or_other` adds the choice `other` to its list, for every question that uses it, as pyxform does."""
    wording = {"vi": "Khác", "en": "Other"}
    result = dict(lists)
    for name in sorted(other_lists):
        known = result.get(name)
        if known is None or any(choice.value == "other" for choice in known.choices):
            continue
        label = {language: wording.get(language, "Other") for language in languages or (DEFAULT_LANGUAGE,)}
        result[name] = ChoiceList(name, (*known.choices, Choice("other", label)))
    return result


def _attach(
    questionnaire: Questionnaire, reading: SurveyReading, attachments: Mapping[str, bytes], language: str
) -> tuple[Questionnaire, list[Finding]]:
    """CSV lists become choice lists under the file's name; a missing file is a finding at its question."""
    findings: list[Finding] = []
    lists = dict(questionnaire.lists)
    for question in questionnaire.questions():
        name = question.list_name if question.list_name.lower().endswith((".csv", ".xml", ".geojson")) else ""
        if question.type == "csv-external":
            name = f"{question.name}.csv"
        if not name or name in lists:
            continue
        where = Where("survey", question.row, "type", question.name)
        if name not in attachments:
            severity = Severity.WARNING if question.type == "csv-external" else Severity.ERROR
            findings.append(Finding("xlsform.file-missing", severity, where, {"file": name}))
            continue
        columns = question.parameters.get("value", "name"), question.parameters.get("label", "label")
        made, finding = list_from_file(name, attachments[name], *columns, language)
        if finding is not None:
            findings.append(replace(finding, where=where))
        if made is not None:
            lists[name] = made
    return replace(questionnaire, lists=lists), findings


def _judge(
    sheets: Sheets, stem: str, reading: SurveyReading, lists: Lists, findings: list[Finding]
) -> str | None:
    """Show the workbook to pyxform where it can still say something that our own checks did not."""
    known = {((f.where.sheet or "").lower(), f.where.row) for f in findings if f.severity is Severity.ERROR}
    if reading.structure_broken or any(f.severity is Severity.ERROR for f in lists.findings):
        return None
    if any(f.code in _POINTLESS for f in findings):
        return None
    judgement = converter.judge(sheets, stem, reading.spoilt)
    for refusal in judgement.refusals:
        if refusal.sheet in ("survey", "choices", None) and _REFERENCE.search(refusal.message):
            continue
        if (refusal.sheet or "", refusal.row) in known:
            continue
        if refusal.row is None and known:
            continue
        where = Where(refusal.sheet, refusal.row, refusal.column)
        code, params = recognise(refusal.message)
        findings.append(Finding(code, Severity.ERROR, where, params))
    return judgement.xform


def _sorted(findings: list[Finding]) -> list[Finding]:
    order = {name: index for index, name in enumerate(("survey", "choices", "settings", "experiments"))}
    unique = {(f.code, f.where, tuple(sorted(f.params.items(), key=str))): f for f in findings}
    return sorted(
        unique.values(), key=lambda f: (order.get(f.where.sheet or "", 9), f.where.row or 0, f.code)
    )


def _error(code: str, sheet: str | None, row: int | None, column: str | None, **params: str | int) -> Finding:
    return Finding(f"xlsform.{code}", Severity.ERROR, Where(sheet, row, column), params)
