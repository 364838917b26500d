"""The contract as bytes: sorted keys, no spaces, UTF-8, NFC text; the same questionnaire, the same digest."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from questionnaires.compiled.form import Form

CONTRACT = 1


class ContractError(ValueError):
    """The bytes are not a contract that this version reads."""


@dataclass(frozen=True, eq=False)
class Compiled:
    """A compiled questionnaire. document: JSON values only; never change it after construction."""

    document: dict[str, Any]

    def to_json(self) -> bytes:
        return json.dumps(
            self.document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        ).encode()

    @functools.cached_property
    def digest(self) -> str:
        """sha256, hexadecimal, of `to_json()`."""
        return hashlib.sha256(self.to_json()).hexdigest()

    @functools.cached_property
    def form(self) -> Form:
        """The run-time index, built once."""
        return Form(self.document)

    @classmethod
    def from_json(cls, source: bytes) -> Compiled:
        """Raises ContractError for bytes that are not JSON or that another version wrote."""
        try:
            document = json.loads(source)
        except (ValueError, RecursionError) as problem:
            raise ContractError(f"not a contract: {problem}") from problem
        if not isinstance(document, dict) or document.get("contract") != CONTRACT:
            raise ContractError(f"contract {CONTRACT} is needed")
        return cls(document)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Compiled) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)
