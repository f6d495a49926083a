"""Print on an archived PDF after it was issued: decisions as stamps, and words across every page."""

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

STAMPS: dict[Decision, tuple[str, Tone]] = {
    "setuju": ("DISETUJUI", "good"),
    "terima": ("DITERIMA", "good"),
    "perbaiki": ("PERLU DIPERBAIKI", "warn"),
    "tolak": ("DITOLAK", "bad"),
}


def stamp_decisions(desk: Desk, document: Document, base: bytes, endorsements: Sequence[Endorsement]) -> StampedPdf:
    """Return `base` (as issued) with a stamp for each decision. Raises PdfError."""
    with desk.catalogue.read() as tx:
        office = get_office(tx)
    return stamp_endorsements(
        base,
        [stamp_text_of(document, endorsement, office.time_zone) for endorsement in endorsements],
        decisions_expected=decisions_expected_of(desk, document),
        heading_lines=[
            office.name,
            f"{desk.kind_title(document.kind)} nomor {document.number} tanggal {long_date(document.date)}",
            document.title,
        ],
        band=Band(
            document.number,
            document.code,
            desk.links.verification(document.code),
            security=document.security or "SR",
        ),
    )


def stamp_text_of(document: Document, endorsement: Endorsement, zone: str) -> StampText:
    """Return the text of a decision's stamp."""
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
    """Return how many decisions the SOP asks for on this document, at least 1; their stamps stand side by side."""
    try:
        procedure = desk.sop.procedure(document.procedure)
    except NotFound:
        return 1
    return max(1, decisions_on(procedure, document.step))


def watermark_revision(pdf: bytes, revisions: Sequence[Revision], word: str, why: str) -> bytes:
    """Return a copy with a word across every page, and why; shown signatures become page content. Raises PdfError."""
    return watermark(_flat_copy(pdf, revisions), word, why=why)


def copy_of(desk: Desk, revision: Revision) -> bytes:
    """Return a copy of a revision's PDF to give away, SALINAN across every page. Raises PdfError, StorageError."""
    with desk.catalogue.read() as tx:
        revisions = documents.list_revisions(tx, revision.document)[: revision.number]
    return watermark(flatten_revision(desk, desk.store.get(revision.pdf.key), revisions), "SALINAN")


def flatten_revision(desk: Desk, pdf: bytes, revisions: Sequence[Revision]) -> bytes:
    """Return a copy to mark or merge, in which shown signatures are page content.

    Its foot has the office's footer if the document was signed with certificates of the BSrE elsewhere; what was signed
    here has it already. Raises PdfError.
    """
    flat = _flat_copy(pdf, revisions)
    if any(revision.change == "signed" for revision in revisions) or not signed_by_bsre(revisions):
        return flat
    with desk.catalogue.read() as tx:
        footer = get_office(tx).signature.footer
    return footnote(flat, footer) if footer else flat


def _flat_copy(pdf: bytes, revisions: Sequence[Revision]) -> bytes:
    """Return a PDF to draw on, without form fields; a copy that others signed is converted to PDF/A again."""
    flat = flatten_pdf(pdf)
    signed_elsewhere = any(file.sort == "signed" for revision in revisions for file in revision.attachments)
    return convert_to_pdfa(flat) if signed_elsewhere else flat
