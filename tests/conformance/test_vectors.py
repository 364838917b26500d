"""Every vector through both evaluators: those that real engines agree on, and what we decided beyond them."""

from __future__ import annotations

import json

import pytest

from questionnaires.logic.randomness import shuffled
from tests.conformance import javascript_engine, python_engine, run
from tests.conformance.vectors import VECTORS, agrees, job, load

FILES = (VECTORS, VECTORS.with_name("ours.json"))
ENGINES = VECTORS.with_name("engines.json")
ALL = [vector for path in FILES for vector in load(path)]


@pytest.mark.parametrize("vector", ALL, ids=lambda vector: vector["id"])
def test_python_evaluator_agrees_with_the_engines(vector):
    text, truth = python_engine.run(job(vector))
    assert agrees(vector, text, truth), f"{vector['expr']}: {text!r}, {truth}"


def test_python_evaluator_agrees_with_what_single_engines_say():
    wrong = [v["id"] for v in load(ENGINES) if not agrees(v, *python_engine.run(job(v)))]
    assert wrong == []


def test_javascript_evaluator_agrees_with_the_engines():
    vectors = ALL + load(ENGINES)
    now = python_engine.NOW.isoformat()
    try:
        found = javascript_engine.run([job(vector).for_javascript(now) for vector in vectors])
    except javascript_engine.NoEngine as problem:
        pytest.skip(f"needs Node or Chromium: {problem}")
    errors = [result["error"] for result in found if isinstance(result, dict)]
    assert errors == []
    wrong = [v["id"] for v, (text, truth) in zip(vectors, found, strict=True) if not agrees(v, text, truth)]
    assert wrong == []


@pytest.mark.browser
def test_javascript_evaluator_agrees_in_the_browser_too(monkeypatch):
    monkeypatch.setenv("CONFORMANCE_ENGINE", "chromium")
    test_javascript_evaluator_agrees_with_the_engines()


def test_a_seed_gives_the_order_that_javarosa_gives():
    orders = json.loads(VECTORS.with_name("shuffles.json").read_text(encoding="utf-8"))
    for known in orders:
        items = [chr(65 + n) for n in range(len(known["order"]))]
        assert "".join(shuffled(items, known["seed"])) == known["order"], known


def test_the_command_counts_and_tells_what_fails(tmp_path, capsys):
    wrong = {"id": "W", "expr": "1 + 1", "answers": {}, "kind": "string", "expected": "3"}
    broken = {"id": "B", "expr": "1 +", "answers": {}, "kind": "string", "expected": "1"}
    path = tmp_path / "vectors.json"
    path.write_text(json.dumps({"vectors": [wrong, broken, {**wrong, "id": "R", "expected": "2"}]}))
    assert run.main([str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("B rejected: logic.syntax")
    assert lines[-1].startswith("vectors.json: 3 vectors, 1 rejected, python 1 of 2")
