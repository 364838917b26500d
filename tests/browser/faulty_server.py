"""A real server that loses connections.

`python -m tests.browser.faulty_server FOLDER PORT SEED SHARE [FAULTS TIMES]`.

Started by `chaos.py` as a process of its own, so that it can be killed outright. Of the requests that send
something, a share meets a fault: the connection is closed before the body is read, half-way through it, or
after the commit and before the reply; or the same request is made twice at once. FAULTS names those to choose from
(`die`: the process ends after the commit, with no reply) and TIMES how many requests may meet one.
"""

from __future__ import annotations

import io
import os
import random
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from tests.conftest import make_app

FAULTS = ("before", "half-way", "after", "twice")
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Quiet(WSGIRequestHandler):
    def log(self, *_arguments: Any, **_more: Any) -> None:
        pass


class Faulty:
    """A WSGI application around another. share: of the sending requests, how many meet a fault, `times` at most."""

    def __init__(
        self, inner: Wsgi, seed: int, share: float, faults: Sequence[str] = FAULTS, times: int | None = None
    ) -> None:
        self.inner, self.share, self.faults, self.times = inner, share, faults, times
        self.chance = random.Random(seed)
        self.met: list[str] = []

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        sends = environ["REQUEST_METHOD"] in ("POST", "PUT") and environ["PATH_INFO"].startswith("/api/")
        spared = self.times is not None and len(self.met) >= self.times
        if not sends or spared or self.chance.random() >= self.share:
            return self.inner(environ, start)
        fault = self.chance.choice(self.faults)
        self.met.append(fault)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if fault == "before":
            return self._hang_up(environ)
        if fault == "half-way":
            environ["wsgi.input"].read(length // 2)
            return self._hang_up(environ)
        body = environ["wsgi.input"].read(length)
        again = threading.Thread(target=self._swallow, args=(environ, body))
        if fault == "twice":
            again.start()
        self._swallow(environ, body)
        if fault == "die":
            os._exit(1)
        if fault == "after":
            return self._hang_up(environ)
        again.join()
        return self.inner({**environ, "wsgi.input": io.BytesIO(body)}, start)

    def _swallow(self, environ: dict[str, Any], body: bytes) -> None:
        """The whole request, its answer thrown away."""
        list(self.inner({**environ, "wsgi.input": io.BytesIO(body)}, lambda *_a, **_k: lambda _data: None))

    @staticmethod
    def _hang_up(environ: dict[str, Any]) -> Iterable[bytes]:
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        raise ConnectionAbortedError


def main(folder: str, port: str, seed: str, share: str, faults: str = "", times: str = "") -> None:
    path = Path(folder)
    app = make_app(path, f"sqlite:///{path / 'field.sqlite3'}", WTF_CSRF_ENABLED=True)
    chosen = tuple(faults.split(",")) if faults else FAULTS
    wsgi = Faulty(app, int(seed), float(share), chosen, int(times) if times else None)
    server = make_server("127.0.0.1", int(port), wsgi, threaded=True, request_handler=Quiet)
    print("ready", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
