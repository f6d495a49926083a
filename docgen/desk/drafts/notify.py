"""Tell people of a draft: who has to initial or sign it, and its author what became of it.

Decisions are told when they can be taken back no more, and what was taken back is told to nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import Connection

from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.drafts.access import class_of_draft
from docgen.desk.drafts.route import may_act, whose_turn
from docgen.desk.notices.outbox import retract, tell
from docgen.desk.notices.people import people_acting_as
from docgen.desk.notices.wording import What
from docgen.links import DECIDE_DRAFT, DOCUMENT, DRAFT
from storage.catalogue import notices, registers
from storage.catalogue.drafting import draft_hands
from storage.catalogue.visibility.classes import OPEN
from storage.records import Draft, RouteEntry

HOLD = dt.timedelta(seconds=11)  # longer than a decision can be taken back
_WAITING: tuple[What, ...] = ("initial", "sign", "reminder")
_OUTCOMES: tuple[What, ...] = ("returned", "refused")
_MOVED = {
    Action.DRAFT_SUBMITTED,
    Action.DRAFT_DECIDED,
    Action.DRAFT_DECISION_UNDONE,
    Action.DRAFT_HANDED_OVER,
    Action.DRAFT_WITHDRAWN,
    Action.DRAFT_SIGNED,
    Action.DRAFT_REMOVED,
}


def tell_people(desk: Desk, tx: Connection, by: str, action: Action, draft: Draft) -> None:
    """Tell of an act on a draft, in the transaction that does it, with the route stored; nobody of his own act."""
    if not notices.is_anybody_told(tx):
        return
    if action in _MOVED:
        retract(tx, draft.id, *_WAITING, *_OUTCOMES)
    turn = whose_turn(draft_hands.get_route(tx, draft.id)) if draft.state in ("review", "signing") else []
    if action == Action.DRAFT_REMINDED:
        _tell_turn(desk, tx, by, draft, turn, "reminder", dt.timedelta())
    elif action in _MOVED:
        hold = dt.timedelta() if action == Action.DRAFT_SUBMITTED else HOLD
        for entry in turn:
            _tell_turn(desk, tx, by, draft, [entry], "sign" if entry.part == "sign" else "initial", hold)
    if action == Action.DRAFT_DECIDED and draft.state in ("returned", "withdrawn"):
        _tell(desk, tx, by, draft, [draft.user], "returned" if draft.state == "returned" else "refused", hold=HOLD)
    elif action == Action.DRAFT_SIGNED:
        _tell(desk, tx, by, draft, [draft.user], "signed", path=f"{DOCUMENT}{draft.document}")
    elif action == Action.DRAFT_COMMENTED:
        _tell(desk, tx, by, draft, [draft.user], "comment")


def _tell_turn(
    desk: Desk, tx: Connection, by: str, draft: Draft, turn: Iterable[RouteEntry], what: What, hold: dt.timedelta
) -> None:
    """Tell everybody who decides today on these entries: once for each turn, or each reminder."""
    officials = {official.id: official for official in registers.list_officials(tx)}
    today = desk.today_in(tx)
    for entry in turn:
        acting = {
            id
            for id, official in officials.items()
            if may_act(official, officials.get(entry.official), entry.official, today)
        }
        moment = entry.reminded_at if what == "reminder" else draft.submitted_at
        event = f"{entry.position}:{moment:%Y%m%d%H%M%S%f}" if moment else str(entry.position)
        path = f"{DECIDE_DRAFT}{draft.id}"
        _tell(desk, tx, by, draft, people_acting_as(desk, tx, acting), what, event=event, path=path, hold=hold)


def _tell(
    desk: Desk,
    tx: Connection,
    by: str,
    draft: Draft,
    people: Iterable[str],
    what: What,
    *,
    event: str = "",
    path: str = "",
    hold: dt.timedelta = dt.timedelta(),
) -> None:
    secret = class_of_draft(desk, tx, draft) not in OPEN
    for user in people:
        if user != by:
            tell(
                desk, tx, user, what, draft.id, key=f"{what}:{draft.id}:{event or f'{desk.now():%Y%m%d%H%M%S%f}'}",
                path=path or f"{DRAFT}{draft.id}", kind=str(draft.body.get("kind") or ""), secret=secret, hold=hold,
            )  # fmt: skip
