"""Interviews as a supervisor may see them: flags and timings, never an answer, and never who declined.

Who interviewed, and in which village, is read through the link key, so all of this ends with the survey's lock.
The household's number stays out: who answered what isn't the supervisor's business, and the phone knows
where to go when something is asked again. Findings are told by code and question; their parameters, which may
quote an answer, are not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import select

from analysis.quality import speeding, straight_lining
from questionnaires import Compiled
from survey_app.accounts.models import User
from survey_app.authoring import queries as authoring
from survey_app.collection import fields, gallery, likeness
from survey_app.collection.gallery import Progress
from survey_app.collection.models import Conflict, Interview, SentBack, Submission
from survey_app.collection.paused import back_tag, link_key
from survey_app.db import db
from survey_app.problems import Problem
from survey_app.sampling import queries as sampling
from survey_app.sampling.models import Case
from survey_app.surveys.models import State, Survey

SHOWN = ("complete", "partial")
LEAST_TIMES = 10  # interviews, before one is called fast
LEAST_ITEMS = 4
LEAST_BLOCKS = 2
UNASKED = frozenset({"hidden", "calculate", "note", "start", "end", "today", "deviceid", "audit"})


@dataclass(frozen=True)
class Flag:
    """kind: `fast`, `same`, `alike`, `conflict` or a finding's code. question: its name, '' for the whole."""

    kind: str
    question: str = ""


@dataclass(frozen=True)
class Reviewed:
    """One interview. ref: what its page is called, meaningless without the link key. seconds: None if unknown.

    files: how many of its photos and recordings are still on the phone; None where it has none.
    times: (section, seconds) in the order of the questionnaire. by_phone: a collaborator can ask again.
    """

    ref: str
    day: str
    collaborator: str
    village: str
    partial: bool
    revision: int
    seconds: float | None
    backs: int
    times: tuple[tuple[str, float], ...]
    flags: tuple[Flag, ...]
    returned: bool
    by_phone: bool
    interview: Interview = field(repr=False)
    case: Case = field(repr=False)
    files: Progress | None = None

    @property
    def asked_again(self) -> tuple[str, ...]:
        """The flagged questions, each once."""
        return tuple(dict.fromkeys(f.question for f in self.flags if f.question))


def interviews(survey: Survey, user: User | None) -> list[Reviewed]:
    """Completed and partial interviews in the areas of `user` (all for None): flagged ones first, newest first.

    Raises Problem `surveys.key-destroyed` after the lock.
    """
    key = link_key(survey)
    units = {u.id: u.frame_unit.name for u in sampling.units_in_scope(survey, user)}
    cases = {c.id: c for c in sampling.cases(survey) if c.unit_id in units}
    rows = _rows(survey)
    everybody: dict[int, str] = {row.id: row.name for row in db.session.execute(select(User.id, User.name))}
    links = {submission.instance_id for _, submission in rows if submission.channel == "link"}
    flags = _flags(survey, [row[0] for row in rows], links)
    files = gallery.progress(survey)
    returned = set(db.session.scalars(select(SentBack.tag).where(SentBack.survey_id == survey.id)))
    found = []
    for interview, submission in rows:
        if submission.link is None:
            continue
        link = key.open(submission.link, f"submission:{submission.instance_id}:{submission.revision}")
        case = cases.get(link["case"])
        if case is None:
            continue
        timings = interview.timings or {}
        found.append(
            Reviewed(
                ref=key.tag("review", interview.instance_id)[:20],
                day=submission.received_on,
                collaborator=_who(submission.channel, case, everybody.get(link["user"], "")),
                village=units[case.unit_id],
                partial=interview.outcome == "partial",
                revision=interview.revision,
                seconds=timings.get("seconds"),
                backs=timings.get("backs", 0),
                times=_sections(survey, interview.version, timings.get("pages") or {}),
                flags=flags[interview.instance_id],
                returned=back_tag(key, interview.instance_id) in returned,
                by_phone=submission.channel != "link",
                interview=interview,
                case=case,
                files=files.get(interview.instance_id),
            )
        )
    newest = sorted(found, key=lambda r: (r.day, r.ref), reverse=True)
    return sorted(newest, key=lambda r: (not r.flags, r.returned))


def ref_of(survey: Survey, instance_id: str) -> str | None:
    """What the page of an interview is called; None after the lock."""
    if survey.state == State.LOCKED.value:
        return None
    return link_key(survey).tag("review", instance_id)[:20]


def usual(found: Sequence[Reviewed], one: Reviewed) -> dict[str, float]:
    """{section: median seconds} over interviews asked in the same way as `one`; too few tell nothing."""
    times: dict[str, list[float]] = {}
    for other in found:
        if other.by_phone is one.by_phone and not other.partial:
            for section, seconds in other.times:
                times.setdefault(section, []).append(seconds)
    return {section: float(np.median(known)) for section, known in times.items() if len(known) >= LEAST_TIMES}


def _who(channel: str, case: Case, sender: str) -> str:
    """Whose interview it is. What came in a rescue file was sent by a supervisor, for whoever has the case."""
    if channel == "rescue" and case.collaborator is not None:
        return case.collaborator.name
    return sender


def pick(found: Sequence[Reviewed], ref: str) -> Reviewed:
    """One of `interviews`. Raises Problem `request.not-found`."""
    for one in found:
        if one.ref == ref:
            return one
    raise Problem("request.not-found")


def _rows(survey: Survey) -> Sequence[Any]:
    return db.session.execute(
        select(Interview, Submission)
        .join(
            Submission,
            (Submission.instance_id == Interview.instance_id) & (Submission.revision == Interview.revision),
        )
        .where(Interview.survey_id == survey.id, Interview.latest, Interview.outcome.in_(SHOWN))
    ).all()


def _flags(survey: Survey, found: Sequence[Interview], links: set[str]) -> dict[str, tuple[Flag, ...]]:
    """{instance: its flags}. links: those answered by link.

    Speed is judged against all interviews of the survey, not one collaborator's.
    """
    flags: dict[str, list[Flag]] = {one.instance_id: [] for one in found}
    # Who reads alone is faster than who is asked: each is judged against their own kind.
    for by_link in (True, False):
        for instance_id in _fast([one for one in found if (one.instance_id in links) is by_link]):
            flags[instance_id].append(Flag("fast"))
    for version in {one.version for one in found}:
        mine = [one for one in found if one.version == version]
        compiled = authoring.compiled(authoring.version(survey, version))
        for instance_id, names in _same(mine, _grids(compiled)).items():
            flags[instance_id] += [Flag("same", name) for name in names]
    for instance_id in likeness.flagged(survey) & flags.keys():
        flags[instance_id].append(Flag("alike"))
    conflicts = select(Conflict.instance_id).where(Conflict.survey_id == survey.id)
    for instance_id in db.session.scalars(conflicts):
        if instance_id in flags:
            flags[instance_id].append(Flag("conflict"))
    for one in found:
        told = [f for f in one.findings if f["severity"] in ("error", "warning")]
        flags[one.instance_id] += [Flag(f["code"], str(f.get("name") or "")) for f in told]
    return {instance_id: tuple(dict.fromkeys(listed)) for instance_id, listed in flags.items()}


def _fast(found: Sequence[Interview]) -> set[str]:
    timed = [o for o in found if o.outcome == "complete" and (o.timings or {}).get("seconds")]
    if len(timed) < LEAST_TIMES:
        return set()
    speed = speeding([o.timings["seconds"] for o in timed], [len(o.values) for o in timed])
    return {o.instance_id for o, fast in zip(timed, speed.flagged, strict=True) if fast}


def _grids(compiled: Compiled) -> list[dict[str, Mapping[str, int]]]:
    """Sets of at least `LEAST_ITEMS` questions of one group with one list: {question: {code: place}}."""
    lists = compiled.document["lists"]
    grids: list[dict[str, Mapping[str, int]]] = []

    def walk(node: Mapping[str, Any]) -> None:
        by_list: dict[str, list[Mapping[str, Any]]] = {}
        for child in node["children"]:
            if child["kind"] == "group":
                walk(child)
            elif child["kind"] == "question" and child["type"] == "select_one":
                by_list.setdefault(child["list"], []).append(child)
        for name, items in by_list.items():
            if len(items) >= LEAST_ITEMS:
                codes = [str(choice["value"]) for choice in lists[name]]
                apart = fields.missing_codes("select_one", items[0].get("extra", {}))
                places = {code: k for k, code in enumerate(c for c in codes if c not in apart)}
                grids.append({str(item["name"]): places for item in items})

    walk(compiled.document)
    return grids


def _same(
    found: Sequence[Interview], grids: Sequence[Mapping[str, Mapping[str, int]]]
) -> dict[str, list[str]]:
    """{instance: the items} of interviews with one and the same answer through each block that was answered.

    Equal answers in one block of four are common and honest; only block after block they are a sign.
    """
    judged: dict[str, list[tuple[bool, list[str]]]] = {}
    for items in grids if found else ():
        codes = [[items[name].get(str(one.values.get(name, "")), -1) for name in items] for one in found]
        seen = straight_lining(np.array(codes, dtype=float), least=LEAST_ITEMS)
        for one, flag, share in zip(found, seen.flagged, seen.same, strict=True):
            if np.isfinite(share):
                judged.setdefault(one.instance_id, []).append((bool(flag), list(items)))
    return {
        instance_id: [name for _, names in blocks for name in names]
        for instance_id, blocks in judged.items()
        if len(blocks) >= LEAST_BLOCKS and all(flag for flag, _ in blocks)
    }


def _sections(survey: Survey, version: int, pages: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """Seconds by section, in the questionnaire's order; pages that it doesn't know are left out."""
    if not pages:
        return ()
    labels = section_labels(authoring.compiled(authoring.version(survey, version)))
    sums: dict[str, float] = {}
    for name in labels:
        if name in pages:
            sums[labels[name]] = sums.get(labels[name], 0.0) + pages[name]
    return tuple(sums.items())


def section_labels(compiled: Compiled) -> dict[str, str]:
    """{page: the heading that stands over it}; a page without one belongs to the section before it."""
    labels: dict[str, str] = {}
    heading = ""
    for page in fields.blank_pages(compiled):
        heading = page.label or heading
        labels[page.name] = heading or page.name
    return labels


def askable(compiled: Compiled) -> dict[str, str]:
    """{question: its words} of all questions that can be asked again, in the questionnaire's order."""
    return {
        f.path.rsplit("/", 1)[-1]: f.label
        for page in fields.blank_pages(compiled)
        for f in page.fields
        if f.type not in UNASKED
    }
