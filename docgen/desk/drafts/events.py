"""What happened to a draft, recorded in the audit log, told to people and to other systems, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.drafts.access import class_of_draft
from docgen.desk.drafts.notify import tell_people
from docgen.desk.rights import listed_title
from docgen.desk.webhooks import outbox
from storage.catalogue.visibility.classes import OPEN
from storage.link_records import EventType
from storage.records import Draft, RouteEntry

SHOWN = {"official", "part", "state", "at", "note"}  # of an entry of the route


def record(desk: Desk, tx: Connection, by: str, action: Action, draft: Draft, **after: Any) -> None:
    """Write a line of the audit log about a draft, and tell whom it concerns; what says nothing is left out."""
    security = class_of_draft(desk, tx, draft)
    title = listed_title(draft.title, security)
    details = {"kind": draft.body.get("kind"), "title": title, "version": draft.version, **after}
    details |= {"security": security} if security not in OPEN else {}
    audit.record(
        desk, tx, by, action, draft.id, after={key: value for key, value in details.items() if value not in ("", None)}
    )
    tell_people(desk, tx, by, action, draft)


def tell(desk: Desk, tx: Connection, type_: EventType, draft: Draft, route: Sequence[RouteEntry]) -> None:
    """Tell the webhooks that want it of a draft as it is now."""
    outbox.add_draft_event(desk, tx, type_, draft.id, draft_data(desk, draft, route), class_of_draft(desk, tx, draft))


def draft_data(desk: Desk, draft: Draft, route: Sequence[RouteEntry]) -> dict[str, Any]:
    """Return what an event tells of a draft: its facts, as the API names them, and where to find it."""
    body = draft.body
    return {
        "id": draft.id,
        "state": draft.state,
        "version": draft.version,
        "kind": body.get("kind"),
        "title": draft.title,
        "procedure": body.get("procedure"),
        "step": body.get("step"),
        "assets": body.get("assets") or [],
        "author": draft.user,
        "route": [entry.model_dump(mode="json", include=SHOWN) for entry in route],
        "links": links_of(desk, draft),
    }


def links_of(desk: Desk, draft: Draft) -> Mapping[str, str]:
    """Return the addresses of a draft, of its page, and of the document it became."""
    links = {"self": desk.links.api(f"drafts/{draft.id}"), "page": desk.links.draft(draft.id)}
    return links | ({"document": desk.links.api(f"documents/{draft.document}")} if draft.document else {})
