"""Regular expressions that mean the same in Python and JavaScript, and can't explode.

Neither engine can stop a match half-way, so only one subset is allowed, read here into a tree and written
out in a form both engines take literally: no `\\d`, `\\w` or `\\s` is left, classes are explicit ranges.
README.md describes the subset. The whole text must match, as in Collect.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable


class PatternError(Exception):
    """The pattern is outside the subset. code: a finding's code; near: the piece that is not allowed."""

    def __init__(self, code: str, near: str) -> None:
        super().__init__(f"{code}: {near}")
        self.code, self.near = code, near


@functools.lru_cache(maxsize=512)
def matcher(pattern: str) -> Callable[[str], bool]:
    """pattern: one that `translate` gave. Returns a test of a whole text."""
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


MAX_PATTERN = 500
MAX_COUNT = 1000
_DIGIT, _WORD, _SPACES = "0-9", "A-Za-z0-9_", r" \t\n\r\f\v"
_SHORTHANDS = {"d": _DIGIT, "w": _WORD, "s": _SPACES}
_CONTROLS = {"t": r"\t", "n": r"\n", "r": r"\r", "f": r"\f", "v": r"\v"}
_SYNTAX = frozenset("\\^$.|?*+()[]{}/")


def translate(pattern: str) -> tuple[str, bool]:
    """(the same pattern in the common form, whether its author anchored it with ^…$).

    Raises PatternError outside the subset (lookaround, back-references, inline flags, `\\b`).
    """
    if len(pattern) > MAX_PATTERN:
        raise PatternError("logic.regex-too-long", pattern[:20] + "…")
    reader = _Reader(pattern)
    written = reader.alternatives(top=True)
    if reader.at < len(pattern):
        raise PatternError("logic.regex-unsupported", pattern[reader.at :])
    return written, reader.anchored or pattern == ""


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern, self.at = pattern, 0
        self.starts = self.ends = self.branches = 0

    @property
    def anchored(self) -> bool:
        """Anchors are redundant for a whole match; the author is told where other engines would search."""
        return self.starts == self.ends == self.branches

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def refuse(self, near: str) -> PatternError:
        return PatternError("logic.regex-unsupported", near)

    def alternatives(self, top: bool = False) -> str:
        parts = [self.sequence(top)]
        while self.peek() == "|":
            self.at += 1
            parts.append(self.sequence(top))
        return "|".join(parts)

    def sequence(self, top: bool) -> str:
        written: list[str] = []
        if top:
            self.branches += 1
            while self.peek() == "^":
                self.at += 1
                self.starts += 1
        while self.peek() not in ("", "|", ")"):
            if self.peek() == "$" and top and self.pattern[self.at + 1 : self.at + 2] in ("", "|"):
                self.at += 1
                self.ends += 1
                continue
            written.append(self.quantified())
        return "".join(written)

    def quantified(self) -> str:
        atom = self.atom()
        quantifier = re.compile(r"[*+?]|\{(\d+)(?:,(\d*))?\}", re.ASCII).match(self.pattern, self.at)
        if quantifier is None:
            if self.peek() == "{":
                raise self.refuse(self.pattern[self.at :])
            return atom
        self.at = quantifier.end()
        if any(int(n) > MAX_COUNT for n in quantifier.groups() if n):
            raise self.refuse(quantifier.group(0))
        if self.peek() == "?":
            self.at += 1  # lazy: the same answer for a whole match
        if self.peek() in ("*", "+", "?", "{") and self.peek():
            raise self.refuse(self.pattern[self.at :])
        return atom + quantifier.group(0)

    def atom(self) -> str:
        char = self.peek()
        if char == "(":
            return self.group()
        if char == "[":
            return self.klass()
        if char == ".":
            self.at += 1
            return r"[^\n\r\u2028\u2029]"
        if char == "\\":
            inside = self.escape(in_class=False)
            return inside
        if char in "*+?{}^$])":
            raise self.refuse(self.pattern[self.at :])
        self.at += 1
        return _literal(char)

    def group(self) -> str:
        self.at += 1
        if self.peek() == "?":
            if self.pattern[self.at : self.at + 2] != "?:":
                raise self.refuse(self.pattern[self.at - 1 :])
            self.at += 2
        inside = self.alternatives()
        if self.peek() != ")":
            raise self.refuse(self.pattern[self.at :] or "(")
        self.at += 1
        return f"(?:{inside})"

    def escape(self, in_class: bool) -> str:
        char = self.pattern[self.at + 1 : self.at + 2]
        self.at += 2
        if char in _SHORTHANDS:
            return _SHORTHANDS[char] if in_class else f"[{_SHORTHANDS[char]}]"
        if char.lower() in _SHORTHANDS and not in_class:
            return f"[^{_SHORTHANDS[char.lower()]}]"
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char == "u" and re.match(r"[0-9A-Fa-f]{4}", self.pattern[self.at :]):
            self.at += 4
            return "\\u" + self.pattern[self.at - 4 : self.at].lower()
        if char and not char.isalnum():
            return _literal(char, in_class)
        raise self.refuse("\\" + char)

    def klass(self) -> str:
        start = self.at
        self.at += 1
        negated = self.peek() == "^"
        self.at += negated
        pieces: list[str] = []
        while self.peek() != "]":
            if self.peek() in ("", "[") or self.pattern[self.at : self.at + 2] == "&&":
                raise self.refuse(self.pattern[start:])
            first = self.class_item()
            if self.peek() == "-" and len(first_char := _character(first)) == 1 and self.follows_range():
                self.at += 1
                last = self.class_item()
                if len(_character(last)) != 1 or first_char > _character(last):
                    raise self.refuse(self.pattern[start : self.at])
                pieces.append(f"{first}-{last}")
            else:
                pieces.append(first)
        self.at += 1
        if not pieces:
            raise self.refuse(self.pattern[start : self.at])
        return f"[{'^' if negated else ''}{''.join(pieces)}]"

    def follows_range(self) -> bool:
        """A hyphen that is not the class's last character; after a shorthand it is taken literally."""
        return self.pattern[self.at + 1 : self.at + 2] not in ("]", "")

    def class_item(self) -> str:
        if self.peek() == "\\":
            return self.escape(in_class=True)
        char = self.peek()
        self.at += 1
        return _literal(char, in_class=True)


def _literal(char: str, in_class: bool = False) -> str:
    """A character as both engines read it under JavaScript's `u` flag."""
    if char in _SYNTAX:
        return "\\" + char
    return f"\\u{ord(char):04x}" if in_class and char in "&~-" else char


def _character(written: str) -> str:
    """The character a class item stands for; longer text for a shorthand, which can't bound a range."""
    if re.fullmatch(r"\\u[0-9a-f]{4}", written):
        return chr(int(written[2:], 16))
    if len(written) == 2 and written[0] == "\\":
        return {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}.get(written[1], written[1])
    return written
