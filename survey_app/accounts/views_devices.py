"""Phones on screen: the supervisor hands out codes, the administrator shuts lost phones out."""

from __future__ import annotations

from typing import Any

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from survey_app.accounts import devices, queries
from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role, User
from survey_app.db import transactional
from survey_app.problems import Problem
from survey_app.web import is_loopback


def _in_care() -> list[User]:
    """Collaborators whom the person may enrol: all for an administrator, those of the areas for a supervisor."""
    if current_user.role == Role.ADMIN.value:
        return [u for u in queries.users() if u.role == Role.COLLABORATOR.value and u.active]
    return list(queries.collaborators(current_user.areas))


def _picture(address: str) -> Markup:
    """The address as a QR code: dark on light also where the page is dark, for cameras read no other."""
    made = segno.make(address, error="m").svg_inline(
        scale=6, border=4, dark="#000", light="#fff", omitsize=True
    )
    return Markup(made)


def init_views(bp: Blueprint) -> None:
    """Add the phones' addresses to the room's blueprint."""

    @bp.get("/phones")
    @require_role(Role.SUPERVISOR)
    def phones() -> str:
        people = _in_care()
        found = devices.devices([person.id for person in people])
        return render_template("accounts/phones.html", people=people, devices=found)

    @bp.post("/phones/<int:user_id>/code")
    @require_role(Role.SUPERVISOR, Role.ADMIN)
    @transactional
    def enrolment_code(user_id: int) -> str:
        """A code that is shown once, as letters and as a picture; its address is in no log."""
        person = next((u for u in _in_care() if u.id == user_id), None)
        if person is None:
            raise Problem("request.not-found")
        code = devices.make_code(person, by=current_user)
        home = f"{request.host_url}collect/"
        return render_template(
            "accounts/enrolment_code.html",
            person=person,
            code=devices.shown_code(code),
            home=home,
            picture=_picture(f"{home}#/enrol/{code}"),
            hours=devices.VALID_HOURS,
            unsafe=not request.is_secure,
            only_here=is_loopback(request.host),
        )

    @bp.post("/people/devices/<device_id>/revoke")
    @require_role(Role.ADMIN)
    @transactional
    def revoke_device(device_id: str) -> Any:
        device = devices.device_by_id(device_id)
        devices.revoke(device, by=current_user)
        flash(
            _(
                "The phone of %(name)s is shut out. All sessions of the account have ended.",
                name=device.user.name,
            )
        )
        return redirect(url_for("accounts.people"))
