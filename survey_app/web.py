"""What every answer of the server has in common: headers, compression, hashed static files, problems.

Below the rooms: it knows requests and responses, nothing of surveys.
"""

from __future__ import annotations

import gzip
import hashlib
import ipaddress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Request, Response, current_app, g, redirect, render_template, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFError
from itsdangerous import BadSignature
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from survey_app.config import MAX_UPLOAD
from survey_app.db import db
from survey_app.extensions import login_manager
from survey_app.keys import KeyDestroyed
from survey_app.problems import Problem

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
PERMISSIONS = "geolocation=(), camera=(), microphone=(), interest-cohort=()"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
COMPRESSIBLE = {
    "text/html",
    "text/css",
    "text/javascript",
    "text/csv",
    "application/json",
    "application/manifest+json",
    "image/svg+xml",
}
SMALLEST = 600  # bytes; below this compression costs more than it saves
FOREVER = "public, max-age=31536000, immutable"

_CODES = {404: "request.not-found", 403: "request.forbidden", 405: "request.method", 413: "request.too-large"}


def is_loopback(host: str) -> bool:
    """True for a host that never leaves this machine."""
    name = host.rsplit(":", 1)[0].strip("[]")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


# A part of its life after which a cookie is sent anew, so that whoever works stays signed in.
RENEW_AFTER = 1 / 12


class CookieSession(SecureCookieSessionInterface):
    """Cookies are `Secure` except on this machine's own loopback address, where nothing crosses a network.

    An unchanged cookie is sent again only once a part of its life is over: it would cost every answer some
    hundred bytes.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return None
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie:
            return self.session_class()
        try:
            content, signed = serializer.loads(
                cookie, max_age=int(app.permanent_session_lifetime.total_seconds()), return_timestamp=True
            )
        except BadSignature:
            return self.session_class()
        g.session_age = datetime.now(UTC) - signed
        return self.session_class(content)

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        if session.modified:
            return True
        age = g.get("session_age")
        if age is not None and age < app.permanent_session_lifetime * RENEW_AFTER:
            return False
        return super().should_set_cookie(app, session)

    def get_cookie_secure(self, app: Flask) -> bool:
        if not request.is_secure and is_loopback(request.host):
            return False
        return bool(app.config["SESSION_COOKIE_SECURE"])

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Nothing for a page that is the same for all: no cookie, and nothing that would divide a cache."""
        if not g.get("same_for_all"):
            super().save_session(app, session, response)


@lru_cache(maxsize=512)
def _digest(path: Path, _modified: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def static_url(filename: str) -> str:
    """The address of a static file with its content's hash, so that a phone may keep it for good."""
    path = Path(str(current_app.static_folder)) / filename
    try:
        version = _digest(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        version = ""
    return url_for("static", filename=filename, v=version)


def _as_json() -> bool:
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def _problem(problem: Problem) -> Any:
    db.session.rollback()
    if _as_json():
        response = current_app.json.response(problem.as_json())
        return response, problem.status
    if problem.code == "accounts.sign-in-needed":
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    return render_template("problem.html", problem=problem), problem.status


def _http_error(error: HTTPException) -> Any:
    code = error.code or 500
    if isinstance(error, RequestEntityTooLarge):
        return _problem(Problem("request.too-large", limit=MAX_UPLOAD // 2**20))
    if code in _CODES:
        return _problem(Problem(_CODES[code]))
    if 300 <= code < 400:
        return error
    if code < 500:
        return _problem(Problem("request.malformed", reason=error.name))
    return _problem(Problem("request.server"))


def _unexpected(error: Exception) -> Any:
    current_app.logger.exception("unexpected error")
    return _problem(Problem("request.server"))


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint == "static" and request.args.get("v"):
        response.headers["Cache-Control"] = FOREVER
    elif request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return _compress(response)


@lru_cache(maxsize=64)
def _packed(body: bytes) -> bytes:
    """Static files repeat, so their compressed bytes are kept."""
    return gzip.compress(body, 9, mtime=0)


def _compress(response: Response) -> Response:
    if (
        response.mimetype not in COMPRESSIBLE
        or response.status_code not in (200, 400, 401, 403, 404, 409)
        or "gzip" not in request.headers.get("Accept-Encoding", "")
        or "Content-Encoding" in response.headers
        or (response.is_streamed and request.endpoint != "static")
    ):
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < SMALLEST:
        return response
    cacheable = request.endpoint == "static"
    response.set_data(_packed(body) if cacheable else gzip.compress(body, 5, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    if response.headers.get("ETag"):
        etag, weak = response.get_etag()
        if etag and not weak:
            response.set_etag(etag, weak=True)
    return response


def init_app(app: Flask) -> None:
    """Bind headers, errors and helpers to the application."""
    app.session_interface = CookieSession()
    app.jinja_env.globals["static_url"] = static_url
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.after_request(_finish)
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(KeyDestroyed, lambda _e: _problem(Problem("surveys.key-destroyed")))
    app.register_error_handler(CSRFError, lambda _e: _problem(Problem("request.csrf")))
    app.register_error_handler(HTTPException, _http_error)
    if not app.config.get("TESTING"):
        app.register_error_handler(Exception, _unexpected)

    @login_manager.unauthorized_handler
    def unauthorized() -> Any:
        return _problem(Problem("accounts.sign-in-needed"))
