"""The compiled contract: what publication fixes, and what every evaluator reads.

What for: `compile_questionnaire` turns the model into one JSON document, every expression parsed and every
reference checked; `Compiled` carries it with deterministic bytes and a digest; `Form` is its run-time index.
Who may call it: `answers`, `interview`, `flatten`, `simulate`, `paper`, `diff`; outsides through
`questionnaires`. Tests: `tests/unit/questionnaires/test_compiled_*.py`; the document's shape is held by
`questionnaires/schema/contract-1.schema.json`. Next thing: a new property of a question is written in
`document.py`, described in the schema, and read in `interview` and in `logic.js`.
"""

from questionnaires.compiled.compile import CompileResult, compile_questionnaire
from questionnaires.compiled.contract import CONTRACT, Compiled, ContractError
from questionnaires.compiled.form import Form

__all__ = ["CONTRACT", "CompileResult", "Compiled", "ContractError", "Form", "compile_questionnaire"]
