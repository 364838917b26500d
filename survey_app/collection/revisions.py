"""A revision that asks only some questions: what the whole interview says with it.

An interview sent back is asked again in part: the body of its revision has `asks`, the questions asked, beside
their answers. The whole is the nearest earlier revision with the answers to those questions replaced. The
original stays as it came; which of the two arrived first never matters, since every reading starts from the
raw bodies again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

FORMAT = 1
_INSTANCE = re.compile(r"\[\d+\]")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHA = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Content:
    """A finished interview's own words. answers: {path: text}. asks: None where everything was asked.

    based: False for a partial revision whose earlier one isn't here (yet), or can't be read.
    files: {path: {id, sha256, type}} of photos and recordings. consent: what was said to them; None if not asked.
    """

    answers: dict[str, Any]
    preloaded: dict[str, Any]
    outcome: str
    language: str
    paradata: Any
    asks: tuple[str, ...] | None = None
    based: bool = True
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    consent: dict[str, Any] | None = None

    @property
    def agreed(self) -> bool:
        """The respondent said yes to photos and recordings."""
        return self.consent is not None and self.consent["answer"] == "yes"


def _files(told: Any) -> dict[str, dict[str, str]]:
    """What is told of files, as far as it makes sense: a misfit must not make an interview unreadable."""
    if not isinstance(told, dict):
        return {}
    return {
        str(path)[:200]: {"id": one["id"], "sha256": one["sha256"], "type": str(one.get("type", ""))[:60]}
        for path, one in told.items()
        if isinstance(one, dict)
        and _UUID.fullmatch(str(one.get("id", "")))
        and _SHA.fullmatch(str(one.get("sha256", "")))
    }


def _consent(told: Any) -> dict[str, Any] | None:
    """{answer: yes or no, at: seconds into the interview, wording: sha256 of the words read, language}."""
    if not isinstance(told, dict) or told.get("answer") not in ("yes", "no"):
        return None
    at = told.get("at")
    return {
        "answer": told["answer"],
        "at": round(at) if isinstance(at, int | float) and 0 <= at < 10**6 else None,
        "wording": str(told.get("wording", ""))[:64],
        "language": str(told.get("language", ""))[:10],
    }


def parse(body: bytes) -> Content:
    """Raises ValueError, KeyError or TypeError for what is no interview of this format."""
    told = json.loads(body)
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise ValueError("unknown format")
    asks = told.get("asks")
    if asks is not None and not (isinstance(asks, list) and all(isinstance(name, str) for name in asks)):
        raise ValueError("asks is not a list of names")
    return Content(
        answers=dict(told["answers"]),
        preloaded=dict(told.get("preloaded") or {}),
        outcome=str(told.get("outcome", "complete")),
        language=str(told.get("language", "vi"))[:10],
        paradata=told.get("paradata"),
        asks=tuple(asks) if asks is not None else None,
        files=_files(told.get("media")),
        consent=_consent(told.get("media_consent")),
    )


def is_asked(path: str, asks: Sequence[str]) -> bool:
    """Whether the answer at `path` (`hh[2]/age`) is to one of the questions, named by path or by bare name."""
    return path in asks or _INSTANCE.sub("", path) in asks or path.rsplit("/", 1)[-1] in asks


def overlaid(base: Content, later: Content) -> Content:
    """`base` with the questions of `later.asks` answered anew; one left blank now has no answer."""
    asks = later.asks or ()
    kept = {path: value for path, value in base.answers.items() if not is_asked(path, asks)}
    fresh = {path: value for path, value in later.answers.items() if is_asked(path, asks)}
    return Content(
        answers=kept | fresh,
        # What was settled for the case was settled when it was first asked.
        preloaded=later.preloaded | base.preloaded,
        outcome=later.outcome,
        language=later.language,
        paradata=_paradata(base.paradata, later.paradata),
        asks=later.asks,
        based=base.based,
        files={path: one for path, one in base.files.items() if not is_asked(path, asks)}
        | {path: one for path, one in later.files.items() if is_asked(path, asks)},
        # Who agreed once and was not asked again still agrees to what was made then.
        consent=later.consent or base.consent,
    )


def _paradata(base: Any, later: Any) -> Any:
    """Times are the later visit's; who was there is told of the interview, not of the few questions asked again."""
    if not isinstance(base, dict) or "present" not in base:
        return later
    return {**(later if isinstance(later, dict) else {}), "present": base["present"]}


def whole(revision: int, earlier: Sequence[int], read: Callable[[int], Content]) -> Content:
    """What revision `revision` says with those before it. earlier: the revisions that have arrived before it.

    read: gives a revision's own content. Raises what `read` raises for `revision` itself; an earlier one that
    can't be read is as if it weren't there.
    """
    own = read(revision)
    if own.asks is None:
        return own
    for number in sorted((n for n in earlier if n < revision), reverse=True):
        try:
            base = whole(number, earlier, read)
        except (ValueError, KeyError, TypeError):
            continue
        return overlaid(base, own)
    return Content(**{**own.__dict__, "based": False})
