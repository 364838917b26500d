"""Authoring: workbooks in, findings out, versions published for good.

Called by the rooms to the right, which read published versions. Imports `surveys`, `accounts` and the library
`questionnaires`. Tested in `tests/integration/test_authoring.py` and `tests/browser/test_authoring.py`.
A new check belongs in the library; a new way to bring a questionnaire in belongs in `services.py`.
"""
