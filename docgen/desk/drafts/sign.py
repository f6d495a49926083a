"""Sign a draft: it gets its number, its date and its place in the register, and becomes a document, or nothing happens.

Number, journal line, the end of the draft and its route are written in one transaction; the letter is made after it as
every letter is, and by recovery when the process is killed in between.
"""

from __future__ import annotations

import dataclasses
from contextlib import suppress

from sqlalchemy import Connection

from docgen.desk.audit_actions import Action
from docgen.desk.capacity import admit, require_room
from docgen.desk.desk import Desk
from docgen.desk.drafts import events
from docgen.desk.drafts.access import CHANGED, OpenDraft, official_of, open_draft, require_version
from docgen.desk.drafts.decide import entry_of
from docgen.desk.drafts.requests import SignRequest
from docgen.desk.drafts.route import decide
from docgen.desk.drafts.submit import letter_of
from docgen.desk.issuing.issue import DOSSIER_BUSY, TRIES, TargetChanged, reserve
from docgen.desk.issuing.request import DocumentRequest, Prepared, prepare
from docgen.desk.issuing.trial import try_letter
from docgen.desk.revisions.journal import ClaimedLine, carry_out, finish_document
from docgen.desk.rights import Caller
from docgen.errors import ChangedMeanwhile, Conflict, Forbidden
from docgen.forms.defaults import post
from docgen.indonesian import local_moment
from docgen.signer import check_seal
from storage.catalogue import draft_hands, drafts, registers
from storage.records import Document, Official, RouteEntry, RouteMark
from wording import say


class _SignedAlready(Exception):
    """Another call signed the draft while this one prepared its letter."""


def sign(desk: Desk, caller: Caller, id: str, request: SignRequest, base_version: int | None = None) -> Document:
    """Sign a draft and return its document, archived; the same call again returns the same document.

    With the method `seal` the office's seal is promised together with the letter, and put on as soon as it is made.
    Raises Forbidden (not the caller's official, or not this official's turn), Conflict (in nobody's hands, initials
    lacking, no seal), ChangedMeanwhile, InvalidSubmission (the letter cannot be made: nothing numbered),
    SignatureError (numbered and archived, but not sealed), DocumentPending (numbered and kept: finished later),
    RecordMissing, StoreUnavailable, ConverterUnavailable, TooManyAtOnce (nothing numbered).
    """
    with admit(desk):
        with desk.catalogue.read() as tx:
            seen = open_draft(desk, tx, caller, id)
            official = official_of(seen, caller, request.official)
            if not seen.draft.document:
                require_version(seen.draft, base_version)
                _require_turn(seen, official)
                letter = _letter(desk, tx, seen, official)
                zone = registers.get_office(tx).time_zone
        if seen.draft.document:
            return _signed(desk, seen, official)
        require_room(desk)
        if request.method == "seal":
            check_seal(desk.signing.seal, local_moment(desk.now(), zone))
        try:
            desk, line = _reserve(desk, caller, seen, official, letter, request)
        except _SignedAlready:
            with desk.catalogue.read() as tx:
                seen = open_draft(desk, tx, caller, id)
            return _signed(desk, seen, official)
        return carry_out(desk, line)


def _letter(desk: Desk, tx: Connection, seen: OpenDraft, official: Official) -> DocumentRequest:
    """Return the letter as this official signs it: under his own name, also where he stands in for another."""
    return letter_of(desk, tx, seen.draft).model_copy(update={"signer": official.id})


def _reserve(
    desk: Desk, caller: Caller, seen: OpenDraft, official: Official, letter: DocumentRequest, request: SignRequest
) -> tuple[Desk, ClaimedLine]:
    """Return the journal line of the signed letter, and the desk to carry it out with."""
    for _ in range(TRIES):
        prepared = prepare(desk, letter)
        desk_after_trial = try_letter(desk, prepared)
        with suppress(TargetChanged), desk.catalogue.write() as tx:
            return desk_after_trial, _sign_in(desk, tx, caller, seen, official, prepared, request)
    raise Conflict(DOSSIER_BUSY)


def _sign_in(
    desk: Desk,
    tx: Connection,
    caller: Caller,
    seen: OpenDraft,
    official: Official,
    prepared: Prepared,
    request: SignRequest,
) -> ClaimedLine:
    """Write everything that a signature decides, in the caller's transaction."""
    now = open_draft(desk, tx, caller, seen.draft.id, hold=True)
    if now.draft.document:
        raise _SignedAlready
    if now.draft.version != seen.draft.version:
        raise ChangedMeanwhile(CHANGED)
    entry = _require_turn(now, official)
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
    marks = [_mark(now, one) for one in route if one.state in ("paraf", "signed")]
    submission = prepared.submission.model_copy(update={"route": marks})
    line = reserve(
        desk,
        tx,
        dataclasses.replace(prepared, submission=submission),
        caller.name,
        None,
        author=now.draft.user,
        token=now.draft.token,
        then="sealed" if request.method == "seal" else "",
    )
    draft = drafts.change_draft(
        tx, now.draft.id, state="issued", document=line.document.id, title=prepared.title, updated_at=desk.now()
    )
    draft_hands.put_route(tx, draft.id, route)
    details = {"official": entry.official, "acting": acting, "method": request.method, "number": line.document.number}
    events.record(desk, tx, caller.name, Action.DRAFT_SIGNED, draft, document=line.document.id, **details)
    events.tell(desk, tx, "draft.signed", draft, route)
    return line


def _require_turn(seen: OpenDraft, official: Official) -> RouteEntry:
    """Return the entry that this official signs. Raises Conflict, Forbidden."""
    entry = entry_of(seen, official)
    if entry.part != "sign":
        raise Forbidden(say("{name} memaraf draf ini, bukan menandatanganinya.", name=official.name))
    return entry


def _signed(desk: Desk, seen: OpenDraft, official: Official) -> Document:
    """Return the document of a signed draft to whoever signed it. Raises Forbidden, DocumentPending."""
    signed = next((entry for entry in seen.route if entry.state == "signed"), None)
    if signed is not None and official.id not in (signed.acting, signed.official):
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
