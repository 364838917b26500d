"""The product over https for phones in the local network: gunicorn with this machine's certificate, and the jobs.

What to do on the phone: `collection/PHONE.md`.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from flask import current_app

from survey_app import certificates
from survey_app.jobs import Worker
from survey_app.serve import free


def folder() -> Path:
    return Path(current_app.instance_path) / "tls"


def tell(made: certificates.Certificate) -> None:
    """Where the authority's certificate lies and how to know it again."""
    print(
        f"\nChứng thư cần cài trên điện thoại / certificate to install on the phone:\n  {made.authority}"
        f"\nSHA-256:\n  {made.fingerprint}"
        f"\nHiệu lực đến / valid until {made.until:%d/%m/%Y}. Cách cài / how: survey_app/collection/PHONE.md\n",
        flush=True,
    )


def refuse(host: str) -> int:
    print(
        f"“{host}” không phải địa chỉ trong mạng nội bộ: hãy dùng chứng thư của tổ chức công cộng, hoặc một địa chỉ riêng.\n"
        f"“{host}” is no address of a local network: use a certificate of a public authority, or a private address.",
        file=sys.stderr,
    )
    return 2


def serve(port: int, bind: str, hosts: tuple[str, ...]) -> int:
    """Serve until Ctrl-C. Returns the exit status: 2 for a host without a local certificate or a port in use."""
    wanted = hosts or certificates.own_addresses()
    try:
        made = certificates.make(folder(), wanted)
    except certificates.CertificateError as error:
        return refuse(str(error))
    if not free(port, bind):
        print(
            f"Cổng {port} đang được dùng. Dừng chương trình kia, hoặc chọn cổng khác: --port {port + 1}\n"
            f"Port {port} is in use. Stop the other program, or choose another port: --port {port + 1}",
            file=sys.stderr,
        )
        return 2
    tell(made)
    for host in made.hosts:
        if host not in ("localhost", "127.0.0.1") or bind.startswith("127."):
            print(f"  https://{host}:{port}/collect/", flush=True)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    worker = Worker(app)
    worker.start()
    command = [
        sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "2", "--threads", "4",
        "--bind", f"{bind}:{port}", "--certfile", str(made.certificate), "--keyfile", str(made.key),
        "--log-level", "warning", "wsgi:app",
    ]  # fmt: skip
    server = subprocess.Popen(command, cwd=Path(__file__).parent.parent)

    def stop(_signal: int, _frame: Any) -> None:
        server.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        status = server.wait()
    finally:
        worker.stop()
    return 0 if status in (0, -signal.SIGTERM) else 2
