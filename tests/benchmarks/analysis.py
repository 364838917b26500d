"""Speed and memory of `analysis`, against svy and R `survey` where they are installed.

    python -m tests.benchmarks.analysis [--rows 10000,100000,1000000] [--r-questions 1] [--keep]

Prints one line per figure: `name value unit`. Peers run one after the other in the same batch on the same bytes; CPU
seconds of each peer's own process (all threads), wall seconds beside them. svy is looked for in the environment that
DULUAN_PEERS names (python -m venv PEERS && PEERS/bin/pip install "svy==0.35"); R where `Rscript` and its package
`survey` are. R's banner is timed on --r-questions of the ten questions and multiplied, since it takes minutes.
--keep writes the lines into tests/benchmarks/analysis-latest.md with date and machine.
"""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.analysis_data import make, save

HERE = Path(__file__).parent
TASKS = ("banner", "question", "bootstrap", "rake")
# One thread for linear algebra, on all sides: waiting threads would be counted as work.
ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
Figure = tuple[str, float, str]
Times = dict[str, tuple[float, float]]


def ours(folder: Path) -> Times:
    """The library's times, in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.analysis_tasks", str(folder)]
    return _read(subprocess.run(command, capture_output=True, text=True, check=True, env=ENVIRONMENT).stdout)


def svy(folder: Path, tasks: tuple[str, ...]) -> Times:
    """svy's times; empty when it is not installed."""
    home = os.environ.get("DULUAN_PEERS")
    python = Path(home, "bin", "python") if home else None
    if python is None or not python.exists():
        return {}
    command = [str(python), str(HERE / "peers" / "svy_tasks.py"), str(folder), ",".join(tasks)]
    return _read(subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT).stdout)


def survey(folder: Path, rows: int, tasks: tuple[str, ...], questions: int) -> Times:
    """R survey's times; empty when it is not installed. The banner's are scaled up to ten questions."""
    if shutil.which("Rscript") is None:
        return {}
    script = str(HERE / "peers" / "survey_tasks.R")
    out: Times = {}
    for task in tasks:
        done = subprocess.run(
            ["Rscript", script, str(folder), str(rows), task, str(questions)],
            capture_output=True,
            text=True,
            env=ENVIRONMENT,
        )
        found = _read(done.stdout)
        if task == "banner" and task in found:
            found[task] = (found[task][0] * 10 / questions, found[task][1] * 10 / questions)
        out |= found
    return out


def _read(text: str) -> Times:
    out: Times = {}
    for line in text.splitlines():
        parts = line.split()
        if len(parts) == 3:
            out[parts[0]] = (float(parts[1]), float(parts[2]))
    return out


def measure(sizes: list[int], questions: int, peers: bool) -> Iterator[Figure]:
    """(name, value, unit) of every figure, as it comes."""
    kept: dict[int, Times] = {}
    for rows in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            save(make(rows), folder)
            kept[rows] = mine = ours(folder)
            for task, (cpu, wall) in mine.items():
                if task in ("memory", "input"):
                    continue
                yield (f"analysis.{task}.{rows}.cpu", cpu, "s")
                yield (f"analysis.{task}.{rows}.wall", wall, "s")
            yield (f"analysis.memory.{rows}.over-input", mine["memory"][0] / mine["input"][0], "times")
            yield (
                f"analysis.banner-raked.{rows}.over-banner",
                mine["banner-raked"][0] / mine["banner"][0],
                "times",
            )
            if not peers:
                continue
            for peer, times in (
                ("svy", svy(folder, TASKS)),
                ("r-survey", survey(folder, rows, TASKS, questions)),
            ):
                for task, (cpu, wall) in times.items():
                    yield (f"{peer}.{task}.{rows}.cpu", cpu, "s")
                    yield (f"{peer}.{task}.{rows}.wall", wall, "s")
                    yield (f"ratio.{peer}.{task}.{rows}.cpu", cpu / mine[task][0], "times")
                    yield (f"ratio.{peer}.{task}.{rows}.wall", wall / mine[task][1], "times")
    for small, large in itertools.pairwise(sizes):
        for task in ("banner", "banner-raked", "question", "bootstrap", "rake"):
            yield (
                f"analysis.{task}.growth.{small}-{large}",
                kept[large][task][0] / kept[small][task][0],
                "times",
            )


def figures() -> Iterator[Figure]:
    """For `make bench`: all sizes; the peers where DULUAN_PEERS names their environment."""
    yield from measure([10_000, 100_000, 1_000_000], 1, bool(os.environ.get("DULUAN_PEERS")))


def keep(lines: list[str]) -> None:
    """Write the newest table with date and machine."""
    processor, told = platform.processor(), Path("/proc/cpuinfo")
    if told.exists():
        models = [
            line.split(":")[1].strip() for line in told.read_text().splitlines() if "model name" in line
        ]
        processor = models[0] if models else processor
    when = datetime.now(UTC).strftime("%Y-%m-%d")
    head = [
        "# Newest figures of `python -m tests.benchmarks.analysis`", "",
        f"{when}, {os.cpu_count()} cores, {processor}, Python {platform.python_version()}.", "",
        "| figure | value | unit |", "| --- | ---: | --- |",
    ]  # fmt: skip
    rows = [f"| {' | '.join(line.split())} |" for line in lines]
    (HERE / "analysis-latest.md").write_text("\n".join([*head, *rows, ""]), encoding="utf-8")


def main() -> None:
    """Parse the arguments, run, and keep the table if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", default="10000,100000,1000000")
    parser.add_argument("--r-questions", type=int, default=1)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    lines = []
    for name, value, unit in measure(
        [int(v) for v in options.rows.split(",")], options.r_questions, not options.no_peers
    ):
        lines.append(f"{name} {value:.4g} {unit}")
        print(lines[-1], flush=True)
    if options.keep:
        keep(lines)


if __name__ == "__main__":
    main()
