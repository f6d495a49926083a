"""Seal a document electronically: the office's own signature on the PDF as it stands, written behind its bytes.

Earlier signatures stay valid, and a decision on a sealed document is a further seal that shows the decision's stamp.
"""

from __future__ import annotations

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.issuing.dossier_choice import require_not_replaced
from docgen.desk.revisions.journal import carry_out, promise
from docgen.errors import Conflict
from docgen.indonesian import local_moment
from docgen.signer import check_seal
from storage.catalogue import documents, journal, registers
from storage.records import Document, Task


def seal(desk: Desk, id: str, by: str) -> Document:
    """Seal the current PDF; returns the document with its new revision.

    Everything that can be known beforehand is said before: no seal, an expired certificate. When the timestamp server
    does not answer, the document stays as it was. Raises Conflict (no seal, not in force, in work, sealed already),
    SignatureError, RecordMissing, StorageError.
    """
    with desk.catalogue.read() as tx:
        zone = registers.get_office(tx).time_zone
    check_seal(desk.signing.seal, local_moment(desk.now(), zone))  # whose dates are those of the office
    with desk.catalogue.write() as tx:
        document = documents.hold_document(tx, id)
        if document.status != "issued" or journal.hold_pending(tx, id) is not None:
            raise Conflict(f"Naskah {document.number} tidak dapat disegel: harus terbit dan tidak sedang dikerjakan.")
        require_not_replaced(tx, document)
        if any(one.change == "sealed" for one in documents.list_revisions(tx, id)):
            raise Conflict(f"Naskah {document.number} sudah disegel.")
        task = Task(change="sealed", at=desk.now(), by=by, reason="Disegel secara elektronik")
        claimed_line = promise(desk, tx, id, task, *documents.get_contents(tx, id))
        audit.record(desk, tx, by, Action.DOCUMENT_SEALED, id, after={"number": document.number})
    return carry_out(desk, claimed_line)
