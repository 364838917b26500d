"""Every function of the language: its arguments, what it gives, who lacks it, and its Python form.

The registry feeds the resolver (arity, warnings), the table of `questionnaires/README.md` and the tests; the
functions that need unevaluated arguments live in `evaluate.py`.
Source: https://getodk.github.io/xforms-spec/#xpath-functions
"""

from __future__ import annotations

import base64
import hashlib
import math
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from questionnaires.logic import dates, geo
from questionnaires.logic.context import Context
from questionnaires.logic.values import (
    SPACE,
    Nodes,
    Value,
    round_to,
    to_boolean,
    to_number,
    to_text,
)


@dataclass(frozen=True)
class Function:
    """gives: number, text, boolean, date or nodes. most None: any number. lacks: who can't run it."""

    name: str
    least: int
    most: int | None
    gives: str
    lacks: str = ""


def _table() -> dict[str, Function]:
    rows = """
    if 3 3 any
    coalesce 1 * any
    once 1 1 text
    selected 2 2 boolean
    selected-at 2 2 text
    count-selected 1 1 number
    jr:choice-name 2 2 text
    jr:itext 1 1 text
    position 0 1 number
    last 0 0 number Collect
    count 1 1 number
    count-non-empty 1 1 number
    sum 1 1 number
    min 1 * number
    max 1 * number
    indexed-repeat 3 * nodes
    instance 1 1 nodes
    current 0 0 nodes
    pulldata 4 4 text
    concat 0 * text
    join 1 * text
    string 0 1 text
    string-length 0 1 number
    substr 2 3 text
    substring 2 3 text Collect
    substring-before 2 2 text
    substring-after 2 2 text
    translate 3 3 text
    normalize-space 0 1 text
    contains 2 2 boolean
    starts-with 2 2 boolean
    ends-with 2 2 boolean
    upper-case 1 1 text
    lower-case 1 1 text
    regex 2 2 boolean
    uuid 0 1 text
    digest 2 3 text
    base64-decode 1 1 text
    int 1 1 number
    number 0 1 number
    boolean 1 1 boolean
    boolean-from-string 1 1 boolean
    not 1 1 boolean
    true 0 0 boolean
    false 0 0 boolean
    round 1 2 number
    abs 1 1 number
    floor 1 1 number Collect
    ceiling 1 1 number Collect
    pow 2 2 number
    sqrt 1 1 number
    exp 1 1 number
    exp10 1 1 number
    log 1 1 number
    log10 1 1 number
    sin 1 1 number
    cos 1 1 number
    tan 1 1 number
    asin 1 1 number
    acos 1 1 number
    atan 1 1 number
    atan2 2 2 number
    pi 0 0 number
    random 0 0 number
    randomize 1 2 nodes
    today 0 0 date
    now 0 0 date
    date 1 1 date
    date-time 1 1 date
    decimal-date-time 1 1 number
    decimal-time 1 1 number
    format-date 2 2 text
    format-date-time 2 2 text
    area 1 1 number
    distance 1 * number
    geofence 2 2 boolean
    checklist 2 * boolean
    weighted-checklist 2 * boolean
    version 0 0 text
    """
    found = {}
    for row in rows.split("\n"):
        if row.strip():
            name, least, most, gives, *lacks = row.split()
            limit = None if most == "*" else int(most)
            found[name] = Function(name, int(least), limit, gives, lacks[0] if lacks else "")
    return found


FUNCTIONS = _table()

#: Functions that only SurveyCTO has: the finding says so instead of calling them unknown.
SURVEYCTO = frozenset(
    {
        "call-api", "count-if", "device-info", "duration", "field-is-visible", "format-number", "hash", "index",
        "item-at", "item-index", "item-present", "max-if", "min-if", "phone-call-duration", "phone-call-log",
        "plug-in-metadata", "rank-index", "rank-index-if", "rank-value", "relevant", "short-geopoint", "sum-if",
        "username", "version-info", "linebreak",
    }
)  # fmt: skip


def _texts(values: tuple[Value, ...]) -> list[str]:
    """Arguments as texts; a node-set gives one for each node."""
    found: list[str] = []
    for value in values:
        found.extend([node.text for node in value] if isinstance(value, list) else [to_text(value)])
    return found


def _numbers(c: Context, values: tuple[Value, ...]) -> list[float]:
    """Arguments as numbers; blanks of a node-set are skipped, as Collect does."""
    found: list[float] = []
    for value in values:
        if isinstance(value, list):
            found.extend(to_number(n.text, c.world.offset) for n in value if n.text != "")
        else:
            found.append(to_number(value, c.world.offset))
    return found


def _nodes(value: Value) -> Nodes:
    return value if isinstance(value, list) else []


def _extreme(c: Context, values: tuple[Value, ...], pick: Callable[[list[float]], float]) -> float:
    numbers = _numbers(c, values)
    return math.nan if not numbers or any(map(math.isnan, numbers)) else pick(numbers)


def _items(value: Value) -> list[str]:
    return to_text(value).translate(dict.fromkeys(map(ord, SPACE), " ")).split(" ") if value != "" else []


def selected_items(value: Value) -> list[str]:
    """The items of a space-separated answer."""
    return [item for item in _items(value) if item]


def _selected(c: Context, value: Value, item: Value) -> bool:
    """A blank item asks whether nothing is selected, as in Collect and Enketo."""
    wanted, items = to_text(item).strip(SPACE), selected_items(value)
    return wanted in items if wanted else not items


def _selected_at(c: Context, value: Value, index: Value) -> str:
    items, at = selected_items(value), to_number(index)
    return items[int(at)] if 0 <= at < len(items) else ""


def _slice(text: str, start: float, end: float) -> str:
    """0-based, end exclusive, negatives counted from the end, in characters (code points)."""
    length = len(text)

    def place(x: float) -> int:
        x = 0.0 if math.isnan(x) else math.trunc(x) if math.isfinite(x) else x
        return int(max(0.0, min(float(length), x + length if x < 0 else x)))

    return text[place(start) : place(end)]


def _substr(c: Context, value: Value, start: Value, end: Value = math.inf) -> str:
    return _slice(to_text(value), to_number(start), to_number(end))


def _substring(c: Context, value: Value, start: Value, length: Value = math.inf) -> str:
    """XPath 1.0: 1-based, rounded."""
    first = math.floor(to_number(start) + 0.5) if math.isfinite(to_number(start)) else to_number(start)
    count = to_number(length)
    last = first + (math.floor(count + 0.5) if math.isfinite(count) else count)
    return "".join(ch for i, ch in enumerate(to_text(value), 1) if first <= i < last)


def _around(c: Context, value: Value, mark: Value, after: bool) -> str:
    head, found, tail = to_text(value).partition(to_text(mark)) if to_text(mark) else ("", "", to_text(value))
    if not found and to_text(mark):
        return ""
    return tail if after else head


def _translate(c: Context, value: Value, old: Value, new: Value) -> str:
    targets, table = to_text(new), dict[int, str | None]()
    for i, char in enumerate(to_text(old)):
        table.setdefault(ord(char), targets[i] if i < len(targets) else None)
    return to_text(value).translate(table)


def _spaces(value: Value) -> str:
    return " ".join(selected_items(to_text(value)))


_DIGESTS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


def _digest(c: Context, value: Value, algorithm: Value, encoding: Value = "base64") -> str:
    name = _DIGESTS.get(to_text(algorithm).upper())
    if name is None:
        return ""
    raw = hashlib.new(name, to_text(value).encode("utf-8", "replace"), usedforsecurity=False).digest()
    return raw.hex() if to_text(encoding) == "hex" else base64.b64encode(raw).decode()


def _decode64(c: Context, value: Value) -> str:
    text = "".join(selected_items(to_text(value)))
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), validate=True).decode()
    except ValueError:
        return ""


def power(base: float, exponent: float) -> float:
    """Whole exponents by repeated squaring and halves by sqrt, so that every engine gives the same digits."""
    if math.isnan(base) or math.isnan(exponent):
        return math.nan
    if exponent == 0.5:
        return math.sqrt(base) if base >= 0 else math.nan
    if (exponent == int(exponent) if math.isfinite(exponent) else False) and abs(exponent) <= 1024:
        result, factor, left = 1.0, base, abs(int(exponent))
        while left:
            if left & 1:
                result *= factor
            factor *= factor
            left >>= 1
        if exponent >= 0:
            return result
        return 1.0 / result if result != 0 else math.copysign(math.inf, result)
    if (base == 1 and math.isinf(exponent)) or (base == -1 and math.isinf(exponent)):
        return math.nan
    try:
        return math.pow(base, exponent)
    except ValueError:
        return math.nan if base != 0 else math.inf
    except OverflowError:
        return math.inf if base > 0 or exponent % 2 == 0 else -math.inf


def _real(function: Callable[[float], float], pole: float = math.nan) -> Callable[[Context, Value], float]:
    """pole: what the function gives at 0 where Python raises (log)."""

    def call(c: Context, value: Value) -> float:
        x = to_number(value, c.world.offset)
        try:
            return function(x)
        except ValueError:
            return pole if x == 0 else math.nan
        except OverflowError:
            return math.inf

    return call


def _whole(rounder: Callable[[float], float]) -> Callable[[Context, Value], float]:
    def call(c: Context, value: Value) -> float:
        x = to_number(value, c.world.offset)
        return float(rounder(x)) if math.isfinite(x) else x

    return call


def _round(c: Context, value: Value, places: Value = 0.0) -> float:
    return round_to(to_number(value, c.world.offset), to_number(places))


def _days(c: Context, value: Value) -> float:
    return to_number(value, c.world.offset)


def _checklist(c: Context, least: Value, most: Value, score: float) -> bool:
    low, high = to_number(least), to_number(most)
    return (low < 0 or score >= low) and (high < 0 or score <= high)


def _truths(values: tuple[Value, ...]) -> list[bool]:
    found: list[bool] = []
    for value in values:
        found.extend([to_boolean([n]) for n in value] if isinstance(value, list) else [to_boolean(value)])
    return found


def _weighted(c: Context, least: Value, most: Value, *pairs: Value) -> bool:
    score = 0.0
    for value, weight in zip(pairs[::2], pairs[1::2], strict=False):
        score += to_number(weight) if to_boolean(value) else 0.0
    return _checklist(c, least, most, score)


def _starts(c: Context, value: Value, mark: Value) -> bool:
    return to_text(value).startswith(to_text(mark))


IMPLEMENTATIONS: dict[str, Callable[..., Value]] = {
    "selected": _selected,
    "selected-at": _selected_at,
    "count-selected": lambda c, v: float(len(selected_items(v))),
    "count": lambda c, v: float(len(_nodes(v))),
    "count-non-empty": lambda c, v: float(sum(node.text != "" for node in _nodes(v))),
    "sum": lambda c, v: sum(_numbers(c, (v,)), 0.0),
    "min": lambda c, *v: _extreme(c, v, min),
    "max": lambda c, *v: _extreme(c, v, max),
    "concat": lambda c, *v: "".join(_texts(v)),
    "join": lambda c, separator, *v: to_text(separator).join(_texts(v)),
    "string": lambda c, v: to_text(v),
    "string-length": lambda c, v: float(len(to_text(v))),
    "substr": _substr,
    "substring": _substring,
    "substring-before": lambda c, v, m: _around(c, v, m, after=False),
    "substring-after": lambda c, v, m: _around(c, v, m, after=True),
    "translate": _translate,
    "normalize-space": lambda c, v: _spaces(v),
    "contains": lambda c, v, x: to_text(x) in to_text(v),
    "starts-with": _starts,
    "ends-with": lambda c, v, x: to_text(v).endswith(to_text(x)),
    "upper-case": lambda c, v: to_text(v).upper(),
    "lower-case": lambda c, v: to_text(v).lower(),
    "uuid": lambda c, length=0.0: uuid.uuid4().hex[: int(to_number(length))] if length else str(uuid.uuid4()),
    "digest": _digest,
    "base64-decode": _decode64,
    "int": _whole(math.trunc),
    "number": lambda c, v: to_number(v, c.world.offset),
    "boolean": lambda c, v: to_boolean(v),
    "boolean-from-string": lambda c, v: to_text(v) in ("true", "1"),
    "not": lambda c, v: not to_boolean(v),
    "true": lambda c: True,
    "false": lambda c: False,
    "round": _round,
    "abs": lambda c, v: abs(to_number(v, c.world.offset)),
    "floor": _whole(math.floor),
    "ceiling": _whole(math.ceil),
    "pow": lambda c, b, e: power(to_number(b, c.world.offset), to_number(e)),
    "sqrt": _real(math.sqrt),
    "exp": _real(math.exp),
    "exp10": lambda c, v: power(10.0, to_number(v)),
    "log": _real(math.log, -math.inf),
    "log10": _real(math.log10, -math.inf),
    "sin": _real(math.sin),
    "cos": _real(math.cos),
    "tan": _real(math.tan),
    "asin": _real(math.asin),
    "acos": _real(math.acos),
    "atan": _real(math.atan),
    "atan2": lambda c, y, x: math.atan2(to_number(y), to_number(x)),
    "pi": lambda c: math.pi,
    "random": lambda c: c.world.random(),
    "today": lambda c: dates.date_text(c.world.now_days),
    "now": lambda c: dates.datetime_text(c.world.now_days, c.world.offset),
    "date": lambda c, v: dates.date_text(_days(c, v)),
    "date-time": lambda c, v: dates.datetime_text(_days(c, v), c.world.offset),
    "decimal-date-time": _days,
    "decimal-time": lambda c, v: dates.day_fraction(to_text(v), c.world.offset),
    "format-date": lambda c, v, p: dates.format_days(_days(c, v), to_text(p)),
    "format-date-time": lambda c, v, p: dates.format_days(_days(c, v), to_text(p)),
    "area": lambda c, v: geo.area(_texts((v,))),
    "distance": lambda c, *v: geo.distance(_texts(v)),
    "geofence": lambda c, p, v: geo.inside(to_text(p), to_text(v)),
    "checklist": lambda c, low, high, *v: _checklist(c, low, high, float(sum(_truths(v)))),
    "weighted-checklist": _weighted,
    "version": lambda c: c.world.version,
}
