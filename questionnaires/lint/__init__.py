"""The checker: what makes a questionnaire hard to answer, hard to trust or hard to analyse.

What is it for: rules of structure (`structure`, `scales`, `logic_rules`) and of wording (`vietnamese`,
`english`), in one registry; each finding says the harm and offers a better form. Who may call it: `lint`,
exported by `questionnaires`. How is it tested: `tests/unit/questionnaires/test_lint_*.py`, with labelled
questions in `tests/data/lint/` that measure precision and recall. Where does the next thing go: a rule is a
function in one of these modules, named in `registry.RULES`; its sentences are in `messages_lint.py`.
"""

from questionnaires.lint.report import LintReport, lint, minutes

__all__ = ["LintReport", "lint", "minutes"]
