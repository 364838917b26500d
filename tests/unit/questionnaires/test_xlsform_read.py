"""Reading workbooks: the model, and every problem at its place."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from questionnaires import (
    Choice,
    Finding,
    Group,
    Question,
    ReadResult,
    Repeat,
    Severity,
    compile_questionnaire,
    read_xlsform,
    sentence,
)
from questionnaires.xlsform import sheets

GOOD = """
| survey |
| | type | name | label::Tiếng Việt (vi) | label::English (en) | relevant | constraint |
| | begin group | page1 | Trang 1 | Page 1 | | |
| | select_one yn | works | Có việc làm không? | Do you work? | | |
| | integer | age | Tuổi | Age | ${works} = '1' | . > 17 |
| | end group | | | | | |
| | begin repeat | child | Con | Child | | |
| | text | child_name | Tên | Name | | |
| | end repeat | | | | | |
| choices |
| | list_name | name | label::Tiếng Việt (vi) | label::English (en) | area |
| | yn | 1 | Có | Yes | x |
| | yn | 2 | Không | No | |
| settings |
| | form_title | form_id | default_language |
| | Thử | thu | English (en) |
"""


def read(table: str, **attachments: bytes) -> ReadResult:
    return read_xlsform(
        table.encode(), "form.md", {k.replace("_csv", ".csv"): v for k, v in attachments.items()}
    )


def errors(result: ReadResult) -> list[tuple[str, int | None, str | None]]:
    return [(f.code, f.where.row, f.where.column) for f in result.findings if f.severity is Severity.ERROR]


def test_model_has_groups_repeats_lists_and_languages() -> None:
    result = read(GOOD)
    assert result.findings == ()
    form = result.questionnaire
    assert form is not None
    assert (form.form_id, form.title, form.languages, form.default_language) == (
        "thu", {"en": "Thử"}, ("vi", "en"), "en",
    )  # fmt: skip
    group, repeat = form.children
    assert isinstance(group, Group) and isinstance(repeat, Repeat)
    assert group.label == {"vi": "Trang 1", "en": "Page 1"}
    works, age = group.children
    assert isinstance(works, Question) and isinstance(age, Question)
    assert (works.type, works.list_name, works.row) == ("select_one", "yn", 3)
    assert (age.relevant, age.constraint) == ("${works} = '1'", ". > 17")
    assert form.lists["yn"].choices == (
        Choice("1", {"vi": "Có", "en": "Yes"}, {"area": "x"}, 2),
        Choice("2", {"vi": "Không", "en": "No"}, {}, 3),
    )
    assert result.xform is not None and "<h:title>Thử</h:title>" in result.xform


def test_all_problems_are_reported_at_once_with_row_and_column() -> None:
    result = read(
        """
        | survey |
        | | type | name | label |
        | | select_one nolist | a | A |
        | | intger | b | B |
        | | text | 1bad | C |
        | | text | | D |
        | | calculate | e | |
        | | deviceid | device | |
        | | text | a | again |
        | | | f | no type |
        | | begin group | g | G |
        | choices |
        | | list_name | name | label |
        | | yn | 1 | Yes |
        | | yn | 1 | Twice |
        | | yn | | None |
        """
    )
    assert errors(result) == [
        ("xlsform.unknown-list", 2, "type"),
        ("xlsform.unknown-type", 3, "type"),
        ("xlsform.bad-name", 4, "name"),
        ("xlsform.missing-name", 5, "name"),
        ("xlsform.missing-calculation", 6, "calculation"),
        ("xlsform.refused-type", 7, "type"),
        ("xlsform.duplicate-name", 8, "name"),
        ("xlsform.missing-type", 9, "type"),
        ("xlsform.unclosed-group", 10, "type"),
        ("xlsform.duplicate-choice", 3, "name"),
        ("xlsform.choice-without-name", 4, "name"),
    ]
    assert result.xform is None and not result.ok


def test_unknown_type_and_list_suggest_the_nearest() -> None:
    result = read("| survey |\n| | type | name | label |\n| | intger | b | B |\n| | select_one yno | c | C |\n"
                  "| choices |\n| | list_name | name | label |\n| | yn | 1 | Yes |")  # fmt: skip
    meant = {f.code: f.params["meant"] for f in result.findings if f.severity is Severity.ERROR}
    assert meant == {"xlsform.unknown-type": "integer", "xlsform.unknown-list": "yn"}


def test_pyxform_goes_on_after_its_first_error() -> None:
    result = read(
        """
        | survey |
        | | type | name | label | parameters |
        | | text | t1 | T | rows=many |
        | | integer | i | I | |
        | | text | t2 | T | rows=few |
        """
    )
    found = [(f.code, f.where.row) for f in result.findings]
    assert found == [("xlsform.converter-whole-number", 2), ("xlsform.converter-whole-number", 4)]


def test_ranges_that_are_none() -> None:
    result = read(
        """
        | survey |
        | | type | name | label | parameters |
        | | range | r1 | R | start=0 end=10 step=0 |
        | | range | r2 | R | start=a end=10 step=1 |
        | | range | r3 | R | start=10 end=0 step=2 |
        """
    )
    found = [(f.code, f.where.row, f.params["why"]) for f in result.findings]
    assert found == [("xlsform.bad-range", 2, "step=0"), ("xlsform.bad-range", 3, "start=a")]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.xlsx", "xlsform.file-empty"),
        (b"\x00\x01\x02 nothing of use", "a.xlsx", "xlsform.not-a-workbook"),
        (b"PK\x03\x04 cut off", "a.xlsx", "xlsform.file-damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut off", "a.xls", "xlsform.file-damaged"),
        ("một văn bản thường".encode(), "a.txt", "xlsform.not-a-workbook"),
        (b"%PDF-1.7 ...", "a.pdf", "xlsform.not-a-workbook"),
        (b"a" * (sheets.MAX_BYTES + 1), "a.xlsx", "xlsform.file-too-large"),
    ],
)
def test_files_that_are_no_workbook_are_one_finding(content: bytes, name: str, code: str) -> None:
    result = read_xlsform(content, name)
    assert result.questionnaire is None
    assert [f.code for f in result.findings] == [code]
    assert sentence(result.findings[0], "vi") != sentence(result.findings[0], "en")


def workbook(cells: dict[str, str], merge: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "survey"
    for place, text in {"A1": "type", "B1": "name", "C1": "label", **cells}.items():
        sheet[place] = text
    if merge:
        sheet.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rezip(data: bytes, change: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change.pop(entry.filename, old.read(entry)))
        for name, content in change.items():
            new.writestr(name, content)
    return out.getvalue()


def codes(data: bytes) -> list[Finding]:
    return list(read_xlsform(data, "form.xlsx").findings)


def test_formula_without_result_and_merged_cells_are_placed() -> None:
    data = workbook({"A2": "text", "B2": "a", "C2": '=CONCATENATE("A","B")'}, merge="C3:D4")
    found = {f.code: (f.where.sheet, f.where.row) for f in codes(data)}
    assert found["xlsform.formula-without-result"] == ("survey", 2)
    assert found["xlsform.merged-cells"] == ("survey", 3)


def test_zip_bomb_entity_bomb_and_macros() -> None:
    good = workbook({"A2": "text", "B2": "a", "C2": "A"})
    bomb = rezip(good, {"xl/media/big.xml": b"0" * 40_000_000})
    assert [f.code for f in codes(bomb)] == ["xlsform.zip-bomb"]
    entities = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    assert [f.code for f in codes(rezip(good, {"xl/sharedStrings.xml": entities}))] == [
        "xlsform.xml-entities"
    ]
    wide = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16")
    assert [f.code for f in codes(rezip(good, {"xl/sharedStrings.xml": wide}))] == ["xlsform.xml-entities"]
    macros = read_xlsform(rezip(good, {"xl/vbaProject.bin": b"x"}), "form.xlsm")
    assert [f.code for f in macros.findings] == [
        "xlsform.macros-ignored"
    ] and macros.questionnaire is not None


def test_rows_after_a_long_gap_are_not_read_and_said() -> None:
    data = workbook({"A2": "text", "B2": "a", "C2": "A", "A100": "text", "B100": "b", "C100": "B"})
    result = read_xlsform(data, "form.xlsx")
    assert result.questionnaire is not None
    assert [q.name for q in result.questionnaire.questions()] == ["a"]
    assert [(f.code, f.where.row) for f in result.findings] == [("xlsform.rows-after-gap", 100)]


def test_limits_on_cells_rows_and_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_SURVEY_ROWS", 2)
    rows = "".join(f"| | text | q{i} | Q |\n" for i in range(4))
    found = read("| survey |\n| | type | name | label |\n" + rows)
    assert ("xlsform.too-many-rows", 4, None) in errors(found)
    monkeypatch.setattr(sheets, "MAX_SURVEY_ROWS", 100)
    monkeypatch.setattr(sheets, "MAX_COLUMNS", 2)
    assert ("xlsform.too-many-columns", 1, None) in errors(
        read("| survey |\n| | type | name | label |\n" + rows)
    )


def test_text_is_normalised_and_control_characters_dropped() -> None:
    decomposed = "Tie\u0302\u0301ng Vie\u0323\u0302t"
    form = read(f"| survey |\n| | type | name | label |\n| | text | a | {decomposed}\u0000\u0007 |")
    assert form.questionnaire is None  # a NUL byte is no text
    form = read(f"| survey |\n| | type | name | label |\n| | text | a | {decomposed}\u0007 |")
    assert form.questionnaire is not None
    assert next(form.questionnaire.questions()).label == {"default": "Tiếng Việt"}


def test_or_other_adds_choice_and_question() -> None:
    form = read("""
        | survey |
        | | type | name | label::English (en) |
        | | select_one yn or_other | a | A |
        | choices |
        | | list_name | name | label::English (en) |
        | | yn | 1 | Yes |
        """).questionnaire
    assert form is not None
    assert [(q.name, q.type, q.relevant) for q in form.questions()] == [
        ("a", "select_one", ""), ("a_other", "text", "selected(${a}, 'other')"),
    ]  # fmt: skip
    assert [c.value for c in form.lists["yn"].choices] == ["1", "other"]


def test_list_from_csv_and_missing_file() -> None:
    table = "| survey |\n| | type | name | label |\n| | select_one_from_file cities.csv | c | City |"
    assert ("xlsform.file-missing", 2, "type") in errors(read(table))
    result = read(table, cities_csv="name,label,tinh\nhl,Hạ Long,QN\n".encode("utf-8-sig"))
    assert result.questionnaire is not None and errors(result) == []
    assert result.questionnaire.lists["cities.csv"].choices == (
        Choice("hl", {"default": "Hạ Long"}, {"tinh": "QN"}, 2),
    )
    assert ("xlsform.file-list-unreadable", 2, "type") in errors(read(table, cities_csv=b"\xff\xfe\x00"))


def test_experiments_sheet_is_checked() -> None:
    table = """
        | survey |
        | | type | name | label |
        | | hidden | ballot | |
        | | text | a | A |
        | | text | b | B |
        | experiments |
        | | name | kind | arm | question |
        | | ballot | split_ballot | A | a |
        | | ballot | split_ballot | B | {} |
        | | other | guess | A | a |
        """
    good = read(table.format("b").replace("| | other | guess | A | a |", ""))
    assert good.questionnaire is not None and errors(good) == []
    assert [(e.name, e.kind, e.arms) for e in good.questionnaire.experiments] == [
        ("ballot", "split_ballot", {"A": "a", "B": "b"})
    ]
    assert errors(read(table.format("zzz"))) == [
        ("xlsform.experiment-unknown-question", 3, "question"), ("xlsform.unknown-experiment", 4, "kind"),
    ]  # fmt: skip


def test_header_spellings_of_older_tools() -> None:
    result = read("| survey |\n| | command | tag | label:English | jr:constraintMsg | count |\n"
                  "| | integer | a | A | wrong | |\n| | begin repeat | r | R | | 3 |\n| | text | b | B | | |\n"
                  "| | end repeat | | | | |")  # fmt: skip
    form = result.questionnaire
    assert form is not None
    question, repeat = form.children
    assert isinstance(question, Question) and isinstance(repeat, Repeat)
    assert (question.label, question.constraint_message) == ({"en": "A"}, {"en": "wrong"})
    assert repeat.repeat_count == "3"


def test_expressions_get_straight_quotes_and_labels_keep_theirs() -> None:
    form = read("""
        | survey |
        | | type | name | label | relevant | required |
        | | text | a | “A” | ${b} = ‘1’ | Yes |
        | | text | b | B | | no |
        """).questionnaire
    assert form is not None
    a, b = form.questions()
    assert (a.relevant, a.label["default"], a.required, b.required) == (
        "${b} = '1'",
        "“A”",
        "true()",
        "false()",
    )


def test_path_that_does_not_exist_is_a_finding(tmp_path: object) -> None:
    from pathlib import Path

    assert [f.code for f in read_xlsform(Path(str(tmp_path)) / "none.xlsx").findings] == [
        "xlsform.file-unreadable"
    ]


def test_groups_nested_beyond_the_limit_are_said_and_flattened() -> None:
    rows = "".join(f"| | begin group | g{n} | G |\n" for n in range(600))
    result = read("| survey |\n| | type | name | label |\n" + rows + "| | text | a | A |\n")
    assert ("xlsform.too-deep", 33, "type") in errors(result)
    assert result.questionnaire is not None
    assert compile_questionnaire(result.questionnaire).compiled is not None
    assert [q.name for q in result.questionnaire.questions()] == ["a"]


def test_a_reference_that_only_pyxform_looks_at_is_reported() -> None:
    result = read(
        GOOD.replace("| form_title | form_id |", "| instance_name | form_id |").replace("| Thử |", "| ${a |")
    )
    assert [(f.code, f.where.sheet, f.where.row) for f in result.findings] == [
        ("xlsform.converter-pyref-001", "settings", 2)
    ]


def test_a_refusal_without_a_row_is_placed_by_the_type_or_name_it_quotes() -> None:
    result = read("| survey |\n| | type | name | label |\n| | text | a | A |\n| | Select one from l | b | B |\n"
                  "| choices |\n| | list_name | name | label |\n| | l | 1 | L |")  # fmt: skip
    assert [(f.code, f.where.row, f.where.column) for f in result.findings] == [
        ("xlsform.converter-unknown-type", 3, "type")
    ]


@pytest.mark.parametrize(
    ("parameters", "wrong"), [("p=0.25", False), ("", True), ("p=0.5", True), ("p=2", True)]
)
def test_devices_that_hide_an_answer_need_their_probability(parameters: str, wrong: bool) -> None:
    result = read(f"""
        | survey |
        | | type | name | label |
        | | hidden | dev | |
        | | text | a | A |
        | | text | b | B |
        | experiments |
        | | name | kind | arm | question | parameters |
        | | dev | crosswise | 1 | a | {parameters} |
        | | dev | crosswise | 2 | b | |
        """)
    assert errors(result) == ([("xlsform.experiment-probability", 2, "parameters")] if wrong else [])
