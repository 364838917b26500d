"""Tables as they are shown: one per question, all breaks side by side, the total first. No web, no database.

Every figure comes from `analysis` on the whole design: a filter is a domain, an arm of a split ballot is a domain,
and nobody's row is ever taken out. A figure that isn't known is None, never zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis import (
    AnalysisError,
    Banner,
    BannerTable,
    MultipleResponse,
    Question,
    SampleDesign,
    banner,
    sentence,
)
from analysis.tables.banner import Overlapping
from survey_app.problems import Problem
from survey_app.tabulation import estimates
from survey_app.tabulation.recipes import CROSS, MOST_COLUMNS, Filter, TableRecipe
from survey_app.tabulation.shown import Breaks, Cell, Row, Shown, head
from survey_app.tabulation.variables import BALLOT, LIST, MULTIPLE, NUMBER, RANDOMISED, Text, Variable
from survey_app.tabulation.workspace import Workspace
from survey_app.wording import language

EVERYBODY = "total"
LEAST_BASE = 30


def make(recipe: TableRecipe, space: Workspace) -> list[Shown]:
    """The tables of a recipe, one per row variable (a split ballot: one per arm).

    Raises Problem: an unknown variable or value, a filter that leaves nobody, more columns than a table may have,
    a recode that leaves values out, and what can't be estimated honestly.
    """
    breaks = _breaks(recipe, space)
    domain = _domain(recipe.filters, space)
    design = space.design if domain is None else space.design.subset(domain)
    plain: list[Question | MultipleResponse] = []
    owners: dict[str, Variable] = {}
    arms: dict[str, str] = {}
    singles: dict[str, Shown] = {}
    try:
        space.answers.fetch(q for name in recipe.rows for q in space.variable(name).questions.values())
        for name in recipe.rows:
            variable = space.variable(name)
            if variable.kind == NUMBER:
                singles[name] = estimates.number(variable, space, design, breaks, recipe)
            elif variable.kind in (LIST, RANDOMISED):
                singles[name] = estimates.sensitive(variable, space, design, breaks, recipe)
            else:
                for key, asked, arm in _questions(variable, space, recipe):
                    plain.append(asked)
                    owners[key], arms[key] = variable, arm
        made = _banner(plain, breaks, design, recipe) if plain else None
    except AnalysisError as error:
        reason = sentence(error.code, error.params, language())
        raise Problem("tabulation.impossible", reason=reason) from error
    out: list[Shown] = []
    for name in recipe.rows:
        if name in singles:
            out.append(singles[name])
        elif made is not None:
            for key, variable in owners.items():
                if variable.name == name:
                    out.append(_shown(key, variable, arms[key], made, breaks, recipe))
    return out


def columns_of(recipe: TableRecipe, space: Workspace) -> int:
    """How many columns the recipe's breaks have together, the total included."""
    return 1 + sum(
        int(np.prod([len(space.variable(part).valid) for part in name.split(CROSS)]))
        for name in recipe.breaks
    )


def _breaks(recipe: TableRecipe, space: Workspace) -> Breaks:
    columns = columns_of(recipe, space)
    if columns > MOST_COLUMNS:
        raise Problem("tabulation.too-wide", columns=columns, most=MOST_COLUMNS)
    made = Breaks()
    for name in recipe.breaks:
        parts = [space.variable(part) for part in name.split(CROSS)]
        labels = " × ".join
        title = {
            language_: labels(_text(part.label, language_) for part in parts) for language_ in ("vi", "en")
        }
        if len(parts) == 1 and parts[0].kind == MULTIPLE:
            chosen = space.multiple(parts[0])
            made.codes[name] = Overlapping(dict(chosen.options))
        elif len(parts) == 1:
            made.codes[name] = _valid(parts[0], space)
        else:
            made.codes[name] = [_valid(part, space) for part in parts]
        levels: dict[str, Text] = {"": {}}
        for part in parts:
            levels = {
                f"{before} × {value}" if before else value: {
                    language_: labels(
                        t for t in (_text(so_far, language_), _text(part.levels[value], language_)) if t
                    )
                    for language_ in ("vi", "en")
                }
                for before, so_far in levels.items()
                for value in part.valid
            }
        made.labels[name] = (title, levels)
    return made


def _valid(variable: Variable, space: Workspace) -> Any:
    """The variable's codes over its answers alone: don't know and refused are in no column of a break."""
    codes = space.codes(variable.name)
    keep = [place for place, level in enumerate(codes.levels) if level in variable.valid]
    if len(keep) == len(codes.levels):
        return codes
    places = np.full(len(codes.levels) + 1, -1, dtype=np.int16)
    places[keep] = np.arange(len(keep))
    return replace(codes, codes=places[codes.codes], levels=tuple(codes.levels[i] for i in keep))


def _domain(filters: Sequence[Filter], space: Workspace) -> NDArray[np.bool_] | None:
    if not filters:
        return None
    inside = np.ones(space.design.rows, dtype=np.bool_)
    for one in filters:
        inside &= space.domain(one.variable, one.values)
    if not inside.any():
        raise Problem("tabulation.nobody")
    return inside


def _questions(
    variable: Variable, space: Workspace, recipe: TableRecipe
) -> list[tuple[str, Question | MultipleResponse, str]]:
    """(key, question for the library, arm) of a variable; a split ballot's arms are asked of different people."""
    if variable.kind == MULTIPLE:
        return [(variable.name, space.multiple(variable), "")]
    scores = variable.scores if recipe.means else {}
    nets = _ends(variable) if recipe.nets else {}
    apart = variable.missing if recipe.missing == "apart" else ()
    made: list[tuple[str, Question | MultipleResponse, str]] = []
    for arm, question in variable.questions.items():
        codes = space.single(variable, question) if variable.kind == BALLOT else space.codes(variable.name)
        key = f"{variable.name}|{arm}" if arm else variable.name
        away = [level for level in apart if level in codes.levels]
        made.append((key, Question(codes, key, nets=nets, scores=scores, apart=away), arm))
    return made


def _ends(variable: Variable) -> dict[str, list[str]]:
    """The two answers at each end of a numbered scale of four or more."""
    scale = list(variable.scores)
    return {"+".join(pair): list(pair) for pair in (scale[:2], scale[-2:])} if len(scale) >= 4 else {}


def _banner(
    questions: Sequence[Question | MultipleResponse],
    breaks: Breaks,
    design: SampleDesign,
    recipe: TableRecipe,
) -> Banner:
    test: Any = None if recipe.letters == "off" or recipe.percent != "column" else recipe.letters
    also: Any = () if recipe.percent == "column" else (recipe.percent,)
    return banner(questions, breaks.codes, design, test=test, least_base=LEAST_BASE, also=also)


def _shown(
    key: str, variable: Variable, arm: str, made: Banner, breaks: Breaks, recipe: TableRecipe
) -> Shown:
    names = [*breaks.codes] or [""]
    parts = [made[key, name] for name in names]
    first = parts[0]
    heads = [head("", {}, {}, first, 0)]
    for name, table in zip(names, parts, strict=True):
        if name:
            title, levels = breaks.labels[name]
            keys = _keys(table, levels)
            heads += [head(name, title, levels[keys[c - 1]], table, c) for c in range(1, len(table.columns))]
    rows = []
    for place, (kind, label) in enumerate(first.rows):
        cells = [_cell(first, place, 0)]
        for name, table in zip(names, parts, strict=True):
            if name:
                cells += [_percent(table, recipe, place, c) for c in range(1, len(table.columns))]
        rows.append(Row(kind, _row_label(kind, label, variable), tuple(cells)))
    rows = _sorted(rows, recipe, variable)
    wording = variable.wordings.get(arm, variable.label)
    return Shown(
        name=variable.name,
        arm=arm,
        kind=variable.kind,
        title=wording,
        heads=tuple(heads),
        rows=tuple(rows),
        apart=first.apart,
        letters=recipe.letters != "off" and recipe.percent == "column" and len(heads) > 1,
        remarks=_remarks(variable, recipe, parts),
    )


def _keys(table: BannerTable, levels: Mapping[str, Text]) -> list[str]:
    """The break's level behind each column: the library joins crossed levels as we do."""
    return [column if column in levels else str(column) for column in table.columns[1:]]


def _percent(table: BannerTable, recipe: TableRecipe, row: int, column: int) -> Cell:
    """A cell within its column, or within its row or the whole, where the library made those."""
    other = table.others.get(recipe.percent)
    if recipe.percent == "column":
        return _cell(table, row, column)
    if other is None or table.rows[row][0] != "level":
        return Cell(None, None, None, "", 0)
    return Cell(
        _known(other.share[row, column - 1]),
        _known(other.ci_low[row, column - 1]),
        _known(other.ci_high[row, column - 1]),
        "",
        int(other.n[row, column - 1]),
    )


def _cell(table: BannerTable, row: int, column: int) -> Cell:
    n = table.n[row, column]
    return Cell(
        _known(table.share[row, column]),
        _known(table.ci_low[row, column]),
        _known(table.ci_high[row, column]),
        str(table.letters[row, column]),
        int(n) if np.isfinite(n) else 0,
    )


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _row_label(kind: str, label: str, variable: Variable) -> Text:
    if kind == "mean":
        return {}
    labels = [
        variable.levels.get(part, {"vi": part}) for part in (label.split("+") if kind == "net" else [label])
    ]
    return {language_: (" + ").join(_text(one, language_) for one in labels) for language_ in ("vi", "en")}


def _text(label: Text, wanted: str) -> str:
    return label.get(wanted) or label.get("default") or label.get("vi") or next(iter(label.values()), "")


def _sorted(rows: list[Row], recipe: TableRecipe, variable: Variable) -> list[Row]:
    """Answers by their share over everybody, where that is asked for; nets, means and the missing stay below."""
    if recipe.sort != "share":
        return rows
    missing = {_text(variable.levels[v], "vi") for v in variable.missing if v in variable.levels}
    free = [r for r in rows if r.kind == "level" and _text(r.label, "vi") not in missing]
    rest = [r for r in rows if r not in free]
    return sorted(free, key=lambda r: -(r.cells[0].value if r.cells[0].value is not None else -1.0)) + rest


def _remarks(variable: Variable, recipe: TableRecipe, tables: Sequence[BannerTable]) -> tuple[str, ...]:
    """Codes of what a reader has to know about this table, in a fixed order."""
    found = []
    if variable.kind == MULTIPLE:
        found.append("several-answers")
    if variable.kind == BALLOT:
        found.append("arm")
    if recipe.percent != "column" and variable.kind == MULTIPLE:
        found.append("column-only")
    if recipe.percent == "row":
        found.append("row-percent")
    if recipe.percent == "total":
        found.append("total-percent")
    if any(bool(table.low_base.any()) for table in tables):
        found.append("low-base")
    return tuple(found)
