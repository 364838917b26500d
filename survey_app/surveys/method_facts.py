"""Facts of method that only the researcher knows: what a method statement must say and no data hold.

Items of the AAPOR Transparency Initiative and of the ESOMAR/WAPOR minimum that the product can't find in its own
records. All are asked for before a release: "none" is an answer, silence is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

if TYPE_CHECKING:
    from survey_app.surveys.models import Survey


@dataclass(frozen=True)
class Fact:
    name: str
    label: Any
    help: Any


FACTS = (
    Fact(
        "sponsor",
        _l("Who asked for the survey and who pays"),
        _l("Office or programme, and the source of the money."),
    ),
    Fact("approver", _l("Who approved it"), _l("Authority, number and date of the decision.")),
    Fact(
        "exclusions",
        _l("Who could not be drawn"),
        _l("People whom the sampling frame leaves out: barracks, prisons, dormitories, new buildings."),
    ),
    Fact(
        "interviewers",
        _l("Interviewers"),
        _l("Who they are, how they were trained, how their work was checked."),
    ),
    Fact(
        "bystanders",
        _l("Others present at interviews"),
        _l("What interviewers did when a third person was there, and what was recorded."),
    ),
    Fact(
        "incentives",
        _l("Thanks or payment to respondents"),
        _l("What was given, to whom and when; write “none” where nothing was."),
    ),
    Fact(
        "deviations",
        _l("Where the work departed from the plan"),
        _l("Replaced villages, longer fieldwork, storms; write “none” where nothing was."),
    ),
    Fact("contact", _l("Whom to ask about the method"), _l("An office with its address, not a person.")),
)


_recorded: dict[str, Callable[[Survey], bool]] = {}


def add_record(name: str, recorded: Callable[[Survey], bool]) -> None:
    """A room to the right keeps a fact by itself: `recorded(survey)` says whether it did in this survey."""
    _recorded[name] = recorded


def recorded(survey: Survey) -> set[str]:
    """The facts that the product has records of; what is typed beside them adds to these."""
    return {name for name, find in _recorded.items() if find(survey)}


def missing(survey: Survey) -> list[Fact]:
    """The facts neither typed nor recorded, in the order asked."""
    unsaid = [fact for fact in FACTS if not any((survey.method_facts.get(fact.name) or {}).values())]
    kept = recorded(survey) if unsaid else set()
    return [fact for fact in unsaid if fact.name not in kept]
