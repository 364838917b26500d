# ruff: noqa: E501 - lists of words
"""Rules about answer scales: balance, direction, a way to say that one doesn't know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from questionnaires.codebook import missing_codes
from questionnaires.findings import Finding
from questionnaires.lint.registry import Form, at
from questionnaires.model import Choice, Question

_I = re.IGNORECASE
#: Words of the unfavourable side; looked for first, since "không hài lòng" holds "hài lòng".
_NEGATIVE = re.compile(
    r"không (?:\w+ )?(?:hài lòng|tin tưởng|tin|an toàn|rõ|ủng hộ|đồng ý|thoải mái|công bằng|dễ|tốt|quan trọng|có khả năng)"
    r"|\bkém|\bxấu|\bkhó\b|phản đối|bất mãn|\btệ\b|nguy hiểm|thấp hơn|chậm|ít khả năng|không có khả năng"
    r"|\bdissatisf|\bunsatisf|\bpoor|\bbad\b|\bworse|\bdifficult|\bhard\b|\boppose|\bdisagree|\bunsafe|\bunclear|\bunlikely"
    r"|\bunfair|\buncomfortable|\bnot (?:very|at all) \w+|\bno trust|\bterrible|\blower\b|\bslow", _I,
)  # fmt: skip
_POSITIVE = re.compile(
    r"hài lòng|tin tưởng|an toàn|\brõ\b|ủng hộ|đồng ý|thoải mái|công bằng|\bdễ\b|\btốt\b|xuất sắc|tuyệt vời|cao hơn|nhanh"
    r"|có khả năng|\bsatisfied|\bgood\b|\bbetter\b|\beasy\b|\bsupport|\bagree|\bsafe\b|\bclear\b|\blikely\b|\bfair\b"
    r"|\bcomfortable|\btrust\b|\bexcellent|\bgreat\b|\bhigher\b|\bfast\b", _I,
)  # fmt: skip
_NEUTRAL = re.compile(
    r"bình thường|không .* cũng không|như trước|tương đương|trung bình|không thay đổi|neither|about the same|average|\bsame\b",
    _I,
)


def side(choice: Choice) -> int:
    """-1, 0 or 1: the side of a scale that a choice's label names; 0 where it names none."""
    text = next(iter(choice.label.values()), "")
    if _NEUTRAL.search(text):
        return 0
    if _NEGATIVE.search(text):
        return -1
    return 1 if _POSITIVE.search(text) else 0


def sides(choices: Sequence[Choice], question: Question) -> list[int]:
    """Sides of the substantive choices of an opinion scale, in order; [] where the list is none."""
    missing = missing_codes(question.extra.get("dl::missing", ""), choices)
    found = [side(choice) for choice in choices if choice.value not in missing]
    return found if 1 in found and -1 in found and len(found) >= 3 else []


def unbalanced(form: Form) -> Iterator[Finding]:
    """More favourable than unfavourable answers (or the reverse) pull the result to that side."""
    for question in _firsts(form):
        found = sides(form.choices(question), question)
        good, bad = found.count(1), found.count(-1)
        if found and good != bad:
            yield at(question, "unbalanced-scale", "type", list=question.list_name, good=good, bad=bad)


def directions(form: Form) -> Iterator[Finding]:
    """Scales that start on different sides make people answer the wrong way round."""
    starts: dict[int, list[Question]] = {1: [], -1: []}
    for question in _firsts(form):
        found = sides(form.choices(question), question)
        if found and (found[0] or found[1]):
            starts[found[0] or found[1]].append(question)
    fewer, more = sorted(starts.values(), key=len)
    for question in fewer:
        yield at(question, "mixed-directions", "type", list=question.list_name, other=more[0].list_name)


def no_dont_know(form: Form) -> Iterator[Finding]:
    """An opinion scale without a way to have none makes opinions up."""
    for question in _firsts(form):
        choices = form.choices(question)
        if not sides(choices, question):
            continue
        reasons = set(missing_codes(question.extra.get("dl::missing", ""), choices).values())
        if not reasons & {"dont_know", "refused", "missing"}:
            yield at(question, "no-dont-know", "type", list=question.list_name)


def no_way_out(form: Form) -> Iterator[Finding]:
    """A required question that offers neither don't know nor refusal ends interviews or makes answers up."""
    for asked in form.asked:
        question = asked.question
        if question.required.strip().lower() not in ("true()", "yes", "true"):
            continue
        if question.extra.get("dl::ends"):
            continue  # one of its answers ends the interview, which is the way out
        codes = missing_codes(question.extra.get("dl::missing", ""), form.choices(question))
        if not codes:
            yield at(question, "no-way-out", "required")


def same_label(form: Form) -> Iterator[Finding]:
    """Two choices of a list that read alike can't be told apart."""
    for question in _firsts(form):
        seen: dict[tuple[str, str, str], str] = {}
        for choice in form.choices(question):
            for language, text in choice.label.items():
                key = (language, " ".join(text.lower().split()), repr(sorted(choice.filters.items())))
                if key in seen and seen[key] != choice.value:
                    params = {"list": question.list_name, "one": seen[key], "other": choice.value}
                    yield at(question, "same-label", "type", **params)
                    break
                seen[key] = choice.value


def _firsts(form: Form) -> list[Question]:
    """The first question of each list."""
    found: dict[str, Question] = {}
    for asked in form.asked:
        if asked.question.list_name and form.choices(asked.question):
            found.setdefault(asked.question.list_name, asked.question)
    return list(found.values())
