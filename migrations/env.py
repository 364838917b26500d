"""How Alembic finds the database: through the application. Online only: a script on paper can't check data."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def run() -> None:
    with database.engine.connect() as connection:
        _references(connection, checked=False)
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            **current_app.extensions["migrate"].configure_args,
        )
        try:
            with context.begin_transaction():
                context.run_migrations()
        finally:
            _references(connection, checked=True)


def _references(connection, *, checked: bool) -> None:
    """SQLite changes a table by making it anew, which rows that point at it would forbid.

    The setting has no effect inside a transaction, so it goes straight to the driver. What was changed is
    looked at before checking begins again.
    """
    if connection.dialect.name != "sqlite":
        return
    driver = connection.connection.driver_connection
    if checked and (broken := driver.execute("PRAGMA foreign_key_check").fetchall()):
        raise RuntimeError(f"rows point at nothing after the migration: {broken[:5]}")
    driver.execute(f"PRAGMA foreign_keys={'ON' if checked else 'OFF'}")


run()
