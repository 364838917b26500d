"""The tables of `README.md`, generated: `python -m questionnaires.reference` rewrites them, a test compares.

Types come from the registry, columns from the reader, functions from the expression language.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from questionnaires import messages_lint
from questionnaires.logic.functions import FUNCTIONS
from questionnaires.types.base import Treatment
from questionnaires.types.registry import REGISTRY
from questionnaires.xlsform.experiments import KINDS
from questionnaires.xlsform.headers import CHOICES_COLUMNS, SURVEY_COLUMNS

README = Path(__file__).with_name("README.md")
START, END = "<!-- generated: {} -->", "<!-- end: {} -->"

#: Appearances of groups and repeats that change what is shown.
GROUP_APPEARANCES = {
    "field-list": "renders: one page",
    "table-list": "renders: one page, the questions as rows of a grid",
}
_WORDS = {
    Treatment.RENDERS: "renders, collects",
    Treatment.COMPUTES: "collects, not asked",
    Treatment.KEEPS: "keeps, passes on",
    Treatment.REFUSES: "refuses",
}


def types_table() -> str:
    rows = [("type", "we", "also spelt", "parameters", "what happens")]
    for kind in REGISTRY.values():
        aliases = ", ".join(f"`{alias}`" for alias in kind.aliases)
        rows.append(
            (f"`{kind.name}`", _WORDS[kind.treatment], aliases, ", ".join(kind.parameters), kind.note)
        )
    return _table(rows)


def appearances_table() -> str:
    rows = [("appearance", "of", "what happens")]
    rows += [(f"`{name}`", "group, repeat", told) for name, told in GROUP_APPEARANCES.items()]
    by_name: dict[str, list[str]] = {}
    for kind in REGISTRY.values():
        for appearance in kind.appearances:
            by_name.setdefault(appearance, []).append(kind.name)
    rows += [(f"`{name}`", ", ".join(kinds), "renders") for name, kinds in sorted(by_name.items())]
    rows.append(("any other", "any", "keeps, passes on; no effect on our pages"))
    return _table(rows)


def columns_table() -> str:
    rows = [("sheet", "column", "what happens")]
    rows += [("survey", f"`{column}`", told) for column, told in SURVEY_COLUMNS.items()]
    rows += [("choices", f"`{column}`", told) for column, told in CHOICES_COLUMNS.items()]
    rows += [
        ("choices", "any other", "kept; read by `choice_filter` and `instance()`"),
        ("survey", "any other", "kept, written back; a note says that it has no effect"),
    ]
    return _table(rows)


def functions_table() -> str:
    rows = [("function", "arguments", "remark")]
    for name, function in sorted(FUNCTIONS.items()):
        least, most = function.least, function.most
        count = f"{least}" if least == most else f"{least} or more" if most is None else f"{least} to {most}"
        rows.append((f"`{name}`", count, f"not in {function.lacks}" if function.lacks else ""))
    return _table(rows)


def experiments_table() -> str:
    told = {
        "split_ballot": "each arm asks its own wording; compared, never pooled silently",
        "list": "control and treatment count items; only the difference of means is reported",
        "randomised_response": "a device hides the single answer: `p` (Warner), `p unrelated`, or "
        "`say_yes say_no`;"
        " `item` says what the share is of; one arm, or several with a device each;"
        " only the estimated share is tabulated and released",
        "crosswise": "same or different from an innocuous question of known share (`p`); one arm, or several with"
        " a `p` each; `yes` names the stored value of “the same” (else `1`)",
        "order": "arms change presentation only; `question` stays empty",
    }
    return _table([("kind", "meaning"), *((f"`{kind}`", told[kind]) for kind in KINDS)])


def rules_table() -> str:
    rows = [("finding", "what it says (`{...}` is filled in)")]
    rows += [(f"`{code}`", text["en"]) for code, text in messages_lint.MESSAGES.items()]
    return _table(rows)


TABLES = {
    "types": types_table,
    "appearances": appearances_table,
    "columns": columns_table,
    "functions": functions_table,
    "experiments": experiments_table,
    "rules": rules_table,
}


def renew(text: str) -> str:
    """The text with every generated table made anew. Raises ValueError where a table's marks are missing."""
    for name, make in TABLES.items():
        start, end = START.format(name), END.format(name)
        before, mark, rest = text.partition(start)
        _, closing, after = rest.partition(end)
        if not mark or not closing:
            raise ValueError(f"no place for the table {name}")
        text = f"{before}{start}\n{make()}\n{end}{after}"
    return text


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    head, *body = (tuple(cell.replace("|", "\\|") for cell in row) for row in rows)
    lines = [head, tuple("---" for _ in head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    README.write_text(renew(README.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{README.name}\n")
