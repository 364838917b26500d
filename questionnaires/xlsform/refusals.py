"""pyxform's refusals, recognised: which one it is, and what it names.

pyxform's own list (`ErrorCode`) gives one code each (`xlsform.converter-names-003`); its older sentences are
told by pattern. What neither knows keeps the general code, and pyxform's words as a detail.
`messages_converter.py` holds a sentence for each in both languages; a test fails when a new pyxform has others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter

from pyxform.errors import ErrorCode

GENERAL = "xlsform.converter"
_ROW = re.compile(r"^\[row ?: ?\d+\]\s*")


def code_of(error: ErrorCode) -> str:
    return f"{GENERAL}-{error.name.lower().replace('_', '-')}"


def _pattern(template: str) -> re.Pattern[str]:
    """A regular expression that reads back what was put into a format string; blanks count as one."""
    parts: list[str] = []
    seen: set[str] = set()
    for text, name, _, _ in Formatter().parse(_ROW.sub("", template.replace("[row : {row}]", ""))):
        parts.append(re.sub(r"(?:\\\s|\s)+", r"\\s+", re.escape(text)))
        if name:
            parts.append(f"(?P<{name}>.*?)" if name not in seen else f"(?P={name})")
            seen.add(name)
    return re.compile("".join(parts).strip().removeprefix(r"\s+"), re.DOTALL)


_LISTED = tuple((code_of(error), _pattern(error.value.msg)) for error in ErrorCode)

#: pyxform's sentences outside its list, each with the name of its code.
_OLDER = tuple(
    (f"{GENERAL}-{name}", re.compile(pattern))
    for name, pattern in (
        ("no-label", r"The survey element named '(?P<name>[^']*)' has no label or hint"),
        ("big-image", r"To use big-image, you must also specify an image.*named (?P<name>[^.]*)"),
        ("unknown-type", r"Unknown question type '(?P<type>[^']*)'"),
        ("no-id", r"Survey cannot have an empty id_string"),
        ("same-instance", r"The same instance id will be generated.*Instance name: '(?P<name>[^']*)'"),
        ("search-with-file", r"Question '(?P<name>[^']*)' is a select from file type, using 'search\(\)'"),
        ("search-shared", r"Question '(?P<name>[^']*)' uses 'search\(\)'.*list name '(?P<list>[^']*)'"),
        ("media-type", r"Media type: (?P<type>\S+) not supported"),
        ("trigger-hidden", r"The question \$\{(?P<name>[^}]*)\} is not user-visible"),
        ("no-question-type", r"Question with no type"),
        ("audit-name", r"Audits must always be named"),
        ("true-or-false", r"(?P<name>[\w-]+) must be set to true or false: '(?P<value>[^']*)'"),
        ("audit-reasons", r"(?P<name>track-changes-reasons) must be set to on-form-edit"),
        ("location-priority", r"Parameter (?P<name>location-priority) must be set to"),
        ("whole-number", r"Parameter (?P<name>[\w-]+) must have an integer value"),
        ("not-negative", r"Parameter (?P<name>[\w-]+) must be greater\s+than or equal to (?P<least>[\w-]+)"),
        ("audit-location", r"To include location information in the audit"),
        ("no-calculation", r"Missing calculation"),
        ("no-name", r"Question or group with no name"),
        ("loop", r"Repeat loop without list name|List name not in columns sheet"),
        ("external-list", r"List name not in external choices sheet: (?P<list>.*)"),
        ("external-sheet", r"There should be an external_choices sheet"),
        ("choices-sheet", r"There should be a choices sheet"),
        ("list", r"List name not in choices sheet: (?P<list>.*)"),
        (
            "choice-spaces",
            r"Choice names with spaces cannot be added.*See \[(?P<value>[^\]]*)\] in \[(?P<list>[^\]]*)\]",
        ),
        ("filter-other", r"Choice filter not supported with or_other"),
        ("other-without-choices", r"Please specify choices for this 'or other' question"),
        ("seed", r"seed value must be a number or a reference"),
        ("seed-alone", r"Parameters must include randomize=true to use a seed"),
        ("filter-table", r"Choice filter not supported for table-list"),
        (
            "table-list",
            r"Badly formatted table list, list names don't match: (?P<list>.*?) vs\. (?P<other>.*)",
        ),
        ("bad-value", r"Invalid value for (?P<name>[\w-]+)\.?$"),
        ("instance-id", r"Cannot omit instanceID"),
        (
            "file-ending",
            r"File name for '(?P<type>[^']*)' should end with one of the supported file extensions",
        ),
        ("file-ending", r"File name for '(?P<type>.*?)' should end with"),
        ("duplicate-header", r"Duplicate column header: (?P<column>.*)"),
        ("no-survey-sheet", r"You must have a sheet named 'survey'"),
        ("not-a-form", r"does not appear to be a valid XLSForm"),
        ("cascade", r"Found a cascading_select"),
        ("date-cell", r"invalid date on the (?P<sheet>.*?) sheet, under the (?P<column>.*?) column"),
        ("no-choices", r"There should be choices for this question"),
        ("too-deep", r"The workbook nests too deeply"),
        ("reference", r"There is no survey element named '(?P<name>[^']*)'"),
        ("reference-twice", r"There are multiple survey elements named '(?P<name>[^']*)'"),
        ("reference-path", r"There has been a problem trying to replace (?P<name>\S+)"),
    )
)


def recognise(message: str) -> tuple[str, Mapping[str, str]]:
    """(code, parameters) of a message of pyxform. Every answer also has `message`, its words without the row."""
    words = _ROW.sub("", " ".join(message.split()))
    found = [(code, match) for code, pattern in _LISTED if (match := pattern.fullmatch(words))]
    found += [(code, match) for code, pattern in _OLDER if (match := pattern.search(words))]
    for code, match in found:
        return code, {k: v for k, v in match.groupdict().items() if v is not None} | {"message": words}
    return GENERAL, {"message": words}
