"""Run reference cases: `python -m tests.reference.run [FOLDER] [CASE ...]`.

FOLDER holds `index.json` or `cases/` in the schema that `r_survey/README.md` explains. One line per case; the last
line counts. Exit status 1 if any failed.
"""

from __future__ import annotations

import json
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import AnalysisError
from tests.reference.compare import compare
from tests.reference.design_of import Unsupported, design_of
from tests.reference.estimates_of import answer
from tests.reference.excused import excuse, excuse_refusal

HERE = Path(__file__).parent / "r_survey"


@dataclass(frozen=True)
class Outcome:
    """status: passed, failed, excused or unsupported; detail: the numbers or the reason."""

    case: str
    status: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.case} {self.status} {self.detail}".rstrip()


def load(path: Path) -> dict[str, Any]:
    """One case file."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def case_files(folder: Path) -> list[Path]:
    """The case files of a folder, by its index or by its `cases`."""
    index = folder / "index.json"
    if index.exists():
        return [
            folder / "cases" / f"{name}.json"
            for name in json.loads(index.read_text(encoding="utf-8"))["cases"]
        ]
    return sorted((folder / "cases").glob("*.json"))


def run_case(folder: Path, case: dict[str, Any]) -> Outcome:
    """Build the design and the call from the fields, compare with R."""
    name, expect = case["case"], case["expect"]
    wants_error = "error" in expect
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            design, kept = design_of(folder, case)
            spec = case["estimate"] | {"combined": case["design"].get("combined_weights"), "kept": kept}
            found = answer(design, spec)
    except Unsupported as missing:
        return Outcome(name, "unsupported", str(missing))
    except AnalysisError as refused:
        if wants_error:
            return Outcome(name, "passed")
        if _gives_nothing(expect):
            return Outcome(name, "excused", f"R gives NA; the library refuses and says why: {refused}")
        reason = excuse_refusal(case, refused)
        return Outcome(name, "excused" if reason else "failed", reason or f"refused: {refused}")
    except Exception as broken:
        return Outcome(name, "failed", f"{type(broken).__name__}: {broken}")
    if wants_error:
        return Outcome(name, "failed", f"no error, R: {expect['error']}")
    differences = compare(case, found)
    if differences.found:
        reason = excuse(case, differences.found, found)
        if reason:
            return Outcome(name, "excused", reason)
        shown = "; ".join(
            f"{where}: {ours!r} against {theirs!r}" for where, ours, theirs in differences.found[:4]
        )
        return Outcome(name, "failed", f"{shown} ({len(differences.found)} differ)")
    if differences.better and _gives_nothing(expect):
        return Outcome(name, "excused", "R gives NA where the library has an answer")
    return Outcome(name, "passed")


def _gives_nothing(expect: dict[str, Any]) -> bool:
    rows = expect.get("rows")
    if rows:
        return all(row.get("estimate") is None and row.get("cv") is None for row in rows)
    return "statistic" in expect and expect["statistic"] is None


def main(arguments: list[str]) -> int:
    """Run and print; 0 when nothing failed."""
    folder = Path(arguments[0]) if arguments else HERE
    wanted = set(arguments[1:])
    counts = dict.fromkeys(("passed", "failed", "excused", "unsupported"), 0)
    for path in case_files(folder):
        if wanted and path.stem not in wanted:
            continue
        outcome = run_case(folder, load(path))
        counts[outcome.status] += 1
        print(outcome)
    print(" ".join(f"{status}={count}" for status, count in counts.items()))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
