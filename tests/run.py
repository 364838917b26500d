"""`make test`: get what the tests need, run them all, and say what was left out, why, and how to get it.

With CI=true nothing may be left out: then a missing browser or database is a failure.

A browser test measures the machine as well as the product. When at most three of them failed and nothing else did,
they are run once more, alone; what passes then is named as unsteady, so that somebody looks at it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

from tests.support import browser, postgres


def _left_out(report: Path) -> Counter[str]:
    reasons: Counter[str] = Counter()
    if report.exists():
        for skipped in ElementTree.parse(report).iter("skipped"):
            reasons[skipped.get("message", "")] += 1
    return reasons


UNSTEADY_AT_MOST = 3


def _failed(report: Path) -> list[str]:
    """The addresses, as pytest takes them, of the tests that failed or broke."""
    if not report.exists():
        return []
    found = []
    for case in ElementTree.parse(report).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            file = case.get("classname", "").replace(".", "/") + ".py"
            found.append(f"{file}::{case.get('name')}")
    return found


def _steady_alone(failed: list[str]) -> bool:
    """Whether these few browser tests pass when they have the machine to themselves."""
    if not 0 < len(failed) <= UNSTEADY_AT_MOST or not all(
        name.startswith("tests/browser/") for name in failed
    ):
        return False
    print("\nOnce more, alone: " + ", ".join(failed))
    if subprocess.run([sys.executable, "-m", "pytest", *failed], check=False).returncode:
        return False
    print("UNSTEADY, passed only when run alone; look into it: " + ", ".join(failed))
    return True


def _side_by_side() -> list[str]:
    """A process a core, a file's tests together; each has its own database server and browser.

    In the order of the folders: sorted by their number of tests, the few long ones of the browser would come last,
    with one process waiting for the other.
    """
    processes = min(os.cpu_count() or 1, 4)
    return ["-n", str(processes), "--dist", "loadfile", "--no-loadscope-reorder"] if processes > 1 else []


def main(arguments: list[str]) -> int:
    missing = []
    if os.environ.get("DULUAN_E2E") != "skip" and not browser.install():
        missing.append(f"a browser: {browser.HOW}, or leave these tests out with DULUAN_E2E=skip")
    if not postgres.install():
        missing.append(f"PostgreSQL: {postgres.HOW}")
    strict = bool(os.environ.get("CI"))
    if missing and strict:
        print("These tests can't run: " + "; ".join(missing))
        return 1
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", f"--junitxml={report}", *_side_by_side(), *arguments]
        status = subprocess.run(command, check=False).returncode
        reasons = _left_out(report)
        if status and _steady_alone(_failed(report)):
            status = 0
    if reasons:
        print(f"\n{sum(reasons.values())} tests were left out:")
        for reason, count in reasons.most_common():
            print(f"  {count} – {reason}")
        if strict:
            print("Nothing may be left out here.")
            return status or 1
    else:
        print("\nNo test was left out.")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
