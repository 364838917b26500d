"""Finding a Chromium: the environment, Playwright's own, the system's, then fetching one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

HOW = "apt-get install -y --no-install-recommends chromium fonts-noto-core   (or: python -m playwright install chromium)"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _playwrights() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        path = p.chromium.executable_path
    return path if Path(path).exists() else None


def _here() -> str | None:
    given = os.environ.get("DULUAN_BROWSER")
    if given and Path(given).exists():
        return given
    return _playwrights() or next((found for name in NAMES if (found := shutil.which(name))), None)


def _apt() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        command = ["apt-get", "-o", "DPkg::Lock::Timeout=600", "install", "-y", "--no-install-recommends"]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(
            [*command, "chromium", "fonts-noto-core"],
            env=environment,
            capture_output=True,
            timeout=900,
            check=False,
        )


def _download() -> None:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        subprocess.run(command, capture_output=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return


@lru_cache(maxsize=1)
def executable() -> str | None:
    """Path of a Chromium that is here, or None."""
    return _here()


def install() -> bool:
    """Try to get a browser; True when there is one afterwards."""
    ways = [_apt, _download] if os.environ.get("CI") else [_download, _apt]
    for way in ways:
        executable.cache_clear()
        if executable():
            return True
        way()
    executable.cache_clear()
    return executable() is not None
