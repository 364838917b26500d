"""`python -m tests.conformance.engines FILE…`: what JavaRosa, the engine inside ODK Collect, makes of vectors.

Each vector becomes an XForm of its own with two calculations, the expression and `if(expression, …)`; the jar is
the one inside pyxform's wheel. Prints the vectors on which JavaRosa differs from `expected`, counts last. Needs a
JDK. Left out: constraints (`self`), choice lists, and instances of nested repeats, which answer with the first.
`engines.json` was made so, and in Chromium with Enketo's evaluator on the same instances.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pyxform

from tests.conformance.vectors import load

JAR = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
SOURCE = Path(__file__).with_name("Engines.java")
_REFERENCE = re.compile(r"\$\{\s*([^{}]+?)\s*\}")
_AT = re.compile(r"([^/\[]+)\[(\d+)\]")
_SPACES = (
    'xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa"'
)


def chain(answers: Mapping[str, Any], name: str, above: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """The path to a name from the root; None where there is none."""
    if name in answers:
        return (*above, name)
    for key, rows in answers.items():
        for row in rows if isinstance(rows, list) else ():
            found = chain(row, name, (*above, key))
            if found is not None:
                return found
    return None


def written(expression: str, answers: Mapping[str, Any], own: tuple[str, ...]) -> str:
    """The expression with paths for `${name}`, as pyxform writes them: relative within the own repeat."""

    def path(name: str, absolute: bool) -> str:
        target = chain(answers, name) or (name,)
        shared = 0
        while not absolute and shared < min(len(own), len(target)) and own[shared] == target[shared]:
            shared += 1
        if not shared:
            return " /data/" + "/".join(target) + " "
        return " " + "/".join([*[".."] * (len(own) - shared + 1), *target[shared:]]) + " "

    indexed = re.compile(r"indexed-repeat\([^()]*\)|'\s*\$\{[^{}]*\}\s*'")
    expression = indexed.sub(lambda m: _REFERENCE.sub(lambda r: path(r[1], True), m[0]), expression)
    return _REFERENCE.sub(lambda r: path(r[1], False), expression)


def form(vector: Mapping[str, Any]) -> str:
    """The XForm of one vector."""
    own = tuple(name for name, _ in _AT.findall(vector.get("at", "")))
    answers = dict(vector["answers"])
    for name in _REFERENCE.findall(vector["expr"]):
        if chain(answers, name) is None:
            answers[name] = ""
    expression = written(vector["expr"], answers, own)
    here = "/".join(("/data", *own))
    truth = f"if({expression}, 'true', 'false')"
    binds = "".join(
        f'<bind nodeset="{here}/{node}" type="string" calculate={quoteattr(text)}/>'
        for node, text in (("dl_out", expression), ("dl_truth", truth))
    )
    return (
        f"<h:html {_SPACES}><h:head><h:title>v</h:title><model><instance>"
        f'<data id="v">{_instance(answers, own, ())}</data></instance>{binds}</model></h:head>'
        f"<h:body>{_controls(answers, '/data')}</h:body></h:html>"
    )


def _instance(answers: Mapping[str, Any], own: tuple[str, ...], here: tuple[str, ...]) -> str:
    parts = []
    for name, value in answers.items():
        rows = (
            [_instance(row, own, (*here, name)) for row in value]
            if isinstance(value, list)
            else [escape(value)]
        )
        parts += [f"<{name}>{row}</{name}>" for row in rows]
    return "".join(parts) + ("<dl_out/><dl_truth/>" if here == own else "")


def _controls(answers: Mapping[str, Any], above: str) -> str:
    parts = []
    for name, value in answers.items():
        path = f"{above}/{name}"
        if isinstance(value, list):
            merged = {key: cell for row in value for key, cell in row.items()}
            inside = _controls(merged, path)
            parts.append(f'<group ref="{path}"><label/><repeat nodeset="{path}">{inside}</repeat></group>')
        else:
            parts.append(f'<input ref="{path}"><label/></input>')
    return "".join(parts)


def javarosa(vectors: list[dict[str, Any]]) -> list[list[str]]:
    """[stored text, truth] of each vector, or one cell that names the error."""
    with tempfile.TemporaryDirectory() as folder:
        for number, vector in enumerate(vectors):
            places = _AT.findall(vector.get("at", ""))
            nth = int(places[0][1]) if len(places) == 1 else 1
            Path(folder, f"{number:05d}@{nth}.xml").write_text(form(vector), encoding="utf-8")
        subprocess.run(["javac", "-cp", JAR, "-d", folder, SOURCE], check=True)
        command = ["java", "-cp", f"{JAR}:{folder}", "Engines", folder]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [line.split("\t")[1:] for line in told.splitlines()]


def main(files: list[str]) -> int:
    for file in map(Path, files):
        vectors = [v for v in load(file) if "self" not in v and "choices" not in v]
        same = 0
        for vector, found in zip(vectors, javarosa(vectors), strict=True):
            expected = str(vector["expected"]).lower() if vector["kind"] == "boolean" else vector["expected"]
            got = found[1] if vector["kind"] == "boolean" and len(found) > 1 else found[0]
            truths = {"true": "1", "false": "0"}
            if got in (expected, truths.get(expected)) or (got == "NaN" and expected == ""):
                same += 1
            else:
                print(f"{vector.get('id', '?')} {vector['expr']}: {expected!r}, JavaRosa {found}")
        print(f"{file.name}: {len(vectors)} vectors, JavaRosa agrees on {same}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
