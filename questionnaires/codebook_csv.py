"""The codebook as a table that Excel opens: one row a value, one row for a column without values."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from questionnaires.codebook import Variable, entries
from questionnaires.compiled import Compiled

HEADERS = ("table", "variable", "question", "type", "kind", "role", "experiment", "value", "missing")


def variables(compiled: Compiled) -> Iterator[Variable]:
    """Every column of the analysis tables, in form order."""
    for entry in entries(compiled):
        yield from entry.variables


def codebook_csv(compiled: Compiled) -> bytes:
    """UTF-8 with a BOM. Columns: HEADERS, then `label::<language>` and `value label::<language>`.

    table: the repeat's path, blank for the interview's own. missing: why a value counts as no answer, else blank.
    A text that could be taken for a formula is led by an apostrophe.
    """
    languages = [str(code) for code in compiled.document["languages"]]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [*HEADERS, *(f"label::{code}" for code in languages), *(f"value label::{code}" for code in languages)]
    )
    for one in variables(compiled):
        experiment = "=".join(one.experiment) if one.experiment else ""
        head = [one.table, one.name, one.question, one.type, one.kind, one.role, experiment]
        words = [one.label.get(code, "") for code in languages]
        values = list(one.values) + [(v, {}) for v in one.missing if v not in dict(one.values)]
        for value, label in values or [("", {})]:
            row = [
                *head,
                value,
                one.missing.get(value, ""),
                *words,
                *(label.get(code, "") for code in languages),
            ]
            writer.writerow([_plain(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(cell: str) -> str:
    risky = cell[:1] in ("=", "+", "@", "\t") or (cell[:1] == "-" and not cell[1:].replace(".", "").isdigit())
    return f"'{cell}" if risky else cell
