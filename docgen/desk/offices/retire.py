"""Take an office out of service, and back into it. What it has stays where it is either way."""

from __future__ import annotations

import datetime as dt

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from storage.catalogue.offices import get_office, set_retired


def retire_office(root: Desk, slug: str, by: str) -> bool:
    """Take an office out of service; return False when it is so already. Raises RecordMissing, StoreUnavailable.

    It begins no letter and no job any more, and sends no mail and no webhook; numbers that it gave are still completed.
    Its pages, links and files are there as before.
    """
    return _set(root, slug, root.now(), by, Action.OFFICE_RETIRED)


def restore_office(root: Desk, slug: str, by: str) -> bool:
    """Take a retired office back into service; return False when it is. Raises RecordMissing, StoreUnavailable."""
    return _set(root, slug, None, "", Action.OFFICE_RESTORED, by)


def _set(root: Desk, slug: str, at: dt.datetime | None, retired_by: str, action: Action, by: str = "") -> bool:
    with root.catalogue.write() as tx:
        if (get_office(tx, slug).retired_at is None) == (at is None):
            return False
        set_retired(tx, slug, at, retired_by)
        audit.record(root, tx, by or retired_by, action, slug)
    return True
