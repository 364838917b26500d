"""Envelopes: a finished interview that only the server can open.

The phone makes one with the survey's public key (`static/js/collect/vault.js`, the same layout):

    "DLE1" | ephemeral public key, 65 bytes | nonce, 12 bytes | AES-256-GCM ciphertext and tag

    key    = HKDF-SHA-256(ECDH(ephemeral, recipient), salt = ephemeral ‖ recipient, info = "interview-v1")
    plain  = length of the content, 4 bytes big-endian | content | zeros up to a power of two of at least 4 KB
    bound  = what the envelope belongs to, as associated data: "survey|version|instance|revision"

The survey's private key is not stored anywhere: it follows from the survey's link key (outside the database),
so what is in the envelopes, the number that drew the adult included, ends with that key (decision 0002).
"""

from __future__ import annotations

import base64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from survey_app.keys import LinkKey, derive, keyring

MEDIA_TYPE = "application/vnd.duluan.envelope"
MAGIC = b"DLE1"
POINT = 65
NONCE = 12
SMALLEST = 4096
INTERVIEW = b"interview-v1"
DRAFT_KEY = b"draft-key-v1"
DRAFT = b"draft-v1"
MEDIA = b"media-v1"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (FIPS 186-4, D.1.2.3)


class EnvelopeError(ValueError):
    """The bytes are no envelope, were changed, or were made for another survey, version or instance."""


def _private(seed: bytes) -> ec.EllipticCurvePrivateKey:
    """The key that follows from `seed` (at least 48 bytes, so that the bias of the remainder is nothing)."""
    return ec.derive_private_key(int.from_bytes(seed, "big") % (_ORDER - 1) + 1, ec.SECP256R1())


def survey_key(key: LinkKey) -> ec.EllipticCurvePrivateKey:
    """The private key of a survey's envelopes. It ends with the link key."""
    return _private(bytes.fromhex("".join(key.tag("envelope", part) for part in range(3))))


def recovery_key() -> ec.EllipticCurvePrivateKey:
    """The private key that opens a phone's draft key when its PIN is forgotten."""
    secret = keyring().master("draft-keys")
    return _private(derive(secret, "first") + derive(secret, "second"))


def public_bytes(private: ec.EllipticCurvePrivateKey) -> bytes:
    """The public point, uncompressed: 65 bytes."""
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def public_text(private: ec.EllipticCurvePrivateKey) -> str:
    return base64.b64encode(public_bytes(private)).decode()


def bound_to(survey: str, version: int, instance_id: str, revision: int) -> bytes:
    """The associated data of an interview's envelope."""
    return f"{survey}|{version}|{instance_id}|{revision}".encode()


def _cipher(shared: bytes, ephemeral: bytes, recipient: bytes, info: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, ephemeral + recipient, info).derive(shared))


def seal(content: bytes, recipient: bytes, bound: bytes, info: bytes = INTERVIEW) -> bytes:
    """Make an envelope, as the phone does (tests and the simulated fieldwork use it)."""
    import secrets

    once = ec.generate_private_key(ec.SECP256R1())
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), recipient)
    ephemeral, nonce = public_bytes(once), secrets.token_bytes(NONCE)
    size = SMALLEST
    while size < len(content) + 4:
        size *= 2
    plain = (len(content).to_bytes(4, "big") + content).ljust(size, b"\0")
    cipher = _cipher(once.exchange(ec.ECDH(), public), ephemeral, recipient, info)
    return MAGIC + ephemeral + nonce + cipher.encrypt(nonce, plain, bound)


def opened(
    envelope: bytes, private: ec.EllipticCurvePrivateKey, bound: bytes, info: bytes = INTERVIEW
) -> bytes:
    """The content. Raises EnvelopeError, saying whether the form or the seal is wrong."""
    head = len(MAGIC) + POINT + NONCE
    if len(envelope) < head + 16 or not envelope.startswith(MAGIC):
        raise EnvelopeError("not an envelope")
    ephemeral, nonce = envelope[len(MAGIC) : len(MAGIC) + POINT], envelope[len(MAGIC) + POINT : head]
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), ephemeral)
        cipher = _cipher(private.exchange(ec.ECDH(), point), ephemeral, public_bytes(private), info)
        plain = cipher.decrypt(nonce, envelope[head:], bound)
    except (ValueError, InvalidTag) as error:
        raise EnvelopeError("the seal doesn't fit") from error
    length = int.from_bytes(plain[:4], "big")
    if length > len(plain) - 4:
        raise EnvelopeError("the length doesn't fit")
    return plain[4 : 4 + length]
