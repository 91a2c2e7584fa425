"""The sandbox's own certificate authority, alive as long as the sandbox and trusted by nobody else."""

from __future__ import annotations

import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sandbox.organisation import SERVER_NAME

VALID_FOR = timedelta(days=30)
CLOCK_SKEW = timedelta(hours=1)


def ca_file(folder: Path) -> Path:
    """Path of the CA's certificate: what a client of the sandbox trusts."""
    return folder / "tls" / "ca.pem"


def certificate_file(folder: Path, server: str) -> Path:
    """Path of the certificate of ``"directory"``, ``"halo"``, ``"graph"`` or ``"exchange"``."""
    return folder / "tls" / f"{server}.pem"


def key_file(folder: Path, server: str) -> Path:
    """Path of the private key (PKCS #8, mode 0600: Samba refuses another) of one of these servers."""
    return folder / "tls" / f"{server}.key"


def write_certificates(folder: Path, address: str) -> None:
    """Write ``tls/ca.pem`` and certificate and key of every server below ``folder``.

    The CA's own key is never written: nothing more can be signed by it.

    Args:
        folder: The sandbox's folder; it has no ``tls`` yet.
        address: The loopback address that all servers answer on.
    """
    (folder / "tls").mkdir()
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "halo-ad sandbox CA")])
    ca = (
        _builder(ca_name, ca_name, ca_key.public_key(), ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(ca=True), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    ca_file(folder).write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    loopback = x509.IPAddress(ipaddress.ip_address(address))
    for server, dns_name in (
        ("directory", SERVER_NAME),
        ("halo", "localhost"),
        ("graph", "localhost"),
        ("exchange", "localhost"),
    ):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, dns_name)])
        certificate = (
            _builder(name, ca_name, key.public_key(), ca_key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(ca=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(dns_name), loopback]), critical=False)
            .sign(ca_key, hashes.SHA256())
        )
        certificate_file(folder, server).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        _write_key(key_file(folder, server), key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, issuer_key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + VALID_FOR)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _key_usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=ca,
        crl_sign=ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text)
