"""Regular expressions that mean the same in Python and JavaScript, and can't explode.

Neither engine can stop a match half-way, so only one subset is allowed: read here into a tree, judged by
`pattern_safety`, and written out in a form that both engines take literally (no `\\d`, `\\w` or `\\s` is left,
classes are explicit). The whole text must match, as in Collect. README.md describes the subset.
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

MAX_PATTERN = 500
MAX_COUNT = 1000
#: No pattern is tried on a longer text, which then doesn't match: bounds the work of the ones allowed.
LONGEST_TEXT = 1000

Ranges = tuple[tuple[int, int], ...]
_SHORTHANDS = {"d": "0-9", "w": "A-Za-z0-9_", "s": r" \t\n\r\f\v"}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_SYNTAX = frozenset("\\^$.|?*+()[]{}/")
_PROPERTIES = ("L", "Lu", "Ll", "N", "Nd", "P", "M")
_NEWLINES: Ranges = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
_QUANTIFIER = re.compile(r"[*+?]|\{(\d+)(,(\d*))?\}", re.ASCII)


class PatternError(Exception):
    """The pattern is outside the subset. code: a finding's code; near: the piece that is not allowed."""

    def __init__(self, code: str, near: str) -> None:
        super().__init__(f"{code}: {near}")
        self.code, self.near = code, near


@dataclass(frozen=True)
class Characters:
    """One character of a set. written: in the common form."""

    written: str
    ranges: Ranges


@dataclass(frozen=True)
class Sequence:
    parts: tuple[Tree, ...]


@dataclass(frozen=True)
class Alternatives:
    branches: tuple[Tree, ...]


@dataclass(frozen=True)
class Repeated:
    """most None: without limit."""

    inner: Tree
    least: int
    most: int | None


Tree = Characters | Sequence | Alternatives | Repeated


@functools.lru_cache(maxsize=512)
def matcher(pattern: str) -> Callable[[str], bool]:
    """pattern: in the common form. Returns a test of a whole text."""
    compiled = re.compile(pattern)
    return lambda text: len(text) <= LONGEST_TEXT and compiled.fullmatch(text) is not None


def read(pattern: str) -> tuple[Tree, bool]:
    """(the tree, whether its author anchored it with ^…$). Raises PatternError outside the subset."""
    if len(pattern) > MAX_PATTERN:
        raise PatternError("logic.regex-too-long", pattern[:20] + "…")
    reader = _Reader(pattern)
    tree = reader.alternatives(top=True)
    if reader.at < len(pattern):
        raise reader.refuse(pattern[reader.at :])
    return tree, pattern == "" or reader.starts == reader.ends == reader.branches


def write(tree: Tree) -> str:
    """The common form."""
    if isinstance(tree, Characters):
        return tree.written
    if isinstance(tree, Sequence):
        return "".join(write(part) for part in tree.parts)
    if isinstance(tree, Alternatives):
        return f"(?:{'|'.join(write(branch) for branch in tree.branches)})"
    inner = write(tree.inner)
    if not isinstance(tree.inner, Characters):
        inner = f"(?:{inner})"
    most = "" if tree.most is None else tree.most
    known = {(0, None): "*", (1, None): "+", (0, 1): "?"}.get((tree.least, tree.most))
    return inner + (known or f"{{{tree.least},{most}}}")


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern, self.at, self.depth = pattern, 0, 0
        self.starts = self.ends = self.branches = 0

    def peek(self, ahead: int = 0) -> str:
        return self.pattern[self.at + ahead : self.at + ahead + 1]

    def refuse(self, near: str) -> PatternError:
        return PatternError("logic.regex-unsupported", near)

    def alternatives(self, top: bool = False) -> Tree:
        branches = [self.sequence(top)]
        while self.peek() == "|":
            self.at += 1
            branches.append(self.sequence(top))
        return branches[0] if len(branches) == 1 else Alternatives(tuple(branches))

    def sequence(self, top: bool) -> Tree:
        parts: list[Tree] = []
        if top:
            self.branches += 1
            while self.peek() == "^":
                self.at += 1
                self.starts += 1
        while self.peek() not in ("", "|", ")"):
            if self.peek() == "$" and top and self.peek(1) in ("", "|"):
                self.at += 1
                self.ends += 1
            else:
                parts.append(self.quantified())
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def quantified(self) -> Tree:
        atom = self.atom()
        found = _QUANTIFIER.match(self.pattern, self.at)
        if found is None:
            if self.peek() == "{":
                raise self.refuse(self.pattern[self.at :])
            return atom
        self.at = found.end()
        text = found.group(0)
        least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(text, (0, 0))
        if text[0] == "{":
            least = int(found[1])
            most = least if found[2] is None else int(found[3]) if found[3] else None
        if least > MAX_COUNT or (most is not None and (most > MAX_COUNT or most < least)):
            raise self.refuse(text)
        if self.peek() == "?":
            self.at += 1  # lazy: the same answer for a whole match
        if self.peek() in ("*", "+", "?", "{") and self.peek():
            raise self.refuse(self.pattern[self.at :])
        return Repeated(atom, least, most)

    def atom(self) -> Tree:
        char = self.peek()
        if char == "(":
            return self.group()
        if char == "[":
            return self.bracket()
        if char == ".":
            self.at += 1
            return Characters(r"[^\n\r\u2028\u2029]", complement(_NEWLINES))
        if char == "\\":
            return self.escaped_atom()
        if char in "*+?{}^$])":
            raise self.refuse(self.pattern[self.at :])
        self.at += 1
        return Characters(_literal(char), ((ord(char), ord(char)),))

    def group(self) -> Tree:
        start = self.at
        self.at += 1
        self.depth += 1
        if self.depth > 20:
            raise self.refuse(self.pattern[start:])
        if self.peek() == "?":
            if self.peek(1) != ":":
                raise self.refuse(self.pattern[start:])
            self.at += 2
        inside = self.alternatives()
        if self.peek() != ")":
            raise self.refuse(self.pattern[start:])
        self.at += 1
        self.depth -= 1
        return inside

    def escaped_atom(self) -> Tree:
        letter = self.peek(1)
        if letter.lower() in _SHORTHANDS and letter.isupper():
            self.at += 2
            shorthand = _SHORTHANDS[letter.lower()]
            return Characters(f"[^{shorthand}]", complement(_shorthand_ranges(letter.lower())))
        written, ranges = self.escape(in_class=False)
        shared = letter in _SHORTHANDS or letter == "p"
        return Characters(f"[{written}]" if shared else written, ranges)

    def escape(self, in_class: bool) -> tuple[str, Ranges]:
        """One escape, as it stands in a class or outside; the reader is after it."""
        letter = self.peek(1)
        self.at += 2
        if letter in _SHORTHANDS:
            return _SHORTHANDS[letter], _shorthand_ranges(letter)
        if letter in _CONTROLS:
            return f"\\{letter}", ((ord(_CONTROLS[letter]), ord(_CONTROLS[letter])),)
        if letter == "u" and (code := re.match(r"[0-9A-Fa-f]{4}", self.pattern[self.at :])):
            self.at += 4
            point = int(code[0], 16)
            if 0xD800 <= point <= 0xDFFF:
                raise self.refuse("\\u" + code[0])
            return f"\\u{point:04x}", ((point, point),)
        name = re.match(r"\{(\w{1,2})\}", self.pattern[self.at :]) if letter == "p" else None
        if name is not None and name[1] in _PROPERTIES:
            self.at += name.end()
            ranges = property_ranges(name[1])
            return "".join(f"{chr(a)}-{chr(b)}" if a < b else chr(a) for a, b in ranges), ranges
        if letter and not letter.isalnum():
            return _literal(letter, in_class), ((ord(letter), ord(letter)),)
        raise self.refuse("\\" + letter)

    def bracket(self) -> Tree:
        start = self.at
        self.at += 1
        negated = self.peek() == "^"
        self.at += negated
        pieces: list[str] = []
        ranges: list[tuple[int, int]] = []
        while self.peek() != "]":
            if self.peek() in ("", "[") or (self.peek() == "&" == self.peek(1)):
                raise self.refuse(self.pattern[start:])
            written, found = self.class_item()
            single = len(found) == 1 and found[0][0] == found[0][1]
            if self.peek() == "-" and self.peek(1) not in ("]", "") and single:
                self.at += 1
                last, until = self.class_item()
                if len(until) != 1 or until[0][0] != until[0][1] or until[0][0] < found[0][0]:
                    raise self.refuse(self.pattern[start : self.at])
                written, found = f"{written}-{last}", ((found[0][0], until[0][0]),)
            pieces.append(written)
            ranges.extend(found)
        self.at += 1
        if not pieces:
            raise self.refuse(self.pattern[start : self.at])
        merged = merge(ranges)
        text = f"[{'^' if negated else ''}{''.join(pieces)}]"
        return Characters(text, complement(merged) if negated else merged)

    def class_item(self) -> tuple[str, Ranges]:
        if self.peek() == "\\":
            return self.escape(in_class=True)
        char = self.peek()
        self.at += 1
        return _literal(char, in_class=True), ((ord(char), ord(char)),)


def _literal(char: str, in_class: bool = False) -> str:
    """A character as both engines read it under JavaScript's `u` flag."""
    if char in _SYNTAX:
        return "\\" + char
    return f"\\u{ord(char):04x}" if in_class and char in "&~-" else char


def _shorthand_ranges(letter: str) -> Ranges:
    return {
        "d": ((48, 57),),
        "w": ((48, 57), (65, 90), (95, 95), (97, 122)),
        "s": ((9, 13), (32, 32)),
    }[letter]


def merge(ranges: list[tuple[int, int]]) -> Ranges:
    """Sorted, disjoint, touching ones joined."""
    joined: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return tuple(joined)


def complement(ranges: Ranges) -> Ranges:
    found: list[tuple[int, int]] = []
    start = 0
    for low, high in ranges:
        if start < low:
            found.append((start, low - 1))
        start = high + 1
    if start <= sys.maxunicode:
        found.append((start, sys.maxunicode))
    return tuple(found)


@functools.cache
def property_ranges(name: str) -> Ranges:
    """`\\p{L}` and its like in the basic plane, from this Python's Unicode tables, written out at publication:
    so both engines use the same, whatever theirs are. Ranges run across unassigned code points."""
    found: list[tuple[int, int]] = []
    gap = False
    for point in (*range(0xD800), *range(0xE000, 0x10000)):
        category = unicodedata.category(chr(point))
        if category.startswith(name):
            if found and gap:
                found[-1] = (found[-1][0], point)
            else:
                found.append((point, point))
            gap = True
        elif category != "Cn" or point == 0xE000:
            gap = False
    return tuple(found)
