"""Delete a draft, and bring it back for thirty days."""

from __future__ import annotations

import datetime as dt

from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.drafts import events
from docgen.desk.drafts.access import open_draft, require_author, require_version
from docgen.desk.drafts.submit import IN_HANDS
from docgen.desk.rights import Caller
from docgen.errors import Conflict
from storage.catalogue.drafting import drafts
from storage.records import Draft

KEPT = dt.timedelta(days=30)


def delete_draft(desk: Desk, caller: Caller, id: str, base_version: int | None = None) -> Draft:
    """Delete a draft that is in nobody's hands and return it; what was deleted 30 days ago is gone for ever.

    A draft that is deleted already stays so. Raises Forbidden (not its author's), Conflict (in hands, or issued),
    ChangedMeanwhile, RecordMissing.
    """
    with desk.catalogue.write() as tx:
        drafts.purge_removed(tx, desk.now() - KEPT)
        draft = open_draft(desk, tx, caller, id, hold=True).draft
        require_author(draft, caller)
        if draft.removed_at is not None:
            return draft
        require_version(draft, base_version)
        if draft.state in ("review", "signing"):
            raise Conflict(IN_HANDS)
        if draft.state == "issued":
            raise Conflict("Draf ini sudah menjadi naskah bernomor, jadi tidak dapat dihapus.")
        draft = drafts.change_draft(tx, id, removed_at=desk.now())
        if draft.submitted_at is not None:
            events.record(desk, tx, caller.name, Action.DRAFT_REMOVED, draft)
    return draft


def restore_draft(desk: Desk, caller: Caller, id: str) -> Draft:
    """Bring a deleted draft back and return it; one that is there stays as it is. Raises Forbidden, RecordMissing."""
    with desk.catalogue.write() as tx:
        drafts.purge_removed(tx, desk.now() - KEPT)
        draft = open_draft(desk, tx, caller, id, hold=True).draft
        require_author(draft, caller)
        if draft.removed_at is None:
            return draft
        draft = drafts.change_draft(tx, id, removed_at=None)
        if draft.submitted_at is not None:
            events.record(desk, tx, caller.name, Action.DRAFT_RESTORED, draft)
    return draft
