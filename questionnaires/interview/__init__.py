"""An interview under way: answers, what is shown, in what order, and what is wrong with it.

What for: the one behaviour behind a page rendered by the server and the phone's app. `Interview` is the whole
of it; `state` holds answers and computes values and relevance, `pages` cuts the form into pages, `shown` says
how a question looks now. Who may call it: `answers`, `simulate`; outsiders through `questionnaires`.
Tests: `tests/unit/questionnaires/test_interview_*.py`; scripted interviews in `tests/conformance` go through
this and through `logic.js`. Next thing: whatever a page needs to know goes into `Shown` or `Page`, in both
languages, with a scripted interview.
"""

from questionnaires.interview.interview import Interview
from questionnaires.interview.pages import Page
from questionnaires.interview.shown import Shown, ShownChoice
from questionnaires.interview.state import MAX_INSTANCES, State

__all__ = ["MAX_INSTANCES", "Interview", "Page", "Shown", "ShownChoice", "State"]
