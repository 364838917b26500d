"""Conditions and rules of the contract in words, in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from questionnaires.codebook import plain

#: Words of each language; `{}` are filled in order.
WORDS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "ask-if": "Chỉ hỏi nếu {}.",
        "skip-if": "Bỏ qua nếu {}.",
        "and": " và ",
        "or": " hoặc ",
        "not": "không phải ({})",
        "=": "{} = {}",
        "!=": "{} khác {}",
        "<": "{} < {}",
        "<=": "{} ≤ {}",
        ">": "{} > {}",
        ">=": "{} ≥ {}",
        "blank": "{} để trống",
        "answered": "{} có trả lời",
        "selected": "{} có chọn {}",
        "not-selected": "{} không chọn {}",
        "count-selected": "số lựa chọn ở {}",
        "question": "câu {}",
        "value": "{}",
        "this": "câu trả lời",
        "case": "({} của phiếu) {}",
        "today": "ngày hôm nay",
        "now": "lúc này",
        "one-answer": "Chọn một.",
        "many-answers": "Có thể chọn nhiều.",
        "exclusive": "Các lựa chọn {} không đi cùng lựa chọn khác.",
        "rank": "Xếp thứ tự 1, 2, 3, …",
        "integer": "Ghi số nguyên:",
        "decimal": "Ghi số:",
        "text": "Ghi rõ:",
        "date": "Ngày / tháng / năm:",
        "time": "Giờ : phút:",
        "dateTime": "Ngày / tháng / năm, giờ : phút:",
        "acknowledge": "Đã đọc",
        "media": "(Thu bằng điện thoại)",
        "rule": "Quy định: {}.",
        "required": "Cần trả lời.",
        "reversed": "Thang đo được đảo chiều ở một nửa số phiếu.",
        "randomized": "Thứ tự được xáo ngẫu nhiên cho từng người.",
        "swapped": "Hai ý đổi chỗ ở một nửa số phiếu.",
        "arm": "Chỉ ở nhánh {} của thử nghiệm {}.",
        "repeat": "Hỏi lần lượt từng {}; dùng thêm tờ khi cần.",
        "interviewer-code": "Mã phiếu: ____________",
        "page": "Trang",
        "version": "Phiên bản {}",
    },
    "en": {
        "ask-if": "Ask only if {}.",
        "skip-if": "Skip if {}.",
        "and": " and ",
        "or": " or ",
        "not": "not ({})",
        "=": "{} = {}",
        "!=": "{} is not {}",
        "<": "{} < {}",
        "<=": "{} ≤ {}",
        ">": "{} > {}",
        ">=": "{} ≥ {}",
        "blank": "{} is blank",
        "answered": "{} is answered",
        "selected": "{} includes {}",
        "not-selected": "{} does not include {}",
        "count-selected": "the number of answers to {}",
        "question": "question {}",
        "value": "{}",
        "this": "the answer",
        "case": "({} of the case) {}",
        "today": "today",
        "now": "now",
        "one-answer": "Choose one.",
        "many-answers": "Several answers possible.",
        "exclusive": "The answers {} stand alone.",
        "rank": "Put in order: 1, 2, 3, …",
        "integer": "Whole number:",
        "decimal": "Number:",
        "text": "Write:",
        "date": "Day / month / year:",
        "time": "Hours : minutes:",
        "dateTime": "Day / month / year, hours : minutes:",
        "acknowledge": "Read",
        "media": "(Taken with the phone)",
        "rule": "Rule: {}.",
        "required": "An answer is needed.",
        "reversed": "The scale is reversed on half of the forms.",
        "randomized": "The order is drawn anew for each person.",
        "swapped": "The two statements change places on half of the forms.",
        "arm": "Only in arm {} of the experiment {}.",
        "repeat": "Go through each {} in turn; add sheets as needed.",
        "interviewer-code": "Form code: ____________",
        "page": "Page",
        "version": "Version {}",
    },
}


class Wording:
    """Says expression trees in words.

    numbers: question name -> what it is called on paper (`B1`). label: (question, stored value) -> the
    choice's words or ''.
    """

    def __init__(
        self,
        language: str,
        numbers: Mapping[str, str],
        label: Callable[[str, str], str],
        hidden: Mapping[str, str],
    ) -> None:
        self._words = WORDS[language if language in WORDS else "en"]
        self._numbers = numbers
        self._label = label
        self._hidden = hidden

    def word(self, key: str, *parts: str) -> str:
        return self._words[key].format(*parts)

    def condition(self, tree: Any, own: str = "") -> str:
        """A condition in words. own: the question whose rule it is; it is called `the answer`."""
        return self._say(tree, own, outer="")

    def _say(self, tree: Any, own: str, outer: str) -> str:
        if not isinstance(tree, list) or not tree:
            return self._value(tree)
        head, arguments = str(tree[0]), tree[1:]
        if head in ("and", "or"):
            joined = self._words[head].join(self._say(part, own, head) for part in arguments)
            return f"({joined})" if outer and outer != head else joined
        if head == "not" and len(arguments) == 1:
            return self._negated(arguments[0], own)
        if head in ("=", "!=", "<", "<=", ">", ">=") and len(arguments) == 2:
            return self._comparison(head, arguments[0], arguments[1], own)
        if head == "selected" and len(arguments) == 2:
            return self.word(
                "selected", self._say(arguments[0], own, head), self._choice(arguments[0], arguments[1])
            )
        name = _question_of(tree)
        if name:
            return self._question(name, own)
        if head == "count-selected":
            return self.word("count-selected", self._say(arguments[0], own, head))
        if head in ("today", "now"):
            return self._words[head]
        if head in ("number", "string", "int", "boolean") and len(arguments) == 1:
            return self._say(arguments[0], own, outer)
        if head in ("+", "-", "*", "div", "mod"):
            sign = {"*": "×", "div": "÷"}.get(head, head)
            return f" {sign} ".join(self._say(part, own, head) for part in arguments)
        if head == "format-date" and len(arguments) == 2 and arguments[1] == "%Y":
            year = {"vi": "năm của {}", "en": "the year of {}"}
            return year["vi" if self._words is WORDS["vi"] else "en"].format(
                self._say(arguments[0], own, head)
            )
        return f"{head}({', '.join(self._say(part, own, '') for part in arguments)})"

    def _negated(self, tree: Any, own: str) -> str:
        if isinstance(tree, list) and tree and tree[0] == "selected" and len(tree) == 3:
            return self.word("not-selected", self._say(tree[1], own, ""), self._choice(tree[1], tree[2]))
        if isinstance(tree, list) and tree and tree[0] == "or":
            return self._words["and"].join(self._negated(part, own) for part in tree[1:])
        return self.word("not", self._say(tree, own, ""))

    def _comparison(self, sign: str, left: Any, right: Any, own: str) -> str:
        said = self._say(left, own, sign)
        if right == "" and sign in ("=", "!="):
            return self.word("blank" if sign == "=" else "answered", said)
        return self.word(sign, said, self._choice(left, right, own))

    def _choice(self, question: Any, value: Any, own: str = "") -> str:
        name = _question_of(question)
        if name and isinstance(value, str):
            label = self._label(name, value)
            if label:
                return f"{value} “{label}”"
        return self._say(value, own, "=") if isinstance(value, list) else self._value(value)

    def _question(self, name: str, own: str) -> str:
        if name == own:
            return self._words["this"]
        if name in self._numbers:
            return self.word("question", self._numbers[name])
        return f"“{self._hidden[name]}”" if self._hidden.get(name) else name

    def _value(self, value: Any) -> str:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return plain(value) if isinstance(value, str) and value else str(value)


def _question_of(tree: Any) -> str:
    """The question that a tree reads, at the top or in its own instance of a repeat; '' for anything else."""
    if isinstance(tree, list) and len(tree) > 1 and tree[0] in ("q", "p") and isinstance(tree[-1], str):
        return tree[-1]
    return ""
