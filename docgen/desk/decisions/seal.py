"""Seal a document electronically: append the office's own signature to its current PDF.

Earlier signatures stay valid, and a decision on a sealed document is a further seal that shows the decision's stamp.
"""

from __future__ import annotations

from docgen.bsre import Secret
from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.decisions.seal_through_bsre import require_unsealed, seal_through_bsre
from docgen.desk.desk import Desk
from docgen.desk.dossiers.document_state import require
from docgen.desk.revisions.journal import SEALED, carry_out, promise
from docgen.desk.signing.office_seal_bsre import seals_through_bsre
from docgen.indonesian import local_moment
from docgen.signer import check_seal
from storage.catalogue import documents, registers
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.records import Document, Task


def seal(desk: Desk, id: str, by: str, within: Limits = NO_LIMITS, code: Secret | None = None) -> Document:
    """Seal the current PDF and return the document with its new revision.

    A missing seal or an expired certificate is an error before anything is journaled. When the timestamp server does
    not answer, the document stays as it was. `within` limits which other documents an error may name. Where the office
    has no seal of its own, BSrE puts it on; `code` is for that: see `seal_through_bsre`, also for its errors.

    Raises Conflict (no seal, not in force, in work, sealed already), SignatureError, RecordMissing, StorageError.
    """
    if seals_through_bsre(desk):
        return seal_through_bsre(desk, id, by, within, code)
    with desk.catalogue.read() as tx:
        zone = registers.get_office(tx).time_zone
    check_seal(desk.signing.seal, local_moment(desk.now(), zone))  # the certificate's dates are in the office's zone
    with desk.catalogue.write() as tx:
        document = documents.hold_document(tx, id)
        require(tx, document, numbered=True, within=within, hold=True)
        require_unsealed(tx, document)
        task = Task(change="sealed", at=desk.now(), by=by, reason=SEALED)
        claimed_line = promise(desk, tx, id, task, *documents.get_contents(tx, id))
        audit.record(desk, tx, by, Action.DOCUMENT_SEALED, id, after={"number": document.number})
    return carry_out(desk, claimed_line)
