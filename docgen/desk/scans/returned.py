"""File a signed PDF that comes back from another system with the letter it is of, by the code in it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from docgen.desk.decisions.attach import attach, is_filed, signed_pdf_in
from docgen.desk.desk import Desk
from docgen.desk.revisions.journal import DocumentPending, finish_document
from docgen.desk.verification_code import normalise
from docgen.errors import Conflict, InvalidSubmission
from docgen.foreign import page_text, read_scans
from docgen.indonesian import long_date
from docgen.printed_code import printed_codes
from storage.catalogue import documents
from storage.errors import RecordMissing
from storage.records import Document
from wording import joined, say

UNSIGNED = "Berkas ini tidak bertanda tangan elektronik."
NO_CODE = (
    "Kode naskah tidak terbaca di dalam berkas ini, atau tidak terdaftar di kantor ini. Unggah di halaman naskahnya."
)
SEVERAL = "Berkas ini memuat kode lebih dari satu naskah. Pisahkan, lalu unggah di halaman naskahnya masing-masing."


@dataclass(frozen=True)
class ReturnedFile:
    """What became of a file: its letter as it is then, and a sentence for people; no letter where it was refused."""

    document: Document | None
    message: str


def file_returned(desk: Desk, name: str, data: bytes, by: str) -> ReturnedFile:
    """File a signed PDF and return what became of it; a file that is there already changes nothing.

    Raises PdfError, ConverterUnavailable, StorageError, Busy, Conflict; what is wrong with the file itself is told,
    not raised.
    """
    signed = signed_pdf_in(desk, data)
    if not signed:
        return ReturnedFile(None, UNSIGNED)
    ids = _ids_in(desk, signed)
    if len(ids) != 1:
        return ReturnedFile(None, SEVERAL if ids else NO_CODE)
    try:
        _file(desk, ids[0], signed, data, name, by)
    except InvalidSubmission as invalid:
        return ReturnedFile(None, joined(error.message for error in invalid.errors))
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, ids[0])
        revisions = documents.list_revisions(tx, ids[0])
    sha256 = hashlib.sha256(signed).hexdigest()
    took_place = any(revision.pdf.sha256 == sha256 for revision in revisions)
    return ReturnedFile(document, _message(document, took_place=took_place))


def _file(desk: Desk, id: str, signed: bytes, data: bytes, name: str, by: str) -> None:
    """File a signed PDF with a letter; where another process does so at this moment, wait until it is there."""
    if not is_filed(desk, id, signed):
        try:
            attach(desk, id, data, name, by)
        except DocumentPending:  # promised in the journal
            return
        except (Conflict, InvalidSubmission):
            if not is_filed(desk, id, signed):
                raise
        else:
            return
    with suppress(DocumentPending):
        finish_document(desk, id)


def _message(document: Document, *, took_place: bool) -> str:
    title = document.title
    if document.status == "awaiting_number":
        if took_place:
            return say(
                "Tersimpan sebagai PDF “{title}”. Nomornya tidak terbaca: catat di halaman naskahnya.", title=title
            )
        return say(
            "Tersimpan di samping “{title}”, karena tanda tangannya belum dipercaya. Naskahnya masih menunggu nomor.",
            title=title,
        )
    if not took_place:
        return say("Tersimpan pada “{title}”, nomor {number}.", title=title, number=document.number)
    return say(
        "Tersimpan sebagai PDF “{title}”, nomor {number} tanggal {date}.",
        title=title,
        number=document.number,
        date=long_date(document.date),
    )


def _ids_in(desk: Desk, pdf: bytes) -> list[str]:
    """Return the ids of the letters whose codes a PDF bears: in its words, else as QR. Raises PdfError."""
    return _known(desk, printed_codes(page_text(pdf))) or _known(
        desk, [page.url.rpartition("/")[2] for page in read_scans([("x", pdf)]) if page.url]
    )


def _known(desk: Desk, codes: Sequence[str]) -> list[str]:
    ids = []
    with desk.catalogue.read() as tx:
        for code in dict.fromkeys(map(normalise, codes)):
            with suppress(RecordMissing):
                ids.append(documents.find_by_code(tx, code).id)
    return ids
