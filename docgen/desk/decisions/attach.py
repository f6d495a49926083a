"""File the signed copy of a document: the electronically signed PDF, or a scan of the paper that was signed by hand.

An electronically signed copy becomes the document's PDF, byte for byte as it came, where it is proven to be what was
archived (`docgen.desk.revisions.authenticity`). Any other signed file, and every scan, lies beside the PDF.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.dossiers.document_state import require
from docgen.desk.revisions.attachment_report import ScanReport, SignedFileReport, scanned_sheets
from docgen.desk.revisions.authenticity import foreign_document, judge, proven_revisions
from docgen.desk.revisions.journal import carry_out, promise
from docgen.errors import Conflict, FieldError, InvalidSubmission, PdfError
from docgen.foreign import ScanLimits, ScannedPage, assemble_scans, has_xfa, page_count, read_scans
from docgen.signer import has_signatures
from docgen.uploads import LARGEST_FILE, MB
from storage import media_types
from storage.catalogue import documents, limits
from storage.errors import ObjectExists
from storage.keys import upload_key
from storage.records import Attachment, Document, Original, Revision, StoredFile, Task
from storage.text import tidy
from wording import say

SORTS = {"pdf": media_types.PDF, "jpg": media_types.JPEG, "png": media_types.PNG}
LIMITS = ScanLimits(pages=1000, looked_at=100, searched=10)  # of a file that is read while somebody waits
_WHAT = {
    "signed": "Salinan bertanda tangan elektronik",
    "scan": "Hasil pindai naskah bertanda tangan",
    "copy": "Salinan yang dilampirkan, isinya tidak dibandingkan",
}


def attach(desk: Desk, id: str, data: bytes, name: str, by: str, within: limits.Limits = limits.NO_LIMITS) -> Document:
    """File one copy of a document and return the document with its new revision.

    `name` is the file's own; `within` limits which other documents an error may name.

    Raises InvalidSubmission (no PDF or picture, damaged, locked, of another document, its signature broken), Conflict
    (not in force, being worked on), RecordMissing, DocumentPending, StoreUnavailable.
    """
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        earlier = documents.list_revisions(tx, id)
        require(tx, document, idle=False, within=within)
    if not data or len(data) > LARGEST_FILE:
        raise _wrong(
            say("{name} kosong atau lebih besar dari {megabytes} MB.", name=name, megabytes=LARGEST_FILE // MB)
        )
    try:
        signed = signed_part(desk, data)
        if signed:
            report = _signed_report(desk, document, signed, name, earlier)
            sort = "signed" if report.takes_place else "copy"
            return _file(desk, document, signed, name, by, sort, report, [keep_original(desk, name, data)], within)
        scan, pdf = _scanned(document, name, data)
        return _file(desk, document, pdf, name, by, "scan", scan, [keep_original(desk, name, data)], within)
    except PdfError as error:
        raise _wrong(_once(name, error)) from error


def attach_scan(
    desk: Desk, id: str, pdf: bytes, name: str, by: str, report: ScanReport, originals: Sequence[Original] = ()
) -> Document:
    """File a PDF of scanned pages that were found to be this document's; `report` says how. Raises as `attach`."""
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        require(tx, document, idle=False)
    return _file(desk, document, pdf, name, by, "scan", report, originals)


def keep_original(desk: Desk, name: str, data: bytes, pages: Sequence[int] = (), *, shared: bool = False) -> Original:
    """Keep a file byte for byte as it came, a PDF or a picture. Raises StoreUnavailable."""
    sort = sort_of(data)
    sha256 = hashlib.sha256(data).hexdigest()
    key = upload_key(f"{sha256}.{sort}")
    with suppress(ObjectExists):  # the same file, sent again
        desk.store.put(key, data, SORTS[sort])
    file = StoredFile(key=key, sha256=sha256, size=len(data), content_type=SORTS[sort])
    return Original(name=name[:200], file=file, pages=list(pages), shared=shared)


def sort_of(data: bytes) -> str:
    """What a file is by its first bytes, one of `SORTS`; "" for what is neither PDF nor picture."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return "pdf" if b"%PDF-" in data[:1024] else ""


def signed_part(desk: Desk, data: bytes) -> bytes:
    """The signed PDF in a file, without what a gateway put before its header; b"" where nothing is signed.

    The signatures say where the PDF begins: they hold for the bytes they count from. Raises PdfError.
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
        if reports and all(one.intact for one in reports):
            return part
        signed = signed or (part if reports else b"")
    if unreadable is not None and not signed and begins == 0:
        raise unreadable
    return signed


def _scanned(document: Document, name: str, data: bytes) -> tuple[ScanReport, bytes]:
    """What a file of scanned pages says of itself, and the PDF made of it. Raises InvalidSubmission, PdfError."""
    pages = list(read_scans([(name, data)], LIMITS))
    report = _scan_report(document, pages, name)
    if sort_of(data) == "pdf" and has_xfa(data):
        report = report.model_copy(update={"xfa": True})
    return report, assemble_scans([(name, data)], pages)


def _once(name: str, error: PdfError) -> str:
    """A sentence that begins with the file's name."""
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
    """Keep the bytes under their own SHA-256, then promise and make the revision that holds them."""
    name = tidy(name)
    sha256 = hashlib.sha256(pdf).hexdigest()
    key = upload_key(f"{sha256}.pdf")
    with suppress(ObjectExists):  # the same file, sent again
        desk.store.put(key, pdf, media_types.PDF)
    file = StoredFile(key=key, sha256=sha256, size=len(pdf), content_type=media_types.PDF, pages=page_count(pdf))
    attachment = Attachment.model_validate(
        {"sort": sort, "name": name[:200], "file": file, "report": report.to_json(), "originals": originals}
    )
    reason = f"{_WHAT[sort]}: {name[:200]}"
    task = Task(change="attached", at=desk.now(), by=by, reason=reason, attachments=[attachment])
    with desk.catalogue.write() as tx:
        now = documents.hold_document(tx, document.id)
        require(tx, now, within=within, hold=True)
        if now.revision != document.revision:
            raise Conflict(say("Naskah {number} baru saja berubah. Coba lagi.", number=document.number))
        for one in documents.list_revisions(tx, document.id):
            if any(known.file.sha256 == sha256 for known in one.attachments):
                raise Conflict(say("{name} sudah dilampirkan pada naskah {number}.", name=name, number=document.number))
        claimed_line = promise(desk, tx, document.id, task, *documents.get_contents(tx, document.id))
        after = {"number": document.number, "sort": sort, "name": name[:200], "sha256": sha256}
        audit.record(desk, tx, by, Action.DOCUMENT_ATTACHED, document.id, after=after)
    return carry_out(desk, claimed_line)


def _signed_report(
    desk: Desk, document: Document, data: bytes, name: str, revisions: Sequence[Revision]
) -> SignedFileReport:
    """How the file was found to be this document, and what its signatures are worth.

    Raises InvalidSubmission (of another document, or broken), Conflict (it is in the archive already).
    """
    sha256 = hashlib.sha256(data).hexdigest()
    same = next((one for one in revisions if one.pdf.sha256 == sha256), None)
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
    """What the codes on scanned pages say. Raises InvalidSubmission for what is unreadable or another document's."""
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
    known = sorted({page.page for page, code in zip(pages, codes, strict=True) if code and page.page})
    report = ScanReport(matched="qr" if any(codes) else "", pages=known, count=len(pages))
    return report.model_copy(update={"sheets": scanned_sheets(pages)}) if known else report


def _wrong(message: str) -> InvalidSubmission:
    return InvalidSubmission([FieldError("file", message)])
