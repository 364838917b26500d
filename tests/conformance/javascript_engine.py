"""The JavaScript evaluator on conformance jobs: in Node where there is one, else in Chromium.

Both run the same `engine.mjs` on the same modules that phones get.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MODULES = HERE.parents[1] / "survey_app" / "static" / "js" / "collect"
ORIGIN = "http://conformance.invalid"


class NoEngine(Exception):
    """Neither Node nor Chromium is here."""


def run(jobs: Sequence[dict[str, Any]]) -> list[Any]:
    """Results in order. Raises NoEngine."""
    node = shutil.which("node")
    if node is not None and os.environ.get("CONFORMANCE_ENGINE", "node") == "node":
        return _in_node(node, jobs)
    with chromium_page() as page:
        return list(page.evaluate("jobs => window.runAll(JSON.parse(jobs))", json.dumps(jobs)))


def _in_node(node: str, jobs: Sequence[dict[str, Any]]) -> list[Any]:
    done = subprocess.run(
        [node, str(HERE / "engine.mjs")], input=json.dumps(jobs), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return list(json.loads(done.stdout))


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
