"""Work after the commit: a real queue, a real worker, and nothing lost when an enqueue is."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from survey_app import audit, jobs
from survey_app.collection.models import Interview
from survey_app.collection.receiving import receive_batch
from survey_app.db import after_commit, db, transaction
from tests.conftest import _dispose, make_app
from tests.integration.test_receiving import entry
from tests.support.surveys import small_survey


def _wait(seconds: float) -> int:
    """Interviews read, waiting at most so long for the first."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        db.session.rollback()
        found = db.session.query(Interview).count()
        if found:
            return found
        time.sleep(0.2)
    return 0


def test_the_worker_reads_what_came_in(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "GATHER_SECONDS", 0.1)
    file = tmp_path / "jobs.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    app = make_app(tmp_path, f"sqlite:///{file}", ASYNC_JOBS=True)
    worker = jobs.Worker(app)
    worker.start()
    try:
        with app.app_context():
            small = small_survey()
            with transaction():
                receive_batch(
                    [entry(small), entry(small, case=small.cases[1].id)],
                    sender=small.collaborator,
                    channel="phone",
                )
            assert _wait(30) == 2
    finally:
        worker.stop()
        _dispose(app)


def test_a_lost_enqueue_delays_and_loses_nothing(sqlite_template: Path, tmp_path: Path) -> None:
    file = tmp_path / "jobs.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    app = make_app(tmp_path, f"sqlite:///{file}")
    with app.app_context():
        app.extensions["after"]["submission.received"] = lambda: None
        small = small_survey()
        with transaction():
            receive_batch([entry(small)], sender=small.collaborator, channel="phone")
        assert db.session.query(Interview).count() == 0
        jobs.read_interviews()
        assert db.session.query(Interview).count() == 1
        jobs.read_interviews()
        assert db.session.query(Interview).count() == 1
    _dispose(app)


def test_what_was_rolled_back_wakes_nobody(sqlite_template: Path, tmp_path: Path) -> None:
    file = tmp_path / "jobs.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    app = make_app(tmp_path, f"sqlite:///{file}")
    called: list[str] = []
    with app.app_context():
        with pytest.raises(RuntimeError), transaction():
            after_commit(lambda: called.append("rolled back"))
            audit.record("test.action")
            raise RuntimeError
        with transaction():
            after_commit(lambda: called.append("committed"))
    assert called == ["committed"]
    _dispose(app)
