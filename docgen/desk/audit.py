"""Write the audit log: who did what, when, from where, in the transaction that does it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection

from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from storage.catalogue import audit
from storage.records import Event, Record

_origin: ContextVar[str] = ContextVar("origin", default="")


@contextmanager
def with_origin(origin: str) -> Iterator[None]:
    """Record this origin (an address, or the command line) with everything in this block and thread."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def set_origin(origin: str) -> None:
    """Record this origin in this thread until it is set again, as a request does."""
    _origin.set(origin)


def changed(old: Record, new: Record) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the fields that differ between two states of a record, as they were and as they are; plain data."""
    was, now = old.model_dump(mode="json"), new.model_dump(mode="json")
    keys = [key for key in now if was.get(key) != now[key]]
    return {key: was.get(key) for key in keys}, {key: now[key] for key in keys}


def filled(record: Record) -> dict[str, Any]:
    """Return the fields of a record that are not empty; plain data."""
    return {key: value for key, value in record.model_dump(mode="json").items() if value not in ("", None, [])}


def record(
    desk: Desk,
    tx: Connection,
    by: str,
    action: Action,
    subject: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Event:
    """Write a line of the audit log; `before` and `after` are plain data, of what changed only."""
    return audit.append(
        tx,
        at=desk.now(),
        actor=by,
        origin=_origin.get(),
        action=action.value,
        subject=subject,
        before=dict(before or {}),
        after=dict(after or {}),
    )
