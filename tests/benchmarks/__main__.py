"""`make bench`: every figure, one line each: name value unit, and its budget with `met` or `missed`.

Each module of this folder that offers `figures()` yields (name, value, unit). It runs in a process of its own, so
that none of them bends the next one's figures, and within a time of its own, so that the whole ends by itself. A
module that can't run here (no browser, no peer library) says so in a line that begins with #.
`python -m tests.benchmarks NAME…` runs some. The exit code is not zero only where a module broke or didn't end: a
missed budget is for people to judge, on a machine that they know to be quiet.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pkgutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.benchmarks.budgets import slug, verdict

HERE = Path(__file__).parent
# Seconds; together no more than forty minutes.
LIMIT, WHOLE = 300, 2400
LIMITS = {"analysis": 1200 if os.environ.get("DULUAN_PEERS") else 400, "researcher": 600, "pages": 400}


def modules() -> list[str]:
    """Names of the modules that offer figures, told from their text: importing one may read settings."""
    found = (m.name for m in pkgutil.iter_modules([str(HERE)]) if not m.name.startswith("_"))
    return [name for name in found if "\ndef figures(" in (HERE / f"{name}.py").read_text(encoding="utf-8")]


def here(name: str) -> int:
    """Run one module in this process and print its lines."""
    try:
        for figure, value, unit in importlib.import_module(f"tests.benchmarks.{name}").figures():
            word = slug(figure)
            print(f"{word} {value:.4g} {unit} {verdict(word, value)}".rstrip(), flush=True)
    except Exception as error:
        print(f"# {name}: {type(error).__name__}: {error}", flush=True)
        return 1
    return 0


def apart(name: str, seconds: float) -> tuple[list[str], bool]:
    """Run one module in a process of its own, passing its lines on; (lines, whether it ended well in time)."""
    command = [sys.executable, "-m", "tests.benchmarks", "--here", name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as run:
        late = threading.Event()

        def end() -> None:
            """First as Ctrl-C, so that servers it started are stopped and folders removed."""
            late.set()
            for sent in (signal.SIGINT, signal.SIGKILL):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(run.pid, sent)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    run.wait(20)
                    return

        clock = threading.Timer(max(seconds, 1), end)
        clock.start()
        lines = []
        assert run.stdout is not None
        try:
            for line in run.stdout:
                print(line, end="", flush=True)
                lines.append(line)
            well = run.wait() == 0
        except KeyboardInterrupt:
            end()
            raise
        finally:
            clock.cancel()
    if late.is_set():
        print(f"# {name}: not finished in {seconds:.0f} s", flush=True)
    return lines, well


def main(wanted: list[str]) -> int:
    if wanted[:1] == ["--here"]:
        return here(wanted[1])
    begun, broken, lines = time.monotonic(), [], []
    for name in modules():
        if wanted and name not in wanted:
            continue
        left = WHOLE - (time.monotonic() - begun)
        told, well = apart(name, min(LIMITS.get(name, LIMIT), left))
        lines += told
        if not well:
            broken.append(name)
    missed = [line.split()[0] for line in lines if line.rstrip().endswith(" missed")]
    met = sum(line.rstrip().endswith(" met") for line in lines)
    spent = (time.monotonic() - begun) / 60
    print(
        f"# {len(lines)} figures in {spent:.1f} min; budgets met: {met}; missed: {', '.join(missed) or 'none'}"
    )
    if broken:
        print(f"# broken or not finished: {', '.join(broken)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
