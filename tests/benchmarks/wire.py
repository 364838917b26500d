"""What a page loads, counted from the DevTools protocol (`encodedDataLength`: headers and compressed bodies)."""

from __future__ import annotations

from typing import Any

KB = 1024


class Wire:
    """Counts what a page loads, from the DevTools protocol."""

    def __init__(self, page: Any) -> None:
        self.bytes = 0
        self.requests = 0
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.requestWillBeSent", self._asked)
        self.session = session

    def _finished(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])

    def _asked(self, event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            self.requests += 1

    def reset(self) -> None:
        self.bytes = self.requests = 0
