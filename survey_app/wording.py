"""Words, numbers and dates as the reader expects them: Vietnamese by default, English by choice.

Catalogues: one `.po` per room and language in `translations/<language>/`, English sentences as keys, read
directly (no compiled files to go stale). Sentences of the libraries come from their own catalogues.
Formats: 12,5 % · 1.234 · 22/11/2026 (vi); 12.5% · 1,234 · 22 Nov 2026 (en).
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Domain, get_locale

from survey_app.extensions import babel

CATALOGUES = Path(__file__).parent / "translations"


@lru_cache(maxsize=8)
def catalogue(language: str) -> Any:
    """All rooms' sentences of one language, merged. An unknown language gives an empty catalogue."""
    merged: Any = None
    for path in sorted((CATALOGUES / language).glob("*.po")):
        with path.open("rb") as file:
            messages = read_po(file, locale=language)
        compiled = io.BytesIO()
        write_mo(compiled, messages)
        compiled.seek(0)
        room = Translations(compiled)
        merged = room if merged is None else merged.merge(room)
    return merged or NullTranslations()


class RoomDomain(Domain):
    """Flask-Babel's domain, reading the rooms' catalogues."""

    def get_translations(self) -> Any:
        return catalogue(str(get_locale() or "vi"))


_SPOKEN = "survey_app.language"


def language() -> str:
    """The reader's language: chosen in the address (`?lang=en`), else in the session, else the default.

    A page that is the same for all (`g.same_for_all`) has no session to ask. Settled once a request: a page of
    results writes thousands of numbers.
    """
    if not has_request_context():
        return str(current_app.config["BABEL_DEFAULT_LOCALE"])
    for_all = bool(g.get("same_for_all"))
    settled: dict[bool, str] = request.environ.setdefault(_SPOKEN, {})
    if for_all not in settled:
        settled[for_all] = _spoken(for_all)
    return settled[for_all]


def _spoken(for_all: bool) -> str:
    offered = current_app.config["LANGUAGES"]
    for wanted in (request.args.get("lang"), None if for_all else session.get("language")):
        if wanted in offered:
            return str(wanted)
    return str(current_app.config["BABEL_DEFAULT_LOCALE"])


def choose(wanted: str) -> None:
    """Keep the reader's choice in the session, from this very request on."""
    session["language"] = wanted
    request.environ.pop(_SPOKEN, None)


def nfc(text: str) -> str:
    """Text as it is stored: NFC, no surrounding white space."""
    return unicodedata.normalize("NFC", text).strip()


def fold(text: str) -> str:
    """Text as it is searched: no diacritics, đ as d, lower case, single spaces."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def number(value: float, decimals: int = 0) -> str:
    """1234.5 → `1.234,5` (vi) or `1,234.5` (en)."""
    text = f"{value:,.{decimals}f}".replace("-", "−")
    return text if language() == "en" else text.translate(str.maketrans(",.", ".,"))


def percent(share: float, decimals: int = 0) -> str:
    """0.125 → `13 %`, with one decimal `12,5 %` (vi) or `12.5%` (en)."""
    gap = "" if language() == "en" else "\N{NO-BREAK SPACE}"
    return f"{number(share * 100, decimals)}{gap}%"


def day(value: date | datetime | str | None) -> str:
    """A date as it is written: 22/11/2026 (vi), 22 Nov 2026 (en); an empty string for None."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    return value.strftime("%d %b %Y" if language() == "en" else "%d/%m/%Y")


def text_of(texts: Mapping[str, str] | None) -> str:
    """One of several translations of content: the reader's language, else Vietnamese, else any."""
    if not texts:
        return ""
    for wanted in (language(), "vi", "default", "en"):
        if texts.get(wanted):
            return texts[wanted]
    return next(iter(texts.values()), "")


def init_app(app: Flask) -> None:
    """Bind Babel and offer the formats to templates."""
    babel.init_app(app, locale_selector=language)
    babel.domain_instance = RoomDomain()
    app.jinja_env.filters.update(number=number, percent=percent, day=day, text_of=text_of)
    app.jinja_env.globals["language"] = language
