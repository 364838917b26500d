"""Surveys: one wave of one study, its life from design to lock, and who belongs to it.

Called by every room to the right. Imports `accounts`. Tested in `tests/integration/test_surveys.py`.
A new step in a survey's life goes into `services.py` beside `open_collection` and `close`.
"""
