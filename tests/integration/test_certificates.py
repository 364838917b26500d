"""A certificate that clients with the authority installed trust, and that vouches for this network alone."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from survey_app import certificates
from tests.conftest import make_app

ROOT = Path(__file__).parents[2]


@contextmanager
def tls_server(certificate: Path, key: Path) -> Iterator[int]:
    """Answers one handshake after the other; the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        over = threading.Event()

        def run() -> None:
            while not over.is_set():
                try:
                    raw, _ = listening.accept()
                except TimeoutError:
                    continue
                try:
                    context.wrap_socket(raw, server_side=True).close()
                except (ssl.SSLError, OSError):
                    raw.close()

        thread = threading.Thread(target=run)
        thread.start()
        yield listening.getsockname()[1]
        over.set()
        thread.join(5)


def handshake(port: int, name: str, authority: Path | None) -> None:
    """As a browser does it. Raises ssl.SSLCertVerificationError when the certificate isn't trusted for `name`."""
    context = ssl.create_default_context(cafile=str(authority) if authority else None)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    with socket.create_connection(("127.0.0.1", port), 5) as raw:
        context.wrap_socket(raw, server_hostname=name).close()


def test_who_has_the_authority_trusts_the_server_and_others_do_not(tmp_path: Path) -> None:
    made = certificates.make(tmp_path / "tls", ["192.168.7.20", "may-chu.local"])
    with tls_server(made.certificate, made.key) as port:
        for name in ("127.0.0.1", "localhost", "192.168.7.20", "may-chu.local"):
            handshake(port, name, made.authority)
        for name in ("192.168.7.21", "example.com"):
            with pytest.raises(ssl.SSLCertVerificationError):
                handshake(port, name, made.authority)
        with pytest.raises(ssl.SSLCertVerificationError):
            handshake(port, "localhost", None)


@pytest.mark.parametrize("host", ["example.com", "8.8.8.8"])
def test_even_a_stolen_authority_key_imitates_no_other_site(tmp_path: Path, host: str) -> None:
    made = certificates.make(tmp_path, [])
    authority = x509.load_pem_x509_certificate(made.authority.read_bytes())
    key = load_pem_private_key((tmp_path / "authority.key").read_bytes(), None)
    certificates._issue(tmp_path, authority, key, [host])  # type: ignore[arg-type]
    refused = pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree")
    with tls_server(made.certificate, made.key) as port, refused:
        handshake(port, host, made.authority)


@pytest.mark.parametrize("host", ["example.com", "8.8.8.8", "localhost.evil.com", "", "*"])
def test_a_public_host_is_refused_with_what_to_do(tmp_path: Path, host: str) -> None:
    with pytest.raises(certificates.CertificateError):
        certificates.make(tmp_path, [host])
    assert not list(tmp_path.iterdir()), "nothing half-made is left"


def test_keys_are_private_and_nothing_lives_longer_than_a_year(tmp_path: Path) -> None:
    made = certificates.make(tmp_path / "tls", [])
    assert stat.S_IMODE((tmp_path / "tls").stat().st_mode) == 0o700
    for name in ("authority.key", "server.key"):
        assert stat.S_IMODE((tmp_path / "tls" / name).stat().st_mode) == 0o600
    assert b"PRIVATE" not in made.authority.read_bytes() + made.certificate.read_bytes()
    assert made.until <= datetime.now(UTC) + timedelta(days=365)
    assert len(made.fingerprint) == 95


def test_made_again_it_stays_the_same_until_a_host_or_time_asks_for_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = certificates.make(tmp_path, ["10.0.0.5"])
    before = first.certificate.read_bytes()
    assert certificates.make(tmp_path, ["10.0.0.5"]) == first
    assert first.certificate.read_bytes() == before
    more = certificates.make(tmp_path, ["10.0.0.5", "10.0.0.6"])
    assert first.certificate.read_bytes() != before
    assert more.fingerprint == first.fingerprint, "phones need not be touched"
    monkeypatch.setattr(certificates, "RENEW_BEFORE", timedelta(days=100))
    renewed = certificates.make(tmp_path, ["10.0.0.5"])
    assert renewed.fingerprint == first.fingerprint, "the server's is renewed before the authority's"
    monkeypatch.setattr(certificates, "RENEW_BEFORE", timedelta(days=400))
    assert certificates.make(tmp_path, []).fingerprint != first.fingerprint


def test_own_addresses_are_private_ones() -> None:
    assert "127.0.0.1" in certificates.own_addresses()
    for host in certificates.own_addresses():
        certificates._check(host)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_documented_command_serves_the_app_over_https_and_ends(
    tmp_path: Path, sqlite_template: Path
) -> None:
    database = tmp_path / "served.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    port = free_port()
    environment = {
        **os.environ,
        "DULUAN_INSTANCE": str(tmp_path),
        "DULUAN_DATABASE_URL": f"sqlite:///{database}",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve-https"]
    server = subprocess.Popen(
        [*command, "--bind", "127.0.0.1", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        authority = tmp_path / "tls" / "authority.crt"
        response = _get(port, authority)
        assert response.status == 200
        assert "max-age" in (response.headers["Strict-Transport-Security"] or "")
        assert b"manifest" in response.read()
    finally:
        server.send_signal(signal.SIGTERM)
        printed, _ = server.communicate(timeout=60)
    assert server.returncode == 0
    assert str(authority) in printed and f"https://localhost:{port}/collect/" in printed


def test_the_command_refuses_a_public_host_in_words(tmp_path: Path) -> None:
    app = make_app(tmp_path, "sqlite://")
    for command in ("make-certificate", "serve-https"):
        told = app.test_cli_runner().invoke(args=[command, "example.com"])
        assert told.exit_code == 2
        assert "“example.com” không phải địa chỉ trong mạng nội bộ" in told.output
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        told = app.test_cli_runner().invoke(args=["serve-https", "--bind", "127.0.0.1", "--port", port])
        assert (told.exit_code, f"Cổng {port} đang được dùng" in told.output) == (2, True)
    assert app.test_cli_runner().invoke(args=["make-certificate", "10.1.2.3"]).exit_code == 0
    assert (tmp_path / "tls" / "authority.crt").exists()


def _get(port: int, authority: Path) -> http.client.HTTPResponse:
    """The app's page, as soon as the server is there."""
    for _ in range(300):
        try:
            context = ssl.create_default_context(cafile=str(authority))
            connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=10)
            connection.request("GET", "/collect/")
            return connection.getresponse()
        except (OSError, ssl.SSLError):
            time.sleep(0.2)
    raise AssertionError("the server didn't come up within a minute")
