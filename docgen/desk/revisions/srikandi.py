"""A document's Word file for SRIKANDI: made again from what was kept, with placeholders. It is kept nowhere."""

from __future__ import annotations

from docgen.desk.desk import Desk
from docgen.desk.revisions.photos import photos_of
from docgen.desk.revisions.pipeline import Identity, Snapshot, fill
from docgen.desk.revisions.revise import as_submitted
from docgen.errors import Conflict
from docgen.render.word.srikandi import DATE, NUMBER, lowercase_placeholders, with_signature_placeholder
from storage.catalogue import documents, registers
from storage.records import Document

# Dates that are spelled out stay: SRIKANDI has no placeholder for them.
PRINTED = {"nomor": NUMBER, "tanggal": DATE}


def srikandi_docx(desk: Desk, id: str) -> bytes:
    """The Word file with `${nomor_naskah}`, `${tanggal_naskah}` and `${ttd_pengirim}` where SRIKANDI is to fill in.

    Raises RecordMissing, Conflict (not in force, or not finished), TemplateError (the kind changed since),
    StorageError.
    """
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        _check(document)
        submission, kept = documents.get_contents(tx, id)
        emblem = registers.get_emblem(tx)
    snapshot = Snapshot.from_json(kept)
    kind, values = as_submitted(desk, document, submission, snapshot)
    url = desk.verify_url(document.code)
    identity = Identity(document.number, document.date, document.title, document.procedure, document.code, url)
    docx = fill(kind, values, snapshot, identity, emblem, photos_of(desk, kind, values), printed=PRINTED)
    return with_signature_placeholder(lowercase_placeholders(docx), [snapshot.signer.name])


def _check(document: Document) -> None:
    """Raises Conflict unless the document is in force."""
    number = document.number
    if document.status == "reserved":
        raise Conflict(f"Nomor {number} sudah dipesan, tetapi naskahnya masih dibuat. Coba lagi sebentar lagi.")
    if document.status == "void":
        raise Conflict(f"Naskah {number} sudah batal, jadi tidak dapat dikirim ke SRIKANDI. Buat naskah baru.")
    if document.status == "destroyed":
        raise Conflict(f"Naskah {number} sudah dimusnahkan: {document.status_reason}")
    if document.status == "superseded":
        raise Conflict(f"Naskah {number} sudah diganti. Unduh Word untuk SRIKANDI dari naskah penggantinya.")
