"""Contact attempts: when a case closes, in whatever order its visits arrive, and notes without names."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.accounts.models import Role
from survey_app.db import db, transaction
from survey_app.problems import Problem
from survey_app.sampling import queries, services
from survey_app.sampling.models import Case, ContactAttempt
from survey_app.sampling.outcomes import Try, standing
from survey_app.surveys import services as surveys
from tests.support.surveys import Small, small_survey


@pytest.fixture
def small(app: Flask) -> Small:
    return small_survey()


def visit(case: Case, made_at: str, outcome: str = "not_home", **more: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "case": case.id, "made_at": made_at, "outcome": outcome, **more}


def send(client: FlaskClient, *attempts: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client.post("/api/v1/attempts", json={"attempts": list(attempts)})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()["receipts"]


def state(case: Case) -> tuple[str | None, bool]:
    found = db.session.get(Case, case.id, populate_existing=True)
    assert found is not None
    return found.outcome, found.closed


def test_a_household_that_is_never_home_closes_after_the_tries_needed(
    small: Small, sign_in: Callable[[str], FlaskClient]
) -> None:
    client, case = sign_in("ctv"), small.cases[0]
    told = client.get("/api/v1/assignments").get_json()["surveys"][0]
    assert (told["tries"], told["anonymous"]) == (3, True)
    send(client, visit(case, "2026-11-20T09"), visit(case, "2026-11-20T18"))
    assert state(case) == ("not_home", False)
    send(client, visit(case, "2026-11-20T18", "unknown"))
    assert state(case)[1] is False, "twice in one hour is one visit"
    one = next(
        c for c in client.get("/api/v1/assignments").get_json()["surveys"][0]["cases"] if c["case"] == case.id
    )
    assert (one["attempts"], one["last_visit"], one["closed"]) == (2, "2026-11-20T18", False)
    send(client, visit(case, "2026-11-22T10"))
    assert state(case) == ("not_home", True)


CASES = {
    "three visits": ([("d1T09", "not_home"), ("d2T09", "not_home"), ("d3T09", "unknown")], ("unknown", True)),
    "a refusal ends it": ([("d1T09", "not_home"), ("d2T09", "refusal")], ("refusal", True)),
    "complete stands": ([("d1T09", "complete"), ("d2T09", "not_home")], ("complete", True)),
    "of one hour the closing one": ([("d1T09", "not_home"), ("d1T09", "ineligible")], ("ineligible", True)),
    "appointment ahead": (
        [("d1T09", "not_home"), ("d2T09", "not_home"), ("d3T09", "appointment", "d4T09:30")],
        ("appointment", False),
    ),
    "appointment of this hour": (
        [("d1T09", "not_home"), ("d2T09", "not_home"), ("d3T09", "appointment", "d3T09:45")],
        ("appointment", True),
    ),
    "appointment without an hour": (
        [("d1T09", "not_home"), ("d2T09", "not_home"), ("d3T09", "appointment")],
        ("appointment", True),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_order_of_arrival_never_matters(name: str) -> None:
    tries, expected = CASES[name]
    for order in itertools.permutations(tries):
        assert standing([Try(*one) for one in order], 3) == expected


def test_visits_arriving_late_and_out_of_order_are_judged_together(
    small: Small, sign_in: Callable[[str], FlaskClient]
) -> None:
    client, case = sign_in("ctv"), small.cases[1]
    send(client, visit(case, "2026-11-22T10", "refusal"))
    send(client, visit(case, "2026-11-20T10"), visit(case, "2026-11-21T10"))
    assert state(case) == ("refusal", True)


def test_what_a_link_closed_stays_closed(small: Small, sign_in: Callable[[str], FlaskClient]) -> None:
    case = small.cases[2]
    with transaction():
        services.set_outcome(case, "refusal")
    send(sign_in("ctv"), visit(case, "2026-11-20T10"))
    assert state(case) == ("refusal", True)


def test_a_note_is_kept_and_one_with_a_name_is_not(
    small: Small, sign_in: Callable[[str], FlaskClient]
) -> None:
    client = sign_in("ctv")
    good = visit(small.cases[0], "2026-11-20T09", note="  Cổng khóa,  gọi cổng sau ")
    bad = visit(small.cases[1], "2026-11-20T09", note="Gặp chị Hoa, số 0912 345 678")
    long = visit(small.cases[3], "2026-11-20T09", note="a " * 150)
    odd = visit(small.cases[4], "2026-11-20T09", note={"a": 1})
    told = send(client, good, bad, long, odd)
    assert [t["status"] for t in told] == ["stored"] * 4
    assert [t.get("problem", {}).get("code") for t in told] == [
        None, "sampling.note-personal", "sampling.note-too-long", None,
    ]  # fmt: skip
    assert told[1]["problem"]["params"] == {"found": "chị Hoa, 0912 345 678"}
    db.session.rollback()
    notes = {a.case_id: a.note for a in db.session.query(ContactAttempt)}
    assert notes == {
        small.cases[0].id: "Cổng khóa, gọi cổng sau",
        small.cases[1].id: None,
        small.cases[3].id: None,
        small.cases[4].id: None,
    }


def test_a_broken_appointment_is_told(small: Small, sign_in: Callable[[str], FlaskClient]) -> None:
    (told,) = send(sign_in("ctv"), visit(small.cases[0], "2026-11-20T09", "appointment", appointment="mai"))
    assert told["problem"]["code"] == "request.malformed"
    assert "mai" in told["problem"]["message"]


def test_tries_are_settled_before_collection_opens(small: Small) -> None:
    with pytest.raises(Problem, match=r"surveys\.wrong-state"):
        services.set_tries(small.survey, 4, by=small.researcher)


def test_one_step_gives_the_unfinished_cases_of_one_to_another(
    small: Small, person: Callable[..., Any]
) -> None:
    other = person("ctv2", Role.COLLABORATOR, [small.survey.area])
    units = queries.drawn_units(small.survey)
    with transaction():
        surveys.add_member(small.survey, other, by=None)
        services.set_outcome(small.cases[0], "refusal")
        count = services.reassign(small.survey, units[:2], small.collaborator, other, by=small.researcher)
    assert count == 19
    db.session.expire_all()
    holders = {c.id: c.assigned_to for c in queries.cases(small.survey)}
    assert holders[small.cases[0].id] == small.collaborator.id, "who finished a case keeps it"
    assert sum(holder == other.id for holder in holders.values()) == 19
    with pytest.raises(Problem, match=r"sampling\.same-person"):
        services.reassign(small.survey, units, other, other, by=None)
