"""Make a document's Word file for SRIKANDI from its record, with placeholders and the code it is known by again.

A letter that waits for a number of SRIKANDI's is archived with it; of any other it is stored nowhere.
"""

from __future__ import annotations

from docgen.desk.desk import Desk
from docgen.desk.dossiers.document_state import require
from docgen.desk.revisions.pipeline import Snapshot, refill
from docgen.render.srikandi.foot_code import with_foot_code
from docgen.render.srikandi.placeholders import DATE, NUMBER, lowercase_placeholders, with_signature_placeholder
from docgen.render.stamps.verification_band import grouped
from storage.catalogue import documents, registers
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.records import Document, Submission

# Dates that are spelled out stay: SRIKANDI has no placeholder for them.
PRINTED = {"nomor": NUMBER, "tanggal": DATE}


def srikandi_docx(desk: Desk, id: str, within: Limits = NO_LIMITS) -> bytes:
    """Return the Word file with `${nomor_naskah}`, `${tanggal_naskah}` and `${ttd_pengirim}` for SRIKANDI to fill in.

    `within` limits which other documents an error may name. Raises RecordMissing, Conflict (not in force, or not
    finished), TemplateError (the kind changed since), StorageError.
    """
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        require(tx, document, idle=False, within=within)
        submission, snapshot_data = documents.get_contents(tx, id)
        emblem = registers.get_emblem(tx)
    return twin_of(desk, document, submission, Snapshot.from_json(snapshot_data), emblem)


def twin_of(desk: Desk, document: Document, submission: Submission, snapshot: Snapshot, emblem: bytes | None) -> bytes:
    """Return the Word file of a document for another system to number and sign. Raises TemplateError, StorageError."""
    docx = refill(desk, document, submission, snapshot, emblem, printed=PRINTED)
    docx = with_signature_placeholder(lowercase_placeholders(docx), [snapshot.signer.name])
    url = desk.links.verification(document.code)
    return with_foot_code(docx, [f"Kode {grouped(document.code)}", url.split("://", 1)[-1]], url)
