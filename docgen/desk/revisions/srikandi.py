"""Make a document's Word file for SRIKANDI again from its record, with placeholders. It is stored nowhere."""

from __future__ import annotations

from docgen.desk.desk import Desk
from docgen.desk.dossiers.document_state import require
from docgen.desk.revisions.pipeline import Snapshot, refill
from docgen.render.word.srikandi import DATE, NUMBER, lowercase_placeholders, with_signature_placeholder
from storage.catalogue import documents, registers
from storage.catalogue.visibility.limits import NO_LIMITS, Limits

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
    snapshot = Snapshot.from_json(snapshot_data)
    docx = refill(desk, document, submission, snapshot, emblem, printed=PRINTED)
    return with_signature_placeholder(lowercase_placeholders(docx), [snapshot.signer.name])
