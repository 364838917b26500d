"""Pictures and sounds that only some languages have: ODK Collect then refuses to open the whole form.

JavaRosa demands that what any language shows is there in the form's default language too (checked with the
validator inside pyxform's wheel); pyxform doesn't say so.
"""

from __future__ import annotations

from collections.abc import Iterator

from questionnaires.findings import Finding, Severity, Where
from questionnaires.model import Questionnaire

KINDS = ("image", "big-image", "audio", "video")


def uneven_media(questionnaire: Questionnaire, plain: frozenset[str] | None) -> Iterator[Finding]:
    """A warning for each question and kind of medium that the default language lacks.

    plain: the kinds whose column names no language, where the settings name no default language either: the
    form's default language is then the unnamed one, for every kind. None where that isn't so.
    """
    for question in questionnaire.questions():
        languages: dict[str, set[str]] = {}
        for key, text in question.extra.items():
            kind, _, language = key.partition("::")
            if kind in KINDS and text:
                languages.setdefault(kind, set()).add(language)
        for kind, found in languages.items():
            if (kind not in plain) if plain else (questionnaire.default_language not in found):
                where = Where("survey", question.row, kind, question.name)
                params = {"name": question.name, "kind": kind}
                yield Finding("xlsform.media-languages", Severity.WARNING, where, params)
