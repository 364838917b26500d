"""Estimate everything that is to be released: exact figures, for the audit's eyes only.

Builds `analysis` draft tables (one per topic, arm and break) from the interviews, the design and the breaks,
and measures a table anew when the audit has put answers or groups together. Nothing here is rounded or
hidden; `protect.py` does that before anything is stored.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from analysis import Codes, CrossTab, SampleDesign, tabulate
from analysis.tables.disclosure_model import Category, Cell, Column, Net, Population, Table
from survey_app.reporting.classes import classes
from survey_app.reporting.cube import (
    ANSWER,
    DIFFERENCE,
    ESTIMATED,
    EVERYONE,
    MULTIPLE,
    NET,
    SHARES,
    TOTAL,
    Break,
    Part,
    crossed,
    uncrossed,
)
from survey_app.reporting.differences import Halves, measure_difference
from survey_app.reporting.prevalence import measure_prevalence
from survey_app.reporting.topics import NUMBERS, UNANSWERED, Source, Spec, gathered, with_unasked
from survey_app.snapshots.columns import Columns
from survey_app.tabulation import devices
from survey_app.weighting import areas

Bools = NDArray[np.bool_]
# Tests at 5 % say whether groups, or the arms of a split ballot, differ.
LEVEL = 0.05
# Fewer people left out by a filter than this could be found by subtraction: they are counted as unanswered.
FEWEST_UNASKED = 30
# Answers to a list of things given by less than this share of people are told together.
RAREST = 0.02


@dataclass(frozen=True)
class Data:
    """What is tabulated: stored answers, design and break codes, all in the order of the design's n rows.

    codes: {break: positions among its groups, -1 for missing}. crossings: breaks that are also told within each
    group of another, (within, by).
    """

    columns: Columns
    design: SampleDesign
    breaks: tuple[Break, ...]
    codes: Mapping[str, NDArray[np.int64]]
    crossings: tuple[tuple[str, str], ...] = ()

    def answers(self, question: str) -> list[str]:
        return self.columns[question].texts()


@dataclass(frozen=True)
class Drafted:
    """A topic with its rows settled: draft tables by (break, arm), and by break whether the groups differ.

    A break within a group of another goes by the name that `cube.crossed` gives it.
    """

    spec: Spec
    tables: dict[tuple[str, str], Table]
    differs: dict[str, bool]


class Populations:
    """The groups of people behind columns; the same people get the same id, whatever table they are in."""

    def __init__(self) -> None:
        self.known: dict[str, Population] = {}

    def of(self, label: str, mask: Bools) -> str:
        name = hashlib.sha256(np.packbits(mask).tobytes()).hexdigest()[:16]
        self.known.setdefault(name, Population.of(name, label, mask))
        return name


class Tabulator:
    """Drafts topics one after the other and remembers how each table was made, for `remeasure`."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.populations = Populations()
        self._known: dict[str, tuple[dict[str, int], NDArray[np.int64] | list[set[int]]]] = {}
        self._estimated: dict[str, Callable[[Table, Codes], Table]] = {}

    def draft(self, spec: Spec) -> Drafted:
        """All tables of one topic. Breaks by area are left out of topics that may not go below their level."""
        names = [TOTAL, *(b.name for b in self.data.breaks if areas.allowed(spec.level, b.level))]
        if spec.kind in ESTIMATED:
            return self._estimate(spec, [name for name in names if name in (TOTAL, "sex")])
        names += [
            crossed(by, Part(within, group))
            for within, by in self.data.crossings
            if within in names and by in names
            for group, _label in self._find(within).groups
        ]
        if spec.kind == NUMBERS:
            question = spec.sources[0].question
            rows, codes = classes(self.data.answers(question), spec.missing, UNANSWERED)
            spec = replace(spec, kind=SHARES, rows=tuple(rows), sources=(Source(question, "", codes),))
        if spec.partly and not spec.arms:
            spec = self._all_asked(spec)
        if spec.kind == SHARES and not spec.ordered:
            spec = self._rare_together(spec)
        tables: dict[tuple[str, str], Table] = {}
        differs: dict[str, bool] = {}
        places = {row.name: place for place, row in enumerate(r for r in spec.rows if r.kind != NET)}
        for source in spec.sources:
            known = self._read(spec, source)
            asked = np.array([bool(k) for k in known]) if isinstance(known, list) else known >= 0
            if not asked.any():
                continue
            for name in names:
                table = self._skeleton(spec, source, name, asked)
                self._known[table.id] = (places, known)
                tables[name, source.arm], differ = self._measure(table)
                if name != TOTAL and not source.arm and differ is not None:
                    differs[name] = differ
        if len(spec.sources) == 2:
            found = self._arms_differ(spec)
            if found is not None:
                differs[TOTAL] = found
        return Drafted(spec, tables, differs)

    def remeasure(self, table: Table) -> Table:
        """The same table tabulated anew, with its present rows and columns."""
        if table.kind == "estimate":
            return self._estimated[table.id](table, self._groups(table))
        return self._measure(table)[0]

    def _all_asked(self, spec: Spec) -> Spec:
        """A filter that leaves out a handful would tell on them: they are then counted as unanswered."""
        source = spec.sources[0]
        answers = self.data.answers(source.question)
        unasked = sum(not any(v in source.codes for v in answer.split()) for answer in answers)
        return with_unasked(spec) if 0 < unasked < FEWEST_UNASKED else spec

    def _rare_together(self, spec: Spec) -> Spec:
        """Answers of a list of things that next to nobody gave stand as one row, "other answers"."""
        counts = Counter(value for source in spec.sources for value in self._rows_of(spec, source))
        enough = RAREST * sum(counts.values())
        rare = [row.name for row in spec.rows if row.kind == ANSWER and counts[row.name] < enough]
        together = sum(counts[name] for name in rare)
        if not rare or (len(rare) == 1 and together >= enough / 2):
            return spec
        # Too few even together: then with those who gave no answer, so that nobody stands alone.
        return gathered(spec, rare, with_unanswered=together < enough / 2)

    def _rows_of(self, spec: Spec, source: Source) -> list[str]:
        names = [row.name for row in spec.rows]
        return [names[source.codes[a]] for a in self.data.answers(source.question) if a in source.codes]

    def _read(self, spec: Spec, source: Source) -> NDArray[np.int64] | list[set[int]]:
        """Row positions: one per interview (-1: not answered), or a set each where several may be given."""
        answers = self.data.answers(source.question)
        if spec.kind == MULTIPLE:
            return [{source.codes[v] for v in answer.split() if v in source.codes} for answer in answers]
        return np.array([source.codes.get(answer, -1) for answer in answers], dtype=np.int64)

    def _skeleton(self, spec: Spec, source: Source, name: str, asked: Bools) -> Table:
        """The table's rows, columns and populations, still without figures.

        Who stands behind a column: the group, within the filter where not everyone was asked.
        """
        filtered = asked if (spec.partly or source.arm) else np.ones(len(asked), dtype=np.bool_)
        codes = self._break(name)
        where = f"{spec.name}={source.arm}" if source.arm else f"asked:{spec.name}" if spec.partly else ""
        columns = tuple(
            Column(
                key=str(group),
                label=str(group),
                population=self.populations.of(f"{where}/{name}={group}", filtered & (codes.codes == place)),
                n=0,
                base=0.0,
                n_effective=0.0,
                df=0.0,
                total=name == TOTAL,
            )
            for place, group in enumerate(codes.levels)
        )
        rows = [row for row in spec.rows if row.kind != NET]
        nothing = tuple(Cell(None) for _column in columns)
        return Table(
            id=f"{spec.name}/{source.arm}/{name}",
            question=source.question,
            title=source.question,
            break_name=name,
            filter=where,
            kind="multiple" if spec.kind == MULTIPLE else "single",
            categories=tuple(Category(row.name, row.name, (row.name,)) for row in rows),
            columns=columns,
            cells=(nothing,) * len(rows),
            nets=tuple(Net(row.name, row.name, row.parts, nothing) for row in spec.rows if row.kind == NET),
            ordered_rows=spec.ordered,
            ordered_columns=True,
        )

    def _break(self, name: str) -> Codes:
        if name == TOTAL:
            return Codes(np.zeros(self.data.columns.n, dtype=np.int64), (EVERYONE,), name)
        by, part = uncrossed(name)
        codes = self.data.codes[by]
        if part is not None:
            place = [group for group, _label in self._find(part.within).groups].index(part.group)
            codes = np.where(self.data.codes[part.within] == place, codes, -1)
        return Codes(codes, tuple(group for group, _label in self._find(by).groups), name)

    def _find(self, name: str) -> Break:
        return next(b for b in self.data.breaks if b.name == name)

    def _groups(self, table: Table) -> Codes:
        """The table's columns as codes: each holds one group, or several that were put together."""
        codes = self._break(table.break_name)
        place = {str(group): i for i, group in enumerate(codes.levels)}
        joint = np.full(len(codes.codes), -1, dtype=np.int64)
        for position, column in enumerate(table.columns):
            inside = [place[part] for part in (column.parts or (column.key,))]
            joint[np.isin(codes.codes, inside)] = position
        return Codes(joint, tuple(column.key for column in table.columns), table.break_name)

    def _measure(self, table: Table) -> tuple[Table, bool | None]:
        """The table with its figures; and whether its groups differ, None where that can't be tested."""
        places, known = self._known[table.id]
        groups = self._groups(table)
        breaks = {table.break_name: groups}
        questions: dict[str, Codes] = {}
        if isinstance(known, list):
            for category in table.categories:
                positions = {places[part] for part in category.parts}
                flags = [bool(given & positions) if given else -1 for given in known]
                questions[f"r:{category.key}"] = _flags(flags, category.key)
            found = tabulate(questions, breaks, self.data.design)
            parts = [found[f"r:{c.key}", table.break_name] for c in table.categories]
            cells = tuple(tuple(_cell(part, 1, c) for c in range(len(table.columns))) for part in parts)
            thinnest = min(parts, key=lambda t: float(np.nan_to_num(t.n_effective[1], nan=np.inf).min()))
            columns = tuple(_column(column, thinnest, i) for i, column in enumerate(table.columns))
            return replace(table, columns=columns, cells=cells), None
        joint = np.full(len(known), -1, dtype=np.int64)
        for position, category in enumerate(table.categories):
            joint[np.isin(known, [places[part] for part in category.parts])] = position
        main = Codes(joint, tuple(c.key for c in table.categories), table.id)
        whole = tabulate({table.id: main}, breaks, self.data.design, test="F")[table.id, table.break_name]
        for net in table.nets:
            inside = np.isin(known, [places[part] for part in net.parts])
            questions[f"n:{net.key}"] = _flags(np.where(known < 0, -1, inside).tolist(), net.key)
        sums = tabulate(questions, breaks, self.data.design) if questions else {}
        measured = replace(
            table,
            columns=tuple(_column(column, whole, i) for i, column in enumerate(table.columns)),
            cells=tuple(
                tuple(_cell(whole, r, c) for c in range(len(table.columns)))
                for r in range(len(table.categories))
            ),
            nets=tuple(
                replace(
                    net,
                    cells=tuple(
                        _cell(sums[f"n:{net.key}", table.break_name], 1, c) for c in range(len(table.columns))
                    ),
                )
                for net in table.nets
            ),
        )
        return measured, None if whole.test is None else bool(whole.test.p_value < LEVEL)

    def _estimate(self, spec: Spec, names: Sequence[str]) -> Drafted:
        """A share known through a list or a device, over everyone and by sex only: finer breaks would be noise."""
        measure = self._measuring(spec)
        tables: dict[tuple[str, str], Table] = {}
        for name in names:
            codes = self._break(name)
            columns = tuple(
                Column(
                    key=str(group),
                    label=str(group),
                    # Both halves together: everyone was asked one of the lists.
                    population=self.populations.of(f"/{name}={group}", codes.codes == place),
                    n=0,
                    base=0.0,
                    n_effective=0.0,
                    df=0.0,
                    total=name == TOTAL,
                )
                for place, group in enumerate(codes.levels)
            )
            table = Table(
                id=f"{spec.name}//{name}",
                question=spec.name,
                title=spec.name,
                break_name=name,
                filter="",
                kind="estimate",
                categories=(Category(spec.kind, spec.kind, (spec.kind,)),),
                columns=columns,
                cells=(tuple(Cell(None) for _column in columns),),
            )
            self._estimated[table.id] = measure
            tables[name, ""] = self.remeasure(table)
        return Drafted(spec, tables, {})

    def _measuring(self, spec: Spec) -> Callable[[Table, Codes], Table]:
        answers = [self.data.answers(source.question) for source in spec.sources]
        if spec.kind == DIFFERENCE:
            return partial(measure_difference, halves=Halves.read(self.data.design, answers, spec.missing))
        found = devices.devices(spec.experiment)
        given = devices.read(
            spec.name, answers, [found[source.arm] for source in spec.sources], spec.yes, spec.valid
        )
        return partial(measure_prevalence, given=given, design=self.data.design)

    def _arms_differ(self, spec: Spec) -> bool | None:
        """Whether the two wordings of a split ballot gave different answers: Rao-Scott test of arm × answer."""
        codes = np.full(self.data.columns.n, -1, dtype=np.int64)
        arm = np.full(self.data.columns.n, -1, dtype=np.int64)
        for position, source in enumerate(spec.sources):
            known = self._read(spec, source)
            assert not isinstance(known, list)
            codes, arm = np.where(known >= 0, known, codes), np.where(known >= 0, position, arm)
        if len(set(arm[arm >= 0].tolist())) < 2:
            return None
        rows = Codes(codes, tuple(row.name for row in spec.rows if row.kind != NET), "answer")
        found = tabulate({"answer": rows}, {"arm": Codes(arm, (0, 1), "arm")}, self.data.design, test="F")
        test = found["answer", "arm"].test
        return None if test is None else bool(test.p_value < LEVEL)


def _flags(values: Sequence[int | bool], name: str) -> Codes:
    return Codes(np.array(values, dtype=np.int64), ("0", "1"), name)


def _column(column: Column, table: CrossTab, place: int) -> Column:
    return replace(
        column,
        n=int(table.base[:, place].max()),
        base=float(np.nansum(table.weighted[:, place])),
        n_effective=_pooled(table, place),
        df=float(np.nan_to_num(table.df[:, place]).max()),
    )


def _pooled(table: CrossTab, place: int) -> float:
    """Effective base of a column: its base over the design effect pooled over its shares."""
    share, deff, base = table.share[:, place], table.deff[:, place], float(table.base[:, place].max())
    spread = share * (1 - share)
    known = np.isfinite(deff) & (spread > 0)
    if not known.any() or base == 0:
        return base
    pooled = float((deff[known] * spread[known]).sum() / spread[known].sum())
    return min(base, base / pooled) if pooled > 0 else base


def _cell(table: CrossTab, row: int, column: int) -> Cell:
    share = float(table.share[row, column])
    if not np.isfinite(share):
        return Cell(None, hidden=True)
    low, high = float(table.ci_low[row, column]), float(table.ci_high[row, column])
    effective = float(table.n_effective[row, column])
    return Cell(
        share,
        low if np.isfinite(low) else None,
        high if np.isfinite(high) else None,
        int(table.n[row, column]),
        effective if np.isfinite(effective) else None,
    )
