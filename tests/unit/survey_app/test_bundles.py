"""Modules joined into one script: every form we write, and a clear refusal of what can't be joined."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from survey_app.collection.bundles import BundleError, join, sheet

REAL = Path(__file__).parents[3] / "survey_app" / "static" / "js" / "collect"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.js").write_text(text, encoding="utf-8")


def test_imports_become_names_and_the_entry_stands_last(tmp_path: Path) -> None:
    write(
        tmp_path,
        a='/** Doc. */\nimport { two as zwei, x } from "./b.js";\n'
        'import * as b from "./b.js";\nstart(zwei, x, b.x);\n',
        b='// c\nexport const two = 2;\nconst y = 1;\nexport { y as x };\nexport { z } from "./c.js";\n',
        c="export async function z() {}\nexport class K {}\n",
    )
    assert join(tmp_path, "a.js") == (
        "const m_c = (() => {\nasync function z() {}\nclass K {}\nreturn {z, K};\n})();\n"
        "const m_b = (() => {\nconst two = 2;\nconst y = 1;\nreturn {z: m_c.z, two, x: y};\n})();\n"
        "const {two: zwei, x} = m_b;\nconst b = m_b;\nstart(zwei, x, b.x);\n"
    )


def test_what_an_entry_exports_it_still_exports(tmp_path: Path) -> None:
    """A part that is fetched later is a module of its own."""
    write(
        tmp_path, a='import { x } from "./b.js";\nexport function f() {}\nconst y = x;\nexport { y as z };\n'
    )
    write(tmp_path, b="export const x = 1;\n")
    assert join(tmp_path, "a.js").endswith(
        "const {x} = m_b;\nfunction f() {}\nconst y = x;\nexport {f, y as z};\n"
    )


def test_what_is_fetched_later_brings_nothing_along_a_second_time() -> None:
    """Modules with a memory of their own (the store, the words) must not be there twice."""
    assert "const m_" not in join(REAL, "capture.js")


@pytest.mark.parametrize(
    "text", ["export default 1;", 'import "./b.js";', 'export * from "./b.js";', "export let a;"]
)
def test_what_cannot_be_joined_is_refused(tmp_path: Path, text: str) -> None:
    write(tmp_path, a=text, b="export const x = 1;")
    with pytest.raises(BundleError):
        join(tmp_path, "a.js")


def test_modules_that_import_in_a_circle_are_refused(tmp_path: Path) -> None:
    write(
        tmp_path,
        a='import { b } from "./b.js";\nexport const a = 1;\n',
        b='import { a } from "./a.js";\nexport const b = 1;\n',
    )
    with pytest.raises(BundleError, match=r"a\.js → b\.js → a\.js"):
        join(tmp_path, "a.js")


@pytest.mark.parametrize("entry", ["respond.js", "main.js"])
def test_the_real_pages_join_without_losing_a_module(entry: str) -> None:
    source = join(REAL, entry)
    assert not re.search(r"^(?:import|export)\b", source, re.M)
    assert "m_logic" in source


def test_sheets_are_joined_in_order_without_comments(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("/* one */\na {\n  color: red;\n}\n", encoding="utf-8")
    (tmp_path / "b.css").write_text("b {}\n", encoding="utf-8")
    assert sheet(tmp_path, ("a", "b")).source == b"a {\ncolor: red;\n}\nb {}\n"
