"""An attacker with everything that leaders and the public can get, who tries to work out what was hidden.

What for: an independent check of disclosure control. Nothing of `analysis` or of the product's own audit is
imported: `gather` reads the served pages, their chart data and hover texts, and the CSV files, of every
release and language; `bounds` sets up linear programs over the unknown numbers of people behind each cell and
asks how narrow a hidden share can be made. Who may call it: `python -m tests.attack ADDRESS` against any
running server, and `test_attack.py`, which also shows that it breaks a release that was left unprotected.
Where the next thing goes: a further source of figures in `gather.py`, a further thing known in `bounds.py`.
"""
