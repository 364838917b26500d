"""Which survey of the demo is which: two released waves and the one that collects."""

from __future__ import annotations

from survey_app.surveys import queries as surveys
from survey_app.surveys.models import Survey


def waves() -> list[Survey]:
    """All waves, the earliest first."""
    return sorted(surveys.every(), key=lambda survey: survey.wave)


def newest_released() -> Survey:
    return waves()[-2]


def collecting() -> Survey:
    return waves()[-1]
