"""What a researcher's tables are made from, kept in memory: one weighting run's design, answers and variables.

Few are open at once, the least lately used goes first; answers are read column by column when first asked for.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis import Codes, MultipleResponse, SampleDesign
from survey_app.problems import Problem
from survey_app.snapshots.columns import Column, Columns
from survey_app.tabulation import recodes
from survey_app.tabulation.recodes import Recode
from survey_app.tabulation.variables import MULTIPLE, SINGLE, Variable

Bools = NDArray[np.bool_]
T = TypeVar("T")
OPEN_AT_ONCE = 4
TABLES_AT_ONCE = 128


@dataclass
class Workspace:
    """One run, ready to be tabulated. All arrays have the design's n rows.

    variables: questions and experiments, the run's groupings and the saved recodes, by name. groupings: codes of the
    run's own variables. recodes: by name. told: {recode: {value: interviews left out}}, filled as they are used.
    """

    key: tuple[object, ...]
    design: SampleDesign
    answers: Columns
    variables: Mapping[str, Variable]
    groupings: Mapping[str, NDArray[np.int64]]
    recodes: Mapping[str, Recode]
    told: dict[str, dict[str, int]] = field(default_factory=dict)
    tables: OrderedDict[object, object] = field(default_factory=OrderedDict)
    _codes: dict[str, Codes] = field(default_factory=dict)

    def variable(self, name: str) -> Variable:
        """Raises Problem tabulation.unknown-variable."""
        found = self.variables.get(name)
        if found is None:
            raise Problem("tabulation.unknown-variable", name=name)
        return found

    def codes(self, name: str) -> Codes:
        """A variable of one answer each; levels are its stored values, the missing ones among them.

        Raises Problem tabulation.no-groups for numbers (make bands of them first) and several-answer questions.
        """
        if name not in self._codes:
            self._codes[name] = self._made(self.variable(name))
        return self._codes[name]

    def column(self, question: str) -> Column:
        return self.answers[question]

    def single(self, variable: Variable, question: str) -> Codes:
        """One question's answers over the variable's levels; a stored value that is no level is missing."""
        table = {value: place for place, value in enumerate(variable.levels)}
        codes = self.column(question).recoded(table).astype(np.int16)
        return Codes(codes, tuple(variable.levels), variable.name)

    def multiple(self, variable: Variable) -> MultipleResponse:
        """A question of several answers: who chose each; a person who said don't know gave no answer."""
        column = self.column(variable.questions[""])
        chosen = np.array([set(text.split()) for text in column.levels] + [set()], dtype=object)
        answered = np.array([bool(s) and not s & set(variable.missing) for s in chosen])
        answered[-1] = False
        known = answered[column.codes]
        options = {
            value: np.array([value in s for s in chosen])[column.codes] & known for value in variable.valid
        }
        return MultipleResponse(variable.name, options, known)

    def numbers(self, variable: Variable) -> NDArray[np.float64]:
        """(n,) floats, NaN where missing, not asked or no number."""
        column = self.column(variable.questions[""])
        by_level = np.array([*(_number(text, variable) for text in column.levels), np.nan])
        return np.asarray(by_level[column.codes], dtype=np.float64)

    def domain(self, name: str, values: tuple[str, ...]) -> Bools:
        """(n,) who gave one of the values. Raises Problem tabulation.unknown-value."""
        variable = self.variable(name)
        unknown = [value for value in values if value not in variable.levels]
        if unknown or not values:
            raise Problem("tabulation.unknown-value", name=name, value=", ".join(unknown))
        if variable.kind == MULTIPLE:
            found = self.multiple(variable)
            return np.asarray(np.any([found.options[v] for v in values if v in found.options], axis=0))
        codes = self.codes(name)
        wanted = [place for place, level in enumerate(codes.levels) if level in values]
        return np.asarray(np.isin(codes.codes, wanted))

    def _made(self, variable: Variable) -> Codes:
        name = variable.name
        if name in self.recodes:
            recode = self.recodes[name]
            source = self.variable(recode.of)
            codes, left_out = recodes.apply(recode, source, self.source(source))
            self.told[name] = left_out
            return codes
        if name in self.groupings:
            return Codes(self.groupings[name].astype(np.int16), tuple(variable.levels), name)
        if variable.kind != SINGLE:
            raise Problem("tabulation.no-groups", name=name)
        return self.single(variable, variable.questions[""])

    def source(self, source: Variable) -> Column:
        """What a recode regroups: stored answers, or a grouping's own categories."""
        if source.name in self.groupings or source.name in self.recodes:
            codes = self.codes(source.name)
            return Column(codes.codes.astype(np.int32), tuple(str(level) for level in codes.levels))
        return self.column(source.questions[""])


def _number(text: str, variable: Variable) -> float:
    if text in variable.missing:
        return float("nan")
    try:
        return float(text)
    except ValueError:
        return float("nan")


_open: OrderedDict[tuple[object, ...], Workspace] = OrderedDict()
_guard = threading.Lock()


def opened(key: tuple[object, ...], make: Callable[[], Workspace]) -> Workspace:
    """The workspace of a key, made when it isn't open."""
    with _guard:
        if key in _open:
            _open.move_to_end(key)
            return _open[key]
    made = make()
    with _guard:
        _open[key] = made
        while len(_open) > OPEN_AT_ONCE:
            _open.popitem(last=False)
    return made


def remembered(space: Workspace, key: object, make: Callable[[], T]) -> T:
    """A table made before with the same recipe, or a new one."""
    with _guard:
        if key in space.tables:
            space.tables.move_to_end(key)
            return space.tables[key]  # type: ignore[return-value]
    made = make()
    with _guard:
        space.tables[key] = made
        while len(space.tables) > TABLES_AT_ONCE:
            space.tables.popitem(last=False)
    return made
