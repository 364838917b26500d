"""The JSON Schema of the contract: holds for what is compiled, refuses what evaluators can't read."""

from __future__ import annotations

import copy
import gzip
import json
from pathlib import Path
from random import Random

import jsonschema
import pytest

import questionnaires
from questionnaires.compiled import CONTRACT, compile_questionnaire
from questionnaires.logic.evaluate import _SPECIAL
from questionnaires.logic.functions import FUNCTIONS, IMPLEMENTATIONS
from questionnaires.xlsform.read import read_xlsform
from tests.property import expression_strategies as draw

ROOT = Path(questionnaires.__file__).parent
SCHEMA = json.loads((ROOT / "schema" / f"contract-{CONTRACT}.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
DEMO = ROOT.parent / "survey_app" / "demo" / "questionnaire" / "khao_sat_dlxh.xlsx"


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_demo_questionnaire_fits_the_schema():
    read = read_xlsform(DEMO, DEMO.name).questionnaire
    assert read is not None
    compiled = compile_questionnaire(read).compiled
    assert compiled is not None
    VALIDATOR.validate(json.loads(compiled.to_json()))


@pytest.mark.parametrize("seed", range(6))
def test_random_questionnaires_fit_the_schema(seed):
    compiled = compile_questionnaire(draw.questionnaire(Random(seed))).compiled
    assert compiled is not None
    document = json.loads(compiled.to_json())
    VALIDATOR.validate(document)
    for spoil in (
        lambda d: d.pop("order"),
        lambda d: d.update(surplus=1),
        lambda d: d["children"][0].update(relevant=["no-such-function", 1]),
        lambda d: d["children"][0].update(relevant=["regex", ["q", "a"]]),
        lambda d: d["children"][0].update(kind="page"),
    ):
        spoilt = copy.deepcopy(document)
        spoil(spoilt)
        assert not VALIDATOR.is_valid(spoilt)


def test_every_function_has_an_implementation_and_a_place_in_the_schema():
    compiled_away = {"jr:choice-name", "jr:itext", "instance", "current"}
    for name in FUNCTIONS:
        assert name in compiled_away or name in IMPLEMENTATIONS or name in _SPECIAL, name
    known = set(SCHEMA["$defs"]["tree"]["then"]["prefixItems"][0]["enum"])
    assert known == set(IMPLEMENTATIONS) | set(_SPECIAL)


def test_javascript_has_every_function():
    modules = ROOT.parent / "survey_app" / "static" / "js" / "collect"
    source = (modules / "logic_functions.js").read_text() + (modules / "logic_evaluate.js").read_text()
    for name in set(IMPLEMENTATIONS) | set(_SPECIAL):
        assert (
            f'"{name}": ' in source
            or f"  {name}: " in source
            or f"  {name}," in source
            or f'"{name}": ' in source
        ), name


def test_the_contract_and_the_phones_logic_stay_within_their_bytes():
    read = read_xlsform(DEMO, DEMO.name).questionnaire
    assert read is not None
    compiled = compile_questionnaire(read).compiled
    assert compiled is not None
    assert len(gzip.compress(compiled.to_json(), 9)) <= 12 * 1024
    modules = sorted((ROOT.parent / "survey_app" / "static" / "js" / "collect").glob("logic*.js"))
    assert len(gzip.compress(b"".join(path.read_bytes() for path in modules), 9)) <= 20 * 1024
