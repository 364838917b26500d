"""The one registry of question types, and the reading of a `type` cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from questionnaires.types import (
    acknowledge,
    barcode,
    calculate,
    date,
    datetime,
    decimal,
    external,
    geopoint,
    hidden,
    integer,
    media,
    metadata,
    note,
    rank,
    select_multiple,
    select_one,
    text,
    time,
)
from questionnaires.types import range as range_type
from questionnaires.types.base import QuestionType

MODULES = (
    select_one,
    select_multiple,
    rank,
    integer,
    decimal,
    range_type,
    text,
    date,
    time,
    datetime,
    note,
    acknowledge,
    geopoint,
    media,
    barcode,
    calculate,
    hidden,
    metadata,
    external,
)

REGISTRY: Mapping[str, QuestionType] = MappingProxyType(
    {question_type.name: question_type for module in MODULES for question_type in module.TYPES}
)

_SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        spelling.lower(): question_type.name
        for question_type in REGISTRY.values()
        for spelling in (question_type.name, *question_type.aliases)
    }
)

_CONTROLS = {
    "group": "group",
    "repeat": "repeat",
    "lgroup": "repeat",
    "looped group": "repeat",
    "loop": "loop",
}
_CONTROL = re.compile(r"(begin|end)[ _](group|repeat|lgroup|looped group|loop)(?: (?:over )?(\S+))?\Z", re.I)
_OR_OTHER = re.compile(r" (?:or specify other|or_other|or other)\Z", re.I)


@dataclass(frozen=True)
class TypeCell:
    """What a `type` cell means.

    kind: `question`, `begin`, `end` or `unknown`. name: the canonical type, or `group`/`repeat`/`loop`.
    list_name: for selects and rank, or the list of a loop. from_file: the list is a file.
    """

    kind: str
    name: str
    list_name: str = ""
    or_other: bool = False
    from_file: bool = False


def find(name: str) -> QuestionType | None:
    """The type of that canonical name, or None."""
    return REGISTRY.get(name)


def parse_type(cell: str) -> TypeCell:
    """Read a `type` cell. Spaces are collapsed and case is ignored; an unknown type has kind `unknown`."""
    text = " ".join(cell.split())
    control = _CONTROL.match(text)
    if control:
        return TypeCell(control[1].lower(), _CONTROLS[control[2].lower()], control[3] or "")
    plain = _SPELLINGS.get(text.lower())
    if plain is not None and not REGISTRY[plain].choices:
        return TypeCell("question", plain)
    other = _OR_OTHER.search(text)
    head, _, last = text[: other.start()].rpartition(" ") if other else text.rpartition(" ")
    spelling = _SPELLINGS.get(head.lower())
    if spelling is not None and REGISTRY[spelling].choices:
        from_file = head.lower().replace("_", " ").endswith("from file")
        return TypeCell("question", spelling, last, or_other=other is not None, from_file=from_file)
    if text.lower().startswith("osm "):
        return TypeCell("question", "osm", text[4:])
    if plain is not None:
        return TypeCell("question", plain)
    return TypeCell("unknown", text)
