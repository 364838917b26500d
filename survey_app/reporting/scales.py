"""Which answers make a scale, and which side of it each is on.

A workbook may say so in the column `dl::scale`: `two-sided` (the first half against the second), `ordered` or
`none`. Where it doesn't, a list of four to seven answers counts as two-sided when its ends mirror each other:
the first two labels share a word, and so do the last two ("Rất tốt", "Khá tốt" ... "Khá kém", "Rất kém").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from survey_app.reporting.cube import Text
from survey_app.wording import fold, text_of

TWO_SIDED, ORDERED, NONE = "two-sided", "ordered", "none"
DECLARED = (TWO_SIDED, ORDERED, NONE)
# Words that any label may hold; sharing one of them says nothing.
_EMPTY = {
    "khong",
    "co",
    "la",
    "va",
    "hoac",
    "the",
    "a",
    "of",
    "to",
    "not",
    "no",
    "rat",
    "kha",
    "very",
    "fairly",
}
LONGEST_ORDERED = 5


def kind(declared: str, labels: Sequence[Text], shuffled: bool) -> str:
    """TWO_SIDED, ORDERED or NONE for the scale answers' labels, in the author's order.

    declared: the workbook's word, or empty. shuffled: the answers are shown in random order, so that the
    author's order means nothing. Short lists keep their order; long ones are lists of things.
    """
    if declared in DECLARED:
        return declared
    if shuffled:
        return NONE
    if 4 <= len(labels) <= 7 and _alike(labels[0], labels[1]) and _alike(labels[-1], labels[-2]):
        return TWO_SIDED
    return ORDERED if len(labels) <= LONGEST_ORDERED else NONE


def tones(count: int) -> list[int]:
    """The place of each of `count` answers on the five tones from one side (1) to the other (5), 3 the middle."""
    half, middle = divmod(count, 2)
    near = [1] if half == 1 else [round(1 + place / (half - 1)) for place in range(half)]
    return near + [3] * middle + [6 - tone for tone in reversed(near)]


def sides(count: int) -> tuple[range, range]:
    """Positions of the answers on either side of a two-sided scale; the middle one is on neither."""
    half = count // 2
    return range(half), range(count - half, count)


def joined(labels: Sequence[str], word: str) -> str:
    """Answers of one side of a scale as one label, what they share said once.

    "Rất tốt", "Khá tốt" → "Rất hoặc khá tốt"; "Tốt lên nhiều", "Tốt lên một chút" → "Tốt lên nhiều hoặc một
    chút". word: "hoặc", "or". Labels that share no words at either end stand in full.
    """
    parts = [label.split() for label in labels]
    folded = [[fold(w) for w in part] for part in parts]
    shortest = min(len(part) for part in parts)
    head = 0
    while head < shortest - 1 and len({part[head] for part in folded}) == 1:
        head += 1
    tail = 0
    while tail < shortest - 1 - head and len({part[-1 - tail] for part in folded}) == 1:
        tail += 1
    if not head and not tail:
        return f" {word} ".join([labels[0], *(_lower(label) for label in labels[1:])])
    middles = [" ".join(part[head : len(part) - tail]) for part in parts]
    middle = f" {word} ".join([middles[0], *(_lower(m) for m in middles[1:])])
    return " ".join([*parts[0][:head], middle, *parts[0][len(parts[0]) - tail :]])


def _lower(text: str) -> str:
    """The first letter small, unless the word is all capitals (a name of an office)."""
    first = text.split(" ", 1)[0]
    return text if len(first) > 1 and first.isupper() else text[:1].lower() + text[1:]


def _alike(one: Text, other: Text) -> bool:
    return bool(_words(one) & _words(other))


def _words(label: Text) -> set[str]:
    # Vietnamese first: the shown labels of the default language decide, whatever the reader's language is.
    text = label.get("vi") or label.get("default") or text_of(label)
    words = set(re.findall(r"\w+", fold(text)))
    return (words - _EMPTY) or words
