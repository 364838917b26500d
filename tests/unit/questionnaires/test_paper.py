"""The printed form shows every question that is asked, with its routing in words."""

from __future__ import annotations

import io
import sys

import pypdf
import pytest
from bs4 import BeautifulSoup

from questionnaires import Compiled, compile_questionnaire, paper, read_xlsform
from questionnaires.paper import PdfUnavailable, paper_pdf
from survey_app.demo.questionnaire import WORKBOOK


@pytest.fixture(scope="module")
def demo() -> Compiled:
    compiled = compile_questionnaire(read_xlsform(WORKBOOK).questionnaire).compiled
    assert compiled is not None
    return compiled


def soup(compiled: Compiled, language: str) -> BeautifulSoup:
    return BeautifulSoup(paper(compiled, language), "html.parser")


def routing(page: BeautifulSoup, name: str) -> str:
    return " ".join(page.select_one(f"#{name} .routing").get_text().split())


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_asked_question_is_there_once_and_hidden_ones_are_not(demo: Compiled, language: str) -> None:
    page = soup(demo, language)
    ids = [div["id"] for div in page.select(".question[id]")]
    rows = page.select("table.grid tbody tr")
    assert len(ids) == len(set(ids)) and {"a1", "c6a", "c6b", "f3c", "f3t", "k2"} <= set(ids)
    assert len(rows) == 4 + 5 + 4
    assert not {"ballot", "k8", "select_u", "person_no"} & set(ids)
    assert page.html["lang"] == language and page.title.get_text() != ""


def test_routing_is_said_in_words(demo: Compiled) -> None:
    vi, en = soup(demo, "vi"), soup(demo, "en")
    assert routing(vi, "b2") == "→ Chỉ hỏi nếu câu B1 = 1 “Có”."
    assert routing(en, "a1_other") == "→ Ask only if question A1 includes 96 “Other (specify)”."
    assert routing(vi, "h2") == "→ Chỉ hỏi nếu câu H1 không chọn 97 “Không theo dõi tin tức”."
    assert routing(en, "b3") == (
        "→ Ask only if question B1 = 1 “Yes” and question B2 = 1 “In person at the one-stop desk or service centre”."
    )


def test_arms_orders_and_rules_are_told(demo: Compiled) -> None:
    page = soup(demo, "en")
    assert "Only in arm A of the experiment ballot." in page.select_one("#c6a").get_text()
    assert "reversed on half" in page.select_one("#f2").get_text()
    assert "Enter 1 to 30; 98 if you don’t know" in page.select_one("#b3").get_text()
    assert len(page.select("#k2 .digits i")) == 4


def test_rule_without_message_repeats_and_markup_are_safe() -> None:
    table = """
        | survey |
        | | type | name | label | constraint | required |
        | | begin repeat | hh | <b>Người</b> | | |
        | | integer | age | Tuổi & "tên" | . >= 18 and . <= 100 | yes |
        | | date | born | Sinh | . < today() | |
        | | rank l | r | Xếp | | |
        | | end repeat | | | | |
        | choices |
        | | list_name | name | label |
        | | l | a | <script>alert(1)</script> |
        | | l | b | B |
        """
    compiled = compile_questionnaire(read_xlsform(table.encode(), "f.md").questionnaire).compiled
    assert compiled is not None
    html = paper(compiled, "vi")
    page = BeautifulSoup(html, "html.parser")
    assert "<script>" not in html and page.select("script, b") == []
    assert "Quy định: câu trả lời ≥ 18 và câu trả lời ≤ 100." in page.select_one("#age").get_text()
    assert "câu trả lời < ngày hôm nay" in page.select_one("#born").get_text()
    assert "Hỏi lần lượt từng <b>Người</b>" in page.get_text()


def test_pdf_says_so_where_its_maker_is_missing(demo: Compiled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(PdfUnavailable):
        paper_pdf(demo)


def test_the_pdf_holds_the_words_and_every_question(demo: Compiled) -> None:
    try:
        made = paper_pdf(demo)
    except PdfUnavailable as problem:
        pytest.skip(f"apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0: {problem}")
    reader = pypdf.PdfReader(io.BytesIO(made))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert reader.metadata.title == "Khảo sát dư luận xã hội cấp tỉnh"
    assert "Ông/bà có đồng ý tham gia không?" in text and "Chỉ hỏi nếu câu B1 = 1 “Có”." in text
    for question in soup(demo, "vi").select(".question[id] .number"):
        assert question.get_text() in text
    # An author's text can't make the server fetch anything.
    assert b"http" not in paper(demo).encode()
