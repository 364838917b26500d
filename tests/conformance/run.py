"""`python -m tests.conformance.run FILE…`: expression vectors through both evaluators, counts last.

One line for each vector that fails (or that doesn't compile); exit 1 if any does. `--engine chromium` runs the
JavaScript evaluator in Chromium although Node is here.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tests.conformance import javascript_engine, python_engine
from tests.conformance.vectors import VECTORS, Job, Rejected, agrees, job, load


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.conformance.run", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=[VECTORS], metavar="FILE")
    parser.add_argument("--engine", choices=("node", "chromium"), default="node")
    options = parser.parse_args(arguments)
    os.environ["CONFORMANCE_ENGINE"] = options.engine
    failed = False
    for path in options.files:
        failed |= run(path)
    return 1 if failed else 0


def run(path: Path) -> bool:
    """Whether a vector of the file fails."""
    vectors = load(path)
    jobs: list[Job] = []
    rejected = wrong_python = wrong_javascript = 0
    for vector in vectors:
        try:
            jobs.append(job(vector))
        except Rejected as problem:
            rejected += 1
            print(f"{vector.get('id', '?')} rejected: {problem}: {vector['expr']}")
    now = python_engine.NOW.isoformat()
    try:
        results = javascript_engine.run([one.for_javascript(now) for one in jobs])
    except javascript_engine.NoEngine as problem:
        print(f"JavaScript not run: {problem}")
        results = [None] * len(jobs)
    for one, found in zip(jobs, results, strict=True):
        text, truth = python_engine.run(one)
        wrong_python += not report(one, "python", text, truth)
        if isinstance(found, dict):
            wrong_javascript += 1
            print(f"{one.vector.get('id', '?')} javascript: {found['error'].splitlines()[0]}")
        elif found is not None:
            wrong_javascript += not report(one, "javascript", *found)
    ran = sum(found is not None for found in results)
    print(
        f"{path.name}: {len(vectors)} vectors, {rejected} rejected, python {len(jobs) - wrong_python} of "
        f"{len(jobs)}, javascript {ran - wrong_javascript} of {ran}"
    )
    return bool(rejected or wrong_python or wrong_javascript or ran < len(jobs))


def report(one: Job, engine: str, text: str, truth: bool) -> bool:
    """Whether the result is what the vector expects; says so if not. Without `expected`, only shows it."""
    if "expected" not in one.vector:
        print(f"{one.vector.get('id', '-')} {engine}: {one.vector['expr']}: {text!r}, {truth}")
        return True
    if agrees(one.vector, text, truth):
        return True
    expected = one.vector["expected"], one.vector.get("expected_boolean")
    print(f"{one.vector.get('id', '?')} {engine}: {one.vector['expr']}: {expected}, got {text!r}, {truth}")
    return False


if __name__ == "__main__":
    sys.exit(main())
