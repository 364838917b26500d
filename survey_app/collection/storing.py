"""The write behind every receipt: interviews, receipts and audit entries, in the caller's transaction.

`store` is called by `receiving` alone. What is new costs one statement on PostgreSQL, whether one interview or a
hundred: three inserts that feed one another, so one trip to the server instead of three. SQLite has no trips to
save and makes the three inserts in turn. What was there already is looked at afterwards, by the same code on both.
Why: `decisions/0009-one-trip.md`. Tested in `tests/integration/test_receiving.py`.
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, select, tuple_
from sqlalchemy.dialects import postgresql

from survey_app import audit
from survey_app.audit import AuditEntry
from survey_app.collection.models import Conflict, Receipt, Submission
from survey_app.db import db, insert_new

Row = Mapping[str, Any]
Key = tuple[str, int]
BytesKey = tuple[str, int, str]

RECEIVED, CONFLICT = "submission.received", "submission.conflict"
_SUBMISSION = cast(Table, Submission.__table__)
_RECEIPT = cast(Table, Receipt.__table__)
_CONFLICT_COLUMNS = tuple(column.name for column in cast(Table, Conflict.__table__).columns)


@dataclass(frozen=True)
class Issued:
    """A receipt: `stored` or `conflict`, and its number."""

    status: str
    number: str


def key(row: Row) -> Key:
    return row["instance_id"], row["revision"]


def bytes_key(row: Row) -> BytesKey:
    return row["instance_id"], row["revision"], row["sha256"]


def store(rows: Sequence[Row]) -> dict[BytesKey, Issued]:
    """Store rows of `submission` (at least one, of one day); a receipt for each (instance_id, revision, sha256).

    The same bytes as before get the receipt that was issued for them. Other bytes under a key that is taken, be it
    by an earlier row of `rows`, are kept in `submission_conflict`.
    """
    first: dict[Key, Row] = {}
    for row in rows:
        first.setdefault(key(row), row)
    if db.engine.dialect.name == "postgresql":
        issued = _insert_at_once(list(first.values()))
        added = len(issued)
    else:
        issued = {}
        added = _count_new(_SUBMISSION, list(first.values()))
    if added:
        audit.announce(RECEIVED, {})
    left = {bytes_key(row): row for row in rows if bytes_key(row) not in issued}
    if left:
        stands = {k: row["sha256"] for k, row in first.items()}
        if added != len(first):
            # A resend, or another request in the same moment: see which bytes stand.
            stands |= _standing({key(row) for row in left.values()})
        others = {k for k, row in left.items() if stands[key(row)] != row["sha256"]}
        if others:
            kept = [{name: left[k][name] for name in _CONFLICT_COLUMNS} for k in others]
            db.session.execute(insert_new(Conflict.__table__), kept)
        issued |= _receipts(left, others)
    return issued


def _standing(keys: set[Key]) -> dict[Key, str]:
    """{(instance_id, revision): sha256 of the bytes that stand}."""
    columns = _SUBMISSION.c
    found = select(columns.instance_id, columns.revision, columns.sha256).where(
        tuple_(columns.instance_id, columns.revision).in_(list(keys))
    )
    return {(row[0], row[1]): row[2] for row in db.session.execute(found)}


def _count_new(table: Table, rows: list[Row]) -> int:
    """Insert rows; how many were new."""
    connection = db.session.connection()
    given: Any = rows if len(rows) > 1 else rows[0]
    # Without this, many rows at once come back uncounted (-1) from PostgreSQL.
    result: Any = connection.execute(insert_new(table), given, execution_options={"preserve_rowcount": True})
    return int(result.rowcount)


def _receipts(wanted: Mapping[BytesKey, Row], others: set[BytesKey]) -> dict[BytesKey, Issued]:
    """A receipt for each: a new one with its audit entry, or the one that was issued before."""
    issued = {k: Issued("conflict" if k in others else "stored", secrets.token_hex(16)) for k in wanted}
    rows: list[Row] = [
        {
            "instance_id": k[0],
            "revision": k[1],
            "sha256": k[2],
            "number": one.number,
            "status": one.status,
            "issued_on": wanted[k]["received_on"],
        }
        for k, one in issued.items()
    ]
    fresh = set(wanted)
    if _count_new(_RECEIPT, rows) != len(rows):
        keys = tuple_(_RECEIPT.c.instance_id, _RECEIPT.c.revision, _RECEIPT.c.sha256)
        for row in db.session.execute(select(_RECEIPT).where(keys.in_(list(wanted)))):
            k = (row.instance_id, row.revision, row.sha256)
            if row.number != issued[k].number:
                fresh.discard(k)
                issued[k] = Issued(row.status, row.number)
    if fresh:
        entry = audit.entry(RECEIVED, confidential=True)
        entries = [
            {
                **entry,
                "id": secrets.token_hex(16),
                "action": CONFLICT if k in others else RECEIVED,
                "survey_id": wanted[k]["survey_id"],
            }
            for k in fresh
        ]
        db.session.connection().execute(AuditEntry.__table__.insert(), entries)  # type: ignore[attr-defined]
    return issued


def _insert_at_once(rows: list[Row]) -> dict[BytesKey, Issued]:
    """PostgreSQL: rows whose key is new, with their receipts and audit entries. The others are left as they are."""
    given: dict[str, list[Any]] = {c.name: [row[c.name] for row in rows] for c in _SUBMISSION.columns}
    given["number"] = [secrets.token_hex(16) for _row in rows]
    given["entry"] = [secrets.token_hex(16) for _row in rows]
    told = db.session.connection().exec_driver_sql(_at_once(), given)
    return {(row[0], row[1], row[2]): Issued("stored", row[3]) for row in told}


@functools.cache
def _at_once() -> str:
    """The statement, made from the model's columns. Each parameter is an array with a value per row."""
    dialect = postgresql.dialect()
    kinds = {c.name: c.type.compile(dialect).partition("(")[0] for c in _SUBMISSION.columns}
    columns = ", ".join(kinds)
    kinds |= {"number": "VARCHAR", "entry": "VARCHAR"}
    arrays = ", ".join(f"%({name})s::{kind}[]" for name, kind in kinds.items())
    return f"""
        WITH given AS (SELECT * FROM unnest({arrays}) AS given ({", ".join(kinds)})),
        kept AS (
            INSERT INTO submission ({columns}) SELECT {columns} FROM given
            ON CONFLICT DO NOTHING RETURNING instance_id, revision
        ),
        receipts AS (
            INSERT INTO receipt (instance_id, revision, sha256, number, status, issued_on)
            SELECT instance_id, revision, sha256, number, 'stored', received_on
            FROM given JOIN kept USING (instance_id, revision)
            ON CONFLICT DO NOTHING RETURNING instance_id, revision, sha256, number
        ),
        entries AS (
            INSERT INTO audit_entry (id, at, action, survey_id, details)
            SELECT entry, received_on, '{RECEIVED}', survey_id, '{{}}'
            FROM given JOIN receipts USING (instance_id, revision)
        )
        SELECT instance_id, revision, sha256, number FROM receipts"""
