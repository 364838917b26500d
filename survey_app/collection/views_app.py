"""The collaborator's app: its page, its service worker, its manifest, and the widgets of each questionnaire.

The page itself holds no data: it is the same for everybody, so that a phone may keep it and open it without a
connection. Who is here and what is assigned comes through `api.py`.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from flask import Blueprint, Response, current_app, g, make_response, render_template, request, url_for
from flask_babel import force_locale, gettext
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from survey_app.accounts import devices
from survey_app.accounts import services as accounts
from survey_app.accounts.access import require_role
from survey_app.accounts.models import Device, Role
from survey_app.authoring import queries as authoring
from survey_app.collection import envelopes, fields, media, paused, receiving, words
from survey_app.collection.bundles import Bundle, bundle, sheet
from survey_app.config import MAX_BATCH
from survey_app.db import transactional
from survey_app.problems import Problem
from survey_app.surveys import queries as surveys
from survey_app.web import FOREVER, PERMISSIONS, POLICY, static_url

P = ParamSpec("P")
R = TypeVar("R")
DEVICE_HEADER = "X-Device"
SHEETS = {
    "respond": ("tokens", "base", "interview"),
    "main": ("tokens", "base", "interview", "media", "collect"),
}
ICONS = ("icons/app.svg", "icons/app-192.png", "icons/app-512.png")
ENTRIES = ("respond", "main")
# Fetched by the app when it is first needed, and kept with it by the service worker.
LATER = ("capture",)
#: What the app alone may use: camera and microphone, and what they made, looked at and listened to.
APP_HEADERS = {
    "Content-Security-Policy": f"{POLICY}; media-src 'self' blob:",
    "Permissions-Policy": PERMISSIONS.replace("camera=()", "camera=(self)").replace(
        "microphone=()", "microphone=(self)"
    ),
}


def scripts() -> Path:
    return Path(str(current_app.static_folder)) / "js" / "collect"


def _script(name: str) -> Bundle:
    return bundle(scripts(), f"{name}.js", watch=current_app.debug)


def bundle_url(name: str) -> str:
    """The address of a page's script with its content's hash."""
    return url_for("collection.script", name=name, digest=_script(name).digest)


def _style(name: str) -> Bundle:
    return sheet(Path(str(current_app.static_folder)) / "css", SHEETS[name], watch=current_app.debug)


def style_url(name: str) -> str:
    """The address of a page's style sheet with its content's hash."""
    return url_for("collection.style", name=name, digest=_style(name).digest)


def _shell() -> str:
    with force_locale("vi"):
        return render_template(
            "collection/app.html",
            words=words.data_block(words.block()),
            version=_script("main").digest,
            bundle=bundle_url,
            style=style_url,
        )


def init_views(bp: Blueprint) -> None:
    """Add the app's addresses to the room's blueprint."""

    @bp.get("/script/<name>-<digest>.js")
    def script(name: str, digest: str) -> Response:
        if name not in ENTRIES + LATER:
            raise Problem("request.not-found")
        return _packed(_script(name), "text/javascript")

    @bp.get("/style/<name>-<digest>.css")
    def style(name: str, digest: str) -> Response:
        if name not in ENTRIES:
            raise Problem("request.not-found")
        return _packed(_style(name), "text/css")

    @bp.get("/collect/")
    def app_home() -> Response:
        g.same_for_all = True
        response = make_response(_shell())
        response.headers.update(APP_HEADERS)
        return response

    @bp.get("/collect/sw.js")
    def service_worker() -> Response:
        g.same_for_all = True
        page = _shell()
        addresses = ["/collect/", bundle_url("main"), style_url("main"), url_for("collection.manifest")]
        addresses += [bundle_url(name) for name in LATER] + [static_url(icon) for icon in ICONS]
        version = hashlib.sha256((page + "\n".join(addresses)).encode()).hexdigest()[:12]
        head = f"const VERSION = {json.dumps(version)};\nconst SHELL = {json.dumps(addresses)};\n"
        response = make_response(head + (scripts() / "sw.js").read_text(encoding="utf-8"))
        response.mimetype = "text/javascript"
        response.headers["Cache-Control"] = "no-cache"
        return response

    @bp.get("/collect/manifest.webmanifest")
    def manifest() -> Response:
        g.same_for_all = True
        with force_locale("vi"):
            told = words.manifest(
                [
                    {"src": static_url(icon), "sizes": size, "type": kind, "purpose": "any maskable"}
                    for icon, size, kind in (
                        ("icons/app-192.png", "192x192", "image/png"),
                        ("icons/app-512.png", "512x512", "image/png"),
                        ("icons/app.svg", "any", "image/svg+xml"),
                    )
                ]
            )
        response = make_response(json.dumps(told, ensure_ascii=False))
        response.mimetype = "application/manifest+json"
        return response

    @bp.get("/collect/session")
    @phone_door
    @require_role(Role.COLLABORATOR)
    def app_session() -> dict[str, Any]:
        """Who is signed in and on which device, with the token that sending needs."""
        name = devices.called(request.user_agent.string)
        device = devices.known_device(current_user, request.headers.get(DEVICE_HEADER), name)
        return _session(device)

    @bp.post("/collect/enrol")
    def enrol() -> dict[str, Any]:
        """Sign a phone in with the one-use code that the supervisor gave."""
        body = request.get_json(silent=True)
        told = body if isinstance(body, dict) else {}
        name = str(told.get("device", "")) or devices.called(request.user_agent.string)
        return _session(devices.enrol(str(told.get("code", "")), name, request.remote_addr or ""))

    @bp.route("/collect/rescue", methods=["GET", "POST"])
    @require_role(Role.SUPERVISOR, Role.RESEARCHER)
    @transactional
    def rescue() -> str:
        """A supervisor uploads what a phone could not send."""
        counts = None
        if request.method == "POST":
            request.max_content_length = MAX_BATCH  # the files of one phone, chosen together
            sent = [file.read() for file in request.files.getlist("file")] or [b""]
            each = [_rescued(content) for content in sent]
            counts = {name: sum(one[name] for one in each) for name in each[0]}
        return render_template("collection/rescue.html", counts=counts)

    @bp.get("/collect/token")
    def app_token() -> dict[str, str]:
        """The token that a form of the app needs before anybody has signed in."""
        return {"csrf": generate_csrf()}

    @bp.post("/collect/recover")
    @phone_door
    def recover() -> dict[str, str]:
        """Open the phone's draft key for its owner, who has forgotten the PIN but knows the password."""
        body = request.get_json(silent=True)
        told = body if isinstance(body, dict) else {}
        user = accounts.sign_in(
            str(told.get("name", "")), str(told.get("password", "")), request.remote_addr or ""
        )
        try:
            wrapped = base64.b64decode(str(told.get("wrapped", "")), validate=True)
            bound = f"user|{user.id}".encode()
            key = envelopes.opened(wrapped, envelopes.recovery_key(), bound, envelopes.DRAFT_KEY)
        except ValueError as error:
            raise Problem("collection.malformed", reason=str(error)) from error
        return {"key": base64.b64encode(key).decode()}

    @bp.get("/collect/form/<survey_id>/<int:number>")
    @phone_door
    @require_role(Role.COLLABORATOR, Role.RESEARCHER)
    def app_form(survey_id: str, number: int) -> Response:
        """Every page of a published version as widgets, empty. It never changes while the templates don't."""
        survey = surveys.survey(survey_id, member=current_user)
        compiled = authoring.compiled(authoring.version(survey, number))
        with force_locale("vi"):
            pages = fields.blank_pages(compiled)
            response = make_response(render_template("collection/form.html", pages=pages))
        response.headers["Cache-Control"] = "private, max-age=86400"
        return response


def phone_door(view: Callable[P, R]) -> Callable[P, R]:
    """A revoked phone gets no further, signed in or not."""

    @functools.wraps(view)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        devices.refuse_revoked(request.headers.get(DEVICE_HEADER))
        return view(*args, **kwargs)

    return wrapper


def _session(device: Device) -> dict[str, Any]:
    return {
        "id": current_user.id,
        "name": current_user.name,
        "csrf": generate_csrf(),
        "recovery_key": envelopes.public_text(envelopes.recovery_key()),
        "device": device.id,
    }


def _rescued(content: bytes) -> dict[str, int]:
    """Receive what a rescue file holds: interviews, paused drafts, photos and recordings.

    {kept, drafts, files: how many are safe, problem: how many have no place}
    """
    try:
        read = json.loads(content)
        lists = [read["submissions"], read.get("drafts", []), read.get("files", [])]
        if read["format"] != "rescue-1" or not all(isinstance(one, list) for one in lists):
            raise ValueError("format")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Problem(
            "collection.malformed", reason=gettext("this is not a file of unsent interviews")
        ) from error
    items, drafts, files = lists
    answers = []
    for at in range(0, len(items), receiving.LARGEST_BATCH):
        part = items[at : at + receiving.LARGEST_BATCH]
        answers += receiving.receive_batch(part, sender=current_user, channel="rescue")
    kept = sum(answer.problem is None for answer in answers)
    others = paused.receive_drafts(drafts, current_user), media.receive_whole(files, current_user)
    resting, safe = (sum("problem" not in one for one in answered) for answered in others)
    return {
        "kept": kept,
        "drafts": resting,
        "files": safe,
        "problem": len(answers) - kept + len(drafts) - resting + len(files) - safe,
    }


def _packed(made: Bundle, media_type: str) -> Response:
    response = make_response(made.packed)
    response.mimetype = media_type
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOREVER
    return response
