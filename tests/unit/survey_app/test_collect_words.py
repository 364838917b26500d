"""Every sentence that the phone's scripts say is in the data block, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from survey_app import wording
from survey_app.collection import words
from survey_app.sampling.outcomes import OUTCOMES

ROOT = Path(__file__).parents[3] / "survey_app"
SAID = re.compile(r"""\bt\(\s*"((?:[^"\\]|\\.)*)\"""")
MARKED = re.compile(r'data-t(?:-label|-placeholder)?="([^"]+)"')


def spoken() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "static" / "js" / "collect").glob("*.js"):
        found |= set(SAID.findall(path.read_text(encoding="utf-8")))
    templates = ROOT / "templates"
    pages = [templates / "collection" / page for page in ("app.html", "form.html", "training.html")]
    for page in (*pages, *(templates / "widgets").glob("*.html")):
        text = page.read_text(encoding="utf-8")
        found |= set(MARKED.findall(text))
    return found


def small_app() -> Flask:
    app = Flask("survey_app", root_path=str(ROOT))
    app.config.update(BABEL_DEFAULT_LOCALE="vi", LANGUAGES=("vi", "en"))
    wording.init_app(app)
    return app


def test_every_sentence_of_the_scripts_is_sent_in_vietnamese() -> None:
    with small_app().test_request_context("/"):
        vietnamese = words.block()["words"]["vi"]
    assert spoken() - set(vietnamese) == set()
    untranslated = {k for k, v in vietnamese.items() if k == v and re.search(r"[a-z]{4}", k)}
    assert untranslated == set()


def test_nothing_is_sent_that_nobody_says() -> None:
    labels = {str(outcome.label) for outcome in OUTCOMES.values()}
    with small_app().test_request_context("/"):
        sent = set(words.block()["words"]["vi"])
    spoken_by_server = {"Ý Dân", "Choose one", "Day", "Month", "Year", "I have read this"}
    spoken_by_server |= {"Does not apply", "Don't know / hard to say", "Prefer not to answer"}
    assert sent - spoken() - labels - spoken_by_server == set()


def test_parameters_are_the_same_in_both_languages() -> None:
    with small_app().test_request_context("/"):
        vietnamese = words.block()["words"]["vi"]
    for english, translated in vietnamese.items():
        assert sorted(re.findall(r"%\(\w+\)s", english)) == sorted(re.findall(r"%\(\w+\)s", translated)), (
            english
        )
