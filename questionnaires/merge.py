"""Several versions of a questionnaire -> one analysis table in which no column ever shifts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from questionnaires.codebook import Variable
from questionnaires.findings import Finding, Severity, Where
from questionnaires.flatten import Cell, Flat


@dataclass(frozen=True)
class Merged:
    """flat: rows of the first version, then of the second, and so on. version: of each row (0-based)."""

    flat: Flat
    version: list[int]
    findings: tuple[Finding, ...]


def merge_versions(flats: Sequence[Flat]) -> Merged:
    """Columns meet by name, never by position; a version without the column has None there.

    A column whose kind differs from the earlier version's is kept apart as `name__v2` (v3, ...), with a
    finding. Value labels are joined; where a value's label changed, the newest stands and a finding says so.
    Tables of repeats are not merged; each version keeps its own.
    """
    columns: dict[str, list[Cell]] = {}
    codebook: dict[str, Variable] = {}
    findings: list[Finding] = []
    version: list[int] = []
    for index, flat in enumerate(flats):
        rows = len(next(iter(flat.columns.values()), []))
        placed: dict[str, list[Cell]] = {}
        for variable in flat.codebook:
            name = _settle(variable, codebook, index, findings)
            placed[name] = flat.columns[variable.name]
        before = len(version)
        for name in codebook:
            columns.setdefault(name, [None] * before)
            columns[name].extend(placed.get(name, [None] * rows))
        version.extend([index] * rows)
    ordered = {name: columns[name] for name in codebook}
    return Merged(Flat(ordered, tuple(codebook.values())), version, tuple(findings))


def _settle(variable: Variable, codebook: dict[str, Variable], index: int, findings: list[Finding]) -> str:
    known = codebook.get(variable.name)
    if known is None:
        codebook[variable.name] = variable
        return variable.name
    if (known.kind, known.type == "rank") != (variable.kind, variable.type == "rank"):
        name = f"{variable.name}__v{index + 1}"
        codebook[name] = replace(variable, name=name)
        params: dict[str, str | int | float] = {"name": variable.name, "kept": name, "version": index + 1}
        findings.append(Finding("merge.kept-apart", Severity.WARNING, Where(name=variable.name), params))
        return name
    labels = dict(known.values)
    for value, label in variable.values:
        if value in labels and labels[value] != label:
            params = {"name": variable.name, "value": value, "version": index + 1}
            findings.append(
                Finding("merge.label-changed", Severity.WARNING, Where(name=variable.name), params)
            )
        labels[value] = label
    missing = {**known.missing, **variable.missing}
    codebook[variable.name] = replace(variable, values=tuple(labels.items()), missing=missing)
    return variable.name
