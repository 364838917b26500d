"""Fixtures: an application on a migrated database (SQLite and PostgreSQL), a running server, a browser."""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy import create_engine, text
from werkzeug.serving import make_server

from tests.support import browser as browsers
from tests.support import postgres

# What lands is judged on the same examples each time; elsewhere every run looks for new ones.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "search")

SETTINGS: dict[str, Any] = {
    "TESTING": True,
    "ARGON2": "cheap",
    "ASYNC_JOBS": False,
    "SECRET_KEY": "tests",
    "WTF_CSRF_ENABLED": False,
}


def _migrate(app: Flask) -> None:
    from flask_migrate import upgrade

    with app.app_context():
        upgrade()


def make_app(folder: Path, url: str, **settings: Any) -> Flask:
    """An application with its own instance folder and database."""
    from survey_app import create_app

    return create_app({**SETTINGS, "INSTANCE": str(folder), "SQLALCHEMY_DATABASE_URI": url, **settings})


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file; each test copies it."""
    folder = tmp_path_factory.mktemp("template")
    file = folder / "empty.sqlite3"
    app = make_app(folder, f"sqlite:///{file}")
    _migrate(app)
    _checkpoint(file)
    return file


def _checkpoint(file: Path) -> None:
    """Fold the write-ahead log into the file, so that copying the file copies everything."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    if not postgres.available():
        pytest.skip(f"PostgreSQL is missing: {postgres.HOW}")
    with postgres.cluster() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated, empty database on the test cluster."""
    name = f"template_{uuid4().hex[:8]}"
    _admin(postgres_server, f'CREATE DATABASE "{name}"')
    app = make_app(tmp_path_factory.mktemp("pg"), _named(postgres_server, name))
    _migrate(app)
    _dispose(app)
    return name


def _dispose(app: Flask) -> None:
    from survey_app.db import db

    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _named(server: str, name: str) -> str:
    start, question, rest = server.partition("?")
    return f"{start.rsplit('/', 1)[0]}/{name}{question}{rest}"


def _admin(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty, migrated database: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        file = tmp_path / "test.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        made = make_app(tmp_path, f"sqlite:///{file}")
        with made.app_context():
            yield made
        _dispose(made)
        return
    server = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("postgres_template")
    name = f"test_{uuid4().hex[:12]}"
    _admin(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    made = make_app(tmp_path, _named(server, name))
    with made.app_context():
        yield made
    _dispose(made)
    _admin(server, f'DROP DATABASE "{name}" WITH (FORCE)')


class Client(FlaskClient):
    """Each request in an application context of its own, as a server gives it: nothing leaks between them."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        from survey_app.db import db

        # The test's own session ends what it was reading, so that it sees what the request wrote.
        db.session.rollback()
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = Client
    return app.test_client()


@pytest.fixture
def sign_in(client: FlaskClient) -> Callable[[str], FlaskClient]:
    """Sign in an account made with `person`."""

    def sign(name: str) -> FlaskClient:
        client.post("/sign-out")
        response = client.post("/sign-in", data={"name": name, "password": PASSWORD})
        assert response.status_code == 302, response.get_data(as_text=True)
        return client

    return sign


PASSWORD = "mật khẩu thử nghiệm"


@pytest.fixture
def person(app: Flask) -> Callable[..., Any]:
    """Make an account: person("name", Role.RESEARCHER, areas)."""
    from survey_app.accounts.services import create_user
    from survey_app.db import transaction

    def make(name: str, role: Any, areas: Any = ()) -> Any:
        with transaction():
            return create_user(name, PASSWORD, role, areas)

    return make


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, loaded once on SQLite: a folder with its database, keys and passwords.

    Processes that test side by side share it: the first makes it, the others wait for it.
    """
    beside = bool(os.environ.get("PYTEST_XDIST_WORKER"))
    place = tmp_path_factory.getbasetemp().parent if beside else tmp_path_factory.mktemp("demo")
    folder = place / "loaded"
    with (place / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            made = place / "loading"
            shutil.rmtree(made, ignore_errors=True)
            made.mkdir()
            _load_demo(made)
            made.rename(folder)
    return folder


def _load_demo(folder: Path) -> None:
    from survey_app.demo import services

    file = folder / "demo.sqlite3"
    app = make_app(folder, f"sqlite:///{file}")
    _migrate(app)
    with app.app_context():
        services.load()
    _dispose(app)
    _checkpoint(file)


@pytest.fixture
def demo_app(demo_files: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application with the demo loaded, in a copy of its own."""
    folder = tmp_path / "demo"
    shutil.copytree(demo_files, folder)
    made = make_app(folder, f"sqlite:///{folder / 'demo.sqlite3'}")
    with made.app_context():
        yield made
    _dispose(made)


class Live:
    """A server in a thread. `base`: its address."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


@pytest.fixture
def live_demo(demo_files: Path, tmp_path: Path) -> Iterator[Live]:
    """The demo behind a real server, CSRF protection on; its passwords in `instance/demo-accounts.json`."""
    folder = tmp_path / "live"
    shutil.copytree(demo_files, folder)
    made = make_app(folder, f"sqlite:///{folder / 'demo.sqlite3'}", WTF_CSRF_ENABLED=True)
    live = Live(made)
    yield live
    live.stop()
    _dispose(made)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A Chromium for browser tests. Use `page` or make contexts of your own from it."""
    if os.environ.get("DULUAN_E2E") == "skip":
        pytest.skip("browser tests left out by DULUAN_E2E=skip")
    path = browsers.executable()
    if path is None:
        pytest.skip(f"a browser is missing: {browsers.HOW}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=path, args=browsers.ARGUMENTS)
        browser.devices = p.devices  # type: ignore[attr-defined]
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Any) -> Iterator[Any]:
    """A page on a phone of 360 × 740, in Vietnamese, that fails the test on any script error."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="vi-VN",
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def desktop(chromium: Any) -> Iterator[Any]:
    """A page on a desktop of 1280 × 800, in Vietnamese, that fails the test on any script error."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []
