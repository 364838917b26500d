"""Several versions of a questionnaire -> one analysis table, and one a repeat, in which no column ever shifts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from questionnaires.codebook import Variable
from questionnaires.findings import Finding, Severity, Where
from questionnaires.flatten import INSTANCE, ROW, Cell, Flat, Table


@dataclass(frozen=True)
class Merged:
    """flat: rows of the first version, then of the second, and so on; so with each repeat's table, whose `_row`
    counts the merged rows. version: of each interview (0-based)."""

    flat: Flat
    version: list[int]
    findings: tuple[Finding, ...]


def merge_versions(flats: Sequence[Flat]) -> Merged:
    """Columns meet by name, never by position; a version without the column has None there.

    A column whose kind differs from the earlier version's is kept apart as `name__v2` (v3, ...), with a
    finding. Value labels are joined; where a value's label changed, the newest stands and a finding says so.
    A repeat's tables meet by the repeat's path; a question that moved into or out of a repeat is another column.
    """
    findings: list[Finding] = []
    version: list[int] = []
    starts: list[int] = []
    for index, flat in enumerate(flats):
        starts.append(len(version))
        version.extend([index] * _length(flat.columns))
    columns, codebook = _stack([Table(flat.columns, flat.codebook) for flat in flats], findings)
    repeats: dict[str, Table] = {}
    for path in dict.fromkeys(path for flat in flats for path in flat.repeats):
        parts = [flat.repeats.get(path, Table({}, ())) for flat in flats]
        inside, told = _stack(parts, findings)
        rows = [
            start + int(row)
            for start, part in zip(starts, parts, strict=True)
            for row in part.columns.get(ROW, ())
            if isinstance(row, int | float)
        ]
        instances = [instance for part in parts for instance in part.columns.get(INSTANCE, ())]
        repeats[path] = Table({ROW: list(rows), INSTANCE: instances, **inside}, told)
    return Merged(Flat(columns, codebook, repeats), version, tuple(findings))


def _length(columns: dict[str, list[Cell]]) -> int:
    return len(next(iter(columns.values()), []))


def _stack(
    parts: Sequence[Table], findings: list[Finding]
) -> tuple[dict[str, list[Cell]], tuple[Variable, ...]]:
    """The columns of the codebooks, one below the other, one part a version."""
    columns: dict[str, list[Cell]] = {}
    codebook: dict[str, Variable] = {}
    before = 0
    for index, part in enumerate(parts):
        rows = _length(part.columns)
        placed: dict[str, list[Cell]] = {}
        for variable in part.codebook:
            placed[_settle(variable, codebook, index, findings)] = part.columns[variable.name]
        for name in codebook:
            columns.setdefault(name, [None] * before).extend(placed.get(name, [None] * rows))
        before += rows
    return {name: columns[name] for name in codebook}, tuple(codebook.values())


def _settle(variable: Variable, codebook: dict[str, Variable], index: int, findings: list[Finding]) -> str:
    """The column's name in the merged table: its own, or that of an earlier version's column of the same kind."""
    if variable.name not in codebook:
        codebook[variable.name] = variable
        return variable.name
    names = (variable.name, *(f"{variable.name}__v{earlier + 1}" for earlier in range(1, index)))
    own = next((name for name in names if name in codebook and _alike(codebook[name], variable)), None)
    if own is None:
        name = f"{variable.name}__v{index + 1}"
        codebook[name] = replace(variable, name=name)
        params: dict[str, str | int | float] = {"name": variable.name, "kept": name, "version": index + 1}
        findings.append(Finding("merge.kept-apart", Severity.WARNING, Where(name=variable.name), params))
        return name
    known = codebook[own]
    labels = dict(known.values)
    for value, label in variable.values:
        if value in labels and labels[value] != label:
            params = {"name": variable.name, "value": value, "version": index + 1}
            findings.append(
                Finding("merge.label-changed", Severity.WARNING, Where(name=variable.name), params)
            )
        labels[value] = label
    missing = {**known.missing, **variable.missing}
    codebook[own] = replace(variable, name=own, values=tuple(labels.items()), missing=missing)
    return own


def _alike(one: Variable, other: Variable) -> bool:
    return (one.kind, one.type == "rank") == (other.kind, other.type == "rank")
