"""Secrets kept outside the database: the application's master key and one link key per survey.

What joins an answer to a case, a code or a collaborator is written only under the survey's link key, either
sealed (AES-256-GCM, readable while the key exists) or as a tag (HMAC-SHA-256, comparable while the key
exists). Destroying the key file therefore destroys the link in every table, log and backup. Files are
0600 in `<instance>/keys/`; the folder must not be backed up with the database.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

KEY_BYTES = 32
NONCE_BYTES = 12


class KeyDestroyed(LookupError):
    """The survey's link key no longer exists: what it joined can't be joined any more."""


def private_file(path: Path, make: bytes) -> bytes:
    """Read a secret file, or create it (mode 0600) with `make` where it doesn't exist yet."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        # Complete or absent, never half-written: a second process may read it at any moment.
        part = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(make)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)
        finally:
            part.unlink()
    except FileExistsError:
        pass
    return path.read_bytes()


def derive(key: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose. Keys for different purposes tell nothing about each other."""
    return HKDF(SHA256(), KEY_BYTES, None, purpose.encode()).derive(key)


class LinkKey:
    """One survey's link key, with the three things it can do."""

    def __init__(self, secret: bytes) -> None:
        self._seal = AESGCM(derive(secret, "seal"))
        self._tag = derive(secret, "tag")
        self._chance = derive(secret, "chance")

    def seal(self, value: dict[str, Any], purpose: str) -> bytes:
        """Encrypt a small JSON value, bound to `purpose`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._seal.encrypt(nonce, json.dumps(value).encode(), purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> dict[str, Any]:
        """Decrypt what `seal` made. Raises ValueError when it was changed or made for another purpose."""
        try:
            plain = self._seal.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], purpose.encode())
        except InvalidTag as error:
            raise ValueError("the sealed value was changed or belongs to another purpose") from error
        value: dict[str, Any] = json.loads(plain)
        return value

    def tag(self, kind: str, subject: str | int) -> str:
        """A pseudonym (32 hex digits) of `subject`: equal for equal subjects, meaningless without the key."""
        return hmac.new(self._tag, f"{kind}:{subject}".encode(), hashlib.sha256).hexdigest()[:32]

    def chance(self, subject: str) -> int:
        """A settled 64-bit number for `subject`: arms, orders and the adult drawn come from it."""
        return int.from_bytes(hmac.new(self._chance, subject.encode(), hashlib.sha256).digest()[:8], "big")


class Keyring:
    """The folder of keys. `survey` is the survey's public id (hexadecimal)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, LinkKey] = {}

    def _path(self, survey: str) -> Path:
        if not survey.isalnum():
            raise ValueError("a survey's public id is hexadecimal")
        return self.folder / f"{survey}.link"

    def master(self, purpose: str) -> bytes:
        """32 bytes for one of the application's own purposes (cookies, envelopes at rest)."""
        return derive(private_file(self.folder / "master.key", secrets.token_bytes(KEY_BYTES)), purpose)

    def create_link(self, survey: str) -> LinkKey:
        private_file(self._path(survey), secrets.token_bytes(KEY_BYTES))
        return self.link(survey)

    def link(self, survey: str) -> LinkKey:
        """The survey's link key. Raises KeyDestroyed after `destroy_link`, also in other processes."""
        path = self._path(survey)
        if not path.exists():
            self._open.pop(survey, None)
            raise KeyDestroyed(survey)
        if survey not in self._open:
            self._open[survey] = LinkKey(path.read_bytes())
        return self._open[survey]

    def destroy_link(self, survey: str) -> None:
        """Overwrite and remove the key. Nothing can bring the link back."""
        path = self._path(survey)
        self._open.pop(survey, None)
        if path.exists():
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()


def keyring() -> Keyring:
    """The running application's keyring."""
    ring: Keyring = current_app.extensions["keyring"]
    return ring
