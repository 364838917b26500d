"""Reads: links, drafts, and the accepted interviews as analysis takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from flask import current_app
from numpy.typing import NDArray
from sqlalchemy import bindparam, func, select

from questionnaires import Compiled
from survey_app.authoring import queries as authoring
from survey_app.authoring.models import QuestionnaireVersion
from survey_app.collection.models import Conflict, Interview, LinkDraft, Stray, Submission
from survey_app.collection.timings import PRESENT
from survey_app.collection.unasked import without_files
from survey_app.db import db
from survey_app.keys import KeyDestroyed, LinkKey, keyring
from survey_app.problems import Problem
from survey_app.sampling import queries as sampling
from survey_app.sampling.chance import token_digest
from survey_app.sampling.models import Case, DrawnUnit
from survey_app.surveys.models import Membership, State, Survey


@dataclass(frozen=True)
class LinkCase:
    """A respondent's link, opened. state: `open`, or `done` once answers were sent.

    preloaded: the case's settled values, with `mode` set to online self-completion. compiled: without the questions
    that are answered by a file, which are asked at the door only.
    """

    token: str
    survey: Survey
    version: int
    compiled: Compiled
    case: Case
    preloaded: dict[str, str]
    key: LinkKey
    saved: LinkState | None = None


@dataclass(frozen=True)
class LinkState:
    """Where a respondent stands: answers so far, the page last sent, the instance made at the start.

    preloaded: what was settled for the case when answering began, so that later pages needn't settle it again.
    """

    answers: dict[str, str]
    page: str
    instance_id: str
    version: int
    language: str
    preloaded: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Responses:
    """Accepted interviews, one per case, in order of instance_id. All sequences have the same length n.

    values: {question: stored text}. stratum, psu: object arrays. base_weight: floats, before the adult is drawn.
    left_out: {reason: count} of interviews that are not here.
    """

    instance_ids: tuple[str, ...]
    values: tuple[dict[str, str], ...]
    stratum: NDArray[np.object_]
    psu: NDArray[np.object_]
    base_weight: NDArray[np.float64]
    versions: tuple[int, ...]
    left_out: dict[str, int]


# Built once: building a query costs more than answering it, and a response asks these on each of its pages.
_LINKED = (
    select(Case, Survey)
    .join(Survey, Survey.id == Case.survey_id)
    .where(Case.token_digest == bindparam("digest"))
)
_DRAFT = select(LinkDraft.sealed, LinkDraft.survey_id).where(LinkDraft.tag == bindparam("tag"))


def link(token: str) -> LinkCase:
    """Open a link. Raises Problem: unknown, used, or its survey isn't collecting."""
    found = db.session.execute(_LINKED, {"digest": token_digest(token)}).one_or_none()
    if found is None:
        raise Problem("collection.unknown-link")
    case, survey = found
    if case.outcome == "complete" or (case.closed and case.outcome in ("refusal", "ineligible")):
        raise Problem("collection.link-used")
    if survey.state != State.COLLECTING.value:
        raise Problem("collection.closed")
    try:
        key = keyring().link(survey.public_id)
    except KeyDestroyed as error:
        raise Problem("collection.closed") from error
    saved = _draft(key, token, survey)
    # A version published in mid-interview doesn't change what the respondent has begun.
    number = saved.version if saved else authoring.newest(survey)
    if number is None:
        raise Problem("collection.closed")
    preloaded = saved.preloaded if saved else {}
    preloaded = preloaded or sampling.preloaded(survey, [case])[case.id] | {"mode": "3"}
    compiled = without_files(authoring.contract(survey, number))
    return LinkCase(token, survey, number, compiled, case, preloaded, key, saved)


def draft_tag(key: LinkKey, token: str) -> str:
    return key.tag("draft", token)


def _draft(key: LinkKey, token: str, survey: Survey) -> LinkState | None:
    tag = draft_tag(key, token)
    row = db.session.connection().execute(_DRAFT, {"tag": tag}).one_or_none()
    if row is None or row.survey_id != survey.id:
        return None
    return LinkState(**key.open(row.sealed, f"draft:{tag}"))


def link_draft(opened: LinkCase) -> LinkState | None:
    """What the respondent has answered so far, or None before the first page was sent."""
    return opened.saved


@dataclass(frozen=True)
class CaseFacts:
    """What receiving needs of a case. survey: the public id of its survey."""

    id: int
    survey_id: int
    assigned_to: int | None
    base_weight: float
    stratum: str
    psu: str
    survey: str


# Built once: a phone sends many small requests, and building a query costs more than answering it.
_CASE_FACTS = (
    select(
        Case.id,
        Case.survey_id,
        Case.assigned_to,
        Case.base_weight,
        DrawnUnit.stratum,
        DrawnUnit.code,
        Survey.public_id,
    )
    .join(DrawnUnit, DrawnUnit.id == Case.unit_id)
    .join(Survey, Survey.id == Case.survey_id)
    .where(Case.id.in_(bindparam("ids", expanding=True)))
)
_CASE_FACTS_OF_MEMBER = _CASE_FACTS.join(Membership, Membership.survey_id == Survey.id).where(
    Membership.user_id == bindparam("sender")
)
_OPEN = select(Survey.public_id, Survey.id).where(
    Survey.public_id.in_(bindparam("public_ids", expanding=True))
)
_OPEN_TO_MEMBER = _OPEN.join(Membership, Membership.survey_id == Survey.id).where(
    Membership.user_id == bindparam("sender")
)


def case_facts(ids: set[int], sender_id: int | None) -> dict[int, CaseFacts]:
    """The cases of a batch, in one query; for a collaborator, those of surveys that they belong to."""
    rows = db.session.connection().execute(
        _CASE_FACTS if sender_id is None else _CASE_FACTS_OF_MEMBER,
        {"ids": sorted(ids)} if sender_id is None else {"ids": sorted(ids), "sender": sender_id},
    )
    return {row[0]: CaseFacts(*row) for row in rows}


def open_to(public_ids: set[str], sender_id: int | None) -> dict[str, int]:
    """{public id: id} of the surveys that exist and, for a collaborator, that they belong to."""
    rows = db.session.connection().execute(
        _OPEN if sender_id is None else _OPEN_TO_MEMBER,
        {"public_ids": sorted(public_ids)}
        if sender_id is None
        else {"public_ids": sorted(public_ids), "sender": sender_id},
    )
    return {public_id: int(survey_id) for public_id, survey_id in rows}


def was_published(survey_id: int, number: int) -> bool:
    """Whether this version was ever published. A yes stays true for good, so it is remembered."""
    remembered: set[tuple[int, int]] = current_app.extensions.setdefault("published", set())
    if (survey_id, number) not in remembered:
        found = db.session.scalar(
            select(QuestionnaireVersion.id).where(
                QuestionnaireVersion.survey_id == survey_id, QuestionnaireVersion.number == number
            )
        )
        if found is None:
            return False
        remembered.add((survey_id, number))
    return True


def unread(limit: int = 500) -> Sequence[tuple[str, int]]:
    """Keys of submissions that nobody has read yet (or whose reading was lost)."""
    rows = db.session.execute(
        select(Submission.instance_id, Submission.revision)
        .outerjoin(
            Interview,
            (Interview.instance_id == Submission.instance_id) & (Interview.revision == Submission.revision),
        )
        .where(Interview.instance_id.is_(None))
        # In one order everywhere, so that two readers at once wait for each other and don't lock up.
        .order_by(Submission.instance_id, Submission.revision)
        .limit(limit)
    )
    return [(instance_id, revision) for instance_id, revision in rows]


def values_of(survey: Survey, question: str) -> list[str]:
    """The stored answers to one question in the interviews that analysis may use, "" where there is none."""
    return [str(values.get(question, "")) for values in responses(survey).values]


def languages(survey: Survey) -> list[str]:
    """The language of each complete interview, in no order that tells anything."""
    return sorted(
        db.session.scalars(
            select(Interview.language).where(
                Interview.survey_id == survey.id, Interview.latest, Interview.outcome == "complete"
            )
        )
    )


def bystanders(survey: Survey) -> dict[str, int]:
    """{nobody, part, most, unrecorded: complete interviews face to face}; {} where not one was recorded.

    Answered by link means alone with a phone: such interviews are not in it.
    """
    told = Interview.timings["present"].as_string().label("present")
    rows = db.session.execute(
        select(told, func.count())
        .join(
            Submission,
            (Interview.instance_id == Submission.instance_id) & (Interview.revision == Submission.revision),
        )
        .where(
            Interview.survey_id == survey.id,
            Interview.latest,
            Interview.outcome == "complete",
            Submission.channel != "link",
        )
        .group_by(told)
    ).all()
    found: dict[str, int] = {}
    for present, count in rows:
        name = present if present in PRESENT else "unrecorded"
        found[name] = found.get(name, 0) + int(count)
    return found if found.keys() & set(PRESENT) else {}


def responses(survey: Survey) -> Responses:
    """The interviews that analysis may use: complete, latest revision, one per case, sampled cases only."""
    rows = db.session.execute(
        select(
            Interview.instance_id,
            Interview.values,
            Interview.version,
            Interview.outcome,
            Interview.latest,
            Submission.stratum,
            Submission.psu,
            Submission.base_weight,
            Submission.case_tag,
        )
        .join(
            Submission,
            (Interview.instance_id == Submission.instance_id) & (Interview.revision == Submission.revision),
        )
        .where(Interview.survey_id == survey.id)
        .order_by(Interview.instance_id)
    ).all()
    left_out: dict[str, int] = {}
    kept = []
    seen: set[str] = set()
    for row in rows:
        reason = None
        if not row.latest:
            reason = "superseded"
        elif row.outcome != "complete":
            reason = row.outcome
        elif row.base_weight is None or row.case_tag is None:
            reason = "no-case"
        elif row.case_tag in seen:
            reason = "second-for-case"
        if reason:
            left_out[reason] = left_out.get(reason, 0) + 1
            continue
        seen.add(row.case_tag)
        kept.append(row)
    return Responses(
        instance_ids=tuple(r.instance_id for r in kept),
        values=tuple(r.values for r in kept),
        stratum=np.array([r.stratum for r in kept], dtype=object),
        psu=np.array([r.psu for r in kept], dtype=object),
        base_weight=np.array([r.base_weight for r in kept], dtype=np.float64),
        versions=tuple(r.version for r in kept),
        left_out=left_out,
    )


def counts(survey: Survey) -> dict[str, int]:
    """How many interviews have arrived, by outcome, and how many wait for a person to look at them."""
    by_outcome = db.session.execute(
        select(Interview.outcome, func.count())
        .where(Interview.survey_id == survey.id, Interview.latest)
        .group_by(Interview.outcome)
    )
    found = {outcome: int(n) for outcome, n in by_outcome}
    found["conflicts"] = (
        db.session.scalar(select(func.count()).select_from(Conflict).where(Conflict.survey_id == survey.id))
        or 0
    )
    return found


def strays() -> int:
    """Bytes kept without a place, over all surveys."""
    return db.session.scalar(select(func.count()).select_from(Stray)) or 0
