"""Reporting: from weighted interviews to released tables, and the pages that leaders read.

What for: `services.make_tables` estimates every substantive question by every break; `services.release`
audits, rounds and freezes them as an immutable `Release`; the pages under `/results/` show releases.
Who may call it: the demo, the command line and its own views. Leaders' views read `Release` rows and nothing
else: no interview, no weight, no unrounded figure.
How it is tested: `tests/unit/survey_app/test_reporting_*.py` (headlines, charts, cube: no database),
`tests/integration/test_reporting.py` (release, scope, pages), `tests/browser/test_results.py` (charts on a
phone), `tests/benchmarks/results.py` (bytes and times).
Where the next thing goes: a new kind of question is a branch in `topics.py` and `tabulate.py`; a new rule for
sentences in `headlines.py`; a new chart in `charts.py`, a map in `maps.py` with what it says in `present_map.py`;
which areas there are in `territory.py`; what one group or one leader sees in `narrowing.py`; a new file format in
`exports.py`.
"""
