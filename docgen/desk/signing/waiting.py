"""Note which letters wait for an official's electronic signature, and end the wait."""

from __future__ import annotations

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from storage.catalogue.signatures import awaited
from storage.records import AwaitedSignature


def await_signature(desk: Desk, tx: Connection, document: str, official: str, by: str, reason: str = "") -> None:
    """Note that a letter waits for this official; with a `reason` a call to BSrE was not answered just now.

    A letter that waits for him already goes on waiting since then.
    """
    now = desk.now()
    earlier = awaited.find(tx, [document]).get(document)
    since = earlier.since if earlier is not None and earlier.official == official else now
    tried_at = now if reason else None
    row = AwaitedSignature(document=document, official=official, since=since, by=by, reason=reason, tried_at=tried_at)
    awaited.put(tx, row)


def end_waiting(tx: Connection, document: str) -> AwaitedSignature | None:
    """End the wait of a letter, and return what it waited for; None when it did not wait."""
    earlier = awaited.find(tx, [document]).get(document)
    if earlier is not None:
        awaited.remove(tx, document)
    return earlier


def restore_waiting(tx: Connection, document: str, earlier: AwaitedSignature | None) -> None:
    """Let a letter wait as it did before a call to BSrE that signed nothing, or not at all."""
    if earlier is None:
        awaited.remove(tx, document)
    else:
        awaited.put(tx, earlier)
