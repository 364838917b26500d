"""Questions answered by a file: a questionnaire without them, or judged as if they had not been asked.

Photos and recordings are asked at the door only, by the phone's app, in a survey that isn't declared anonymous, and
after the respondent's own yes (`static/js/collect/consent.js`, the same rules). Videos are left to other clients.
Pure: JSON in, JSON out.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from questionnaires import Compiled
from survey_app.authoring.files_asked import ASKED, NEVER_ASKED

NEVER = ["false"]

Node = dict[str, Any]


def is_wording(node: Node) -> bool:
    """Whether a note holds the words that ask for consent: it is shown there and is no page of its own."""
    return node.get("type") == "note" and node.get("extra", {}).get("dl::consent") == "media"


@lru_cache(maxsize=64)
def without_files(compiled: Compiled) -> Compiled:
    """The questionnaire as a link asks it: no file, and no words that ask for consent to one."""

    def hidden(node: Node) -> Node:
        return {k: v for k, v in node.items() if k != "required"} | {"relevant": NEVER}

    return _changed(compiled, lambda node: node["type"] in ASKED | NEVER_ASKED or is_wording(node), hidden)


@lru_cache(maxsize=64)
def as_judged(compiled: Compiled, agreed: bool) -> Compiled:
    """The questionnaire as an interview is judged: no file is missed that wasn't asked for.

    agreed: the respondent said yes to photos and recordings, so that they were.
    """
    unasked = NEVER_ASKED if agreed else ASKED | NEVER_ASKED

    def free(node: Node) -> Node:
        return {k: v for k, v in node.items() if k != "required"}

    return _changed(compiled, lambda node: node["type"] in unasked, free)


def _changed(
    compiled: Compiled, concerns: Callable[[Node], bool], change: Callable[[Node], Node]
) -> Compiled:
    found = False

    def walk(node: Node) -> Node:
        nonlocal found
        if node["kind"] != "question":
            return {**node, "children": [walk(child) for child in node["children"]]}
        if not concerns(node):
            return node
        found = True
        return change(node)

    children = [walk(node) for node in compiled.document["children"]]
    return Compiled({**compiled.document, "children": children}) if found else compiled
