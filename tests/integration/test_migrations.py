"""The schema: what the migrations make is what the models say, up and down, on both databases."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from survey_app.db import db


def test_migrations_make_what_the_models_say(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_down_to_nothing_and_up_again(app: Flask) -> None:
    db.session.remove()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert set(db.metadata.tables) <= set(inspect(db.engine).get_table_names())


def test_sqlite_keeps_no_order_of_arrival(app: Flask) -> None:
    """Tables about interviews have no row id on SQLite: their order is that of random keys."""
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.connect() as connection:
        made = dict(
            connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
        )
    for table in (
        "submission",
        "receipt",
        "submission_conflict",
        "stray",
        "interview",
        "link_draft",
        "audit_entry",
    ):
        assert "WITHOUT ROWID" in made[table], table
