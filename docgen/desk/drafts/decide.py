"""Decide on a draft in the name of an official whose turn it is, and take one's own decision back at once."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection

from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.drafts import events
from docgen.desk.drafts.access import OpenDraft, names_of, official_of, open_draft, require_version
from docgen.desk.drafts.requests import DecisionRequest
from docgen.desk.drafts.route import NEEDS_NOTE, entry_for, state_of, undone, whose_turn
from docgen.desk.drafts.route import decide as decided
from docgen.desk.rights import EVERYONE, Caller, may
from docgen.errors import Conflict, FieldError, Forbidden, InvalidSubmission
from docgen.sop.actors import why_not
from storage.catalogue.drafting import draft_hands, drafts
from storage.link_records import EventType
from storage.records import Draft, Official, RouteEntry
from storage.text import tidy
from wording import say

UNDO = dt.timedelta(seconds=10)
_EVENTS: dict[str, EventType] = {
    "paraf": "draft.decided",
    "perbaiki": "draft.returned",
    "tolak": "draft.withdrawn",
}


def decide(desk: Desk, caller: Caller, id: str, request: DecisionRequest, base_version: int | None = None) -> Draft:
    """Record an official's decision on a draft and return the draft as it is then.

    Raises Forbidden (not the caller's official, or not this official's turn), Conflict (in nobody's hands),
    ChangedMeanwhile, InvalidSubmission (no reason for perbaiki or tolak; paraf by the signer), RecordMissing.
    """
    note = tidy(request.note)
    with desk.catalogue.write() as tx:
        seen = open_draft(desk, tx, caller, id, hold=True)
        official = official_of(seen, caller, request.official)
        require_version(seen.draft, base_version)
        entry = entry_of(seen, official)
        if request.decision == "paraf" and entry.part == "sign":
            message = say("{name} menandatangani draf ini, bukan memarafnya.", name=official.name)
            raise InvalidSubmission([FieldError("decision", message)])
        if request.decision in NEEDS_NOTE and not note:
            raise InvalidSubmission([FieldError("note", "Tulis alasannya, agar penulis draf tahu apa yang kurang.")])
        now = desk.now()
        route = decided(
            seen.route,
            entry,
            state=request.decision,
            acting="" if official.id == entry.official else official.id,
            at=now,
            by=caller.name,
            version=seen.draft.version,
            note=note,
        )
        reason = note if request.decision == "tolak" else ""
        draft = drafts.change_draft(tx, id, state=state_of(route), reason=reason)
        draft_hands.put_route(tx, id, route)
        details = {"official": entry.official, "acting": "" if official.id == entry.official else official.id}
        events.record(
            desk, tx, caller.name, Action.DRAFT_DECIDED, draft, decision=request.decision, note=note, **details
        )
        events.tell(desk, tx, _EVENTS[request.decision], draft, route)
    return draft


def undo(desk: Desk, caller: Caller, id: str, official: str) -> Draft:
    """Take back a decision of this official within 10 seconds, while nobody acted after it; returns the draft.

    Raises Forbidden (not the caller's decision), Conflict (too late), InvalidSubmission, RecordMissing.
    """
    with desk.catalogue.write() as tx:
        seen = open_draft(desk, tx, caller, id, hold=True)
        who = official_of(seen, caller, official)
        entry = _last_decision(seen, who)
        if entry is None:
            raise Conflict("Belum ada keputusan yang dapat diurungkan.")
        if entry.by != caller.name:
            raise Forbidden("Keputusan ini dicatat orang lain, jadi hanya ia yang dapat mengurungkannya.")
        if not _is_undoable(desk, tx, seen, entry):
            raise Conflict(
                "Keputusan ini tidak dapat diurungkan lagi: waktunya lewat, atau sudah ada yang melanjutkan."
            )
        route = undone(seen.route, entry)
        draft = drafts.change_draft(tx, id, state=state_of(route), reason="")
        draft_hands.put_route(tx, id, route)
        details = {"official": entry.official, "decision": entry.state}
        events.record(desk, tx, caller.name, Action.DRAFT_DECISION_UNDONE, draft, **details)
        events.tell(desk, tx, "draft.decided", draft, route)
    return draft


def deciders(seen: OpenDraft, caller: Caller) -> list[Official]:
    """Return the officials in whose name a caller decides on a draft now, those who are asked themselves first."""
    if seen.draft.state not in ("review", "signing") or not may(caller, "endorse"):
        return []
    in_turn = {entry.official for entry in whose_turn(seen.route)}
    officials = [one for one in seen.officials.values() if EVERYONE in caller.officials or one.id in caller.officials]
    found = [one for one in officials if entry_for(seen.route, one, seen.officials, seen.today) is not None]
    return sorted(found, key=lambda official: official.id not in in_turn)


def find_undoable(desk: Desk, tx: Connection, seen: OpenDraft, caller: Caller) -> RouteEntry | None:
    """Return the decision on a draft that this caller can take back now, or None."""
    decided_now = [entry for entry in seen.route if entry.state in _EVENTS and entry.by == caller.name and entry.at]
    return next((entry for entry in decided_now if _is_undoable(desk, tx, seen, entry)), None)


def entry_of(seen: OpenDraft, official: Official) -> RouteEntry:
    """Return the entry on which this official decides now. Raises Conflict, Forbidden naming whose turn it is."""
    turn = whose_turn(seen.route) if seen.draft.state in ("review", "signing") else []
    if not turn:
        raise Conflict("Draf ini tidak sedang menunggu keputusan siapa pun.")
    entry = entry_for(seen.route, official, seen.officials, seen.today)
    if entry is None:
        if reason := why_not(official, seen.today):
            raise Forbidden(reason)
        raise Forbidden(
            say(
                "{name} tidak dapat memutus draf ini sekarang: gilirannya pada {names}.",
                name=official.name,
                names=names_of(seen, turn),
            )
        )
    return entry


def _is_undoable(desk: Desk, tx: Connection, seen: OpenDraft, entry: RouteEntry) -> bool:
    """Return whether an entry was decided just now, and nobody acted on the draft after it."""
    if entry.at is None or desk.now() - entry.at > UNDO:
        return False
    is_last = draft_hands.newest_moment(tx, seen.draft.id) == entry.at and seen.draft.version == entry.version
    return is_last and seen.draft.state == state_of(seen.route)


def _last_decision(seen: OpenDraft, official: Official) -> RouteEntry | None:
    """Return what this official decided last, for himself or in another's place."""
    his = [
        entry
        for entry in seen.route
        if entry.state in _EVENTS and official.id == (entry.acting or entry.official) and entry.at is not None
    ]
    return max(his, key=lambda entry: entry.at or dt.datetime.min.replace(tzinfo=dt.UTC), default=None)
