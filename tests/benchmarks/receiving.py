"""Receiving: one interview a request, and batches of 100, against the barest code that does the same inserts.

Both sides run on the same database, machine and minute, in turns: an interview, a bare insert, and so on. A single
interview goes over HTTP on both sides
(Flask's test client); a batch goes from decoded entries to its commit beside a loop from ready rows to theirs, and,
for information, over HTTP beside that same loop, which has none.
"""

from __future__ import annotations

import base64
import gc
import hashlib
import json
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from flask import Flask
from sqlalchemy import Column, Index, MetaData, Table, select, text

from survey_app.accounts.models import User
from survey_app.audit import AuditEntry
from survey_app.collection.models import Receipt, Submission
from survey_app.collection.receiving import receive_batch
from survey_app.db import db, transaction
from survey_app.extensions import csrf
from tests.conftest import PASSWORD, _migrate, make_app
from tests.support.surveys import Small, small_survey

ROUNDS = 5
SINGLES = 300
WARM = 20
BATCHES = 8
SIZE = 100


def _bare_single(app: Flask) -> None:
    """A route that does one durable insert and nothing else."""

    @app.post("/bare")
    @csrf.exempt
    def bare() -> dict[str, str]:
        from flask import request

        body = request.get_data()
        with transaction():
            db.session.execute(
                text("INSERT INTO bare_row (id, body) VALUES (:id, :body)"),
                {"id": secrets.token_hex(16), "body": body},
            )
        return {"status": "stored"}


def _entries(small: Small, count: int) -> list[dict[str, Any]]:
    made = []
    for k in range(count):
        answers = {f"q{n}": "1" for n in range(40)} | {"k": str(k), "x": secrets.token_hex(8)}
        body = json.dumps({"format": 1, "language": "vi", "outcome": "complete", "answers": answers}).encode()
        made.append(
            {
                "instance_id": str(uuid4()),
                "revision": 1,
                "survey": small.survey.public_id,
                "version": 1,
                "media_type": "application/json",
                "body": base64.b64encode(body).decode(),
                "sha256": hashlib.sha256(body).hexdigest(),
                "case": small.cases[k % 40].id,
            }
        )
    return made


def _undisturbed(seconds: list[float]) -> float:
    """The fastest fifth's upper end: what other work on a shared machine lengthened is left out, on both sides."""
    return sorted(seconds)[len(seconds) // 5]


def _seconds(call: Callable[[], object]) -> float:
    """Seconds of wall time."""
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def _bare_tables() -> list[Table]:
    """Copies of the three tables that receiving writes: same columns, keys, indexes and way of storing rows."""
    metadata = MetaData()
    made = []
    for model in (Submission, AuditEntry, Receipt):
        source = cast(Table, model.__table__)
        columns = [
            Column(c.name, c.type, primary_key=c.primary_key, autoincrement=False) for c in source.columns
        ]
        rowid = source.dialect_options["sqlite"]["with_rowid"]
        table = Table(f"bare_{source.name}", metadata, *columns, sqlite_with_rowid=rowid)
        for index in source.indexes:
            Index(f"bare_{index.name}", *(table.c[c.name] for c in index.columns))
        made.append(table)
    metadata.create_all(db.engine)
    return made


def _bare_rows(entries: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The same values that receiving would write, made beforehand."""
    submissions, audits, receipts = [], [], []
    for e in entries:
        body = base64.b64decode(e["body"])
        key = {"instance_id": e["instance_id"], "revision": 1, "sha256": e["sha256"]}
        submissions.append(
            key
            | {
                "survey_id": 1,
                "version": 1,
                "media_type": e["media_type"],
                "body": body,
                "received_on": "2026-11-22",
            }
            | {"case_tag": "0" * 32, "collaborator_tag": "0" * 32, "link": b"x" * 120, "channel": "phone"}
            | {"stratum": "Phường", "psu": "P1", "base_weight": 10.0}
        )
        receipts.append(
            key | {"number": secrets.token_hex(16), "status": "stored", "issued_on": "2026-11-22"}
        )
        audits.append(
            {"id": secrets.token_hex(16), "at": "2026-11-22", "action": "submission.received"}
            | {"actor_id": None, "survey_id": 1, "details": {}}
        )
    return [submissions, audits, receipts]


def _bare_batches(tables: list[Table], batches: list[list[list[dict[str, Any]]]]) -> None:
    """The same three inserts, a batch a transaction, with nothing checked and nothing made."""
    for rows in batches:
        with transaction():
            for table, values in zip(tables, rows, strict=True):
                db.session.execute(table.insert(), values)


def _batches(batches: list[list[dict[str, Any]]], sender: User) -> None:
    """What the phone's door does with a batch once it is decoded, up to the commit that its receipts stand for."""
    for entries in batches:
        with transaction():
            receive_batch(entries, sender=sender, channel="phone")


def measure(url: str, folder: Path, name: str) -> Iterator[tuple[str, float, str]]:
    app = make_app(folder, url, MAX_CONTENT_LENGTH=None)
    _migrate(app)
    _bare_single(app)
    # Reading what came in is a later job; here only receiving is measured.
    app.extensions["after"]["submission.received"] = lambda: None
    with app.app_context():
        with transaction():
            kind = "BYTEA" if db.engine.dialect.name == "postgresql" else "BLOB"
            db.session.execute(text(f"CREATE TABLE bare_row (id VARCHAR(32) PRIMARY KEY, body {kind})"))
        tables = _bare_tables()
        small = small_survey()
        entries = _entries(small, SINGLES + BATCHES * SIZE * ROUNDS)
        db.session.remove()
    gc.collect()
    gc.freeze()  # as wsgi.py does
    client = app.test_client()
    client.post("/sign-in", data={"name": "ctv", "password": PASSWORD})
    singles, rest = entries[:SINGLES], entries[SINGLES:]
    # As a phone does: it asks who it is, and names its device from then on.
    device = {"X-Device": client.get("/collect/session").get_json()["device"]}
    ours: list[float] = []
    bare: list[float] = []
    for n, entry in enumerate(singles):
        told = {"submissions": [entry]}
        spent = _seconds(lambda told=told: client.post("/api/v1/submissions", json=told, headers=device))  # type: ignore[misc]
        other = _seconds(lambda told=told: client.post("/bare", json=told, headers=device))  # type: ignore[misc]
        if n >= WARM:
            ours.append(spent)
            bare.append(other)
    yield f"receive_single_of_bare_route_{name}", 100 * _undisturbed(bare) / _undisturbed(ours), "%"
    yield f"receive_single_{name}", 1 / _undisturbed(ours), "interviews/s"
    inside: list[float] = []
    ours, bare = [], []
    count = BATCHES // 2 * SIZE
    for r in range(ROUNDS):
        mine = rest[r * BATCHES * SIZE : (r + 1) * BATCHES * SIZE]
        batches = [mine[k : k + SIZE] for k in range(0, len(mine), SIZE)]
        sent, direct = batches[: BATCHES // 2], batches[BATCHES // 2 :]
        ours.append(
            _seconds(lambda b=sent: [client.post("/api/v1/submissions", json={"submissions": x}) for x in b])
        )  # type: ignore[misc]
        rows = [_bare_rows(b) for b in direct]
        with app.app_context():
            sender = db.session.scalars(select(User).where(User.name == "ctv")).one()
            inside.append(_seconds(lambda b=direct, by=sender: _batches(b, by)))  # type: ignore[misc]
            bare.append(_seconds(lambda r=rows: _bare_batches(tables, r)))  # type: ignore[misc]
    yield f"receive_batch_of_bare_loop_{name}", 100 * min(bare) / min(inside), "%"
    yield f"receive_batch_{name}", count / min(inside), "interviews/s"
    yield f"receive_batch_over_http_of_bare_loop_{name}", 100 * min(bare) / min(ours), "%"
    yield f"receive_batch_over_http_{name}", count / min(ours), "interviews/s"


def figures() -> Iterator[tuple[str, float, str]]:
    from tests.support import postgres

    with tempfile.TemporaryDirectory() as folder:
        yield from measure(f"sqlite:///{folder}/bench.sqlite3", Path(folder), "sqlite")
    if postgres.available():
        with postgres.cluster(durable=True) as url, tempfile.TemporaryDirectory() as folder:
            yield from measure(url, Path(folder), "postgresql")
