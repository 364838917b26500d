"""The web application: people, storage and screens.

For: researchers, supervisors, collaborators, leaders and respondents, through a browser. Called by `wsgi.py`
and by the `flask` command. It may import `questionnaires` and `analysis`; they never import it.
Rooms follow the work and import only from rooms to their left:
accounts → surveys → authoring → sampling → collection → snapshots → weighting → tabulation → reporting,
then `demo`, `jobs`, `cli`.
Tested in `tests/unit/survey_app`, `tests/integration` (SQLite and PostgreSQL) and `tests/browser`.
A new screen is a query, a view of a dozen lines and a template in the room whose work it is.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from flask import Flask

from survey_app import config, wording
from survey_app.db import db
from survey_app.extensions import csrf, login_manager, migrate
from survey_app.keys import Keyring

ROOT = Path(__file__).parent.parent


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """Make the application. `overrides` replace settings (tests); nothing is read from it later."""
    instance = Path(os.environ.get("DULUAN_INSTANCE", ROOT / "instance")).resolve()
    if overrides and "INSTANCE" in overrides:
        instance = Path(overrides["INSTANCE"])
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    app = Flask(__name__, instance_path=str(instance))
    app.config.update(config.settings(instance))
    app.config.update(overrides or {})
    app.extensions["keyring"] = Keyring(instance / "keys")
    if not app.config.get("SECRET_KEY"):
        app.config["SECRET_KEY"] = Keyring(instance / "keys").master("cookies").hex()

    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), compare_type=True, render_as_batch=True)
    login_manager.init_app(app)
    csrf.init_app(app)
    wording.init_app(app)
    _web(app)
    _rooms(app)
    _above(app)
    return app


def _web(app: Flask) -> None:
    from survey_app import navigation, web

    web.init_app(app)
    navigation.init_app(app)


def _rooms(app: Flask) -> None:
    from survey_app.accounts.views import bp as accounts
    from survey_app.authoring.views import bp as authoring
    from survey_app.collection.api import bp as phone
    from survey_app.collection.views import bp as collection
    from survey_app.reporting.views_public import bp as public  # and with it the leaders' pages
    from survey_app.reporting.views_release import bp as reporting
    from survey_app.sampling.views import bp as sampling
    from survey_app.snapshots.views import bp as snapshots
    from survey_app.surveys.views import bp as surveys
    from survey_app.tabulation.views import bp as tabulation
    from survey_app.weighting import views_areas  # noqa: F401  (adds its addresses to the blueprint)
    from survey_app.weighting.views import bp as weighting

    for room in (
        accounts,
        surveys,
        authoring,
        sampling,
        collection,
        phone,
        snapshots,
        weighting,
        tabulation,
        reporting,
        public,
    ):
        app.register_blueprint(room)


def _above(app: Flask) -> None:
    from survey_app import cli, jobs

    cli.init_app(app)
    jobs.init_app(app)
