"""Make a draft a document as its signature decides: number, journal line, the end of draft and route in one step."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from sqlalchemy import Connection

from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.drafts import events
from docgen.desk.drafts.access import CHANGED, OpenDraft, official_of, open_draft, require_version
from docgen.desk.drafts.decide import entry_of
from docgen.desk.drafts.route import decide
from docgen.desk.drafts.submit import letter_of
from docgen.desk.issuing.held_number import FinishedLetter
from docgen.desk.issuing.issue import reserve
from docgen.desk.issuing.prepare import Prepared
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.revisions.journal import ClaimedLine, finish_document
from docgen.desk.rights import Caller
from docgen.desk.signing.request import Method
from docgen.errors import ChangedMeanwhile, Forbidden
from docgen.forms.defaults import post
from storage.catalogue.drafting import draft_hands, drafts
from storage.records import Document, Official, RouteEntry, RouteMark
from wording import say


class SignedAlready(Exception):
    """The draft is a document already, or another call signed it while this one prepared its letter."""


@dataclass(frozen=True)
class LetterToSign:
    """A draft in the turn of the official who signs it, and the letter that it asks for, under his own name."""

    seen: OpenDraft
    official: Official
    request: DocumentRequest


def to_sign(desk: Desk, caller: Caller, id: str, official: str, base_version: int | None = None) -> LetterToSign:
    """Return a draft that this official signs now, also where he stands in for another.

    Raises SignedAlready, RecordMissing, InvalidSubmission, Forbidden (not the caller's official, or not his turn),
    Conflict (in nobody's hands), ChangedMeanwhile.
    """
    with desk.catalogue.read() as tx:
        seen = open_draft(desk, tx, caller, id)
        signer = official_of(seen, caller, official)
        if seen.draft.document:
            raise SignedAlready
        require_version(seen.draft, base_version)
        require_turn(seen, signer)
        request = letter_of(desk, tx, seen.draft).model_copy(update={"signer": signer.id})
    return LetterToSign(seen, signer, request)


def issue_draft(
    desk: Desk,
    tx: Connection,
    caller: Caller,
    letter: LetterToSign,
    prepared: Prepared,
    *,
    method: Method,
    finished: FinishedLetter | None = None,
) -> ClaimedLine:
    """Write everything that a signature decides, in the caller's transaction, and return the letter's journal line.

    `finished` is the letter where it was made before, with a number held for it. Raises SignedAlready,
    ChangedMeanwhile, Conflict, Forbidden, and what `reserve` raises.
    """
    official = letter.official
    now = lock_to_sign(desk, tx, caller, letter, in_signature=finished is not None)
    entry = require_turn(now, official)
    acting = "" if official.id == entry.official else official.id
    route = decide(
        now.route,
        entry,
        state="signed",
        acting=acting,
        at=desk.now(),
        by=caller.name,
        version=now.draft.version,
    )
    marks = [_mark(now, step) for step in route if step.state in ("paraf", "signed")]
    submission = prepared.submission.model_copy(update={"route": marks})
    line = reserve(
        desk,
        tx,
        dataclasses.replace(prepared, submission=submission),
        caller.name,
        None,
        author=now.draft.user,
        token=now.draft.token,
        then="sealed" if method == "seal" else "",
        finished=finished,
    )
    draft = drafts.change_draft(
        tx, now.draft.id, state="issued", document=line.document.id, title=prepared.title, updated_at=desk.now()
    )
    draft_hands.put_route(tx, draft.id, route)
    details = {"official": entry.official, "acting": acting, "method": method, "number": line.document.number}
    events.record(desk, tx, caller.name, Action.DRAFT_SIGNED, draft, document=line.document.id, **details)
    events.tell(desk, tx, "draft.signed", draft, route)
    return line


def require_turn(seen: OpenDraft, official: Official) -> RouteEntry:
    """Return the entry that this official signs. Raises Conflict, Forbidden."""
    entry = entry_of(seen, official)
    if entry.part != "sign":
        raise Forbidden(say("{name} memaraf draf ini, bukan menandatanganinya.", name=official.name))
    return entry


def lock_to_sign(
    desk: Desk, tx: Connection, caller: Caller, letter: LetterToSign, *, in_signature: bool = False
) -> OpenDraft:
    """Return the draft as it is now, locked. Raises SignedAlready, ChangedMeanwhile, Conflict (see `open_draft`)."""
    id, version = letter.seen.draft.id, letter.seen.draft.version
    now = open_draft(desk, tx, caller, id, hold=True, in_signature=in_signature)
    if now.draft.document:
        raise SignedAlready
    if now.draft.version != version:
        raise ChangedMeanwhile(CHANGED)
    return now


def document_of(desk: Desk, seen: OpenDraft, official: str) -> Document:
    """Return the document of a signed draft to whoever signed it. Raises Forbidden, DocumentPending."""
    signed = next((entry for entry in seen.route if entry.state == "signed"), None)
    if signed is not None and official not in (signed.acting, signed.official):
        raise Forbidden("Draf ini sudah ditandatangani pejabat lain.")
    return finish_document(desk, seen.draft.document)


def _mark(seen: OpenDraft, entry: RouteEntry) -> RouteMark:
    """Return what the record of the letter tells of an entry: who decided, as he is now."""
    id = entry.acting or entry.official
    official = seen.officials.get(id)
    assert entry.at is not None, "it was decided"
    return RouteMark(
        official=id,
        name=official.name if official else id,
        post=post(official) if official else "",
        part=entry.part,
        at=entry.at,
        version=entry.version,
    )
