"""Answer sets -> columns and a codebook: one row an interview, one table a repeat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from questionnaires.codebook import Entry, Variable, entries
from questionnaires.compiled import Compiled
from questionnaires.interview import Interview
from questionnaires.types.base import Kind

Cell = str | float | int | None
Missing = Literal["keep", "blank"]

#: Columns of a repeat's table that lead back: the interview's row (0-based) and the instance's path.
ROW = "_row"
INSTANCE = "_instance"


@dataclass(frozen=True)
class Table:
    """A repeat's table. columns: name -> cells, `_row` and `_instance` first."""

    columns: dict[str, list[Cell]]
    codebook: tuple[Variable, ...]


@dataclass(frozen=True)
class Flat:
    """columns: name -> cells, one an interview, in form order. repeats: path of the repeat -> its table.

    Cells are None for a blank. Categories and text are str, flags 0 or 1, numbers float, dates ISO text.
    """

    columns: dict[str, list[Cell]]
    codebook: tuple[Variable, ...]
    repeats: Mapping[str, Table] = field(default_factory=dict)


def flatten(compiled: Compiled, answers: Iterable[Mapping[str, Any]], *, missing: Missing = "keep") -> Flat:
    """answers: the `values` of `check_answers`, so that what became irrelevant is not among them.

    missing: `keep` leaves codes such as 98 in their column (the codebook names them); `blank` makes them None.
    A flag of a select_multiple is None where the question is blank, and, except for its own flag, where the
    answer is a missing code. A text that is no number leaves a number column None.
    """
    walked = list(entries(compiled))
    tables: dict[str, dict[str, list[Cell]]] = {"": {}}
    codebooks: dict[str, list[Variable]] = {"": []}
    for chain in compiled.form.scopes:
        path = "/".join(chain)
        if path:
            tables[path], codebooks[path] = {ROW: [], INSTANCE: []}, []
    for entry in walked:
        path = "/".join(entry.chain)
        for variable in entry.variables:
            tables[path][variable.name] = []
            codebooks[path].append(variable)
    by_path: dict[str, list[Entry]] = {}
    for entry in walked:
        by_path.setdefault("/".join(entry.chain), []).append(entry)
    for row, values in enumerate(answers):
        _append(tables, by_path, "", values, row, "", missing)
    repeats = {path: Table(tables[path], tuple(codebooks[path])) for path in tables if path}
    return Flat(tables[""], tuple(codebooks[""]), repeats)


def _append(
    tables: Mapping[str, dict[str, list[Cell]]],
    by_path: Mapping[str, Sequence[Entry]],
    path: str,
    values: Mapping[str, Any],
    row: int,
    instance: str,
    missing: Missing,
) -> None:
    table = tables[path]
    if path:
        table[ROW].append(row)
        table[INSTANCE].append(instance)
    for entry in by_path.get(path, ()):
        value = values.get(str(entry.node["name"]), "")
        for variable, piece in zip(entry.variables, entry.pieces, strict=True):
            text = value if isinstance(value, str) else ""
            table[variable.name].append(_cell(text, variable, piece, missing))
    for name, rows in values.items():
        inner = f"{path}/{name}" if path else name
        if isinstance(rows, list) and inner in tables:
            for index, inside in enumerate(rows, start=1):
                if isinstance(inside, Mapping):
                    here = f"{instance}/{name}[{index}]" if instance else f"{name}[{index}]"
                    _append(tables, by_path, inner, inside, row, here, missing)


def _cell(value: str, variable: Variable, piece: str, missing: Missing) -> Cell:
    if value == "":
        return None
    if variable.kind == Kind.FLAG:
        return _flag(value, variable, piece, missing)
    if missing == "blank" and value in variable.missing:
        return None
    if variable.type == "rank" and piece:
        order = value.split()
        return float(order.index(piece) + 1) if piece in order else None
    if variable.kind == Kind.NUMBER:
        if variable.type == "geopoint":
            parts = value.split()
            return _number(parts[int(piece)]) if int(piece) < len(parts) else None
        return _number(value)
    return value


def _flag(value: str, variable: Variable, piece: str, missing: Missing) -> Cell:
    picked = value.split()
    if piece in picked:
        return None if missing == "blank" and piece in variable.missing else 1
    return None if any(item in variable.missing for item in picked) else 0


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e300 else None


def shown_orders(
    compiled: Compiled,
    answers: Mapping[str, Any],
    preloaded: Mapping[str, str],
    now: datetime,
    seed: str | None = None,
) -> dict[str, str]:
    """Question path -> stored values in the order in which they were shown, for questions with an order.

    The rows of a grid with an order are under the group's name. The order follows from the preloaded values
    and the seed, so it can be worked out again at any time.
    """
    interview = Interview(compiled, answers, preloaded, now, seed=seed)
    found: dict[str, str] = {}
    orders = interview.orders()
    for page in interview.pages():
        rows: dict[str, list[str]] = {}
        for shown in interview.questions(page):
            form = compiled.form.scopes[_chain(shown.name)].questions[shown.name.rpartition("/")[2]]
            if "order" in form.node:
                if form.node["order"]["how"] == "items":
                    found[shown.name] = orders[shown.name]
                else:
                    found[shown.name] = " ".join(choice.value for choice in shown.choices)
            for group in form.groups:
                if "order" in group:
                    rows.setdefault(str(group["name"]), []).append(shown.name)
        found.update({name: " ".join(members) for name, members in rows.items()})
    return found


def _chain(path: str) -> tuple[str, ...]:
    return tuple(part.partition("[")[0] for part in path.split("/")[:-1])
