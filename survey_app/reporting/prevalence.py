"""Randomised response and crosswise questions in a release: the estimated share, never the single answers."""

from __future__ import annotations

from dataclasses import replace

from analysis import Codes, DesignError, SampleDesign
from analysis.tables.disclosure_model import Cell, Column, Table
from survey_app.tabulation.devices import Given


def measure_prevalence(table: Table, groups: Codes, given: Given, design: SampleDesign) -> Table:
    """The table with its estimated shares: one row, one column per group. Units: fractions of people."""
    columns, cells = [], []
    for place, column in enumerate(table.columns):
        made, cell = _prevalence(column, given, design.subset(given.asked & (groups.codes == place)))
        columns.append(made)
        cells.append(cell)
    return replace(table, columns=tuple(columns), cells=(tuple(cells),))


def _prevalence(column: Column, given: Given, inside: SampleDesign) -> tuple[Column, Cell]:
    # The group's base counts people, its effective size what their hidden answers are worth: far less.
    try:
        found = given.share(inside)
    except DesignError:
        return replace(column, n=0, base=0.0, n_effective=0.0, df=0.0), Cell(None, hidden=True)
    n, effective = int(found.n[0]), float(found.n_effective[0])
    made = replace(
        column,
        n=n,
        base=float(inside.domain_weights.sum()),
        n_effective=min(float(n), effective) if effective == effective else 0.0,
        df=float(found.df[0]),
    )
    value = min(1.0, max(0.0, float(found.estimate[0])))
    return made, Cell(value, float(found.ci_low[0]), float(found.ci_high[0]), None, made.n_effective)
