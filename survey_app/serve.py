"""The embedded server: waitress with the job worker in one process, on this machine only."""

from __future__ import annotations

import logging
import signal
import socket
from typing import Any

from flask import current_app
from waitress import create_server

from survey_app.demo import accounts
from survey_app.jobs import Worker
from survey_app.sampling import queries as sampling
from survey_app.sampling.services import link_of
from survey_app.surveys import queries as surveys

HOST = "127.0.0.1"
ROLES = {
    "lanhdao": ("Lãnh đạo / leader", "/results/"),
    "nghiencuu": ("Nghiên cứu viên / researcher", "/surveys"),
    "duyet": ("Nghiên cứu viên duyệt / reviewer", "/surveys"),
    "giamsat": ("Giám sát viên / supervisor", "/fieldwork"),
    "ctv01": ("Cộng tác viên / collaborator", "/collect/"),
    "quantri": ("Quản trị / admin", "/people"),
    "luutru": ("Lưu trữ / custodian", "/custody"),
}


def free(port: int, host: str = HOST) -> bool:
    """Whether nobody listens there yet."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _link() -> str | None:
    """A link that nobody has used yet, of the demo's open survey."""
    for survey in surveys.every():
        if survey.state != "collecting":
            continue
        own = [u.id for u in sampling.drawn_units(survey)[:4]]
        for case in sampling.cases(survey):
            if case.outcome is None and case.unit_id not in own:
                return link_of(case, survey)
    return None


def _print_demo(base: str) -> None:
    words = accounts.passwords()
    print("\nBản trình diễn đang chạy. Mọi câu trả lời là mô phỏng.")
    print("The demo is running. All answers are simulated.\n")
    for name in accounts.PRINTED:
        label, path = ROLES[name]
        print(f"  {label:<32} {base}{path:<11} {name:<10} {words[name]}")
    token = _link()
    if token:
        print(f"  {'Người trả lời / respondent':<32} {base}/l/{token}")
    print(
        "\nChỉ mở trên máy này: địa chỉ http trong mạng nội bộ không có cookie an toàn, service worker và mã hóa."
        "\nOnly on this machine: over plain http on a local network a browser gives neither secure cookies,"
        "\na service worker nor encryption. Ctrl-C để dừng / to stop.\n",
        flush=True,
    )


def serve(port: int, with_demo: bool) -> int:
    """Serve until Ctrl-C. Returns the exit status: 2 when the port is in use."""
    if not free(port):
        print(
            f"Cổng {port} đang được dùng. Dừng chương trình kia, hoặc chọn cổng khác: make demo PORT={port + 1}\n"
            f"Port {port} is in use. Stop the other program, or choose another port: make demo PORT={port + 1}"
        )
        return 2
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    logging.getLogger("waitress").setLevel(logging.ERROR)
    logging.getLogger("huey").setLevel(logging.ERROR)
    if with_demo:
        _print_demo(f"http://{HOST}:{port}")
    server: Any = create_server(app, host=HOST, port=port, threads=8, ident=None)
    worker = Worker(app)
    worker.start()

    def stop(_signal: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
        worker.stop()
        print("\nĐã dừng / stopped.", flush=True)
    return 0
