"""Estimate everything that is to be released: exact figures, for the audit's eyes only.

Builds `analysis.tables` draft tables (one per topic, arm and break) from the interviews, the design and the
breaks. Nothing here is rounded or hidden; `protect.py` does that before anything is stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis import Codes, CrossTab, DesignError, SampleDesign, mean, tabulate
from analysis.tables.disclosure_model import Category, Cell, Column, Net, Population, Table
from survey_app.reporting.classes import classes
from survey_app.reporting.cube import DIFFERENCE, EVERYONE, MULTIPLE, NET, SHARES, TOTAL, Break
from survey_app.reporting.topics import NUMBERS, UNANSWERED, Source, Spec

Bools = NDArray[np.bool_]
# Two-sided tests at 5 % say whether groups, or the arms of a split ballot, differ.
LEVEL = 0.05


@dataclass(frozen=True)
class Data:
    """What is tabulated: stored answers, design and break codes, all in the order of the design's n rows.

    codes: {break: positions among its groups, -1 for missing}.
    """

    values: Sequence[Mapping[str, str]]
    design: SampleDesign
    breaks: tuple[Break, ...]
    codes: Mapping[str, NDArray[np.int64]]
    area_breaks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Drafted:
    """A spec with its rows settled, its draft tables by (break, arm), and the tests by break."""

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


def draft(spec: Spec, data: Data, populations: Populations) -> Drafted:
    """All tables of one topic. Breaks by area are left out of topics that may not go below their level."""
    names = [TOTAL, *(b.name for b in data.breaks if not (spec.level and b.name in data.area_breaks))]
    if spec.kind == DIFFERENCE:
        return Drafted(spec, _differences(spec, data, names, populations), {})
    if spec.kind == NUMBERS:
        answers = [str(row.get(spec.sources[0].question, "")) for row in data.values]
        rows, codes = classes(answers, spec.missing, UNANSWERED)
        spec = replace(
            spec, kind=SHARES, rows=tuple(rows), sources=(Source(spec.sources[0].question, "", codes),)
        )
    tables: dict[tuple[str, str], Table] = {}
    differs: dict[str, bool] = {}
    for source in spec.sources:
        answers = [str(row.get(source.question, "")) for row in data.values]
        if spec.kind == MULTIPLE:
            made = _multiple(spec, source, answers, data, names, populations)
        else:
            made = _shares(spec, source, answers, data, names, populations, differs)
        tables.update(made)
    if len(spec.sources) == 2 and spec.kind == SHARES:
        found = _arms_differ(spec, data)
        if found is not None:
            differs[TOTAL] = found
    return Drafted(spec, tables, differs)


def _breaks(data: Data, names: Sequence[str]) -> dict[str, Codes]:
    out = {}
    for name in names:
        if name == TOTAL:
            out[name] = Codes(np.zeros(len(data.values), dtype=np.int64), (EVERYONE,), name)
        else:
            groups = next(b for b in data.breaks if b.name == name).groups
            out[name] = Codes(data.codes[name], tuple(group for group, _label in groups), name)
    return out


def _shares(
    spec: Spec,
    source: Source,
    answers: list[str],
    data: Data,
    names: Sequence[str],
    populations: Populations,
    differs: dict[str, bool],
) -> dict[tuple[str, str], Table]:
    """One answer each: the shares of all rows, and of the nets as shares of their own."""
    codes = np.array([source.codes.get(answer, -1) for answer in answers], dtype=np.int64)
    plain = [row for row in spec.rows if row.kind != NET]
    nets = [row for row in spec.rows if row.kind == NET]
    main = Codes(codes, tuple(row.name for row in plain), spec.name)
    questions: dict[str, Codes] = {}
    for net in nets:
        inside = {source.codes[part] for part in net.parts}
        flags = np.where(codes < 0, -1, np.isin(codes, list(inside)).astype(np.int64))
        questions[net.name] = Codes(flags, ("0", "1"), net.name)
    asked = codes >= 0
    if not asked.any():
        return {}
    breaks = _breaks(data, names)
    tested = tabulate({spec.name: main}, breaks, data.design, test="F")
    found = tabulate(questions, breaks, data.design) if nets else {}
    tables = {}
    for name in names:
        table = tested[spec.name, name]
        columns = _columns(spec, source, table, name, asked, breaks[name], data, populations)
        tables[name, source.arm] = Table(
            id=_id(spec, source, name),
            question=source.question,
            title=source.question,
            break_name=name,
            filter=_filter(spec, source),
            kind="single",
            categories=tuple(Category(row.name, row.name, _parts(row.name)) for row in plain),
            columns=columns,
            cells=tuple(tuple(_cell(table, r, c) for c in range(len(columns))) for r in range(len(plain))),
            nets=tuple(
                Net(
                    net.name,
                    net.name,
                    net.parts,
                    tuple(_cell(found[net.name, name], 1, c) for c in range(len(columns))),
                )
                for net in nets
            ),
            ordered_rows=spec.ordered,
            ordered_columns=True,
        )
        if name != TOTAL and table.test is not None and not source.arm:
            differs[name] = bool(table.test.p_value < LEVEL)
    return tables


def _multiple(
    spec: Spec,
    source: Source,
    answers: list[str],
    data: Data,
    names: Sequence[str],
    populations: Populations,
) -> dict[tuple[str, str], Table]:
    """Several answers each: every row is its own share of those asked."""
    chosen = [{source.codes[v] for v in answer.split() if v in source.codes} for answer in answers]
    asked = np.array([bool(places) for places in chosen], dtype=np.bool_)
    if not asked.any():
        return {}
    questions = {
        row.name: Codes(
            np.array([(position in places) if places else -1 for places in chosen], dtype=np.int64),
            ("0", "1"),
            row.name,
        )
        for position, row in enumerate(spec.rows)
    }
    breaks = _breaks(data, names)
    found = tabulate(questions, breaks, data.design)
    tables = {}
    for name in names:
        parts = [found[row.name, name] for row in spec.rows]
        widest = min(parts, key=lambda table: float(np.nan_to_num(table.n_effective[1], nan=np.inf).min()))
        columns = _columns(spec, source, widest, name, asked, breaks[name], data, populations)
        tables[name, source.arm] = Table(
            id=_id(spec, source, name),
            question=source.question,
            title=source.question,
            break_name=name,
            filter=_filter(spec, source),
            kind="multiple",
            categories=tuple(Category(row.name, row.name, _parts(row.name)) for row in spec.rows),
            columns=columns,
            cells=tuple(tuple(_cell(part, 1, c) for c in range(len(columns))) for part in parts),
            ordered_rows=False,
            ordered_columns=True,
        )
    return tables


def _differences(
    spec: Spec, data: Data, names: Sequence[str], populations: Populations
) -> dict[tuple[str, str], Table]:
    """A list experiment: mean of the longer list less mean of the shorter, over everyone and by sex only.

    The estimate is noisy; finer breaks would be noise. The variance counts the arms' covariance within units.
    """
    counts = np.full(len(data.values), np.nan)
    arm = np.full(len(data.values), -1, dtype=np.int64)
    for position, source in enumerate(spec.sources):
        for row, answers in enumerate(data.values):
            text = str(answers.get(source.question, ""))
            if text and text not in spec.missing:
                counts[row], arm[row] = float(text), position
    asked = arm >= 0
    tables = {}
    for name in [n for n in names if n in (TOTAL, "sex")]:
        codes = _breaks(data, [name])[name]
        columns, cells = [], []
        for place, group in enumerate(codes.levels):
            inside = asked & (codes.codes == place)
            cell, column = _difference(spec, data, counts, arm, inside, str(group), populations)
            columns.append(column)
            cells.append(cell)
        tables[name, ""] = Table(
            id=f"{spec.name}//{name}",
            question=spec.name,
            title=spec.name,
            break_name=name,
            filter="",
            kind="estimate",
            categories=(Category("difference", "difference", ("difference",)),),
            columns=tuple(columns),
            cells=(tuple(cells),),
            ordered_rows=True,
            ordered_columns=True,
        )
    return tables


def _difference(
    spec: Spec,
    data: Data,
    counts: NDArray[np.float64],
    arm: NDArray[np.int64],
    inside: Bools,
    group: str,
    populations: Populations,
) -> tuple[Cell, Column]:
    n = [int((inside & (arm == position)).sum()) for position in (0, 1)]
    population = populations.of(group, inside)
    empty = Column(group, group, population, min(n), 0.0, 0.0, 0.0, total=group == EVERYONE)
    if min(n) < 2:
        return Cell(None, hidden=True), empty
    domain = data.design.subset(inside)
    try:
        found = mean(
            np.where(inside, counts, 0.0), domain, by=Codes(np.where(inside, arm, -1), (0, 1), "arm")
        )
    except DesignError:
        return Cell(None, hidden=True), empty
    if len(found) != 2:
        return Cell(None, hidden=True), empty
    value = float(found.estimate[1] - found.estimate[0])
    if found.vcov is not None:
        v = found.vcov
        se = float(np.sqrt(max(v[0, 0] + v[1, 1] - 2 * v[0, 1], 0.0)))
    else:
        se = float(np.hypot(*found.se))
    df = float(domain.degrees_of_freedom)
    margin = float(stats.t.ppf(1 - LEVEL / 2, df)) * se if df >= 1 else float("nan")
    effective = float(np.nanmin(found.n_effective))
    column = Column(
        group,
        group,
        population,
        sum(n),
        float(domain.domain_weights.sum()),
        effective,
        df,
        total=group == EVERYONE,
    )
    return Cell(value, value - margin, value + margin, None, effective), column


def _arms_differ(spec: Spec, data: Data) -> bool | None:
    """Whether the two wordings of a split ballot gave different answers: Rao-Scott test of arm × answer."""
    codes = np.full(len(data.values), -1, dtype=np.int64)
    arm = np.full(len(data.values), -1, dtype=np.int64)
    for position, source in enumerate(spec.sources):
        for row, answers in enumerate(data.values):
            place = source.codes.get(str(answers.get(source.question, "")), -1)
            if place >= 0:
                codes[row], arm[row] = place, position
    plain = [row for row in spec.rows if row.kind != NET]
    answers_ = {spec.name: Codes(codes, tuple(row.name for row in plain), spec.name)}
    if len(set(arm[arm >= 0])) < 2:
        return None
    table = tabulate(answers_, {"arm": Codes(arm, (0, 1), "arm")}, data.design, test="F")[spec.name, "arm"]
    return None if table.test is None else bool(table.test.p_value < LEVEL)


def _columns(
    spec: Spec,
    source: Source,
    table: CrossTab,
    name: str,
    asked: Bools,
    codes: Codes,
    data: Data,
    populations: Populations,
) -> tuple[Column, ...]:
    """The groups with their bases. Who was asked is a filter where not everyone was; else everyone of the group."""
    filtered = asked if (spec.partly or source.arm) else np.ones(len(asked), dtype=np.bool_)
    columns = []
    for place, group in enumerate(codes.levels):
        inside = filtered & (codes.codes == place)
        columns.append(
            Column(
                key=str(group),
                label=str(group),
                population=populations.of(f"{_filter(spec, source)}/{name}={group}", inside),
                n=int(table.base[:, place].max()),
                base=float(np.nansum(table.weighted[:, place])),
                n_effective=_pooled(table, place),
                df=float(np.nan_to_num(table.df[:, place]).max()),
                total=name == TOTAL,
            )
        )
    return tuple(columns)


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


def _parts(name: str) -> tuple[str, ...]:
    return (name,)


def _id(spec: Spec, source: Source, name: str) -> str:
    return f"{spec.name}/{source.arm}/{name}"


def _filter(spec: Spec, source: Source) -> str:
    if source.arm:
        return f"{spec.name}={source.arm}"
    return f"asked:{spec.name}" if spec.partly else ""
