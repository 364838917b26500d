"""Precision and recall of the wording rules on labelled questions; `pytest -s` prints them."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from questionnaires import lint, read_xlsform
from questionnaires.lint.wording import FINDERS, PROBLEMS

FOLDER = Path(__file__).parents[2] / "data" / "lint"


def measure(name: str, language: str) -> tuple[dict[str, tuple[int, int, int]], int]:
    """problem -> (found rightly, found wrongly, missed), and the number of questions."""
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    with (FOLDER / name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        marked = set(filter(None, row["problems"].split(";")))
        assert marked <= set(PROBLEMS), row
        found = {problem for problem, _ in FINDERS[language](row["text"])}
        right.update(marked & found)
        wrong.update(found - marked)
        missed.update(marked - found)
    return {p: (right[p], wrong[p], missed[p]) for p in PROBLEMS}, len(rows)


def shares(counts: dict[str, tuple[int, int, int]]) -> tuple[float, float]:
    right, wrong, missed = (sum(column) for column in zip(*counts.values()))
    return right / (right + wrong), right / (right + missed)


@pytest.mark.parametrize(
    ("name", "language", "least", "precision", "recall"),
    [
        ("items_vi.csv", "vi", 150, 0.9, 0.9),
        ("items_en.csv", "en", 80, 0.9, 0.9),
        ("second_vi.csv", "vi", 40, 0.9, 0.9),
        ("second_en.csv", "en", 60, 0.9, 0.9),
        ("held_out_vi.csv", "vi", 40, 0.85, 0.7),
        ("held_out_en.csv", "en", 25, 0.85, 0.75),
        ("third_vi.csv", "vi", 40, 0.9, 0.65),
        ("third_en.csv", "en", 60, 0.9, 0.65),
    ],
)
def test_precision_and_recall(name: str, language: str, least: int, precision: float, recall: float) -> None:
    counts, number = measure(name, language)
    for problem, (right, wrong, missed) in counts.items():
        print(f"{name} {problem}: {right} right, {wrong} wrong, {missed} missed")
    got = shares(counts)
    print(f"{name}: {number} questions, precision {got[0]:.2f}, recall {got[1]:.2f}")
    assert number >= least
    assert got[0] >= precision and got[1] >= recall


def test_labelled_questions_are_not_quoted_in_the_rules() -> None:
    folder = Path(__file__).parents[3] / "questionnaires" / "lint"
    sources = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    for path in FOLDER.glob("*.csv"):
        with path.open(encoding="utf-8") as file:
            assert not [row["text"] for row in csv.DictReader(file) if row["text"][:25] in sources]


def test_findings_name_language_words_and_row() -> None:
    table = """
        | survey |
        | | type | name | label::Tiếng Việt (vi) | label::English (en) |
        | | text | a | Chắc hẳn ông/bà thấy đời sống khá hơn? | How is life? |
        """
    found = lint(read_xlsform(table.encode(), "f.md").questionnaire).findings
    assert [(f.code, f.where.row, f.params["language"], f.params["words"]) for f in found] == [
        ("lint.leading", 2, "vi", "Chắc hẳn")
    ]
    assert lint(read_xlsform(table.encode(), "f.md").questionnaire, "en").findings == ()


def test_dismissal_needs_a_reason_and_keeps_it() -> None:
    table = """
        | survey |
        | | type | name | label::Tiếng Việt (vi) | dl::dismiss |
        | | begin group | g | Nhóm | vague: khoảng thời gian nêu ở đầu trang |
        | | text | a | Gần đây ông/bà có đi chợ không? | |
        | | end group | | | |
        | | text | b | Gần đây ông/bà có đi chợ không? | vague: |
        """
    report = lint(read_xlsform(table.encode(), "f.md").questionnaire)
    assert [f.where.name for f in report.findings] == ["b"]
    assert [(f.where.name, reason) for f, reason in report.dismissed] == [
        ("a", "khoảng thời gian nêu ở đầu trang")
    ]
