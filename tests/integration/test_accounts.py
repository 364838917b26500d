"""Signing in, throttling, roles, and areas."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.accounts import queries, services
from survey_app.accounts.models import Area, Role, SignInAttempt, User
from survey_app.db import db, transaction
from survey_app.problems import Problem
from tests.conftest import PASSWORD

AREAS = Path(services.__file__).parent / "data" / "areas.csv"


def test_every_role_lands_on_its_own_first_page(
    client: FlaskClient, person: Callable[..., Any], sign_in: Callable[[str], FlaskClient]
) -> None:
    first = {}
    for role in Role:
        person(role.value, role)
        first[role.value] = sign_in(role.value).get("/").headers["Location"]
    assert first == {
        "admin": "/people",
        "researcher": "/surveys",
        "supervisor": "/fieldwork",
        "collaborator": "/collect/",
        "leader": "/results/",
        "custodian": "/custody",
    }


FORBIDDEN = {
    Role.ADMIN: ("/surveys", "/results/", "/fieldwork", "/api/v1/assignments"),
    Role.RESEARCHER: ("/people", "/custody", "/fieldwork", "/api/v1/assignments"),
    Role.SUPERVISOR: ("/people", "/surveys", "/surveys/new", "/custody"),
    Role.COLLABORATOR: ("/people", "/surveys", "/fieldwork", "/results/"),
    Role.LEADER: ("/people", "/surveys", "/fieldwork", "/custody", "/api/v1/assignments"),
    Role.CUSTODIAN: ("/people", "/surveys", "/results/", "/fieldwork"),
}


@pytest.mark.parametrize("role", FORBIDDEN)
def test_a_role_meets_no_page_of_another(
    role: Role, person: Callable[..., Any], sign_in: Callable[[str], FlaskClient]
) -> None:
    person("ai", role)
    client = sign_in("ai")
    assert {path: client.get(path).status_code for path in FORBIDDEN[role]} == dict.fromkeys(
        FORBIDDEN[role], 403
    )


def test_without_signing_in_one_is_sent_to_the_door_and_back(
    client: FlaskClient, person: Callable[..., Any]
) -> None:
    person("nc", Role.RESEARCHER)
    door = client.get("/surveys?x=1").headers["Location"]
    assert door.startswith("/sign-in?next=")
    back = client.post(door, data={"name": "nc", "password": PASSWORD})
    assert back.headers["Location"] == "/surveys?x=1"


@pytest.mark.parametrize("outside", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_signing_in_never_leads_outside(
    client: FlaskClient, person: Callable[..., Any], outside: str
) -> None:
    person("nc", Role.RESEARCHER)
    response = client.post(
        "/sign-in", query_string={"next": outside}, data={"name": "nc", "password": PASSWORD}
    )
    assert response.headers["Location"] == "/"


def test_repeated_failures_are_slowed_and_told(client: FlaskClient, person: Callable[..., Any]) -> None:
    person("nc", Role.RESEARCHER)
    statuses = [client.post("/sign-in", data={"name": "nc", "password": "sai"}).status_code for _ in range(7)]
    assert statuses == [401] * 5 + [429] * 2
    good = client.post("/sign-in", data={"name": "nc", "password": PASSWORD})
    assert good.status_code == 429, "the right password has to wait too"
    assert "Xin chờ" in good.get_data(as_text=True)


def test_an_unknown_name_is_slowed_like_a_known_one(client: FlaskClient, app: Flask) -> None:
    statuses = [
        client.post("/sign-in", data={"name": "ai-do", "password": "sai"}).status_code for _ in range(7)
    ]
    assert statuses == [401] * 5 + [429] * 2
    kept = db.session.query(SignInAttempt).all()
    assert all("ai-do" not in row.key and "127.0.0.1" not in row.key for row in kept)


def test_a_new_password_ends_older_sessions(
    person: Callable[..., Any], sign_in: Callable[[str], FlaskClient]
) -> None:
    person("nc", Role.RESEARCHER)
    client = sign_in("nc")
    assert client.get("/surveys").status_code == 200
    with transaction():
        user = queries.user_by_name("nc")
        assert user is not None
        services.set_password(user, "một mật khẩu khác")
    assert client.get("/surveys").status_code == 302


def test_names_are_unique_and_passwords_long_enough(app: Flask, person: Callable[..., Any]) -> None:
    person("nc", Role.RESEARCHER)
    for name, password, code in (
        ("nc", PASSWORD, "accounts.name-taken"),
        ("x", "ngắn", "accounts.weak-password"),
    ):
        with pytest.raises(Problem) as caught, transaction():
            services.create_user(name, password, Role.LEADER)
        assert caught.value.code == code
    assert db.session.query(User).count() == 1


def test_the_areas_of_the_country_come_in_once(app: Flask) -> None:
    text = AREAS.read_text("utf-8")
    with transaction():
        assert services.import_areas(text) == 34 + 3321
    with transaction():
        assert services.import_areas(text) == 0
    province = queries.area("22")
    assert province is not None
    communes = queries.below(province)
    kinds = {kind: sum(a.type == kind for a in communes) for kind in ("phường", "xã", "đặc khu")}
    assert (kinds, {a.depth for a in communes}) == ({"phường": 30, "xã": 22, "đặc khu": 2}, {2})


def test_search_ignores_diacritics_and_case(app: Flask) -> None:
    with transaction():
        services.import_areas(AREAS.read_text("utf-8"))
    for text in ("vân đồn", "Van Don", "VAN  DON", "đặc khu van don"):
        assert "Đặc khu Vân Đồn" in {a.name for a in queries.search_areas(text)}
    assert queries.search_areas("  ") == []
    assert queries.search_areas("%") == []


HEAD = "code,name,type,parent_code,valid_from,valid_to,latitude,longitude,area_km2\n"


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ("22,,tỉnh,,2025-07-01,,,,\n", 2),
        ("22,A,tỉnh,,1/7/2025,,,,\n", 2),
        ("22,A,tỉnh,,2025-07-01,,x,,\n", 2),
        ("22,A,tỉnh,,2025-07-01,,,,\n22,B,tỉnh,,2025-07-01,,,,\n", 3),
        ("22,A,tỉnh,,2025-07-01,,,,\n1,B,xã,99,2025-07-01,,,,\n", 3),
        ("22,A,tỉnh,1,2025-07-01,,,,\n1,B,xã,22,2025-07-01,,,,\n", 2),
    ],
)
def test_a_bad_area_file_is_told_by_line_and_imports_nothing(app: Flask, rows: str, line: int) -> None:
    with pytest.raises(Problem) as caught, transaction():
        services.import_areas(HEAD + rows)
    assert (caught.value.code, caught.value.params["line"]) == ("areas.bad-file", line)
    assert db.session.query(Area).count() == 0


def test_a_code_may_be_used_again_after_a_merger_at_any_depth(app: Flask) -> None:
    with transaction():
        services.import_areas(
            HEAD
            + "1,Cũ,xã,,2000-01-01,2025-07-01,,,\n1,Mới,xã,,2025-07-01,,,,\n1-a,Thôn A,thôn,1,2025-07-01,,,,\n"
        )
    now, before = queries.area("1"), queries.area("1", "2010-05-05")
    assert now is not None and before is not None
    assert (now.name, before.name) == ("Mới", "Cũ")
    assert [a.name for a in queries.below(now)] == ["Thôn A"]
    assert queries.below(before) == []


def test_scope_is_the_area_and_what_lies_below(app: Flask, person: Callable[..., Any]) -> None:
    with transaction():
        services.import_areas(AREAS.read_text("utf-8"))
    province, other = queries.area("22"), queries.area("01")
    assert province is not None and other is not None
    leader = person("ld", Role.LEADER, [province])
    inside = queries.below(province)[0]
    assert [queries.in_scope(leader, a) for a in (province, inside, other, None)] == [
        True,
        True,
        False,
        False,
    ]
