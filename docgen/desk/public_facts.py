"""What may everyone know of a registered document? Its number, date and state; more as the office and its class allow.

Of a letter of class T, R or SR no more is public than that it is on record here, and whether it is in force: whoever
holds it may compare it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from docgen.desk.decisions.endorse import turn_of
from docgen.desk.desk import Desk
from docgen.desk.dossiers.dossiers import refusals_by_letters
from docgen.desk.revisions.authenticity import proven_revisions
from docgen.desk.revisions.document_history import refusing_decision
from docgen.desk.verification_code import normalise
from docgen.errors import NotFound
from docgen.forms.defaults import post
from docgen.indonesian import long_date, weekday
from storage.catalogue import documents, journal, registers
from storage.catalogue.visibility.classes import OPEN
from storage.errors import RecordMissing
from storage.records import IN_FORCE, Decision, Document, Office, Official, Revision, StoredFile

MOST_SHOWN = 20  # pages


@dataclass(frozen=True)
class PublicFacts:
    """What is public of a registered document; of one of class T, R or SR only the office and the state.

    `id`, `kind`, `number`, `weekday_date`, `title` and `signer` are then empty. `pages` counts the pages that may be
    shown as pictures, 0 where the office shows facts only; `version` names the file they are of. `refusing_decision` is
    the last decision, where it refused the document or sent it back.
    """

    id: str
    kind: str
    number: str
    weekday_date: str
    title: str
    signer: str
    signer_post: str
    office: str
    government: str
    status: str
    pages: int
    refusing_decision: Decision | None = None
    version: str = ""


@dataclass(frozen=True)
class RegisteredDocument:
    """A document with all that its verification is made of; `office_then` and `signer` as they were when it was issued.

    `refusing_decision` counts a decision whose stamp is not drawn yet; `waits_for` is what the office calls the role
    whose decision is next, "" where none is.
    """

    document: Document
    revisions: list[Revision]
    refusing_decision: Decision | None
    waits_for: str
    office_then: Office
    signer: Official | None
    office: Office
    successor: Document | None

    @property
    def closed(self) -> bool:
        """Return whether the letter was issued as T, R or SR, or as a class that is not known."""
        return self.office_then.security_code not in OPEN


def find_registered(desk: Desk, tx: Connection, code: str) -> RegisteredDocument | None:
    """Return the document of a normalised code; None where there is none."""
    try:
        document = _with_pending_end(tx, documents.find_by_code(tx, code))
    except RecordMissing:
        return None
    office = registers.get_office(tx)
    office_then, signer = office, None
    try:
        snapshot = documents.get_contents(tx, document.id)[1]
    except RecordMissing:  # a number given up before anything was archived
        office_then = office.model_copy(update={"security_code": "SR"})
    else:
        office_then, signer = Office.model_validate(snapshot["office"]), Official.model_validate(snapshot["signer"])
    successor = documents.get_document(tx, document.replaced_by) if document.replaced_by else None
    revisions = documents.list_revisions(tx, document.id)
    endorsements = [revision.endorsement for revision in revisions if revision.endorsement is not None]
    pending = journal.get_pending(tx, document.id)
    if pending is not None and pending.task.endorsement is not None:
        endorsements.append(pending.task.endorsement)
    refusal = None
    if document.status == "issued":
        refusal = refusing_decision(endorsements) or refusals_by_letters(desk, tx, [document]).get(document.id)
    turn = None if refusal else turn_of(desk, tx, document)
    waits_for = desk.sop.role_label(turn.step.endorser_role or "") if turn and turn.step.endorsement else ""
    return RegisteredDocument(document, revisions, refusal, waits_for, office_then, signer, office, successor)


def public_facts(registered: RegisteredDocument, pdf: StoredFile | None) -> PublicFacts:
    """Return what everyone may know; `pdf` is the file whose pages may be shown (`public_pdf`)."""
    document, closed = registered.document, registered.closed
    signer = None if closed else registered.signer
    return PublicFacts(
        id="" if closed else document.id,
        kind="" if closed else document.kind,
        number="" if closed else document.number,
        weekday_date="" if closed else f"{weekday(document.date)}, {long_date(document.date)}",
        title="" if closed else document.title,
        signer=signer.name if signer else "",
        signer_post=post(signer) if signer else "",
        office=registered.office_then.name,
        government=registered.office_then.government,
        status=document.status,
        pages=min(pdf.pages or 1, MOST_SHOWN) if pdf is not None else 0,
        refusing_decision=None if closed else registered.refusing_decision,
        version=pdf.sha256[:16] if pdf is not None else "",
    )


def public_pdf(registered: RegisteredDocument, proven: Sequence[Revision]) -> StoredFile | None:
    """Return the newest PDF that is proven to be the archive's, where its pages may be shown to everyone.

    They may where the office shows pages now and did so already when the letter was issued: what an office hid stays
    hidden.
    """
    shows_pages = registered.office.verify_shows == registered.office_then.verify_shows == "pages"
    if not shows_pages or registered.closed or not proven:
        return None
    return proven[-1].pdf


def public_page(desk: Desk, code: str, page: int) -> StoredFile:
    """Return the PDF whose page `page` (from 1) may be shown to everyone. Raises NotFound where none may."""
    with desk.catalogue.read() as tx:
        registered = find_registered(desk, tx, normalise(code))
    pdf = public_pdf(registered, proven_revisions(desk, registered.revisions)) if registered is not None else None
    if pdf is None or not 1 <= page <= min(pdf.pages or 1, MOST_SHOWN):
        raise NotFound("Halaman naskah ini tidak ditampilkan untuk umum.")
    return pdf


def _with_pending_end(tx: Connection, document: Document) -> Document:
    """Return a document void or superseded as soon as that is decided, though its revision may not be archived yet."""
    pending = journal.get_pending(tx, document.id) if document.status in IN_FORCE else None
    if pending is not None and pending.task.change == "voided":
        return document.model_copy(update={"status": "void"})
    if pending is not None and pending.task.change == "superseded":
        return document.model_copy(update={"status": "superseded", "replaced_by": pending.task.other})
    return document
