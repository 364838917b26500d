"""Response, cooperation, refusal and contact rates of the AAPOR Standard Definitions.

Source: AAPOR (2016), Standard Definitions, 9th edition, section "Calculating outcome rates"; unchanged in the
10th edition (2023). e by proportional allocation: the CASRO rule, ibid.; two-step: Smith (2009), A Revised
Review of Methods to Estimate the Status of Cases with Unknown Eligibility.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.errors import DesignError
from analysis.quality.dispositions import Counts

# rate -> (English, Vietnamese): what the reader should be told it is.
RATES: dict[str, tuple[str, str]] = {
    "RR1": (
        "complete interviews among all that may be eligible",
        "hoàn thành trên mọi trường hợp có thể đủ điều kiện",
    ),
    "RR2": ("RR1, partial interviews counted too", "như RR1, tính cả phỏng vấn dở dang"),
    "RR3": (
        "complete interviews, part e of the unknown cases taken as eligible",
        "như RR1, coi phần e của ca chưa rõ là đủ điều kiện",
    ),
    "RR4": ("RR3, partial interviews counted too", "như RR3, tính cả phỏng vấn dở dang"),
    "RR5": (
        "complete interviews among cases known to be eligible",
        "hoàn thành trên các ca chắc chắn đủ điều kiện",
    ),
    "RR6": ("RR5, partial interviews counted too", "như RR5, tính cả phỏng vấn dở dang"),
    "COOP1": ("complete interviews among cases contacted", "hoàn thành trên các ca đã tiếp xúc"),
    "COOP2": ("COOP1, partial interviews counted too", "như COOP1, tính cả phỏng vấn dở dang"),
    "COOP3": (
        "complete interviews among those contacted and able",
        "hoàn thành trên người đã tiếp xúc và có khả năng trả lời",
    ),
    "COOP4": ("COOP3, partial interviews counted too", "như COOP3, tính cả phỏng vấn dở dang"),
    "REF1": ("refusals among all that may be eligible", "từ chối trên mọi trường hợp có thể đủ điều kiện"),
    "REF2": (
        "refusals, part e of the unknown cases taken as eligible",
        "như REF1, coi phần e của ca chưa rõ là đủ điều kiện",
    ),
    "REF3": ("refusals among cases known to be eligible", "từ chối trên các ca chắc chắn đủ điều kiện"),
    "CON1": (
        "contacts among all that may be eligible",
        "tiếp xúc được trên mọi trường hợp có thể đủ điều kiện",
    ),
    "CON2": (
        "contacts, part e of the unknown cases taken as eligible",
        "như CON1, coi phần e của ca chưa rõ là đủ điều kiện",
    ),
    "CON3": (
        "contacts among cases known to be eligible",
        "tiếp xúc được trên các ca chắc chắn đủ điều kiện",
    ),
}


@dataclass(frozen=True)
class OutcomeRates:
    """rates: {"RR1": fraction, ...}, NaN where the denominator is empty. counts: what they were worked out from.

    e_uh, e_uo: parts of the two kinds of unknown cases taken as eligible; e_method: how they were found.
    """

    rates: Mapping[str, float]
    counts: Counts
    e_uh: float
    e_uo: float
    e_method: str

    def __getitem__(self, name: str) -> float:
        return self.rates[name]


def outcome_rates(counts: Counts, e: float | str = "proportional") -> OutcomeRates:
    """RR1-6, COOP1-4, REF1-3, CON1-3.

    e: "proportional" = eligible / (eligible + not eligible) among the cases that are known, for all unknown
    ones (CASRO); "two-step" = for a dwelling, eligible / (eligible + no eligible person); where even the
    dwelling is unknown, that times dwellings / (dwellings + not dwellings); or a number from 0 to 1 that the
    survey states and defends. With no case of known status e is 1 (nothing is assumed away).
    Raises DesignError for e outside 0..1 and when there are no cases.
    """
    if counts.issued <= 0:
        raise DesignError("quality.no-cases")
    e_uh, e_uo, method = _eligibility(counts, e)
    i, p, r, nc, o = counts.I, counts.P, counts.R, counts.NC, counts.O
    known = counts.eligible
    everyone = known + counts.unknown
    likely = known + e_uh * counts.UH + e_uo * counts.UO
    contacted = i + p + r + o
    rates = {
        "RR1": _part(i, everyone),
        "RR2": _part(i + p, everyone),
        "RR3": _part(i, likely),
        "RR4": _part(i + p, likely),
        "RR5": _part(i, known),
        "RR6": _part(i + p, known),
        "COOP1": _part(i, contacted),
        "COOP2": _part(i + p, contacted),
        "COOP3": _part(i, i + p + r),
        "COOP4": _part(i + p, i + p + r),
        "REF1": _part(r, everyone),
        "REF2": _part(r, likely),
        "REF3": _part(r, known),
        "CON1": _part(contacted, contacted + nc + counts.unknown),
        "CON2": _part(contacted, contacted + nc + e_uh * counts.UH + e_uo * counts.UO),
        "CON3": _part(contacted, contacted + nc),
    }
    return OutcomeRates(rates, counts, e_uh, e_uo, method)


def _eligibility(counts: Counts, e: float | str) -> tuple[float, float, str]:
    if e == "proportional":
        known = counts.eligible + counts.NH + counts.NE
        value = counts.eligible / known if known > 0 else 1.0
        return value, value, "proportional"
    if e == "two-step":
        dwellings = counts.eligible + counts.NE
        person = counts.eligible / dwellings if dwellings > 0 else 1.0
        houses = dwellings + counts.UO
        house = houses / (houses + counts.NH) if houses + counts.NH > 0 else 1.0
        return house * person, person, "two-step"
    if isinstance(e, str) or not (math.isfinite(e) and 0 <= e <= 1):
        raise DesignError("quality.eligibility", value=str(e))
    return float(e), float(e), "stated"


def _part(above: float, below: float) -> float:
    return above / below if below > 0 else math.nan
