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
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MODULES = HERE.parents[1] / "survey_app" / "static" / "js" / "collect"
ORIGIN = "http://conformance.invalid"
Run = Callable[[Sequence[dict[str, Any]]], list[Any]]


class NoEngine(Exception):
    """Neither Node nor Chromium is here."""


def run(jobs: Sequence[dict[str, Any]]) -> list[Any]:
    """Results of one batch, in order. Raises NoEngine."""
    with engine() as run_batch:
        return run_batch(jobs)


@contextlib.contextmanager
def engine() -> Iterator[Run]:
    """An engine that stays: a function from jobs to results, good for many batches. Raises NoEngine."""
    node = shutil.which("node")
    if node is not None and os.environ.get("CONFORMANCE_ENGINE", "node") == "node":
        with _node(node) as run_batch:
            yield run_batch
    else:
        with chromium_page() as page:
            yield lambda jobs: list(
                page.evaluate("jobs => window.runAll(JSON.parse(jobs))", json.dumps(jobs))
            )


@contextlib.contextmanager
def _node(node: str) -> Iterator[Run]:
    process = subprocess.Popen(
        [node, str(HERE / "engine.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None and process.stdout is not None
    lines, answers = process.stdin, process.stdout

    def run_batch(jobs: Sequence[dict[str, Any]]) -> list[Any]:
        lines.write(json.dumps(jobs) + "\n")
        lines.flush()
        line = answers.readline()
        if not line:
            raise RuntimeError(f"node ended with {process.wait()}")
        return list(json.loads(line))

    try:
        yield run_batch
    finally:
        lines.close()
        process.wait(timeout=20)
        answers.close()


@contextlib.contextmanager
def chromium_page() -> Iterator[Any]:
    """A page of an imaginary site that serves the modules, with `runAll` on its window."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as problem:
        raise NoEngine("playwright is not installed") from problem

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
            path = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or None
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
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
