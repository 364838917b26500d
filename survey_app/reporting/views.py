"""Leaders' pages: released results and nothing else."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_login import current_user

from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.reporting import queries

bp = Blueprint("reporting", __name__, url_prefix="/results")
READERS = (Role.LEADER, Role.RESEARCHER, Role.SUPERVISOR)


@bp.get("/")
@require_role(*READERS)
def index() -> str:
    return render_template("reporting/index.html", releases=queries.newest(current_user))
