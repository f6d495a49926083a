"""People who are told, and what an outbox holds for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.desk.notices.outbox import tell
from docgen.desk.notices.preferences import choose
from storage.catalogue import notices
from storage.records.notices import Notice

PASSWORD = "kucing-oren-di-atap"


def add_person(desk: Desk, name: str, role: str = "operator", officials: Sequence[str] = (), mail: str = "now") -> None:
    """Add somebody with an address."""
    create_user(desk, name, role, name.title(), PASSWORD, officials=officials)
    choose(desk, name, f"{name}@dinas.example", mail, "admin")


def notices_of(desk: Desk, user: str) -> list[Notice]:
    """Return what the outbox holds for somebody, oldest first."""
    with desk.catalogue.read() as tx:
        return notices.list_notices(tx, user)[::-1]


def whats_of(desk: Desk, user: str) -> list[str]:
    """Return of what sort each notice is."""
    return [notice.what for notice in notices_of(desk, user)]


def tell_something(desk: Desk, user: str, key: str = "satu", hold: dt.timedelta = dt.timedelta()) -> None:
    """Tell somebody of a letter that there is not."""
    with desk.catalogue.write() as tx:
        tell(desk, tx, user, "waits", key, key=key, path=f"/d/{key}", kind="nota_dinas", hold=hold)


def later(desk: Desk, **time: float) -> Desk:
    """Return the desk with its clock ahead by this."""
    moment = desk.now() + dt.timedelta(**time)
    return replace(desk, now=lambda: moment)
