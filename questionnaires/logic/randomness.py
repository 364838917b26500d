"""Chance that can be repeated: ODK's shuffle, and a seed for each question.

Source: https://getodk.github.io/xforms-spec/#fn:randomize (Park–Miller "minimal standard" generator and a
Fisher–Yates shuffle from the end), so that Collect, Enketo and this product show the same order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

from questionnaires.logic.values import Value, to_number

T = TypeVar("T")
_MODULUS = 2_147_483_647


def park_miller(seed: int) -> int:
    """The state before the first draw: 1 to 2^31 - 2."""
    state = int(math.fmod(seed, _MODULUS))
    return state + _MODULUS - 1 if state <= 0 else state


def shuffled(items: Sequence[T], seed: Value) -> list[T]:
    """items in the order that the seed gives; a seed that is no number is hashed from its text."""
    number = to_number(seed)
    start = int(number) if math.isfinite(number) else text_seed(str(seed) if isinstance(seed, str) else "")
    state = park_miller(start)
    result = list(items)
    for last in range(len(result) - 1, 0, -1):
        state = state * 16807 % _MODULUS
        chosen = math.floor((state - 1) / (_MODULUS - 1) * (last + 1))
        result[last], result[chosen] = result[chosen], result[last]
    return result


def text_seed(text: str) -> int:
    """FNV-1a, 32 bits, of the UTF-8 bytes: one seed of the interview gives another to each question."""
    value = 2_166_136_261
    for byte in text.encode():
        value = ((value ^ byte) * 16_777_619) & 0xFFFFFFFF
    return value
