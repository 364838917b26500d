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


def test_earlier_releases_stay_with_the_leaders_and_keep_their_rows(app: Flask) -> None:
    """Down and up again with rows that point at one another."""
    db.session.remove()
    downgrade(revision="20261122_first")
    with db.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO survey (id, public_id, title, population, organisation, wave, state, simulated, created_on,"
            " weighting_plan) VALUES (1, 'abc', '{}', '{}', '{}', 1, 'closed', false, '2026-01-01', '{}')"
        )
        connection.exec_driver_sql(
            "INSERT INTO weighting_run (id, survey_id, number, recipe, inputs_digest, diagnostics, n, n_effective,"
            " made_at) VALUES (1, 1, 1, '{}', 'd', '{}', 1, 1.0, '2026-01-01')"
        )
        for number, before in ((1, "NULL"), (2, "1")):
            connection.exec_driver_sql(
                "INSERT INTO release (id, survey_id, run_id, number, supersedes_id, digest, released_at) VALUES"
                f" ({number}, 1, 1, {number}, {before}, 'd', '2026-01-02')"
            )
    for revision in ("head", "20261122_first", "head"):
        (downgrade if revision == "20261122_first" else upgrade)(revision=revision)
    with db.engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT number, audience, supersedes_id FROM release ORDER BY number"
        )
        assert [tuple(row) for row in found] == [(1, "leaders", None), (2, "leaders", 1)]
        assert connection.exec_driver_sql("SELECT count(*) FROM survey").scalar() == 1


def test_a_survey_with_fieldwork_under_way_gets_its_new_settings(app: Flask) -> None:
    db.session.remove()
    downgrade(revision="20261122_first")
    with db.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO user_account (id, name, password_hash, role, active, language, session_number)"
            " VALUES (1, 'nc', '', 'researcher', TRUE, 'vi', 1)"
        )
        connection.exec_driver_sql(
            "INSERT INTO survey (id, public_id, title, population, organisation, wave, state, simulated,"
            " created_on, weighting_plan)"
            " VALUES (1, 'ab', '{}', '{}', '{}', 1, 'collecting', FALSE, '2026-11-22', '{}')"
        )
        connection.exec_driver_sql("INSERT INTO membership (survey_id, user_id) VALUES (1, 1)")
        connection.exec_driver_sql(
            "INSERT INTO interview (instance_id, revision, survey_id, version, outcome, latest, language,"
            ' "values", outside, findings)'
            " VALUES ('a', 1, 1, 1, 'complete', TRUE, 'vi', '{}', '{}', '[]')"
        )
    upgrade()
    with db.engine.connect() as connection:
        (survey,) = connection.exec_driver_sql("SELECT tries, anonymous, locked_on FROM survey").fetchall()
        (interview,) = connection.exec_driver_sql("SELECT timings FROM interview").fetchall()
        members = connection.exec_driver_sql("SELECT COUNT(*) FROM membership").scalar()
    assert (survey[0], bool(survey[1]), survey[2], members) == (3, True, None, 1)
    assert interview[0] in ("{}", {})
    downgrade(revision="20261122_first")
    upgrade()


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
        "sealed_draft",
        "sent_back",
        "media_file",
        "media_part",
        "audit_entry",
    ):
        assert "WITHOUT ROWID" in made[table], table
