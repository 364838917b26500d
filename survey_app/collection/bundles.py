"""One script and one style sheet for a page, made of the modules and sheets under `static`.

Modules are written apart and import each other by relative addresses; on a slow line every file costs a
round trip, so the page asks for one: its modules in the order of their imports, comments and indentation
removed, each in a function of its own so that names never meet. The browser runs the same text that a
developer reads; there is no build step and nothing built is committed.

The forms understood are those that this project writes: `import {a, b as c} from "./x.js"`,
`import * as x from "./x.js"`, `export` before function, async function, class or const, and
`export {a, b} [from "./x.js"]`. Anything else raises `BundleError`, which a test sees first.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FROM = re.compile(
    r"^(?P<verb>import|export)\s*(?P<what>\{[^}]*\}|\*\s+as\s+\w+)\s*from\s*[\"']\./(?P<file>[\w.-]+)[\"'];?[ \t]*$",
    re.M,
)
_NAMED = re.compile(r"^export\s+(?=(?:async\s+)?(?:function\*?|class|const)\s+(\w+))", re.M)
_LIST = re.compile(r"^export\s*\{([^}]*)\};?[ \t]*$", re.M)
_BLOCK_COMMENT = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*\n", re.M | re.S)
_LINE_COMMENT = re.compile(r"^[ \t]*//.*\n", re.M)
_INDENT = re.compile(r"^[ \t]+|\n(?=\n)", re.M)


class BundleError(ValueError):
    """A module uses a form of import or export that can't be joined, or modules import in a circle."""


@dataclass(frozen=True)
class Bundle:
    """source: what the browser runs. digest: 12 hex digits over it. packed: gzip of it."""

    source: bytes
    digest: str
    packed: bytes


def _names(listed: str) -> list[tuple[str, str]]:
    """`{a, b as c}` → [(a, a), (b, c)]: (name there, name here)."""
    pairs = []
    for part in listed.strip().strip("{}").split(","):
        if part.strip():
            there, _, here = part.strip().partition(" as ")
            pairs.append((there.strip(), (here or there).strip()))
    return pairs


def _variable(file: str) -> str:
    return "m_" + re.sub(r"\W", "_", file.removesuffix(".js"))


def _module(file: str, text: str, *, entry: bool) -> tuple[str, list[str]]:
    """The module as one function call (the entry as it is, for it may await), and the files that it imports."""
    imports: list[str] = []
    exported: list[str] = []

    def joined(match: re.Match[str]) -> str:
        imports.append(match["file"])
        source = _variable(match["file"])
        what = match["what"]
        if what.startswith("*"):
            return f"const {what.split()[-1]} = {source};"
        if match["verb"] == "export":
            exported.extend(f"{here}: {source}.{there}" for there, here in _names(what))
            return ""
        inside = ", ".join(there if there == here else f"{there}: {here}" for there, here in _names(what))
        return f"const {{{inside}}} = {source};"

    text = _LINE_COMMENT.sub("", _BLOCK_COMMENT.sub("", text))
    text = _FROM.sub(joined, text)
    exported.extend(_NAMED.findall(text))
    text = _NAMED.sub("", text)
    for listed in _LIST.findall(text):
        exported.extend(f"{here}: {there}" for there, here in _names(listed))
    text = _LIST.sub("", text)
    left = re.search(r"^(?:import|export)\b.*$", text, re.M)
    if left:
        raise BundleError(f"{file}: this form can't be joined: {left.group()}")
    body = _INDENT.sub("", text).strip()
    if entry:
        told = f"export {{{', '.join(_as_list(name) for name in exported)}}};\n" if exported else ""
        return f"{body}\n{told}", imports
    return (
        f"const {_variable(file)} = (() => {{\n{body}\nreturn {{{', '.join(exported)}}};\n}})();\n",
        imports,
    )


def _as_list(member: str) -> str:
    """`a` → `a`; `b: a`, as an object has it, → `a as b`, as a list of exports has it."""
    there, _, here = member.partition(": ")
    return f"{here} as {there}" if here else there


def join(folder: Path, entry: str) -> str:
    """The text of one script that does what the module `entry` of `folder` does, and exports what it exports."""
    done: dict[str, str] = {}
    open_files: list[str] = []

    def visit(file: str) -> None:
        if file in done:
            return
        if file in open_files:
            raise BundleError(" → ".join([*open_files, file]))
        open_files.append(file)
        source, imports = _module(
            file, (folder / file).read_text(encoding="utf-8"), entry=not open_files[:-1]
        )
        for imported in imports:
            visit(imported)
        open_files.pop()
        done[file] = source

    visit(entry)
    return "".join(done.values())


def _made(text: str) -> Bundle:
    source = text.encode()
    return Bundle(source, hashlib.sha256(source).hexdigest()[:12], gzip.compress(source, 9, mtime=0))


@lru_cache(maxsize=32)
def _bundle(folder: Path, entry: str, _modified: tuple[tuple[str, int], ...]) -> Bundle:
    return _made(join(folder, entry))


@lru_cache(maxsize=32)
def _sheet(files: tuple[Path, ...], _modified: tuple[int, ...]) -> Bundle:
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    return _made(_INDENT.sub("", _BLOCK_COMMENT.sub("", text)))


def sheet(folder: Path, names: tuple[str, ...], *, watch: bool = True) -> Bundle:
    """The sheets `names` of `folder` as one, in their order. watch: look whether one has changed."""
    files = tuple(folder / f"{name}.css" for name in names)
    return _sheet(files, tuple(path.stat().st_mtime_ns for path in files) if watch else ())


def bundle(folder: Path, entry: str, *, watch: bool = True) -> Bundle:
    """The script of `entry`. watch: make it again after a module has changed (a few dozen looks at the disk)."""
    if not watch:
        return _bundle(folder, entry, ())
    modified = tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder.glob("*.js")))
    return _bundle(folder, entry, modified)
