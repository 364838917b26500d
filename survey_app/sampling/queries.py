"""Reads: frames, draws, cases, and how fieldwork stands. Counts of refusals, never a list of who refused."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from questionnaires import Compiled
from survey_app.accounts.models import Area, User
from survey_app.accounts.queries import in_scope
from survey_app.authoring import queries as authoring
from survey_app.db import db
from survey_app.keys import LinkKey, keyring
from survey_app.problems import Problem
from survey_app.sampling import chance
from survey_app.sampling.models import Case, ContactAttempt, Draw, DrawnUnit, Frame, FrameUnit
from survey_app.sampling.outcomes import Try
from survey_app.surveys.models import Membership, State, Survey


@dataclass(frozen=True)
class Unit:
    """A drawn primary unit as analysis needs it. area_type: xã, phường or đặc khu.

    area_codes: of the area that it lies in and of those above it, the smallest first.
    """

    code: str
    name: str
    stratum: str
    area_code: str
    area_name: str
    area_type: str
    probability: float
    certainty: bool
    households: int
    issued: int
    area_codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Progress:
    """How one primary unit (or a whole survey) stands: cases issued, tried, and counts by outcome code."""

    name: str
    area: str
    issued: int
    tried: int
    outcomes: Mapping[str, int]
    collaborators: tuple[str, ...] = ()

    @property
    def complete(self) -> int:
        return self.outcomes.get("complete", 0)


def frame(survey: Survey) -> Frame | None:
    return db.session.scalar(select(Frame).where(Frame.survey_id == survey.id))


def frame_size(found: Frame) -> dict[str, tuple[int, int]]:
    """{stratum: (units, households)} of a frame."""
    rows = db.session.execute(
        select(FrameUnit.stratum, func.count(), func.sum(FrameUnit.households))
        .where(FrameUnit.frame_id == found.id)
        .group_by(FrameUnit.stratum)
        .order_by(FrameUnit.stratum)
    )
    return {stratum: (units, int(households)) for stratum, units, households in rows}


def draw(survey: Survey) -> Draw | None:
    return db.session.scalar(select(Draw).where(Draw.survey_id == survey.id))


def drawn_units(survey: Survey) -> Sequence[DrawnUnit]:
    return db.session.scalars(
        select(DrawnUnit)
        .join(Draw)
        .where(Draw.survey_id == survey.id)
        .options(joinedload(DrawnUnit.frame_unit).joinedload(FrameUnit.area))
        .order_by(DrawnUnit.stratum, DrawnUnit.code)
    ).all()


@dataclass(frozen=True)
class SampledArea:
    """An area of the frame. units: villages and neighbourhoods of the sample that lie in it, maybe none."""

    code: str
    name: str
    units: int


def areas(survey: Survey) -> list[SampledArea]:
    """Areas of the survey's frame in the order of their codes: those right below its own, or provinces."""
    found = frame(survey)
    if found is None:
        return []
    depth = survey.area.depth + 1 if survey.area else 1
    listed = db.session.scalars(
        select(Area).where(Area.id.in_(select(FrameUnit.area_id).where(FrameUnit.frame_id == found.id)))
    )
    codes = {area.codes[-depth] for area in listed if area.depth >= depth}
    drawn = Counter(
        u.frame_unit.area.codes[-depth] for u in drawn_units(survey) if u.frame_unit.area.depth >= depth
    )
    named = db.session.scalars(select(Area).where(Area.code.in_(codes), Area.valid_to.is_(None)))
    return sorted((SampledArea(a.code, a.name, drawn[a.code]) for a in named), key=lambda one: one.code)


def units_in_scope(survey: Survey, user: User | None) -> list[DrawnUnit]:
    """Drawn units in the areas of `user`; all of them for None."""
    return [u for u in drawn_units(survey) if user is None or in_scope(user, u.frame_unit.area)]


def units(survey: Survey) -> list[Unit]:
    """The drawn primary units with their probabilities, in order of stratum and code."""
    return [
        Unit(
            code=u.code,
            name=u.frame_unit.name,
            stratum=u.stratum,
            area_code=u.frame_unit.area.code,
            area_name=u.frame_unit.area.name,
            area_type=u.frame_unit.area.type,
            probability=u.probability,
            certainty=u.certainty,
            households=u.households,
            issued=u.issued,
            area_codes=u.frame_unit.area.codes,
        )
        for u in drawn_units(survey)
    ]


def assigned(user: User) -> Sequence[Case]:
    """The collaborator's own cases in surveys that are collecting, by village and list number."""
    return db.session.scalars(
        select(Case)
        .join(Survey, Survey.id == Case.survey_id)
        .where(Case.assigned_to == user.id, Survey.state == "collecting")
        .options(joinedload(Case.unit).joinedload(DrawnUnit.frame_unit).joinedload(FrameUnit.area))
        .order_by(Case.survey_id, Case.unit_id, Case.number)
    ).all()


def cases(survey: Survey) -> Sequence[Case]:
    return db.session.scalars(
        select(Case)
        .where(Case.survey_id == survey.id)
        .options(joinedload(Case.unit).joinedload(DrawnUnit.frame_unit).joinedload(FrameUnit.area))
        .order_by(Case.unit_id, Case.number)
    ).all()


def interviewers(survey: Survey) -> int:
    """How many collaborators had cases that were tried: a number for the method statement, never names."""
    return (
        db.session.scalar(
            select(func.count(Case.assigned_to.distinct())).where(
                Case.survey_id == survey.id, Case.outcome.is_not(None)
            )
        )
        or 0
    )


def case_of_member(case_id: object, user: User) -> Case:
    """A case of a survey that the user belongs to and that isn't locked. Raises Problem `collection.unknown-case`."""
    if isinstance(case_id, int) and not isinstance(case_id, bool):
        case = db.session.scalar(
            select(Case)
            .join(Membership, Membership.survey_id == Case.survey_id)
            .join(Survey, Survey.id == Case.survey_id)
            .where(Case.id == case_id, Membership.user_id == user.id, Survey.state != State.LOCKED.value)
        )
        if case is not None:
            return case
    raise Problem("collection.unknown-case")


def tries(ids: Sequence[int]) -> dict[int, list[Try]]:
    """{case id: its contact attempts, in no order}; cases never tried are absent."""
    found: dict[int, list[Try]] = {}
    rows = db.session.execute(
        select(
            ContactAttempt.case_id, ContactAttempt.made_at, ContactAttempt.outcome, ContactAttempt.appointment
        ).where(ContactAttempt.case_id.in_(ids))
    )
    for case, made_at, outcome, appointment in rows:
        found.setdefault(case, []).append(Try(made_at, outcome, appointment))
    return found


def holders(survey: Survey, user: User | None = None) -> list[tuple[int, str]]:
    """(id, name) of those who have unfinished cases in the areas of `user`, by name; also who has left."""
    units = [u.id for u in units_in_scope(survey, user)]
    rows = db.session.execute(
        select(User.id, User.name)
        .join(Case, Case.assigned_to == User.id)
        .where(Case.survey_id == survey.id, Case.unit_id.in_(units), Case.closed.is_(False))
        .distinct()
        .order_by(User.name)
    )
    return [(user_id, name) for user_id, name in rows]


@dataclass(frozen=True)
class Note:
    """What a collaborator wrote after a visit. number: of the household, None once its case is closed."""

    unit: str
    number: int | None
    day: str
    text: str


def notes(survey: Survey, user: User | None = None, limit: int = 100) -> list[Note]:
    """The latest notes in the areas of `user` (all areas for None), newest first.

    A household is named only while it is to be visited again: a note never tells how a closed case ended.
    """
    units = {u.id: u.frame_unit.name for u in units_in_scope(survey, user)}
    rows = db.session.execute(
        select(Case.unit_id, Case.number, Case.closed, ContactAttempt.made_at, ContactAttempt.note)
        .join(Case, Case.id == ContactAttempt.case_id)
        .where(Case.survey_id == survey.id, Case.unit_id.in_(units), ContactAttempt.note.is_not(None))
        .order_by(ContactAttempt.made_at.desc(), ContactAttempt.id)
        .limit(limit)
    )
    return [
        Note(units[unit], None if closed else number, made_at[:10], text or "")
        for unit, number, closed, made_at, text in rows
    ]


def preloaded(survey: Survey, found: Sequence[Case]) -> dict[int, dict[str, str]]:
    """{case id: values that arrive with the case}: area, experiment arms, orders, the number for the adult.

    Raises KeyDestroyed after the survey's lock.
    """
    version = authoring.published(survey)
    experiments = experiment_arms(authoring.compiled(version)) if version else {}
    return settle(keyring().link(survey.public_id), found, experiments)


def experiment_arms(compiled: Compiled) -> dict[str, list[str]]:
    """{preloaded value: its arms} of the experiments that divide people: a device for everyone doesn't."""
    return {e["name"]: list(e["arms"]) for e in compiled.document["experiments"] if len(e["arms"]) > 1}


def settle(
    key: LinkKey, found: Sequence[Case], experiments: Mapping[str, Sequence[str]]
) -> dict[int, dict[str, str]]:
    """`preloaded` for a given key and given experiments."""
    unit_ids = {case.unit_id for case in found}
    members: dict[int, list[int]] = defaultdict(list)
    for unit_id, case_id in db.session.execute(
        select(Case.unit_id, Case.id).where(Case.unit_id.in_(unit_ids)).order_by(Case.id)
    ):
        members[unit_id].append(case_id)
    codes = {case.unit_id: case.unit.code for case in found}
    by_case: dict[int, dict[str, str]] = {}
    for unit_id, ids in members.items():
        by_case.update(chance.arms(key, codes[unit_id], ids, experiments))
    kinds = {"phường": "phuong", "xã": "xa", "đặc khu": "dac_khu"}
    return {
        case.id: {
            "area_code": case.unit.frame_unit.area.code,
            "area_type": kinds.get(case.unit.frame_unit.area.type, case.unit.frame_unit.area.type),
            "select_u": chance.uniform(key, "adult", case.id),
            **by_case[case.id],
        }
        for case in found
    }


def progress(survey: Survey, user: User | None = None) -> list[Progress]:
    """How each primary unit stands, in the areas of `user` (all areas for None)."""
    units_found = units_in_scope(survey, user)
    issued: Counter[int] = Counter()
    outcomes: dict[int, Counter[str]] = defaultdict(Counter)
    people: dict[int, set[str]] = defaultdict(set)
    rows = db.session.execute(
        select(Case.unit_id, Case.outcome, User.name, func.count())
        .outerjoin(User, User.id == Case.assigned_to)
        .where(Case.survey_id == survey.id)
        .group_by(Case.unit_id, Case.outcome, User.name)
    )
    for unit_id, outcome, name, count in rows:
        issued[unit_id] += count
        if outcome:
            outcomes[unit_id][outcome] += count
        if name:
            people[unit_id].add(name)
    return [
        Progress(
            name=u.frame_unit.name,
            area=u.frame_unit.area.name,
            issued=issued[u.id],
            tried=sum(outcomes[u.id].values()),
            outcomes=dict(outcomes[u.id]),
            collaborators=tuple(sorted(people[u.id])),
        )
        for u in units_found
    ]


def together(parts: Sequence[Progress], name: str = "") -> Progress:
    """The sum over units."""
    outcomes: Counter[str] = Counter()
    for part in parts:
        outcomes.update(part.outcomes)
    return Progress(name, "", sum(p.issued for p in parts), sum(p.tried for p in parts), dict(outcomes))
