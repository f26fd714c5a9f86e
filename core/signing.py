"""Signatures in papers we issue: behind one interface, made with a key file where the office has one, none otherwise.

A signature here is PAdES (ETSI EN 319 142) by pyHanko, certifying: it covers the whole file and allows no change after
it.  No clock of a third party and no revocation list is asked, so signing reaches no network.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

FIELD = "Portal"

T = TypeVar("T")


class Signer(Protocol):
    """Puts a signature into a PDF."""

    def sign(self, document: bytes, *, reason: str, place: str) -> bytes:
        """The document with a signature added at its end; everything before it stays byte for byte."""


@dataclass(frozen=True)
class Seal:
    """What a look at the signature of a PDF found. `intact`: nothing was changed in what it covers."""

    subject: str
    intact: bool
    covers_all: bool
    trusted: bool

    @property
    def holds(self) -> bool:
        """Whether the file is as it was signed, with nothing added."""
        return self.intact and self.covers_all


class KeyFileSigner:
    """Signs with the key of a PKCS#12 file, or of a PEM file that holds the key and its certificates."""

    def __init__(self, key: Path, password: bytes | None = None) -> None:
        """Raises :class:`ImproperlyConfigured` for a file that cannot be read or opened."""
        self._signer = _load(key, password)

    def sign(self, document: bytes, *, reason: str, place: str) -> bytes:
        """See :class:`Signer`."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
        from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf

        told = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            reason=reason,
            location=place,
        )
        out = io.BytesIO()
        writer = IncrementalPdfFileWriter(io.BytesIO(document))
        _apart(lambda: sign_pdf(writer, told, signer=self._signer, output=out))
        return out.getvalue()


def _apart(work: Callable[[], T]) -> T:
    """In a thread of its own: the library starts an event loop, and the caller's thread may be running one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def signer() -> Signer | None:
    """The office's signer (settings ``SIGNING_KEY_FILE`` and ``SIGNING_KEY_PASSWORD``), or none."""
    name = str(settings.SIGNING_KEY_FILE or "")
    if not name:
        return None
    place = Path(name)
    try:
        changed = place.stat().st_mtime_ns
    except OSError as error:
        raise ImproperlyConfigured(f"SIGNING_KEY_FILE cannot be read: {error.strerror}") from error
    return _kept(place, str(getattr(settings, "SIGNING_KEY_PASSWORD", "") or ""), changed)


@lru_cache(maxsize=2)
def _kept(place: Path, password: str, changed: int) -> KeyFileSigner:
    """A file is opened once, and again when it has changed."""
    return KeyFileSigner(place, password.encode() or None)


def _load(key: Path, password: bytes | None) -> Any:
    from pyhanko.sign.signers import SimpleSigner

    try:
        is_text = key.read_bytes().lstrip().startswith(b"-----BEGIN")
        if is_text:
            found = SimpleSigner.load(str(key), str(key), key_passphrase=password, ca_chain_files=(str(key),))
        else:
            found = SimpleSigner.load_pkcs12(str(key), passphrase=password)
    except (OSError, ValueError, TypeError) as error:
        raise ImproperlyConfigured(f"SIGNING_KEY_FILE cannot be used: {error}") from error
    if found is None:
        raise ImproperlyConfigured("SIGNING_KEY_FILE cannot be opened: not a key, or another password")
    return found


def seal_of(document: bytes, *, roots: tuple[bytes, ...] = ()) -> Seal | None:
    """The signature in a PDF, or None for a PDF without one (or for what is no PDF).

    ``roots`` are certificates in PEM or DER that are trusted; without any nothing is.
    """
    from asn1crypto import pem, x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    anchors = [x509.Certificate.load(pem.unarmor(root)[2] if pem.detect(root) else root) for root in roots]
    try:
        found = PdfFileReader(io.BytesIO(document), strict=False).embedded_signatures
        if not found:
            return None
        embedded = found[0]
        subject = str(embedded.signer_cert.subject.native.get("common_name", ""))
        context = ValidationContext(trust_roots=anchors, allow_fetching=False)
        status = _apart(lambda: validate_pdf_signature(embedded, context))
    except Exception:  # noqa: BLE001 - a damaged file, or a hostile one, makes readers stumble in every way there is
        return Seal("", False, False, False) if b"/ByteRange" in document else None
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return Seal(subject, bool(status.intact and status.valid), whole, bool(status.trusted))
