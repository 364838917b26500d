"""How fieldwork goes by area and by collaborator: cases, interviews and AAPOR response rates, never a list.

The rate is RR3 (AAPOR, Standard Definitions): completed interviews among the cases that may be eligible, of the
unknown ones the part that is likely to be. While collection runs its base is the cases tried so far; once it
has ended, all cases issued, those never tried counted as unknown. Refusals are counted by area only, and a rate
or a count of refusals is told from `LEAST` tried cases on: below that it could point to a household.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from analysis.quality import Counts, outcome_rates
from survey_app.accounts.models import User
from survey_app.db import db
from survey_app.sampling import queries
from survey_app.sampling.models import Case
from survey_app.sampling.outcomes import OUTCOMES
from survey_app.surveys.models import State, Survey
from survey_app.wording import fold

LEAST = 10
UNTRIED = "UH"


@dataclass(frozen=True)
class Row:
    """One area, one collaborator, or all. refusals, rate: None where too few cases were tried to tell.

    rate: RR3, unweighted. weighted: the same with base weights. open: tried and to be visited again.
    """

    name: str
    issued: int
    tried: int
    complete: int
    open: int
    refusals: int | None
    rate: float | None
    weighted: float | None
    user_id: int | None = None


@dataclass(frozen=True)
class Cell:
    """Cases of one unit, collaborator and state, summed. outcome: None for never tried. weight: of base weights."""

    unit: int
    user: int | None
    outcome: str | None
    closed: bool
    count: int
    weight: float


@dataclass(frozen=True)
class Rates:
    total: Row
    areas: tuple[Row, ...]
    collaborators: tuple[Row, ...]
    ended: bool


def rates(survey: Survey, user: User | None = None) -> Rates:
    """In the areas of `user` (all areas for None); areas and collaborators in order of their names."""
    ended = survey.state in (State.CLOSED.value, State.LOCKED.value)
    units = {u.id: u.frame_unit.area for u in queries.units_in_scope(survey, user)}
    cells = [cell for cell in _cells(survey) if cell.unit in units]
    names: dict[int, str] = {
        u.id: u.name
        for u in db.session.scalars(select(User).where(User.id.in_({c.user for c in cells if c.user})))
    }
    areas = _grouped((units[c.unit].id, c) for c in cells)
    people = _grouped((c.user, c) for c in cells if c.user is not None)
    area_names = {area.id: area.name for area in units.values()}
    return Rates(
        _row("", cells, ended),
        tuple(_row(area_names[k], areas[k], ended) for k in sorted(areas, key=lambda k: fold(area_names[k]))),
        tuple(
            _row(names[k], people[k], ended, user_id=k)
            for k in sorted(people, key=lambda k: fold(names.get(k, "")))
        ),
        ended,
    )


def _cells(survey: Survey) -> list[Cell]:
    rows = db.session.execute(
        select(
            Case.unit_id,
            Case.assigned_to,
            Case.outcome,
            Case.closed,
            func.count(),
            func.sum(Case.base_weight),
        )
        .where(Case.survey_id == survey.id)
        .group_by(Case.unit_id, Case.assigned_to, Case.outcome, Case.closed)
    )
    return [Cell(*row) for row in rows]


def _grouped(pairs: Iterable[tuple[Hashable, Cell]]) -> Mapping[int, list[Cell]]:
    groups: dict[int, list[Cell]] = defaultdict(list)
    for key, cell in pairs:
        groups[key].append(cell)  # type: ignore[index]
    return groups


def _row(name: str, cells: list[Cell], ended: bool, user_id: int | None = None) -> Row:
    tried = [c for c in cells if c.outcome]
    seen = sum(c.count for c in tried)
    told = seen >= LEAST
    based = cells if ended else tried
    return Row(
        name=name,
        issued=sum(c.count for c in cells),
        tried=seen,
        complete=sum(c.count for c in tried if c.outcome == "complete"),
        open=sum(c.count for c in tried if not c.closed),
        # By collaborator there is no count of refusals: it would say who was refused by whom.
        refusals=sum(c.count for c in tried if c.outcome == "refusal") if told and user_id is None else None,
        rate=_rr3((c.outcome, float(c.count)) for c in based) if told else None,
        weighted=_rr3((c.outcome, float(c.weight)) for c in based) if told else None,
        user_id=user_id,
    )


def _rr3(amounts: Iterable[tuple[str | None, float]]) -> float | None:
    sums: dict[str, float] = defaultdict(float)
    for outcome, amount in amounts:
        sums[OUTCOMES[outcome].aapor if outcome else UNTRIED] += amount
    value = outcome_rates(Counts(**sums))["RR3"]
    return None if math.isnan(value) else value
