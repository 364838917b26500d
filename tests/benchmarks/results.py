"""Results pages: bytes on the wire (gzip) against the budgets, and how long a page and a release take."""

from __future__ import annotations

import gzip
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from survey_app.db import db, transaction
from survey_app.reporting import pages, services, views_public
from survey_app.weighting import services as weighting
from tests.conftest import _migrate, make_app
from tests.support.demo import newest_released

KB = 1024


def figures() -> Iterator[tuple[str, float, str]]:
    """The demo's newest released wave, as a leader's phone gets it."""
    from survey_app.demo import services as demo

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = make_app(folder, f"sqlite:///{folder / 'demo.sqlite3'}")
        _migrate(app)
        with app.app_context():
            demo.load()
            public_id = newest_released().public_id
        client = app.test_client()
        from survey_app.demo.accounts import passwords

        with app.app_context():
            password = passwords()["lanhdao"]
        client.post("/sign-in", data={"name": "lanhdao", "password": password})
        for label, address in (
            ("public-story", f"/public/{public_id}/"),
            ("public-question", f"/public/{public_id}/questions/a2"),
            ("results-list", "/results/"),
            ("results-story", f"/results/{public_id}/"),
            ("results-story-by-age", f"/results/{public_id}/?by=age"),
            ("results-question", f"/results/{public_id}/questions/a2?by=age"),
            ("results-story-maps", f"/results/{public_id}/?by=region"),
            ("results-question-map", f"/results/{public_id}/questions/a5?by=region"),
            ("results-story-one-group", f"/results/{public_id}/?within=sex:female&by=age"),
        ):
            size, requests = _wire(client, address)
            yield f"{label}-wire-without-bundle", size / KB, "KB"
            yield f"{label}-requests", requests, "requests"
            cold, warm = _times(client, address)
            yield f"{label}-first", cold * 1000, "ms"
            yield f"{label}-again", warm * 1000, "ms"
        for label, door in (("public", "public"), ("leaders", "results")):
            spent, made = _fifty(client, f"/{door}/{public_id}/")
            yield f"{label}-fifty-readers", spent * 1000, "ms"
            yield f"{label}-fifty-readers-renderings", made, "pages"
        bundle = Path(app.static_folder or "") / "vendor" / "plotly" / "plotly-results.min.js"
        yield "chart-bundle", len(gzip.compress(bundle.read_bytes(), 9)) / KB, "KB"
        with app.app_context(), app.test_request_context(), transaction():
            found = newest_released()
            begun = time.perf_counter()
            run = weighting.run(found)
            yield "weighting-run-1200", time.perf_counter() - begun, "s"
            begun = time.perf_counter()
            services.make_tables(found, run)
            yield "tables-and-audit-1200", time.perf_counter() - begun, "s"
            db.session.rollback()


def _wire(client: object, address: str) -> tuple[int, int]:
    """Bytes of the page and of what it loads, the chart bundle and its frame of icons left out; and requests."""
    headers = {"Accept-Encoding": "gzip"}
    page = client.get(address, headers=headers)  # type: ignore[attr-defined]
    assert page.status_code == 200, page.status_code
    total, requests = len(page.data), 1
    text = gzip.decompress(page.data).decode()
    for asset in sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)"', text))):
        requests += 1
        if "plotly-results" not in asset:
            total += len(client.get(asset, headers=headers).data)  # type: ignore[attr-defined]
    return total, requests


def _times(client: object, address: str) -> tuple[float, float]:
    """Seconds of the first answer with nothing kept, and the best of some later ones."""
    pages.forget()
    views_public.forget()
    found = []
    for _round in range(12):
        begun = time.perf_counter()
        client.get(address, headers={"Accept-Encoding": "gzip"})  # type: ignore[attr-defined]
        found.append(time.perf_counter() - begun)
    return found[0], min(found[1:])


def _fifty(client: object, address: str) -> tuple[float, int]:
    """Seconds for fifty readers of one page one after the other, nothing kept before; and how often it was made."""
    pages.forget()
    views_public.forget()
    begun = time.perf_counter()
    for _reader in range(50):
        client.get(address, headers={"Accept-Encoding": "gzip"})  # type: ignore[attr-defined]
    return time.perf_counter() - begun, pages._body.cache_info().misses
