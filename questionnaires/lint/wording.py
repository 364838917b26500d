"""Rules of wording: the languages' own modules, run over labels and hints of what is asked."""

from __future__ import annotations

from collections.abc import Iterator

from questionnaires.findings import Finding
from questionnaires.lint import english, vietnamese
from questionnaires.lint.registry import Form, at
from questionnaires.model import DEFAULT_LANGUAGE

FINDERS = {"vi": vietnamese.find, "en": english.find}
PROBLEMS = (
    "double-barrelled", "leading", "loaded", "absolute", "double-negative", "one-sided", "vague", "jargon", "long",
    "agree",
)  # fmt: skip

_VIETNAMESE_LETTERS = frozenset("ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ")


def wording(form: Form) -> Iterator[Finding]:
    """Each problem of each question once a language. The statements of a grid are read after its words."""
    for asked in form.asked:
        question = asked.question
        for language, text in question.label.items():
            finder = FINDERS.get(_spoken(language, text))
            if finder is None or language not in form.languages:
                continue
            for problem, shown in finder(text):
                yield at(question, problem, language=language, words=shown)
    for group in {id(g): g for asked in form.asked for g in asked.groups}.values():
        if "table-list" not in group.appearance.split():
            continue
        first = next(a.question for a in form.asked if group in a.groups)
        for language, text in group.label.items():
            finder = FINDERS.get(_spoken(language, text))
            if finder is not None and language in form.languages:
                for problem, shown in finder(text):
                    yield at(first, problem, language=language, words=shown)


def _spoken(language: str, text: str) -> str:
    """The language of a text without a code: Vietnamese by its letters, else English."""
    if language != DEFAULT_LANGUAGE:
        return language
    return "vi" if any(letter in _VIETNAMESE_LETTERS for letter in text.lower()) else "en"
