"""Keys that exist only in a test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

NAME = "青岛市科学技术局（测试）"


def make(folder: Path, *, kind: str = "p12", password: str = "") -> tuple[Path, bytes]:
    """(key file, certificate in PEM); `kind` is p12 or pem."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    how = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    shown = certificate.public_bytes(Encoding.PEM)
    place = folder / f"key.{kind}"
    if kind == "p12":
        place.write_bytes(pkcs12.serialize_key_and_certificates(b"portal", key, certificate, None, how))
    else:
        place.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how) + shown)
    return place, shown
