"""What waits for the caller."""

from __future__ import annotations

from typing import Any

from docgen.desk import Desk
from docgen.desk.inbox import inbox as desk_inbox
from docgen.desk.inbox.reasons import reason_of
from storage.catalogue.registers import get_office
from web.api.http.auth import asker
from web.api.http.calls import call
from web.api.schemas import answers, views
from web.desk import get_desk


@call("GET", "/inbox", "What waits for the caller", tag="Inbox", action="read", returns={200: answers.Inbox})
def get_inbox() -> answers.Inbox:
    """What came back to the caller, what was approved and is to be followed up, what waits for a decision of its
    officials, what is late or due, and its own drafts."""
    desk = get_desk()
    found = desk_inbox.inbox(desk, asker())
    with desk.catalogue.read() as tx:
        zone = get_office(tx).time_zone
    counts = {name: getattr(found.counts, name) for name in answers.InboxCounts.model_fields}
    newest_first = sorted(found.items, key=lambda item: item.since, reverse=True)
    items = [_values(desk, item, zone) for item in newest_first]
    return answers.Inbox.model_validate({"items": items, "counts": counts})


def _values(desk: Desk, item: desk_inbox.InboxItem, zone: str) -> dict[str, Any]:
    document, draft, dossier = item.document, item.draft, item.dossier
    if draft is not None:
        links = {"self": desk.links.api(f"drafts/{draft.id}"), "page": desk.links.draft(draft.id)}
    elif dossier is not None:
        links = {"self": desk.links.api(f"dossiers/{dossier.id}"), "page": desk.links.dossier(dossier.id)}
    else:
        id = document.id if document else ""
        links = {"self": views.document_address(desk, id), "page": desk.links.document(id)}
    return {
        "what": item.what,
        "document": document.id if document else None,
        "draft": draft.id if draft else None,
        "dossier": dossier.id if dossier else document.dossier if document else None,
        "step": item.step or None,
        "kinds": list(item.kinds),
        "since": item.since,
        "due": item.due,
        "reason": reason_of(desk, item, zone),
        "links": links,
    }
