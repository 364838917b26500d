"""Lays a compiled questionnaire out as one HTML page that prints on A4."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from questionnaires.codebook import plain
from questionnaires.compiled import Compiled
from questionnaires.paper.words import WORDS, Wording
from questionnaires.types.registry import REGISTRY

Json = Mapping[str, Any]
#: The style of the page, for who serves it as a file of its own.
PRINT_STYLE = Path(__file__).with_name("print.css")
_SILENT = frozenset({"hidden", "calculate"})


class PdfUnavailable(RuntimeError):
    """WeasyPrint, which makes the PDF, is not installed (or its system libraries are missing)."""


def paper(compiled: Compiled, language: str = "vi", stylesheet: str | None = None) -> str:
    """The whole questionnaire as HTML. stylesheet: address of `print.css`, where a page may hold no style.

    Every arm of an experiment is printed and named; hidden and calculated values are not.
    """
    return _Page(compiled, language).html(stylesheet)


def paper_pdf(compiled: Compiled, language: str = "vi") -> bytes:
    """The same as a PDF. Raises PdfUnavailable where WeasyPrint can't be used."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        raise PdfUnavailable(str(error)) from error
    made: bytes = HTML(string=paper(compiled, language), url_fetcher=_nothing).write_pdf()
    return made


def _nothing(url: str, *_: Any, **__: Any) -> Any:
    """The page holds all it needs; whatever an author's text may name is never fetched."""
    raise ValueError(url)


class _Page:
    def __init__(self, compiled: Compiled, language: str) -> None:
        self._compiled = compiled
        self._document: Json = compiled.document
        self._language = language
        self._numbers = dict(_number(self._document["children"]))
        hidden = {
            str(node["name"]): self._text(node.get("label")) for node in _questions(self._document["children"])
            if node["type"] in _SILENT
        }  # fmt: skip
        self._lists = {str(n["name"]): _list_of(n) for n in _questions(self._document["children"])}
        self._wording = Wording(language, self._numbers, self._choice_label, hidden)
        self._arms = {
            question: (str(e["name"]), arm)
            for e in self._document["experiments"] for arm, question in e["arms"].items() if question
        }  # fmt: skip

    def html(self, stylesheet: str | None) -> str:
        title = escape(self._text(self._document["title"]))
        version = str(self._document["version"])
        style = (
            f'<link rel="stylesheet" href="{escape(stylesheet)}">' if stylesheet
            else f"<style>{PRINT_STYLE.read_text(encoding='utf-8')}</style>"
        )  # fmt: skip
        word = self._wording.word
        code = escape(word("interviewer-code"))
        told = escape(word("version", version)) if version else ""
        body = "\n".join(self._nodes(self._document["children"], 2))
        return (
            f'<!doctype html>\n<html lang="{escape(self._language)}">\n<head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{title}</title>{style}</head>\n"
            f"<body>\n<header><h1>{title}</h1><p><span>{told}</span><span>{code}</span></p></header>\n"
            f"<main>\n{body}\n</main>\n</body>\n</html>\n"
        )

    # Nodes

    def _nodes(self, nodes: list[Json], level: int) -> Iterator[str]:
        for node in nodes:
            if node["kind"] == "question":
                yield from self._question(node)
            elif "table-list" in str(node.get("appearance", "")).split() and self._is_grid(node):
                yield from self._grid(node)
            else:
                yield from self._group(node, level)

    def _group(self, node: Json, level: int) -> Iterator[str]:
        shown = [n for n in _questions([node]) if n["type"] not in _SILENT]
        if not shown:
            return
        label = self._text(node.get("label"))
        yield "<section>"
        if label:
            yield f"<h{min(level, 3)}>{escape(label)}</h{min(level, 3)}>"
        yield from self._routing(node)
        if node["kind"] == "repeat":
            yield f'<p class="note">{escape(self._wording.word("repeat", label or str(node["name"])))}</p>'
        yield from self._nodes(node["children"], level + 1)
        yield "</section>"

    def _question(self, node: Json) -> Iterator[str]:
        name = str(node["name"])
        kind = REGISTRY.get(str(node["type"]))
        if node["type"] in _SILENT or kind is None or not (kind.asked or node["type"] == "note"):
            return
        number = self._numbers.get(name, "")
        yield f'<div class="question" id="{escape(name)}"><span class="number">{escape(number)}</span><div>'
        yield from self._routing(node)
        if name in self._arms:
            experiment, arm = self._arms[name]
            yield f'<p class="note">{escape(self._wording.word("arm", arm, experiment))}</p>'
        yield f'<p class="label">{escape(self._text(node.get("label"), lines=True))}</p>'
        if "hint" in node:
            yield f'<p class="hint">{escape(self._text(node["hint"]))}</p>'
        yield from self.answer_space(node)
        yield from self._rules(node)
        yield "</div></div>"

    def answer_space(self, node: Json) -> Iterator[str]:
        """Boxes, lines or digits, by type."""
        kind, word = str(node["type"]), self._wording.word
        if kind in ("select_one", "select_multiple", "rank"):
            key = {"select_one": "one-answer", "select_multiple": "many-answers", "rank": "rank"}[kind]
            yield f'<p class="note">{escape(word(key))}</p>'
            yield from self._choices(node, "round" if kind == "select_one" else "")
        elif kind == "acknowledge":
            yield f'<p><span class="box"></span> {escape(word("acknowledge"))}</p>'
        elif kind == "note":
            return
        elif kind in ("integer", "range"):
            digits = "<i></i>" * self._digits(node)
            yield f'<p>{escape(word("integer"))} <span class="digits">{digits}</span></p>'
        else:
            key = (
                kind
                if kind in WORDS["en"]
                else "media"
                if kind in ("image", "audio", "file", "video")
                else "text"
            )
            line = "" if key == "media" else ' <span class="write"></span>'
            yield f"<p>{escape(word(key))}{line}</p>"

    def _choices(self, node: Json, shape: str) -> Iterator[str]:
        choices = self._compiled.form.list_choices(_list_of(node))
        long = len(choices) > 40
        # A scale reads from top to bottom; only a long list of short names is set in two columns.
        many = len(choices) > 8 and all(len(self._text(c["label"])) <= 42 for c in choices)
        if long:
            yield '<p><span class="write"></span></p>'
            return
        yield f'<ul class="choices{" many" if many else ""}">'
        for choice in choices:
            label, code = escape(self._text(choice["label"]) or choice["value"]), escape(str(choice["value"]))
            yield f'<li><span class="box {shape}"></span><span class="code">{code}</span>{label}</li>'
        yield "</ul>"

    def _is_grid(self, node: Json) -> bool:
        rows = [
            child
            for child in node["children"]
            if child["kind"] == "question" and child["type"] not in _SILENT
        ]
        lists = {_list_of(row) for row in rows}
        return len(rows) == len(node["children"]) > 0 and len(lists) == 1 and "" not in lists

    def _grid(self, node: Json) -> Iterator[str]:
        rows: list[Json] = node["children"]
        choices = self._compiled.form.list_choices(_list_of(rows[0]))
        yield f'<div class="question"><span class="number">{escape(str(node["name"]).upper())}</span><div>'
        yield from self._routing(node)
        yield f'<p class="label">{escape(self._text(node.get("label"), lines=True))}</p>'
        heads = "".join(f'<th scope="col">{escape(self._text(c["label"]))}</th>' for c in choices)
        yield f'<table class="grid"><thead><tr><td></td>{heads}</tr></thead><tbody>'
        for row in rows:
            label = escape(self._text(row.get("label")))
            number = escape(self._numbers[str(row["name"])])
            cells = "".join(
                f'<td><span class="box round"></span> {escape(str(c["value"]))}</td>' for c in choices
            )
            yield f'<tr><th scope="row">{number} {label}</th>{cells}</tr>'
        yield "</tbody></table>"
        yield from self._rules(rows[0])
        yield "</div></div>"

    def _routing(self, node: Json) -> Iterator[str]:
        if "relevant" in node:
            said = self._wording.word("ask-if", self._wording.condition(node["relevant"]))
            yield f'<p class="routing">→ {escape(said)}</p>'

    def _rules(self, node: Json) -> Iterator[str]:
        """The author's message where there is one, the rule itself in words otherwise."""
        word = self._wording.word
        rules = []
        if "constraint" in node:
            message = self._text(node.get("constraint_message"))
            rules.append(
                message or word("rule", self._wording.condition(node["constraint"], str(node["name"])))
            )
        elif node.get("exclusive"):
            rules.append(word("exclusive", ", ".join(node["exclusive"])))
        if node.get("required") is True:
            rules.append(word("required"))
        order = node.get("order", {}).get("how", "")
        if order:
            rules.append(word({"reverse": "reversed", "swap": "swapped"}.get(order, "randomized")))
        for rule in rules:
            yield f'<p class="rule">{escape(rule)}</p>'

    def _digits(self, node: Json) -> int:
        numbers = [abs(n) for n in _constants(node.get("constraint")) if abs(n) < 1e9]
        return len(str(int(max(numbers)))) if numbers else 4

    def _choice_label(self, name: str, value: str) -> str:
        for choice in self._compiled.form.list_choices(self._lists.get(name, "")):
            if choice["value"] == value:
                return self._text(choice["label"])
        return ""

    def _text(self, text: Any, *, lines: bool = False) -> str:
        """In the page's language, else the default one, else any; an answer piped in shows as a gap."""
        if not text:
            return ""
        for language in (self._language, self._document["default_language"], *text):
            if language in text:
                found = text[language]
                if not lines:
                    return plain(found)
                return found if isinstance(found, str) else "".join(
                    part if isinstance(part, str) else "______" for part in found
                )  # fmt: skip
        return ""


def _list_of(node: Json) -> str:
    return str(node.get("list") or node.get("extra", {}).get("dl::list", ""))


def _questions(nodes: list[Json]) -> Iterator[Json]:
    for node in nodes:
        if node["kind"] == "question":
            yield node
        else:
            yield from _questions(node["children"])


def _number(nodes: list[Json]) -> Iterator[tuple[str, str]]:
    """What each question is called on paper: its own name where names are short, else 1, 2, 3, ..."""
    asked = [str(n["name"]) for n in _questions(nodes) if n["type"] not in (*_SILENT, "note")]
    if asked and all(len(name) <= 10 for name in asked):
        yield from ((name, name.upper().replace("_", ".")) for name in asked)
    else:
        yield from ((name, str(index)) for index, name in enumerate(asked, start=1))


def _constants(tree: Any) -> Iterator[float]:
    if isinstance(tree, bool):
        return
    if isinstance(tree, int | float):
        yield float(tree)
    elif isinstance(tree, list):
        for part in tree:
            yield from _constants(part)
