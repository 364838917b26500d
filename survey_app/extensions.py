"""Flask extensions, made once and bound to the application in `create_app`."""

from __future__ import annotations

from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

login_manager = LoginManager()
# Its protection would only mark a session as no longer fresh, which nothing here asks; and it marks every session
# that isn't signed in, so that a page fetched beside a sign-in brought back a cookie of before it, and signed the
# phone out.
login_manager.session_protection = None
csrf = CSRFProtect()
babel = Babel()
migrate = Migrate()
