"""The budgets of the design, by figure. A figure that is not here has none and is there to be read.

`verdict(name, value)` gives the words behind a figure's line: `budget ≤ 60 met`, or nothing.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """`most`: the value may not be above `limit`; otherwise not below."""

    limit: float
    most: bool = True

    def met(self, value: float) -> bool:
        return value <= self.limit if self.most else value >= self.limit

    def __str__(self) -> str:
        return f"{'≤' if self.most else '≥'} {self.limit:g}"


def _least(limit: float) -> Budget:
    return Budget(limit, most=False)


ROWS = (10_000, 100_000, 1_000_000)
TASKS = ("banner", "banner-raked", "question", "bootstrap", "rake")

BUDGETS: dict[str, Budget] = {
    # the respondent's first page: bytes on the wire, requests, a slow line and a slow phone
    "link_first_questions_bytes": Budget(60),
    "link_first_questions_requests": Budget(6),
    "link_slow_interactive": Budget(3),
    # a whole response by link
    "link_20_questions_7_pages_cpu": Budget(60),
    # the collaborator's app
    "collect_first_load_bytes": Budget(120),
    "collect_offline_reload_requests": Budget(0),
    "collect_open_200_questions_6x": Budget(1000),
    "collect_next_page_6x_median": Budget(100),
    "collect_interviews_a_request": _least(100),
    # receiving, of the barest code that does the same on the same database
    **{f"receive_single_of_bare_route_{name}": _least(40) for name in ("sqlite", "postgresql")},
    **{f"receive_batch_of_bare_loop_{name}": _least(50) for name in ("sqlite", "postgresql")},
    # results pages without the chart bundle, and the bundle
    **{
        f"{page}-wire-without-bundle": Budget(60)
        for page in (
            "public-story",
            "public-question",
            "results-list",
            "results-story",
            "results-story-by-age",
            "results-story-maps",
            "results-question-map",
            "results-story-one-group",
            "results-question",
        )
    },
    "chart-bundle": Budget(410),
    # the analysis library: memory, growth, and against its peers
    **{f"analysis.memory.{rows}.over-input": Budget(3) for rows in ROWS},
    **{
        f"analysis.{task}.growth.{small}-{large}": Budget(12)
        for task in TASKS
        for small, large in itertools.pairwise(ROWS)
    },
    "ratio.svy.question.1000000.cpu": _least(10),
    "ratio.r-survey.question.1000000.cpu": _least(20),
    "ratio.svy.banner.1000000.cpu": _least(100),
    "ratio.r-survey.banner.1000000.cpu": _least(250),
    # files
    "csv-50000-interviews-x-20": Budget(3),
    # the researcher's workbench on 100,000 interviews
    "opening-a-survey's-tables-cold": Budget(1000),
    "a-changed-break-median-of-5": Budget(300),
    "a-20-x-8-banner-whole-request": Budget(1),
    "audit-of-60-questions-x-6-breaks": Budget(120),
}


def slug(name: str) -> str:
    """A figure's name as one word: `a filter set, first` → `a-filter-set-first`."""
    return "-".join(name.replace(",", " ").replace(":", " ").split())


def verdict(name: str, value: float) -> str:
    """`budget ≤ 60 met`, `budget ≥ 40 missed`, or nothing for a figure without a budget."""
    budget = BUDGETS.get(name)
    return "" if budget is None else f"budget {budget} {'met' if budget.met(value) else 'missed'}"
