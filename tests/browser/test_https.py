"""Over https a service worker registers with the authority installed, not with a merely accepted certificate."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from survey_app import certificates
from tests.conftest import make_app
from tests.support import browser as browsers

pytestmark = pytest.mark.browser
REGISTERED = """async () => {
  if (!('serviceWorker' in navigator)) return 'insecure';
  try {
    const made = await navigator.serviceWorker.register('/collect/sw.js', { scope: '/collect/' });
    for (let k = 0; k < 100 && !made.active; k += 1) await new Promise((go) => setTimeout(go, 100));
    return made.active ? 'registered' : 'not active';
  } catch (error) { return error.name; }
}"""


@pytest.fixture
def https(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[str, certificates.Certificate]]:
    """The app on https://localhost with a certificate of its own authority."""
    shutil.copy(sqlite_template, tmp_path / "app.sqlite3")
    app: Flask = make_app(tmp_path, f"sqlite:///{tmp_path / 'app.sqlite3'}")
    made = certificates.make(tmp_path / "tls", [])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://localhost:{server.server_port}", made
    server.shutdown()
    server.server_close()
    thread.join(10)


def registers(chromium: Any, home: Path, address: str, *, merely_accepted: bool) -> str:
    """What becomes of the service worker in a browser whose store of certificates lies in `home`."""
    environment: dict[str, Any] = {**os.environ, "HOME": str(home)}
    browser = chromium.browser_type.launch(
        executable_path=browsers.executable(), args=browsers.ARGUMENTS, env=environment
    )
    page = browser.new_context(ignore_https_errors=merely_accepted).new_page()
    page.goto(f"{address}/collect/manifest.webmanifest")
    page.goto(f"{address}/sign-in")
    found = page.evaluate(REGISTERED)
    browser.close()
    return str(found)


@pytest.mark.skipif(
    shutil.which("certutil") is None, reason="certutil is missing (Debian, Ubuntu: apt install libnss3-tools)"
)
def test_an_installed_authority_lets_the_service_worker_in_a_merely_accepted_one_does_not(
    chromium: Any, https: tuple[str, certificates.Certificate], tmp_path: Path
) -> None:
    address, made = https
    for name in ("trusting", "plain"):
        store = tmp_path / name / ".pki" / "nssdb"
        store.mkdir(parents=True)
        subprocess.run(["certutil", "-d", f"sql:{store}", "-N", "--empty-password"], check=True)
        if name == "trusting":
            install = ["-A", "-n", "y-dan", "-t", "C,,", "-i", str(made.authority)]
            subprocess.run(["certutil", "-d", f"sql:{store}", *install], check=True)
    assert registers(chromium, tmp_path / "trusting", address, merely_accepted=False) == "registered"
    assert registers(chromium, tmp_path / "plain", address, merely_accepted=True) != "registered"
