"""The expression language of XLSForm: parse, resolve, evaluate.

What for: `relevant`, `constraint`, `calculation`, `choice_filter`, text with `${…}`; parsed once, at publish,
into the JSON trees of the compiled contract (README.md describes each), which this package's evaluator and
the phone's walk alike.
Who may call it: `compiled`, `answers`, `interview`, `lint` and the types of this library; outsiders use
`questionnaires.compile_questionnaire` and `check_answers`.
Tests: `tests/unit/questionnaires/test_logic_*.py`; `tests/conformance` runs the vectors of real engines
through both evaluators; `tests/property/test_logic_agreement.py` holds the two equal on random expressions.
Next thing: a function is a row in `functions.FUNCTIONS` with its Python form beside it, its JavaScript form
in `logic_functions.js`, and vectors in `tests/conformance`.
"""

from questionnaires.logic.context import Context, Item, Node, Scope, World
from questionnaires.logic.declared import Declared, declare
from questionnaires.logic.evaluate import evaluate
from questionnaires.logic.functions import FUNCTIONS, Function
from questionnaires.logic.names import Issue, Names
from questionnaires.logic.parser import ExpressionError, parse
from questionnaires.logic.resolve import Resolver

__all__ = [
    "FUNCTIONS", "Context", "Declared", "ExpressionError", "Function", "Issue", "Item", "Names", "Node",
    "Resolver", "Scope", "World", "declare", "evaluate", "parse",
]  # fmt: skip
