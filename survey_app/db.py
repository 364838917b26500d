"""The database: base model, naming convention, connection settings and the one place that commits.

Services flush and never commit; a view, command or job is wrapped in `@transactional` (or `with
transaction():`), which commits once or rolls back. Callbacks given to `after_commit` run only when the
commit has succeeded, so a job never sees data that isn't there.
"""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase

P = ParamSpec("P")
R = TypeVar("R")

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


# What was loaded stays readable after a commit; a request is short, and each has a session of its own.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:

    class Model(Base):
        """What every table derives from; at run time Flask-SQLAlchemy makes it."""

        __abstract__ = True

else:
    Model = db.Model

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_AFTER = "after_commit"


@event.listens_for(Engine, "connect")
def _sqlite_settings(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    # We open transactions ourselves (below); the driver must not.
    connection.isolation_level = None
    cursor = connection.cursor()
    # FULL: a receipt lets the phone delete its copy, so a commit must survive a power cut.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _sqlite_begin(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        # A deferred transaction that starts to write fails at once when another writer was first; one
        # that announces itself waits its turn (busy_timeout). Readers stay deferred and never wait.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def insert_new(table: Any) -> Any:
    """INSERT … ON CONFLICT DO NOTHING in the dialect at hand; the rows go with `execute`, many at a time."""
    return _insert_new(table, db.engine.dialect.name)


@functools.lru_cache(maxsize=64)
def _insert_new(table: Any, dialect: str) -> Any:
    made = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return made.on_conflict_do_nothing()


def upsert(table: Any, row: dict[str, Any], changed: dict[str, Any] | None = None) -> None:
    """Insert a row, or change the one with its primary key: safe when two processes do it at once.

    changed: expressions over the row that is there, by column; by default it is replaced by `row`.
    """
    if changed is None:
        db.session.execute(_replace(table, tuple(row), db.engine.dialect.name), row)
        return
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    keys = [c.name for c in table.primary_key.columns]
    statement = dialect.insert(table).values(row)
    db.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


@functools.lru_cache(maxsize=64)
def _replace(table: Any, columns: tuple[str, ...], dialect: str) -> Any:
    """INSERT … ON CONFLICT DO UPDATE of these columns; kept, since building it costs more than running it."""
    made = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    keys = [c.name for c in table.primary_key.columns]
    return made.on_conflict_do_update(
        index_elements=keys, set_={name: made.excluded[name] for name in columns if name not in keys}
    )


def after_commit(callback: Callable[[], None]) -> None:
    """Run `callback` once the current transaction has been committed; forget it on rollback."""
    db.session.info.setdefault(_AFTER, []).append(callback)


def _end_reading() -> None:
    """End, where it must be, the read that loading the signed-in user began; what was loaded stays loaded."""
    session = db.session()
    if session.new or session.dirty or session.deleted:
        session.rollback()  # changed outside a transaction: a mistake that must not slip in with the next one
    elif session.in_transaction() and db.engine.dialect.name == "sqlite":
        # There a read can't turn into a write that waits its turn, so the write begins anew on the connection in
        # hand; PostgreSQL just goes on, two trips fewer.
        for statement in ("COMMIT", "BEGIN IMMEDIATE"):
            session.connection().exec_driver_sql(statement)


@contextmanager
def transaction() -> Iterator[None]:
    """One writing transaction: commit at the end, roll back on any exception. Nested use joins the outer."""
    if _writing.get():
        yield
        return
    token = _writing.set(True)
    try:
        _end_reading()
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        db.session.info.pop(_AFTER, None)
        raise
    finally:
        _writing.reset(token)
    for callback in db.session.info.pop(_AFTER, []):
        callback()


def transactional(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a view, command or job so that it is one transaction."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction():
            return function(*args, **kwargs)

    return wrapper
