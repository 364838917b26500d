"""Real workbooks: each compiles or says why not, and a random walk through it shows the same in both Interviews."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from questionnaires.compiled import compile_questionnaire
from questionnaires.findings import Severity
from questionnaires.xlsform.read import read_xlsform
from tests.conformance import javascript_engine, scripts
from tests.property.test_logic_agreement import random_steps

FOLDER = Path(__file__).parents[1] / "data" / "xlsforms"
FORMS = sorted(path for path in FOLDER.iterdir() if path.suffix in (".xls", ".xlsx"))


@pytest.fixture(scope="module")
def javascript():
    try:
        with javascript_engine.engine() as run:
            yield run
    except javascript_engine.NoEngine as problem:
        pytest.skip(f"needs Node or Chromium: {problem}")


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem[:60])
def test_a_real_form_compiles_or_says_why_and_runs_alike(path, javascript):
    questionnaire = read_xlsform(path, path.name).questionnaire
    if questionnaire is None:
        return
    result = compile_questionnaire(questionnaire)
    errors = [finding for finding in result.findings if finding.severity is Severity.ERROR]
    assert (result.compiled is None) == bool(errors)
    if result.compiled is None:
        assert all(finding.where.sheet and finding.where.row for finding in errors)
        return
    language = questionnaire.languages[-1]
    steps = random_steps(Random(path.stem), result.compiled, "1", language)
    few = 6 if len(list(questionnaire.questions())) < 150 else 1  # every step compares every page
    script = scripts.Script(result.compiled, steps[:few], language=language, seed="1")
    assert javascript([script.for_javascript()]) == [scripts.run(script)]
