"""Writes: importing a frame, drawing the sample, assigning cases, and recording how tries ended."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, insert, select

from analysis import AnalysisError
from analysis import sentence as analysis_sentence
from analysis.sampling import allocate, draw_pps, draw_systematic, generator
from survey_app import audit
from survey_app.accounts.models import User
from survey_app.accounts.queries import area as area_by_code
from survey_app.db import db
from survey_app.keys import keyring
from survey_app.problems import Problem
from survey_app.sampling import chance, desk, frames, queries
from survey_app.sampling.models import Case, ContactAttempt, Draw, DrawnUnit, Frame, FrameUnit
from survey_app.sampling.outcomes import OUTCOMES, standing
from survey_app.surveys.models import State, Survey
from survey_app.surveys.services import require
from survey_app.wording import language

DEFAULT_PLAN: dict[str, Any] = {"units": 60, "least_per_stratum": 4, "households_per_unit": 30}


def import_frame(
    survey: Survey, text: str, *, as_of: str, note: dict[str, str], made_up: bool, by: User | None
) -> Frame:
    """Read a frame's CSV into the survey: all or nothing. A frame already drawn from is never replaced."""
    require(survey, State.DESIGN)
    if queries.draw(survey):
        raise Problem("sampling.already-drawn")
    rows = frames.parse(text)
    areas = {code: area_by_code(code, as_of) for code in {r.area_code for r in rows}}
    for row in rows:
        if areas[row.area_code] is None:
            reason = _("there is no area %(code)s on %(day)s", code=row.area_code, day=as_of)
            raise Problem("sampling.bad-frame", line=row.line, reason=reason)
    old = queries.frame(survey)
    if old:
        db.session.query(FrameUnit).filter_by(frame_id=old.id).delete()
        db.session.delete(old)
        db.session.flush()
    frame = Frame(survey_id=survey.id, as_of=as_of, note=note, made_up=made_up, digest=frames.digest(rows))
    db.session.add(frame)
    db.session.flush()
    db.session.execute(
        insert(FrameUnit),
        [
            {
                "frame_id": frame.id,
                "code": r.code,
                "name": r.name,
                "stratum": r.stratum,
                "area_id": areas[r.area_code].id,  # type: ignore[union-attr]
                "households": r.households,
            }
            for r in rows
        ],
    )
    audit.record("frame.imported", actor_id=by.id if by else None, survey_id=survey.id, units=len(rows))
    return frame


def draw_sample(survey: Survey, *, seed: str, plan: dict[str, Any] | None = None, by: User | None) -> Draw:
    """Draw once and for all: PPS systematic within strata, then households systematically from each list.

    plan: `units` primary units over all strata (allocated to households, `least_per_stratum` at least) and
    `households_per_unit` issued in each, with no substitution. The same frame, plan and seed give the same
    sample; probabilities are stored with each unit and the base weight with each case.
    """
    require(survey, State.DESIGN)
    frame = queries.frame(survey)
    if frame is None:
        raise Problem("sampling.no-frame")
    if queries.draw(survey):
        raise Problem("sampling.already-drawn")
    plan = {**DEFAULT_PLAN, **(plan or {})}
    seed = seed.strip()
    if not seed:
        raise Problem("sampling.design", reason=_("the seed is empty"))
    try:
        chosen = _draw_units(frame, plan, seed)
    except AnalysisError as error:
        raise Problem(
            "sampling.design", reason=analysis_sentence(error.code, error.params, language())
        ) from error
    digest = hashlib.sha256(json.dumps([frame.digest, plan, seed], sort_keys=True).encode()).hexdigest()
    draw = Draw(
        survey_id=survey.id, frame_id=frame.id, seed=seed, plan=plan, digest=digest, drawn_at=audit.now()
    )
    db.session.add(draw)
    db.session.flush()
    for frame_unit, probability, certainty in chosen:
        _issue(survey, draw, frame_unit, probability, certainty, plan, seed)
    audit.record(
        "sample.drawn", actor_id=by.id if by else None, survey_id=survey.id, digest=digest, units=len(chosen)
    )
    return draw


def _draw_units(frame: Frame, plan: dict[str, Any], seed: str) -> list[tuple[FrameUnit, float, bool]]:
    listed = db.session.scalars(
        select(FrameUnit).where(FrameUnit.frame_id == frame.id).order_by(FrameUnit.area_id, FrameUnit.code)
    ).all()
    strata: dict[str, list[FrameUnit]] = {}
    for unit in listed:
        strata.setdefault(unit.stratum, []).append(unit)
    names = sorted(strata)
    households = [float(sum(u.households for u in strata[s])) for s in names]
    lists = [len(strata[s]) for s in names]
    least = [min(int(plan["least_per_stratum"]), size) for size in lists]
    counts = allocate(int(plan["units"]), households, minimum=least, ceiling=lists).counts
    chosen: list[tuple[FrameUnit, float, bool]] = []
    for name, count in zip(names, counts, strict=True):
        # Walking the list commune by commune spreads the sample over the province.
        found = draw_pps([u.households for u in strata[name]], int(count), generator([seed, "units", name]))
        for place, probability, certainty in zip(
            found.selected, found.probabilities, found.certainty, strict=True
        ):
            chosen.append((strata[name][int(place)], float(probability), bool(certainty)))
    return chosen


def _issue(
    survey: Survey,
    draw: Draw,
    source: FrameUnit,
    probability: float,
    certainty: bool,
    plan: dict[str, Any],
    seed: str,
) -> None:
    """One drawn unit and its cases: a systematic draw from the village's list of households."""
    issued = min(int(plan["households_per_unit"]), source.households)
    unit = DrawnUnit(
        draw_id=draw.id,
        frame_unit_id=source.id,
        code=source.code,
        stratum=source.stratum,
        probability=probability,
        certainty=certainty,
        households=source.households,
        issued=issued,
    )
    db.session.add(unit)
    db.session.flush()
    found = draw_systematic(source.households, issued, generator([seed, "households", source.code]))
    weight = 1.0 / (probability * float(found.probabilities[0]))
    cases = [
        Case(
            survey_id=survey.id,
            unit_id=unit.id,
            number=int(place) + 1,
            base_weight=weight,
            token_digest=f"{unit.id}:{place}",
        )
        for place in found.selected
    ]
    db.session.add_all(cases)
    db.session.flush()
    key = keyring().link(survey.public_id)
    for case in cases:
        case.token_digest = chance.token_digest(chance.link_token(key, case.id))
    db.session.flush()


def link_of(case: Case, survey: Survey) -> str:
    """The secret token of a case's link, made again from the link key."""
    return chance.link_token(keyring().link(survey.public_id), case.id)


def assign(survey: Survey, units: Sequence[DrawnUnit], to: User, *, by: User | None) -> int:
    """Give all cases of these primary units that nobody has finished to one collaborator; returns how many."""
    require(survey, State.DESIGN, State.COLLECTING)
    ids = [u.id for u in units]
    found = db.session.scalars(
        select(Case).where(Case.survey_id == survey.id, Case.unit_id.in_(ids), _unfinished(survey))
    ).all()
    for case in found:
        case.assigned_to = to.id
    db.session.flush()
    audit.record(
        "cases.assigned", actor_id=by.id if by else None, survey_id=survey.id, to=to.id, count=len(found)
    )
    return len(found)


def _unfinished(survey: Survey) -> ColumnElement[bool]:
    """Open cases, and closed ones that still have work left (an interview sent back)."""
    return Case.closed.is_(False) | Case.id.in_(desk.work_left(survey))


_HOUR = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}")
_MINUTE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")


def record_attempt(
    case: Case,
    *,
    attempt_id: str,
    made_at: str,
    outcome: str,
    appointment: str | None = None,
    note: str | None = None,
) -> ContactAttempt:
    """Add one contact attempt, made by the phone that recorded it. The same id again changes nothing.

    note: already checked for what could tell a person.
    """
    if outcome not in OUTCOMES:
        raise Problem("request.malformed", reason=_("the outcome “%(outcome)s” is unknown", outcome=outcome))
    if not _HOUR.fullmatch(made_at):
        raise Problem(
            "request.malformed", reason=_("the hour “%(hour)s” is not like 2026-11-22T09", hour=made_at)
        )
    if appointment and not (isinstance(appointment, str) and _MINUTE.fullmatch(appointment)):
        reason = _("the appointment “%(moment)s” is not like 2026-11-22T09:30", moment=str(appointment)[:40])
        raise Problem("request.malformed", reason=reason)
    old = db.session.get(ContactAttempt, attempt_id)
    if old is not None:
        return old
    attempt = ContactAttempt(
        id=attempt_id,
        case_id=case.id,
        made_at=made_at,
        outcome=outcome,
        appointment=appointment or None,
        note=note or None,
    )
    db.session.add(attempt)
    db.session.flush()
    _settle(case)
    return attempt


def _settle(case: Case) -> None:
    """Work the case's outcome out again from all its attempts: they arrive in any order."""
    if case.outcome == "complete":
        return
    found = queries.tries([case.id])[case.id]
    if case.closed and case.outcome not in {one.outcome for one in found}:
        return  # closed by its link, which makes no attempt
    survey = db.session.get_one(Survey, case.survey_id)
    case.outcome, case.closed = standing(found, survey.tries)


def set_outcome(case: Case, outcome: str) -> None:
    """Note how a link or a simulated visit ended. A completed interview is never overwritten by a later visit."""
    if case.outcome == "complete":
        return
    case.outcome = outcome
    case.closed = OUTCOMES[outcome].closes


def set_tries(survey: Survey, tries: int, *, by: User) -> None:
    """Visits needed before a household that can't be reached is closed: settled before collection opens."""
    require(survey, State.DESIGN)
    survey.tries = tries
    audit.record("survey.tries-set", actor_id=by.id, survey_id=survey.id, tries=tries)


def reassign(survey: Survey, units: Sequence[DrawnUnit], giver: User, to: User, *, by: User | None) -> int:
    """Give one collaborator's unfinished cases in these units to another in one step; returns how many."""
    require(survey, State.DESIGN, State.COLLECTING)
    if giver.id == to.id:
        raise Problem("sampling.same-person")
    found = db.session.scalars(
        select(Case).where(
            Case.survey_id == survey.id,
            Case.unit_id.in_([u.id for u in units]),
            Case.assigned_to == giver.id,
            _unfinished(survey),
        )
    ).all()
    for case in found:
        case.assigned_to = to.id
    db.session.flush()
    audit.record(
        "cases.reassigned",
        actor_id=by.id if by else None,
        survey_id=survey.id,
        giver=giver.id,
        to=to.id,
        count=len(found),
    )
    return len(found)
