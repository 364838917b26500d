"""Tables that aren't shares of answers: means of numbers, and the shares that sensitive questions let estimate."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis import (
    Codes,
    DesignError,
    Estimate,
    SampleDesign,
    list_experiment,
    mean,
)
from analysis.tables.banner import Overlapping
from analysis.tables.letters import column_letters, compare_columns, letters
from survey_app.tabulation import devices
from survey_app.tabulation.recipes import TableRecipe
from survey_app.tabulation.shown import Breaks, Cell, Head, Row, Shown
from survey_app.tabulation.variables import LIST, Text, Variable
from survey_app.tabulation.workspace import Workspace

Floats = NDArray[np.float64]
LEAST_BASE = 30


def number(
    variable: Variable, space: Workspace, design: SampleDesign, breaks: Breaks, recipe: TableRecipe
) -> Shown:
    """The mean of a question asked for a number, over those who gave one."""
    values = space.numbers(variable)
    known = np.isfinite(values)
    filled = np.where(known, values, 0.0)

    def estimate(inside: SampleDesign, by: Codes | None) -> Estimate:
        return mean(filled, inside, by=None if by is None else [by])

    return _table(variable, "mean", known, design, breaks, recipe, estimate)


def sensitive(
    variable: Variable, space: Workspace, design: SampleDesign, breaks: Breaks, recipe: TableRecipe
) -> Shown:
    """The estimated share of a list experiment or a randomised question, as the questionnaire declares it.

    Raises Problem tabulation.experiment when what is declared isn't enough to estimate anything.
    """
    if variable.kind == LIST:
        return _list(variable, space, design, breaks, recipe)
    found = devices.devices(variable.experiment)
    given = devices.read(
        variable.name,
        [space.column(question).texts() for question in variable.questions.values()],
        [found[arm] for arm in variable.questions],
        devices.yes_value(variable.parameters, variable.valid),
        variable.valid,
    )
    return _table(variable, "estimate", given.asked, design, breaks, recipe, given.share)


def _list(
    variable: Variable, space: Workspace, design: SampleDesign, breaks: Breaks, recipe: TableRecipe
) -> Shown:
    """The difference of the two lists' means; the longer list is the arm whose answers go higher."""
    counts = {arm: _counts(space, variable, question) for arm, question in variable.questions.items()}
    control, treatment = sorted(counts, key=lambda arm: float(np.nanmax(np.append(counts[arm], -1.0))))[:2]
    longer = np.isfinite(counts[treatment])
    asked = longer | np.isfinite(counts[control])
    both = np.where(longer, counts[treatment], np.where(asked, counts[control], 0.0))
    given = variable.parameters.get("items", "")
    items = int(given) if given.isdecimal() else int(np.nanmax(np.append(counts[control], 0.0)))
    if items == int(np.nanmax(np.append(counts[treatment], 0.0))) and items > int(
        np.nanmax(np.append(counts[control], 0.0))
    ):
        items -= 1  # declared for the longer list

    def estimate(inside: SampleDesign, by: Codes | None) -> Estimate:
        made = list_experiment(
            both, longer.astype(int), inside, items=items, by=None if by is None else [by], missing="drop"
        )
        return made.prevalence

    return _table(variable, "estimate", asked, design, breaks, recipe, estimate)


def _counts(space: Workspace, variable: Variable, question: str) -> Floats:
    column = space.column(question)
    by_level = [float(t) if t.isdecimal() and t not in variable.missing else np.nan for t in column.levels]
    return np.asarray(np.array([*by_level, np.nan])[column.codes], dtype=np.float64)


def _table(
    variable: Variable,
    kind: str,
    known: NDArray[np.bool_],
    design: SampleDesign,
    breaks: Breaks,
    recipe: TableRecipe,
    estimate: Any,
) -> Shown:
    """One row: the figure over everybody, then by every group of every break."""
    inside = design.subset(known)
    heads, cells = [], []
    total = _safely(estimate, inside, None)
    heads.append(_head("", {}, {}, "", total, 0))
    cells.append(_cell(total, 0, ""))
    start = 0
    for name, codes in breaks.codes.items():
        title, labels = breaks.labels[name]
        for head, cell in _of_break(name, title, labels, codes, inside, estimate, start, recipe):
            heads.append(head)
            cells.append(cell)
        start += len(labels)
    remarks = {"estimate": ("experiment",)}.get(kind, ())
    if any(head.low for head in heads):
        remarks = (*remarks, "low-base")
    return Shown(
        name=variable.name,
        arm="",
        kind=variable.kind,
        title=variable.label,
        heads=tuple(heads),
        rows=(Row(kind, {}, tuple(cells)),),
        apart=int((design.active & ~known).sum()),
        letters=recipe.letters != "off" and len(heads) > 1,
        remarks=tuple(remarks),
    )


def _of_break(
    name: str, title: Text, labels: dict[str, Text], codes: Any, design: SampleDesign, estimate: Any,
    start: int, recipe: TableRecipe,
) -> list[tuple[Head, Cell]]:  # fmt: skip
    names = column_letters(len(labels), start)
    if isinstance(codes, Overlapping):
        parts = [_safely(estimate, design.subset(np.asarray(m)), None) for m in codes.groups.values()]
        return [
            (_head(name, title, label, names[i], parts[i], 0), _cell(parts[i], 0, ""))
            for i, label in enumerate(labels.values())
        ]
    joined = codes if isinstance(codes, Codes) else _crossed(codes, name)
    try:
        found: Estimate | None = estimate(design.subset(joined.codes >= 0), joined)
    except DesignError:
        # One group can't be estimated (nobody in an arm): the others are, each by itself and without letters.
        alone = [_safely(estimate, design.subset(joined.codes == i), None) for i in range(len(joined.levels))]
        return [
            (_head(name, title, label, names[i], alone[i], 0), _cell(alone[i], 0, ""))
            for i, label in enumerate(labels.values())
        ]
    place: dict[str, int] = {}
    if found is not None:
        for i, told in enumerate(found.labels):
            place[str(told.get(joined.name, ""))] = i
    order = [place.get(str(level)) for level in joined.levels]
    marks = _letters(found, order, names, recipe)
    return [
        (
            _head(name, title, label, names[i], found, order[i]),
            _cell(found, order[i], marks[i]),
        )
        for i, label in enumerate(labels.values())
    ]


def _crossed(parts: list[Codes], name: str) -> Codes:
    joint = np.zeros(len(parts[0].codes), dtype=np.int64)
    gone = np.zeros(len(joint), dtype=np.bool_)
    levels = [""]
    for part in parts:
        joint = joint * len(part.levels) + np.maximum(part.codes, 0)
        gone |= part.codes < 0
        levels = [
            f"{before} × {level}" if before else str(level) for before in levels for level in part.levels
        ]
    return Codes(np.where(gone, -1, joint), tuple(levels), name)


def _safely(estimate: Any, design: SampleDesign, by: Codes | None) -> Estimate | None:
    """An estimate, or None where the group has nobody to estimate from: the cell then says so."""
    try:
        found: Estimate = estimate(design, by)
    except DesignError:
        return None
    return found


def _head(
    name: str, title: Text, label: Text, letter: str, found: Estimate | None, place: int | None
) -> Head:
    n = int(found.n[place]) if found is not None and place is not None else 0
    return Head(name, title, label, letter, n, None, n < LEAST_BASE)


def _cell(found: Estimate | None, place: int | None, marks: str) -> Cell:
    if found is None or place is None or not np.isfinite(found.estimate[place]):
        return Cell(None, None, None, "", 0)
    ends = [float(v) if np.isfinite(v) else None for v in (found.ci_low[place], found.ci_high[place])]
    return Cell(float(found.estimate[place]), ends[0], ends[1], marks, int(found.n[place]))


def _letters(
    found: Estimate | None, order: list[int | None], names: tuple[str, ...], recipe: TableRecipe
) -> list[str]:
    none = [""] * len(order)
    if found is None or found.vcov is None or recipe.letters == "off" or None in order:
        return none
    at = [i for i in order if i is not None]
    correction: Any = recipe.letters
    made = compare_columns(
        found.estimate[at][None, :],
        found.vcov[np.ix_(at, at)][None, :, :],
        found.n[at],
        found.df[at],
        correction=correction,
        least_base=LEAST_BASE,
    )
    return [str(mark) for mark in letters(made, names)[0]]
