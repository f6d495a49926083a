"""Make the files of a document's next revision, by the change its journal line asks for. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from docgen.desk.desk import Desk
from docgen.desk.revisions.number_files import numbered, produce_unnumbered
from docgen.desk.revisions.pipeline import Produced, Snapshot, produce_document, refill
from docgen.desk.revisions.seal_files import renew_pdf, seal_decision, seal_document_pdf
from docgen.desk.revisions.stamps import stamp_decisions, watermark_revision
from docgen.errors import PdfError
from docgen.indonesian import long_moment
from docgen.signer import has_signatures
from storage.catalogue.journal import Pending
from storage.catalogue.registers import get_office
from storage.errors import ObjectDamaged, ObjectMissing
from storage.records import Change, Document, Revision, StoredFile


@dataclass(frozen=True)
class Files:
    """The files of a revision: new bytes (with the PDF's number of pages), or the unchanged file of an earlier one.

    `text` is what the PDF says, "" where nobody knows it yet.
    """

    pdf: bytes | StoredFile
    docx: bytes | StoredFile
    pages: int | None
    text: str = ""

    @classmethod
    def of(cls, produced: Produced) -> Files:
        """Return the files of a letter that the pipeline produced."""
        return cls(produced.pdf, produced.docx, produced.pages, produced.text)


def revise(
    desk: Desk, document: Document, pending: Pending, revisions: Sequence[Revision], emblem: bytes | None
) -> Files:
    """Make and return the files of the next revision. Raises TemplateError, ConverterError, PdfError, StorageError."""
    if pending.task.change == "issued":
        return _issued(desk, document, pending, emblem)
    if pending.task.change == "numbered":
        return _numbered(desk, document, pending, revisions, emblem)
    return _MAKERS[pending.task.change](desk, document, pending, revisions)


def _issued(desk: Desk, document: Document, pending: Pending, emblem: bytes | None) -> Files:
    """Make a letter; one that was made before its signature was asked for is not made again."""
    ready = pending.task.ready
    if ready is not None:
        return Files(desk.store.get(ready.pdf.key), desk.store.get(ready.docx.key), ready.pdf.pages)
    snapshot = Snapshot.from_json(pending.snapshot)
    if document.numbering:
        return Files.of(produce_unnumbered(desk, document, pending.submission, snapshot, emblem))
    docx = refill(desk, document, pending.submission, snapshot, emblem)
    return Files.of(produce_document(desk, document, docx, snapshot))


def _numbered(
    desk: Desk, document: Document, pending: Pending, revisions: Sequence[Revision], emblem: bytes | None
) -> Files:
    """Fill in a number that another system gave. A signed PDF, which may come with it, has it in its own words.

    A letter that has a number of ours stays as it is.
    """
    number, last = pending.task.number, revisions[-1]
    assert number is not None, "give_number writes it"
    attached = _attached(desk, document, pending, revisions)
    if number.system != document.numbering:
        return attached
    document, snapshot = numbered(document, number), Snapshot.from_json(pending.snapshot)
    docx = refill(desk, document, pending.submission, snapshot, emblem)
    if attached.pdf is not last.pdf or has_signatures(desk.store.get(last.pdf.key)):
        return Files(attached.pdf, docx, attached.pages)
    return Files.of(produce_document(desk, document, docx, snapshot))


def _endorsed(desk: Desk, document: Document, pending: Pending, revisions: Sequence[Revision]) -> Files:
    """Stamp all decisions so far, this one among them, on the PDF as it was issued, so that they stand side by side."""
    assert pending.task.endorsement is not None, "endorse writes it"
    if any(attachment.sort == "signed" for attachment in pending.task.attachments):  # the signature is the decision
        return _attached(desk, document, pending, revisions)
    last = revisions[-1]
    current = desk.store.get(last.pdf.key)
    if has_signatures(current):  # a signed PDF is never changed: the decision is a further signature behind it
        number = last.number + 1
        signed = seal_decision(desk, document, current, pending.task.endorsement, number)
        return Files(signed or last.pdf, last.docx, last.pdf.pages)
    earlier = [revision.endorsement for revision in revisions if revision.endorsement is not None]
    base = desk.store.get(_as_issued(revisions).pdf.key)
    stamped = stamp_decisions(desk, document, base, [*earlier, pending.task.endorsement])
    return Files(stamped.data, revisions[-1].docx, stamped.pages)


def _as_issued(revisions: Sequence[Revision]) -> Revision:
    """Return the revision that has the letter without stamps: the first, or that which got its number."""
    return [revision for revision in revisions if revision.number == 1 or revision.change == "numbered"][-1]


def _sealed(desk: Desk, document: Document, pending: Pending, revisions: Sequence[Revision]) -> Files:
    """Put the office's seal on the PDF; one that BSrE sealed is there already."""
    last, ready = revisions[-1], pending.task.ready
    if ready is not None:
        return Files(desk.store.get(ready.pdf.key), last.docx, ready.pdf.pages)
    return Files(
        seal_document_pdf(desk, document, desk.store.get(last.pdf.key), last.number + 1), last.docx, last.pdf.pages
    )


def _renewed(desk: Desk, document: Document, pending: Pending, revisions: Sequence[Revision]) -> Files:
    last = revisions[-1]
    return Files(renew_pdf(desk, desk.store.get(last.pdf.key)), last.docx, last.pdf.pages)


def _attached(desk: Desk, document: Document, pending: Pending, revisions: Sequence[Revision]) -> Files:
    """Make a signed copy the PDF, byte for byte; leave the PDF as it is beside a scan."""
    last = revisions[-1]
    signed = next((attachment.file for attachment in pending.task.attachments if attachment.sort == "signed"), None)
    if signed is None:
        return Files(last.pdf, last.docx, last.pdf.pages)
    return Files(desk.store.get(signed.key), last.docx, signed.pages)


def _voided(desk: Desk, document: Document, pending: Pending, revisions: Sequence[Revision]) -> Files:
    return _marked(desk, revisions, "BATAL", pending, "Dibatalkan {moment}: {reason}")


def _superseded(desk: Desk, document: Document, pending: Pending, revisions: Sequence[Revision]) -> Files:
    return _marked(desk, revisions, "DIGANTI", pending, "{reason}, {moment}")


def _marked(desk: Desk, revisions: Sequence[Revision], word: str, pending: Pending, line: str) -> Files:
    """Mark the last PDF with the word; keep it as it is if it was lost, which must not keep a document in force."""
    last = revisions[-1]
    with desk.catalogue.read() as tx:
        moment = long_moment(pending.task.at, get_office(tx).time_zone)
    why = line.format(moment=moment, reason=pending.task.reason)
    try:
        return Files(watermark_revision(desk.store.get(last.pdf.key), revisions, word, why), last.docx, last.pdf.pages)
    except (ObjectMissing, ObjectDamaged, PdfError):
        return Files(last.pdf, last.docx, last.pdf.pages)


_MAKERS: Mapping[Change, Callable[[Desk, Document, Pending, Sequence[Revision]], Files]] = {
    "endorsed": _endorsed,
    "sealed": _sealed,
    "renewed": _renewed,
    "attached": _attached,
    "signed": _attached,
    "voided": _voided,
    "superseded": _superseded,
}
