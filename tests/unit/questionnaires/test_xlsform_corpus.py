"""Sixty real workbooks: read, agreed on with pyxform, written back; the bad ones fail with a placed finding."""

from __future__ import annotations

import csv
import dataclasses
import functools
import random
import re
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyxform.xls2xform import convert

from questionnaires import (
    Question,
    Questionnaire,
    ReadResult,
    Severity,
    check_answers,
    compile_questionnaire,
    diff,
    flatten,
    lint,
    paper,
    read_xlsform,
    sentence,
    write_xlsform,
)
from questionnaires.simulate import walk
from questionnaires.types.registry import REGISTRY

NOW = datetime(2026, 11, 22, tzinfo=UTC)
FOLDER = Path(__file__).parents[2] / "data" / "xlsforms"
INDEX = list(csv.DictReader((FOLDER / "index.csv").open(encoding="utf-8")))
TAKEN = [row["file"] for row in INDEX if row["pyxform_4_5"] == "ok"]
REFUSED = [row for row in INDEX if row["pyxform_4_5"] != "ok"]
#: What we refuse on purpose although pyxform takes it.
OWN_REFUSALS = {"xlsform.refused-type", "xlsform.file-missing", "xlsform.kept-required"}


@functools.cache
def read(name: str) -> ReadResult:
    return read_xlsform(FOLDER / name)


@functools.cache
def by_pyxform(name: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return convert(FOLDER / name, form_name="data")


def test_the_corpus_is_whole() -> None:
    assert {row["file"] for row in INDEX} == {p.name for p in FOLDER.glob("*.xls*")} and len(INDEX) == 60


@pytest.mark.parametrize("name", TAKEN)
def test_what_pyxform_takes_we_take_and_our_sheets_give_the_same_xform(name: str) -> None:
    result = read(name)
    assert {f.code for f in result.findings if f.severity is Severity.ERROR} <= OWN_REFUSALS
    if result.xform is not None:
        assert result.xform == by_pyxform(name).xform


@pytest.mark.parametrize("name", TAKEN)
def test_our_model_has_the_tree_of_pyxforms_json(name: str) -> None:
    """The private JSON of the converter is compared here and nowhere used: a change of it breaks no product."""
    theirs = by_pyxform(name)._pyxform
    questionnaire = read(name).questionnaire
    assert questionnaire is not None
    assert list(ours(questionnaire.children)) == list(pyxforms(theirs["children"]))


def ours(nodes: Any, depth: int = 0) -> Any:
    for node in nodes:
        if isinstance(node, Question):
            if node.type != "audit":
                yield depth, node.name
        else:
            yield depth, node.name
            yield from ours(node.children, depth + 1)


def pyxforms(nodes: Any, depth: int = 0) -> Any:
    refused = {
        spelling for t in REGISTRY.values() if t.treatment == "refuses" for spelling in (t.name, *t.aliases)
    }
    for node in nodes:
        name = node["name"]
        if (
            name == "meta"
            or re.match(r"reserved_name_for|generated_table_list", name)
            or node["type"] in refused
        ):
            continue
        if (
            node["type"] == "calculate"
            and name.endswith("_count")
            and node["bind"].get("readonly") == "true()"
        ):
            continue
        yield depth, name
        yield from pyxforms(
            node.get("children", ()) if node["type"] in ("group", "repeat", "loop") else (), depth + 1
        )


@pytest.mark.parametrize("row", REFUSED, ids=[row["file"] for row in REFUSED])
def test_what_pyxform_refuses_has_an_error_at_the_same_row(row: dict[str, str]) -> None:
    result = read(row["file"])
    findings = [f for f in result.findings if f.severity is Severity.ERROR]
    if result.questionnaire is not None:
        compiled = compile_questionnaire(result.questionnaire)
        findings += [f for f in compiled.findings if f.severity is Severity.ERROR]
    assert findings and all(sentence(f, "vi") and sentence(f, "en") for f in findings)
    place = re.search(r"\[row ?: ?(\d+)\]", row["error"])
    if place:
        assert int(place[1]) in {f.where.row for f in findings}


@pytest.mark.parametrize("name", [row["file"] for row in INDEX])
def test_written_back_it_reads_to_the_same_model(name: str) -> None:
    first = read(name).questionnaire
    assert first is not None
    again = read_xlsform(write_xlsform(first), Path(name).stem + ".xlsx").questionnaire
    assert again is not None
    assert without_rows(again) == without_rows(first)


@pytest.mark.parametrize("name", [row["file"] for row in INDEX])
def test_every_room_takes_every_form(name: str) -> None:
    """Checked, compared with itself, and where it compiles: printed, answered, judged and flattened."""
    questionnaire = read(name).questionnaire
    assert questionnaire is not None
    report = lint(questionnaire)
    assert all(sentence(finding) for finding in report.findings) and report.minutes >= 0
    assert diff(questionnaire, questionnaire) == ()
    compiled = compile_questionnaire(questionnaire).compiled
    if compiled is None or not read(name).ok:
        return
    assert paper(compiled, "vi").startswith("<!doctype html>")
    step = walk(compiled, random.Random(1), now=NOW)
    checked = check_answers(compiled, step.answers, now=NOW)
    assert [f for f in checked.findings if f.severity is Severity.ERROR] == [] and step.dead_ends == ()
    assert {len(column) for column in flatten(compiled, [checked.values]).columns.values()} <= {1}


def without_rows(questionnaire: Questionnaire) -> Questionnaire:
    def bare(node: Any) -> Any:
        if isinstance(node, Question):
            return dataclasses.replace(node, row=None)
        return dataclasses.replace(node, row=None, children=tuple(bare(child) for child in node.children))

    lists = {
        name: dataclasses.replace(held, choices=tuple(dataclasses.replace(c, row=None) for c in held.choices))
        for name, held in questionnaire.lists.items()
    }
    experiments = tuple(dataclasses.replace(e, row=None) for e in questionnaire.experiments)
    children = tuple(bare(child) for child in questionnaire.children)
    return dataclasses.replace(questionnaire, children=children, lists=lists, experiments=experiments)
