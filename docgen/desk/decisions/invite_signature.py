"""Ask an official for his electronic signature: the letter waits for it, and he is told."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.decisions.endorse import turn_of
from docgen.desk.decisions.signer_turn import has_signed, letter_signer
from docgen.desk.desk import Desk
from docgen.desk.dossiers.document_state import require
from docgen.desk.notices.events import tell_awaited
from docgen.desk.signing.waiting import await_signature
from docgen.errors import Conflict, FieldError, InvalidSubmission
from docgen.sop.course import NO
from storage.catalogue import documents, registers
from storage.catalogue.signatures import awaited
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.errors import RecordMissing
from storage.records import Document, Official
from wording import say


class SignatureInvitation(BaseModel):
    """The body of `POST /documents/{id}/signature-requests`: whose electronic signature is asked for."""

    model_config = ConfigDict(extra="forbid")

    official: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=60,
            description="Id of the official; left out, the letter's signer, or who decides on it next",
        ),
    ] = None


def invite(desk: Desk, id: str, invitation: SignatureInvitation, by: str, within: Limits = NO_LIMITS) -> Document:
    """Let a document wait for an official's electronic signature, and return it; the same call again changes nothing.

    Raises Conflict (not in force, in work, signed by him, or nobody's turn), InvalidSubmission, RecordMissing.
    """
    with desk.catalogue.write() as tx:
        document = documents.hold_document(tx, id)
        require(tx, document, within=within, hold=True)
        official = _whose(desk, tx, document, invitation.official)
        row = awaited.find(tx, [id]).get(id)
        if row is not None and row.official == official.id:
            return document
        await_signature(desk, tx, id, official.id, by)
        tell_awaited(desk, tx, document, by)
        details = {"number": document.number, "official": official.id}
        audit.record(desk, tx, by, Action.SIGNATURE_AWAITED, id, after=details)
    return document


def _whose(desk: Desk, tx: Connection, document: Document, official: str | None) -> Official:
    """Return whose signature a document may wait for. Raises Conflict, InvalidSubmission."""
    own = letter_signer(documents.get_contents(tx, document.id)[1])
    revisions = documents.list_revisions(tx, document.id)
    candidates = [] if has_signed(revisions, own) else [own]
    turn = turn_of(desk, tx, document)
    if turn is not None and not set(turn.decisions) <= set(NO):
        candidates += [holder for holder in turn.officials if not has_signed(revisions, holder)]
    if official is None and candidates:
        return candidates[0]
    if official is None:
        raise Conflict(say("Naskah {number} tidak memerlukan tanda tangan lagi.", number=document.number))
    try:
        named = registers.get_official(tx, official)
    except RecordMissing as error:
        raise InvalidSubmission([FieldError("official", str(error))]) from error
    if named.id not in {candidate.id for candidate in candidates}:
        number, name = document.number, named.name
        raise Conflict(say("Naskah {number} tidak memerlukan tanda tangan {name} sekarang.", number=number, name=name))
    return named
