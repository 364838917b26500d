"""Simulated fieldwork: the issued cases are visited, some answer, and what they say is received for real.

Who answers depends on sex, age, education and residence, which weighting can mend, and with `opinion` on how
satisfied a person is, which it can't. The same survey, population and seed give the same interviews.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from questionnaires import Compiled, Interview
from survey_app.accounts.models import User
from survey_app.authoring import queries as authoring
from survey_app.collection import fields
from survey_app.collection import services as collection
from survey_app.collection.incoming import Incoming, digest
from survey_app.collection.receiving import LARGEST_BATCH, receive
from survey_app.collection.services import JSON_TYPE
from survey_app.db import db, insert_new, transaction
from survey_app.demo.opinions import OTHER_ISSUES, OTHER_SOURCES
from survey_app.demo.population import Population
from survey_app.sampling import queries as sampling
from survey_app.sampling import services as sampling_services
from survey_app.sampling.models import Case, ContactAttempt
from survey_app.surveys.models import Survey

Progress = Callable[[int, int], None]
# What became of those who didn't answer, with their shares.
WITHOUT = (("refusal", 0.42), ("not_home", 0.40), ("other", 0.08), ("unknown", 0.10))


@dataclass(frozen=True)
class Visit:
    """How one case ended. person: index in the population, None where nobody was interviewed."""

    case: Case
    outcome: str
    person: int | None
    by_link: bool
    tries: int


def response_chance(p: Population, person: int, *, opinion: bool) -> float:
    """Chance that the adult drawn takes part: about 0.67 over all, lower for young men in towns."""
    move = (
        0.95
        + 0.016 * (float(p.age[person]) - 45)
        + 0.25 * float(p.sex[person] == 2)
        - 0.45 * float(p.urban[person])
        + 0.08 * float(p.education[person] - 3)
    )
    if opinion:
        satisfied = {"1": 0.9, "2": 0.5, "3": 0.0, "4": -0.7, "5": -1.2}
        move += satisfied.get(str(p.answers["a2"][person]), -0.3)
    return float(1 / (1 + np.exp(-move)))


def visits(
    cases: Sequence[Case], settled: dict[int, dict[str, str]], p: Population, *, seed: str, opinion: bool
) -> Iterator[Visit]:
    """Visit every case in turn."""
    index = {v.code: k for k, v in enumerate(p.villages)}
    names = [name for name, _ in WITHOUT]
    shares = np.cumsum([share for _, share in WITHOUT])
    for case in cases:
        rng = _stream(seed, case.unit.code, case.number)
        household = int(p.village_start[index[case.unit.code]]) + case.number - 1
        adults = int(p.adults[household])
        if adults == 0:
            yield Visit(case, "not_dwelling", None, False, 1)
            continue
        # The adult whom the questionnaire tells to ask: counted from the oldest, by the case's own number.
        person = int(p.first[household]) + int(float(settled[case.id]["select_u"]) * adults)
        tries = 1 + int(rng.binomial(2, 0.35))
        if rng.random() < response_chance(p, person, opinion=opinion):
            yield Visit(case, "complete", person, bool(p.self_mode[person]), tries)
        else:
            outcome = names[int(np.searchsorted(shares, rng.random() * shares[-1], side="right"))]
            yield Visit(case, outcome, None, False, 3 if outcome in ("not_home", "unknown") else tries)


def _stream(seed: str, unit: str, number: int) -> np.random.Generator:
    words = [int.from_bytes(digest(f"{seed}:{unit}:{number}".encode())[:16].encode(), "big") % 2**63]
    return np.random.default_rng(words)


def answers_of(
    p: Population, person: int, compiled: Compiled, preloaded: dict[str, str], now: datetime
) -> dict[str, Any]:
    """What this person answers: everything they think, less what the questionnaire doesn't ask them."""
    raw = {name: str(values[person]) for name, values in p.answers.items() if name != "sensitive"}
    raw |= {"age_ok": "1", "consent": "1"}
    if "96" in raw["a1"].split():
        raw["a1_other"] = OTHER_ISSUES[person % len(OTHER_ISSUES)]
    if "96" in raw["h1"].split():
        raw["h1_other"] = OTHER_SOURCES[person % len(OTHER_SOURCES)]
    values = Interview(compiled, raw, preloaded, now, "vi").values()
    return {name: value for name, value in values.items() if name not in preloaded}


def _incoming(
    visit: Visit, p: Population, survey: Survey, version: int, compiled: Compiled, settled: dict[str, str],
    seed: str, now: datetime,
) -> Incoming:  # fmt: skip
    preloaded = settled | {"mode": "3" if visit.by_link else "1"}
    rng = _stream(seed, visit.case.unit.code, visit.case.number + 10**6)
    body = json.dumps(
        {
            "format": 1,
            "language": "vi",
            "answers": answers_of(p, int(visit.person or 0), compiled, preloaded, now),
            "outcome": "complete",
            "preloaded": preloaded,
            "paradata": {
                "seconds": _times(int(rng.gamma(9, 125)), visit, compiled, seed),
                **_seen(visit, p, seed),
            },
            "app": "simulated",
        },
        ensure_ascii=False,
        sort_keys=True,
    ).encode()
    return Incoming(
        instance_id=str(UUID(bytes=rng.bytes(16), version=4)),
        revision=1,
        survey=survey.public_id,
        version=version,
        media_type=JSON_TYPE,
        body=body,
        sha256=digest(body),
        case=visit.case.id,
    )


def _times(seconds: int, visit: Visit, compiled: Compiled, seed: str) -> int | dict[str, int]:
    """How long it took: by link in all, face to face page by page, longer where more is asked."""
    if visit.by_link:
        return seconds
    asked = {page.name: len(page.fields) for page in fields.blank_pages(compiled)}
    rng = _stream(seed, visit.case.unit.code, visit.case.number + 4 * 10**6)
    parts = rng.dirichlet(8.0 * np.array(list(asked.values())) / sum(asked.values()) * len(asked))
    return {name: max(1, round(seconds * float(part))) for name, part in zip(asked, parts, strict=True)}


def _seen(visit: Visit, p: Population, seed: str) -> dict[str, str]:
    """What the collaborator noted of others within hearing; it agrees with who the interview says was there."""
    if visit.by_link:
        return {}
    if str(p.answers["l2"][visit.person]) == "1":
        return {"present": "nobody"}
    rng = _stream(seed, visit.case.unit.code, visit.case.number + 3 * 10**6)
    return {"present": "part" if rng.random() < 0.7 else "most"}


def run(
    survey: Survey,
    p: Population,
    *,
    seed: str,
    opinion: bool = False,
    skip: frozenset[str] = frozenset(),
    begun: date | None = None,
    copying: int | None = None,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Visit all cases of a collecting survey that are still open; returns counts by outcome.

    skip: codes of primary units to leave alone. begun: first day of the visits' dates (default: today).
    copying: the id of a collaborator who now and then sends the interview before once more for another household.
    Interviews arrive in batches of 100 through `collection.receiving.receive`, link by link and phone by
    phone, and are read at the end.
    """
    version = authoring.published(survey)
    assert version is not None, "a collecting survey has a published version"
    compiled = authoring.compiled(version)
    cases = [c for c in sampling.cases(survey) if not c.closed and c.unit.code not in skip]
    settled = sampling.preloaded(survey, cases)
    people = {u.id: u for u in db.session.query(User).filter(User.role == "collaborator")}
    now = datetime.combine(begun or date.today(), datetime.min.time()).astimezone()
    counts: dict[str, int] = {}
    done = 0
    made_visits = _copied(list(visits(cases, settled, p, seed=seed, opinion=opinion)), copying)
    for chunk in _chunks(made_visits, LARGEST_BATCH):
        with transaction():
            tries = [row for visit in chunk for row in _attempts(visit, seed, begun or date.today())]
            db.session.execute(insert_new(ContactAttempt.__table__), tries)
            for visit in chunk:
                sampling_services.set_outcome(visit.case, visit.outcome)
                visit.case.closed = visit.case.closed or visit.tries >= survey.tries
                counts[visit.outcome] = counts.get(visit.outcome, 0) + 1
            finished = [v for v in chunk if v.person is not None]
            made = {
                v.case.id: _incoming(v, p, survey, version.number, compiled, settled[v.case.id], seed, now)
                for v in finished
            }
            receive([made[v.case.id] for v in finished if v.by_link], sender=None, channel="link")
            for sender_id in sorted(
                {v.case.assigned_to for v in finished if not v.by_link and v.case.assigned_to}
            ):
                mine = [
                    made[v.case.id] for v in finished if not v.by_link and v.case.assigned_to == sender_id
                ]
                receive(mine, sender=people[sender_id], channel="phone")
        done += len(chunk)
        if progress:
            progress(done, len(cases))
    while True:
        with transaction():
            if not collection.interpret_pending(limit=LARGEST_BATCH):
                return counts


def _copied(made: list[Visit], copying: int | None) -> list[Visit]:
    """The same visits, but every sixth interview face to face of one collaborator says what the one before said."""
    before: list[int] = []
    for place, visit in enumerate(made):
        if copying is None or visit.case.assigned_to != copying or visit.person is None or visit.by_link:
            continue
        before.append(visit.person)
        if len(before) % 6 == 0:
            made[place] = replace(visit, person=before[-2])
    return made


def _chunks(items: Sequence[Visit], size: int) -> Iterator[Sequence[Visit]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _attempts(visit: Visit, seed: str, begun: date) -> Iterator[dict[str, Any]]:
    """The rows of a case's contact attempts: the last one ended as the visit did."""
    rng = _stream(seed, visit.case.unit.code, visit.case.number + 2 * 10**6)
    for k in range(visit.tries):
        last = k == visit.tries - 1
        day = begun + timedelta(days=int(rng.integers(0, 4)) + 5 * k)
        yield {
            "id": str(UUID(bytes=rng.bytes(16), version=4)),
            "case_id": visit.case.id,
            "made_at": f"{day.isoformat()}T{int(rng.integers(8, 20)):02d}",
            "outcome": visit.outcome if last else "not_home",
            "appointment": None,
        }
