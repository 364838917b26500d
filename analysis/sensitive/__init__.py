"""Estimates from questions that people won't answer straight, and methods that don't make them.

What for: prevalence with design-based errors from list experiments, randomised response and the crosswise model.
Who may call it: anybody, through these names. Only shares come out: nothing here can say anything of a person.

    list_experiment(count, treatment, design, items=4).prevalence        # with .impossible_p, .floor, .ceiling
    warner(yes, design, p=0.7); forced_response(yes, design, say_yes=1/6, say_no=1/6)
    unrelated_question(yes, design, p=0.7, unrelated=0.25); unrelated_question_two_arms(yes, arm, design, p=(0.7,
    0.3)); crosswise(same, design, p=0.25)
    randomised_response(yes, design, [Device.crosswise(p=0.25), Device.crosswise(p=0.75)], arm=arm)

How tested: `tests/unit/analysis/test_sensitive.py` (closed forms by hand), `tests/simulation/sensitive.py` (bias and
coverage). Where the next thing goes: a device whose share of yes is a line of the prevalence is a
`Device` of three lines in `randomised.py`; anything else gets a module with its source and a simulation.
"""

from analysis.sensitive.list_experiment import ListExperiment, list_experiment
from analysis.sensitive.randomised import (
    Device,
    crosswise,
    forced_response,
    randomised_response,
    unrelated_question,
    unrelated_question_two_arms,
    warner,
)

__all__ = [
    "Device", "ListExperiment", "crosswise", "forced_response", "list_experiment", "randomised_response",
    "unrelated_question", "unrelated_question_two_arms", "warner",
]  # fmt: skip
