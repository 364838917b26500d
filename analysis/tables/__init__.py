"""Tables of shares, their tests, and what may be shown of them.

What for: cross tables and banners with an interval in every cell (`crosstab`, `tabulate`), tests of
association (`rao_scott`), letters, waves and disclosure control. Who may call it: anybody, through
`analysis`; `survey_app.reporting` stores and draws the results. How tested:
`tests/unit/analysis/test_crosstab*.py`, `tests/reference/`, `tests/benchmarks/analysis.py`. Where the next
thing goes: a new kind of table is a module here that works on `CellMoments`, never on rows x cells.
"""
