"""Give a turn on a draft to another official, and remind those whose turn it is."""

from __future__ import annotations

import datetime as dt

from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.drafts import events
from docgen.desk.drafts.access import is_author, official_of, open_draft, require_author, require_version
from docgen.desk.drafts.route import handed_over, in_order, stands_in, whose_turn
from docgen.desk.rights import Caller
from docgen.errors import Conflict, FieldError, InvalidSubmission
from docgen.indonesian import local_date
from docgen.sop.actors import valid_on
from storage.catalogue import registers
from storage.catalogue.drafting import draft_hands
from storage.records import Draft, RouteEntry
from wording import say


def hand_over(desk: Desk, caller: Caller, id: str, official: str, to: str, base_version: int | None = None) -> Draft:
    """Give the turn of an official, whether it has come or not, to another who is in office today; returns the draft.

    The author may, and whoever acts as this official; a signature the author gives only to who stands in for its
    official. Raises InvalidSubmission (unknown, not in office, or on the route already), Forbidden, Conflict (he has no
    turn left), ChangedMeanwhile, RecordMissing.
    """
    with desk.catalogue.write() as tx:
        seen = open_draft(desk, tx, caller, id, hold=True)
        if not is_author(seen.draft, caller):
            official_of(seen, caller, official)
        require_version(seen.draft, base_version)
        entry = next((one for one in seen.route if one.official == official and one.state == "waiting"), None)
        if entry is None or seen.draft.state not in ("review", "signing", "returned"):
            raise Conflict("Giliran pejabat ini pada draf itu sudah lewat.")
        deputy = seen.officials.get(to)
        if deputy is None:
            message = say("Pejabat {id} tidak ada dalam daftar pejabat.", id=repr(to))
            raise InvalidSubmission([FieldError("to", message)])
        if not valid_on(deputy, seen.today):
            message = say("{name} tidak menjabat hari ini. Pilih pejabat lain.", name=deputy.name)
            raise InvalidSubmission([FieldError("to", message)])
        if any(one.official == to and one.state != "passed" for one in seen.route):
            message = say("{name} sudah ada dalam jalur draf ini.", name=deputy.name)
            raise InvalidSubmission([FieldError("to", message)])
        holder = seen.officials.get(official)
        if entry.part == "sign" and not (holder and stands_in(deputy, holder, seen.today)):
            official_of(seen, caller, official)
        route = in_order(handed_over(seen.route, entry, to, desk.now(), caller.name))
        draft_hands.put_route(tx, id, route)
        events.record(desk, tx, caller.name, Action.DRAFT_HANDED_OVER, seen.draft, official=official, handed_to=to)
    return seen.draft


def remind(desk: Desk, caller: Caller, id: str) -> list[RouteEntry]:
    """Remind those whose turn it is, each once a day; returns the entries that are reminded now.

    Raises Forbidden (not its author's), Conflict (nobody's turn, or all were reminded today), RecordMissing.
    """
    now = desk.now()
    with desk.catalogue.write() as tx:
        seen = open_draft(desk, tx, caller, id, hold=True)
        require_author(seen.draft, caller)
        turn = whose_turn(seen.route) if seen.draft.state in ("review", "signing") else []
        if not turn:
            raise Conflict("Draf ini tidak sedang menunggu keputusan siapa pun.")
        zone = registers.get_office(tx).time_zone
        due = [entry for entry in turn if not _is_of_day(entry.reminded_at, seen.today, zone)]
        if not due:
            raise Conflict("Semua yang mendapat giliran sudah diingatkan hari ini.")
        positions = {entry.position for entry in due}
        route = [
            one.model_copy(update={"reminded_at": now}) if one.position in positions else one for one in seen.route
        ]
        draft_hands.put_route(tx, id, route)
        details = {"officials": [entry.official for entry in due]}
        events.record(desk, tx, caller.name, Action.DRAFT_REMINDED, seen.draft, **details)
    return due


def _is_of_day(moment: dt.datetime | None, day: dt.date, zone: str) -> bool:
    return moment is not None and local_date(moment, zone) == day
