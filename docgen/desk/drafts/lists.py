"""The drafts of a caller: those he writes, those he may read, and those that wait for him."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.drafts.access import OpenDraft, acting_officials, is_visible
from docgen.desk.drafts.route import whose_turn
from docgen.desk.rights import Caller
from storage.catalogue import registers
from storage.catalogue.drafting import draft_hands, drafts
from storage.records import Draft


def find_drafts(
    desk: Desk,
    tx: Connection,
    caller: Caller,
    *,
    state: str = "",
    mine: bool = False,
    removed: bool = False,
    waiting: bool = False,
    cursor: str = "",
    limit: int = 50,
) -> list[OpenDraft]:
    """Return drafts that a caller may see, newest first, of this state, after the draft of id `cursor`.

    `mine` leaves those he wrote, `removed` those he deleted, `waiting` those whose turn is on him now.
    """
    officials = {one.id: one for one in registers.list_officials(tx)}
    today = desk.today_in(tx)
    acting = acting_officials(caller, officials, today)
    found: list[OpenDraft] = []
    while True:
        page = drafts.search_drafts(
            tx,
            caller.name,
            caller.token,
            acting,
            state=state,
            mine=mine,
            removed=removed,
            waiting=waiting,
            cursor=cursor,
            limit=limit,
        )
        routes = draft_hands.get_routes(tx, [draft.id for draft in page])
        for draft in page:
            seen = OpenDraft(draft, routes.get(draft.id, []), officials, today)
            if is_visible(tx, seen, caller) and (not waiting or waits_for(seen, acting)):
                found.append(seen)
        if len(page) < limit or len(found) >= limit:
            return found[:limit]
        cursor = page[-1].id


def waits_for(seen: OpenDraft, acting: Collection[str] | None) -> bool:
    """Return whether it is the turn of one of these officials, None for all."""
    turn = whose_turn(seen.route) if seen.draft.state in ("review", "signing") else []
    return any(acting is None or entry.official in acting for entry in turn)


def title_of(desk: Desk, draft: Draft) -> str:
    """Return what a draft is about, as it was submitted, or as far as it was typed; "" when it says nothing yet."""
    kind = desk.kinds.get(str(draft.body.get("kind")))
    data = draft.body.get("data")
    typed = data.get(kind.sheet.title_field) if kind is not None and isinstance(data, dict) else ""
    return draft.title or str(typed or "").strip()
