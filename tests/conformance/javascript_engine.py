"""The JavaScript evaluator on conformance jobs: in Node where there is one, else in Chromium.

Both run the same `engine.mjs` on the same modules that phones get. CONFORMANCE_ENGINE=chromium asks for the
browser although Node is here.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.support import browser as browsers

HERE = Path(__file__).parent
MODULES = HERE.parents[1] / "survey_app" / "static" / "js" / "collect"
ROOT = HERE.parents[1]
ORIGIN = "http://conformance.invalid"
#: Exit status of the Chromium process where there is no Chromium.
MISSING = 3
Run = Callable[[Sequence[dict[str, Any]]], list[Any]]


class NoEngine(Exception):
    """Neither Node nor Chromium is here."""


def run(jobs: Sequence[dict[str, Any]]) -> list[Any]:
    """Results of one batch, in order. Raises NoEngine."""
    with engine() as run_batch:
        return run_batch(jobs)


@contextlib.contextmanager
def engine() -> Iterator[Run]:
    """An engine that stays: a function from jobs to results, good for many batches. Raises NoEngine.

    Chromium runs in a process of its own too: Playwright allows one event loop in a thread.
    """
    node = shutil.which("node")
    if node is not None and os.environ.get("CONFORMANCE_ENGINE", "node") == "node":
        command = [node, str(HERE / "engine.mjs")]
    else:
        command = [sys.executable, "-m", "tests.conformance.javascript_engine"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        yield lambda jobs: _ask(process, jobs)
    finally:
        with contextlib.suppress(BrokenPipeError):
            process.communicate(timeout=30)


def _ask(process: subprocess.Popen[str], jobs: Sequence[dict[str, Any]]) -> list[Any]:
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(json.dumps(jobs) + "\n")
        process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        said = process.stderr.read().strip()
        if process.wait() == MISSING:
            raise NoEngine(said)
        raise RuntimeError(said)
    return list(json.loads(line))


@contextlib.contextmanager
def chromium_page() -> Iterator[Any]:
    """A page of an imaginary site that serves the modules, with `runAll` on its window."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as problem:
        raise NoEngine("playwright is not installed") from problem

    path = browsers.executable()
    if path is None:
        raise NoEngine(browsers.HOW)

    def serve(route: Any) -> None:
        name = route.request.url.removeprefix(ORIGIN).lstrip("/")
        if name == "":
            route.fulfill(body="<!doctype html><title>conformance</title>", content_type="text/html")
        else:
            folder = HERE if name == "engine.mjs" else MODULES
            body = (folder / Path(name).name).read_text(encoding="utf-8")
            route.fulfill(body=body, content_type="text/javascript")

    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=browsers.ARGUMENTS)
        except Error as problem:
            raise NoEngine(str(problem)) from problem
        page = browser.new_page()
        page.route("**/*", serve)
        page.goto(ORIGIN + "/")
        page.evaluate(
            """async () => {
                window.LOGIC_URL = location.origin + "/logic.js";
                window.runAll = (await import(location.origin + "/engine.mjs")).runAll;
            }"""
        )
        yield page
        browser.close()


def main() -> int:
    """Jobs from standard input, results to standard output, a line each, in Chromium."""
    try:
        with chromium_page() as page:
            for line in sys.stdin:
                found = page.evaluate("jobs => window.runAll(JSON.parse(jobs))", line)
                print(json.dumps(found), flush=True)
    except NoEngine as problem:
        print(problem, file=sys.stderr)
        return MISSING
    return 0


if __name__ == "__main__":
    sys.exit(main())
