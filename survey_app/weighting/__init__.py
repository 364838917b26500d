"""Weighting: from the interviews that came back to weights that stand for the population.

What for: `services.run` turns a readable recipe (JSON) into an immutable `WeightingRun`: base weight ×
adults in the household × non-response × raking × trimming, each step with its effect on effective n, the
spread of weights and the margins. `services.import_margins` brings population margins in.
Who may call it: reporting (through `queries.design` and `queries.run`), the demo and the command line;
researchers through `views.py`. It reads collection and sampling, never writes there.
How it is tested: `tests/unit/survey_app/test_weighting_*.py` (recipes, recodes, steps: no database),
`tests/integration/test_weighting.py` (runs and refusals on both databases), `tests/integration/test_workbench.py`
(repairs, two runs side by side, the command), `test_weighting_areas.py` (areas put together
on screen), `tests/browser/test_researcher.py` (from weights to a release).
Where the next thing goes: a new step is a function in `steps.py` and a part of `recipe.py`; a new rule on
when a margin fits is in `margins.py`; a new kind of recode is in `recode.py`; a new repair in `repairs.py`; which
areas the design can tell of is in `areas.py`.
"""
