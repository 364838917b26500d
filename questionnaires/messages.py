"""The catalogue: every finding's sentence in Vietnamese and English, one module a room, merged here."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from types import MappingProxyType

from questionnaires import (
    messages_converter,
    messages_flow,
    messages_lint,
    messages_logic,
    messages_types,
    messages_xlsform,
)
from questionnaires.findings import Finding, Where

LANGUAGES = ("vi", "en")

CATALOGUE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        **messages_converter.MESSAGES,
        **messages_flow.MESSAGES,
        **messages_lint.MESSAGES,
        **messages_logic.MESSAGES,
        **messages_types.MESSAGES,
        **messages_xlsform.MESSAGES,
    }
)

_PLACES = {
    "vi": {"sheet": "trang “{}”", "row": "dòng {}", "column": "cột “{}”", "name": "“{}”"},
    "en": {"sheet": "sheet “{}”", "row": "row {}", "column": "column “{}”", "name": "“{}”"},
}


class _Parameters(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


# The sentence, within a text, that suggests what may have been meant.
_HINT = re.compile(r"[^.?]*\{meant\}[^.?]*[.?]")


def sentence(finding: Finding, language: str = "vi") -> str:
    """The finding in words, without its place. An empty parameter is shown as an ellipsis.

    language: `vi` or `en`; anything else is read as `en`. Raises KeyError for a code without a sentence.
    """
    language = language if language in LANGUAGES else "en"
    parameters = _Parameters((key, value if value != "" else "…") for key, value in finding.params.items())
    text = CATALOGUE[finding.code][language]
    if finding.params.get("meant") == "":
        text = _HINT.sub("", text).strip()  # nothing like it is known, so there is nothing to suggest
    return text.format_map(parameters)


def place(where: Where, language: str = "vi") -> str:
    """Where in words, e.g. `trang “survey”, dòng 12, cột “type”`; '' where nothing is known."""
    words = _PLACES[language if language in LANGUAGES else "en"]
    parts = (("sheet", where.sheet), ("row", where.row), ("column", where.column))
    found = [words[key].format(value) for key, value in parts if value is not None]
    if not found and where.name:
        found = [words["name"].format(where.name)]
    return ", ".join(found)


def sentences_of(prefix: str, language: str) -> dict[str, str]:
    """{code: sentence with `{parameter}` marks} of every code that begins with `prefix`, for a phone."""
    return dict(_sentences_of(prefix, language))


@functools.cache
def _sentences_of(prefix: str, language: str) -> dict[str, str]:
    return {code: texts[language] for code, texts in CATALOGUE.items() if code.startswith(prefix)}
