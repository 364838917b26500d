"""Column headers: which column of XLSForm each one names, and in which language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from questionnaires.findings import Finding, Severity, Where
from questionnaires.model import DEFAULT_LANGUAGE

SURVEY_ALIASES: Mapping[str, str] = {
    "caption": "label",
    "command": "type",
    "tag": "name",
    "value": "name",
    "relevance": "relevant",
    "constraining_message": "constraint_message",
    "jr:constraintmsg": "constraint_message",
    "requiredmsg": "required_message",
    "jr:requiredmsg": "required_message",
    "noapperrorstring": "no_app_error_string",
    "calculate": "calculation",
    "readonly": "read_only",
    "count": "repeat_count",
    "jr:count": "repeat_count",
    "bind::relevant": "relevant",
    "bind::constraint": "constraint",
    "bind::required": "required",
    "bind::readonly": "read_only",
    "bind::calculate": "calculation",
    "bind::jr:constraintmsg": "constraint_message",
    "bind::jr:requiredmsg": "required_message",
    "control::appearance": "appearance",
    "body::appearance": "appearance",
    "control::jr:count": "repeat_count",
    "media::image": "image",
    "media::audio": "audio",
    "media::video": "video",
    "media::big-image": "big-image",
}
CHOICES_ALIASES: Mapping[str, str] = {
    "caption": "label",
    "value": "name",
    "list_name": "list_name",
    "media::image": "image",
    "media::audio": "audio",
    "media::video": "video",
    "media::big-image": "big-image",
}

#: Columns of the survey sheet that are interpreted; the value says what happens with them.
SURVEY_COLUMNS: Mapping[str, str] = {
    "type": "interpreted",
    "name": "interpreted",
    "label": "interpreted; one column a language",
    "hint": "interpreted; one column a language",
    "required": "interpreted",
    "required_message": "interpreted; one column a language",
    "relevant": "interpreted",
    "constraint": "interpreted",
    "constraint_message": "interpreted; one column a language",
    "calculation": "interpreted",
    "default": "interpreted",
    "choice_filter": "interpreted",
    "read_only": "interpreted",
    "appearance": "interpreted where the table of types names it, kept otherwise",
    "parameters": "interpreted",
    "repeat_count": "interpreted",
    "dl::order": "interpreted: order of choices or of a grid's rows",
    "dl::label_swapped": "interpreted: the label shown while `swap_if` holds; one column a language",
    "dl::exclusive": "interpreted: choices that stand alone",
    "dl::missing": "interpreted: codes that mean no answer",
    "dl::ends": "interpreted: answers that end the interview, e.g. `2=refused`",
    "dl::level": "interpreted: lowest level of area at which results are released",
    "dl::role": "interpreted: background, open or hidden",
    "dl::list": "interpreted: the list that labels a hidden or calculated value",
    "dl::warning": "interpreted: a soft check beside the constraint",
    "dl::warning_message": "interpreted; one column a language",
    "dl::mode": "interpreted: who holds the phone for a group: `self` the respondent, `showcard` looks on",
    "dl::consent": "interpreted: `media` on a note, whose label asks for leave to take photos and recordings",
    "dl::dismiss": "interpreted: findings of the checker that the author dismisses, with the reason",
    "guidance_hint": "kept; one column a language",
    "image": "kept; one column a language",
    "big-image": "kept; one column a language",
    "audio": "kept; one column a language",
    "video": "kept; one column a language",
    "autoplay": "kept",
    "rows": "kept",
    "trigger": "kept",
    "save_to": "kept",
    "intent": "kept",
    "disabled": "interpreted: the row is left out",
    "no_app_error_string": "kept",
    "query": "kept",
    "accuracythreshold": "kept",
    "hxl": "kept",
    "sms_field": "kept",
    "compact_tag": "kept",
}
CHOICES_COLUMNS: Mapping[str, str] = {
    "list_name": "interpreted",
    "name": "interpreted",
    "label": "interpreted; one column a language",
    "image": "kept; one column a language",
    "big-image": "kept; one column a language",
    "audio": "kept; one column a language",
    "video": "kept; one column a language",
}
TRANSLATED = frozenset(
    {
        "label",
        "hint",
        "guidance_hint",
        "required_message",
        "constraint_message",
        "image",
        "big-image",
        "audio",
        "video",
        "dl::label_swapped",
        "dl::warning_message",
    }
)

_CODE = re.compile(r"\(\s*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)\s*\)\s*\Z")
_NAMED = {
    "english": "en",
    "tiếng việt": "vi",
    "vietnamese": "vi",
    "french": "fr",
    "français": "fr",
    "francais": "fr",
    "spanish": "es",
    "español": "es",
    "portuguese": "pt",
    "português": "pt",
    "arabic": "ar",
    "deutsch": "de",
    "german": "de",
    "khmer": "km",
    "lao": "lo",
    "chinese": "zh",
    "中文": "zh",
}


def language_code(name: str) -> str:
    """`Tiếng Việt (vi)` -> `vi`; a well-known name without a code -> its code; else the name itself."""
    name = " ".join(name.split())
    coded = _CODE.search(name)
    if coded:
        return coded[1].lower().replace("_", "-")
    if name.lower() in _NAMED:
        return _NAMED[name.lower()]
    return name


@dataclass(frozen=True)
class Header:
    """What one header names. column: canonical name, or the header itself. language: a code, '' if none."""

    original: str
    column: str
    language: str = ""
    language_name: str = ""
    known: bool = True

    @property
    def key(self) -> str:
        return f"{self.column}::{self.language}" if self.language else self.column


def parse_headers(
    sheet: str, headers: Iterable[str], aliases: Mapping[str, str], columns: Mapping[str, str]
) -> tuple[dict[str, Header], list[Finding]]:
    """Headers by their original text; a second header for the same column and language is a finding."""
    headers = list(headers)
    delimiter = "::" if any("::" in header for header in headers) else ":"
    parsed: dict[str, Header] = {}
    findings: list[Finding] = []
    seen: dict[str, str] = {}
    for original in headers:
        header = _parse(original, delimiter, aliases, columns)
        if header.key in seen:
            findings.append(
                Finding(
                    "xlsform.same-column",
                    Severity.ERROR,
                    Where(sheet, 1, original),
                    {"column": original, "other": seen[header.key]},
                )
            )
            continue
        seen[header.key] = original
        parsed[original] = header
    return parsed, findings


def _parse(original: str, delimiter: str, aliases: Mapping[str, str], columns: Mapping[str, str]) -> Header:
    whole = _snake(original)
    if whole in aliases or whole in columns:
        return Header(original, aliases.get(whole, whole))
    if delimiter == ":" and whole.startswith("jr:"):
        return Header(original, aliases.get(whole, whole), known=whole in aliases)
    parts = [part.strip() for part in original.split(delimiter)]
    for length in (2, 1):
        if len(parts) <= length:
            continue
        head = _snake("::".join(parts[:length]))
        column = aliases.get(head, head)
        if column in TRANSLATED and column in columns and len(parts) == length + 1:
            name = " ".join(parts[length].split())
            return Header(original, column, language_code(name), name)
    head = _snake("::".join(parts))
    if head in aliases:
        return Header(original, aliases[head])
    return Header(original, original, known=False)


def _snake(text: str) -> str:
    return "_".join(text.split()).lower()


def collect_languages(headers: Iterable[Header]) -> dict[str, str]:
    """Languages in the workbook's order: code -> name as written in the headers."""
    languages: dict[str, str] = {}
    for header in headers:
        if header.language and header.column in TRANSLATED and header.language not in languages:
            languages[header.language] = header.language_name
    return languages


def untagged(languages: Mapping[str, str], default_language: str) -> str:
    """The language of a header that names none: the default language, which pyxform takes too."""
    return default_language if languages else DEFAULT_LANGUAGE
