"""Say how the letters of a job stand whose process has died, with the passphrase that it alone had."""

from __future__ import annotations

from sqlalchemy import Connection

from docgen.desk.decisions.signer_turn import has_signed
from docgen.desk.desk import Desk
from docgen.desk.signature_jobs.request import SignaturesRequest
from docgen.desk.signature_jobs.result import SignatureLine
from docgen.numbering.number_systems import shown_number
from storage.catalogue import documents, journal, registers
from storage.catalogue.drafting import drafts
from storage.catalogue.signatures import awaited
from storage.errors import RecordMissing
from storage.records import Official
from wording import say

STOPPED = "Layanan berhenti selagi menandatangani, dan kata sandi tidak disimpan. Tandatangani lagi naskah ini."
AWAITING = "Layanan berhenti selagi menandatangani; naskah ini menunggu tanda tangan elektronik. Tandatangani lagi."


def lines_of_lost_job(desk: Desk, request: SignaturesRequest) -> list[SignatureLine]:
    """Return what became of each letter as far as the archive knows; nothing is sent and nothing changed."""
    with desk.catalogue.read() as tx:
        official = registers.get_official(tx, request.official)
        return [_line(tx, id, official) for id in dict.fromkeys(request.documents)]


def _line(tx: Connection, id: str, official: Official) -> SignatureLine:
    try:
        document_id = drafts.find_draft(tx, id).document
    except RecordMissing:
        document_id = id
    if not document_id:
        return SignatureLine(id=id, status="refused", message=say(STOPPED))
    document = documents.get_document(tx, document_id)
    facts = {"id": id, "document": document.id, "number": shown_number(document) or ""}
    line = journal.get_pending(tx, document.id)
    is_promised = line is not None and (line.task.signed is not None or line.task.change == "signed")
    if is_promised or has_signed(documents.list_revisions(tx, document.id), official):
        return SignatureLine(**facts, status="signed")
    if awaited.find(tx, [document.id]):
        return SignatureLine(**facts, status="awaiting", message=say(AWAITING))
    return SignatureLine(**facts, status="refused", message=say(STOPPED))
