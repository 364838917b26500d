"""What somebody typed or tapped on a page → the stored text of the questionnaire's contract.

The same rules stand in `static/js/collect/widgets.js`; `tests/conformance/typed.json` holds them equal.
Nothing is refused here: text that can't be a number or a date is passed on for `questionnaires` to judge.
"""

from __future__ import annotations

import re
import unicodedata

from werkzeug.datastructures import MultiDict

Form = MultiDict[str, str]
NUMBERS = ("integer", "decimal", "range")
_GROUPED = re.compile(r"-?\d{1,3}(\.\d{3})+")
_GROUPED_COMMA = re.compile(r"-?\d{1,3}(\.\d{3})*,\d+")
_COMMA = re.compile(r"-?\d*,\d+")
LONGEST = 4000


def number_text(typed: str, whole: bool) -> str:
    """`1.234,5` → `1234.5`; `1.200` → `1200` for a whole number; other text unchanged but for spaces."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFC", typed))
    text = re.sub(r"^\u2212", "-", text)
    if whole and _GROUPED.fullmatch(text):
        return text.replace(".", "")
    if _GROUPED_COMMA.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if _COMMA.fullmatch(text):
        return text.replace(",", ".")
    return text


def date_text(day: str, month: str, year: str) -> str:
    """Three typed parts → ISO, '' when all are blank."""
    d, m, y = (part.strip() for part in (day, month, year))
    if not (d or m or y):
        return ""
    return f"{y.rjust(4, '0')}-{m.rjust(2, '0')}-{d.rjust(2, '0')}"


def stored(form: Form, path: str, kind: str, apart: frozenset[str] = frozenset()) -> str:
    """The stored text of the question `path` of type `kind`. apart: its missing codes, offered as boxes."""
    if kind == "date":
        return date_text(*(form.get(f"{path}:{part}", "")[:10] for part in "dmy"))
    if kind == "rank":
        places = sorted(
            (key for key in form if key.startswith(f"{path}:")), key=lambda k: int(k.rsplit(":", 1)[1])
        )
        return " ".join(form[key] for key in places if form[key])
    given = [value[:LONGEST] for value in form.getlist(path) if value.strip()]
    if kind == "select_multiple":
        return " ".join(given)
    ticked = [value for value in given if value in apart]
    if ticked:
        return ticked[-1]
    if not given:
        return ""
    if kind in NUMBERS:
        return number_text(given[-1], kind == "integer")
    return unicodedata.normalize("NFC", given[-1]).replace("\r\n", "\n").strip()


def typed_number(value: str, language: str) -> str:
    """A stored number as the reader writes it."""
    return value if language == "en" else value.replace(".", ",")
