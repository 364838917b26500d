"""One catalogue of the library's sentences, Vietnamese and English, joined from the rooms' own modules.

A room adds its sentences in a module `analysis/messages_<room>.py` that holds `SENTENCES: dict[code,
(vietnamese, english)]`; this module finds it by its name. Templates use `{name}` fields.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

LANGUAGES = ("vi", "en")


@cache
def catalogue() -> dict[str, tuple[str, str]]:
    """Every code with its (Vietnamese, English) template. A code defined twice raises ValueError."""
    import analysis

    joined: dict[str, tuple[str, str]] = {}
    for module in pkgutil.iter_modules(analysis.__path__):
        if not module.name.startswith("messages_"):
            continue
        sentences: dict[str, tuple[str, str]] = importlib.import_module(f"analysis.{module.name}").SENTENCES
        for code, pair in sentences.items():
            if code in joined:
                raise ValueError(f"the code {code} has sentences in two modules")
            joined[code] = pair
    return joined


class _Kept(dict[str, object]):
    """Parameters of a sentence; a field nobody gave stays visible as {field} instead of raising."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def sentence(code: str, params: Mapping[str, object] | None = None, language: str = "vi") -> str:
    """The sentence of a code in "vi" or "en", with its parameters filled in.

    An unknown code returns the code and its parameters, so that an error is never hidden by its wording.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {LANGUAGES}")
    pair = catalogue().get(code)
    given = dict(params or {})
    if pair is None:
        return f"{code} {given}" if given else code
    return pair[LANGUAGES.index(language)].format_map(_Kept(given))
