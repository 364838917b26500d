"""Chance that can be repeated: ODK's shuffle, so that Collect, Enketo and this product show the same order.

Source: https://getodk.github.io/xforms-spec/#fn:randomize (Park–Miller "minimal standard" generator, inside-out
Fisher–Yates); a seed that is text counts by the first 64 bits of its SHA-256, as in JavaRosa. Checked against
JavaRosa's own orders in tests/conformance/shuffles.json.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import TypeVar

from questionnaires.logic.values import Value, to_number, to_text

T = TypeVar("T")
_MODULUS = 2_147_483_647


def shuffled(items: Sequence[T], seed: Value) -> list[T]:
    """items in the order that the seed gives."""
    number = to_number(seed)
    start = math.trunc(number) if math.isfinite(number) else _text_seed(to_text(seed))
    state = int(math.fmod(float(start), _MODULUS))
    state = state + _MODULUS - 1 if state <= 0 else state
    result: list[T] = []
    for place, item in enumerate(items):
        state = state * 16807 % _MODULUS
        chosen = math.floor((state - 1) / (_MODULUS - 1) * (place + 1))
        result.append(item)
        result[place], result[chosen] = result[chosen], item
    return result


def _text_seed(text: str) -> int:
    digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big", signed=True) if text else 0
