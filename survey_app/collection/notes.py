"""Notes between collaborator and supervisor: what in them could tell a person, said so that it can be taken out.

Refused are numbers of five digits and more (a telephone, an identity number, an account), addresses of e-mail
and web, and likely names: words with capitals that begin with a common Vietnamese surname or follow a form
of address. Better one note too many refused than one name kept. `static/js/collect` mirrors this rule;
`tests/data/notes.json` holds both to the same answers.

Surnames: the commonest of Vietnam by Lê Trung Hoa, Họ và tên người Việt Nam (2005), which cover over nine in ten.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 280


def _set(words: str, parted_by: str = " ") -> frozenset[str]:
    return frozenset(words.split(parted_by))


SURNAMES = _set(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh đoàn trương lâm mai đào "
    "tô hà cao lưu lương thái châu tạ phùng vương nông triệu chu quách tống kiều nghiêm bạch văn doãn khuất "
    # Typed without marks; only those that are no common word in that form.
    "nguyen tran pham hoang huynh"
)
#: Forms of address that a name follows.
TITLES = _set("ông bà anh chị cô chú bác cậu dì thím mợ cụ em cháu thầy mr mrs ms")
#: Words that may begin with a capital after a form of address and are no names.
NOT_NAMES = _set("chủ thứ tết tổ thôn xóm khu ấp bản ubnd covid")
#: Places that look like names.
PLACES = _set(
    "hà nội,hà nam,hà giang,hà tĩnh,hà tiên,hà đông,cao bằng,cao lãnh,lâm đồng,thái nguyên,thái bình,thái lan,"
    "lương sơn,lý sơn,châu đốc,châu âu,hồ tây,mai châu,đào viên",
    ",",
)
#: After a form of address, a trade before the name: cô giáo Thảo, bác sĩ Hùng.
TRADES = frozenset(("giáo", "sĩ"))
#: Between surname and given name, also where everything is typed in small letters.
MIDDLE = frozenset(("văn", "thị", "van", "thi"))

_NUMBER = re.compile(r"\d(?:[ .,\-–]{0,3}\d){4,}")
_MAIL = re.compile(r"\S+@\S+")
_WEB = re.compile(
    r"(?:https?://|www\.)\S+|[a-z0-9-]+\.(?:vn|com|net|org|info|me|io)(?![a-z0-9])", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+")


def tidy(text: str) -> str:
    """The note as it is kept: NFC, single spaces, no ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def personal(text: str) -> tuple[str, ...]:
    """The parts of a note that could tell a person, in their order; empty when there are none.

    text: as `tidy` gives it. Numbers, addresses and names that overlap are told once, the first of them.
    """
    spans = [m.span() for pattern in (_MAIL, _WEB, _NUMBER) for m in pattern.finditer(text)]
    spans += _names(text)
    found: list[str] = []
    end = 0
    for start, stop in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= end:
            found.append(text[start:stop])
            end = stop
    return tuple(found)


def _capital(word: str) -> bool:
    return word[0] != word[0].lower()


def _names(text: str) -> list[tuple[int, int]]:
    """Where likely names stand. A name's words are parted by single spaces only."""
    words = list(_WORD.finditer(text))
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        stop = _name_from(text, words, at)
        if stop:
            spans.append((words[at].start(), words[stop - 1].end()))
        at = max(at + 1, stop)
    return spans


def _name_from(text: str, words: list[re.Match[str]], at: int) -> int:
    """The word after a name that begins at word `at`, or 0 where none does."""
    follows = _run(text, words, at)
    first = words[at].group().lower()
    if len(follows) < 2:
        return 0
    if first in TITLES:
        start = 2 if len(follows) > 2 and follows[1] in TRADES else 1
        capitals = _capitals(follows, start)
        return at + capitals if capitals > start and follows[start].lower() not in NOT_NAMES else 0
    capitals = _capitals(follows, 1)
    if " ".join(follows[:capitals]).lower() in PLACES:
        return 0
    if first in SURNAMES and _capital(follows[0]) and capitals > 1:
        return at + capitals
    if first in SURNAMES and len(follows) > 2 and follows[1].lower() in MIDDLE:
        return at + max(3, capitals)
    return 0


def _capitals(words: list[str], start: int) -> int:
    """The first place from `start` on whose word has no capital."""
    while start < len(words) and _capital(words[start]):
        start += 1
    return start


def _run(text: str, words: list[re.Match[str]], at: int) -> list[str]:
    """Word `at` and those that follow it with a single space between."""
    run = [words[at].group()]
    while at + 1 < len(words) and text[words[at].end() : words[at + 1].start()] == " ":
        at += 1
        run.append(words[at].group())
    return run
