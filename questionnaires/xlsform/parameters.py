"""The `parameters` cell: `key=value` pairs with spaces, commas or semicolons between them."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PAIR = re.compile(r"""([A-Za-z_][\w-]*)\s*=\s*("[^"]*"|'[^']*'|\$\{[^}]*\}|[^\s,;=]+)""")
_GAP = re.compile(r"[\s,;]*")


def parse_parameters(cell: str) -> tuple[dict[str, str], str]:
    """(the pairs, '' or the first piece that could not be read)."""
    found: dict[str, str] = {}
    at = _end(_GAP, cell, 0)
    while at < len(cell):
        pair = _PAIR.match(cell, at)
        if pair is None:
            return found, cell[at : at + 40]
        found[pair[1]] = pair[2].strip("\"'")
        at = _end(_GAP, cell, pair.end())
    return found, ""


def write_parameters(parameters: Mapping[str, str]) -> str:
    """The inverse of `parse_parameters`; a value that holds a separator is quoted."""
    return " ".join(f"{key}={_quoted(value)}" for key, value in parameters.items())


def _quoted(value: str) -> str:
    plain = value.startswith("${") or re.fullmatch(r"[^\s,;=]+", value)
    return value if plain else f"'{value}'"


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    matched = pattern.match(text, at)
    return matched.end() if matched else at
