"""Words: nothing a person reads lacks Vietnamese, and formats are Vietnamese by default."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[3] / "survey_app"
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]


def msgids() -> dict[str, str]:
    """{English sentence: the first place where it is used}."""
    found: dict[str, str] = {}
    for file, line, message, *_ in extract_from_dir(
        str(ROOT), METHODS, {"**/templates/**.html": {"trimmed": "true"}}, keywords=KEYWORDS
    ):
        for one in [message] if isinstance(message, str) else [m for m in message if m]:
            found.setdefault(one, f"{file}:{line}")
    return found


def catalogue() -> dict[str, object]:
    merged: dict[str, object] = {}
    for path in sorted((ROOT / "translations" / "vi").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="vi"):
                if message.id and message.string and not message.fuzzy:
                    for one in [message.id] if isinstance(message.id, str) else message.id:
                        merged[str(one)] = message.string
    return merged


def test_every_sentence_has_vietnamese() -> None:
    known = catalogue()
    missing = {sentence: place for sentence, place in msgids().items() if sentence not in known}
    assert missing == {}


def test_no_translation_is_left_over() -> None:
    used = set(msgids())
    assert sorted(set(catalogue()) - used) == []


def test_translations_keep_their_parameters() -> None:
    parameter = re.compile(r"%\((\w+)\)")
    wrong = {
        sentence: translated
        for sentence, translated in catalogue().items()
        for one in ([translated] if isinstance(translated, str) else list(translated))  # type: ignore[call-overload]
        if set(parameter.findall(one)) - {"num"} != set(parameter.findall(sentence)) - {"num"}
    }
    assert wrong == {}


def _strings(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_nobody_is_addressed_as_ban() -> None:
    """The product speaks to grown-ups: never “bạn” (but “bạn bè”, “các bạn” in the lists' own words are fine)."""
    offending = [
        text
        for text in catalogue().values()
        for one in ([text] if isinstance(text, str) else list(text))  # type: ignore[call-overload]
        if re.search(r"\b[Bb]ạn\b(?! bè)", one)
    ]
    assert offending == []


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [(1234.5, 1, "1.234,5", "1,234.5"), (-3, 0, "−3", "−3"), (0.125, 3, "0,125", "0.125")],
)
def test_numbers_in_both_languages(value: float, decimals: int, vi: str, en: str) -> None:
    from flask import Flask

    from survey_app import wording

    app = Flask("words")
    app.config.update(LANGUAGES=("vi", "en"), BABEL_DEFAULT_LOCALE="vi", SECRET_KEY="words")
    with app.test_request_context("/"):
        assert wording.number(value, decimals) == vi
    with app.test_request_context("/?lang=en"):
        assert wording.number(value, decimals) == en


def test_search_ignores_diacritics() -> None:
    from survey_app.wording import fold

    assert fold("Đặc khu  Vân Đồn") == "dac khu van don"
