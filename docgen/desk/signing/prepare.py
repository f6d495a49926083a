"""Prepare a PDF for an official's electronic signature: footer, logo, and where the picture of the signature stands."""

from __future__ import annotations

from dataclasses import dataclass

from docgen.bsre import FileToSign, SignatureAppearance
from docgen.desk.desk import Desk
from docgen.foreign import footnote
from docgen.signer import has_signatures
from storage.records import Office, Official


@dataclass(frozen=True)
class Prepared:
    """A PDF as it is sent to be signed; without an appearance the signature is invisible."""

    pdf: bytes
    appearance: SignatureAppearance | None = None
    reason: str = ""
    location: str = ""

    def to_sign(self) -> FileToSign:
        """Return what BSrE is sent of it."""
        return FileToSign(self.pdf, self.appearance, self.reason, self.location)


def prepare_pdf(desk: Desk, office: Office, pdf: bytes, official: Official, reason: str = "") -> Prepared:
    """Return `pdf` with the office's footer and the place of the official's signature; `reason` stands in it.

    A PDF that somebody signed stays as it is, byte for byte: nothing is printed on it any more. Raises PdfError.
    """
    if not has_signatures(pdf) and office.signature.footer:
        pdf = footnote(pdf, office.signature.footer)
    return Prepared(pdf, None, reason, office.place)
