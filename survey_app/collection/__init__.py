"""Collection: interviews by link and by phone, received for good, and read later.

`api.py` is the phone's door, `views.py` the respondent's link and the collaborator's screens; both end in
`receiving.receive`, whose contract is final (see `decisions/0001-receiving.md`). Called by `weighting` and
`reporting` through `queries.responses`. Imports `sampling` and the rooms to its left, and `questionnaires`.
Tested in `tests/integration/test_receiving.py`, `test_paused.py`, `test_fieldwork.py`, `test_locking.py` and
`tests/browser`. A new way for an interview to arrive is a new door that makes `Incoming` values and calls
`receiving.receive`. What a supervisor may see of interviews is in `review.py`, paused and returned ones in
`paused.py` (`decisions/0005-paused-and-returned.md`); how to use a real phone stands in `PHONE.md`.
"""
