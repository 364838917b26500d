"""From a seed that a person writes down to a stream of numbers, and from a stream to its fingerprint.

Only `Generator.random` (uniform doubles) is ever asked of the stream by this package: numpy promises the
bit stream of PCG64, but lets `choice`, `shuffle` and `permutation` change between versions. A draw made
today is therefore the same draw in ten years.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from analysis.errors import DesignError

Seed = int | str | bytes | float | date | UUID | Sequence["Seed"]


def generator(seed: Any) -> np.random.Generator:
    """A generator that depends on nothing but `seed`: same seed, same draw, on every machine.

    seed: an integer of any size and sign, text (compared after NFC, so a composed and a decomposed "ặ" are
    the same seed), bytes, a finite float, a date or datetime, a UUID, or a list or tuple of these. The type
    counts: 7, "7" and 7.0 are three seeds. numpy integers count as int.
    Raises DesignError `sampling.seed-type` for None (a draw nobody could repeat) and for anything else.
    """
    digest = hashlib.sha256(_canonical(seed)).digest()
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(int.from_bytes(digest, "big"))))


def seed_digest(rng: np.random.Generator) -> str:
    """SHA-256 (hex) of the generator's present state: kept with a draw, it proves from where it started."""
    state = json.dumps(rng.bit_generator.state, sort_keys=True, default=_plain)
    return hashlib.sha256(state.encode()).hexdigest()


def uniforms(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    """`count` uniforms in [0, 1): the only way this package takes chance from a stream."""
    return rng.random(count)


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else str(value)


def _canonical(seed: Any) -> bytes:
    if isinstance(seed, bool | np.bool_):
        return b"bool:" + str(bool(seed)).encode()
    if isinstance(seed, int | np.integer):
        return b"int:" + str(int(seed)).encode()
    if isinstance(seed, str):
        return b"str:" + unicodedata.normalize("NFC", seed).encode()
    if isinstance(seed, bytes | bytearray):
        return b"bytes:" + bytes(seed)
    if isinstance(seed, float | np.floating) and np.isfinite(seed):
        return b"float:" + float(seed).hex().encode()
    if isinstance(seed, datetime | date):
        return type(seed).__name__.encode() + b":" + seed.isoformat().encode()
    if isinstance(seed, UUID):
        return b"uuid:" + seed.bytes
    if isinstance(seed, list | tuple):
        parts = [_canonical(part) for part in seed]
        return b"list:" + b"".join(str(len(part)).encode() + b"," + part for part in parts)
    raise DesignError("sampling.seed-type", type=type(seed).__name__)
