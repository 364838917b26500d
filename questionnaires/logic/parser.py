"""Text to syntax: the XPath 1.0 grammar that ODK XForms uses, with XLSForm's `${name}`.

Precedence climbing, so that one level of brackets costs few Python frames. Nesting is limited (an
expression 10,000 levels deep is an error with a place, not a crash), and so is length.
Source: https://www.w3.org/TR/1999/REC-xpath-19991116/ sections 2 and 3; https://getodk.github.io/xforms-spec/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from questionnaires.logic.syntax import (
    Call,
    Literal,
    Number,
    Operation,
    Path,
    Reference,
    Step,
    Syntax,
    children,
)

#: What a cell of a workbook can hold.
MAX_LENGTH = 32_767
MAX_DEPTH = 100

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n\u00a0]+)
    |(?P<ref>\$\{(?P<refname>[^{}]*)\})
    |(?P<string>"[^"]*"|'[^']*')
    |(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
    |(?P<op>\.\.|::|//|<=|>=|!=|[=<>+\-*/|()\[\],.@])
    |(?P<name>[^\W\d][\w.\-]*(?::(?!:)(?:[^\W\d][\w.\-]*|\*))?)
    """,
    re.VERBOSE,
)
_CURLY = set("‘’‚“”„«»")
_NOT_BEFORE_OPERATOR = {"(", "[", ",", "@", "::", "/", "//", "|"}
_BINARY = {"or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4}
_BINARY |= {"+": 5, "-": 5, "*": 6, "div": 6, "mod": 6}
_UNION = 8
_NODE_TYPES = {"node", "text", "comment", "processing-instruction"}
AXES = frozenset(
    """child parent self descendant descendant-or-self ancestor ancestor-or-self following
    following-sibling preceding preceding-sibling attribute namespace""".split()  # noqa: SIM905
)


class ExpressionError(Exception):
    """The text is not an expression. code: a finding's code; at: 0-based offset; near: what stands there."""

    def __init__(self, code: str, at: int, near: str = "") -> None:
        super().__init__(f"{code} at {at}: {near}")
        self.code, self.at, self.near = code, at, near


@dataclass(frozen=True)
class _Token:
    kind: str  # ref, string, number, op, operator (one that needs a left side), name, end
    text: str
    at: int


def parse(text: str) -> Syntax:
    """Parse one expression. Raises ExpressionError: the only way in which this fails."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError("logic.too-long", MAX_LENGTH, "")
    tokens = _tokens(text)
    if tokens[0].kind == "end":
        raise ExpressionError("logic.syntax", 0, "")
    parser = _Parser(tokens)
    result = parser.expression(0)
    if parser.here.kind != "end":
        parser.fail()
    if _depth(result) > MAX_DEPTH:
        raise ExpressionError("logic.too-deep", 0, "")
    return result


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            code = "logic.curly-quotes" if text[at] in _CURLY else "logic.syntax"
            raise ExpressionError(code, at, text[at : at + 12])
        kind = match.lastgroup or ""
        if kind == "refname":
            kind = "ref"
        if kind != "space":
            found.append(_classify(kind, match, at, found[-1] if found else None))
        at = match.end()
    found.append(_Token("end", "", len(text)))
    return found


def _classify(kind: str, match: re.Match[str], at: int, before: _Token | None) -> _Token:
    """XPath 3.7: after an operand, `*` and the names and/or/div/mod are operators, else they are names."""
    if match.group("ref") is not None:
        return _Token("ref", match.group("refname").strip(), at)
    text = match.group(0)
    operand_before = (
        before is not None and before.kind != "operator" and before.text not in _NOT_BEFORE_OPERATOR
    ) or (before is not None and before.kind in ("string", "ref"))
    if kind == "name" and operand_before and text in ("and", "or", "div", "mod"):
        return _Token("operator", text, at)
    if kind == "op" and text in _BINARY and (text != "*" or operand_before):
        return _Token("operator", text, at)
    return _Token(kind, text, at)


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.depth = 0

    @property
    def here(self) -> _Token:
        return self.tokens[self.position]

    def fail(self) -> NoReturn:
        raise ExpressionError("logic.syntax", self.here.at, self.here.text)

    def take(self, kind: str, text: str) -> bool:
        if self.here.kind == kind and self.here.text == text:
            self.position += 1
            return True
        return False

    def need(self, text: str) -> None:
        if not self.take("op", text):
            self.fail()

    def expression(self, minimum: int) -> Syntax:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError("logic.too-deep", self.here.at, self.here.text)
        left = self.operand()
        while self.here.kind == "operator" and _BINARY[self.here.text] > minimum:
            token = self.here
            self.position += 1
            right = self.expression(_BINARY[token.text])
            left = _join(token.text, left, right, token.at)
        self.depth -= 1
        return left

    def operand(self) -> Syntax:
        at, signs = self.here.at, 0
        while self.take("operator", "-"):
            signs += 1
        value: Syntax = self.path()
        while self.take("op", "|"):
            value = _join("|", value, self.path(), at)
        for _ in range(signs % 2 or (2 if signs else 0)):
            value = Operation("negate", (value,), at)
        return value

    def path(self) -> Syntax:
        token = self.here
        if token.kind == "op" and token.text in ("/", "//"):
            return self.absolute(token)
        if self.starts_primary():
            primary = self.primary()
            predicates = self.predicates()
            steps = self.more_steps()
            if not predicates and not steps:
                return primary
            return Path(primary, steps, predicates, token.at)
        first = self.step()
        return Path("context", (first, *self.more_steps()), (), token.at)

    def absolute(self, token: _Token) -> Syntax:
        self.position += 1
        if token.text == "//":
            rest = (Step("descendant-or-self", "node()", (), token.at), self.step(), *self.more_steps())
            return Path("root", rest, (), token.at)
        if self.starts_step():
            return Path("root", (self.step(), *self.more_steps()), (), token.at)
        return Path("root", (), (), token.at)

    def more_steps(self) -> tuple[Step, ...]:
        steps: list[Step] = []
        while self.here.kind == "op" and self.here.text in ("/", "//"):
            if self.here.text == "//":
                steps.append(Step("descendant-or-self", "node()", (), self.here.at))
            self.position += 1
            steps.append(self.step())
        return tuple(steps)

    def starts_step(self) -> bool:
        return self.here.kind == "name" or (
            self.here.kind == "op" and self.here.text in (".", "..", "@", "*")
        )

    def starts_primary(self) -> bool:
        if self.here.kind in ("ref", "string", "number"):
            return True
        if self.here.kind == "op":
            return self.here.text == "("
        following = self.tokens[self.position + 1] if self.here.kind == "name" else None
        return following is not None and following.text == "(" and self.here.text not in _NODE_TYPES

    def primary(self) -> Syntax:
        token = self.here
        self.position += 1
        if token.kind == "ref":
            if token.text.startswith("last-saved#"):
                return Reference(token.text.removeprefix("last-saved#").strip(), token.at, last_saved=True)
            return Reference(token.text, token.at)
        if token.kind == "string":
            return Literal(token.text[1:-1], token.at)
        if token.kind == "number":
            return Number(float(token.text), token.at)
        if token.text == "(":
            inside = self.expression(0)
            self.need(")")
            return inside
        return self.call(token)

    def call(self, token: _Token) -> Call:
        self.need("(")
        arguments: list[Syntax] = []
        if not self.take("op", ")"):
            arguments.append(self.expression(0))
            while self.take("op", ","):
                arguments.append(self.expression(0))
            self.need(")")
        return Call(token.text, tuple(arguments), token.at)

    def step(self) -> Step:
        token = self.here
        if self.take("op", "."):
            return Step("self", "node()", self.predicates(), token.at)
        if self.take("op", ".."):
            return Step("parent", "node()", self.predicates(), token.at)
        axis = "child"
        if self.take("op", "@"):
            axis = "attribute"
        elif token.kind == "name" and self.tokens[self.position + 1].text == "::":
            if token.text not in AXES:
                self.fail()
            axis = token.text
            self.position += 2
        return Step(axis, self.node_test(), self.predicates(), token.at)

    def node_test(self) -> str:
        token = self.here
        if self.take("op", "*"):
            return "*"
        if token.kind != "name":
            self.fail()
        self.position += 1
        if token.text in _NODE_TYPES and self.take("op", "("):
            self.need(")")
            return f"{token.text}()"
        return token.text

    def predicates(self) -> tuple[Syntax, ...]:
        found: list[Syntax] = []
        while self.take("op", "["):
            found.append(self.expression(0))
            self.need("]")
        return tuple(found)


def _join(operator: str, left: Syntax, right: Syntax, at: int) -> Operation:
    """`a or b or c` becomes one operation with three operands, so long chains stay shallow."""
    if isinstance(left, Operation) and left.operator == operator and operator in ("or", "and", "+", "-", "|"):
        return Operation(operator, (*left.operands, right), left.at)
    return Operation(operator, (left, right), at)


def _depth(root: Syntax) -> int:
    """Depth of the tree, counted without recursion (a chain such as a*b div c*… is deep but legal text)."""
    deepest, waiting = 0, [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((child, depth + 1) for child in children(node))
    return deepest
