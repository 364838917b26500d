"""Work after a commit: one map from audit action to what runs then, and the sweeper that re-finds lost work.

huey keeps the queue: an SQLite file in the instance folder, or PostgreSQL where the database is PostgreSQL.
Every job can be repeated and finds its own work, so a lost enqueue delays and loses nothing. With
ASYNC_JOBS off (tests, commands) a job runs at once, after the commit.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from huey import Huey, PostgresHuey, SqliteHuey, crontab

from survey_app import audit
from survey_app.collection import likeness, locking
from survey_app.collection import services as collection
from survey_app.db import transaction
from survey_app.reporting import proposals

log = logging.getLogger(__name__)

# A burst of arrivals is read together: one job a few seconds later, not one each.
GATHER_SECONDS = 2
# One may be auditing a release for a minute; the other goes on reading what arrives.
WORKERS = 2


def read_interviews() -> None:
    """Interpret what has arrived, in small transactions so that receiving never waits long."""
    while True:
        with transaction():
            found = collection.interpret_pending(limit=100)
        if found < 100:
            return


def finish_locks() -> None:
    """What a lock leaves to do after its commit: see to it that the key is gone, and rewrite the tables."""
    with transaction():
        waiting = locking.unfinished()
        if not waiting:
            return
        locking.destroy_keys(waiting)
    locking.rewrite()
    with transaction():
        locking.finish(waiting)


def audit_releases() -> None:
    """Audit the releases that somebody asked for: a minute or so each, outside any transaction."""
    proposals.work()


def compare_interviews() -> None:
    """Look for interviews that are nearly the same as another one: seconds, outside any transaction."""
    likeness.work()


def sweep() -> None:
    """Find again whatever was not finished."""
    read_interviews()
    finish_locks()


AFTER: dict[str, Callable[[], None]] = {
    "submission.received": read_interviews,
    "survey.locked": finish_locks,
    "interviews.compare-asked": compare_interviews,
    "results.audit-asked": audit_releases,
}


def init_app(app: Flask) -> None:
    """Make the queue and bind the map."""
    queue = _queue(app) if app.config["ASYNC_JOBS"] else None
    app.extensions["jobs"] = queue
    for action, job in AFTER.items():
        _bind(app, queue, action, job)
    if queue is not None:
        queue.periodic_task(crontab(minute="*"), name="sweep")(_within(app, sweep))
        queue.periodic_task(crontab(minute="*"), name="sweep-releases")(_within(app, audit_releases))
        queue.periodic_task(crontab(minute="*"), name="sweep-likeness")(_within(app, compare_interviews))


def _within(app: Flask, job: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        with app.app_context():
            job()

    return run


def _bind(app: Flask, queue: Huey | None, action: str, job: Callable[[], None]) -> None:
    """Listeners are the process's, jobs an application's: the key in `extensions` tells whose turn it is."""
    from flask import current_app

    if queue is None:
        run: Callable[[], Any] = job
    else:
        task = queue.task(name=job.__name__, retries=3, retry_delay=10)(_within(app, job))
        last = [0.0]

        def run() -> None:
            if time.monotonic() - last[0] >= GATHER_SECONDS:
                last[0] = time.monotonic()
                task.schedule(delay=GATHER_SECONDS)

    app.extensions.setdefault("after", {})[action] = run

    def listener(_subject: dict[str, Any]) -> None:
        current_app.extensions["after"][action]()

    if action not in _bound:
        _bound.add(action)
        audit.listen(action, listener)


_bound: set[str] = set()


def _queue(app: Flask) -> Huey:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    if url.startswith("postgresql"):
        return PostgresHuey("duluan", dsn=url.replace("postgresql+psycopg://", "postgresql://"))
    return SqliteHuey("duluan", filename=str(Path(app.instance_path) / "jobs.sqlite3"))


class Worker:
    """Threads that run jobs inside the embedded server; production runs `flask work` beside gunicorn."""

    def __init__(self, app: Flask) -> None:
        self._consumer = app.extensions["jobs"].create_consumer(workers=WORKERS, periodic=True)
        # The server's own main thread decides about signals; the consumer would take them over.
        self._consumer._set_signal_handlers = lambda: None

    def start(self) -> None:
        self._consumer.start()

    def stop(self) -> None:
        """Let the job in hand finish, then end."""
        self._consumer.stop(graceful=True)
