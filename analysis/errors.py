"""The library's exceptions: each carries a code and parameters, never a finished sentence.

The sentences (Vietnamese and English) live in `analysis.messages`; `str(error)` gives the English one so that
a notebook shows something readable, and an application asks `analysis.sentence(error.code, error.params,
"vi")`.
"""

from __future__ import annotations


class AnalysisError(Exception):
    """A computation that cannot be done honestly.

    code: a dotted code such as "design.weights-missing"; every code has a sentence in both languages.
    params: what the sentence names (the variable, the stratum, the counts), as plain values.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params: dict[str, object] = params

    def __str__(self) -> str:
        from analysis.messages import sentence

        return sentence(self.code, self.params, "en")


class DesignError(AnalysisError):
    """The design, the weights or a variable cannot carry the estimate that was asked for."""


class CalibrationError(DesignError):
    """Control totals that cannot be met; the parameters name the category and what would help."""


class ConvergenceError(AnalysisError):
    """An iteration that did not settle; the parameters say after how many steps and how far it was."""
