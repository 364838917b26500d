# ruff: noqa: E501 - lists of words
"""Rules about the form as a whole: what can't be reached, what is missing, what comes too early, length."""

from __future__ import annotations

import re
from collections.abc import Iterator

from questionnaires.findings import Finding, Severity, Where
from questionnaires.lint.registry import Asked, Form, at
from questionnaires.model import Question, Text

#: Longest interview, in minutes, before people tire and quality falls.
LONGEST_MINUTES = 25
#: Share of the form, from its start, in which sensitive questions come too early.
EARLY = 0.2

_EQUALS = re.compile(r"\$\{([\w.-]+)\}\s*=\s*['\"]([^'\"]*)['\"]|['\"]([^'\"]*)['\"]\s*=\s*\$\{([\w.-]+)\}")
_SELECTED = re.compile(r"selected\(\s*\$\{([\w.-]+)\}\s*,\s*['\"]([^'\"]*)['\"]\s*\)")
_OR = re.compile(r"\bor\b|\bnot\b|\bif\b|!=")
_FALSE = re.compile(r"^\s*(?:false\(\)|0|1\s*=\s*0|0\s*=\s*1|'a'\s*=\s*'b')\s*$")
_CASCADE = re.compile(r"^\s*([\w.-]+)\s*=\s*\$\{([\w.-]+)\}\s*$")
_SENSITIVE = re.compile(
    r"thu nhập (?:của|hằng tháng|hàng tháng|gia đình|bình quân)|tham nhũng|hối lộ|đưa tiền|quà (?:ngoài|cho)|tôn giáo|tín ngưỡng|ma túy|bạo lực|tình dục|sức khỏe tâm thần"
    r"|nợ nần|vay nặng lãi|khiếu nại|tố cáo|tin tưởng|chính trị"
    r"|\b(?:your|household|monthly|annual) income\b|\bbribe|\bcorrupt|\breligio|\bdrugs?\b|\bviolence|\bsexual|\bmental health|\bdebts?\b|\bcomplaint|\btrust\b",
    re.I,
)
_BACKGROUND = re.compile(
    r"^\s*(?:giới tính|năm sinh|tuổi|trình độ học vấn|dân tộc|nghề nghiệp|tôn giáo|tình trạng hôn nhân|thu nhập)"
    r"|bao nhiêu tuổi|sinh năm nào|^\s*(?:sex|gender|age|year of birth|education|occupation|ethnic|religion|marital)\b"
    r"|how old are you|year were you born", re.I,
)  # fmt: skip


def never_visible(form: Form) -> Iterator[Finding]:
    """A condition that can't hold: constant, against itself, or waiting for a value that doesn't exist."""
    for asked in form.asked:
        question = asked.question
        if any(_FALSE.match(condition) for condition in asked.conditions):
            yield at(question, "never-visible", "relevant")
            continue
        yield from _clash(form, asked)
        for condition in asked.conditions[-1:] if question.relevant else ():
            yield from _absent_values(form, question, condition)


def _clash(form: Form, asked: Asked) -> Iterator[Finding]:
    wanted: dict[str, str] = {}
    for condition in asked.conditions:
        if _OR.search(condition):
            continue
        for match in _EQUALS.finditer(condition):
            name, value = match[1] or match[4], match[2] if match[1] else match[3]
            other = form.find(name)
            if other is None or other.type not in ("select_one", "hidden", "calculate"):
                continue
            if wanted.setdefault(name, value) != value:
                params = {"other": name, "one": wanted[name], "two": value}
                yield at(asked.question, "contradiction", "relevant", **params)
                return


def _absent_values(form: Form, question: Question, condition: str) -> Iterator[Finding]:
    pairs = [(m[1] or m[4], m[2] if m[1] else m[3]) for m in _EQUALS.finditer(condition)]
    pairs += [(m[1], m[2]) for m in _SELECTED.finditer(condition)]
    for name, value in pairs:
        other = form.find(name)
        choices = form.choices(other) if other is not None else ()
        if choices and value and all(choice.value != value for choice in choices):
            yield at(question, "absent-value", "relevant", other=name, value=value)


def unreachable_choices(form: Form) -> Iterator[Finding]:
    """In a cascade `column = ${question}`, a choice whose column holds a value that the question can't have."""
    for asked in form.asked:
        match = _CASCADE.match(asked.question.choice_filter)
        above = form.find(match[2]) if match else None
        if match is None or above is None:
            continue
        possible = {choice.value for choice in form.choices(above)}
        for choice in form.choices(asked.question) if possible else ():
            value = choice.filters.get(match[1], "")
            if value not in possible:
                params = {
                    "list": asked.question.list_name,
                    "value": choice.value,
                    "column": match[1],
                    "has": value,
                }
                where = Where("choices", choice.row, match[1], asked.question.name)
                yield Finding("lint.unreachable-choice", Severity.WARNING, where, params)


def missing_translations(form: Form) -> Iterator[Finding]:
    """A language that some questions have and others lack: readers see another language in between."""
    for asked in form.asked:
        question = asked.question
        columns: tuple[tuple[str, Text], ...] = (
            ("label", question.label), ("hint", question.hint), ("constraint_message", question.constraint_message),
            ("required_message", question.required_message),
        )  # fmt: skip
        for column, text in columns:
            for language in form.questionnaire.languages:
                if text and not text.get(language):
                    yield at(question, "missing-translation", column, language=language, cell=column)
    for name, held in form.questionnaire.lists.items():
        for choice in held.choices:
            for language in form.questionnaire.languages:
                if choice.label and not choice.label.get(language) and choice.row is not None:
                    where = Where("choices", choice.row, "label", choice.value)
                    params = {"list": name, "value": choice.value, "language": language}
                    yield Finding("lint.untranslated-choice", Severity.WARNING, where, params)


def unused_lists(form: Form) -> Iterator[Finding]:
    """A list that no question uses is usually a slip of a name."""
    questions = list(form.questionnaire.questions())
    used = {q.list_name for q in questions} | {q.extra.get("dl::list", "") for q in questions}
    told = " ".join(
        q.calculation + q.choice_filter + q.relevant + q.parameters.get("tick_labelset", "")
        for q in questions
    )
    for name, held in form.questionnaire.lists.items():
        if name not in used and name not in told:
            row = held.choices[0].row if held.choices else None
            yield Finding(
                "lint.unused-list", Severity.NOTE, Where("choices", row, "list_name"), {"list": name}
            )


def sensitive_early(form: Form) -> Iterator[Finding]:
    """Sensitive questions before trust is made cost answers, and the interview."""
    if len(form.asked) < 10:
        return
    for asked in form.asked[: max(2, int(len(form.asked) * EARLY))]:
        question = asked.question
        match = next((m for text in question.label.values() if (m := _SENSITIVE.search(text))), None)
        if match and question.extra.get("dl::role", "") != "hidden" and not question.extra.get("dl::ends"):
            yield at(question, "sensitive-early", "name", words=match[0], position=asked.position + 1)


def demographics_first(form: Form) -> Iterator[Finding]:
    """Background questions first feel like an official form; they belong at the end."""
    if len(form.asked) < 8:
        return
    opening = form.asked[: max(4, len(form.asked) // 8)]
    found = [
        asked.question for asked in opening
        if not asked.question.required and any(_BACKGROUND.search(text) for text in asked.question.label.values())
    ]  # fmt: skip
    if len(found) >= 2:
        yield at(found[0], "demographics-first", "name", count=len(found))


def too_long(form: Form) -> Iterator[Finding]:
    """An interview longer than people bear."""
    took = minutes(form)
    if took > LONGEST_MINUTES:
        params = {"minutes": round(took), "limit": LONGEST_MINUTES}
        yield Finding("lint.too-long", Severity.WARNING, Where("survey"), params)


#: Seconds to think and answer, by type; reading comes on top.
_ANSWER_SECONDS = {
    "select_one": 7.0, "select_multiple": 12.0, "rank": 20.0, "integer": 8.0, "decimal": 9.0, "range": 5.0, "text": 30.0,
    "date": 8.0, "time": 7.0, "dateTime": 12.0, "acknowledge": 2.0, "geopoint": 15.0, "image": 25.0, "audio": 40.0,
    "video": 40.0, "file": 30.0, "barcode": 10.0,
}  # fmt: skip
#: Words (in Vietnamese, syllables) read aloud in a second, and the share that is asked a conditional question.
_WORDS_A_SECOND, _ASKED_SHARE = 2.4, 0.5


def minutes(form: Form) -> float:
    """Estimated minutes of an interview: words read aloud at an even pace, plus time to answer by type.

    A question with a condition of its own counts half; conditions of its groups don't count, since most
    interviews pass consent. Of a list, at most seven choices are read, and none in the later rows of a grid.
    """
    seconds = 0.0
    previous = ""
    for asked in form.asked:
        question = asked.question
        text = question.label.get(form.questionnaire.default_language) or next(
            iter(question.label.values()), ""
        )
        words = len(text.split())
        grid = any("table-list" in group.appearance.split() for group in asked.groups)
        if not (grid and question.list_name == previous):
            choices = form.choices(question)[:7]
            words += sum(len(next(iter(c.label.values()), "").split()) for c in choices)
        previous = question.list_name
        spent = words / _WORDS_A_SECOND + _ANSWER_SECONDS.get(question.type, 8.0) * (0.6 if grid else 1.0)
        seconds += spent * (_ASKED_SHARE if question.relevant else 1.0)
    return seconds / 60
