"""How a try to reach a case ended, in the words of AAPOR's final dispositions, and what follows from it.

Source: AAPOR, Standard Definitions (10th edition, 2023), in-person household surveys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Outcome:
    """code: what phones send. aapor: the disposition group. closes: no further try is needed."""

    code: str
    aapor: str
    closes: bool
    label: Any


OUTCOMES: dict[str, Outcome] = {
    o.code: o
    for o in (
        Outcome("complete", "I", True, _l("Interview completed")),
        Outcome("partial", "P", True, _l("Interview broken off, part of the answers kept")),
        Outcome("refusal", "R", True, _l("Declined to take part")),
        Outcome("not_home", "NC", False, _l("Nobody at home")),
        Outcome("appointment", "NC", False, _l("Appointment made")),
        Outcome("other", "O", True, _l("Not able to take part (illness, absence, language)")),
        Outcome("ineligible", "NE", True, _l("Nobody eligible (no resident adult)")),
        Outcome("not_dwelling", "NE", True, _l("Not a dwelling, or empty")),
        Outcome("unknown", "UH", False, _l("Could not be found or reached")),
    )
}
