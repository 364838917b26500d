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


def renamed() -> bytes:
    """The small questionnaire after somebody dropped the choice “Không” and renamed b2."""
    rows = [row for row in SMALL.splitlines() if "| Không                |" not in row]
    book = "\n".join(rows).replace("| b2       ", "| lam_gi   ")
    assert len(rows) == len(SMALL.splitlines()) - 1 and "lam_gi" in book
    return workbook(book)


def published(survey: Survey, book: bytes | None = None) -> None:
    with transaction():
        services.save_draft(survey, book or workbook(), "thu.xlsx", by=None)
        services.publish(survey, by=None)


def test_changes_since_the_last_version_are_told_gravest_first(survey: Survey) -> None:
    published(survey)
    with transaction():
        draft = services.save_draft(survey, renamed(), "thu.xlsx", by=None)
    codes = [(c["safety"], c["code"]) for c in draft.changes]
    assert draft.against == 1
    assert ("breaking", "diff.choice-dropped") in codes and ("breaking", "diff.renamed") in codes
    assert [safety for safety, _ in codes] == sorted(
        (s for s, _ in codes), key=["breaking", "risky", "safe"].index
    )


def test_breaking_changes_are_published_only_with_a_reason_that_is_kept(
    survey: Survey, sign_in: Callable[[str], FlaskClient]
) -> None:
    published(survey)
    client, page = sign_in("nc"), f"/surveys/{survey.public_id}/questionnaire"
    client.post(f"{page}/import", data={"workbook": (io.BytesIO(renamed()), "thu.xlsx")})
    text = client.get(page).get_data(as_text=True)
    assert "không dùng chung được với câu trả lời đã thu" in text
    assert "Hãy giữ lựa chọn này ở cuối danh sách" in text, "what to do about it"
    for reason in ("", "vì vậy", "  \t "):
        response = client.post(f"{page}/publish", data={"reason": reason})
        assert response.status_code == 400
        assert "Hãy ghi lý do, ít nhất 10 chữ cái" in response.get_data(as_text=True)
    assert db.session.query(QuestionnaireVersion).count() == 1
    reason = "Danh mục mới của tỉnh từ tháng 12"
    assert client.post(f"{page}/publish", data={"reason": reason}).status_code == 302
    newest = queries.versions(survey)[0]
    assert (newest.number, newest.reason) == (2, reason)
    assert {c["code"] for c in newest.changes} >= {"diff.renamed"}
    assert reason in client.get(page).get_data(as_text=True)


def test_safe_changes_need_no_reason(survey: Survey) -> None:
    published(survey)
    published(survey, broken("Khảo sát thử", "Khảo sát thử lần hai"))
    assert [(v.number, v.reason) for v in queries.versions(survey)] == [(2, ""), (1, "")]


def test_a_finding_is_dismissed_with_a_reason_that_outlives_imports(
    survey: Survey, sign_in: Callable[[str], FlaskClient]
) -> None:
    client, page = sign_in("nc"), f"/surveys/{survey.public_id}/questionnaire"
    book = broken("Có làm thủ tục?", "Ông/bà có đồng ý rằng thủ tục hiện nay rất tốt và nhanh không?")
    client.post(f"{page}/import", data={"workbook": (io.BytesIO(book), "thu.xlsx")})
    draft = queries.draft(survey)
    assert draft is not None
    finding = next(f for f in draft.findings if f["code"].startswith("lint.") and f["name"] == "b1")
    which = {"code": finding["code"], "name": "b1"}
    assert client.post(f"{page}/dismiss", data={**which, "reason": "ngắn"}).status_code == 400
    assert (
        client.post(
            f"{page}/dismiss", data={"code": "xlsform.bad-name", "name": "b1", "reason": "x" * 20}
        ).status_code
        == 404
    )
    reason = "Hội đồng đã duyệt câu này để so với đợt trước"
    assert client.post(f"{page}/dismiss", data={**which, "reason": reason}).status_code == 302
    assert reason in client.get(page).get_data(as_text=True)
    client.post(f"{page}/import", data={"workbook": (io.BytesIO(book), "thu2.xlsx")})
    db.session.expire_all()
    kept = queries.draft(survey)
    assert kept is not None and [d["reason"] for d in kept.dismissals] == [reason]
    client.post(f"{page}/publish")
    assert [d["reason"] for d in queries.versions(survey)[0].dismissals] == [reason]
    client.post(f"{page}/import", data={"workbook": (io.BytesIO(book), "thu3.xlsx")})
    client.post(f"{page}/restore", data=which)
    db.session.expire_all()
    undone = queries.draft(survey)
    assert undone is not None and undone.dismissals == []


def test_lists_come_from_files_that_are_imported_with_the_workbook(survey: Survey) -> None:
    book = broken("select_one yn | b1", "select_one_from_file lua_chon.csv | b1")
    assert found(survey, book)
    with transaction():
        files = {"lua_chon.csv": "name,label\n1,Có\n2,Không\n"}
        draft = services.save_draft(survey, book, "thu.xlsx", by=None, attachments=files)
        assert draft.errors == 0
        version = services.publish(survey, by=None)
    assert version.attachments == files


@pytest.mark.parametrize("which", ["draft", "1"])
def test_what_can_be_taken_away(survey: Survey, sign_in: Callable[[str], FlaskClient], which: str) -> None:
    book = workbook()
    published(survey, book)
    with transaction():
        services.save_draft(survey, book, "thu.xlsx", by=None)
    client, page = sign_in("nc"), f"/surveys/{survey.public_id}/questionnaire"
    names = {}
    for part in ("workbook", "xform", "codebook", "paper", "preview", "pdf"):
        response = client.get(f"{page}/{which}/{part}")
        assert response.status_code in ((200, 302) if part == "pdf" else (200,)), part
        names[part] = response
    assert names["workbook"].data == book
    assert b"<h:html" in names["xform"].data and b"b1" in names["xform"].data
    rows = names["codebook"].data.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("table,variable,question") and any(",98,dont_know," in row for row in rows)
    paper = names["paper"].get_data(as_text=True)
    assert "Có làm thủ tục?" in paper and "<style" not in paper and "print.css" in paper
    assert client.get(f"{page}/print.css").mimetype == "text/css"
    preview = names["preview"].get_data(as_text=True)
    assert "Đồng ý tham gia?" in preview
    again = client.get(f"{page}/{which}/preview").get_data(as_text=True)
    assert preview.partition('class="walk"')[2] == again.partition('class="walk"')[2] != ""
    if names["pdf"].status_code == 200:
        assert names["pdf"].data[:5] == b"%PDF-"
    assert client.get(f"{page}/7/paper").status_code == client.get(f"{page}/x/paper").status_code == 404


def test_a_draft_with_errors_gives_no_paper(survey: Survey, sign_in: Callable[[str], FlaskClient]) -> None:
    found(survey, broken("select_one yn | b1", "select_one khong_co | b1"))
    response = sign_in("nc").get(f"/surveys/{survey.public_id}/questionnaire/draft/paper")
    assert response.status_code == 409 and "Bản nháp còn lỗi" in response.get_data(as_text=True)
