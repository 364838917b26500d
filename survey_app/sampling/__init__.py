"""Sampling: the frame, the draw, the cases that are to be asked, and how each try to reach them ended.

Called by `collection` (assignments, links), `weighting` (probabilities) and the screens. Imports `authoring`,
`surveys`, `accounts` and the library `analysis.sampling`. There are no answers in this room. Tested in
`tests/integration/test_sampling.py`, `test_visits.py` and `test_fieldwork.py`. A new way of drawing belongs in
`analysis.sampling`; a new fact about a case that a collaborator records belongs in `services.py` beside
`record_attempt`, the rule when a case is done in `outcomes.py`, a figure of fieldwork in `rates.py`; what a room to
the right wants the supervisor to decide is added through `desk.py`.
"""
