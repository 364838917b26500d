"""Tabulation: the researcher's own tables, instant and exact, inside the survey.

What for: any question by any break, with bases, intervals, letters, means and nets, over a filter that is a
domain and never drops a row; recodes without code; tables saved as recipes, which the next wave repeats.
Who may call it: the survey's researchers through `views.py`, and reporting. It reads snapshots and weighting
runs; what leaves the survey is reporting's matter, and nothing here is shown to anybody outside the survey.
How it is tested: `tests/unit/survey_app/test_tabulation_*.py` (recipes, variables, tables: no database),
`tests/integration/test_tabulation.py` (screens, saved tables, gates), `tests/benchmarks/researcher.py`.
Where the next thing goes: a new kind of variable is in `variables.py`; a new choice of a table is a field of
`recipes.TableRecipe` and its line in `forms`; a recode's rule is in `recodes.py`; what is kept in memory is in
`workspace.py`; arithmetic is in `analysis`, never here.
"""
