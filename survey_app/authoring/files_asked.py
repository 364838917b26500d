"""Which questions of a questionnaire are answered by a file, and which of them are asked here. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from questionnaires import Compiled

#: Photos and recordings, made or chosen: at the door, after the respondent's own yes, never in an anonymous survey.
ASKED = frozenset({"image", "audio", "file"})
#: Left to other programs: too heavy for the phones of this one.
NEVER_ASKED = frozenset({"video"})


def questions(compiled: Compiled, types: frozenset[str] = ASKED) -> tuple[str, ...]:
    """The names of the questions of these types, in the questionnaire's order."""

    def walk(nodes: list[dict[str, Any]]) -> Iterator[str]:
        for node in nodes:
            if node.get("type") in types:
                yield str(node["name"])
            yield from walk(node.get("children", []))

    return tuple(walk(compiled.document["children"]))


@dataclass(frozen=True)
class Files:
    """Names of questions. asked: by a photo or a recording. never: by a video."""

    asked: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


def files(compiled: Compiled | None) -> Files:
    """What a questionnaire asks for; nothing where it could not be compiled."""
    if compiled is None:
        return Files()
    return Files(questions(compiled), questions(compiled, NEVER_ASKED))
