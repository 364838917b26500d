"""Recorded R `survey` numbers, and the runner that holds the library to them.

`r_survey/` holds cases made by its `generate.R` (schema and provenance in its README), `r_designs/` further ones on
PPS, multistage, calibrated and replicate designs. `python -m tests.reference.run FOLDER` runs any folder of that
schema; `test_reference.py` runs both under pytest. Where the library should differ, `excused.py` says why.
A further case is a line in a generator; a new kind of estimate is a function in `estimates_of.py`.
"""
