"""Our small extension of XLSForm: the `dl::` columns that shape an interview.

`dl::order` takes `reverse_if(condition)`, `swap_if(condition)`, `randomize`, each with an optional
`keep=value,value` of choices (or rows of a grid) that stay at the end in their order; or `randomize_items`, for
the lines of the label that begin with •, as a list experiment has them. Other tools ignore these columns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

#: Kept at the end unless `keep=` says otherwise: other, none, don't know, refused.
KEEP = ("96", "97", "98", "99")
_ORDER = re.compile(
    r"\s*(?:(randomi[sz]e(?:_items)?)|(reverse_if|swap_if)\s*\((.*)\))\s*(?:keep\s*=\s*([^\s()]*))?\s*",
    re.IGNORECASE | re.S,
)


#: Who holds the phone: the respondent alone, or the interviewer who shows the choices.
MODES = ("self", "showcard")


@dataclass(frozen=True)
class Order:
    """how: randomize, reverse, swap, or items (those of the label). condition: an expression, '' for chance."""

    how: str
    condition: str
    keep: tuple[str, ...]


def parse_order(text: str) -> Order | None:
    """Read a `dl::order` cell; None where it is neither blank nor one of the forms (or is blank)."""
    match = _ORDER.fullmatch(text)
    if match is None:
        return None
    keep = KEEP if match[4] is None else tuple(value for value in match[4].split(",") if value)
    if match[1]:
        return Order("items" if match[1].lower().endswith("_items") else "randomize", "", keep)
    return Order("reverse" if match[2].lower() == "reverse_if" else "swap", match[3].strip(), keep)


def values(cell: str) -> list[str]:
    """`97, 98 99` as a list."""
    return cell.replace(",", " ").split()


def texts(extra: Mapping[str, str], column: str, default_language: str) -> dict[str, str]:
    """`dl::label_swapped::vi` and its like, by language; an untagged column is the default language's."""
    found = {}
    for key, text in extra.items():
        if key == column:
            found[default_language] = text
        elif key.startswith(column + "::"):
            found[key.removeprefix(column + "::")] = text
    return found
