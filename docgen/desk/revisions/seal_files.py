"""Seal PDFs: a document with the office's seal, a decision on a sealed document as a further seal; renew signatures."""

from __future__ import annotations

from docgen.desk.desk import Desk
from docgen.desk.revisions.stamps import stamp_text_of
from docgen.errors import PdfError, SignatureError
from docgen.foreign import place_stamp, require_renewable, require_sealable
from docgen.indonesian import local_moment, long_moment
from docgen.render.stamps.decision import StampText
from docgen.render.stamps.verification_band import grouped
from docgen.signer import Appearance, has_signatures, renew, seal_pdf
from storage.catalogue.registers import get_office
from storage.records import Document, Endorsement, Office


def seal_document_pdf(desk: Desk, document: Document, pdf: bytes, number: int) -> bytes:
    """Return `pdf` with the office's seal, shown where the signature's page has room.

    Raises SignatureError, PdfError.
    """
    with desk.catalogue.read() as tx:
        office = get_office(tx)
    mark = StampText(
        word="DISEGEL ELEKTRONIK",
        role="",
        post=office.name,
        name=f"Sertifikat {desk.signing.seal.common_name}",
        nip="",
        when=long_moment(desk.now(), office.time_zone),
        code=grouped(document.code),
        note="",
        tone="seal",
    )
    return _seal(desk, office, pdf, f"Segel{number}", f"Segel naskah nomor {document.number}", mark)


def seal_decision(desk: Desk, document: Document, pdf: bytes, endorsement: Endorsement, number: int) -> bytes | None:
    """Return a signed `pdf` with a decision as a further seal; None where the office has no seal.

    Raises SignatureError, PdfError.
    """
    if not desk.signing.can_seal:
        return None
    with desk.catalogue.read() as tx:
        office = get_office(tx)
    mark = stamp_text_of(document, endorsement, office.time_zone)
    return _seal(desk, office, pdf, f"Putusan{number}", f"{mark.word} {mark.post}", mark)


def renew_pdf(desk: Desk, pdf: bytes) -> bytes:
    """Return `pdf` with what keeps its signatures provable. Raises SignatureError, also where it cannot be read."""
    at, trust = desk.now(), desk.signing.trust
    try:
        require_renewable(pdf, trust, at)
        return renew(pdf, trust, desk.signing.timestamp_url or None, at)
    except PdfError as error:
        raise SignatureError(str(error)) from error


def _seal(desk: Desk, office: Office, pdf: bytes, field: str, reason: str, mark: StampText) -> bytes:
    placed = place_stamp(pdf, mark)
    appearance = None
    if placed is not None:
        box, stamp = placed
        appearance = Appearance(box.page, (box.x, box.y, box.x + box.width, box.y + box.height), stamp=stamp)
    at = local_moment(desk.now(), office.time_zone)
    if has_signatures(pdf):  # it came from outside
        require_sealable(pdf, desk.signing.seal, field=field, at=at, appearance=appearance)
    return seal_pdf(
        pdf,
        desk.signing.seal,
        field=field,
        reason=reason,
        location=office.place,
        at=at,
        appearance=appearance,
        timestamp_url=desk.signing.timestamp_url or None,
        trust_roots=desk.signing.trust,
        level=desk.signing.level,
    )
