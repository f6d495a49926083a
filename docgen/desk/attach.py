"""File the signed copy of a document: the electronically signed PDF, or a scan of the paper that was signed by hand.

An electronically signed copy becomes the document's PDF, byte for byte as it came. Scans lie beside the PDF.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from docgen.desk import audit
from docgen.desk.desk import Desk
from docgen.desk.joining import require_not_replaced
from docgen.desk.journal import finish, promise
from docgen.desk.signing import as_data
from docgen.errors import Conflict, FieldError, InvalidSubmission, PdfError
from docgen.render.pages import page_count, page_text
from docgen.render.scan import ScannedPage, assemble, read_scans
from docgen.signer import has_signatures
from storage.catalogue import documents, journal
from storage.errors import ObjectExists
from storage.keys import upload_key
from storage.records import Attachment, Document, StoredFile, Task
from storage.text import tidy

LARGEST = 30 * 1024 * 1024  # bytes
PDF = "application/pdf"


def attach(desk: Desk, id: str, data: bytes, name: str, by: str) -> Document:
    """File one copy of a document; returns the document with its new revision. `name` is the file's own.

    Raises InvalidSubmission (no PDF or picture, damaged, locked, of another document, its signature broken), Conflict
    (void, superseded, being worked on), RecordMissing, DocumentPending, StoreUnavailable.
    """
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        earlier = documents.list_revisions(tx, id)
    _check_state(document)
    if not data or len(data) > LARGEST:
        raise _wrong(f"{name} kosong atau lebih besar dari 30 MB.")
    try:
        if data.startswith(b"%PDF-") and has_signatures(data):
            archived = [desk.store.get(one.pdf.key) for one in earlier]
            report = _signed_report(desk, document, data, name, archived)
            return _file(desk, document, data, name, by, "signed", report)
        pages = list(read_scans([(name, data)]))
        report = _scan_report(document, pages, name)
        return attach_scan(desk, id, assemble([(name, data)], pages), name, by, report)
    except PdfError as error:
        raise _wrong(f"{name}: {error}") from error


def attach_scan(desk: Desk, id: str, pdf: bytes, name: str, by: str, report: dict[str, Any]) -> Document:
    """File a PDF of scanned pages that were found to be this document's; `report` says how. Raises as `attach`."""
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
    _check_state(document)
    return _file(desk, document, pdf, name, by, "scan", report)


def _file(
    desk: Desk, document: Document, pdf: bytes, name: str, by: str, sort: str, report: dict[str, Any]
) -> Document:
    """Keep the bytes under their own SHA-256, then promise and make the revision that holds them."""
    name = tidy(name)
    sha256 = hashlib.sha256(pdf).hexdigest()
    key = upload_key(f"{sha256}.pdf")
    with suppress(ObjectExists):  # the same file, sent again
        desk.store.put(key, pdf, PDF)
    file = StoredFile(key=key, sha256=sha256, size=len(pdf), content_type=PDF, pages=page_count(pdf))
    attachment = Attachment.model_validate({"sort": sort, "name": name[:200], "file": file, "report": report})
    what = "Salinan bertanda tangan elektronik" if sort == "signed" else "Hasil pindai naskah bertanda tangan"
    task = Task(change="attached", at=desk.now(), by=by, reason=f"{what}: {name[:200]}", attachments=[attachment])
    with desk.catalogue.write() as tx:
        _check_state(documents.hold_document(tx, document.id))
        require_not_replaced(tx, document)
        if journal.get_pending(tx, document.id) is not None:
            raise Conflict(f"Naskah {document.number} sedang dikerjakan. Tunggu sebentar, lalu coba lagi.")
        for one in documents.list_revisions(tx, document.id):
            if any(known.file.sha256 == sha256 for known in one.attachments):
                raise Conflict(f"{name} sudah dilampirkan pada naskah {document.number}.")
        promise(desk, tx, document.id, task, *documents.get_contents(tx, document.id))
        after = {"number": document.number, "sort": sort, "name": name[:200], "sha256": sha256}
        audit.record(desk, tx, by, "document.attached", document.id, after=after)
    return finish(desk, document.id)


def _check_state(document: Document) -> None:
    states = {
        "reserved": "belum selesai dibuat",
        "void": "sudah dibatalkan",
        "superseded": "sudah digantikan",
        "destroyed": "sudah dimusnahkan",
    }
    if document.status != "issued":
        raise Conflict(f"Naskah {document.number} {states[document.status]}, sehingga tidak dapat dilampiri.")


def _signed_report(desk: Desk, document: Document, data: bytes, name: str, archived: list[bytes]) -> dict[str, Any]:
    """How the file was found to be this document, and what its signatures are worth. Raises InvalidSubmission."""
    matched = _match(document, data, archived)
    if not matched:
        raise _wrong(f"{name} bukan naskah nomor {document.number}: kode {document.code} tidak ada di dalamnya.")
    reports = desk.signing.reports(data)
    for report in reports:
        if not report.intact or not report.covers_whole:
            raise _wrong(f"Tanda tangan {report.signer} pada {name} tidak utuh: {report.problem or 'berkas berubah.'}")
    return {"matched": matched, "signatures": [as_data(report) for report in reports]}


def _match(document: Document, data: bytes, archived: list[bytes]) -> str:
    """By what a signed file is known as the document: its bytes begin with an archived PDF, or its code is in it."""
    if any(data.startswith(one) for one in archived):
        return "isi"
    text = "".join("".join(page_text(data)).split()).replace("-", "")
    if document.code in text:
        return "kode"
    codes = {page.url.rpartition("/")[2] for page in read_scans([("x", data)]) if page.url}
    return "qr" if document.code in codes else ""


def _scan_report(document: Document, pages: Sequence[ScannedPage], name: str) -> dict[str, Any]:
    """What the codes on scanned pages say. Raises InvalidSubmission for what is unreadable or another document's."""
    unreadable = next((page for page in pages if page.index == 0), None)
    if unreadable is not None:
        raise _wrong(unreadable.doubtful)
    codes = [page.url.rpartition("/")[2] if page.url else "" for page in pages]
    others = sorted({code for code in codes if code and code != document.code})
    if others:
        raise _wrong(f"{name} memuat halaman naskah lain (kode {others[0]}). Pisahkan halamannya, atau pakai Pindaian.")
    known = sorted({page.page for page, code in zip(pages, codes, strict=True) if code and page.page})
    return {"matched": "qr" if any(codes) else "", "pages": known, "count": len(pages)}


def _wrong(message: str) -> InvalidSubmission:
    return InvalidSubmission([FieldError("file", message)])
