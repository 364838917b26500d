"""Small expressions in R's notation: parsed once, evaluated on columns, written back as R would name them.

Used by model formulas ("I(api00 - api99)", "log(enroll)"), contrasts ("a / b") and replicate expressions
("sum(.weights * y) / sum(.weights * x)"). No code is executed: the grammar is all there is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.arrays import Array, Codes
from analysis.errors import DesignError


@dataclass(frozen=True)
class Number:
    value: float
    text: str


@dataclass(frozen=True)
class Text:
    value: str


@dataclass(frozen=True)
class Name:
    name: str


@dataclass(frozen=True)
class Call:
    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Operation:
    symbol: str
    left: Node | None
    right: Node


Node = Number | Text | Name | Call | Operation

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)|(?P<name>[A-Za-z.\u00c0-\u1ef9][\w.]*)"
    r"|`(?P<quoted>[^`]+)`|\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'"
    r"|(?P<symbol>%in%|<=|>=|==|!=|&&|\|\||[-+*/^:<>!&|(),~]))"
)
_BINDING = {
    "~": 1,
    "|": 2,
    "||": 2,
    "&": 3,
    "&&": 3,
    "==": 5,
    "!=": 5,
    "<": 5,
    ">": 5,
    "<=": 5,
    ">=": 5,
    "+": 6,
    "-": 6,
    "*": 7,
    "/": 7,
    "%in%": 8,
    ":": 9,
    "^": 11,
}


def parse(source: str) -> Node:
    """The tree of an expression; text that is no expression raises DesignError with the text in it."""
    tokens: list[tuple[str, str]] = []
    position = 0
    source = source.strip()
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None or match.end() == position:
            raise DesignError("expression.syntax", expression=source)
        tokens.append((str(match.lastgroup), match.group(str(match.lastgroup))))
        position = match.end()
    parser = _Parser(tokens, source)
    tree = parser.expression(0)
    if parser.position != len(tokens):
        raise DesignError("expression.syntax", expression=source)
    return tree


class _Parser:
    """Precedence climbing over R's operators."""

    def __init__(self, tokens: list[tuple[str, str]], source: str):
        self.tokens, self.source, self.position = tokens, source, 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.position] if self.position < len(self.tokens) else ("end", "")

    def take(self) -> tuple[str, str]:
        token = self.peek()
        self.position += 1
        return token

    def fail(self) -> DesignError:
        return DesignError("expression.syntax", expression=self.source)

    def expression(self, least: int) -> Node:
        left = self.prefix()
        while True:
            kind, symbol = self.peek()
            binding = _BINDING.get(symbol, 0) if kind == "symbol" else 0
            if not binding or binding < least:
                return left
            self.take()
            # "^" is taken from the right, everything else from the left
            right = self.expression(binding if symbol == "^" else binding + 1)
            left = Operation(symbol, left, right)

    def prefix(self) -> Node:
        kind, text = self.take()
        if kind == "number":
            return Number(float(text), text)
        if kind in ("double", "single"):
            return Text(text)
        if kind == "quoted":
            return Name(text)
        if kind == "name":
            if self.peek() != ("symbol", "("):
                return Name(text)
            self.take()
            arguments: list[Node] = []
            while self.peek() != ("symbol", ")"):
                arguments.append(self.expression(0))
                if self.peek() == ("symbol", ","):
                    self.take()
                elif self.peek() != ("symbol", ")"):
                    raise self.fail()
            self.take()
            return Call(text, tuple(arguments))
        if kind == "symbol" and text in "-+":
            return Operation(text, None, self.expression(10))
        if kind == "symbol" and text == "!":
            return Operation(text, None, self.expression(4))
        if kind == "symbol" and text == "~":
            return Operation(text, None, self.expression(2))
        if kind == "symbol" and text == "(":
            inner = self.expression(0)
            if self.take() != ("symbol", ")"):
                raise self.fail()
            return Call("(", (inner,))
        raise self.fail()


def written(node: Node) -> str:
    """The expression as R deparses it, which is how R names model terms."""
    match node:
        case Number(value, _):
            return f"{value:.15g}"
        case Text(value):
            return f'"{value}"'
        case Name(name):
            return name
        case Call("(", (inner,)):
            return f"({written(inner)})"
        case Call(function, arguments):
            return f"{function}({', '.join(written(a) for a in arguments)})"
        case Operation(symbol, None, right):
            return f"{symbol}{written(right)}"
        case Operation(symbol, left, right):
            gap = "" if symbol in ("/", "^", ":") else " "
            assert left is not None
            return f"{written(left)}{gap}{symbol}{gap}{written(right)}"


def names_in(node: Node) -> list[str]:
    """Names of variables an expression uses, in order of appearance."""
    match node:
        case Name(name):
            return [name]
        case Call(_, arguments):
            return [n for a in arguments for n in names_in(a)]
        case Operation(_, left, right):
            return [*(names_in(left) if left is not None else []), *names_in(right)]
        case _:
            return []


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "log": np.log,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "log2": np.log2,
    "log10": np.log10,
    "log1p": np.log1p,
    "expm1": np.expm1,
    "asin": np.arcsin,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "atan": np.arctan,
    "acos": np.arccos,
    "floor": np.floor,
    "ceiling": np.ceil,
    "sign": np.sign,
    "sum": np.sum,
    "mean": np.mean,
    "min": np.min,
    "max": np.max,
    "length": np.size,
    "prod": np.prod,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
}
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    ">": np.greater,
    "<=": np.less_equal,
    ">=": np.greater_equal,
}


def evaluate(node: Node, lookup: Callable[[str], Any]) -> Any:
    """The value of an expression; lookup gives each name's column (floats or Codes) or number.

    Missing values stay missing (NaN), through comparisons too. Text compares with categories.
    """
    with np.errstate(all="ignore"):  # log(0) or 0/0 in a row is a missing value of that row, not a fault
        return _value(node, lookup)


def _value(node: Node, lookup: Callable[[str], Any]) -> Any:
    match node:
        case Number(value, _) | Text(value):
            return value
        case Name("TRUE" | "T"):
            return 1.0
        case Name("FALSE" | "F"):
            return 0.0
        case Name("pi"):
            return np.pi
        case Name(name):
            return lookup(name)
        case Call("(" | "I" | "as.numeric" | "identity", (inner,)):
            return _value(inner, lookup)
        case Call("factor" | "as.factor", (inner,)):
            return _as_factor(_value(inner, lookup), written(inner))
        case Call("c", arguments):
            return [_value(a, lookup) for a in arguments]
        case Call("ifelse", (test, yes, no)):
            asked = _value(test, lookup)
            return np.where(
                np.isnan(asked), np.nan, np.where(asked != 0, _value(yes, lookup), _value(no, lookup))
            )
        case Call("is.na", (inner,)):
            found = _value(inner, lookup)
            return found.missing.astype(float) if isinstance(found, Codes) else np.isnan(found).astype(float)
        case Call(function, arguments) if function in _FUNCTIONS:
            return _FUNCTIONS[function](*(_value(a, lookup) for a in arguments))
        case Call(function, _):
            raise DesignError("expression.unknown-function", function=function)
        case Operation("!", None, right):
            found = np.asarray(_value(right, lookup), dtype=np.float64)
            return np.where(np.isnan(found), np.nan, (found == 0).astype(float))
        case Operation(symbol, None, right):
            found = _value(right, lookup)
            return -found if symbol == "-" else found
        case Operation("%in%", left, right) if left is not None:
            return _within(_value(left, lookup), _value(right, lookup))
        case Operation(symbol, left, right) if left is not None:
            a, b = _value(left, lookup), _value(right, lookup)
            if symbol in _COMPARE:
                return _compared(symbol, a, b)
            if symbol in ("&", "&&", "|", "||"):
                a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
                known = (a * b) if symbol[0] == "&" else np.maximum(a, b)
                return np.where(np.isnan(known), np.nan, (known != 0).astype(float))
            if symbol in _ARITHMETIC:
                if isinstance(a, Codes) or isinstance(b, Codes):
                    raise DesignError(
                        "variable.not-numeric", variable=(a if isinstance(a, Codes) else b).name
                    )
                return _ARITHMETIC[symbol](a, b)
    raise DesignError("expression.syntax", expression=written(node))


def _as_factor(values: Any, name: str) -> Codes:
    if isinstance(values, Codes):
        return values
    known = values[~np.isnan(values)]
    levels = np.unique(known)
    codes = np.where(np.isnan(values), -1, np.searchsorted(levels, np.nan_to_num(values)))
    return Codes(codes.astype(np.int64), tuple(f"{v:.15g}" for v in levels), name)


def _compared(symbol: str, a: Any, b: Any) -> Array:
    if isinstance(b, Codes) and not isinstance(a, Codes):
        a, b = b, a
        symbol = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(symbol, symbol)
    if isinstance(a, Codes):
        if symbol not in ("==", "!=") or isinstance(b, Codes):
            raise DesignError("variable.not-numeric", variable=a.name)
        wanted = b if isinstance(b, str) else f"{b:.15g}"
        same = np.array([*(_text(level) == wanted for level in a.levels), False])[a.codes]
        return np.where(a.codes < 0, np.nan, (same if symbol == "==" else ~same).astype(float))
    if isinstance(a, str) or isinstance(b, str):
        raise DesignError("expression.text-number", expression=f"{a} {symbol} {b}")
    gone = np.isnan(a) | np.isnan(b)
    return np.where(gone, np.nan, _COMPARE[symbol](a, b).astype(float))


def _within(a: Any, choices: Any) -> Array:
    wanted = choices if isinstance(choices, list) else [choices]
    if isinstance(a, Codes):
        names = {v if isinstance(v, str) else f"{v:.15g}" for v in wanted}
        held: Array = np.asarray([*(_text(level) in names for level in a.levels), False])
        return np.asarray(held[a.codes], dtype=np.float64)
    known: Array = np.isin(a, [v for v in wanted if not isinstance(v, str)])
    return np.asarray(known, dtype=np.float64)


def _text(level: object) -> str:
    return f"{level:.15g}" if isinstance(level, float) else str(level)


def gradient(node: Node, values: Mapping[str, float]) -> tuple[float, dict[str, float]]:
    """Value of a scalar expression and its exact partial derivatives by name (forward differentiation)."""
    names = sorted(set(names_in(node)) - {"pi"})
    for name in names:
        if name not in values:
            raise DesignError("contrast.unknown-term", term=name)
    value, slope = _dual(node, values, {name: i for i, name in enumerate(names)})
    return value, {name: float(slope[i]) for i, name in enumerate(names)}


def _dual(node: Node, values: Mapping[str, float], place: Mapping[str, int]) -> tuple[float, Array]:
    none = np.zeros(len(place))
    match node:
        case Number(value, _):
            return value, none
        case Name("pi"):
            return float(np.pi), none
        case Name(name):
            unit = none.copy()
            unit[place[name]] = 1.0
            return float(values[name]), unit
        case Call("(" | "I", (inner,)):
            return _dual(inner, values, place)
        case Call(function, (inner,)) if function in _DERIVATIVES:
            v, d = _dual(inner, values, place)
            with np.errstate(all="ignore"):
                out, slope = float(_FUNCTIONS[function](v)), float(_DERIVATIVES[function](v))
            if not (np.isfinite(out) and np.isfinite(slope)):
                raise DesignError("contrast.not-finite", expression=written(node))
            return out, slope * d
        case Operation(symbol, None, right) if symbol in "+-":
            v, d = _dual(right, values, place)
            return (-v, -d) if symbol == "-" else (v, d)
        case Operation(symbol, left, right) if left is not None and symbol in _ARITHMETIC:
            (a, da), (b, db) = _dual(left, values, place), _dual(right, values, place)
            if symbol == "+":
                return a + b, da + db
            if symbol == "-":
                return a - b, da - db
            if symbol == "*":
                return a * b, b * da + a * db
            if symbol == "/":
                if b == 0:
                    raise DesignError("contrast.not-finite", expression=written(node))
                return a / b, da / b - a / b**2 * db
            if (a <= 0 and db.any()) or (a == 0 and b < 1):
                raise DesignError("contrast.not-finite", expression=written(node))
            return a**b, b * a ** (b - 1) * da + (a**b * np.log(a) * db if db.any() else 0.0)
    raise DesignError("expression.syntax", expression=written(node))


_DERIVATIVES: dict[str, Callable[[float], Any]] = {
    "log": lambda v: 1 / np.float64(v),
    "exp": np.exp,
    "sqrt": lambda v: 0.5 / np.sqrt(np.float64(v)),
    "asin": lambda v: 1 / np.sqrt(1 - np.float64(v) ** 2),
    "sin": np.cos,
    "cos": lambda v: -np.sin(v),
    "log2": lambda v: 1 / (np.float64(v) * np.log(2)),
    "log10": lambda v: 1 / (np.float64(v) * np.log(10)),
    "log1p": lambda v: 1 / (1 + np.float64(v)),
    "expm1": np.exp,
    "atan": lambda v: 1 / (1 + np.float64(v) ** 2),
    "acos": lambda v: -1 / np.sqrt(1 - np.float64(v) ** 2),
    "tan": lambda v: 1 / np.cos(v) ** 2,
    "abs": np.sign,
}
