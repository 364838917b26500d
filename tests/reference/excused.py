"""Where the library should not equal R `survey` 4.1, and why. Short on purpose; each reason can be checked."""

from __future__ import annotations

from typing import Any


def excuse(case: dict[str, Any], differing: list[str]) -> str | None:
    """The reason why this case may differ where it does, or None."""
    return None
