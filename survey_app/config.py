"""Settings, from the environment, with safe defaults. Nothing secret has a default: it is made and kept
in the instance folder (mode 0600) by `keys.py`.

DULUAN_DATABASE_URL   SQLAlchemy address; default an SQLite file in the instance folder
DULUAN_INSTANCE       folder for the database, keys and the demo's passwords
DULUAN_ARGON2         `cheap` lowers the cost of password hashing (tests only)
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

# A workbook of a national survey is under 1 MB; a photo from a phone under 10 MB.
MAX_UPLOAD = 16 * 1024 * 1024
MAX_INTERVIEW = 1024 * 1024
# What a signed-in phone may send at once. Far more than a batch of interviews needs: one that is far too large is
# kept and told with a code, so that it doesn't stand in the way of the others.
MAX_BATCH = 96 * 1024 * 1024


def settings(instance: Path) -> dict[str, Any]:
    """The configuration as a dictionary. `instance`: the folder that holds the default database."""
    url = os.environ.get("DULUAN_DATABASE_URL") or f"sqlite:///{instance / 'du_luan.sqlite3'}"
    return {
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": not url.startswith("sqlite")},
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": 12 * 3600,
        "REMEMBER_COOKIE_SECURE": True,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": MAX_UPLOAD,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "BABEL_DEFAULT_LOCALE": "vi",
        "LANGUAGES": ("vi", "en"),
        "ARGON2": os.environ.get("DULUAN_ARGON2", "strong"),
        "ASYNC_JOBS": True,
    }
