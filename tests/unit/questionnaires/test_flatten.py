"""Answer sets become columns, and the codebook says what each means."""

from __future__ import annotations

from datetime import UTC, datetime

from questionnaires import Compiled, compile_questionnaire, flatten, read_xlsform, shown_orders
from questionnaires.codebook import missing_codes
from questionnaires.merge import merge_versions
from questionnaires.model import Choice
from tests.support.workbooks import workbook

NOW = datetime(2026, 11, 22, tzinfo=UTC)
FORM = """
| survey |
| | type | name | label::Tiếng Việt (vi) | label::English (en) | dl::missing | dl::role | dl::level | dl::list | calculation | appearance | dl::order |
| | hidden | arm | | | | | | | | | |
| | begin group | grid | Có tin không? | Do you trust: | | | | | | table-list | randomize |
| | select_one t | g1 | xã | commune | | | province | | | | reverse_if(${arm}='2') |
| | end group | | | | | | | | | | |
| | select_multiple m | b | Nguồn tin | Sources | | | | | | | |
| | integer | n | Số lần | Times | 98=dont_know 99=refused | background | | | | | |
| | text | words | Ghi rõ | Specify | | open | | | | | |
| | calculate | k | Khu vực | Residence | | | | t | string(2) | | |
| | rank m | r | Xếp | Rank | | | | | | | |
| | geopoint | gp | Ở đâu | Where | | | | | | | |
| | begin repeat | hh | Người | Person | | | | | | | |
| | integer | age | Tuổi | Age | | | | | | | |
| | begin repeat | job | Việc | Job | | | | | | | |
| | text | title | Tên việc | Title | | | | | | | |
| | end repeat | | | | | | | | | | |
| | end repeat | | | | | | | | | | |
| choices |
| | list_name | name | label::Tiếng Việt (vi) | label::English (en) |
| | t | 1 | Tin | Trust |
| | t | 2 | Không | Not |
| | t | 98 | Không biết / khó trả lời | Don't know |
| | m | tv | Truyền hình | TV |
| | m | web | Mạng | Web |
| | m | 99 | Từ chối trả lời | Refused |
| experiments |
| | name | kind | arm | question |
| | arm | list | 1 | n |
| | arm | list | 2 | words |
"""  # noqa: E501


def compiled(table: str = FORM) -> Compiled:
    result = compile_questionnaire(read_xlsform(table.encode(), "f.md").questionnaire)
    assert result.compiled is not None, result.findings
    return result.compiled


ROWS = [
    {"arm": "1", "g1": "98", "b": "tv web", "n": "98", "words": "a", "k": "2", "r": "web tv 99",
     "gp": "21.5 107.1 0 5", "hh": [{"age": "40", "job": [{"title": "x"}, {"title": "y"}]}, {"age": "7"}]},
    {"b": "99", "n": "3"},
    {},
]  # fmt: skip


def test_columns_keep_codes_and_blanks_apart() -> None:
    flat = flatten(compiled(), ROWS)
    assert flat.columns == {
        "arm": ["1", None, None], "g1": ["98", None, None], "b": ["tv web", "99", None],
        "b_tv": [1, None, None], "b_web": [1, None, None], "b_99": [0, 1, None], "n": [98.0, 3.0, None],
        "words": ["a", None, None], "k": ["2", None, None], "r": ["web tv 99", None, None],
        "r_tv": [2.0, None, None], "r_web": [1.0, None, None], "r_99": [3.0, None, None],
        "gp_latitude": [21.5, None, None], "gp_longitude": [107.1, None, None],
    }  # fmt: skip


def test_missing_codes_can_be_blanked() -> None:
    flat = flatten(compiled(), ROWS, missing="blank")
    assert flat.columns["g1"] == [None, None, None] and flat.columns["n"] == [None, 3.0, None]
    assert flat.columns["b_99"] == [0, None, None]


def test_repeats_are_tables_of_their_own() -> None:
    flat = flatten(compiled(), ROWS)
    assert {path: table.columns for path, table in flat.repeats.items()} == {
        "hh": {"_row": [0, 0], "_instance": ["hh[1]", "hh[2]"], "age": [40.0, 7.0]},
        "hh/job": {"_row": [0, 0], "_instance": ["hh[1]/job[1]", "hh[1]/job[2]"], "title": ["x", "y"]},
    }


def test_codebook_names_labels_missing_codes_roles_and_arms() -> None:
    book = {v.name: v for v in flatten(compiled(), []).codebook}
    assert book["g1"].label == {"vi": "Có tin không: xã", "en": "Do you trust: commune"}
    assert book["g1"].missing == {"98": "dont_know"} and book["g1"].level == "province" and book["g1"].ordered
    assert book["b_web"].label == {"vi": "Nguồn tin – Mạng", "en": "Sources – Web"}
    assert book["b"].missing == {"99": "refused"} == book["b_web"].missing
    assert (book["n"].missing, book["n"].role, book["n"].experiment) == (
        {"98": "dont_know", "99": "refused"}, "background", ("arm", "1"),
    )  # fmt: skip
    assert book["k"].kind == "category" and [v for v, _ in book["k"].values] == ["1", "2", "98"]


def test_substantive_labels_are_no_missing_codes() -> None:
    choices = [
        Choice("1", {"vi": "Không biết chữ"}),
        Choice("2", {"vi": "Không"}),
        Choice("98", {"vi": "Không rõ"}),
    ]
    assert missing_codes("", choices) == {"98": "dont_know"}
    assert missing_codes("1=refused, 2", choices) == {"1": "refused", "2": "missing"}


def test_shown_order_is_recorded() -> None:
    orders = shown_orders(compiled(), {}, {"arm": "2"}, NOW)
    assert orders == {"g1": "2 1 98", "grid": "g1"}


def test_merging_versions_never_shifts_a_column() -> None:
    new_table = FORM.replace(
        "| | text | words |", "| | text | extra | Thêm | More | | | | | | | |\n| | integer | words |"
    )
    new_table = new_table.replace("| | t | 2 | Không | Not |", "| | t | 2 | Chẳng | Not |")
    old = flatten(compiled(), [{"n": "1", "words": "a"}])
    new = flatten(compiled(new_table), [{"n": "2", "words": "5", "extra": "e"}])
    merged = merge_versions([old, new])
    assert merged.version == [0, 1]
    assert {n: merged.flat.columns[n] for n in ("n", "words", "words__v2", "extra")} == {
        "n": [1.0, 2.0], "words": ["a", None], "words__v2": [None, 5.0], "extra": [None, "e"],
    }  # fmt: skip
    assert {len(column) for column in merged.flat.columns.values()} == {2}
    assert [(f.code, f.where.name) for f in merged.findings] == [
        ("merge.label-changed", "g1"), ("merge.kept-apart", "words"), ("merge.label-changed", "k"),
    ]  # fmt: skip


def roster(*questions: str) -> Compiled:
    """Households with a repeat of members, and a repeat of jobs within each; questions: rows of the members."""
    rows = "\n".join(f"| | {row} | {row.split(' | ')[1]} |" for row in questions)
    read = read_xlsform(
        workbook(
            f"""
| survey |
| | type | name | label |
| | integer | n | Số người |
| | begin repeat | hh | Người |
{rows}
| | begin repeat | job | Việc |
| | text | what | Việc gì |
| | end repeat | | |
| | end repeat | | |
| choices |
| | list_name | name | label |
| | yn | 1 | Có |
| | yn | 2 | Không |
"""
        ),
        "r.xlsx",
    )
    assert read.questionnaire is not None
    result = compile_questionnaire(read.questionnaire)
    assert result.compiled is not None, (read.findings, result.findings)
    return result.compiled


def test_tables_of_repeats_are_merged_by_path_and_lead_to_the_merged_row() -> None:
    old = flatten(
        roster("integer | age", "text | word"),
        [{"n": "2", "hh": [{"age": "30", "word": "a", "job": [{"what": "x"}]}, {"age": "4"}]}, {"n": "0"}],
    )
    new = flatten(
        roster("select_one yn | school", "integer | word", "integer | age"),
        [{"n": "1", "hh": [{"school": "1", "age": "8", "word": "7", "job": [{"what": "y"}, {"what": "z"}]}]}],
    )
    gone = flatten(compiled(), [{"n": "3"}])
    merged = merge_versions([old, new, gone, old])
    assert merged.version == [0, 0, 1, 2, 3, 3]
    members = merged.flat.repeats["hh"]
    assert members.columns == {
        "_row": [0, 0, 2, 4, 4],
        "_instance": ["hh[1]", "hh[2]", "hh[1]", "hh[1]", "hh[2]"],
        "age": [30.0, 4.0, 8.0, 30.0, 4.0],
        "word": ["a", None, None, "a", None],
        "school": [None, None, "1", None, None],
        "word__v2": [None, None, 7.0, None, None],
    }
    assert [v.name for v in members.codebook] == [*list(members.columns)[2:]]
    jobs = merged.flat.repeats["hh/job"].columns
    assert (jobs["_row"], jobs["what"]) == ([0, 2, 2, 4], ["x", "y", "z", "x"])
    assert jobs["_instance"][1:3] == ["hh[1]/job[1]", "hh[1]/job[2]"]


def test_a_kind_that_comes_back_goes_to_the_column_it_had() -> None:
    first, second = roster("text | word"), roster("integer | word")
    flats = [
        flatten(form, [{"hh": [{"word": value}]}])
        for form, value in ((first, "a"), (second, "1"), (second, "2"))
    ]
    columns = merge_versions(flats).flat.repeats["hh"].columns
    assert (columns["word"], columns["word__v2"]) == (["a", None, None], [None, 1.0, 2.0])
    assert "word__v3" not in columns


def test_flags_never_take_a_questions_name() -> None:
    table = """
        | survey |
        | | type | name | label |
        | | select_multiple m or_other | q | Q |
        | | text | q_tv | Words |
        | choices |
        | | list_name | name | label |
        | | m | tv | TV |
        """
    flat = flatten(compiled(table), [{"q": "tv other", "q_other": "x", "q_tv": "y"}])
    assert flat.columns == {"q": ["tv other"], "q__tv": [1], "q__other": [1], "q_other": ["x"], "q_tv": ["y"]}
