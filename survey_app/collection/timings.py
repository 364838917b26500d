"""How an interview went, by the paradata its sender told: seconds in all and by page, steps back, others present.

Senders: the phone (`{"seconds": {page: seconds}, "backs": n, "present": ...}`), a link's script (`{"seconds":
{page: n}}`), the simulated fieldwork (`{"seconds": n, "present": ...}`), and an event log (`{"events": [...]}`, see
`questionnaires.paradata`).
No clock times are kept: with them an interview could be laid beside a visit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from questionnaires import read_paradata

LONGEST = 24 * 3600.0  # seconds; a longer page was left open overnight
MOST_PAGES = 400
#: What the collaborator saw at the end: others within hearing. Never who they were.
PRESENT = ("nobody", "part", "most")


def read(paradata: Any) -> dict[str, Any]:
    """{seconds, pages: {name: seconds}, backs, present}, each where it was told sensibly. Never raises.

    present: one of `PRESENT`; absent from links, older apps and interviews broken off.
    """
    if not isinstance(paradata, Mapping):
        return {}
    present = paradata.get("present")
    return _times(paradata) | ({"present": present} if present in PRESENT else {})


def _times(paradata: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(paradata.get("events"), list):
        log, _findings = read_paradata(paradata["events"])
        pages = {page.name: round(page.seconds, 1) for page in log.pages[:MOST_PAGES]}
        return {"seconds": round(log.seconds, 1), "pages": pages, "backs": log.backtracks} if pages else {}
    told, backs = paradata.get("seconds"), _seconds(paradata.get("backs"))
    if isinstance(told, Mapping):
        listed = list(told.items())[:MOST_PAGES]
        pages = {str(name)[:200]: s for name, value in listed if (s := _seconds(value)) is not None}
        if not pages:
            return {}
        return {"seconds": round(sum(pages.values()), 1), "pages": pages, "backs": int(backs or 0)}
    whole = _seconds(told)
    return {} if whole is None else {"seconds": whole, "pages": {}, "backs": int(backs or 0)}


def _seconds(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return round(min(max(float(value), 0.0), LONGEST), 1)
