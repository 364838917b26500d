"""Every recorded case of R `survey`, one test each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reference.run import HERE, case_files, load, main, run_case

FOLDERS = [folder for folder in (HERE, HERE.parent / "r_designs") if folder.exists()]
CASES = [(folder, path) for folder in FOLDERS for path in case_files(folder)]


@pytest.mark.parametrize(("folder", "path"), CASES, ids=[path.stem for _, path in CASES])
def test_case_equals_r_or_is_excused_with_a_reason(folder: Path, path: Path) -> None:
    outcome = run_case(folder, load(path))
    assert outcome.status in ("passed", "excused"), str(outcome)
    assert outcome.status == "passed" or len(outcome.detail) > 30


def test_a_wrong_number_fails_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = load(HERE / "cases" / "strat-mean.json")
    (tmp_path / "cases").mkdir()
    (tmp_path / "data").symlink_to(HERE / "data")
    source["expect"]["rows"][0]["se"] *= 1 + 1e-6
    import json

    (tmp_path / "cases" / "strat-mean.json").write_text(json.dumps(source), encoding="utf-8")
    assert main([str(tmp_path)]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("strat-mean failed") and "against" in printed[0]
    assert printed[-1] == "passed=0 failed=1 excused=0 unsupported=0"
