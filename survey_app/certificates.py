"""A certificate for this machine that a phone in the same network can trust, from a small authority of its own.

A phone runs a service worker and WebCrypto only over https with a certificate that it trusts; one that somebody
merely clicked through isn't enough. So the machine makes an authority, whose certificate is installed on the
phone once, and with it certificates for its addresses. The authority lives a year at most, and by its name
constraints it can vouch for private addresses and the names given here only: were its key stolen, no other
site could be imitated with it.

Files in `<instance>/tls/`, keys with mode 0600: authority.crt (for phones), authority.key, server.crt (with the
authority's behind it), server.key. Sources: RFC 5280 (4.2.1.10 name constraints), RFC 6125.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

AUTHORITY_DAYS = 365
SERVER_DAYS = 90
RENEW_BEFORE = timedelta(days=7)
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "::1/128", "fc00::/7")
LOCAL_NAMES = ("localhost", "local", "lan", "home.arpa", "internal")


class CertificateError(ValueError):
    """A name or an address that this machine's authority can't vouch for."""


@dataclass(frozen=True)
class Certificate:
    """authority: to install on phones. certificate, key: for the server. fingerprint: SHA-256 of the authority's
    certificate, in pairs, to be compared on the phone. hosts: what the server's certificate is for.
    """

    authority: Path
    certificate: Path
    key: Path
    fingerprint: str
    hosts: tuple[str, ...]
    until: datetime


def own_addresses() -> tuple[str, ...]:
    """The addresses by which others in the local network may reach this machine; found without sending anything."""
    found = {"127.0.0.1"}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # TEST-NET: only the route is looked up
        found.add(str(probe.getsockname()[0]))
    with contextlib.suppress(OSError):
        found |= {str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    return tuple(sorted(a for a in found if _permitted_address(ipaddress.ip_address(a))))


def make(folder: Path, hosts: Sequence[str]) -> Certificate:
    """The certificate for `hosts` (names or addresses), made or renewed where needed; localhost is always in it.

    Raises CertificateError for a host that is neither private nor local: such a one gets its certificate from
    a public authority.
    """
    wanted = tuple(sorted({"localhost", "127.0.0.1", *(host.strip().lower() for host in hosts)}))
    for host in wanted:
        _check(host)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    authority, authority_key = _authority(folder)
    server = folder / "server.crt"
    if not _still_good(server, authority, wanted):
        _issue(folder, authority, authority_key, wanted)
    return Certificate(
        authority=folder / "authority.crt",
        certificate=server,
        key=folder / "server.key",
        fingerprint=authority.fingerprint(SHA256()).hex(":").upper(),
        hosts=wanted,
        until=authority.not_valid_after_utc,
    )


def _address(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _permitted_address(address: Address) -> bool:
    return any(address in ipaddress.ip_network(network) for network in PRIVATE)


def _check(host: str) -> None:
    address = _address(host)
    if address is not None:
        good = _permitted_address(address)
    else:
        good = host in LOCAL_NAMES[:1] or any(host.endswith(f".{name}") for name in LOCAL_NAMES)
    if not good:
        raise CertificateError(host)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, readable by the owner alone."""
    part = path.with_name(path.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    part.replace(path)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _authority(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """The machine's authority: the one at hand while it is good for some days, else a new one."""
    certificate_file, key_file = folder / "authority.crt", folder / "authority.key"
    if certificate_file.exists() and key_file.exists():
        old = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        key = load_pem_private_key(key_file.read_bytes(), None)
        if old.not_valid_after_utc - RENEW_BEFORE > datetime.now(UTC) and isinstance(
            key, ec.EllipticCurvePrivateKey
        ):
            return old, key
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Ý Dân"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Ý Dân, {socket.gethostname()}"[:64]),
        ]
    )
    networks = [x509.IPAddress(ipaddress.ip_network(network)) for network in PRIVATE]
    names = [x509.DNSName(local) for local in LOCAL_NAMES]
    made = (
        _builder(name, name, key.public_key(), AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints([*names, *networks], None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    _write(key_file, _private(key))
    _write(certificate_file, made.public_bytes(Encoding.PEM))
    return made, key


def _issue(
    folder: Path,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    hosts: Sequence[str],
) -> None:
    """A server certificate for `hosts`, with the authority's behind it in the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    addresses = {host: _address(host) for host in hosts}
    names: list[x509.GeneralName] = [
        x509.DNSName(host) if address is None else x509.IPAddress(address)
        for host, address in addresses.items()
    ]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Ý Dân")])
    certificate = (
        _builder(authority.subject, subject, key.public_key(), SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
        )
        .sign(authority_key, SHA256())
    )
    _write(folder / "server.key", _private(key))
    chain = certificate.public_bytes(Encoding.PEM) + authority.public_bytes(Encoding.PEM)
    _write(folder / "server.crt", chain)


def _builder(
    issuer: x509.Name, subject: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    # An hour back: the clock of a cheap phone may be behind.
    start = datetime.now(UTC) - timedelta(hours=1)
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _still_good(file: Path, authority: x509.Certificate, hosts: Sequence[str]) -> bool:
    """Whether the server's certificate is this authority's, for all of `hosts`, and not about to end."""
    if not file.exists() or not file.with_name("server.key").exists():
        return False
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    try:
        certificate.verify_directly_issued_by(authority)
    except Exception:
        return False  # made by an authority before this one
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    held = {str(name.value) for name in names}
    return set(hosts) <= held and certificate.not_valid_after_utc - RENEW_BEFORE > datetime.now(UTC)
