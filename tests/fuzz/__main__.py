"""`python -m tests.fuzz --count 1000 --seed 1`: mutants through reading, compiling and the sentences."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

from questionnaires import compile_questionnaire, read_xlsform, sentence
from tests.fuzz.mutate import FOLDER, mutant

#: A mutant that takes longer than this many seconds counts as a hang.
HANG = 60.0


def judge(data: bytes, suffix: str) -> str:
    """Read, compile, say. Returns what came out: model, partial, or the code of the one finding."""
    result = read_xlsform(data, f"mutant{suffix}")
    findings = list(result.findings)
    if result.questionnaire is not None:
        findings += compile_questionnaire(result.questionnaire, result.data).findings
    for finding in findings:
        assert sentence(finding, "vi") and sentence(finding, "en")
    if result.questionnaire is None:
        assert findings, "neither a model nor a finding"
        return findings[0].code
    return "model" if result.ok else "partial"


def run(count: int, seed: int, largest: int = 10**9) -> tuple[Counter[str], list[str]]:
    """Outcomes, and one line for each mutant that raised or took too long. largest: bytes of a source file."""
    paths = [p for p in sorted(FOLDER.glob("*.xls*")) if p.stat().st_size <= largest]
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    for number in range(count):
        told, data = mutant(random.Random(f"{seed}-{number}"), paths)
        suffix = ".xlsx" if data[:2] == b"PK" else Path(told.split()[0]).suffix
        start = time.monotonic()
        try:
            outcomes[judge(data, suffix)] += 1
        except Exception as error:
            failures.append(f"{seed}-{number} {told}: {type(error).__name__}: {error}")
        if time.monotonic() - start > HANG:
            failures.append(f"{seed}-{number} {told}: took {time.monotonic() - start:.0f} s")
    return outcomes, failures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    outcomes, failures = run(options.count, options.seed)
    for outcome, times in outcomes.most_common():
        sys.stdout.write(f"{times:6} {outcome}\n")
    for failure in failures:
        sys.stdout.write(f"FAILED {failure}\n")
    sys.stdout.write(f"{options.count} mutants, {len(failures)} failed\n")
    sys.exit(1 if failures else 0)
