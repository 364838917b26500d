"""Signing in and out, the language, and the first page: each role is sent to its own."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask_login import current_user, logout_user

from survey_app import wording
from survey_app.accounts import devices, queries, services, views_devices
from survey_app.accounts.access import require_role
from survey_app.accounts.forms import SignInForm
from survey_app.accounts.models import Role
from survey_app.extensions import login_manager
from survey_app.problems import Problem

bp = Blueprint("accounts", __name__)
views_devices.init_views(bp)
login_manager.user_loader(queries.user_by_session)

FIRST_PAGE = {
    Role.RESEARCHER.value: "surveys.index",
    Role.SUPERVISOR.value: "sampling.fieldwork_index",
    Role.COLLABORATOR.value: "collection.app_home",
    Role.LEADER.value: "reporting.index",
    Role.ADMIN.value: "accounts.people",
    Role.CUSTODIAN.value: "accounts.custody",
}


def _inside(address: str | None) -> str | None:
    """Only a path of this site may be returned to after signing in."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc else None


@bp.get("/")
def home() -> Any:
    if not current_user.is_authenticated:
        return redirect(url_for(".sign_in"))
    return redirect(url_for(FIRST_PAGE[current_user.role]))


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Any:
    form = SignInForm()
    if current_user.is_authenticated and request.method == "GET":
        return redirect(url_for(".home"))
    if form.validate_on_submit():
        try:
            user = services.sign_in(form.name.data or "", form.password.data or "", request.remote_addr or "")
        except Problem as problem:
            return render_template("accounts/sign_in.html", form=form, problem=problem), problem.status
        session.permanent = True
        session.setdefault("language", user.language)
        return redirect(_inside(request.args.get("next")) or url_for(".home"))
    return render_template(
        "accounts/sign_in.html", form=form, problem=None
    ), 400 if form.is_submitted() else 200


@bp.post("/sign-out")
def sign_out() -> Any:
    logout_user()
    return redirect(url_for(".sign_in"))


@bp.post("/language")
def choose_language() -> Any:
    wanted = request.form.get("language", "")
    if wanted in current_app.config["LANGUAGES"]:
        wording.choose(wanted)
    return redirect(_inside(request.form.get("back")) or url_for(".home"))


@bp.get("/people")
@require_role(Role.ADMIN)
def people() -> Any:
    users = queries.users()
    return render_template(
        "accounts/people.html",
        users=users,
        devices=devices.devices([user.id for user in users]),
        areas=queries.area_count(),
    )


@bp.get("/areas")
@require_role(Role.ADMIN, Role.RESEARCHER, Role.SUPERVISOR)
def areas() -> Any:
    text = request.args.get("q", "")
    return render_template("accounts/areas.html", text=text, found=queries.search_areas(text))


@bp.get("/custody")
@require_role(Role.CUSTODIAN)
def custody() -> Any:
    return render_template("accounts/custody.html")
