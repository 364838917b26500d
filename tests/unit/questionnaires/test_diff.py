"""Each change between versions is named, and judged for the answers already collected."""

from __future__ import annotations

import pytest

from questionnaires import Questionnaire, diff, read_xlsform, sentence

BASE = """
| survey |
| | type | name | label::Tiếng Việt (vi) | constraint | relevant | required |
| | select_one yn | works | Ông/bà có việc làm không? | | | |
| | integer | age | Ông/bà bao nhiêu tuổi? | . >= 18 and . <= 100 | ${works} = '1' | |
| | text | other | Xin ghi rõ | | | |
| choices |
| | list_name | name | label::Tiếng Việt (vi) |
| | yn | 1 | Có |
| | yn | 2 | Không |
"""


def form(table: str) -> Questionnaire:
    found = read_xlsform(table.encode(), "f.md").questionnaire
    assert found is not None
    return found


CHANGES = [
    ("| | text | other | Xin ghi rõ | | | |", "| | text | other | Xin ghi rõ | | | |\n| | date | d | Ngày | | | |",
     [("diff.added", "safe", "d")]),
    ("| | text | other | Xin ghi rõ | | | |\n", "", [("diff.removed", "risky", "other")]),
    ("| integer | age |", "| integer | tuoi |", [("diff.renamed", "breaking", "tuoi")]),
    ("| integer | age |", "| text | age |", [("diff.type", "breaking", "age")]),
    ("| integer | age |", "| decimal | age |", [("diff.type", "safe", "age")]),
    ("| | yn | 2 | Không |", "", [("diff.choice-dropped", "breaking", "works")]),
    ("| | yn | 2 | Không |", "| | yn | 2 | Không |\n| | yn | 98 | Không biết |",
     [("diff.choice-added", "safe", "works")]),
    ("| | yn | 2 | Không |", "| | yn | 2 | Chưa |", [("diff.choice-label", "risky", "works")]),
    ("| | yn | 1 | Có |\n| | yn | 2 | Không |", "| | yn | 1 | Không |\n| | yn | 2 | Có |",
     [("diff.choice-label", "breaking", "works"), ("diff.choice-label", "breaking", "works")]),
    ("| | yn | 1 | Có |\n| | yn | 2 | Không |", "| | yn | 2 | Không |\n| | yn | 1 | Có |",
     [("diff.choice-order", "risky", "works")]),
    (". <= 100", ". <= 60", [("diff.constraint-narrowed", "breaking", "age")]),
    (". <= 100", ". <= 120", [("diff.constraint-widened", "safe", "age")]),
    (". >= 18 and . <= 100", ". >= 18 and ${works} = '1'", [("diff.constraint", "risky", "age")]),
    ("| ${works} = '1' | |", "| | |", [("diff.relevant", "risky", "age")]),
    ("bao nhiêu tuổi?", "sinh năm nào?", [("diff.wording", "risky", "age")]),
    ("bao nhiêu tuổi?", "bao nhiêu tuổi ?", [("diff.wording", "safe", "age")]),
    ("| ${works} = '1' | |", "| ${works} = '1' | yes |", [("diff.required", "safe", "age")]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), CHANGES)
def test_change_is_named_and_judged(old: str, new: str, expected: list[tuple[str, str, str]]) -> None:
    assert old in BASE
    changes = diff(form(BASE), form(BASE.replace(old, new)))
    assert [(c.code, str(c.safety), c.name) for c in changes] == expected
    assert all("…" not in sentence(c.finding, language) for c in changes for language in ("vi", "en"))


def test_nothing_changed_is_no_change() -> None:
    assert diff(form(BASE), form(BASE)) == ()


def test_moving_into_a_repeat_breaks() -> None:
    moved = BASE.replace("| | text | other | Xin ghi rõ | | | |",
                         "| | begin repeat | r | R | | | |\n| | text | other | Xin ghi rõ | | | |\n| | end repeat | | | | | |")  # fmt: skip  # noqa: E501
    assert [(c.code, str(c.safety), c.name) for c in diff(form(BASE), form(moved))] == [
        ("diff.renamed", "breaking", "r/other")
    ]
