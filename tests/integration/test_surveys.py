"""A survey's life and who belongs to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.accounts.models import Role
from survey_app.db import db, transaction
from survey_app.keys import KeyDestroyed, keyring
from survey_app.surveys import queries, services
from tests.support.surveys import AREAS, small_survey


def test_a_researcher_makes_a_survey_and_adds_people(
    app: Flask, person: Callable[..., Any], sign_in: Callable[[str], FlaskClient]
) -> None:
    from survey_app.accounts.services import import_areas

    with transaction():
        import_areas(AREAS)
    person("nc", Role.RESEARCHER)
    collaborator = person("ctv", Role.COLLABORATOR)
    person("ld", Role.LEADER)
    client = sign_in("nc")
    told = {
        "title": "Khảo sát đời sống",
        "organisation": "Ban X",
        "population": "Người từ 18 tuổi",
        "area": "quang ninh",
    }
    address = client.post("/surveys/new", data=told).headers["Location"]
    public_id = address.rsplit("/", 1)[-1]
    survey = queries.by_public_id(public_id)
    assert survey is not None and survey.area is not None
    assert (survey.state, survey.area.code) == ("design", "22")
    assert keyring().link(public_id)

    assert [u.name for u in queries.candidates(survey)] == ["ctv"]
    client.post(f"{address}/people", data={"add": [collaborator.id]})
    assert [u.name for u in queries.members(survey)] == ["ctv", "nc"]
    client.post(f"{address}/people", data={"remove": collaborator.id})
    assert [u.name for u in queries.members(survey)] == ["nc"]
    me = queries.members(survey)[0]
    assert client.post(f"{address}/people", data={"remove": me.id}).status_code == 409


@pytest.mark.parametrize("left_out", ["title", "organisation", "population", "area"])
def test_what_is_missing_is_told_beside_its_field(
    app: Flask, person: Callable[..., Any], sign_in: Callable[[str], FlaskClient], left_out: str
) -> None:
    person("nc", Role.RESEARCHER)
    told = {"title": "A", "organisation": "B", "population": "C", "area": "zz"} | {left_out: ""}
    response = sign_in("nc").post("/surveys/new", data=told)
    assert response.status_code == 400
    assert f'id="{left_out}-wrong"' in response.get_data(as_text=True)
    assert queries.every() == []


def test_a_survey_only_moves_forward(app: Flask, sign_in: Callable[[str], FlaskClient]) -> None:
    small = small_survey()
    client = sign_in("nc")
    page = f"/surveys/{small.survey.public_id}"
    assert client.post(f"{page}/open").status_code == 409
    assert client.post(f"{page}/close").status_code == 302
    response = client.post(f"{page}/close")
    assert response.status_code == 409
    assert "đã kết thúc thu thập" in response.get_data(as_text=True)
    db.session.expire_all()
    assert (small.survey.state, bool(small.survey.closed_on)) == ("closed", True)


def test_the_next_step_is_named(app: Flask, sign_in: Callable[[str], FlaskClient]) -> None:
    small = small_survey()
    with app.test_request_context("/"):
        seen = services.steps(small.survey)
    done = {step.endpoint: (step.done, step.now, step.waiting) for step in seen}
    assert done["authoring.show"] == (True, False, False)
    assert done["sampling.show"] == (True, False, False)
    assert done["sampling.fieldwork"] == (False, True, False)
    assert [step.endpoint for step in seen if step.now] == ["sampling.fieldwork"]


def test_every_survey_has_a_key_of_its_own_and_destroying_one_leaves_the_others(app: Flask) -> None:
    with transaction():
        one, two = services.create({"vi": "một"}, by=None), services.create({"vi": "hai"}, by=None)
    ring = keyring()
    assert ring.link(one.public_id).tag("case", 1) != ring.link(two.public_id).tag("case", 1)
    sealed = ring.link(one.public_id).seal({"case": 1}, "x")
    with pytest.raises(ValueError, match="sealed"):
        ring.link(one.public_id).open(sealed, "y")
    with pytest.raises(ValueError, match="sealed"):
        ring.link(two.public_id).open(sealed, "x")
    ring.destroy_link(one.public_id)
    with pytest.raises(KeyDestroyed):
        ring.link(one.public_id)
    assert ring.link(two.public_id).tag("case", 1)
