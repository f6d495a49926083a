"""Sign PDFs with an office's seal from a PKCS#12 file, and report on the signatures that a PDF has.

The only room that speaks to pyHanko, whose exceptions do not leave it. Bytes in, bytes out; settings are arguments.
pyHanko is imported by the first call, not with this package: it takes 0.8 s, which every command would wait for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from docgen.signer.model import COVERED, Appearance, Level, Seal, SignatureReport

__all__ = [
    "COVERED",
    "Appearance",
    "Level",
    "Seal",
    "SignatureReport",
    "changes_beyond_signatures",
    "check_seal",
    "has_signatures",
    "inspect_signatures",
    "load_seal",
    "renew",
    "require_renewable",
    "require_sealable",
    "seal_pdf",
]

# White space of PDF and comments: no more of it than anybody writes, for each of a million names may be followed by it.
_WHITE = rb"[\0\t\n\f\r ]"
_SPACE = rb"(?:%b{1,100}+|%%[^\r\n]{0,100}+[\r\n]){0,10}+" % _WHITE
_NAME = b"".join(rb"(?:%c|#%02X|#%02x)" % (sign, sign, sign) for sign in b"ByteRange")  # a name may be spelled in hex
_REFERENCE = rb"\d{1,10}+%b{1,100}+\d{1,10}+%b{1,100}+R\b" % (_WHITE, _WHITE)
_BYTE_RANGE = re.compile(rb"/" + _NAME + _SPACE + rb"(?:\[|%b|[%%\0\t\n\f\r ])" % _REFERENCE)


def load_seal(pkcs12: bytes, password: str) -> Seal:
    """Return the certificate and key of a PKCS#12 file (.p12, .pfx).

    Raises SignatureError for a wrong password, a file of another kind, or one without a certificate and its key.
    """
    from docgen.signer import sealing

    return sealing.load_seal(pkcs12, password)


def check_seal(seal: Seal, at: datetime) -> None:
    """Raise SignatureError if the certificate is not valid at the aware moment `at`; call this before sealing."""
    from docgen.signer import sealing

    sealing.check_seal(seal, at)


def seal_pdf(
    pdf: bytes,
    seal: Seal,
    *,
    field: str,
    reason: str,
    location: str,
    at: datetime,
    appearance: Appearance | None = None,
    timestamp_url: str | None = None,
    trust_roots: Sequence[bytes] = (),
    level: Level = "B-B",
) -> bytes:
    """Return `pdf` with a PAdES signature in the new field `field`, appended: the given bytes are not changed.

    The document stays open to further signatures. `at` (aware) is the signer's own claim of the time; B-T and B-LT ask
    the RFC 3161 server `timestamp_url`, which has 10 s for an answer. B-LT and B-LTA fetch revocation data over the
    network and need `trust_roots`, CA certificates as PEM or DER; B-LTA is then renewed, see `renew`. The visible text
    is printed in the ASCII of the mark font.

    Raises SignatureError when the certificate is not valid at `at`, a server does not answer, revocation data cannot be
    had, or the document forbids the seal; PdfError when `pdf` cannot be read.
    """
    from docgen.signer import sealing

    request = sealing.SealRequest(field, reason, location, at, appearance, timestamp_url, tuple(trust_roots), level)
    return sealing.seal_pdf(pdf, seal, request)


def require_sealable(
    pdf: bytes, certificate: bytes, *, field: str, at: datetime, appearance: Appearance | None = None
) -> None:
    """Raise SignatureError or PdfError if `seal_pdf` could not seal the file. Needs only the `certificate` (DER),
    not its key.
    """
    from docgen.signer import sealing

    sealing.require_sealable(pdf, certificate, sealing.SealRequest(field, "", "", at, appearance, None, (), "B-B"))


def renew(pdf: bytes, trust: Sequence[bytes], timestamp_url: str | None, at: datetime) -> bytes:
    """Return `pdf` with revocation data of all its signatures and a document timestamp appended: PAdES B-LTA.

    The given bytes are not changed. `trust` holds CA certificates as PEM or DER, the timestamp server's among them.
    What the file holds already is not fetched again; a renewed file gets the data of its last timestamp and a further
    one. Each answer of the network has 10 s. `at` (aware) is now.

    Raises SignatureError where nothing is signed, a signature is not valid or its revocation data cannot be had, or the
    server does not answer; PdfError when `pdf` cannot be read.
    """
    from docgen.signer import renewing

    return renewing.renew(pdf, trust, timestamp_url, at)


def require_renewable(pdf: bytes, trust: Sequence[bytes], at: datetime) -> None:
    """Raise SignatureError or PdfError if `renew` could not renew the file, whatever the network answers."""
    from docgen.signer import renewing

    renewing.require_renewable(pdf, trust, at)


def inspect_signatures(pdf: bytes, *, trust: Sequence[bytes] = (), at: datetime | None = None) -> list[SignatureReport]:
    """Return a report on each signature and document timestamp, oldest first; empty for an unsigned file.

    `trust` holds the CA certificates believed in, as PEM or DER. `at` (aware; now, where it is not given) is the time
    for which validity is judged. Revocation data inside the file counts; none is fetched: no network use. A signature
    too strange to be judged is reported, not raised. Raises PdfError for a file that is damaged, locked or no PDF,
    SignatureError for a `trust` entry that is no certificate.
    """
    from docgen.signer import inspecting

    return inspecting.inspect_signatures(pdf, trust, at)


def changes_beyond_signatures(pdf: bytes, start: int, names: Collection[str] = ()) -> str:
    """Return a sentence about changes after the first `start` bytes of `pdf` (a complete PDF) that are no signatures.

    Returns "" where only signature fields, revocation data and metadata came; else a sentence for the clerk. Pictures
    of signatures may lie on empty paper or on the signer's printed `names`, and nowhere else. What cannot be judged is
    never taken for harmless. Says nothing of the signatures' worth.
    """
    from docgen.signer import increments

    return increments.changes_beyond_signatures(pdf, start, names)


def has_signatures(pdf: bytes) -> bool:
    """Return whether the file holds a signature, valid or not; does not parse the file.

    A signature's /ByteRange names offsets in the file, so it is always plain text, never in a compressed object (ISO
    32000-1 §12.8.1). A signed PDF attached uncompressed inside an unsigned one counts as well, and so does a /ByteRange
    before more white space and comments than are looked at. Takes time in proportion to the file, whatever is in it.
    """
    return _BYTE_RANGE.search(pdf) is not None
