"""Collection: interviews by link and by phone, received for good, and read later.

`api.py` is the phone's door, `views.py` the respondent's link and the collaborator's screens; both end in
`receiving.receive`, whose contract is final (see `decisions/0001-receiving.md`). Called by `weighting` and
`reporting` through `queries.responses`. Imports `sampling` and the rooms to its left, and `questionnaires`.
Tested in `tests/integration/test_receiving.py`, `test_links.py` and `tests/browser`. A new way for an interview
to arrive is a new door that makes `Incoming` values and calls `receiving.receive`.
"""
