"""Figures of importing: `python -m tests.benchmarks.import_workbook`, one line each: name value unit."""

from __future__ import annotations

import gzip
import statistics
import sys
import time
from collections.abc import Iterator

from questionnaires import (
    Choice,
    ChoiceList,
    Group,
    Question,
    Questionnaire,
    compile_questionnaire,
    lint,
    read_xlsform,
    write_xlsform,
)
from survey_app.demo.questionnaire import WORKBOOK

Figure = tuple[str, float, str]


def three_hundred_questions() -> bytes:
    """A workbook of 300 questions in 30 groups, two languages, lists, conditions, constraints, and errors."""
    lists = {
        f"l{n}": ChoiceList(
            f"l{n}", tuple(Choice(str(v), {"vi": f"Mức {v}", "en": f"Level {v}"}) for v in range(1, 8))
        )
        for n in range(40)
    }
    groups = []
    for page in range(30):
        questions = tuple(_question(page * 10 + row) for row in range(10))
        groups.append(
            Group(f"page{page}", {"vi": f"Trang {page}", "en": f"Page {page}"}, "", "field-list", questions)
        )
    names = {"vi": "Tiếng Việt (vi)", "en": "English (en)"}
    form = Questionnaire("big", {"vi": "Lớn"}, tuple(groups), lists, ("vi", "en"), "vi", language_names=names)
    return write_xlsform(form)


def _question(number: int) -> Question:
    kind = ("select_one", "select_multiple", "integer", "text", "decimal")[number % 5]
    label = {"vi": f"Ông/bà thấy việc thứ {number} thế nào?", "en": f"How do you find matter {number}?"}
    before = max(0, number - 5)
    return Question(
        name=f"q{number}", type=kind, label=label,
        list_name=f"l{number % 40}" if kind.startswith("select") else "",
        relevant=f"${{q{before}}} != ''" if number > 5 and number % 3 == 0 else "",
        constraint=". >= 0 and . <= 100" if kind in ("integer", "decimal") else "",
        constraint_message={"vi": "Từ 0 đến 100", "en": "0 to 100"},
    )  # fmt: skip


def figures() -> Iterator[Figure]:
    """Medians of five runs on this machine."""
    data = three_hundred_questions()
    times, parts = [], []
    for _ in range(5):
        start = time.perf_counter()
        read = read_xlsform(data, "big.xlsx")
        middle = time.perf_counter()
        assert read.questionnaire is not None and read.ok
        compiled = compile_questionnaire(read.questionnaire)
        assert compiled.compiled is not None
        lint(read.questionnaire)
        times.append(time.perf_counter() - start)
        parts.append(middle - start)
    yield "import_300_questions_all_findings", statistics.median(times), "s"
    yield "import_300_questions_reading", statistics.median(parts), "s"
    demo = compile_questionnaire(read_xlsform(WORKBOOK).questionnaire).compiled  # type: ignore[arg-type]
    assert demo is not None
    yield "demo_contract_gzip", len(gzip.compress(demo.to_json(), 9, mtime=0)) / 1024, "KB"


if __name__ == "__main__":
    for name, value, unit in figures():
        sys.stdout.write(f"{name} {value:.3f} {unit}\n")
