"""The states of a survey in words."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

STATE_NAMES: dict[str, Any] = {
    "design": _l("in design"),
    "collecting": _l("collecting"),
    "closed": _l("closed"),
    "locked": _l("locked"),
}
