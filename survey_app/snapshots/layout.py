"""What one interview is in a column file, and the digest of its content.

Never in a file: who was asked, by whom, when, free text, places, pictures. Case and collaborator tags stay in
the database, so that no file can join an answer to a household.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from questionnaires import Compiled

# Types whose stored text is a code, a number or a computed value. Free text, dates, places, files stay out.
KEPT_TYPES = (
    "select_one",
    "select_multiple",
    "rank",
    "integer",
    "decimal",
    "range",
    "calculate",
    "hidden",
    "acknowledge",
)


@dataclass(frozen=True)
class Row:
    """One interview as it is written. values: stored texts of the kept questions, empty ones left out.

    standing: "in", or the reason why the interview is not analysed.
    """

    instance_id: str
    revision: int
    standing: str
    version: int
    stratum: str | None
    psu: str | None
    base_weight: float | None
    values: Mapping[str, str]

    def digest(self) -> bytes:
        """SHA-256 of what the interview says, 32 bytes: files, order and standing don't matter."""
        facts = [
            self.instance_id,
            self.revision,
            self.version,
            self.stratum,
            self.psu,
            self.base_weight,
            dict(self.values),
        ]
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).digest()


def kept_questions(versions: Iterable[Compiled]) -> frozenset[str]:
    """Names of the questions whose answers are written, over all published versions."""

    def walk(nodes: Iterable[Mapping[str, Any]]) -> Iterable[str]:
        for node in nodes:
            if node["kind"] == "question" and node["type"] in KEPT_TYPES:
                yield str(node["name"])
            elif node["kind"] == "group":
                yield from walk(node["children"])

    return frozenset(name for version in versions for name in walk(version.document["children"]))


def digest_of(rows: Iterable[bytes]) -> str:
    """The digest of a set of interviews, in hexadecimal, from their own digests: order never matters."""
    return hashlib.sha256(b"".join(sorted(rows))).hexdigest()


def part_digest(keys: Iterable[tuple[str, int, str]], rows: Iterable[bytes]) -> str:
    """The digest of a part: every row with its standing."""
    lines = (f"{i} {r} {s} {d.hex()}" for (i, r, s), d in zip(keys, rows, strict=True))
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def packed(keys: Iterable[tuple[str, int, str]]) -> bytes:
    """Keys of a part as they are stored in the database."""
    return zlib.compress("\n".join(f"{i} {r} {s}" for i, r, s in keys).encode(), 6)


def unpacked(stored: bytes) -> list[tuple[str, int, str]]:
    lines = zlib.decompress(stored).decode().splitlines()
    parts = (line.rsplit(" ", 2) for line in lines)
    return [(instance_id, int(revision), standing) for instance_id, revision, standing in parts]
