"""The four kinds of value (number, text, boolean, node-set) and how one becomes another.

A node-set is a list of nodes; every other value is a Python float, str or bool. The rules are XPath 1.0's
with ODK's two additions: ISO dates count as days since 1970-01-01, and NaN is stored as a blank.
`survey_app/static/js/collect/logic_values.js` is the same in JavaScript; tests/conformance holds them equal.
"""

from __future__ import annotations

import math
import re
from typing import Protocol

from questionnaires.logic.dates import days_of


class NodeLike(Protocol):
    """Anything a node-set holds: an answer, an instance of a repeat, a group, an item of a list."""

    @property
    def text(self) -> str: ...

    @property
    def is_answer(self) -> bool: ...

    @property
    def index(self) -> int: ...


Nodes = list[NodeLike]
Value = float | str | bool | Nodes

SPACE = " \t\r\n"
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


def to_number(value: Value, offset: int = 0) -> float:
    """offset: minutes east of UTC in which a date-time's wall clock is read. Blank and words are NaN."""
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, float):
        return value
    text = (value if isinstance(value, str) else to_text(value)).strip(SPACE)
    if _NUMBER.fullmatch(text):
        return float(text)
    days = days_of(text, offset)
    return math.nan if days is None else days


def to_text(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    return value[0].text if value else ""


def to_boolean(value: Value) -> bool:
    """A node-set is true when its first node is answered (as in Collect), or is a group or an instance."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value == value and value != 0
    if isinstance(value, str):
        return value != ""
    return bool(value) and (not value[0].is_answer or value[0].text != "")


def stored(value: Value) -> str:
    """The text that is kept as the answer: NaN becomes a blank."""
    if isinstance(value, float) and math.isnan(value):
        return ""
    return to_text(value)


def number_text(value: float) -> str:
    """Whole numbers without a point, others as the shortest round-trip decimal, never with an exponent."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    sign, digits, point = decimal_digits(value)
    if point <= 0:
        text = "0." + "0" * -point + digits
    elif point >= len(digits):
        text = digits + "0" * (point - len(digits))
    else:
        text = f"{digits[:point]}.{digits[point:]}"
    return "-" + text if sign < 0 else text


def decimal_digits(value: float) -> tuple[int, str, int]:
    """(sign, digits, point): |value| = 0.digits × 10^point, the shortest digits that read back the same."""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    point = len(whole) + int(exponent or 0)
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    return (-1 if value < 0 else 1), stripped.rstrip("0"), point


def round_to(value: float, places: float) -> float:
    """Round at a decimal place, halves towards +Infinity, on the digits one sees: 2.675 to 2 is 2.68.

    places may be negative (1234.567 to -2 is 1200). This is what Collect does; others differ on halves.
    """
    if not math.isfinite(value) or value == 0 or math.isnan(places):
        return math.nan if math.isnan(places) else value
    sign, digits, point = decimal_digits(value)
    keep = point + int(max(-400.0, min(400.0, places)))
    if keep >= len(digits):
        return value
    if keep < 0:
        return 0.0
    head, tail = digits[:keep], digits[keep:]
    up = tail[0] >= "5" if sign > 0 else tail[0] > "5" or (tail[0] == "5" and len(tail) > 1)
    rounded = int(head or "0") + (1 if up else 0)
    return sign * float(f"{rounded}e{point - keep}") if rounded else 0.0


def compare(operator: str, left: Value, right: Value, offset: int = 0) -> bool:
    """XPath 1.0 section 3.4: a node-set satisfies a comparison when one of its nodes does."""
    if isinstance(left, list) and not isinstance(right, bool):
        return any(compare(operator, node.text, right, offset) for node in left)
    if isinstance(right, list) and not isinstance(left, bool):
        return any(compare(operator, left, node.text, offset) for node in right)
    if operator in ("=", "!="):
        return _equal(left, right, offset) == (operator == "=")
    a, b = to_number(left, offset), to_number(right, offset)
    if operator == "<":
        return a < b
    if operator == "<=":
        return a <= b
    return a > b if operator == ">" else a >= b


def _equal(left: Value, right: Value, offset: int) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) == to_boolean(right)
    if isinstance(left, float) or isinstance(right, float):
        return to_number(left, offset) == to_number(right, offset)
    return to_text(left) == to_text(right)


def divide(a: float, b: float) -> float:
    """IEEE division: 1 div 0 is Infinity, 0 div 0 is NaN."""
    if b != 0 or math.isnan(a):
        return a / b if b != 0 else math.nan
    return math.nan if a == 0 else math.copysign(math.inf, a) * math.copysign(1.0, b)


def remainder(a: float, b: float) -> float:
    """`mod`: the sign of the left side."""
    if math.isnan(a) or math.isnan(b) or math.isinf(a) or b == 0:
        return math.nan
    return math.fmod(a, b)
