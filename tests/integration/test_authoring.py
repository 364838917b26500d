"""Importing and publishing: every problem at once with its place, nothing half-saved, versions for good."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.accounts.models import Role
from survey_app.authoring import queries, services
from survey_app.authoring.models import Draft, QuestionnaireVersion
from survey_app.db import db, transaction
from survey_app.problems import Problem
from survey_app.surveys import services as survey_services
from survey_app.surveys.models import Survey
from tests.support.workbooks import SMALL, workbook


@pytest.fixture
def survey(app: Flask, person: Callable[..., Any]) -> Survey:
    researcher = person("nc", Role.RESEARCHER)
    with transaction():
        return survey_services.create({"vi": "Khảo sát thử"}, by=researcher)


def broken(old: str, new: str) -> bytes:
    assert old in SMALL
    return workbook(SMALL.replace(old, new))


def found(survey: Survey, book: bytes, name: str = "thu.xlsx") -> list[tuple[Any, ...]]:
    with transaction():
        draft = services.save_draft(survey, book, name, by=None)
    return [(f["severity"], f["sheet"], f["row"]) for f in draft.findings if f["severity"] == "error"]


def test_a_good_workbook_is_published_as_version_1_then_2(survey: Survey) -> None:
    for number in (1, 2):
        with transaction():
            draft = services.save_draft(survey, workbook(), "thu.xlsx", by=None)
            assert draft.errors == 0
            version = services.publish(survey, by=None)
            assert version.number == number
    assert [v.number for v in queries.versions(survey)] == [2, 1]
    assert queries.draft(survey) is None
    one, two = queries.versions(survey)
    assert one.digest == two.digest == queries.compiled(one).digest


def test_formula_that_does_not_parse_is_placed(survey: Survey) -> None:
    assert found(survey, broken("${b1} = '1'", "${b1} = = '1'")) == [("error", "survey", 10)]


def test_cyclic_relevance_is_placed(survey: Survey) -> None:
    book = broken("| Any procedure?   |                      |", "| Any procedure?   | ${b2} = 'x' |")
    places = found(survey, book)
    assert {("error", "survey", 9), ("error", "survey", 10)} & set(places)


def test_unknown_list_is_placed(survey: Survey) -> None:
    assert found(survey, broken("select_one yn | b1", "select_one khong_co | b1")) == [("error", "survey", 9)]


def test_all_problems_come_at_once(survey: Survey) -> None:
    book = workbook(
        SMALL.replace("${b1} = '1'", "${b1} = = '1'").replace(
            "select_one yn | consent", "select_one zz | consent"
        )
    )
    rows = {row for _, _, row in found(survey, book)}
    assert {5, 10} <= rows


@pytest.mark.parametrize(
    "content", [b"", b"not a workbook", b"PK\x03\x04 broken zip", "Tên;Tuổi\n".encode(), b"%PDF-1.7"]
)
def test_what_is_no_workbook_is_a_finding(survey: Survey, content: bytes) -> None:
    places = found(survey, content)
    assert len(places) >= 1


def test_errors_keep_the_published_version_in_use(survey: Survey) -> None:
    with transaction():
        services.save_draft(survey, workbook(), "thu.xlsx", by=None)
        services.publish(survey, by=None)
    assert found(survey, broken("select_one yn | b1", "select_one khong_co | b1"))
    with pytest.raises(Problem) as caught, transaction():
        services.publish(survey, by=None)
    assert caught.value.code == "authoring.has-errors"
    assert db.session.query(QuestionnaireVersion).count() == 1
    assert db.session.query(Draft).count() == 1, "the broken draft stays to be looked at"


def test_the_screen_tells_place_and_sentence(survey: Survey, sign_in: Callable[[str], FlaskClient]) -> None:
    client = sign_in("nc")
    page = f"/surveys/{survey.public_id}/questionnaire"
    data = {"workbook": (io.BytesIO(broken("select_one yn | b1", "select_one khong_co | b1")), "thu.xlsx")}
    assert client.post(f"{page}/import", data=data).status_code == 302
    text = client.get(page).get_data(as_text=True)
    assert "trang tính survey, dòng 9" in text
    assert "khong_co" in text
    assert "1 lỗi cần sửa" in text


def test_no_file_chosen_is_told_beside_the_field(
    survey: Survey, sign_in: Callable[[str], FlaskClient]
) -> None:
    response = sign_in("nc").post(f"/surveys/{survey.public_id}/questionnaire/import", data={})
    assert response.status_code == 400
    assert "Xin chọn tệp trước." in response.get_data(as_text=True)


def test_others_do_not_find_the_survey(
    survey: Survey, person: Callable[..., Any], sign_in: Callable[[str], FlaskClient]
) -> None:
    person("khac", Role.RESEARCHER)
    client = sign_in("khac")
    for path in ("", "/questionnaire", "/sample", "/fieldwork"):
        assert client.get(f"/surveys/{survey.public_id}{path}").status_code == 404
    assert client.post(f"/surveys/{survey.public_id}/open").status_code == 404


def test_collection_opens_only_with_questionnaire_and_sample(
    survey: Survey, sign_in: Callable[[str], FlaskClient]
) -> None:
    client = sign_in("nc")
    response = client.post(f"/surveys/{survey.public_id}/open")
    assert response.status_code == 409
    assert "Bảng hỏi" in response.get_data(as_text=True)
    db.session.expire_all()
    assert survey.state == "design"
