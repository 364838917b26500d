"""How well the field worked: outcome rates, interviewers' influence, signs of careless or invented interviews.

What for: the figures a method statement owes its reader, and the flags a supervisor looks into. Who may call it:
anybody, through these names; `survey_app` shows rates and flags, never answers.

    rates = outcome_rates(count_dispositions(["1.1", "2.11", "3.21", ...]), e="proportional")
    rates["RR3"], rates.e_uh, rates.e_method                     # all of RR1-6, COOP1-4, REF1-3, CON1-3
    interviewer_effect(y, interviewer, area=None).deff           # with rho and its interval
    speeding(seconds, answered).flagged; straight_lining(grid).flagged
    rule = likeness_rule(answers, who, where, rng=rng); near_duplicates(answers, who, where, rule).share

How tested: `tests/unit/analysis/test_quality*.py` against tables worked by hand. The design effect of the weights
(Kish) is `analysis.weighting.kish`. Where the next thing goes: a rate into `response_rates.py`, a check of a single
interview's conduct into `behaviour.py`, one of pairs into `duplicates.py`, each with its source in the docstring.
"""

from analysis.quality.behaviour import Speeding, StraightLining, speeding, straight_lining
from analysis.quality.dispositions import (
    DISPOSITIONS,
    Counts,
    count_dispositions,
    disposition_class,
)
from analysis.quality.duplicates import CIRCLES, LikenessRule, NearDuplicates, near_duplicates
from analysis.quality.honest import likeness_rule
from analysis.quality.interviewers import InterviewerEffect, interviewer_effect
from analysis.quality.response_rates import RATES, OutcomeRates, outcome_rates
from analysis.quality.singling_out import SinglingOut, singling_out

__all__ = [
    "CIRCLES", "DISPOSITIONS", "RATES", "Counts", "InterviewerEffect", "LikenessRule", "NearDuplicates",
    "OutcomeRates", "SinglingOut", "Speeding", "StraightLining", "count_dispositions", "disposition_class",
    "interviewer_effect", "likeness_rule", "near_duplicates", "outcome_rates", "singling_out", "speeding",
    "straight_lining",
]  # fmt: skip
