"""The demo's sign-ins: one per role, passwords made once and kept in the instance folder (mode 0600)."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from flask import current_app

from survey_app.accounts import queries, services
from survey_app.accounts.models import Area, Role, User
from survey_app.keys import private_file

# Words without diacritics and look-alikes: typed on any keyboard.
WORDS = """
bien song nui rung mua nang gio may hoa sen tre lua thuyen cau duong pho cho dinh que huong trang sao dat nuoc
xuan thu dong ha vang xanh trong mai dao cuc lan truc muoi ca tom
"""
COLLABORATORS = 12
NAMES: dict[str, Role] = {
    "quantri": Role.ADMIN,
    "nghiencuu": Role.RESEARCHER,
    "duyet": Role.RESEARCHER,
    "giamsat": Role.SUPERVISOR,
    "lanhdao": Role.LEADER,
    "luutru": Role.CUSTODIAN,
    **{f"ctv{n:02d}": Role.COLLABORATOR for n in range(1, COLLABORATORS + 1)},
}
# One sign-in per role is printed (`duyet` is a second researcher, who approves releases);
# the other collaborators only fill the simulated fieldwork.
PRINTED = ("lanhdao", "nghiencuu", "duyet", "giamsat", "ctv01", "quantri", "luutru")


def _password() -> str:
    words = WORDS.split()
    return "-".join(secrets.choice(words) for _ in range(4)) + f"-{secrets.randbelow(90) + 10}"


def passwords() -> dict[str, str]:
    """{sign-in name: password}, the same on every run."""
    path = Path(current_app.instance_path) / "demo-accounts.json"
    made = json.dumps({name: _password() for name in NAMES}, indent=1)
    found: dict[str, str] = json.loads(private_file(path, made.encode()))
    return found


def create(province: Area) -> dict[str, User]:
    """Make the accounts that don't exist yet, all with the province as their area."""
    words = passwords()
    made = {}
    for name, role in NAMES.items():
        made[name] = queries.user_by_name(name) or services.create_user(name, words[name], role, [province])
    return made
