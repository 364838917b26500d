"""Accounts: who works here, what they may do, and the areas of the country.

For: signing in, roles, area scope, the list of provinces and communes. Called by every other room; imports
none of them. Tested in `tests/integration/test_accounts.py` and `test_areas.py`. A new right goes into
`access.py`; a new fact about an area into `areas.py`.
"""
