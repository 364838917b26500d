"""Accounts: who works here, what they may do, and the areas of the country.

For: signing in, roles, area scope, collaborators' phones, the list of provinces and communes. Called by every other
room; imports none of them. Tested in `tests/integration/test_accounts.py` and `test_devices.py`. A new right goes
into `access.py`; a new fact about an area into `areas.py`, about a phone into `devices.py`; another thing that
could be guessed is counted by `throttle.py`.
"""
