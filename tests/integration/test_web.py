"""What every answer has in common: headers, cookies, compression, problems in both forms and languages."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.accounts.models import Role
from survey_app.problems import PROBLEMS, Problem
from survey_app.web import is_loopback


def test_headers_forbid_everything_inline_and_foreign(client: FlaskClient) -> None:
    headers = client.get("/sign-in").headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer")
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("base", "secure"),
    [
        ("http://127.0.0.1:80", False),
        ("http://localhost", False),
        ("http://10.0.0.5", True),
        ("https://x.vn", True),
    ],
)
def test_cookies_are_secure_except_on_this_machine(client: FlaskClient, base: str, secure: bool) -> None:
    response = client.post("/language", data={"language": "en"}, base_url=base)
    cookie = response.headers["Set-Cookie"]
    assert ("Secure" in cookie, "HttpOnly" in cookie, "SameSite=Lax" in cookie) == (secure, True, True)


@pytest.mark.parametrize(
    ("host", "loop"), [("[::1]:80", True), ("127.9.9.9", True), ("evil127.0.0.1.vn", False)]
)
def test_loopback_is_judged_by_the_address(host: str, loop: bool) -> None:
    assert is_loopback(host) is loop


def test_text_is_compressed_and_static_files_are_kept_for_good(client: FlaskClient) -> None:
    page = client.get("/sign-in", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert "Đăng nhập" in gzip.decompress(page.data).decode()
    style = client.get("/static/css/base.css?v=1", headers={"Accept-Encoding": "gzip"})
    assert "immutable" in style.headers["Cache-Control"]
    assert style.headers["Content-Encoding"] == "gzip"
    again = client.get("/static/css/base.css?v=1", headers={"If-None-Match": style.headers["ETag"]})
    assert again.status_code == 304


def test_a_problem_is_a_page_for_people_and_json_for_programs(client: FlaskClient) -> None:
    page = client.get("/nothing")
    assert page.status_code == 404
    assert "Không có trang ở địa chỉ này" in page.get_data(as_text=True)
    told = client.get("/api/nothing")
    assert (told.status_code, told.get_json()["code"]) == (404, "request.not-found")


def test_the_language_is_vietnamese_by_default_and_english_by_choice(client: FlaskClient) -> None:
    assert '<html lang="vi">' in client.get("/sign-in").get_data(as_text=True)
    client.post("/language", data={"language": "en"})
    assert '<html lang="en">' in client.get("/sign-in").get_data(as_text=True)
    client.post("/language", data={"language": "xx"})
    assert '<html lang="en">' in client.get("/sign-in").get_data(as_text=True)


def test_every_problem_has_its_sentence_in_both_languages(app: Flask) -> None:
    class Any_(dict[str, Any]):
        def __missing__(self, key: str) -> str:
            return "x"

    for code, (status, sentence) in PROBLEMS.items():
        assert 400 <= status < 600, code
        with app.app_context(), app.test_request_context("/?lang=en"):
            english = str(sentence) % Any_() if "%(" in str(sentence) else str(sentence)
        with app.app_context(), app.test_request_context("/?lang=vi"):
            vietnamese = str(sentence) % Any_() if "%(" in str(sentence) else str(sentence)
        assert english != vietnamese, code


def test_a_form_without_its_token_is_refused_and_told(app: Flask, person: Callable[..., Any]) -> None:
    person("nc", Role.RESEARCHER)
    app.config["WTF_CSRF_ENABLED"] = True
    response = app.test_client().post("/sign-in", data={"name": "nc", "password": "x"})
    assert response.status_code == 400
    assert "Biểu mẫu đã mở quá lâu" in response.get_data(as_text=True)


def test_an_upload_that_is_too_large_is_told(
    app: Flask, client: FlaskClient, person: Callable[..., Any], sign_in: Callable[[str], FlaskClient]
) -> None:
    person("nc", Role.RESEARCHER)
    signed_in = sign_in("nc")
    app.config["WTF_CSRF_ENABLED"] = True
    response = signed_in.post("/surveys/0/questionnaire/import", data={"x": "y" * (17 * 1024 * 1024)})
    assert response.status_code == 413
    assert "MB" in response.get_data(as_text=True)


def test_problem_carries_its_parameters(app: Flask) -> None:
    with app.test_request_context("/"):
        problem = Problem("authoring.has-errors", count=3)
        assert problem.as_json() == {
            "code": "authoring.has-errors",
            "message": "Bảng hỏi có 3 lỗi. Xin sửa trong tệp rồi nhập lại.",
            "params": {"count": 3},
        }
