"""Interviews that are nearly the same as another one: compared by a job, shown as a sign, decided by a researcher.

All interviews of one questionnaire version are compared with each other by the part of equal answers, don't know and
refused left out, background questions too. From which part on a pair is a sign follows from the answers themselves
(`analysis.likeness_rule`, decisions/0008). What is kept is a pair of interview numbers, never an answer and nothing
about a collaborator: who interviewed comes in as a tag that tells only which interviews have the same one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import delete, func, select

from analysis import generator
from analysis.quality import CIRCLES, LikenessRule, NearDuplicates, likeness_rule, near_duplicates
from questionnaires import Compiled
from survey_app import audit
from survey_app.accounts.models import User
from survey_app.authoring import queries as authoring
from survey_app.collection import fields
from survey_app.collection.models import Interview, Likeness, LikenessCheck, Submission
from survey_app.db import db, insert_new, transaction, upsert
from survey_app.surveys.models import Survey

SHOWN = ("complete", "partial")
COMPARED_TYPES = frozenset({"select_one", "select_multiple", "rank", "range", "integer", "decimal"})
NOT_OPINION = frozenset({"background", "hidden"})
FEWEST = 30  # interviews of a version, before any are compared
GROWTH = 1.1  # by as much more interviews, the rule is worked out anew and all pairs are compared again
AT_ONCE = 20  # new interviews that don't wait
OTHERS_AFTER = timedelta(minutes=10)  # fewer do
CHUNK = 400


def work() -> None:
    """Compare whatever waits to be compared; reads and computes outside any transaction."""
    for survey_id, version in _due():
        survey = db.session.get_one(Survey, survey_id)
        compare(survey, version)


def ask(survey: Survey, *, by: User) -> None:
    """Have all pairs of the survey's interviews compared anew, by a rule worked out anew."""
    for version in authoring.versions(survey):
        key = {"survey_id": survey.id, "version": version.number}
        blank = {"checked_at": "", "rule": {}, "whole": 0, "judged": 0, "pairs": 0}
        upsert(LikenessCheck.__table__, {**key, **blank, "asked": True}, {"asked": True})
    audit.record("interviews.compare-asked", actor_id=by.id, survey_id=survey.id)


def compare(survey: Survey, version: int) -> None:
    """Compare a version's new interviews with all of it, or all with all where the rule is to be worked out anew."""
    names = compared_questions(authoring.compiled(authoring.version(survey, version)))
    rows = _rows(survey, version, names)
    check = db.session.get(LikenessCheck, (survey.id, version), populate_existing=True)
    known = _known(survey, version, rows.revisions)
    everything = check is None or check.asked or not check.rule or len(rows) > GROWTH * check.whole
    if everything:
        rng = generator(f"{survey.public_id}:{version}")
        rule = likeness_rule(rows.codes, rows.who, rows.where, rng=rng)
        fresh = np.ones(len(rows), dtype=bool)
    else:
        assert check is not None
        rule = rule_of(check)
        fresh = np.array([i not in known for i in rows.ids], dtype=bool)
    found = near_duplicates(rows.codes, rows.who, rows.where, rule, fresh=fresh)
    with transaction():
        _keep(survey, version, rows, found, fresh, everything)
        _note(survey, version, rule, found, len(rows), everything)


def rule_of(check: LikenessCheck) -> LikenessRule:
    """The rule as it was kept."""
    kept = check.rule
    own, area, elsewhere = kept["limits"]
    pairs = {name: tuple((a, b) for a, b in kept[name]) for name in ("usual", "rare")}
    return LikenessRule(
        (own, area, elsewhere), tuple(kept["questions"]), kept["least"], kept["alarms"], **pairs
    )


def compared_questions(compiled: Compiled) -> dict[str, frozenset[str]]:
    """{question: its codes that are no answer} of the questions that tell people apart, in the questionnaire's order.

    Out: what is computed or preloaded, free text, dates and places, background questions, and repeats, whose
    instances differ from interview to interview.
    """
    found: dict[str, frozenset[str]] = {}

    def walk(nodes: Iterable[Mapping[str, Any]], around: str) -> None:
        for node in nodes:
            extra = node.get("extra") or {}
            role = extra.get("dl::role") or around
            if node["kind"] == "group":
                walk(node["children"], role)
            elif node["kind"] == "question" and node["type"] in COMPARED_TYPES and role not in NOT_OPINION:
                found[str(node["name"])] = fields.missing_codes(node["type"], extra)

    walk(compiled.document["children"], "")
    return found


@dataclass(frozen=True, eq=False)
class _Rows:
    """Interviews of a version, by instance_id. codes: (n, questions), -1 where there is no answer to compare."""

    ids: tuple[str, ...]
    revisions: dict[str, int]
    codes: Any
    who: Any
    where: Any

    def __len__(self) -> int:
        return len(self.ids)


def _rows(survey: Survey, version: int, names: Mapping[str, frozenset[str]]) -> _Rows:
    query = (
        select(
            Interview.instance_id,
            Interview.revision,
            Interview.values,
            Submission.collaborator_tag,
            Submission.psu,
        )
        .join(
            Submission,
            (Submission.instance_id == Interview.instance_id) & (Submission.revision == Interview.revision),
        )
        .where(
            Interview.survey_id == survey.id,
            Interview.version == version,
            Interview.latest,
            Interview.outcome.in_(SHOWN),
        )
        .order_by(Interview.instance_id)
    )
    revisions: dict[str, int] = {}
    places: dict[str, dict[str, int]] = {name: {} for name in names}
    coded, who, where = [], [], []
    for row in db.session.execute(query, execution_options={"yield_per": 2000}):
        revisions[row.instance_id] = row.revision
        who.append(row.collaborator_tag)
        where.append(row.psu)
        coded.append([_code(row.values.get(name), apart, places[name]) for name, apart in names.items()])
    codes = np.array(coded, dtype=np.int32).reshape(len(coded), len(names))
    labels = (np.array(given, dtype=object) for given in (who, where))
    return _Rows(tuple(revisions), revisions, codes, *labels)


def _code(value: Any, apart: frozenset[str], places: dict[str, int]) -> int:
    """Equal answers get equal numbers; several choices are one answer, whatever their order (a rank's matters)."""
    if not isinstance(value, str) or value == "" or value in apart:
        return -1
    return places.setdefault(value, len(places))


def _due() -> list[tuple[int, int]]:
    """(survey, version) with interviews that wait to be compared, soon enough and not too often."""
    new = (
        select(Interview.survey_id, Interview.version, func.count().label("n"))
        .outerjoin(
            Likeness,
            (Likeness.instance_id == Interview.instance_id) & (Likeness.revision == Interview.revision),
        )
        .where(Interview.latest, Interview.outcome.in_(SHOWN), Likeness.instance_id.is_(None))
        .group_by(Interview.survey_id, Interview.version)
    )
    waiting = {(row.survey_id, row.version): row.n for row in db.session.execute(new)}
    checks = {(c.survey_id, c.version): c for c in db.session.scalars(select(LikenessCheck))}
    before = (datetime.now(UTC) - OTHERS_AFTER).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = [key for key, check in checks.items() if check.asked]
    for key, count in waiting.items():
        check = checks.get(key)
        if check is None or not check.checked_at:
            soon = count >= FEWEST
        else:
            soon = count >= AT_ONCE or check.checked_at < before
        if soon and key not in found:
            found.append(key)
    return sorted(found)


def _known(survey: Survey, version: int, now: Mapping[str, int]) -> set[str]:
    """Interviews whose comparison still stands: neither they nor their partner were asked again since."""
    kept = {
        row.instance_id: row
        for row in db.session.scalars(
            select(Likeness).where(Likeness.survey_id == survey.id, Likeness.version == version)
        )
    }
    same = {i for i, row in kept.items() if now.get(i) == row.revision}
    return {i for i in same if kept[i].partner is None or kept[i].partner in same}


def _keep(
    survey: Survey, version: int, rows: _Rows, found: NearDuplicates, fresh: Any, everything: bool
) -> None:
    """Rows for the interviews compared now, and for older ones that a new one is near to."""
    mine = (Likeness.survey_id == survey.id, Likeness.version == version)
    if everything:
        db.session.execute(delete(Likeness).where(*mine))
    kind = dict(
        zip(
            zip(found.first.tolist(), found.second.tolist(), strict=True),
            found.circle.tolist(),
            strict=True,
        )
    )
    made = []
    for k in np.flatnonzero(fresh | found.flagged):
        other = int(found.partner[k])
        pair = (min(int(k), other), max(int(k), other))
        made.append(
            {
                "instance_id": rows.ids[k],
                "revision": rows.revisions[rows.ids[k]],
                "survey_id": survey.id,
                "version": version,
                "partner": rows.ids[other] if other >= 0 else None,
                "share": float(found.closest[k]) if other >= 0 else None,
                "circle": CIRCLES[kind[pair]] if other >= 0 else None,
            }
        )
    if not everything:
        new = {rows.ids[k] for k in np.flatnonzero(fresh)}
        made = [row for row in made if row["instance_id"] in new] + _closer(
            [row for row in made if row["instance_id"] not in new]
        )
    for start in range(0, len(made), CHUNK):
        part = made[start : start + CHUNK]
        db.session.execute(delete(Likeness).where(Likeness.instance_id.in_([r["instance_id"] for r in part])))
        db.session.execute(insert_new(Likeness.__table__), part)


def _closer(made: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the rows of interviews that are nearer to somebody they were compared with before."""
    ids = [row["instance_id"] for row in made]
    before: dict[str, float] = {}
    for start in range(0, len(ids), CHUNK):
        near = select(Likeness.instance_id, Likeness.share).where(
            Likeness.instance_id.in_(ids[start : start + CHUNK]), Likeness.share.is_not(None)
        )
        before |= {row.instance_id: row.share for row in db.session.execute(near)}
    return [row for row in made if row["share"] > before.get(row["instance_id"], 0.0)]


def _note(
    survey: Survey, version: int, rule: LikenessRule, found: NearDuplicates, n: int, everything: bool
) -> None:
    check = db.session.get(LikenessCheck, (survey.id, version))
    if check is None:
        check = LikenessCheck(survey_id=survey.id, version=version, whole=0, pairs=0)
        db.session.add(check)
    check.checked_at, check.asked, check.judged = audit.now(), False, int(found.judged.sum())
    if everything:
        check.rule, check.whole, check.pairs = asdict(rule), n, found.compared
    else:
        check.pairs += found.compared
    db.session.flush()
    audit.record("interviews.compared", survey_id=survey.id, version=version, interviews=n)


@dataclass(frozen=True)
class Pair:
    """Two interviews that agree too well. first, second: their numbers. circle: where they come from."""

    first: str
    second: str
    version: int
    share: float
    circle: str


def pairs(survey: Survey) -> list[Pair]:
    """Each flagged interview with its closest other one, every pair once, the most alike first."""
    rows = db.session.scalars(
        select(Likeness).where(Likeness.survey_id == survey.id, Likeness.partner.is_not(None))
    )
    found = {
        Pair(
            min(row.instance_id, str(row.partner)),
            max(row.instance_id, str(row.partner)),
            row.version,
            row.share or 0.0,
            row.circle or "",
        )
        for row in rows
    }
    return sorted(found, key=lambda pair: (-pair.share, pair.first))


def flagged(survey: Survey) -> set[str]:
    """Numbers of the interviews that are nearly the same as another one."""
    return set(
        db.session.scalars(
            select(Likeness.instance_id).where(Likeness.survey_id == survey.id, Likeness.partner.is_not(None))
        )
    )


def checks(survey: Survey) -> list[LikenessCheck]:
    """The newest comparison of each version, the newest version first; those asked for and not run yet too."""
    return list(
        db.session.scalars(
            select(LikenessCheck)
            .where(LikenessCheck.survey_id == survey.id)
            .order_by(LikenessCheck.version.desc())
        )
    )
