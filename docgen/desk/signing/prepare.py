"""Prepare a PDF for an official's electronic signature: footer, logo, and where the picture of the signature stands."""

from __future__ import annotations

from dataclasses import dataclass

from docgen.bsre import FileToSign, SignatureAppearance
from docgen.desk.desk import Desk
from docgen.desk.signing.person import bare_name
from docgen.foreign import prepare_for_signature, signature_picture, signature_place
from docgen.forms.defaults import post
from docgen.render.pdf.paper import MM
from docgen.signer import has_signatures
from storage.catalogue import registers
from storage.records import Office, Official, SignatureLook


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
    look = office.signature
    with desk.catalogue.read() as tx:
        images = registers.get_signature_images(tx)
    if not has_signatures(pdf):
        pdf = prepare_for_signature(pdf, look.footer, images.logo)
    appearance = _appearance(look, images.picture or images.logo, pdf, official) if look.shown else None
    return Prepared(pdf, appearance, reason, office.place)


def picture_of(look: SignatureLook, own: bytes | None, official: Official) -> bytes:
    """Return the picture of an official's signature as PNG; `own` is the office's picture. Raises PdfError."""
    return signature_picture(post(official), bare_name(official.name), own, look.width * MM, look.height * MM)


def _appearance(look: SignatureLook, own: bytes | None, pdf: bytes, official: Official) -> SignatureAppearance | None:
    """Return where an official's signature is shown; None where there is no room: then it is invisible."""
    place = signature_place(pdf, official.name, official.nip, look.width * MM, look.height * MM)
    if place is None:
        return None
    picture = signature_picture(post(official), bare_name(official.name), own, place.width, place.height)
    return SignatureAppearance(picture, place.width, place.height, place.page, place.left, place.top)
