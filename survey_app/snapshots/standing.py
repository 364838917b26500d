"""Who is analysed: one complete interview per case, by rules that don't depend on when it came in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

IN = "in"
REASONS: dict[str, Any] = {
    "test": _l("tests of the questionnaire"),
    "excluded": _l("left out by a researcher"),
    "partial": _l("unfinished"),
    "refused": _l("refused"),
    "ineligible": _l("nobody to ask"),
    "no-case": _l("of no case of the sample"),
    "second-for-case": _l("second interview of one case"),
    "superseded": _l("earlier revisions"),
}
# Why a researcher may leave an interview out.
EXCLUSIONS: dict[str, Any] = {
    "test": _l("made to test the questionnaire"),
    "invented": _l("not a real interview"),
    "copied": _l("copied from another interview"),
    "wrong-person": _l("not the person who was drawn"),
    "withdrawn": _l("the respondent withdrew"),
    "other": _l("another reason, kept in the field notes"),
}
TEST_CHANNEL = "test"


@dataclass(frozen=True)
class Facts:
    """What decides about an interview. excluded: the researcher's reason, or None."""

    instance_id: str
    outcome: str
    sampled: bool
    case_tag: str | None
    channel: str
    excluded: str | None


def standing(facts: Facts) -> str:
    """Where an interview stands on its own: "in" or the reason why it is out."""
    if facts.channel == TEST_CHANNEL or facts.excluded == "test":
        return "test"
    if facts.excluded:
        return "excluded"
    if facts.outcome != "complete":
        return facts.outcome
    return IN if facts.sampled and facts.case_tag else "no-case"


def standings(interviews: Iterable[Facts]) -> dict[str, str]:
    """{instance_id: standing}; of several interviews of one case the first by number is in.

    interviews: the newest revision of each; all that share a case must be among them.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for facts in sorted(interviews, key=lambda f: f.instance_id):
        where = standing(facts)
        if where == IN and facts.case_tag is not None:
            where = "second-for-case" if facts.case_tag in taken else IN
            taken.add(facts.case_tag)
        found[facts.instance_id] = where
    return found
