"""Snapshots: the numbered, digested cut-off of accepted interviews that analysis works on.

What for: `services.take` writes what was newly read into immutable column files (Parquet) and records a
`Snapshot`: who is in, who is out and why, what came in since the one before. Weighting, tables and releases
read interviews only through `queries.opened(snapshot)`, never from the rows that are still being received.
Who may call it: weighting, tabulation and reporting; researchers through `views.py`. It reads collection and
sampling, and marks interviews as written; it never changes what was received or read.
How it is tested: `tests/unit/survey_app/test_snapshot_store.py` (files, no database),
`tests/integration/test_snapshots.py` (both databases), `tests/benchmarks/researcher.py` (cost of a refresh).
Where the next thing goes: a new reason for leaving an interview out is in `standing.py`; what a column file
holds is in `layout.py`; reading and writing files is in `store.py`. `decisions/0001-snapshots.md` says why.
"""
