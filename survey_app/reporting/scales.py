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


def _alike(one: Text, other: Text) -> bool:
    return bool(_words(one) & _words(other))


def _words(label: Text) -> set[str]:
    # Vietnamese first: the shown labels of the default language decide, whatever the reader's language is.
    text = label.get("vi") or label.get("default") or text_of(label)
    words = set(re.findall(r"\w+", fold(text)))
    return (words - _EMPTY) or words
