"""Whom to tell: the users who decide as an official, or as whoever holds a role today."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.rights import EVERYONE
from docgen.sop.actors import valid_on
from storage.catalogue import registers
from storage.catalogue.access import accounts
from storage.records import Role


def people_in_role(desk: Desk, tx: Connection, role: Role) -> list[str]:
    """Return the names of the users who decide as an official that holds this role today, Plt. and Plh. too."""
    today = desk.today_in(tx)
    holders = [official for official in registers.list_officials(tx) if official.role == role]
    return people_acting_as(desk, tx, {official.id for official in holders if valid_on(official, today)})


def people_acting_as(desk: Desk, tx: Connection, officials: Collection[str]) -> list[str]:
    """Return the names of the users with an open account who decide as one of these officials (by id)."""
    if not officials:
        return []
    wanted = {EVERYONE, *officials}
    return [
        user.name
        for user in accounts.list_users(tx)
        if user.active and "endorse" in desk.roles.of_role(user.role) and not wanted.isdisjoint(user.officials)
    ]
