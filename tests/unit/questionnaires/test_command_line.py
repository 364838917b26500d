"""`python -m questionnaires check` and `convert` on good, bad and impossible files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from questionnaires import Compiled, compile_questionnaire, read_xlsform
from questionnaires.__main__ import main
from survey_app.demo.questionnaire import WORKBOOK

FORM = """
| survey |
| | type | name | label | constraint |
| | select_one_from_file towns.csv | town | Town | |
| | integer | n | N | . > 0 {} |
"""


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_check_prints_a_line_a_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 nothing")
    assert main(["check", str(WORKBOOK), str(broken), str(tmp_path / "absent.xlsx")]) == 0
    demo, damaged, absent = lines(capsys)
    compiled = compile_questionnaire(read_xlsform(WORKBOOK).questionnaire).compiled  # type: ignore[arg-type]
    assert compiled is not None
    assert (demo["ok"], demo["form_id"], demo["experiments"], demo["findings"]) == (
        True,
        "khao_sat_dlxh",
        4,
        [],
    )
    assert demo["digest"] == compiled.digest and demo["contract_bytes"] == len(compiled.to_json())
    assert [f["code"] for f in damaged["findings"]] == ["xlsform.file-damaged"]  # type: ignore[union-attr, attr-defined]
    assert [f["code"] for f in absent["findings"]] == ["xlsform.file-unreadable"]  # type: ignore[union-attr, attr-defined]


def test_check_places_findings_of_reading_and_of_expressions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    form = tmp_path / "form.md"
    form.write_text(FORM.format("and ("), encoding="utf-8")
    assert main(["check", str(form)]) == 0
    (line,) = lines(capsys)
    found = {(f["code"], f["sheet"], f["row"], f["column"]) for f in line["findings"]}  # type: ignore[attr-defined]
    assert ("xlsform.file-missing", "survey", 2, "type") in found
    assert ("logic.syntax", "survey", 3, "constraint") in found
    assert line["ok"] is False and line["counts"]["error"] == len(found)  # type: ignore[index]


def test_csv_files_come_from_the_media_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    form = tmp_path / "form.md"
    form.write_text(FORM.format(""), encoding="utf-8")
    media = tmp_path / "form-media"
    media.mkdir()
    (media / "towns.csv").write_text("name,label\nhl,Hạ Long\n", encoding="utf-8")
    assert main(["check", str(form)]) == 0
    (line,) = lines(capsys)
    assert (line["ok"], line["findings"]) == (True, [])


def test_convert_to_contract_xform_workbook_and_paper(tmp_path: Path) -> None:
    for ending in ("json", "xml", "xlsx", "html"):
        assert main(["convert", str(WORKBOOK), str(tmp_path / f"out.{ending}")]) == 0
    contract = Compiled.from_json((tmp_path / "out.json").read_bytes())
    again = read_xlsform(tmp_path / "out.xlsx").questionnaire
    assert again is not None and compile_questionnaire(again).compiled == contract
    assert (tmp_path / "out.xml").read_text(encoding="utf-8").startswith("<?xml")
    assert "Khảo sát dư luận xã hội" in (tmp_path / "out.html").read_text(encoding="utf-8")


def test_convert_says_why_it_could_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    form = tmp_path / "form.md"
    form.write_text(FORM.format("and ("), encoding="utf-8")
    assert main(["convert", str(form), str(tmp_path / "out.json")]) == 1
    assert "row 3" in capsys.readouterr().err and not (tmp_path / "out.json").exists()
    assert main(["convert", str(WORKBOOK), str(tmp_path / "out.doc")]) == 2


def test_it_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "questionnaires", "check", str(WORKBOOK)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert json.loads(done.stdout)["ok"] is True
