"""The Python evaluator on conformance jobs."""

from __future__ import annotations

from datetime import UTC, datetime

from questionnaires.interview import State
from questionnaires.logic.values import stored, to_boolean
from tests.conformance.vectors import Job

NOW = datetime(2024, 3, 10, 8, 30, tzinfo=UTC)


def run(job: Job) -> tuple[str, bool]:
    """(the text that would be stored, the result as a condition)."""
    state = State(job.compiled, job.vector["answers"], None, NOW, "default", defaults=False)
    scope = state.root
    for name, index in job.at:
        scope = state.instances(scope, name)[index - 1]
    value = state.run(job.tree, scope, job.name)
    return stored(value), to_boolean(value)
