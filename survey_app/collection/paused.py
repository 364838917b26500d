"""Interviews that are under way on a phone but need the supervisor: paused for a day, or sent back.

A draft untouched for a day comes sealed to the survey's key, and goes back to the same collaborator when the
supervisor has released it. An interview sent back names the questions to ask again; it is done when that
revision has arrived. Everything that joins these to a case or a person is written under the link key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from flask_babel import gettext as _
from sqlalchemy import delete, select

from survey_app import audit
from survey_app.accounts.models import Role, User
from survey_app.collection import envelopes, notes
from survey_app.collection.incoming import Incoming, parse
from survey_app.collection.models import Interview, SealedDraft, SentBack, Submission
from survey_app.db import db, upsert
from survey_app.keys import KeyDestroyed, LinkKey, keyring
from survey_app.problems import Problem
from survey_app.sampling import queries as sampling
from survey_app.sampling.models import Case
from survey_app.surveys import queries as surveys
from survey_app.surveys.models import State, Survey
from survey_app.surveys.services import require
from survey_app.wording import fold

DRAFT_TYPE = "application/vnd.duluan.draft"
MOST_QUESTIONS = 60


@dataclass(frozen=True)
class Waiting:
    """What one case waits for, as the phone is told. draft: {instance_id, state}. returned: see `send_back`."""

    draft: dict[str, Any] | None = None
    returned: dict[str, Any] | None = None


def link_key(survey: Survey) -> LinkKey:
    """The survey's link key. Raises Problem `surveys.key-destroyed` after the lock."""
    try:
        return keyring().link(survey.public_id)
    except KeyDestroyed as error:
        raise Problem("surveys.key-destroyed") from error


def draft_tag(key: LinkKey, instance_id: str) -> str:
    return key.tag("sealed-draft", instance_id)


def back_tag(key: LinkKey, instance_id: str) -> str:
    return key.tag("sent-back", instance_id)


def settle(survey: Survey, instance_id: str, revision: int) -> None:
    """An interview has been read: its draft is of no use any more, and what was sent back has come."""
    try:
        key = keyring().link(survey.public_id)
    except KeyDestroyed:
        return  # the lock has removed both
    back = db.session.get(SentBack, back_tag(key, instance_id))
    if back is not None and back.revision <= revision:
        db.session.delete(back)
    elif back is not None:
        return  # the draft may be that of the revision under way
    gone = delete(SealedDraft).where(SealedDraft.tag == draft_tag(key, instance_id))
    # Nobody holds the draft here: looking for it among all that a long reading has loaded would cost most of it.
    db.session.execute(gone, execution_options={"synchronize_session": False})


def receive_drafts(items: Sequence[Any], sender: User) -> list[dict[str, Any]]:
    """Keep sealed drafts; a receipt or a problem for each, in their order. The same bytes again change nothing.

    A draft is its sender's; one that a supervisor uploads from a rescue file is the case's collaborator's.
    """
    answers = []
    for item in items:
        told = item if isinstance(item, dict) else {}
        try:
            incoming = parse({**told, "revision": 1, "media_type": DRAFT_TYPE})
            answers.append(_keep(incoming, sender))
        except Problem as problem:
            answers.append({"instance_id": told.get("instance_id"), "problem": problem.as_json()})
    return answers


def _keep(incoming: Incoming, sender: User) -> dict[str, Any]:
    case = sampling.case_of_member(incoming.case, sender)
    survey = db.session.get_one(Survey, case.survey_id)
    if survey.public_id != incoming.survey:
        raise Problem("collection.unknown-case")
    receipt = {"instance_id": incoming.instance_id, "sha256": incoming.sha256, "status": "stored"}
    key = link_key(survey)
    finished = db.session.get(Submission, (incoming.instance_id, 1)) is not None
    if finished and db.session.get(SentBack, back_tag(key, incoming.instance_id)) is None:
        return receipt  # the draft says nothing that the interview doesn't
    tag = draft_tag(key, incoming.instance_id)
    kept = db.session.get(SealedDraft, tag)
    if kept is not None and kept.sha256 == incoming.sha256:
        return receipt
    owner = sender.id if sender.role == Role.COLLABORATOR.value else case.assigned_to or sender.id
    mine = key.tag("user", owner)
    if kept is not None and kept.collaborator_tag != mine:
        raise Problem("collection.unknown-case")
    link = {"instance_id": incoming.instance_id, "case": case.id, "user": owner}
    row = {
        "tag": tag,
        "survey_id": survey.id,
        "version": incoming.version,
        "case_tag": key.tag("case", case.id),
        "collaborator_tag": mine,
        "link": key.seal(link, f"draft:{tag}"),
        "body": incoming.body,
        "sha256": incoming.sha256,
        "state": "waiting",
        "saved_on": audit.today(),
    }
    upsert(SealedDraft.__table__, row)
    if kept is not None:
        db.session.expire(kept)
    audit.record("draft.sealed", survey_id=survey.id, confidential=True)
    return receipt


def take_back(survey: Survey, case: Case, user: User) -> list[str]:
    """The respondent declined after a pause that was released: the server's copies go. Their instances.

    One that still waits for its release stays: the visit was made before anybody could go on with it.
    """
    try:
        key = keyring().link(survey.public_id)
    except KeyDestroyed:
        return []  # the lock has removed them
    drafts = db.session.scalars(
        select(SealedDraft).where(
            SealedDraft.survey_id == survey.id,
            SealedDraft.case_tag == key.tag("case", case.id),
            SealedDraft.collaborator_tag == key.tag("user", user.id),
            SealedDraft.state == "released",
        )
    ).all()
    instances = [key.open(draft.link, f"draft:{draft.tag}")["instance_id"] for draft in drafts]
    for draft in drafts:
        db.session.delete(draft)
    if drafts:
        db.session.flush()
        audit.record("draft.taken-back", survey_id=survey.id, confidential=True)
    return instances


@dataclass(frozen=True)
class Paused:
    """A paused interview as the supervisor sees it: where, who, since when; nothing of what was answered."""

    tag: str
    village: str
    number: int
    collaborator: str
    saved_on: str
    released: bool


def listed(survey: Survey, cases: Sequence[Case]) -> list[Paused]:
    """The paused interviews of these cases, by village and household number."""
    key = link_key(survey)
    by_tag = {key.tag("case", case.id): case for case in cases}
    drafts = db.session.scalars(select(SealedDraft).where(SealedDraft.survey_id == survey.id)).all()
    mine = [(by_tag[draft.case_tag], draft) for draft in drafts if draft.case_tag in by_tag]
    names: dict[int, str] = {row.id: row.name for row in db.session.execute(select(User.id, User.name))}
    found = [
        Paused(
            draft.tag,
            case.unit.frame_unit.name,
            case.number,
            names.get(key.open(draft.link, f"draft:{draft.tag}")["user"], ""),
            draft.saved_on,
            draft.state == "released",
        )
        for case, draft in mine
    ]
    return sorted(found, key=lambda p: (p.released, fold(p.village), p.number))


def release(survey: Survey, tags: Sequence[str], cases: Sequence[Case], *, by: User) -> int:
    """Let the collaborators go on with these paused interviews, as far as they are of `cases`; how many."""
    key = link_key(survey)
    allowed = {key.tag("case", case.id) for case in cases}
    found = db.session.scalars(
        select(SealedDraft).where(
            SealedDraft.survey_id == survey.id, SealedDraft.tag.in_(tags), SealedDraft.state == "waiting"
        )
    ).all()
    mine = [draft for draft in found if draft.case_tag in allowed]
    for draft in mine:
        draft.state = "released"
    db.session.flush()
    if mine:
        audit.record("drafts.released", actor_id=by.id, survey_id=survey.id, count=len(mine))
    return len(mine)


def hand_back(instance_id: str, user: User) -> bytes:
    """The plain draft, for the collaborator who paused it, while the case is still theirs and it was released."""
    for survey in surveys.surveys(user):
        if survey.state != State.COLLECTING.value:
            continue
        key = link_key(survey)
        draft = db.session.get(SealedDraft, draft_tag(key, instance_id))
        if draft is None:
            continue
        link = key.open(draft.link, f"draft:{draft.tag}")
        case = db.session.get(Case, link["case"])
        if link["user"] != user.id or case is None or case.assigned_to != user.id:
            break
        if draft.state != "released":
            raise Problem("collection.draft-not-released")
        bound = f"{survey.public_id}|{draft.version}|{instance_id}|draft".encode()
        try:
            return envelopes.opened(draft.body, envelopes.survey_key(key), bound, envelopes.DRAFT)
        except ValueError as error:
            raise Problem("collection.draft-unreadable") from error
    raise Problem("request.not-found")


class Finished(Protocol):
    """An interview that may be sent back: what was read, and its case."""

    @property
    def interview(self) -> Interview: ...
    @property
    def case(self) -> Case: ...


def send_back(survey: Survey, one: Finished, questions: Sequence[str], note: str, *, by: User) -> None:
    """Have some questions of an interview asked again: its next revision, with a note to the collaborator.

    Sending back once more, before the revision has come, replaces the questions and the note.
    """
    require(survey, State.COLLECTING)
    if not questions:
        raise Problem("collection.nothing-asked")
    if len(questions) > MOST_QUESTIONS:
        raise Problem("request.malformed", reason=_("more than %(n)s questions", n=MOST_QUESTIONS))
    note = notes.tidy(note)[: notes.LONGEST]
    found = notes.personal(note)
    if found:
        raise Problem("collection.note-personal", found=", ".join(found))
    key, interview = link_key(survey), one.interview
    tag = back_tag(key, interview.instance_id)
    told = {
        "instance_id": interview.instance_id,
        "revision": interview.revision + 1,
        "version": interview.version,
        "note": note,
        "questions": list(questions),
    }
    row = {
        "tag": tag,
        "survey_id": survey.id,
        "case_tag": key.tag("case", one.case.id),
        "revision": interview.revision + 1,
        "sealed": key.seal(told, f"back:{tag}"),
        "sent_on": audit.today(),
    }
    upsert(SentBack.__table__, row)
    audit.record("interview.sent-back", actor_id=by.id, survey_id=survey.id, questions=len(questions))


def waiting(survey: Survey, cases: Sequence[Case], user: User) -> dict[int, Waiting]:
    """{case id: what it waits for} of the user's cases; cases that wait for nothing are absent."""
    key = link_key(survey)
    by_tag = {key.tag("case", case.id): case.id for case in cases}
    mine = key.tag("user", user.id)
    found: dict[int, Waiting] = {}
    drafts = select(SealedDraft).where(
        SealedDraft.survey_id == survey.id, SealedDraft.collaborator_tag == mine
    )
    for draft in db.session.scalars(drafts):
        if draft.case_tag in by_tag:
            link = key.open(draft.link, f"draft:{draft.tag}")
            told = {"instance_id": link["instance_id"], "state": draft.state}
            found[by_tag[draft.case_tag]] = Waiting(draft=told)
    for back in db.session.scalars(select(SentBack).where(SentBack.survey_id == survey.id)):
        if back.case_tag in by_tag:
            told = key.open(back.sealed, f"back:{back.tag}")
            if db.session.get(Submission, (told["instance_id"], told["revision"])) is None:
                case = by_tag[back.case_tag]
                found[case] = replace(found.get(case, Waiting()), returned=told)
    return found


def waiting_for_release(survey: Survey, cases: Sequence[Case]) -> int:
    """How many paused interviews of these cases wait for the supervisor; 0 after the lock."""
    states = select(SealedDraft.case_tag).where(
        SealedDraft.survey_id == survey.id, SealedDraft.state == "waiting"
    )
    tags = db.session.scalars(states).all()
    if not tags:
        return 0
    key = link_key(survey)
    mine = {key.tag("case", case.id) for case in cases}
    return sum(tag in mine for tag in tags)


def sent_back_cases(survey: Survey) -> set[int]:
    """Ids of the cases whose interview was sent back and has not come yet."""
    tags = set(db.session.scalars(select(SentBack.case_tag).where(SentBack.survey_id == survey.id)))
    if not tags:
        return set()
    key = link_key(survey)
    ids = db.session.scalars(select(Case.id).where(Case.survey_id == survey.id))
    return {case for case in ids if key.tag("case", case) in tags}
