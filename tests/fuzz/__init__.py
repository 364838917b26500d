"""Mutated workbooks: a model or findings, never an exception, never a hang.

`python -m tests.fuzz --count 1000 --seed 1` runs as many as wanted and prints what came out; `make test` runs a
hundred (`test_workbooks.py`). Mutations are in `mutate.py`; a new one is a function in its tuples.
"""
