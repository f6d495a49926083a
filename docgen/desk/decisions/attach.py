"""File the signed copy of a document: the electronically signed PDF, or a scan of the paper that was signed by hand.

An electronically signed copy becomes the document's PDF, byte for byte as it came, where it is proven to be what was
archived (`docgen.desk.revisions.authenticity`). Any other signed file, and every scan, lies beside the PDF.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.decisions.number import promise_number
from docgen.desk.decisions.returned_number import returned_number, with_returned_number
from docgen.desk.desk import Desk
from docgen.desk.dossiers.document_state import require
from docgen.desk.revisions.attachment_report import ScanReport, SignedFileReport, scanned_sheets
from docgen.desk.revisions.authenticity import foreign_document, judge, proven_revisions
from docgen.desk.revisions.journal import carry_out, promise
from docgen.desk.revisions.uploads import store_pdf, store_upload
from docgen.desk.secrecy import any_encrypted, any_encrypted_in
from docgen.errors import Conflict, FieldError, InvalidSubmission, PdfError
from docgen.foreign import ScanLimits, ScannedPage, assemble_scans, has_xfa, read_scans
from docgen.signer import has_signatures
from docgen.uploads import LARGEST_FILE, MB
from storage.catalogue import documents, journal
from storage.catalogue.visibility import limits
from storage.records import Attachment, Document, Original, Revision, Task
from storage.text import tidy
from wording import say

LIMITS = ScanLimits(pages=1000, looked_at=100, searched=10)  # of a file that is read while somebody waits
UNNUMBERED = "Yang ditandatangani adalah PDF yang belum bernomor, bukan naskah dari sistem yang memberi nomornya."
_WHAT = {
    "signed": "Salinan bertanda tangan elektronik",
    "scan": "Hasil pindai naskah bertanda tangan",
    "copy": "Salinan yang dilampirkan, isinya tidak dibandingkan",
}


def attach(desk: Desk, id: str, data: bytes, name: str, by: str, within: limits.Limits = limits.NO_LIMITS) -> Document:
    """File one copy of a document and return the document with its new revision.

    `name` is the file's name; `within` limits which other documents an error may name.

    Raises InvalidSubmission (no PDF or picture, damaged, locked, of another document, its signature broken), Conflict
    (not in force, or in work), RecordMissing, DocumentPending, StoreUnavailable.
    """
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        earlier = documents.list_revisions(tx, id)
        require(tx, document, idle=False, within=within)
        secret = any_encrypted_in(tx, [id])
    if not data or len(data) > LARGEST_FILE:
        raise _wrong(
            say("{name} kosong atau lebih besar dari {megabytes} MB.", name=name, megabytes=LARGEST_FILE // MB)
        )
    try:
        signed = signed_pdf_in(desk, data)
        if signed:
            report = _signed_report(desk, document, signed, name, earlier)
            if report.takes_place and report.matched == "isi" and document.status == "awaiting_number":
                report = report.model_copy(update={"takes_place": False, "reason": UNNUMBERED})
            report = with_returned_number(desk, document, signed, report)
            sort = "signed" if report.takes_place else "copy"
            original = store_original(desk, name, data, secret=secret)
            return _file(desk, document, signed, name, by, sort, report, [original], within)
        scan, pdf = _scanned(document, name, data)
        original = store_original(desk, name, data, secret=secret)
        return _file(desk, document, pdf, name, by, "scan", scan, [original], within)
    except PdfError as error:
        raise _wrong(_with_file_name(name, error)) from error


def attach_scan(
    desk: Desk, id: str, pdf: bytes, name: str, by: str, report: ScanReport, originals: Sequence[Original] = ()
) -> Document:
    """File a PDF of scanned pages of this document; `report` says how they were recognised. Raises as `attach`."""
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        require(tx, document, idle=False)
    return _file(desk, document, pdf, name, by, "scan", report, originals)


def store_original(
    desk: Desk, name: str, data: bytes, pages: Sequence[int] = (), *, shared: bool = False, secret: bool = False
) -> Original:
    """Store an uploaded PDF or picture byte for byte, encrypted where it is `secret`. Raises StoreUnavailable."""
    file = store_upload(desk, data, sort_of(data), secret=secret)
    return Original(name=name[:200], file=file, pages=list(pages), shared=shared)


def is_filed(desk: Desk, id: str, pdf: bytes) -> bool:
    """Return whether a document has this very file already, archived or promised in the journal."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    with desk.catalogue.read() as tx:
        attachments = [file for revision in documents.list_revisions(tx, id) for file in revision.attachments]
        pending = journal.get_pending(tx, id)
    attachments += pending.task.attachments if pending else []
    return any(attachment.file.sha256 == sha256 for attachment in attachments)


def sort_of(data: bytes) -> str:
    """Return whether a file is a `jpg`, `png` or `pdf` by its first bytes; "" for another."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return "pdf" if b"%PDF-" in data[:1024] else ""


def signed_pdf_in(desk: Desk, data: bytes) -> bytes:
    """Return the signed PDF in a file, without bytes that a gateway put before its header; b"" where nothing is signed.

    The signatures tell where the PDF begins: they are valid only when counted from there. Raises PdfError.
    """
    begins = data.find(b"%PDF-", 0, 1024 + 5)
    if sort_of(data) != "pdf" or not has_signatures(data):
        return b""
    signed, unreadable = b"", None
    for part in dict.fromkeys((data[begins:], data)):
        try:
            reports = desk.signing.reports(part)
        except PdfError as error:
            unreadable = unreadable or error
            continue
        if reports and all(report.intact for report in reports):
            return part
        signed = signed or (part if reports else b"")
    if unreadable is not None and not signed and begins == 0:
        raise unreadable
    return signed


def _scanned(document: Document, name: str, data: bytes) -> tuple[ScanReport, bytes]:
    """Return the report on a file of scanned pages, and the PDF made of it. Raises InvalidSubmission, PdfError."""
    pages = list(read_scans([(name, data)], LIMITS))
    report = _scan_report(document, pages, name)
    if sort_of(data) == "pdf" and has_xfa(data):
        report = report.model_copy(update={"xfa": True})
    return report, assemble_scans([(name, data)], pages)


def _with_file_name(name: str, error: PdfError) -> str:
    """Return the error's sentence, begun with the file's name."""
    message = str(error)
    return message if message.startswith(f"{name}: ") else say("{name}: {message}", name=name, message=message)


def _file(
    desk: Desk,
    document: Document,
    pdf: bytes,
    name: str,
    by: str,
    sort: str,
    report: SignedFileReport | ScanReport,
    originals: Sequence[Original],
    within: limits.Limits = limits.NO_LIMITS,
) -> Document:
    """Store the PDF under its SHA-256, then journal and carry out the revision that has it."""
    name = tidy(name)
    file = store_pdf(desk, pdf, secret=any_encrypted(desk, [document.id]))
    attachment = Attachment.model_validate(
        {"sort": sort, "name": name[:200], "file": file, "report": report.to_json(), "originals": originals}
    )
    reason = f"{_WHAT[sort]}: {name[:200]}"
    task = Task(change="attached", at=desk.now(), by=by, reason=reason, attachments=[attachment])
    number = returned_number(desk, document, report, by) if isinstance(report, SignedFileReport) else None
    with desk.catalogue.write() as tx:
        current = documents.hold_document(tx, document.id)
        require(tx, current, within=within, hold=True)
        if current.revision != document.revision:
            raise Conflict(say("Naskah {number} baru saja berubah. Coba lagi.", number=document.number))
        for revision in documents.list_revisions(tx, document.id):
            if any(earlier.file.sha256 == file.sha256 for earlier in revision.attachments):
                raise Conflict(say("{name} sudah dilampirkan pada naskah {number}.", name=name, number=document.number))
        if number is not None and sort == "signed":
            claimed_line = promise_number(desk, tx, current, number, within, attachments=[attachment])
        else:
            claimed_line = promise(desk, tx, document.id, task, *documents.get_contents(tx, document.id))
        after = {"number": document.number, "sort": sort, "name": name[:200], "sha256": file.sha256}
        audit.record(desk, tx, by, Action.DOCUMENT_ATTACHED, document.id, after=after)
    return carry_out(desk, claimed_line)


def _signed_report(
    desk: Desk, document: Document, data: bytes, name: str, revisions: Sequence[Revision]
) -> SignedFileReport:
    """Return how the file was recognised as this document, and the reports on its signatures.

    Raises InvalidSubmission (of another document, or broken), Conflict (it is in the archive already).
    """
    sha256 = hashlib.sha256(data).hexdigest()
    same = next((revision for revision in revisions if revision.pdf.sha256 == sha256), None)
    if same is not None and not same.attachments:
        raise Conflict(
            say(
                "{name} adalah PDF revisi {revision} naskah {number} yang sudah ada dalam arsip.",
                name=name,
                revision=same.number,
                number=document.number,
            )
        )
    reports = desk.signing.reports(data)
    proven = proven_revisions(desk, revisions)
    judgement = judge(desk, document, proven, data, reports)
    other = foreign_document(desk, document, data) if judgement.matched != "isi" else None
    if other is not None:
        raise _wrong(
            say(
                "{name} adalah naskah nomor {number}, bukan naskah nomor {expected}.",
                name=name,
                number=other.number,
                expected=document.number,
            )
        )
    if not judgement.matched:
        raise _wrong(
            say(
                "{name} bukan naskah nomor {number}: kode {code} tidak ada di dalamnya.",
                name=name,
                number=document.number,
                code=document.code,
            )
        )
    for report in reports:
        if not report.intact or not report.covers_whole:
            raise _wrong(
                say(
                    "Tanda tangan {signer} pada {name} tidak utuh: {problem}",
                    signer=report.signer,
                    name=name,
                    problem=report.problem or "berkas berubah.",
                )
            )
    return judgement.report(reports)


def _scan_report(document: Document, pages: Sequence[ScannedPage], name: str) -> ScanReport:
    """Return the report on the codes of scanned pages.

    Raises InvalidSubmission (an unreadable page, or a page of another document).
    """
    unreadable = next((page for page in pages if page.index == 0), None)
    if unreadable is not None:
        raise _wrong(unreadable.doubtful)
    codes = [page.url.rpartition("/")[2] if page.url else "" for page in pages]
    others = sorted({code for code in codes if code and code != document.code})
    if others:
        raise _wrong(
            say(
                "{name} memuat halaman naskah lain (kode {code}). Pisahkan halamannya, atau pakai Pindaian.",
                name=name,
                code=others[0],
            )
        )
    known_pages = sorted({page.page for page, code in zip(pages, codes, strict=True) if code and page.page})
    report = ScanReport(matched="qr" if any(codes) else "", pages=known_pages, count=len(pages))
    return report.model_copy(update={"sheets": scanned_sheets(pages)}) if known_pages else report


def _wrong(message: str) -> InvalidSubmission:
    return InvalidSubmission([FieldError("file", message)])
