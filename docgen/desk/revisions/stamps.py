"""What is printed on an archived PDF after it was issued: decisions as stamps, and words across every page."""

from __future__ import annotations

from collections.abc import Sequence

from docgen.desk.desk import Desk
from docgen.desk.revisions.document_history import signed_by_bsre
from docgen.errors import NotFound
from docgen.foreign import convert_to_pdfa, flatten_pdf, footnote, watermark
from docgen.indonesian import long_date, long_moment
from docgen.render.stamps.decision import StampText, Tone, stamp_endorsements
from docgen.render.stamps.verification_band import Band, StampedPdf, grouped
from docgen.sop.course import decisions_on
from storage.catalogue import documents
from storage.catalogue.registers import get_office
from storage.records import Decision, Document, Endorsement, Revision

BSRE = (
    "Dokumen ini telah ditandatangani secara elektronik menggunakan sertifikat elektronik yang diterbitkan oleh Balai "
    "Besar Sertifikasi Elektronik (BSrE), Badan Siber dan Sandi Negara (BSSN)."
)
STAMPS: dict[Decision, tuple[str, Tone]] = {
    "setuju": ("DISETUJUI", "good"),
    "terima": ("DITERIMA", "good"),
    "perbaiki": ("PERLU DIPERBAIKI", "warn"),
    "tolak": ("DITOLAK", "bad"),
}


def stamp_decisions(desk: Desk, document: Document, base: bytes, endorsements: Sequence[Endorsement]) -> StampedPdf:
    """`base` (as issued) with a stamp for each decision. Raises PdfError."""
    with desk.catalogue.read() as tx:
        office = get_office(tx)
    return stamp_endorsements(
        base,
        [stamp_text_of(document, one, office.time_zone) for one in endorsements],
        decisions_expected=decisions_expected_of(desk, document),
        heading_lines=[
            office.name,
            f"{desk.kind_title(document.kind)} nomor {document.number} tanggal {long_date(document.date)}",
            document.title,
        ],
        band=Band(document.number, document.code, desk.links.verification(document.code)),
    )


def stamp_text_of(document: Document, endorsement: Endorsement, zone: str) -> StampText:
    """A decision as its stamp says it."""
    word, tone = STAMPS[endorsement.decision]
    return StampText(
        word=word,
        role=endorsement.actor,
        post=endorsement.post,
        name=endorsement.name,
        nip=endorsement.nip,
        when=long_moment(endorsement.at, zone),
        code=grouped(document.code),
        note=endorsement.note,
        tone=tone,
    )


def decisions_expected_of(desk: Desk, document: Document) -> int:
    """How many decisions the SOP asks for on this document: room for as many is kept side by side."""
    try:
        procedure = desk.sop.procedure(document.procedure)
    except NotFound:
        return 1
    return max(1, decisions_on(procedure, document.step))


def watermark_revision(pdf: bytes, revisions: Sequence[Revision], word: str, why: str) -> bytes:
    """A copy with a word across every page, and why; what signature fields show is part of it. Raises PdfError."""
    return watermark(_copied(pdf, revisions), word, why=why)


def copy_of(desk: Desk, revision: Revision) -> bytes:
    """A copy of a revision's PDF to give away, SALINAN across every page. Raises PdfError, StorageError."""
    with desk.catalogue.read() as tx:
        revisions = documents.list_revisions(tx, revision.document)[: revision.number]
    return watermark(flatten_revision(desk.store.get(revision.pdf.key), revisions), "SALINAN")


def flatten_revision(pdf: bytes, revisions: Sequence[Revision]) -> bytes:
    """A PDF made ready to be marked or merged: what signature fields show is part of its pages.

    Only one that was really signed with a certificate of the BSrE says so at its foot. Raises PdfError.
    """
    flat = _copied(pdf, revisions)
    return footnote(flat, BSRE) if signed_by_bsre(revisions) else flat


def _copied(pdf: bytes, revisions: Sequence[Revision]) -> bytes:
    """Return a PDF to draw on, without fields; of one that others signed, and drew on, a copy that is PDF/A again."""
    flat = flatten_pdf(pdf)
    others = any(one.sort == "signed" for revision in revisions for one in revision.attachments)
    return convert_to_pdfa(flat) if others else flat
