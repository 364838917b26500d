"""The few links at the top of a page: only what the person's role can use."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l

from survey_app.accounts.models import Role
from survey_app.surveys.states import STATE_NAMES

LINKS: dict[str, tuple[tuple[str, Any], ...]] = {
    Role.RESEARCHER.value: (
        ("surveys.index", _l("Surveys")),
        ("reporting.index", _l("Results")),
        ("accounts.areas", _l("Areas")),
        ("collection.kept_apart", _l("Kept apart")),
    ),
    Role.SUPERVISOR.value: (
        ("sampling.fieldwork_index", _l("Fieldwork")),
        ("accounts.phones", _l("Phones")),
        ("reporting.index", _l("Results")),
        ("collection.rescue", _l("Files from phones")),
    ),
    Role.COLLABORATOR.value: (("collection.app_home", _l("Interviews")),),
    Role.LEADER.value: (("reporting.index", _l("Results")),),
    Role.ADMIN.value: (
        ("accounts.people", _l("Accounts")),
        ("accounts.areas", _l("Areas")),
        ("collection.kept_apart", _l("Kept apart")),
    ),
    Role.CUSTODIAN.value: (("accounts.custody", _l("Contact store")),),
}
ROLES: dict[str, Any] = {
    Role.ADMIN.value: _l("Administrator"),
    Role.RESEARCHER.value: _l("Researcher"),
    Role.SUPERVISOR.value: _l("Supervisor"),
    Role.COLLABORATOR.value: _l("Collaborator"),
    Role.LEADER.value: _l("Leader"),
    Role.CUSTODIAN.value: _l("Custodian"),
}


def init_app(app: Flask) -> None:
    app.jinja_env.globals["navigation"] = lambda role: LINKS.get(role, ())
    app.jinja_env.globals["state_name"] = lambda state: STATE_NAMES.get(state, state)
    app.jinja_env.globals["role_name"] = lambda role: ROLES.get(role, role)
